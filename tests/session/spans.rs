//! The spans of the feature `tracing`: their names and fields are OpenTelemetry's, and what a session does can be read from them.
//! That they hold nothing personal is `canaries.rs`'s.

use core::time::Duration;

use smileid_core::{
    BaseUrl, Config, Environment, Moment, Session, Step, TransportError, TransportErrorKind as T, WaitPolicy,
};
use smileid_tests::{NOON, Reply, config, credentials, query, run};

use crate::subscriber::{Recorded, Spans};

type Exchange = Result<Reply, T>;

fn recorded_by(session: Session, script: &[Exchange]) -> Vec<Recorded> {
    let spans = Spans::default();
    tracing::dispatcher::with_default(&spans.dispatch(), || {
        run(session, |n, _, now| {
            let exchange = script.get(n).unwrap_or(&script[script.len() - 1]);
            let reply = exchange.as_ref().map(|r| r.at(now)).map_err(|kind| TransportError::new(*kind));
            (Duration::from_millis(5), reply)
        });
    });
    spans.all()
}

fn field<'t>(recorded: &'t Recorded, name: &str) -> &'t str {
    recorded.fields.get(name).map_or("-", String::as_str)
}

#[test]
fn a_call_has_a_span_and_each_attempt_one_beneath_it() {
    let script = [Err(T::Closed), Ok(Reply::error(503, "2301")), Ok(Reply::approved())];
    let recorded = recorded_by(Session::job_status(&config(), query()), &script);
    assert_eq!(
        recorded.iter().map(|t| t.name).collect::<Vec<_>>(),
        ["smileid call", "POST /job_status", "POST /job_status", "POST /job_status"]
    );
    assert!(recorded.iter().all(|t| t.closed));
    let call = &recorded[0];
    for (name, value) in [
        ("otel.kind", "internal"),
        ("smileid.operation", "job_status"),
        ("smileid.outcome", "final"),
        ("smileid.attempts", "3"),
        ("error.type", "-"),
        ("otel.status_code", "-"),
    ] {
        assert_eq!(field(call, name), value, "{name}");
    }
    let attempts = [
        ("-", "-", "transport", "transport", "ERROR"),
        ("1", "503", "server", "server", "ERROR"),
        ("2", "200", "final", "-", "-"),
    ];
    for (attempt, (resent, status, outcome, error, otel)) in recorded[1..].iter().zip(attempts) {
        assert_eq!(attempt.parent, Some(1));
        for (name, value) in [
            ("otel.kind", "client"),
            ("http.request.method", "POST"),
            ("url.template", "/job_status"),
            ("url.scheme", "https"),
            ("server.address", "testapi.smileidentity.com"),
            ("server.port", "443"),
            ("http.request.resend_count", resent),
            ("http.response.status_code", status),
            ("smileid.outcome", outcome),
            ("error.type", error),
            ("otel.status_code", otel),
        ] {
            assert_eq!(field(attempt, name), value, "{name}");
        }
    }
}

#[test]
fn a_waits_polls_are_requests_of_their_own() {
    let script = [Ok(Reply::pending()), Ok(Reply::pending()), Ok(Reply::approved().key("other"))];
    let recorded = recorded_by(Session::wait(&config(), query(), WaitPolicy::default()), &script);
    assert_eq!(field(&recorded[0], "smileid.operation"), "wait");
    assert_eq!((field(&recorded[0], "error.type"), field(&recorded[0], "otel.status_code")), ("signature", "ERROR"));
    assert_eq!((recorded.len(), field(&recorded[0], "smileid.attempts")), (4, "3"));
    assert!(recorded[1..].iter().all(|t| field(t, "http.request.resend_count") == "-"));
    let outcomes: Vec<_> = recorded[1..].iter().map(|t| field(t, "smileid.outcome")).collect();
    assert_eq!(outcomes, ["pending", "pending", "signature"]);
}

#[test]
fn path_of_the_base_url_is_not_shown_and_the_span_of_a_lost_attempt_closes() {
    let base = BaseUrl::parse("http://127.0.0.1:8080/a-path-of-ones-own").unwrap();
    let config = Config::new(&credentials("key"), &Environment::from(base));
    let spans = Spans::default();
    tracing::dispatcher::with_default(&spans.dispatch(), || {
        let mut session = Session::job_status(&config, query());
        assert!(matches!(session.step(Moment::new(NOON, Duration::ZERO)), Step::Send(_)));
        assert!(matches!(session.step(Moment::new(NOON + 5, Duration::from_millis(5))), Step::Wait(_)));
        assert!(matches!(session.step(Moment::new(NOON + 60, Duration::from_millis(60))), Step::Send(_)));
        let all = spans.all();
        assert_eq!(all.iter().map(|t| t.closed).collect::<Vec<_>>(), [false, true, false]);
        drop(session);
        assert!(spans.all().iter().all(|t| t.closed));
    });
    let all = spans.all();
    assert_eq!((field(&all[1], "server.address"), field(&all[1], "server.port")), ("127.0.0.1", "8080"));
    assert!(!format!("{all:?}").contains("ones-own"), "{all:?}");
    assert_eq!([1, 2].map(|i| field(&all[i], "smileid.outcome")), ["transport", "-"]);
}

#[test]
fn without_a_subscriber_nothing_changes() {
    let outcome =
        run(Session::job_status(&config(), query()), |_, _, now| (Duration::ZERO, Ok(Reply::pending().at(now))));
    assert_eq!(outcome.word(), "pending");
}
