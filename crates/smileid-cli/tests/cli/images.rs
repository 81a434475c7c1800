//! `smileid images` against a sandbox and hosts of images that fail: what is kept, what is printed, and the exit.

use std::fs;

use crate::common::{JOB, KEY, PARTNER, Ran, Run, USER};
use serde_json::Value;
use smileid_core::{ApiKey, Credentials, PartnerId};
use smileid_sandbox::certificates::Authority;
use smileid_sandbox::faults::{ImageFault, ImageServer};
use smileid_sandbox::{Job, Product, Sandbox, Stage};
use tempfile::TempDir;

fn sandbox(job: Job) -> Sandbox {
    let credentials = Credentials::new(PartnerId::new(PARTNER).unwrap(), ApiKey::new(KEY).unwrap());
    Sandbox::builder().credentials(credentials).job(job).start().unwrap()
}

/// A proven final answer with these links.
fn linked(image_links: &str) -> Sandbox {
    let members = format!(
        r#""job_complete":true,"job_success":true,"code":"2302","result":{{"ResultCode":"0810"}},"image_links":{image_links}"#
    );
    sandbox(Job::new(USER, JOB).then(Stage::Members(members), 99))
}

/// A folder of one test, taken away with it.
struct Own(TempDir);

impl Own {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.0.path().join(folder)) else { return Vec::new() };
        let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn images(sandbox: &Sandbox, out: &str, more: &[&str]) -> Ran {
    let base = sandbox.base_url();
    let usual = ["images", "--base-url", &base, "--user-id", USER, "--job-id", JOB, "--out", out];
    Run::new(&usual).args(more).credentials().run()
}

/// Returns the failure on standard error with `--output json`.
#[track_caller]
fn kind(ran: &Ran) -> (String, i32) {
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    assert!(!ran.err.contains("canary") && !ran.err.contains("cnr-"), "{}", ran.err);
    let json: Value = serde_json::from_str(&ran.err).unwrap();
    (json["error"]["kind"].as_str().unwrap().to_owned(), ran.code)
}

#[test]
fn a_jobs_images_are_fetched_with_a_manifest() {
    let own = Own::new();
    let sandbox = sandbox(Job::new(USER, JOB).product(Product::BiometricKyc).approved());
    let ran = images(&sandbox, &own.path("a"), &["--allow-loopback", "--output", "json"]);
    let manifest = ran.answer();
    assert_eq!(fs::read_to_string(own.0.path().join("a/manifest.json")).unwrap(), ran.out);
    for (name, value) in [("state", "final"), ("proof", "hmac"), ("verdict", "approved")] {
        assert_eq!(manifest[name], value);
    }
    assert_eq!(manifest["reason"], Value::Null);
    let listed = manifest["images"].as_array().unwrap();
    assert!(!listed.is_empty());
    for image in listed {
        let file = fs::read(own.0.path().join("a").join(image["file"].as_str().unwrap())).unwrap();
        assert_eq!((image["bytes"].as_u64().unwrap(), &file[..8]), (file.len() as u64, &b"\x89PNG\r\n\x1a\n"[..]));
        let names: Vec<&str> = image.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["key", "file", "bytes", "sha256", "media_type", "fetched_at"]);
    }
    assert!(!ran.out.contains("127.0.0.1") && !ran.out.contains("canary"), "{}", ran.out);
    assert_eq!(own.names("a").len(), listed.len() + 1);

    // A second time what is there is kept, before anything is asked.
    let before = sandbox.requests();
    let again = images(&sandbox, &own.path("a"), &["--allow-loopback", "--output", "json"]);
    assert_eq!((kind(&again), sandbox.requests()), (("invalid_input".into(), 2), before));
    let forced = images(&sandbox, &own.path("a"), &["--allow-loopback", "--force"]);
    assert_eq!((forced.code, forced.err.as_str()), (0, ""), "{}", forced.out);
    let lines: Vec<&str> = forced.out.lines().collect();
    assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>(), ["verdict", "approved"]);
    assert!(lines[1].starts_with("selfie_image  selfie_image.png  image/png  "), "{}", forced.out);
    assert!(lines.last().unwrap().starts_with("manifest      "), "{}", forced.out);
}

#[test]
fn images_not_fetched_are_listed_with_the_exit_of_the_first() {
    let own = Own::new();
    let authority = Authority::new().unwrap();
    let ca = own.path("ca.pem");
    fs::write(&ca, authority.pem()).unwrap();
    let sound = ImageServer::start(&authority, None).unwrap();
    for (fault, word, exit) in [
        (ImageFault::Expired, "not_found", 10),
        (ImageFault::Redirect, "redirected", 1),
        (ImageFault::Busy, "server", 6),
        (ImageFault::Throttled, "throttled", 7),
        (ImageFault::Html, "malformed", 9),
        (ImageFault::LengthHuge, "malformed", 9),
        (ImageFault::Untrusted, "tls", 6),
        (ImageFault::Truncated, "transport", 6),
        (ImageFault::Silent, "transport", 6),
    ] {
        let failing = ImageServer::start(&authority, Some(fault)).unwrap();
        let links = format!(r#"{{"id_card_image":"{}","selfie_image":"{}"}}"#, failing.link("a"), sound.link("b"));
        // No other takes any time to speak of.
        let patience = if fault == ImageFault::Silent { "3s" } else { "1m" };
        let more = ["--allow-loopback", "--ca-file", &ca, "--image-timeout", patience, "--output", "json"];
        let ran = images(&linked(&links), &own.path(fault.name()), &more);
        assert_eq!(kind(&ran), (word.to_owned(), exit), "{}", fault.name());
        let manifest: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(manifest["images"][0]["error"]["kind"], word);
        assert_eq!(manifest["images"][0]["file"], Value::Null);
        assert_eq!(own.names(fault.name()), ["manifest.json", "selfie_image.png"]);
        assert_eq!(failing.strays(), 0);
        assert!(!ran.out.contains("cnr-"), "{}", ran.out);
    }
}

#[test]
fn links_that_lead_elsewhere_are_not_followed() {
    let own = Own::new();
    for (number, link) in [
        "http://smile-x.s3.us-west-2.amazonaws.com/canary",
        "https://canary.example/x",
        "https://smile-x.s3.us-west-2.amazonaws.com@127.0.0.1/canary",
        "https://127.0.0.1/canary",
        "https://169.254.169.254/latest/canary",
        "https://smile-x.s3.us-west-2.amazonaws.com:8443/canary",
        "file:///etc/canary",
        "canary",
    ]
    .iter()
    .enumerate()
    {
        let out = format!("n{number}");
        let ran = images(&linked(&format!(r#"{{"selfie_image":"{link}"}}"#)), &own.path(&out), &["--output", "json"]);
        assert_eq!(ran.code, 1, "{link}: {}", ran.err);
        let err = ran.err.replace("(canary.example)", "");
        assert!(err.contains(r#""kind":"redirected""#) && !err.contains("canary"), "{link}: {err}");
        assert!(!ran.out.contains("canary"), "{}", ran.out);
        assert_eq!(own.names(&out), ["manifest.json"], "{link}");
    }
}

#[test]
fn the_vendors_hosts_can_be_left_out() {
    let own = Own::new();
    let sandbox = linked(r#"{"selfie_image":"https://smile-x.s3.us-west-2.amazonaws.com/canary"}"#);
    let more = ["--allow-host", "cdn.invalid", "--no-vendor-hosts", "--output", "json"];
    let ran = images(&sandbox, &own.path("a"), &more);
    assert_eq!(kind(&ran), ("redirected".into(), 1));
    assert!(ran.err.contains("smile-x.s3.us-west-2.amazonaws.com") && ran.err.contains("--allow-host"), "{}", ran.err);
    let alone = images(&sandbox, &own.path("b"), &["--no-vendor-hosts", "--output", "json"]);
    assert_eq!(alone.failure(), ("invalid_input".into(), 2));
}

#[test]
fn answers_without_images_write_nothing() {
    let own = Own::new();
    let pending = sandbox(Job::new(USER, JOB));
    let undone = r#""job_complete":false,"image_links":{"selfie_image":"http://127.0.0.1:1/canary"}"#;
    let with_links = sandbox(Job::new(USER, JOB).then(Stage::Members(undone.into()), 9));
    for (sandbox, word, exit) in [
        (pending, "deadline", 8),
        (with_links, "deadline", 8),
        (linked("{}"), "not_found", 10),
        (linked(r#"{"error":"canary"}"#), "not_found", 10),
        (sandbox(Job::new("other", "job").approved()), "not_found", 10),
    ] {
        let ran = images(&sandbox, &own.path("a"), &["--allow-loopback", "--output", "json"]);
        assert_eq!(ran.failure(), (word.to_owned(), exit));
        assert!(!own.0.path().join("a").exists());
    }
}

#[test]
fn bad_flags_are_refused_before_a_request() {
    let own = Own::new();
    fs::write(own.path("file"), "").unwrap();
    let sandbox = linked("{}");
    for (out, more, part) in [
        ("a", &["--allow-host", "127.0.0.1"][..], "--allow-loopback"),
        ("a", &["--allow-host", "https://cdn.example/x"], "--allow-host"),
        ("a", &["--max-bytes", "canary"], "--max-bytes"),
        ("a", &["--deadline", "canary"], "--deadline"),
        ("file", &[], "file"),
    ] {
        let ran = images(&sandbox, &own.path(out), &[more, &["--output", "json"]].concat());
        let (kind, error, code) = ran.failure_in_full();
        assert_eq!((kind.as_str(), code), ("invalid_input", 2), "{more:?}");
        assert!(error["message"].as_str().unwrap().contains(part), "{}", ran.err);
    }
    let ran = Run::new(&["images", "--user-id", "u", "--job-id", "j", "--output", "json"]).run();
    assert_eq!(ran.failure(), ("invalid_input".into(), 2));
    assert_eq!(sandbox.requests(), 0);
}

#[test]
fn a_proxy_is_not_gone_through_unless_trusted() {
    let own = Own::new();
    let away = r#""selfie_image":"https://smile-x.s3.us-west-2.amazonaws.com/canary""#;
    // A link to this machine before it uses no proxy, and changes nothing.
    let here = r#""id_card_image":"http://127.0.0.1:1/canary""#;
    for (name, links) in [("one", format!("{{{away}}}")), ("two", format!("{{{here},{away}}}"))] {
        let sandbox = linked(&links);
        let base = sandbox.base_url();
        let usual = ["images", "--base-url", &base, "--user-id", USER, "--job-id", JOB, "--bundled-roots"];
        // Nobody listens there: the one that is trusted is tried, and fails.
        for (more, word, exit) in [(&[][..], "invalid_input", 2), (&["--trust-proxy"], "transport", 6)] {
            let out = own.path(&format!("{name}-{word}"));
            let run = Run::new(&usual).args(&["--out", &out, "--output", "json", "--allow-loopback"]).args(more);
            let ran = run.credentials().env("HTTPS_PROXY", "http://127.0.0.1:1").run();
            assert_eq!(kind(&ran), (word.to_owned(), exit), "{name}");
        }
    }
}
