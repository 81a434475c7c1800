//! What the types promise to the programs that hold them: threads, tasks, trait objects. It calls nothing.

use core::future::Future;
use core::pin::pin;

use smileid_core::{
    Answer, ApiKey, AsyncClient, AsyncTransport, Callback, Client, Config, Credentials, Environment, Error, FreshProof,
    HmacKey, InvalidInput, JobStatus, JobStatusQuery, PartnerId, Pending, Proof, ReplyError, Request, Response,
    RetryBudget, Session, Signer, Timestamp, Transport, TransportError, Verified, WaitPolicy,
    json::{JsonError, Value},
};
use smileid_images as images;

fn shared_between_threads<T: Send + Sync + 'static>() {}

fn an_error<T: core::error::Error + Send + Sync + 'static>() {}

fn has_debug<T: core::fmt::Debug>() {}

macro_rules! all {
    ($check:ident: $($type:ty),* $(,)?) => {
        $($check::<$type>();)*
    };
}

#[test]
fn everything_can_be_held_by_any_thread_and_shows_itself() {
    all!(shared_between_threads: Answer, ApiKey, Callback, Config, Credentials, Environment, Error, FreshProof, HmacKey, JobStatus,
        JobStatusQuery, PartnerId, Pending, Proof, Request, Response, RetryBudget, Session, Signer, Timestamp, TransportError, Value,
        Verified<Callback>, Verified<JobStatus>, WaitPolicy);
    all!(shared_between_threads: Client<smileid_http_blocking::HttpTransport>, AsyncClient<smileid_http_async::ReqwestTransport>,
        smileid_http_blocking::Interrupt, smileid_http_blocking::TransportOptions, smileid_sandbox::Sandbox, smileid_conformance::Scripted);
    all!(shared_between_threads: images::Downloader, images::blocking::Downloader, images::Folder, images::Image,
        images::ImageLink, images::ImagePolicy, images::Manifest, smileid_sandbox::faults::ImageServer);
    all!(has_debug: images::Downloader, images::blocking::Downloader, images::Fetched, images::Folder, images::Image,
        images::ImageHosts, images::ImageLink, images::ImagePolicy, images::LinkFound, images::Manifest, images::Saved);
    all!(has_debug: Answer, ApiKey, Callback, Config, Credentials, Error, JobStatus, JobStatusQuery, Pending, Request, Response, Session,
        Signer, Verified<JobStatus>, Client<smileid_http_blocking::HttpTransport>, AsyncClient<smileid_http_async::ReqwestTransport>);
}

#[test]
fn errors_are_errors_everywhere() {
    all!(an_error: Error, InvalidInput, JsonError, ReplyError, TransportError, images::ImageError,
        smileid_http_blocking::SetupError);
}

#[test]
fn futures_over_any_transport_can_be_spawned() {
    fn spawned<T: AsyncTransport + 'static>(client: &AsyncClient<T>) {
        fn check(_: impl Future + Send) {}
        let query = JobStatusQuery::new("user-7", "job-7").unwrap();
        check(pin!(client.job_status(query.clone())));
        check(pin!(client.wait(query)));
    }
    let config = smileid_tests::config();
    spawned(&AsyncClient::new(smileid_conformance::Scripted::new(smileid_conformance::FakeClock::at(0), []), config));
}

/// Downloads can be spawned: that this compiles is what is tested.
const _: fn(&images::Downloader, &Verified<JobStatus>, &images::ImageLink) = |downloader, status, link| {
    fn check(_: impl Future + Send) {}
    check(pin!(downloader.fetch(link)));
    check(pin!(downloader.fetch_all(status)));
    check(pin!(downloader.save_all(status, &images::Folder::new("a"))));
};

#[test]
fn a_blocking_transport_can_be_chosen_at_run_time() {
    let scripted = smileid_conformance::Scripted::new(smileid_conformance::FakeClock::at(0), []);
    let chosen: Box<dyn Transport> = Box::new(scripted);
    let request = Request::post(String::new(), Vec::new(), core::time::Duration::ZERO, 0);
    assert!(chosen.send(&request).is_err());
}

#[test]
fn a_wait_costs_its_task_little() {
    let client = AsyncClient::new(
        smileid_conformance::Scripted::new(smileid_conformance::FakeClock::at(0), []),
        smileid_tests::config(),
    );
    let wait = client.wait(JobStatusQuery::new("user-7", "job-7").unwrap());
    assert!(size_of_val(&wait) <= 512, "{} bytes", size_of_val(&wait));
}

#[test]
fn each_word_is_shown_as_scripts_read_it() {
    use smileid_core::{CallbackStage, ErrorKind, KeySlot, ProofStatus, Reason, State, Verdict};
    let shown = |words: &[&dyn core::fmt::Display]| words.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    assert_eq!(
        shown(&[&Verdict::Approved, &Reason::IdLeg, &State::Final, &CallbackStage::NotFinal, &KeySlot::Previous]),
        "approved id_leg final not_final previous"
    );
    assert_eq!(shown(&[&ErrorKind::NotFound, &ProofStatus::SecKey]), "not_found sec_key");
}
