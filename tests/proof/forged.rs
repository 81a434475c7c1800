//! Forged replies, each refused with its own kind; and beside them the few that look alike and are genuine. The order in which the
//! checks come is `contract/outcomes.rs`'s, the legacy pair's own forgeries `legacy.rs`'s.

use core::time::Duration;
use std::collections::BTreeSet;

use smileid_core::{ApiKey, Config, Credentials, Environment, Freshness, Moment, PartnerId, Session};
use smileid_tests::{APPROVED_RESULT, NOON, Reply, config, credentials, outcome_of, query, run};

use super::forms::{FORMS, Form, Genuine, mac, now, with_proof};

#[test]
fn every_forged_form_is_refused_with_its_kind() {
    let genuine = Genuine::new();
    assert_eq!(outcome_of(&config(), &genuine.reply()), "final hmac approved");
    for Form { name, reply, outcome } in FORMS {
        let found = outcome_of(&config(), &reply(&genuine));
        assert_eq!(found, *outcome, "{name}");
        assert!(!found.ends_with("approved"), "{name}");
    }
    let names: BTreeSet<_> = FORMS.iter().map(|form| form.name).collect();
    assert_eq!(names.len(), FORMS.len(), "two forms share a name");
    assert!(names.len() >= 60, "{} forms", names.len());
}

#[test]
fn what_looks_alike_and_is_genuine_is_taken() {
    let signed = |timestamp: &str| {
        with_proof("signature", &format!("\"{timestamp}\""), &format!("\"{}\"", mac("key", "023", timestamp)))
    };
    let at = now().as_str().to_owned();
    let good = mac("key", "023", &at);
    let accepted = "final hmac approved";
    let cases = [
        ("a MAC in sec_key", with_proof("sec_key", &format!("\"{at}\""), &format!("\"{good}\""))),
        (
            "escapes in both texts",
            with_proof("signature", &format!("\"\\u0032{}\"", &at[1..]), &format!("\"{}\"", good.replace('/', "\\/"))),
        ),
        ("milliseconds as text", signed("1791115199999")),
        (
            "milliseconds as a number",
            with_proof("signature", "1791115199999", &format!("\"{}\"", mac("key", "023", "1791115199999"))),
        ),
        ("seconds as text", signed("1791115200")),
        ("no zone", signed("2026-10-04T11:59:59.999999")),
        ("an offset", signed("2026-10-04 13:00:00 +0100")),
        ("300 s old", Reply::approved().signed_ago(299_995)),
        ("300 s ahead", Reply::approved().signed_ago(-300_000)),
    ];
    for (name, reply) in &cases {
        assert_eq!(outcome_of(&config(), reply), accepted, "{name}");
    }
    // A time that cannot be read holds, and its age is unknown.
    assert_eq!(outcome_of(&config(), &signed("the day before yesterday")), "error replay");
    assert_eq!(outcome_of(&config(), &signed("")), "error replay");
}

#[test]
fn either_key_of_a_rotation_verifies_and_is_told_and_no_third_one_does() {
    let rotating = |current: &str, previous: &str| {
        let credentials = credentials(current).with_previous_api_key(ApiKey::new(previous).unwrap());
        Config::new(&credentials, &Environment::Sandbox)
    };
    let key_of = |config: &Config| {
        let run = run(Session::job_status(config, query()), |_, _, now| {
            (Duration::from_millis(5), Ok(Reply::approved().at(now)))
        });
        match &run.outcome {
            Ok(answer) => answer.verified().unwrap().proof().key().as_str(),
            Err(error) => error.kind().as_str(),
        }
    };
    assert_eq!(key_of(&rotating("key", "old")), "current");
    assert_eq!(key_of(&rotating("new", "key")), "previous");
    assert_eq!(key_of(&rotating("key", "key")), "current");
    assert_eq!(key_of(&rotating("new", "old")), "signature");
    // The previous key verifies only: requests are signed with the current one.
    let request = |config: &Config| {
        let run = run(Session::job_status(config, query()), |_, _, now| (Duration::ZERO, Ok(Reply::pending().at(now))));
        run.bodies[0].clone()
    };
    assert_eq!(request(&rotating("key", "old")), request(&config()));
    assert_ne!(request(&rotating("new", "key")), request(&config()));
}

#[test]
fn a_pair_taken_from_a_pending_reply_serves_no_other_job_and_no_later_time() {
    // What the guide says remains: within the tolerance, and inside TLS, the pair can be put beside another body of the same job.
    let pending = Reply::pending().at(Moment::new(NOON - 1000, Duration::ZERO));
    let text = String::from_utf8(pending.body).unwrap();
    let field =
        |name: &str| text.split(&format!("\"{name}\":\"")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let stolen = |result: &str| {
        let (timestamp, signature) = (field("timestamp"), field("signature"));
        Reply::verbatim(
            200,
            format!(
                r#"{{"timestamp":"{timestamp}","job_complete":true,"job_success":true,"result":{result},"signature":"{signature}"}}"#
            ),
        )
    };
    assert_eq!(outcome_of(&config(), &stolen(APPROVED_RESULT)), "final hmac approved");
    assert_eq!(outcome_of(&config(), &stolen(&APPROVED_RESULT.replace("job-7", "job-8"))), "error mismatch");
    let tight = config().with_freshness(Freshness::within(Duration::from_millis(900)));
    assert_eq!(outcome_of(&tight, &stolen(APPROVED_RESULT)), "error replay");
}

#[test]
fn a_clock_that_is_off_is_told_by_the_replys_own_date() {
    let error = |reply: Reply| {
        let run = run(Session::job_status(&config(), query()), |_, _, now| (Duration::ZERO, Ok(reply.at(now))));
        run.outcome.unwrap_err().to_string()
    };
    let cases = [
        (3_600_000, "Sun, 04 Oct 2026 11:00:00 GMT", Some("3600 s ahead")),
        (-3_600_000, "Sun, 04 Oct 2026 13:00:00 GMT", Some("3600 s behind")),
        (3_600_000, "Sun, 04 Oct 2026 12:00:00 GMT", None),
        (3_600_000, "Sun, 04 Oct 2026 11:59:30 GMT", None),
        (3_600_000, "yesterday", None),
    ];
    for (signed_ago, date, hint) in cases {
        let message = error(Reply::approved().signed_ago(signed_ago).header("Date", date));
        assert_eq!(message.contains("clock is"), hint.is_some(), "{date}: {message}");
        assert!(hint.is_none_or(|hint| message.contains(hint)), "{date}: {message}");
    }
    let message = error(Reply::approved().signed_ago(3_600_000));
    assert!(message.contains("signed 3600 s ago"), "{message}");
}

#[test]
fn a_partner_without_digits_signs_and_verifies_and_still_knows_a_bare_hash_by_its_shape() {
    let named = Credentials::new(PartnerId::new("partner").unwrap(), ApiKey::new("key").unwrap());
    let config = Config::new(&named, &Environment::Sandbox);
    let at = now().as_str().to_owned();
    let reply = |proof: &str| with_proof("signature", &format!("\"{at}\""), &format!("\"{proof}\""));
    assert_eq!(outcome_of(&config, &reply(&mac("key", "partner", &at))), "final hmac approved");
    assert_eq!(outcome_of(&config, &reply(&"ab".repeat(32))), "error unproven");
    assert_eq!(outcome_of(&config, &reply(&"ab".repeat(31))), "error unproven");
}
