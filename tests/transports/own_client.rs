//! A transport over the caller's own `reqwest::Client`: what it still promises, whatever that client does.

use core::error::Error as _;
use core::time::Duration;

use smileid_core::{AsyncClient, ErrorKind, RetryPolicy, TransportError, TransportErrorKind};
use smileid_http_async::{Cause, ReqwestTransport, TransportOptions};
use smileid_sandbox::faults::{Fault, FaultServer};
use smileid_tests::query;

use crate::stacks::{config, plain};

fn client(server: &FaultServer, options: &TransportOptions) -> AsyncClient<ReqwestTransport> {
    let tls = plain().tls_config().unwrap();
    let own = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls).build().unwrap();
    let config = config(server).with_retry(RetryPolicy::NONE).with_attempt_timeout(Duration::from_secs(1));
    AsyncClient::new(ReqwestTransport::from_client(own, options), config)
}

#[tokio::test]
async fn redirect_that_the_given_client_follows_is_no_answer() {
    let server = FaultServer::builder(Fault::Status301SameHost).start().unwrap();
    let error = client(&server, &TransportOptions::new()).job_status(query()).await.unwrap_err();
    let source = error.source().and_then(|source| source.downcast_ref::<TransportError>()).unwrap();
    assert_eq!((error.kind(), source.kind()), (ErrorKind::Transport, TransportErrorKind::Other));
    let cause = source.source().and_then(|cause| cause.downcast_ref::<Cause>());
    assert_eq!(cause, Some(&Cause::RedirectFollowed));
}

#[tokio::test]
async fn limits_and_time_hold_over_any_client() {
    for (fault, kind) in [
        (Fault::Slicer, None),
        (Fault::OversizePlain, Some(ErrorKind::Malformed)),
        (Fault::OversizeChunked, Some(ErrorKind::Malformed)),
        (Fault::StallMidBody, Some(ErrorKind::Transport)),
    ] {
        let server = FaultServer::builder(fault).start().unwrap();
        let outcome = client(&server, &TransportOptions::new()).job_status(query()).await;
        assert_eq!(outcome.as_ref().err().map(smileid_core::Error::kind), kind, "{fault}: {outcome:?}");
    }
}
