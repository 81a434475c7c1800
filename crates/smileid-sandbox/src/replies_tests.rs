//! Tests of replies: every product, stage and oddity, read back by the project's own decoder; pictures, history and callbacks.

use core::time::Duration;

use smileid_core::{DecodeOptions, JobStatus, NotProven, Signer};

use super::*;
use crate::jobs::Jobs;
use crate::model::{Job, Product};

const NOW: Moment = Moment::new(1_791_115_200_000, Duration::ZERO);

struct Stand {
    partner: Partner,
    images: Images,
}

impl Stand {
    fn new() -> Self {
        let images = Images::new("http://127.0.0.1:1".into(), Duration::from_secs(60)).unwrap();
        Self { partner: Partner::new(None, false).unwrap(), images }
    }

    fn scene(&self) -> Scene<'_> {
        Scene { partner: &self.partner, images: &self.images, seed: 7, jobs_now: Duration::ZERO }
    }

    fn reply(&self, job: Job) -> String {
        super::job(self.scene(), &seen(job, 1), Wanted { history: true, image_links: true, sec_key: false, at: NOW })
    }

    fn signer(&self) -> Signer {
        Signer::new(&self.partner.credentials)
    }
}

/// A job as its `poll`-th poll sees it.
fn seen(job: Job, poll: u32) -> Seen {
    let mut jobs = Jobs::default();
    let (user, id) = (job.user.clone(), job.id.clone());
    jobs.insert(job, Duration::ZERO);
    (0..poll).map(|_| jobs.poll(&user, &id, Duration::ZERO)).last().unwrap().unwrap()
}

fn decode(text: String) -> JobStatus {
    let output = text.chars().take(300).collect::<String>();
    JobStatus::decode(text.into_bytes(), &DecodeOptions::default()).unwrap_or_else(|e| panic!("{e}: {output}"))
}

#[test]
fn every_product_and_stage_is_strict_json_that_the_decoder_reads_without_a_repair() {
    let stand = Stand::new();
    for product in Product::ALL.iter().copied() {
        for stage in Stage::NAMED {
            if matches!(stage, Stage::Document) {
                continue;
            }
            let output = format!("{product:?} {stage}");
            let text = stand.reply(Job::new("u\"1", "j\\2").product(product).then(stage.clone(), 1));
            assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{output}");
            let status = decode(text);
            assert_eq!(status.job_complete().to_bool(), Some(stage.is_final()), "{output}");
            // A result in text and a timestamp in milliseconds are readings; nothing is repaired.
            let readings = if *stage == Stage::NoZipFile { 2 } else { 0 };
            assert_eq!((status.repairs().count(), status.readings().count()), (0, readings), "{output}");
            let proven = status.claim().classify(&stand.signer());
            let word = proven.map_or_else(NotProven::as_str, |proof| proof.kind().as_str());
            assert_eq!(word, if *stage == Stage::NoZipFile { "unkeyed" } else { "hmac" }, "{output}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_reply_and_another_one_another_person() {
    let stand = Stand::new();
    let job = || Job::new("u", "j").product(Product::EnhancedKyc).approved();
    assert_eq!(stand.reply(job()), stand.reply(job()));
    let wanted = Wanted { history: false, image_links: false, sec_key: false, at: NOW };
    let other = super::job(Scene { seed: 8, ..stand.scene() }, &seen(job(), 1), wanted);
    assert_ne!(stand.reply(job()), other);
}

#[test]
fn biometric_kyc_goes_in_two_steps_and_its_history_has_both() {
    let stand = Stand::new();
    let job =
        || Job::new("u", "j").product(Product::BiometricKyc).pending(1).then(Stage::IdLeg, 1).provisional(1).approved();
    let wanted = Wanted { history: true, image_links: false, sec_key: false, at: NOW };
    let output = |poll| {
        let status = decode(super::job(stand.scene(), &seen(job(), poll), wanted));
        let history: Vec<_> = status.history().map(|e| e.result_code().unwrap_or_default().into_owned()).collect();
        (status.job_complete().to_bool().unwrap(), history.join(" "))
    };
    assert_eq!(output(1), (false, String::new()));
    assert_eq!(output(2), (false, "1012".into()));
    assert_eq!(output(3), (true, "0814 1012".into()));
    assert_eq!(output(4), (true, "0810 0814 1012".into()));
}

#[test]
fn every_oddity_changes_the_reply_and_is_read_or_refused_as_it_should_be() {
    let stand = Stand::new();
    let job = || Job::new("u", "j").product(Product::BiometricKyc).approved();
    let plain = stand.reply(job());
    for odd in Odd::ALL.iter().copied().filter(|odd| !odd.name().starts_with("callback_")) {
        assert_eq!(Odd::from_name(odd.name()), Some(odd));
        assert!(odd.description().ends_with('.'), "{odd}");
        let job = job().odd(odd);
        if let Some(broken) = broken(&seen(job.clone(), 1)) {
            assert!(broken.status >= 400, "{odd}");
            continue;
        }
        let text = stand.reply(job);
        assert_ne!(text, plain, "{odd}");
        let unreadable = matches!(odd, Odd::MissingComma | Odd::BadEscape | Odd::AngleBrackets);
        let decoded = JobStatus::decode(text.clone().into_bytes(), &DecodeOptions::default());
        assert_eq!(decoded.is_err(), unreadable, "{odd}: {:?}", decoded.err());
        let repaired = matches!(odd, Odd::TrailingCommas | Odd::ExtraCloser);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).is_err(), unreadable || repaired, "{odd}");
        let Ok(status) = decoded else { continue };
        assert_eq!(status.repairs().count() > 0, repaired, "{odd}");
        let word = status.claim().classify(&stand.signer()).map_or_else(NotProven::as_str, |p| p.kind().as_str());
        let expected = match odd {
            Odd::ProofUnkeyed => "unkeyed",
            Odd::ProofOneDigitShort => "unrecognised",
            _ => "hmac",
        };
        assert_eq!(word, expected, "{odd}");
    }
}

#[test]
fn a_callback_is_the_result_flattened_with_its_own_names() {
    let stand = Stand::new();
    let body = callback(stand.scene(), &seen(Job::new("u", "j").product(Product::BiometricKyc).approved(), 1), NOW);
    let body: serde_json::Value = serde_json::from_str(&body.unwrap().1).unwrap();
    assert_eq!((&body["ResultCode"], &body["PartnerParams"]["job_id"]), (&"0810".into(), &"j".into()));
    assert!(body["ImageLinks"]["selfie_image"].is_string() && body["SecondaryIDNumber"].is_string());
    assert!(body["timestamp"].is_string() && body["signature"].is_string() && body.get("result").is_none());
    assert!(callback(stand.scene(), &seen(Job::new("u", "j"), 1), NOW).is_none());
    let odd = Job::new("u", "j").odd(Odd::Receipts).odd(Odd::DatesUnpadded).odd(Odd::CodeNumber).approved();
    let body: serde_json::Value =
        serde_json::from_str(&callback(stand.scene(), &seen(odd, 1), NOW).unwrap().1).unwrap();
    assert!(body["KYCReceipt"].is_object() && body["DOB"] == "1990-1-8" && body.get("code").is_none());
    let no_object = Job::new("u", "j").odd(Odd::ResultNull).approved();
    let body: serde_json::Value =
        serde_json::from_str(&callback(stand.scene(), &seen(no_object, 1), NOW).unwrap().1).unwrap();
    assert_eq!(body["ResultCode"], "0840");
}

#[test]
fn members_given_verbatim_stand_as_they_are() {
    let text = Stand::new().reply(Job::new("u", "j").then(Stage::Members(r#""job_complete": TRUE"#.into()), 1));
    assert!(text.ends_with(r#","job_complete": TRUE}"#), "{text}");
}
