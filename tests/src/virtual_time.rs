//! A session run in virtual time: it steps, and what it sends and sleeps is recorded. No real clock is read.

use core::time::Duration;

use smileid_core::{Answer, Error, Moment, Request, Response, Session, Step, TransportError};

/// The wall time at which every run begins: 2026-10-04T12:00:00Z.
pub const NOON: i64 = 1_791_115_200_000;

/// When the first request of a run is signed with the key of the tests: a reply signed then carries that request's pair.
pub const FIRST_REQUEST: i64 = NOON - 776;

/// What a run did.
#[derive(Debug)]
pub struct Run {
    /// When each request was sent, from the beginning of the run.
    pub sent: Vec<Duration>,
    /// The body of each request.
    pub bodies: Vec<String>,
    /// How long the run took.
    pub took: Duration,
    /// How it ended.
    pub outcome: Result<Answer, Error>,
}

impl Run {
    /// The word it ended with: `pending`, `final`, or an error's kind.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match &self.outcome {
            Ok(answer) => answer.state().as_str(),
            Err(error) => error.kind().as_str(),
        }
    }
}

/// Runs a session to its end. `reply` is asked for the answer to each request and how long it takes to come; the time-out of the
/// request is kept as a transport would.
pub fn run(
    session: Session,
    reply: impl FnMut(usize, &Request, Moment) -> (Duration, Result<Response, TransportError>),
) -> Run {
    run_from(Duration::from_secs(1000), session, reply)
}

/// The same with the monotonic clock standing at `origin` when the run begins.
pub fn run_from(
    origin: Duration,
    mut session: Session,
    mut reply: impl FnMut(usize, &Request, Moment) -> (Duration, Result<Response, TransportError>),
) -> Run {
    use smileid_core::TransportErrorKind::Timeout;
    let mut passed = Duration::ZERO;
    let at = |passed: Duration| {
        Moment::new(NOON + i64::try_from(passed.as_millis()).unwrap_or(i64::MAX), origin.saturating_add(passed))
    };
    let (mut sent, mut bodies) = (Vec::new(), Vec::new());
    loop {
        match session.step(at(passed)) {
            Step::Send(request) => {
                sent.push(passed);
                bodies.push(String::from_utf8_lossy(&request.body).into_owned());
                let (mut took, mut outcome) = reply(sent.len() - 1, request, at(passed));
                if took >= request.timeout {
                    took = request.timeout;
                    outcome = Err(TransportError::new(Timeout));
                }
                passed += took;
                session.receive(at(passed), outcome);
            }
            Step::Wait(duration) => passed += duration,
            Step::Done(outcome) => return Run { sent, bodies, took: passed, outcome },
        }
    }
}
