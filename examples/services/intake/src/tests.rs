//! Which callbacks are accepted, refused or postponed, and that none is lost. No service is asked.

use std::time::SystemTime;

use super::*;
use smileid::Roots;
use smileid_core::{ApiKey, Credentials, Moment, PartnerId, Signer, Timestamp};

/// An intake with room for one callback, and without a worker.
fn intake() -> (Intake, mpsc::Receiver<JobStatusQuery>, Signer) {
    let credentials = Credentials::new(PartnerId::new("023").unwrap(), ApiKey::new("key").unwrap());
    let client = Client::builder("023", "key").base_url("http://127.0.0.1:1/v1").roots(Roots::Added).build().unwrap();
    let (queue, waiting) = mpsc::channel(1);
    (Intake { client, queue, jobs: Arc::default() }, waiting, Signer::new(&credentials))
}

const NONE: Headers<'static> = Headers { pair: HeaderPair::NONE, user_id: None, job_id: None };

fn callback(signer: &Signer, job_id: &str) -> Vec<u8> {
    signed_ago(Duration::ZERO, signer, job_id)
}

fn ago(ago: Duration) -> Timestamp {
    let then = (SystemTime::now() - ago).duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Timestamp::at(Moment::new(i64::try_from(then.as_millis()).unwrap(), Duration::ZERO))
}

fn signed_ago(age: Duration, signer: &Signer, job_id: &str) -> Vec<u8> {
    let proof = signer.authorize_at(ago(age));
    let (timestamp, signature) = (proof.timestamp().as_str(), proof.value());
    let ids = format!(r#"{{"user_id":"user-7","job_id":"{job_id}","job_type":1}}"#);
    let body =
        format!(r#"{{"ResultCode":"0810","PartnerParams":{ids},"timestamp":"{timestamp}","signature":"{signature}"}}"#);
    body.into_bytes()
}

#[test]
fn a_callback_is_put_off_and_not_lost_if_the_queue_is_full() {
    let (intake, mut waiting, signer) = intake();
    let take = |job_id: &str| intake.take(callback(&signer, job_id), NONE);
    assert_eq!(
        [take("a"), take("a"), take("b"), take("b")],
        [Taken::Accepted, Taken::Accepted, Taken::Busy, Taken::Busy]
    );
    assert_eq!(waiting.try_recv().unwrap().job_id(), "a");
    assert_eq!(take("b"), Taken::Accepted);
    assert_eq!(waiting.try_recv().unwrap().job_id(), "b");
    assert!(waiting.try_recv().is_err(), "a double is not asked about");
}

#[test]
fn a_callback_that_names_no_job_is_malformed() {
    let (intake, _waiting, signer) = intake();
    let body = String::from_utf8(callback(&signer, "a")).unwrap();
    for nameless in [body.replace("job_id", "other"), body.replace("user-7", ""), body.replace("PartnerParams", "x")] {
        assert_eq!(intake.take(nameless.into_bytes(), NONE), Taken::Malformed);
    }
}

fn ids(job: &str) -> Ids {
    Ids { user: "user-7".to_owned(), job: job.to_owned() }
}

#[test]
fn an_approved_job_is_closed_and_a_provisional_one_is_asked_about_again() {
    let jobs = Jobs::default();
    for (job, verdict, again) in
        [("a", Verdict::Approved, false), ("r", Verdict::Rejected, false), ("p", Verdict::Provisional, true)]
    {
        let ids = ids(job);
        assert!(jobs.claim(&ids));
        assert!(!jobs.decide(&ids, verdict));
        assert_eq!(jobs.claim(&ids), again, "{job}");
    }
    for number in 0..MOST_REMEMBERED {
        jobs.decide(&ids(&number.to_string()), Verdict::Approved);
    }
    assert!(jobs.claim(&ids("a")), "memory is bounded: the oldest are forgotten");
}

#[test]
fn a_callback_that_comes_amid_a_question_is_not_lost() {
    let (jobs, ids) = (Jobs::default(), ids("a"));
    assert!(jobs.claim(&ids) && !jobs.claim(&ids) && !jobs.claim(&ids));
    assert!(jobs.decide(&ids, Verdict::Provisional), "its result may have come since: asked once more");
    assert!(!jobs.claim(&ids), "meanwhile it is taken");
    assert!(jobs.release(&ids) && !jobs.release(&ids), "once for each time");
    assert!(jobs.claim(&ids) && !jobs.claim(&ids));
    assert!(!jobs.decide(&ids, Verdict::Approved), "what is decided is decided");
    assert!(!jobs.claim(&ids));
}

#[test]
fn a_callback_under_another_user_does_not_stand_in_the_way() {
    let (intake, mut waiting, signer) = intake();
    let forged = String::from_utf8(callback(&signer, "a")).unwrap().replace("user-7", "mallory");
    assert_eq!(intake.take(forged.into_bytes(), NONE), Taken::Accepted);
    assert_eq!(waiting.try_recv().unwrap().user_id(), "mallory");
    assert_eq!(intake.take(callback(&signer, "a"), NONE), Taken::Accepted);
    assert_eq!(waiting.try_recv().unwrap().user_id(), "user-7");
}

/// What a callback becomes, and the job that is asked about.
fn becomes(
    body: impl Fn(&str, &str) -> String,
    headers: impl Fn(&'static str, &str, &str) -> Option<String>,
) -> (Taken, Option<String>) {
    let (intake, mut waiting, signer) = intake();
    let proof = signer.authorize_at(ago(Duration::ZERO));
    let (timestamp, signature) = (proof.timestamp().as_str(), proof.value());
    let values = ["response-timestamp", "response-signature", "user-id", "job-id"]
        .map(|name| (name, headers(name, timestamp, signature)));
    let headers = Headers::read(|name| {
        values.iter().find(|header| header.0 == name).and_then(|header| header.1.as_deref()).map(str::as_bytes)
    });
    let taken = intake.take(body(timestamp, signature).into_bytes(), headers);
    (taken, waiting.try_recv().ok().map(|query| format!("{} {}", query.user_id(), query.job_id())))
}

#[test]
fn no_callback_is_lost_that_can_be_placed() {
    let asked = (Taken::Accepted, Some("ada loan-9".to_owned()));
    let ids = r#"{"user_id":"ada","job_id":"loan-9","job_type":1}"#;
    let no_headers = |_: &'static str, _: &str, _: &str| None;
    let forms = [
        format!(r#""ResultCode":"0810","PartnerParams":{ids}"#),
        format!(r#""result":{{"ResultCode":"0810","PartnerParams":{ids}}}"#),
        format!(r#""result_code":"0810","partner_params":{ids}"#),
        // Its stage is unknown.
        format!(r#""PartnerParams":{ids}"#),
        format!(r#""ResultCode":"0810","result_code":"0811","PartnerParams":{ids}"#),
    ];
    let signed = |form: &str| {
        let form = form.to_owned();
        move |at: &str, mac: &str| format!(r#"{{{form},"timestamp":"{at}","signature":"{mac}"}}"#)
    };
    for form in &forms {
        assert_eq!(becomes(signed(form), no_headers), asked, "{form}");
        let pair = |name: &'static str, at: &str, mac: &str| match name {
            "response-timestamp" => Some(at.to_owned()),
            "response-signature" => Some(mac.to_owned()),
            _ => None,
        };
        assert_eq!(becomes(|_, _| format!("{{{form}}}"), pair), asked, "{form}");
    }
    let in_headers = |name: &'static str, at: &str, mac: &str| match name {
        "response-timestamp" => Some(at.to_owned()),
        "response-signature" => Some(mac.to_owned()),
        "user-id" => Some("ada".to_owned()),
        _ => Some("loan-9".to_owned()),
    };
    assert_eq!(becomes(|_, _| r#"{"ResultCode":"0810"}"#.to_owned(), in_headers), asked);
    let other = r#"{"ResultCode":"0810","user_id":"eve"}"#;
    assert_eq!(becomes(|_, _| other.to_owned(), in_headers), (Taken::Malformed, None));
    for going_on in [r#""status":"processing""#, r#""result_code":"1012""#] {
        let form = format!(r#"{going_on},"partner_params":{ids}"#);
        assert_eq!(becomes(signed(&form), no_headers), (Taken::Accepted, None), "{form}");
    }
    let half = |name: &'static str, _: &str, mac: &str| (name == "response-signature").then(|| mac.to_owned());
    let body = |at: &str, _: &str| format!(r#"{{"ResultCode":"0810","PartnerParams":{ids},"timestamp":"{at}"}}"#);
    assert_eq!(becomes(body, half), (Taken::Refused, None));
}

#[test]
fn stale_callback_is_a_reason_to_ask_if_its_proof_holds() {
    let (intake, mut waiting, signer) = intake();
    let four_hours = Duration::from_secs(4 * 3600);
    let stale = signed_ago(four_hours, &signer, "a");
    assert_eq!(intake.take(stale.clone(), NONE), Taken::Accepted);
    assert_eq!(waiting.try_recv().unwrap().job_id(), "a");
    let forged = String::from_utf8(stale).unwrap().replace('T', "t");
    assert_eq!(intake.take(forged.into_bytes(), NONE), Taken::Refused);
    assert!(waiting.try_recv().is_err());
}
