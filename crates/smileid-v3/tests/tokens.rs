//! Tokens that are wrong, refused, renewed, or shared; and what a request for one carries.

use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::Arc;

use smileid_conformance::{Exchange, Scripted};
use smileid_core::{Clock, Error, ErrorKind, Response, RetryPolicy, Step, WaitPolicy};
use smileid_v3::{Client, Session};

use crate::common::{
    JOB, KEY, NOON, clean, client, config, is_token, job, jwt, noon, seconds, sound, status_reply, token_reply,
};

/// A call against a service that answers token requests with `token`, and everything else by `status`.
fn call(token: Response, status: Response) -> (Result<(), Error>, usize, usize) {
    let transport = Scripted::answering(noon(), move |request, _| {
        Exchange::reply(if is_token(request) { token.clone() } else { status.clone() })
    });
    let outcome = client(&transport).status(job()).map(drop);
    let tokens = transport.sent().iter().filter(|sent| is_token(&sent.request)).count();
    (outcome, tokens, transport.sent().len() - tokens)
}

#[test]
fn requests_are_as_documented_and_show_no_secret() {
    let transport = crate::common::service(&noon(), vec![status_reply(200, "clear", JOB)]);
    client(&transport).status(job()).unwrap();
    let sent = transport.sent();
    let [token, status] = &sent[..] else { panic!("{}", sent.len()) };
    assert_eq!(token.request.url, "https://testapi.smileidentity.com/v3/token");
    assert_eq!(token.request.headers.first("smileid-partner-id"), Some("23"));
    assert_eq!(token.request.headers.first("smileid-api-key"), Some(KEY));
    assert!(token.request.body.is_empty());
    assert_eq!(status.request.url, format!("https://testapi.smileidentity.com/v3/status/{JOB}"));
    assert_eq!(status.request.headers.first("smileid-token"), Some(sound(NOON).as_str()));
    assert!(status.request.body.is_empty() && status.request.headers.first("smileid-partner-id").is_none());
    for sent in [token, status] {
        let secrets: Vec<_> = sent.request.headers.fields().filter(|field| field.is_secret).collect();
        assert_eq!(secrets.len(), 1);
        let shown = format!("{sent:?} {secrets:?}");
        assert!(!shown.contains("canary") && !shown.contains("Y2FuYXJ5") && !shown.contains(JOB), "{shown}");
    }
}

#[test]
fn each_wrong_token_has_its_message() {
    let now = NOON / 1000;
    let refused = || Response::new(401, br#"{"status":"Unauthorized","message":"x"}"#.to_vec());
    let body = |text: &str| Response::new(200, text.as_bytes().to_vec());
    let past = jwt(&format!(r#"{{"exp":{},"iat":{}}}"#, now - 1, now - 901));
    for (token, part, kind, requests) in [
        (token_reply("opaque"), "not a JWT", ErrorKind::Credentials, (2, 2)),
        (token_reply(&past), "in the past", ErrorKind::Credentials, (2, 2)),
        (token_reply(&jwt("{}")), "refuses the token twice", ErrorKind::Credentials, (2, 2)),
        (token_reply(&sound(NOON)), "refuses the token twice", ErrorKind::Credentials, (2, 2)),
        (
            token_reply(&jwt(r#"{"api_url":"https://api.smileidentity.com/v3"}"#)),
            "another host in its api_url",
            ErrorKind::Credentials,
            (1, 0),
        ),
        (
            token_reply(&jwt(r#"{"partner_id":"024"}"#)),
            "another partner in its partner_id",
            ErrorKind::Credentials,
            (1, 0),
        ),
        (refused(), "a key that works for v1 may not work here", ErrorKind::Credentials, (1, 0)),
        (Response::new(403, vec![]), "gives no token for this API key", ErrorKind::Credentials, (1, 0)),
        (Response::new(404, vec![]), "no /v3/token here", ErrorKind::Request, (1, 0)),
        (Response::new(415, vec![]), "refuses the token request", ErrorKind::Request, (1, 0)),
        (Response::new(204, vec![]), "a status that v3 does not use", ErrorKind::Malformed, (1, 0)),
        (Response::new(301, vec![]), "never followed", ErrorKind::Redirected, (1, 0)),
        (Response::new(500, vec![]), "HTTP 500", ErrorKind::Server, (1, 0)),
        (body("{}"), "no token", ErrorKind::Malformed, (1, 0)),
        (body(r#"{"token":""}"#), "no token", ErrorKind::Malformed, (1, 0)),
        (body(r#"{"token":"a b"}"#), "no token that a header can carry", ErrorKind::Malformed, (1, 0)),
        (body(r#"{"token":"a\r\nb"}"#), "no token that a header can carry", ErrorKind::Malformed, (1, 0)),
        (body(r#"{"token":7}"#), "no token", ErrorKind::Malformed, (1, 0)),
        (body(r#"{"token":"a","token":"b"}"#), "cannot be read", ErrorKind::Malformed, (1, 0)),
        (body("<html>"), "cannot be read", ErrorKind::Malformed, (1, 0)),
    ] {
        let (outcome, tokens, polls) = call(token, refused());
        let error = outcome.unwrap_err();
        assert!(error.kind() == kind && error.to_string().contains(part), "{part}: {} {error}", error.kind());
        assert_eq!((tokens, polls), requests, "{part}");
        clean(&error);
    }
}

#[test]
fn token_that_is_no_jwt_serves_once() {
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&polls);
    let transport = Scripted::answering(noon(), move |request, _| {
        if is_token(request) {
            return Exchange::reply(token_reply("opaque"));
        }
        let is_last = counted.fetch_add(1, Ordering::Relaxed) == 3;
        Exchange::reply(if is_last { status_reply(200, "clear", JOB) } else { status_reply(202, "processing", JOB) })
    });
    client(&transport).wait(job()).unwrap();
    let tokens = transport.sent().iter().filter(|sent| is_token(&sent.request)).count();
    assert_eq!((tokens, polls.load(Ordering::Relaxed)), (4, 4));
}

#[test]
fn storm_of_401_ends_after_two() {
    let (outcome, tokens, polls) = call(token_reply(&sound(NOON)), Response::new(401, vec![]));
    assert_eq!((outcome.unwrap_err().kind(), tokens, polls), (ErrorKind::Credentials, 2, 2));
    // A hundred sessions that share a token which is refused at once do not fetch a hundred.
    let config = config();
    let transport = Scripted::answering(noon(), |request, now| {
        Exchange::reply(if is_token(request) {
            token_reply(&sound(now.unix_millis()))
        } else {
            Response::new(401, vec![])
        })
    });
    for _ in 0..100 {
        let client = Client::new(transport.clone(), config.clone());
        assert_eq!(client.status(job()).unwrap_err().kind(), ErrorKind::Credentials);
    }
    let tokens = transport.sent().iter().filter(|sent| is_token(&sent.request)).count();
    assert!(tokens <= 101 + 100, "{tokens}");
}

#[test]
fn refusal_of_an_old_token_does_not_drop_the_new_one() {
    let clock = noon();
    let config = config();
    let sound = || Ok(token_reply(&sound(NOON)));
    let refused = || Ok(Response::new(401, vec![]));
    let mut first = Session::status(&config, job());
    let mut second = Session::status(&config, job());
    assert!(matches!(first.step(clock.now()), Step::Send(_)));
    first.receive(clock.now(), sound());
    for session in [&mut first, &mut second] {
        assert!(matches!(session.step(clock.now()), Step::Send(request) if !is_token(request)));
    }
    first.receive(clock.now(), refused());
    assert!(matches!(first.step(clock.now()), Step::Send(request) if is_token(request)));
    first.receive(clock.now(), sound());
    // The other one is refused with the old token: the new one is there for it.
    second.receive(clock.now(), refused());
    assert!(matches!(second.step(clock.now()), Step::Send(request) if !is_token(request)));
}

#[test]
fn token_is_renewed_before_it_ends_and_not_sooner() {
    for (life, used_for) in [(900, 840), (100, 90), (10 * 3600, 8 * 3600 - 60)] {
        let clock = noon();
        let now = NOON / 1000;
        let token = jwt(&format!(r#"{{"exp":{},"iat":{now}}}"#, now + life));
        let transport = Scripted::answering(clock.clone(), move |request, _| {
            Exchange::reply(if is_token(request) { token_reply(&token) } else { status_reply(202, "processing", JOB) })
        });
        let client = client(&transport);
        let tokens = |client: &Client<Scripted>| {
            client.status(job()).unwrap();
            transport.sent().iter().filter(|sent| is_token(&sent.request)).count()
        };
        assert_eq!(tokens(&client), 1);
        clock.advance(seconds(used_for) - Duration::from_millis(1));
        assert_eq!(tokens(&client), 1, "{life}");
        clock.advance(Duration::from_millis(1));
        clock.jump(-i64::try_from(used_for).unwrap() * 1000);
        assert_eq!(tokens(&client.clone()), 2, "{life}: clones share the token");
    }
}

#[test]
fn failed_token_requests_are_retried_as_any_other() {
    let left = Arc::new(AtomicUsize::new(2));
    let transport = Scripted::answering(noon(), move |request, now| {
        if !is_token(request) {
            return Exchange::reply(status_reply(200, "clear", JOB));
        }
        if left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok() {
            return Exchange::reply(Response::new(503, vec![]));
        }
        Exchange::reply(token_reply(&sound(now.unix_millis())))
    });
    let patient = config().with_settings(|settings| settings.with_retry(RetryPolicy::DEFAULT));
    Client::new(transport.clone(), patient).status(job()).unwrap();
    assert_eq!(transport.sent().len(), 4);
    let dead = Scripted::answering(noon(), |_, _| Exchange::reply(Response::new(503, vec![])));
    let error = client(&dead).wait_with(job(), WaitPolicy::DEFAULT.with_deadline(seconds(3600))).unwrap_err();
    assert_eq!((error.kind(), dead.sent().len()), (ErrorKind::Server, 9));
}
