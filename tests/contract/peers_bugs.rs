//! What goes wrong with the vendor's official SDKs, each with whose it is, shown not to happen here. How this client behaves in full is
//! in the tests of each part.

use core::time::Duration;

use smileid_core::{
    ApiKey, Credentials, DecodeOptions, HmacKey, JobStatus, Moment, PartnerId, Request, Session, Step, Timestamp,
    TransportError, TransportErrorKind as T, WaitPolicy, limits,
};
use smileid_tests::{NOON, Reply, Run, config, outcome_of, query, run, summary};

/// Whose bug, what happens, and the test that it does not happen here.
type Bug = (&'static str, &'static str, fn());

const BUGS: [Bug; 28] = [
    ("Python", "one failed poll raises, and the whole wait is lost", a_failed_poll_is_survived),
    (
        "Python, PHP, Java",
        "a wait that runs out returns the incomplete body as its answer",
        a_wait_never_ends_with_an_incomplete_answer,
    ),
    ("Python", "a pending reply with the unkeyed hash raises", an_unkeyed_pending_reply_is_waited_through),
    (
        "JavaScript",
        "a pending reply with the unkeyed hash is polled for ever",
        an_unkeyed_pending_reply_is_waited_for_with_a_deadline,
    ),
    ("JavaScript", "errors are tried again without limit", failures_are_bounded_in_a_wait_and_in_a_call),
    ("JavaScript", "the end of a wait is an error's text", the_end_of_a_wait_is_a_kind_with_all_that_was_learnt),
    ("Ruby", "a wait that runs out sets success to true", a_wait_that_runs_out_is_no_success),
    ("Ruby, PHP", "one failed poll raises", a_failed_poll_is_survived),
    ("Java", "polls stretch to 16 s, and only 30 s are allowed for", the_interval_and_the_deadline_are_the_callers),
    ("Android", "only the last error is thrown", the_end_of_a_wait_is_a_kind_with_all_that_was_learnt),
    ("all", "429 and 5xx are answered with the same pace", throttling_and_failures_slow_polls_down),
    ("all", "Retry-After is not read", retry_after_is_obeyed),
    ("all", "the signature of the first poll is sent again with every later one", each_attempt_is_signed_anew),
    ("all", "the partner id is sent or signed as a number, without its zeros", partner_ids_keep_their_zeros),
    ("all", "local time is labelled Z", timestamps_are_utc_whatever_the_zone),
    ("all", "the timestamp in the body is another than the one signed", the_timestamp_sent_is_the_one_signed),
    ("all", "the key is base64-decoded first", keys_are_used_as_they_are),
    ("all", "\"sid_request\" is left out", the_tag_is_signed),
    ("all", "\"not authorized\" does not say what to look at", a_refusal_of_credentials_says_what_to_look_at),
    ("all typed SDKs", "real replies break strict types", real_replies_are_read),
    ("all", "an HTML or gateway body surfaces as a JSON parse error", bodies_of_gateways_are_told_as_what_they_are),
    (
        "Python, JavaScript",
        "a truthiness test takes the text \"false\" for done",
        text_booleans_are_read_for_what_they_say,
    ),
    ("all", "code 2302 is taken for completion", codes_do_not_tell_completion),
    ("all", "provisional and ID-leg answers are taken for approval", provisional_and_id_leg_answers_approve_nothing),
    ("all", "ResultText is matched", result_text_decides_nothing),
    ("Java, Android, iOS", "signatures are never checked", a_final_answer_without_a_proof_is_none),
    ("Python, JavaScript", "signatures are checked against the unkeyed hash", the_unkeyed_hash_proves_nothing),
    ("all", "whole replies, with photos and ID numbers, are written to logs", a_reply_shows_nothing_of_itself),
];

#[test]
fn what_goes_wrong_elsewhere_does_not_here() {
    for (whose, what, test) in BUGS {
        // Shown where the test then fails.
        println!("{whose}: {what}");
        test();
    }
}

type Exchange = Result<Reply, T>;

fn play(script: &[Exchange], n: usize, now: Moment) -> (Duration, Result<smileid_core::Response, TransportError>) {
    let exchange = script.get(n).unwrap_or(&script[script.len() - 1]);
    let reply = exchange.as_ref().map(|r| r.at(now)).map_err(|kind| TransportError::new(*kind));
    (Duration::from_millis(5), reply)
}

fn wait(script: &[Exchange]) -> Run {
    run(Session::wait(&config(), query(), WaitPolicy::default()), |n, _, now| play(script, n, now))
}

fn unkeyed_pending() -> Reply {
    Reply::verbatim(
        200,
        r#"{"timestamp":"1678216434434","signature":"6f3dec6d6fad3cfe36fb62b38a185de1cd53088291082d6f20fddbf5ea0e4a0f","job_complete":false,"job_success":false,"code":"2314","result":"No zip file received"}"#,
    )
}

fn a_failed_poll_is_survived() {
    for fault in
        [Err(T::Connect), Err(T::Closed), Err(T::Timeout), Ok(Reply::error(503, "2301")), Ok(Reply::verbatim(200, ""))]
    {
        let run = wait(&[Ok(Reply::pending()), fault, Ok(Reply::pending()), Ok(Reply::approved())]);
        assert_eq!((run.word(), run.sent.len()), ("final", 4));
    }
}

fn a_wait_never_ends_with_an_incomplete_answer() {
    for reply in [Reply::pending(), unkeyed_pending()] {
        let run = wait(&[Ok(reply)]);
        assert_eq!(run.word(), "deadline");
    }
}

fn an_unkeyed_pending_reply_is_waited_through() {
    let run = wait(&[Ok(unkeyed_pending()), Ok(unkeyed_pending()), Ok(Reply::approved())]);
    assert_eq!(summary(&run.outcome), "final hmac approved");
}

fn an_unkeyed_pending_reply_is_waited_for_with_a_deadline() {
    let run = wait(&[Ok(unkeyed_pending())]);
    assert!(run.word() == "deadline" && run.took <= limits::WAIT_DEADLINE, "{:?}", run.took);
    assert_eq!(run.outcome.unwrap_err().last_answer().unwrap().proof_status().as_str(), "unkeyed");
}

fn failures_are_bounded_in_a_wait_and_in_a_call() {
    let waited = wait(&[Err(T::Connect)]);
    assert!(waited.sent.len() <= 1 + usize::try_from(limits::WAIT_ERROR_BUDGET).unwrap());
    let called = run(Session::job_status(&config(), query()), |n, _, now| play(&[Err(T::Connect)], n, now));
    assert_eq!((called.word(), called.sent.len()), ("transport", 3));
}

fn the_end_of_a_wait_is_a_kind_with_all_that_was_learnt() {
    let run = wait(&[Ok(Reply::pending()), Err(T::Closed)]);
    let (polls, took) = (run.sent.len(), run.took);
    let error = run.outcome.unwrap_err();
    assert!(matches!(error.kind().as_str(), "deadline" | "transport"));
    assert_eq!((error.polls() as usize, error.elapsed()), (polls, took));
    assert_eq!(error.last_answer().unwrap().proof_status().as_str(), "hmac");
    assert!(core::error::Error::source(&error).is_some(), "the failure beneath is kept");
}

fn a_wait_that_runs_out_is_no_success() {
    let claims_success =
        Reply::members(r#""job_complete":false,"job_success":true,"code":"2302","result":{"ResultCode":"0810"}"#);
    assert_eq!(wait(&[Ok(claims_success)]).word(), "deadline");
}

fn the_interval_and_the_deadline_are_the_callers() {
    let policy = WaitPolicy::default().with_interval(Duration::from_secs(1)).with_deadline(Duration::from_secs(300));
    let run = run(Session::wait(&config(), query(), policy), |n, _, now| {
        play(&[Ok(if n < 200 { Reply::pending() } else { Reply::approved() })], 0, now)
    });
    assert_eq!((run.word(), run.sent.len()), ("final", 201));
    assert!(run.sent.windows(2).all(|w| w[1] - w[0] < Duration::from_millis(1200)));
}

fn throttling_and_failures_slow_polls_down() {
    for slow in [Reply::pending().status(429), Reply::error(503, "x")] {
        let gaps: Vec<_> = wait(&[Ok(slow)]).sent.windows(2).map(|w| w[1] - w[0]).collect();
        assert!(gaps[3] >= 4 * limits::POLL_INTERVAL, "{gaps:?}");
    }
}

fn retry_after_is_obeyed() {
    for (status, value, least) in [(429, "9", 9), (503, "30", 30), (503, "Sun, 04 Oct 2026 12:00:20 GMT", 20)] {
        let run = wait(&[Ok(Reply::pending().status(status).header("Retry-After", value)), Ok(Reply::approved())]);
        assert_eq!(run.word(), "final");
        assert!(run.sent[1] - run.sent[0] >= Duration::from_secs(least - 1), "{value}");
    }
}

fn each_attempt_is_signed_anew() {
    let run = wait(&[Ok(Reply::pending()), Err(T::Closed), Ok(Reply::pending()), Ok(Reply::approved())]);
    for (i, body) in run.bodies.iter().enumerate() {
        assert!(run.bodies[i + 1..].iter().all(|other| field(other, "signature") != field(body, "signature")));
    }
}

/// A text field of a request's body.
fn field(body: &str, name: &str) -> String {
    body.split(&format!("\"{name}\":\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn request_of(partner: &str, key: &str, now: Moment) -> (String, Request) {
    let credentials = Credentials::new(PartnerId::new(partner).unwrap(), ApiKey::new(key).unwrap());
    let config = smileid_core::Config::new(&credentials, &smileid_core::Environment::Sandbox);
    let mut session = Session::job_status(&config, query());
    match session.step(now) {
        Step::Send(request) => (String::from_utf8(request.body.clone()).unwrap(), request.clone()),
        other => panic!("{other:?}"),
    }
}

const NOW: Moment = Moment::new(NOON, Duration::ZERO);

fn partner_ids_keep_their_zeros() {
    let (body, _) = request_of("001", "key", NOW);
    assert_eq!(field(&body, "partner_id"), "001");
    let signed = |partner: &str| {
        HmacKey::new(&ApiKey::new("key").unwrap()).sign(&field(&body, "timestamp"), &PartnerId::new(partner).unwrap())
    };
    assert_eq!(field(&body, "signature"), signed("001").as_str());
    assert_ne!(field(&body, "signature"), signed("1").as_str());
}

fn timestamps_are_utc_whatever_the_zone() {
    // A clock tells milliseconds since the epoch, which has no zone to be wrong about.
    for (millis, text) in [(NOON, "2026-10-04T12:00:00.000Z"), (0, "1970-01-01T00:00:00.000Z")] {
        let timestamp = Timestamp::at(Moment::new(millis, Duration::ZERO));
        assert_eq!((timestamp.as_str(), Timestamp::parse(text).unwrap().unix_millis()), (text, millis));
    }
}

fn the_timestamp_sent_is_the_one_signed() {
    for millis in [NOON, NOON + 7, NOON + 999] {
        let (body, _) = request_of("023", "key", Moment::new(millis, Duration::ZERO));
        let key = HmacKey::new(&ApiKey::new("key").unwrap());
        let signed = key.sign(&field(&body, "timestamp"), &PartnerId::new("023").unwrap());
        assert_eq!(field(&body, "signature"), signed.as_str());
    }
}

fn keys_are_used_as_they_are() {
    // "a2V5" is "key" in base64; both are keys, and different ones.
    let sign = |key: &str| {
        HmacKey::new(&ApiKey::new(key).unwrap()).sign("2026-10-04T12:00:00.000Z", &PartnerId::new("001").unwrap())
    };
    assert_eq!(sign("key").as_str(), "nD5rG9g/uEMJghiwVnQ2YG6BV8Dw0pjvNGG9+nGHVUE=");
    assert_ne!(sign("a2V5").as_str(), sign("key").as_str());
}

fn the_tag_is_signed() {
    // The published vector holds with the tag alone.
    let signature = HmacKey::new(&ApiKey::new("apiKey").unwrap())
        .sign("2023-02-13T15:07:42.214Z", &PartnerId::new("partner").unwrap());
    assert_eq!(signature.as_str(), "XxThLHZy2ij1WINkqNEPgzVs9RvUDHWlebDYzprqS74=");
}

fn a_refusal_of_credentials_says_what_to_look_at() {
    let replies = [
        Reply::error(400, "2205"),
        Reply::error(400, "2405"),
        Reply::verbatim(400, r#"{"code":"2204","error":"You are not authorized to do that."}"#),
        Reply::verbatim(403, r#"{"message":"User is not authorized to access this resource"}"#),
    ];
    for reply in replies {
        let run = run(Session::job_status(&config(), query()), |_, _, now| (Duration::ZERO, Ok(reply.at(now))));
        let error = run.outcome.unwrap_err();
        let message = error.to_string();
        assert_eq!(error.kind().as_str(), "credentials");
        for cause in ["key", "environment", "zeros", "clock"] {
            assert!(message.contains(cause), "{cause}: {message}");
        }
    }
}

fn real_replies_are_read() {
    for result in [
        r#"{"ConfidenceValue":"97.000000"}"#,
        r#"{"ConfidenceValue":99}"#,
        r#"{"FullData":{"a":true,"b":{"c":[]},"d":"x"}}"#,
        r#"{"FullData":"none"}"#,
        r#""No zip file received""#,
        "{}",
        "null",
        r#"{"PartnerParams":{"job_type":"4"}}"#,
        r#"{"PartnerParams":{"job_type":4}}"#,
        r#"{"PartnerParams":{}}"#,
        r#"{"Actions":{}}"#,
        r#"{"Actions":{"Brand_New":"Brand New"}}"#,
        r#"{"ResultCode":"9999","Brand":{"new":1},}"#,
    ] {
        let body = format!(r#"{{"job_complete":false,"result":{result}}}"#);
        assert!(JobStatus::decode(body.into_bytes(), &DecodeOptions::default()).is_ok(), "{result}");
        assert_eq!(
            outcome_of(&config(), &Reply::members(&format!(r#""job_complete":false,"result":{result}"#))),
            "pending hmac"
        );
    }
    let code = JobStatus::decode(br#"{"result":{"ResultCode":"0810"}}"#.to_vec(), &DecodeOptions::default()).unwrap();
    assert_eq!(code.result().unwrap().result_code().as_deref(), Some("0810"), "the zero is kept");
}

fn bodies_of_gateways_are_told_as_what_they_are() {
    let message = |reply: Reply| {
        let run = run(Session::job_status(&config(), query()), |_, _, now| (Duration::ZERO, Ok(reply.at(now))));
        let error = run.outcome.unwrap_err();
        (error.kind().as_str(), error.to_string())
    };
    let html = "<html><body>502 Bad Gateway</body></html>";
    assert_eq!(message(Reply::verbatim(502, html)).0, "server");
    assert_eq!(message(Reply::verbatim(403, html)).0, "request");
    let (kind, text) = message(Reply::verbatim(200, html));
    assert!(kind == "malformed" && text.contains("HTML") && text.contains("200"), "{text}");
    let (kind, text) = message(Reply::verbatim(200, ""));
    assert!(kind == "malformed" && text.contains("empty"), "{text}");
}

fn text_booleans_are_read_for_what_they_say() {
    for text in [r#""false""#, r#""False""#, "false"] {
        assert_eq!(outcome_of(&config(), &Reply::members(&format!(r#""job_complete":{text}"#))), "pending hmac");
    }
    let unknown = Reply::members(r#""job_complete":"no""#);
    assert_eq!(outcome_of(&config(), &unknown), "error malformed");
}

fn codes_do_not_tell_completion() {
    for code in ["2302", "2314", "9999"] {
        let reply = Reply::members(&format!(r#""job_complete":false,"job_success":true,"code":"{code}""#));
        assert_eq!(outcome_of(&config(), &reply), "pending hmac");
    }
}

fn provisional_and_id_leg_answers_approve_nothing() {
    for (code, verdict) in [("0814", "provisional"), ("1213", "provisional"), ("1012", "undetermined (id_leg)")] {
        let reply = Reply::complete("true", &format!(r#"{{"ResultCode":"{code}","PartnerParams":{{"job_type":1}}}}"#));
        assert_eq!(outcome_of(&config(), &reply), format!("final hmac {verdict}"));
    }
}

fn result_text_decides_nothing() {
    for text in ["Approved", "Enroll User", "ID Validated", "Document Verified", "Exact Match"] {
        let reply = Reply::complete("true", &format!(r#"{{"ResultText":"{text}","ResultCode":"0811"}}"#));
        assert_eq!(outcome_of(&config(), &reply), "final hmac undetermined (contradiction)");
        let reply = Reply::complete("true", &format!(r#"{{"ResultText":"{text}"}}"#));
        assert_eq!(outcome_of(&config(), &reply), "final hmac undetermined (no_result_code)");
    }
}

fn a_final_answer_without_a_proof_is_none() {
    for reply in [
        Reply::approved().signature("null"),
        Reply::approved().timestamp("null"),
        Reply::approved().signature(r#""x""#),
    ] {
        assert_eq!(outcome_of(&config(), &reply), "error unproven");
    }
    assert_eq!(outcome_of(&config(), &Reply::approved().key("other")), "error signature");
}

fn the_unkeyed_hash_proves_nothing() {
    let at = Timestamp::at(Moment::new(NOON - 1, Duration::ZERO));
    let hash = smileid_core::unkeyed_hash(&PartnerId::new("023").unwrap(), at.as_str()).unwrap();
    let reply =
        Reply::approved().timestamp(&format!("\"{}\"", at.as_str())).signature(&format!("\"{}\"", hash.as_str()));
    assert_eq!(outcome_of(&config(), &reply), "error unproven");
}

fn a_reply_shows_nothing_of_itself() {
    let result =
        r#"{"FullName":"Amara Example","IDNumber":"A0001","Photo":"/9j/4AAQ","PartnerParams":{"user_id":"user-7"}}"#;
    let run = run(Session::job_status(&config(), query()), |_, _, now| {
        (Duration::from_millis(5), Ok(Reply::complete("true", result).at(now)))
    });
    let shown = format!("{:?}", run.outcome);
    assert!(["Amara", "A0001", "4AAQ", "user-7"].iter().all(|value| !shown.contains(value)), "{shown}");
}
