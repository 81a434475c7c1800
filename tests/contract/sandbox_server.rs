//! The sandbox as a server: reached by both transports, in the clear and over TLS, in both schemes, from async and blocking tests.

use core::time::Duration;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;

use smileid_http_async::{Client as AsyncClient, ReqwestTransport};
use smileid_http_blocking::{
    Answer, BaseUrl, Client, Config, Environment, ErrorKind, HttpTransport, JobStatusQuery, Roots, TransportOptions,
};
use smileid_sandbox::faults::Fault;
use smileid_sandbox::{DOCUMENT_JOB, DOCUMENT_USER, Job, Sandbox, SandboxBuilder};

fn environment(sandbox: &Sandbox) -> Environment {
    BaseUrl::parse(&sandbox.base_url()).unwrap().into()
}

fn blocking(sandbox: &Sandbox) -> Client {
    let config = Config::new(sandbox.credentials(), &environment(sandbox));
    Client::new(HttpTransport::with_options(&options(sandbox)).unwrap(), config)
}

fn options(sandbox: &Sandbox) -> TransportOptions {
    let options = TransportOptions::new().with_roots(Roots::Added);
    match sandbox.ca_pem() {
        Some(pem) => options.with_ca_pem(pem).unwrap(),
        None => options,
    }
}

fn query(user: &str, job: &str) -> JobStatusQuery {
    JobStatusQuery::new(user, job).unwrap()
}

/// How a call ended, in words: state and proof, or the error's kind.
fn summary(outcome: Result<Answer, smileid_http_blocking::Error>) -> (&'static str, &'static str) {
    match outcome {
        Ok(Answer::Pending(_)) => ("pending", ""),
        Ok(Answer::Final(status)) => ("final", status.proof().kind().as_str()),
        Err(error) => (error.kind().as_str(), ""),
    }
}

#[test]
fn one_line_starts_it_for_blocking_callers() {
    let sandbox = Sandbox::builder().job(Job::new("user", "job").pending(1).approved()).start().unwrap();
    let client = blocking(&sandbox);
    assert_eq!(summary(client.job_status(query("user", "job"))), ("pending", ""));
    assert_eq!(summary(client.job_status(query("user", "job"))), ("final", "hmac"));
    assert_eq!(summary(client.job_status(query("user", "other"))), ("not_found", ""));
    assert_eq!(sandbox.requests(), 3);
    let codes: Vec<_> = sandbox.journal().iter().map(|exchange| exchange.code).collect();
    assert_eq!(codes, [None, None, Some("2304")]);
}

#[tokio::test]
async fn one_line_starts_it_for_async_callers() {
    let sandbox = Sandbox::builder().job(Job::new("user", "job").rejected()).start().unwrap();
    let config = Config::new(sandbox.credentials(), &environment(&sandbox));
    let client = AsyncClient::new(ReqwestTransport::with_options(&options(&sandbox)).unwrap(), config);
    assert_eq!(summary(client.job_status(query("user", "job")).await), ("final", "hmac"));
}

#[test]
fn every_scheme_is_spoken_in_the_clear_and_over_tls() {
    type Kind = fn(SandboxBuilder) -> SandboxBuilder;
    let kinds: [(Kind, &str, &str); 4] = [
        (|b| b, "http://", "hmac"),
        (SandboxBuilder::tls, "https://", "hmac"),
        (SandboxBuilder::sec_key, "http://", "sec_key"),
        (|b| b.sec_key().tls(), "https://", "sec_key"),
    ];
    for (kind, scheme, proof) in kinds {
        let sandbox = kind(Sandbox::builder()).start().unwrap();
        assert!(sandbox.base_url().starts_with(scheme));
        let outcome = blocking(&sandbox).job_status(query(DOCUMENT_USER, DOCUMENT_JOB));
        assert_eq!(summary(outcome), ("final", proof), "{scheme} {proof}: {:?}", sandbox.journal());
    }
}

#[test]
fn a_client_that_does_not_trust_its_authority_refuses_it() {
    let (sandbox, other) = (Sandbox::builder().tls().start().unwrap(), Sandbox::builder().tls().start().unwrap());
    let config = Config::new(sandbox.credentials(), &environment(&sandbox));
    let client = Client::new(HttpTransport::with_options(&options(&other)).unwrap(), config);
    let error = client.job_status(query("user", "approved-1")).map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert_eq!(sandbox.requests(), 0);
}

#[test]
fn dropping_it_closes_its_port_and_a_taken_port_is_virtual() {
    let sandbox = Sandbox::builder().start().unwrap();
    let address = sandbox.address();
    let taken = Sandbox::builder().listen(address).start().map(|_| ()).unwrap_err();
    assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);
    assert!(taken.to_string().contains("another port"), "{taken}");
    drop(sandbox);
    Sandbox::builder().listen(address).start().unwrap();
}

#[test]
fn a_fault_that_takes_the_connection_passes_and_a_client_recovers() {
    for kind in [|b: SandboxBuilder| b, SandboxBuilder::tls] {
        for fault in [Fault::RstMidBody, Fault::RstInHead, Fault::FinMidBody, Fault::GarbageHead, Fault::ChunkBadSize] {
            let sandbox = kind(Sandbox::builder()).fault(fault, 1.0, Some(1)).start().unwrap();
            let outcome = blocking(&sandbox).job_status(query("user", "approved-1"));
            assert_eq!(summary(outcome), ("final", "hmac"), "{fault} {}", sandbox.base_url());
            assert_eq!(sandbox.requests(), 2, "{fault} {}", sandbox.base_url());
        }
        for fault in [Fault::Slicer, Fault::ResetOnReuse, Fault::PipelinedExtraBytes] {
            let sandbox = kind(Sandbox::builder()).fault(fault, 1.0, Some(1)).start().unwrap();
            let client = blocking(&sandbox);
            // The fault has the connection for good: its first reply is whole, and so is every reply to a client on another one.
            for _ in 0..2 {
                let outcome = client.job_status(query("user", "approved-1"));
                assert_eq!(summary(outcome), ("final", "hmac"), "{fault} {}", sandbox.base_url());
            }
        }
    }
}

#[test]
fn dropping_it_closes_a_connection_that_a_fault_plays_on() {
    let sandbox = Sandbox::builder().fault(Fault::StallMidBody, 1.0, None).start().unwrap();
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(b"POST /v1/job_status HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 2\r\n\r\n{}").unwrap();
    assert!(stream.read(&mut [0; 64]).unwrap() > 0, "half a reply comes");
    drop(sandbox);
    let ended = stream.read_to_end(&mut Vec::new());
    assert!(!ended.is_err_and(|error| matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)));
}

#[test]
fn nothing_of_a_request_is_in_debug_output() {
    let sandbox = Sandbox::builder().job(Job::new("canary", "canary").approved()).start().unwrap();
    assert_eq!(summary(blocking(&sandbox).job_status(query("canary", "canary"))), ("final", "hmac"));
    let summary = format!("{sandbox:?} {:?} {:?}", sandbox.journal(), sandbox.callbacks());
    assert!(!summary.contains("canary") && !summary.contains("sandbox-api-key"), "{summary}");
}
