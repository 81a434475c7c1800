//! What the HTTP stacks beneath log of a call, at their most talkative, over every fault and every refusal: no id, no key, no
//! signature, no link.
//! What core itself shows is `canaries.rs`'s.

use core::fmt::Write;
use core::time::Duration;
use std::sync::{Arc, Mutex};
use std::thread;

use smileid_core::{
    Answer, ApiKey, AsyncClient, BaseUrl, Client, Config, Credentials, Environment, Error, JobStatusQuery, PartnerId,
    RetryPolicy,
};
use smileid_http_blocking::{Compression, TransportOptions};
use smileid_images::blocking::Downloader;
use smileid_images::{Downloader as AsyncDownloader, ImageLink, ImagePolicy};
use smileid_sandbox::certificates::Authority;
use smileid_sandbox::faults::{Fault, FaultServer, ImageFault, ImageServer};
use smileid_sandbox::{Job, Sandbox, Stage};
use smileid_tests::plain_http::ask_json;

use crate::stacks::{asynchronous, blocking, on_tokio, trusting};
use crate::v3_wire;

const USER: &str = "cnr-user-id@example.com";
const JOB: &str = "cnr-job-id";
const KEY: &str = "cnr-api-key";

/// What the sandbox's job says of a person.
const PERSONAL: &str = r#""job_complete":true,"job_success":true,"code":"2302","result":{"ResultCode":"0810","FullName":"cnr-full-name",
    "DOB":"cnr-date-of-birth","Address":"cnr-address","IDNumber":"cnr-id-number","PhoneNumber":"cnr-phone","Photo":"cnr-photo",
    "FullData":{"a":["cnr-full-data"]},"PartnerParams":{"user_id":"cnr-user-id@example.com","job_id":"cnr-job-id","own":"cnr-own-field"}},
    "image_links":{"selfie_image":"https://i.example/cnr-path?sig=cnr-query"},"kyc_receipt":"cnr-receipt""#;

/// How many faults are tried at a time: most of them wait.
const AT_A_TIME: usize = 8;
/// How a stall is soon over.
const IMPATIENT: Duration = Duration::from_millis(150);

/// All that was logged through the `log` crate, which both stacks use.
static LOGGED: Mutex<String> = Mutex::new(String::new());

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let mut logged = LOGGED.lock().unwrap();
        writeln!(logged, "{} {}: {}", record.level(), record.target(), record.args()).unwrap();
    }

    fn flush(&self) {}
}

fn credentials(key: &str) -> Credentials {
    Credentials::new(PartnerId::new("023").unwrap(), ApiKey::new(key).unwrap())
}

fn options(ca_pem: Option<&str>) -> TransportOptions {
    trusting(ca_pem).with_compression(Compression::Gzip)
}

/// The same question through both transports.
fn ask(
    base_url: &str,
    ca_pem: Option<&str>,
    key: &str,
    query: &JobStatusQuery,
    patience: Duration,
) -> [Result<Answer, Error>; 2] {
    let base = BaseUrl::parse(base_url).unwrap();
    let config = Config::new(&credentials(key), &Environment::from(base))
        .with_retry(RetryPolicy::NONE)
        .with_attempt_timeout(patience);
    let blocking = Client::new(blocking(&options(ca_pem)), config.clone());
    let asynchronous = AsyncClient::new(asynchronous(&options(ca_pem)), config);
    [blocking.job_status(query.clone()), on_tokio(asynchronous.job_status(query.clone()))]
}

fn show(outcome: &Result<Answer, Error>) -> String {
    let mut text = format!("{outcome:?} {outcome:#?}");
    let mut next = outcome.as_ref().err().map(|e| e as &(dyn core::error::Error + 'static));
    while let Some(error) = next {
        write!(text, " {error} {error:?}").unwrap();
        next = error.source();
    }
    text
}

/// Every fault of a host of images, and none, over both downloaders.
fn images(shown: &Mutex<Vec<String>>) {
    let authority = Authority::new().unwrap();
    let policy = ImagePolicy::new().allow_loopback().with_max_bytes(1 << 18).with_image_timeout(IMPATIENT);
    let options = options(Some(&authority.pem()));
    let blocking = Downloader::with_options(policy.clone(), &options).unwrap();
    let asynchronous = AsyncDownloader::with_options(policy.clone(), &options).unwrap();
    let fetch = |link: &ImageLink| [blocking.fetch(link), on_tokio(asynchronous.fetch(link))];
    for fault in ImageFault::ALL.iter().copied().map(Some).chain([None]) {
        let server = ImageServer::start(&authority, fault).unwrap();
        assert!(server.link("selfie").contains("cnr-link-query"));
        let link = policy.link("selfie_image", &server.link("cnr-link-path")).unwrap();
        shown.lock().unwrap().push(format!("{link:?} {policy:?} {blocking:?} {asynchronous:?} {server:?}"));
        for outcome in fetch(&link) {
            shown.lock().unwrap().push(format!("{fault:?}: {outcome:?} {outcome:#?}"));
        }
    }
}

#[test]
fn no_stack_logs_what_was_asked_with_which_key_over_any_fault() {
    let spans = crate::spans::Spans::default();
    tracing::dispatcher::set_global_default(spans.dispatch()).unwrap();
    log::set_logger(&Logger).unwrap();
    log::set_max_level(log::LevelFilter::Trace);

    let query = JobStatusQuery::new(USER, JOB).unwrap().with_history().with_image_links();
    let shown = Arc::new(Mutex::new(Vec::new()));
    let faults = Mutex::new(Fault::ALL.iter());
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(fault) = { faults.lock().unwrap().next() } {
                    let server = FaultServer::builder(*fault).credentials(credentials(KEY)).start().unwrap();
                    for outcome in ask(&server.base_url(), server.ca_pem(), KEY, &query, IMPATIENT) {
                        shown.lock().unwrap().push(format!("{fault}: {}", show(&outcome)));
                    }
                    for outcome in v3_wire::ask(&server.base_url(), &options(server.ca_pem()), KEY, IMPATIENT) {
                        let error = outcome.expect_err("no fault is an answer of v3");
                        shown.lock().unwrap().push(format!("v3 {fault}: {error} {error:?}"));
                    }
                }
            });
        }
    });

    // The sandbox judges requests by what they carry, and tells why in its journal.
    let sandbox = Sandbox::builder()
        .credentials(credentials(KEY))
        .job(Job::new(USER, JOB).then(Stage::Members(PERSONAL.into()), 9))
        .start()
        .unwrap();
    for (key, user, job) in
        [(KEY, USER, JOB), ("cnr-wrong-key", USER, JOB), (KEY, USER, "cnr-other-job"), (KEY, USER, JOB)]
    {
        let query = JobStatusQuery::new(user, job).unwrap();
        for outcome in ask(&sandbox.base_url(), None, key, &query, Duration::from_secs(20)) {
            shown.lock().unwrap().push(format!("sandbox: {}", show(&outcome)));
        }
    }
    assert!(sandbox.journal().len() >= 8);
    shown.lock().unwrap().push(format!("journal: {:?}", sandbox.journal()));
    let journal = ask_json(sandbox.address(), "GET", "/sandbox/journal", "").1;
    // Ids tell jobs apart for the user of a sandbox, where they are invented; all else of a person is kept out.
    let journal = journal.to_string().replace(USER, "").replace(JOB, "").replace("cnr-other-job", "");
    assert!(journal.contains("FullName") && journal.contains("image_links"), "{journal}");
    shown.lock().unwrap().push(format!("journal over the admin API: {journal}"));
    shown.lock().unwrap().push(format!("sandbox: {sandbox:?}"));

    images(&shown);
    shown.lock().unwrap().push(format!("v3: {}", v3_wire::good(&options(None), KEY)));

    let logged = LOGGED.lock().unwrap().clone();
    let spans = spans.all();
    assert!(logged.len() > 1000, "the stacks logged next to nothing: {logged}");
    assert!(spans.len() > 2 * Fault::ALL.len() && shown.lock().unwrap().len() > 2 * Fault::ALL.len());
    let sinks = shown.lock().unwrap().iter().cloned().chain(logged.lines().map(str::to_owned)).collect::<Vec<_>>();
    let summary = spans.iter().map(|t| format!("span {} {:?}: {:?}", t.name, t.parent, t.fields));
    let hits: Vec<_> = sinks.iter().cloned().chain(summary).filter(|text| text.contains("cnr-")).collect();
    assert!(sinks.iter().all(|text| !text.contains(v3_wire::JOB_REST)), "the id of a v3 job is logged");
    assert_eq!(hits, Vec::<String>::new());
}
