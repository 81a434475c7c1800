//! A job's images through both downloaders, as one table: what they fetch, refuse, report and leave on disk.

use core::error::Error as _;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::fs;
use std::path::{Path, PathBuf};

use smileid_core::{Answer, BaseUrl, Client, Config, JobStatus, JobStatusQuery, Verified};
use smileid_http_blocking::{Cause, TransportOptions};
use smileid_images::{
    self as asynchronous, Fetched, Folder, Image, ImageError, ImageLink, ImagePolicy, ImageProblem, Manifest, blocking,
};
use smileid_sandbox::certificates::Authority;
use smileid_sandbox::faults::{ImageFault, ImageServer};
use smileid_sandbox::{Job, Sandbox, Stage};
use tempfile::{TempDir, tempdir};

use crate::stacks::{self, on_tokio, plain, trusting};

const PAGE: &str = include_str!("../../docs/images.md");
/// What is too long for one image where time is the question.
const IMPATIENT: Duration = Duration::from_millis(400);
/// What no test waits for.
const PATIENT: Duration = Duration::from_secs(60);
/// Less than an endless image, more than the picture.
const MAX_BYTES: usize = 256 * 1024;

fn policy() -> ImagePolicy {
    ImagePolicy::new().allow_loopback().with_max_bytes(MAX_BYTES).with_image_timeout(PATIENT)
}

/// Both downloaders as one, so that every scenario goes through both.
struct Both {
    blocking: blocking::Downloader,
    asynchronous: asynchronous::Downloader,
}

impl Both {
    fn new(policy: &ImagePolicy, options: &TransportOptions) -> Self {
        Self {
            blocking: blocking::Downloader::with_options(policy.clone(), options).unwrap(),
            asynchronous: asynchronous::Downloader::with_options(policy.clone(), options).unwrap(),
        }
    }

    fn fetch(&self, link: &ImageLink) -> [Result<Image, ImageError>; 2] {
        [self.blocking.fetch(link), on_tokio(self.asynchronous.fetch(link))]
    }

    fn fetch_all(&self, status: &Verified<JobStatus>) -> [Result<Vec<Fetched>, ImageError>; 2] {
        [self.blocking.fetch_all(status), on_tokio(self.asynchronous.fetch_all(status))]
    }

    fn save_all(&self, status: &Verified<JobStatus>, folders: [&Folder; 2]) -> [Result<Manifest, ImageError>; 2] {
        let [first, second] = folders;
        [self.blocking.save_all(status, first), on_tokio(self.asynchronous.save_all(status, second))]
    }
}

/// A proven final answer with these `image_links`.
fn answer(image_links: &str) -> Box<Verified<JobStatus>> {
    let members = format!(
        r#""job_complete":true,"job_success":true,"code":"2302","result":{{"ResultCode":"0810","PartnerParams":{{"user_id":"u","job_id":"j","job_type":4}}}},"image_links":{image_links}"#
    );
    let sandbox = Sandbox::builder().job(Job::new("u", "j").then(Stage::Members(members), 9)).start().unwrap();
    let base = BaseUrl::parse(&sandbox.base_url()).unwrap();
    let transport = stacks::blocking(&plain());
    let client = Client::new(transport, Config::new(sandbox.credentials(), &base.into()));
    match client.job_status(JobStatusQuery::new("u", "j").unwrap().with_image_links()).unwrap() {
        Answer::Final(status) => status,
        Answer::Pending(pending) => panic!("{pending:?}"),
    }
}

/// What a future comes to that is asked once, by no runtime at all.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits for a runtime that is not there"),
    }
}

#[test]
fn without_a_runtime_an_async_downloader_says_so() {
    let (status, own) = (answer(r#"{"selfie_image":"https://127.0.0.1:9/x.png"}"#), tempdir().unwrap());
    let downloader = asynchronous::Downloader::with_options(policy(), &plain()).unwrap();
    let link = policy().link("selfie_image", "https://127.0.0.1:9/x.png").unwrap();
    for error in [
        at_once(downloader.fetch(&link)).unwrap_err(),
        at_once(downloader.save_all(&status, &Folder::new(out(&own)))).unwrap_err(),
    ] {
        let cause = error.source().and_then(|source| source.downcast_ref());
        assert_eq!(cause, Some(&Cause::NoRuntime), "{error:?}");
    }
    assert!(!out(&own).exists());
}

/// Returns a folder that is not there yet, in one that goes with the test.
fn out(own: &TempDir) -> PathBuf {
    own.path().join("out")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Every fault, the kind and the word it comes to, and whether it is one of time.
const SCENARIOS: &[(ImageFault, &str, &str, Duration)] = &[
    (ImageFault::Redirect, "redirected", "redirect", PATIENT),
    (ImageFault::RedirectOther, "redirected", "redirect", PATIENT),
    (ImageFault::Expired, "not_found", "expired", PATIENT),
    (ImageFault::Gone, "not_found", "gone", PATIENT),
    (ImageFault::Busy, "server", "server", PATIENT),
    (ImageFault::Throttled, "throttled", "throttled", PATIENT),
    (ImageFault::Partial, "malformed", "reply", PATIENT),
    (ImageFault::Empty, "malformed", "not_an_image", PATIENT),
    (ImageFault::Html, "malformed", "not_an_image", PATIENT),
    (ImageFault::Script, "malformed", "not_an_image", PATIENT),
    (ImageFault::Executable, "malformed", "not_an_image", PATIENT),
    (ImageFault::GzipImage, "malformed", "not_an_image", PATIENT),
    (ImageFault::GzipBomb, "malformed", "too_large", PATIENT),
    (ImageFault::LengthHuge, "malformed", "too_large", PATIENT),
    (ImageFault::LengthTooLong, "transport", "closed", PATIENT),
    (ImageFault::Truncated, "transport", "closed", PATIENT),
    (ImageFault::Unframed, "malformed", "reply", PATIENT),
    (ImageFault::Endless, "malformed", "too_large", PATIENT),
    (ImageFault::Drip, "transport", "timeout", IMPATIENT),
    (ImageFault::Silent, "transport", "timeout", IMPATIENT),
    (ImageFault::Stall, "transport", "timeout", IMPATIENT),
    (ImageFault::Untrusted, "tls", "tls", PATIENT),
];

#[test]
fn every_fault_of_a_host_is_told_alike_by_both_and_none_is_taken_for_an_image() {
    assert!(ImageFault::ALL.iter().all(|fault| SCENARIOS.iter().any(|(tried, ..)| tried == fault)));
    for (fault, kind, word, _) in SCENARIOS {
        let row = format!("| `{}` | {} | `{kind}`, `{word}` |", fault.name(), fault.description());
        assert!(PAGE.contains(&row), "docs/images.md lacks: {row}");
    }
    let authority = Authority::new().unwrap();
    for (fault, kind, word, patience) in SCENARIOS {
        let server = ImageServer::start(&authority, Some(*fault)).unwrap();
        let policy = policy().with_image_timeout(*patience);
        let link = policy.link("selfie_image", &server.link("selfie")).unwrap();
        for outcome in Both::new(&policy, &trusting(Some(&authority.pem()))).fetch(&link) {
            let error = outcome.unwrap_err();
            assert_eq!((error.kind().as_str(), error.problem().as_str()), (*kind, *word), "{}: {error}", fault.name());
            let summary = format!("{error} {error:?} {:?}", smileid_core::Error::from(error.clone()));
            assert!(!summary.contains("cnr-") && !summary.contains("/images/"), "{summary}");
        }
        assert_eq!(server.strays(), 0, "{}", fault.name());
    }
}

#[test]
fn a_sound_image_comes_with_nothing_sent_but_the_link() {
    let authority = Authority::new().unwrap();
    let server = ImageServer::start(&authority, None).unwrap();
    let policy = policy();
    let link = policy.link("selfie_image", &server.link("selfie")).unwrap();
    let both = Both::new(&policy, &trusting(Some(&authority.pem())));
    // Twice, since a host that asks for a cookie to be kept would be given it the second time.
    for image in both.fetch(&link).into_iter().chain(both.fetch(&link)) {
        let image = image.unwrap();
        assert_eq!((image.key(), image.media_type().as_str()), ("selfie_image", "image/png"));
        assert!(image.expose_bytes().ends_with(b"IEND\xaeB`\x82"));
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 4);
    for raw in requests {
        let text = String::from_utf8(raw).unwrap().to_ascii_lowercase();
        let (asked, fields) = text.split_once("\r\n").unwrap();
        assert_eq!(asked, "get /images/selfie.png?signature=cnr-link-query http/1.1");
        let mut names: Vec<_> = fields.lines().filter_map(|field| Some(field.split_once(':')?.0)).collect();
        names.sort_unstable();
        names.retain(|name| *name != "accept");
        assert_eq!(names, ["host", "user-agent"], "{text}");
    }
}

#[test]
fn all_images_of_an_answer_are_kept_with_a_manifest_and_each_failure_is_told_in_it() {
    let authority = Authority::new().unwrap();
    let sound = ImageServer::start(&authority, None).unwrap();
    let expired = ImageServer::start(&authority, Some(ImageFault::Expired)).unwrap();
    let status = answer(&format!(
        r#"{{"selfie_image":"{}","id_card_image":"{}","../../evil":"{}","elsewhere":"https://evil.example/cnr-link-path","plain":"http://cdn.example/cnr-link-path","metadata":"https://169.254.169.254/cnr-link-path","SELFIE_IMAGE":"{}"}}"#,
        sound.link("selfie"),
        expired.link("card"),
        sound.link("evil"),
        sound.link("again"),
    ));
    let own = [tempdir().unwrap(), tempdir().unwrap()];
    let folders = own.each_ref().map(|own| Folder::new(out(own)));
    let both = Both::new(&policy(), &trusting(Some(&authority.pem())));
    for (manifest, own) in both.save_all(&status, folders.each_ref()).into_iter().zip(&own) {
        let json = manifest.unwrap().to_json();
        assert_eq!(fs::read_to_string(out(own).join("manifest.json")).unwrap(), format!("{json}\n"));
        assert_eq!(names(&out(own)), ["image-3.png", "image-7.png", "manifest.json", "selfie_image.png"]);
        assert!(!json.contains("cnr-") && !json.contains("evil") && !json.contains("127.0.0.1"), "{json}");
        let manifest: serde_json::Value = serde_json::from_str(&json).unwrap();
        for (name, value) in [("state", "final"), ("proof", "hmac"), ("verdict", "approved")] {
            assert_eq!(manifest[name], value);
        }
        let images = manifest["images"].as_array().unwrap();
        let summary: Vec<_> = images
            .iter()
            .map(|image| {
                let error = image.get("error").map_or("", |error| error["reason"].as_str().unwrap());
                (image["key"].as_str().unwrap(), image["file"].as_str(), error)
            })
            .collect();
        assert_eq!(
            summary,
            [
                ("selfie_image", Some("selfie_image.png"), ""),
                ("id_card_image", None, "expired"),
                ("image-3", Some("image-3.png"), ""),
                ("elsewhere", None, "host"),
                ("plain", None, "link"),
                ("metadata", None, "link"),
                ("image-7", Some("image-7.png"), ""),
            ]
        );
        let bytes = fs::read(out(own).join("selfie_image.png")).unwrap();
        assert_eq!(images[0]["bytes"], bytes.len());
        assert_eq!(images[0]["sha256"].as_str().unwrap().len(), 64);
        assert_modes(&out(own));
    }
    // What is there is kept, and nothing is asked for.
    let before = sound.requests().len();
    for again in both.save_all(&status, folders.each_ref()) {
        assert_eq!(again.unwrap_err().problem(), ImageProblem::Exists);
    }
    assert_eq!(sound.requests().len(), before);
    let [first, second] = folders.map(Folder::replacing);
    assert!(both.save_all(&status, [&first, &second]).iter().all(Result::is_ok));
}

#[cfg(unix)]
fn assert_modes(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder), 0o700);
    for entry in fs::read_dir(folder).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[cfg(not(unix))]
fn assert_modes(_: &Path) {}

#[test]
fn answers_without_links_and_with_too_many_are_told() {
    let authority = Authority::new().unwrap();
    let server = ImageServer::start(&authority, None).unwrap();
    let link = server.link("selfie");
    let both = Both::new(&policy().with_max_images(2), &trusting(Some(&authority.pem())));
    for (links, problem) in [
        ("{}", ImageProblem::NoLinks),
        ("null", ImageProblem::NoLinks),
        ("[]", ImageProblem::NoLinks),
        (r#"{"selfie_image":null,"id_card_image":""}"#, ImageProblem::NoLinks),
        (r#"{"error":"cnr-link-error"}"#, ImageProblem::LinksError),
    ] {
        let status = answer(links);
        for outcome in both.fetch_all(&status) {
            let error = outcome.unwrap_err();
            assert_eq!((error.problem(), error.kind().as_str()), (problem, "not_found"), "{links}");
            assert!(!format!("{error} {error:?}").contains("cnr-"));
        }
    }
    let many: Vec<_> = (0..50).map(|n| format!(r#""image{n}":"{link}""#)).collect();
    let status = answer(&format!("{{{}}}", many.join(",")));
    for outcome in both.fetch_all(&status) {
        let summary: Vec<_> = outcome.unwrap().into_iter().map(|f| f.image.map_err(|e| e.problem()).err()).collect();
        assert_eq!(summary, [None, None, Some(ImageProblem::TooMany)]);
    }
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn the_time_for_all_ends_all() {
    let authority = Authority::new().unwrap();
    let silent = ImageServer::start(&authority, Some(ImageFault::Silent)).unwrap();
    let links: Vec<_> = (0..5).map(|n| format!(r#""image{n}":"{}""#, silent.link("x"))).collect();
    let status = answer(&format!("{{{}}}", links.join(",")));
    let both = Both::new(&policy().with_deadline(IMPATIENT), &trusting(Some(&authority.pem())));
    for outcome in both.fetch_all(&status) {
        let kinds: Vec<_> = outcome.unwrap().into_iter().map(|f| f.image.unwrap_err().kind().as_str()).collect();
        assert_eq!(kinds, ["deadline"; 5]);
    }
    // The first image used up the time, so the others were not fetched.
    assert!(silent.connections() <= 2);
}

#[test]
fn a_download_is_interrupted_from_another_thread_and_a_dropped_one_leaves_nothing() {
    let authority = Authority::new().unwrap();
    let silent = ImageServer::start(&authority, Some(ImageFault::Silent)).unwrap();
    let status = answer(&format!(r#"{{"selfie_image":"{}"}}"#, silent.link("x")));
    let both = Both::new(&policy(), &trusting(Some(&authority.pem())));
    let own = tempdir().unwrap();
    std::thread::scope(|scope| {
        let saving = scope.spawn(|| both.blocking.save_all(&status, &Folder::new(out(&own))));
        // The case that ends before its request is below.
        while silent.requests().is_empty() && !saving.is_finished() {
            std::thread::yield_now();
        }
        both.blocking.interrupt().stop();
        let manifest = saving.join().unwrap().unwrap();
        let kinds: Vec<_> = manifest.failures().map(|(_, error)| error.kind().as_str()).collect();
        assert_eq!(kinds, ["cancelled"]);
    });
    assert_eq!(names(&out(&own)), ["manifest.json"]);
    let dropped = tempdir().unwrap();
    on_tokio(async {
        let folder = Folder::new(out(&dropped));
        let saving = both.asynchronous.save_all(&status, &folder);
        assert!(tokio::time::timeout(IMPATIENT, saving).await.is_err());
    });
    assert!(!out(&dropped).exists());
}

#[test]
fn a_proxy_is_refused_unless_trusted() {
    use smileid_http_blocking::{Proxy, SetupError};
    let through = plain().with_proxy(Proxy::parse("http://127.0.0.1:9").unwrap());
    for trusted in [false, true] {
        let policy = if trusted { ImagePolicy::new().trust_proxy() } else { ImagePolicy::new() };
        let outcomes = [
            blocking::Downloader::with_options(policy.clone(), &through).map(drop),
            asynchronous::Downloader::with_options(policy, &through).map(drop),
        ];
        let expected = if trusted { Ok(()) } else { Err(SetupError::ProxyNotTrusted) };
        assert_eq!(outcomes, [expected, expected]);
    }
}
