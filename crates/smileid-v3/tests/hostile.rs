//! What a hostile or confused service, and futures that are dropped, may not bring about; and what an operator can tell the support.

use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};

use smileid_conformance::{Exchange, Scripted};
use smileid_core::{Error, ErrorKind, Response, RetryPolicy, Step, WaitPolicy};
use smileid_v3::{Answer, AsyncClient, Session};

use crate::common::{
    JOB, KEY, NOON, OTHER_JOB, clean, client, config, is_token, job, noon, seconds, service, sound, status_reply,
    token_reply,
};

fn once(reply: Response) -> Result<Answer, Error> {
    client(&service(&noon(), vec![reply])).status(job())
}

#[test]
fn other_jobs_id_is_refused_in_any_spelling_and_place() {
    let upper = JOB.to_ascii_uppercase();
    for other in [&upper, &format!("{JOB} "), &format!(" {JOB}"), &JOB.replace("job_", ""), &format!("{JOB}\\u0000")] {
        let error = once(status_reply(200, "clear", other)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Mismatch, "{other}");
    }
    for body in [
        format!(r#"{{"status":"clear","jobId":"{JOB}"}}"#),
        format!(r#"{{"status":"clear","JOB_ID":"{JOB}"}}"#),
        format!(r#"{{"status":"clear","job_id":["{JOB}"]}}"#),
        format!(r#"{{"status":"clear","job_id":{{"id":"{JOB}"}}}}"#),
        format!(r#"{{"status":"clear","partner_params":{{"job_id":"{JOB}"}}}}"#),
    ] {
        let error = once(Response::new(200, body.clone().into_bytes())).unwrap_err();
        assert!(error.kind() == ErrorKind::Mismatch && error.to_string().contains("does not name"), "{body}: {error}");
    }
    for name in ["job_id", "Job-ID", "SmileID-Job-ID"] {
        for (http, word) in [(200, "clear"), (202, "processing"), (404, "not_found")] {
            assert!(once(status_reply(http, word, JOB).with_header(name, JOB)).is_ok(), "{name}");
            for reply in [
                status_reply(http, word, JOB).with_header(name, OTHER_JOB),
                status_reply(http, word, JOB).with_header(name, JOB).with_header(name, OTHER_JOB),
                status_reply(http, word, JOB).with_header(name, ""),
            ] {
                let error = once(reply).unwrap_err();
                let named = error.to_string().contains("head of the response names another job_id");
                assert!(error.kind() == ErrorKind::Mismatch && named, "{name}: {error}");
                clean(&error);
            }
        }
    }
}

#[test]
fn word_is_read_once_from_the_top_of_the_document() {
    for body in [
        r#"{"status":"processing","st\u0061tus":"clear","job_id":"JOB"}"#,
        r#"{"st\u0061tus":"clear","status":"processing","job_id":"JOB"}"#,
        r#"{"status":"clear","job_id":"OTHER","job\u005fid":"JOB"}"#,
        r#"{"data":{"status":"clear","job_id":"JOB"}}"#,
        r#"[{"status":"clear","job_id":"JOB"}]"#,
        r#"{"status":["clear"],"job_id":"JOB"}"#,
        r#"{"Status":"clear","job_id":"JOB"}"#,
        r#"{"status":"clear\u0000","job_id":"JOB"}"#,
        r#"{"status":" clear","job_id":"JOB"}"#,
        "{\"status\":\"clear\",\"job_id\":\"JOB\"}{}",
        "\u{feff}{\"status\":\"clear\",\"job_id\":\"JOB\"}",
    ] {
        let text = body.replace("JOB", JOB).replace("OTHER", OTHER_JOB);
        let error = once(Response::new(200, text.into_bytes())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed, "{body}: {error}");
        clean(&error);
    }
}

#[test]
fn request_id_is_in_the_error_if_it_is_harmless() {
    let named = |id: &str| once(Response::new(500, vec![]).with_header("X-Request-Id", id)).unwrap_err();
    assert_eq!(named("4f1d0c6e-2b1a").request_id(), Some("4f1d0c6e-2b1a"));
    for id in ["a b", "<b>", &"a".repeat(65), JOB, &format!("x-{JOB}"), &sound(NOON)[..50]] {
        let error = named(id);
        assert_eq!(error.request_id(), None, "{id}");
        clean(&error);
    }
    // Whatever is wrong with the response, and whichever request it answers.
    for reply in [
        status_reply(200, "queued", JOB),
        status_reply(200, "clear", OTHER_JOB),
        Response::new(403, vec![]),
        Response::new(404, vec![]),
        Response::new(401, vec![]),
        status_reply(200, "clear", JOB).with_header("Response-Timestamp", "x"),
    ] {
        let error = once(reply.with_header("apigw-requestid", "JKxYzg-PoAMEPqA=")).unwrap_err();
        assert_eq!(error.request_id(), Some("JKxYzg-PoAMEPqA="), "{error}");
        assert!(format!("{error:?}").contains("JKxYzg") && !error.to_string().contains("JKxYzg"));
    }
    // Of a token request that is refused; and an id that is the key, sent back.
    for (id, expected) in [("7", Some("7")), (KEY, None)] {
        let transport = Scripted::answering(noon(), move |_, _| {
            Exchange::reply(Response::new(401, vec![]).with_header("X-Request-Id", id))
        });
        let error = client(&transport).status(job()).unwrap_err();
        assert_eq!(error.request_id(), expected);
        clean(&error);
    }
    // The token that was sent, back as an id.
    let transport = Scripted::answering(noon(), |request, _| {
        if is_token(request) {
            return Exchange::reply(token_reply("canary-token"));
        }
        Exchange::reply(Response::new(500, vec![]).with_header("X-Request-Id", "a-canary-token"))
    });
    let error = client(&transport).status(job()).unwrap_err();
    assert_eq!(error.request_id(), None);
    clean(&error);
    // A wait that ends at its deadline has the id of its last failure.
    let failing = service(&noon(), vec![Response::new(500, vec![]).with_header("X-Request-Id", "last")]);
    let error = client(&failing).wait_with(job(), WaitPolicy::DEFAULT.with_deadline(seconds(5))).unwrap_err();
    assert!(error.is_deadline() && error.request_id() == Some("last"), "{error}");
}

#[test]
fn not_found_says_which_time_speaks_against_it() {
    for (id, skew, part) in [
        (JOB, 120_000, "too old"),
        (JOB, -300_000, "in the future: check this machine's clock"),
        ("job_01m43cj1g093strfaebxg730mk", 0, "contains no time"),
        ("job_81m43cj1g0f3strfaebxg730mk", 0, "contains no time"),
        ("job_7zzzzzzzzzf3strfaebxg730mk", 0, "in the future"),
        ("job_0000000000f000000000000000", 0, "too old"),
    ] {
        let clock = noon();
        clock.jump(skew);
        let transport = service(&clock, vec![status_reply(404, "not_found", id)]);
        let error = client(&transport).status(smileid_v3::JobRef::new(id).unwrap()).unwrap_err();
        assert!(error.is_not_found() && error.to_string().contains(part), "{id} {skew}: {error}");
        clean(&error);
    }
}

#[test]
fn dropped_future_of_a_token_request_frees_the_others_at_once() {
    let transport = service(&noon(), vec![status_reply(200, "clear", JOB)]);
    let client = AsyncClient::new(transport.clone(), config());
    let other = client.clone();
    let mut context = Context::from_waker(Waker::noop());
    {
        let mut first = pin!(client.status(job()));
        assert!(first.as_mut().poll(&mut context).is_pending());
        assert_eq!(transport.sent().len(), 1, "its token request is out");
        let mut waiting = pin!(other.status(job()));
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        assert_eq!(transport.sent().len(), 1, "the other one waits for it");
    }
    let mut second = pin!(other.status(job()));
    let outcome = loop {
        if let Poll::Ready(outcome) = second.as_mut().poll(&mut context) {
            break outcome;
        }
    };
    assert!(matches!(outcome, Ok(Answer::Final(_))));
    assert!(transport.slept().is_empty(), "it did not wait for what was dropped");
    assert_eq!(transport.sent().iter().filter(|sent| is_token(&sent.request)).count(), 2);
}

#[test]
fn future_that_is_kept_and_never_polled_again_holds_up_the_others_only_for_its_time() {
    let transport = service(&noon(), vec![status_reply(200, "clear", JOB)]);
    let client = AsyncClient::new(transport.clone(), config());
    let mut context = Context::from_waker(Waker::noop());
    let mut kept = pin!(client.status(job()));
    assert!(kept.as_mut().poll(&mut context).is_pending());
    let mut other = pin!(client.status(job()));
    while other.as_mut().poll(&mut context).is_pending() {}
    let waited: core::time::Duration = transport.slept().iter().sum();
    assert!(waited >= seconds(11) && waited < seconds(12), "{waited:?}: an attempt's time-out, and a second");
}

#[test]
fn no_service_keeps_a_call_or_a_wait_beyond_its_deadline() {
    // A token for one use each time, and each one refused every other time.
    for refused in [1, 2, 3, 7] {
        let clock = noon();
        let mut asked = 0_u32;
        let transport = Scripted::answering(clock.clone(), move |request, _| {
            if is_token(request) {
                return Exchange::reply(token_reply("opaque")).after(seconds(1));
            }
            asked += 1;
            let reply = if asked.is_multiple_of(refused) {
                Response::new(401, vec![])
            } else {
                status_reply(202, "processing", JOB)
            };
            Exchange::reply(reply).after(seconds(1))
        });
        let config = config().with_settings(|settings| settings.with_retry(RetryPolicy::NONE).with_jitter_seed(7));
        let policy = WaitPolicy::DEFAULT.with_deadline(seconds(60));
        let client = smileid_v3::Client::new(transport.clone(), config);
        let error = client.wait_with(job(), policy).unwrap_err();
        assert!(
            error.elapsed() <= seconds(60) && transport.sent().len() <= 62,
            "{refused}: {}",
            transport.sent().len()
        );
    }
}

#[test]
fn session_that_ended_or_was_dropped_has_no_lease_left() {
    let config = config();
    let clock = noon();
    let mut ended = Session::status(&config, job());
    assert!(matches!(ended.step(smileid_core::Clock::now(&clock)), Step::Send(_)));
    clock.advance(seconds(40));
    // It is stepped behind its deadline without a report: it ends, and its lease with it.
    assert!(matches!(ended.step(smileid_core::Clock::now(&clock)), Step::Done(Err(_))));
    let mut other = Session::status(&config, job());
    assert!(matches!(other.step(smileid_core::Clock::now(&clock)), Step::Send(request) if is_token(request)));
    drop(ended);
    let mut third = Session::status(&config, job());
    assert!(matches!(third.step(smileid_core::Clock::now(&clock)), Step::Wait(_)), "the lease is the other's");
}
