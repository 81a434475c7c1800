//! What the vendor's six SDKs of version 12 get wrong when they wait, each as a test by its name.

use smileid_conformance::{Exchange, FakeClock, Scripted};
use smileid_core::{Clock, ErrorKind, Response, WaitPolicy};
use smileid_v3::Decision;

use crate::common::{
    JOB, OTHER_JOB, client, config, is_token, job, noon, seconds, service, sound, status_reply, token_reply,
};

/// What a wait makes of these responses and then of `clear`.
fn waited(replies: Vec<Response>) -> Result<Decision, ErrorKind> {
    let replies = replies.into_iter().chain([status_reply(200, "clear", JOB)]).collect();
    let answer = client(&service(&noon(), replies)).wait(job());
    answer.map(|answer| answer.decision()).map_err(|error| error.kind())
}

#[test]
fn unknown_word_never_ends_a_wait() {
    for word in ["queued", "done", "complete", "approved", "review", ""] {
        assert_eq!(waited(vec![status_reply(200, word, JOB)]), Ok(Decision::Clear), "{word}");
        assert_eq!(waited(vec![status_reply(202, word, JOB)]), Ok(Decision::Clear), "{word}");
    }
    // It counts as a failed poll: the service that says nothing else is given up in the end.
    assert_eq!(waited(vec![status_reply(200, "queued", JOB); 30]), Err(ErrorKind::Malformed));
}

#[test]
fn other_letter_case_never_ends_a_wait() {
    for word in ["Processing", "PROCESSING", "Clear", "CLEAR", "Not_Found"] {
        for http in [200, 202] {
            assert_eq!(waited(vec![status_reply(http, word, JOB)]), Ok(Decision::Clear), "{http} {word}");
        }
    }
}

#[test]
fn error_envelope_is_never_a_result() {
    let slug = br#"{"job_id":null,"message":"x","status":"unauthorized","user_id":null}"#;
    let phrase = br#"{"status":"Internal Server Error","message":"x"}"#;
    for (http, body) in [(200, &slug[..]), (200, phrase), (500, phrase), (202, slug)] {
        assert_eq!(waited(vec![Response::new(http, body.to_vec())]), Ok(Decision::Clear), "{http}");
    }
    for (http, kind) in [(400, ErrorKind::Request), (403, ErrorKind::Credentials), (404, ErrorKind::NotFound)] {
        assert_eq!(waited(vec![Response::new(http, slug.to_vec())]), Err(kind), "{http}");
    }
}

#[test]
fn other_jobs_id_is_never_accepted() {
    for (http, word) in [(200, "clear"), (200, "block"), (202, "processing")] {
        assert_eq!(waited(vec![status_reply(http, word, OTHER_JOB)]), Err(ErrorKind::Mismatch), "{word}");
    }
}

#[test]
fn time_limits_bound_the_whole_wait() {
    let clock = noon();
    let silent = Scripted::answering(clock.clone(), |request, now| {
        if is_token(request) { Exchange::reply(token_reply(&sound(now.unix_millis()))) } else { Exchange::silence() }
    });
    let mute = Scripted::answering(clock.clone(), |_, _| Exchange::silence());
    let slow = Scripted::answering(clock.clone(), |request, now| {
        let reply = if is_token(request) {
            token_reply(&sound(now.unix_millis()))
        } else {
            status_reply(202, "processing", JOB)
        };
        Exchange::reply(reply).after(seconds(3))
    });
    for transport in [silent, mute, slow] {
        let before = clock.now();
        let error = client(&transport).wait_with(job(), WaitPolicy::DEFAULT.with_deadline(seconds(20))).unwrap_err();
        let took = clock.now().since(before);
        assert!(error.is_deadline() && took <= seconds(20), "{error} {took:?}");
    }
}

#[test]
fn one_session_fetches_the_token_for_all() {
    let clock = FakeClock::at(crate::common::NOON);
    let config = config();
    let mut sessions: Vec<_> = (0..50).map(|_| smileid_v3::Session::status(&config, job())).collect();
    let mut fetching = None;
    for (i, session) in sessions.iter_mut().enumerate() {
        match session.step(clock.now()) {
            smileid_core::Step::Send(request) if is_token(request) && fetching.is_none() => fetching = Some(i),
            smileid_core::Step::Wait(time) => assert!(time <= core::time::Duration::from_millis(250)),
            other => panic!("{other:?}"),
        }
    }
    let i = fetching.unwrap();
    sessions[i].receive(clock.now(), Ok(token_reply(&sound(crate::common::NOON))));
    clock.advance(core::time::Duration::from_millis(250));
    for session in &mut sessions {
        assert!(matches!(session.step(clock.now()), smileid_core::Step::Send(request) if !is_token(request)));
    }
}
