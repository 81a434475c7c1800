//! Which pairs of HTTP status and word are answers: six, and no other.

use smileid_core::{ErrorKind, NotFoundPolicy, Response, Verdict, WaitPolicy};
use smileid_v3::{Answer, Decision, Product, Waiting};

use crate::common::{JOB, OTHER_JOB, clean, client, job, noon, seconds, service, status_reply};

#[test]
fn six_pairs_are_answers() {
    for (http, word, expected) in [
        (200, "clear", Decision::Clear),
        (200, "block", Decision::Block),
        (200, "attention", Decision::Attention),
        (200, "error", Decision::Error),
    ] {
        let transport = service(&noon(), vec![status_reply(http, word, JOB)]);
        let Answer::Final(answer) = client(&transport).status(job().of(Product::BiometricKyc)).unwrap() else {
            panic!("{word} is final");
        };
        assert_eq!((answer.decision(), answer.decision().as_str()), (expected, word));
        assert_eq!(
            (answer.job_id(), answer.user_id(), answer.product()),
            (JOB, Some("user_7"), Some(Product::BiometricKyc))
        );
        assert_eq!(answer.origin().as_str(), "channel");
        assert_eq!(answer.created_at().map(smileid_core::Timestamp::unix_millis), Some(crate::common::NOON));
        assert_eq!(answer.as_verdict().is_approved(), expected == Decision::Clear);
        assert_eq!(answer.as_verdict() == Verdict::Rejected, expected == Decision::Block);
        let shown = format!("{answer:?}");
        assert!(!shown.contains(JOB) && !shown.contains("user_7"), "{shown}");
    }
    for (http, word, expected) in [(202, "processing", Waiting::Processing), (404, "not_found", Waiting::NotYetFound)] {
        let transport = service(&noon(), vec![status_reply(http, word, JOB)]);
        let answer = client(&transport).status(job()).unwrap();
        assert!(
            matches!(answer, Answer::Pending(waiting) if waiting == expected && waiting.as_str() == word),
            "{word}"
        );
    }
}

#[test]
fn every_other_pair_is_none() {
    let words = ["clear", "block", "attention", "error", "processing", "not_found", "approved", "unauthorized", ""];
    for http in [200, 201, 202, 204, 206, 400, 402, 403, 404, 409, 422, 999] {
        for word in words {
            let is_pair = match http {
                200 => ["clear", "block", "attention", "error"].contains(&word),
                202 => word == "processing",
                404 => word == "not_found",
                _ => false,
            };
            if is_pair {
                continue;
            }
            let expected = match http {
                403 => ErrorKind::Credentials,
                404 => ErrorKind::NotFound,
                400..=499 => ErrorKind::Request,
                _ => ErrorKind::Malformed,
            };
            let error = client(&service(&noon(), vec![status_reply(http, word, JOB)])).status(job()).unwrap_err();
            assert_eq!((error.kind(), error.http_status()), (expected, Some(http)), "{http} {word}");
            clean(&error);
        }
    }
}

#[test]
fn each_body_that_is_none_has_its_message() {
    for (http, body, kind, part) in [
        (200, r#"{"status":"Clear","job_id":"JOB"}"#, ErrorKind::Malformed, "another letter case"),
        (200, r#"{"status":"approved","job_id":"JOB"}"#, ErrorKind::Malformed, "not a known one"),
        (200, r#"{"status":"unauthorized","job_id":null}"#, ErrorKind::Malformed, "slug of an error"),
        (202, r#"{"status":"Forbidden","job_id":null}"#, ErrorKind::Malformed, "slug of an error"),
        (202, r#"{"status":"clear","job_id":"JOB"}"#, ErrorKind::Malformed, "contradict each other"),
        (200, r#"{"job_id":"JOB"}"#, ErrorKind::Malformed, "no status word"),
        (200, r#"{"status":200,"job_id":"JOB"}"#, ErrorKind::Malformed, "no status word"),
        (200, r#"{"status":"clear","status":"block","job_id":"JOB"}"#, ErrorKind::Malformed, "cannot be read"),
        (200, r#"{"status":"clear","job_id":"JOB",}"#, ErrorKind::Malformed, "cannot be read"),
        (200, "<html>", ErrorKind::Malformed, "cannot be read"),
        (200, "[]", ErrorKind::Malformed, "no object"),
        (200, "", ErrorKind::Malformed, "cannot be read"),
        (200, r#"{"status":"clear"}"#, ErrorKind::Mismatch, "does not name the job_id"),
        (200, r#"{"status":"clear","job_id":"OTHER"}"#, ErrorKind::Mismatch, "another job_id"),
        (202, r#"{"status":"processing","job_id":"OTHER"}"#, ErrorKind::Mismatch, "another job_id"),
        (404, r#"{"status":"not_found","job_id":"OTHER"}"#, ErrorKind::NotFound, "gateway"),
        (404, r#"{"status":"Not Found","message":"x"}"#, ErrorKind::NotFound, "gateway"),
        (404, r#"{"message":"Not Found"}"#, ErrorKind::NotFound, "gateway"),
        (404, "<html>", ErrorKind::NotFound, "base URL"),
        (403, r#"{"status":"Forbidden","message":"x"}"#, ErrorKind::Credentials, "allow list"),
        (302, "", ErrorKind::Redirected, "never followed"),
        (429, "", ErrorKind::Throttled, "HTTP 429"),
        (408, "", ErrorKind::Server, "HTTP 408"),
        (503, "", ErrorKind::Server, "HTTP 503"),
    ] {
        let body = body.replace("JOB", JOB).replace("OTHER", OTHER_JOB);
        let transport = service(&noon(), vec![Response::new(http, body.clone().into_bytes())]);
        let error = client(&transport).status(job()).unwrap_err();
        assert!(error.kind() == kind && error.to_string().contains(part), "{http} {body}: {} {error}", error.kind());
        clean(&error);
    }
}

#[test]
fn user_must_be_the_one_that_was_named() {
    let ask = |user: &str, body: &str| {
        let transport = service(&noon(), vec![Response::new(200, body.replace("JOB", JOB).into_bytes())]);
        client(&transport).status(job().user_id(user).unwrap()).map_err(|error| error.kind())
    };
    let body = r#"{"status":"clear","job_id":"JOB","user_id":"user_7"}"#;
    assert!(matches!(ask("user_7", body), Ok(Answer::Final(_))));
    assert_eq!(ask("user_8", body).unwrap_err(), ErrorKind::Mismatch);
    assert_eq!(ask("user_7", r#"{"status":"clear","job_id":"JOB"}"#).unwrap_err(), ErrorKind::Mismatch);
}

#[test]
fn not_found_is_pending_only_while_the_id_is_young() {
    let ask = |skew: i64| {
        let clock = noon();
        clock.jump(skew);
        client(&service(&clock, vec![status_reply(404, "not_found", JOB)])).status(job())
    };
    for skew in [-299_999, 0, 1000, 119_999] {
        assert!(matches!(ask(skew), Ok(Answer::Pending(Waiting::NotYetFound))), "{skew}");
    }
    for skew in [-300_000, 120_000, i64::MAX - crate::common::NOON] {
        let error = ask(skew).unwrap_err();
        assert!(error.is_not_found(), "{skew}: {error}");
    }
    // A wait for a job that never comes ends soon after the grace, and not at its deadline.
    let clock = noon();
    let policy = WaitPolicy::DEFAULT.with_deadline(seconds(3600));
    let missing = || service(&clock, vec![status_reply(404, "not_found", JOB)]);
    let error = client(&missing()).wait_with(job(), policy).unwrap_err();
    assert!(error.is_not_found() && error.elapsed() < seconds(125), "{error} {:?}", error.elapsed());
    let patient = policy.with_deadline(seconds(60)).with_not_found(NotFoundPolicy::Pending);
    assert!(client(&missing()).wait_with(job(), patient).unwrap_err().is_deadline());
}
