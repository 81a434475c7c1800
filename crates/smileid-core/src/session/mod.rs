//! The sans-IO session: the one place where request, proof, decoding and policy meet. It opens no socket and reads no clock.

mod answer;
mod attempt;
mod callback;
mod config;
mod ids;
mod judge;
mod next;
#[cfg(feature = "tracing")]
mod trace;
#[cfg(not(feature = "tracing"))]
#[path = "no_trace.rs"]
mod trace;
mod verified;

use alloc::boxed::Box;
use core::time::Duration;

pub use self::answer::{Answer, State};
pub use self::attempt::{Attempt, OutcomeKind};
pub use self::config::Config;
pub use self::ids::IdPolicy;
pub use self::verified::{Mismatch, Verified};

use self::config::Inner;
use self::trace::Trace;
use crate::error::{Error, ErrorKind};
use crate::message::{Request, Response};
use crate::policy::{Pace, WaitPolicy, mix, mix_text, signed_at};
use crate::reply::Pending;
use crate::request::{self, JobStatusQuery};
use crate::signature::RecentInstants;
use crate::time::Moment;
use crate::transport::{TransportError, TransportErrorKind};

/// One call, or one wait, as a state machine: it says what to do next and learns how that went.
///
/// ```text
///              step                    step
///   ┌────────► Wait(d) ──(sleep d)──► Send(request) ──(send it)──► receive(reply)
///   │                                                                  │
///   └──────────────── retry, or still pending ◄────────────────────────┤
///                                                                      ▼
///                                       Done(answer or error) ◄── final, or given up
/// ```
///
/// [`Client`](crate::client::Client) and [`AsyncClient`](crate::client::AsyncClient) drive it; drive it by hand if neither fits:
///
/// ```
/// use smileid_core::message::Response;
/// use smileid_core::session::{Config, Session, Step};
/// use smileid_core::transport::TransportError;
/// # use smileid_core::{error::Error, message::Request, request::JobStatusQuery, session::Answer, time::Moment};
/// # use core::time::Duration;
/// fn ask(
///     config: &Config,
///     query: JobStatusQuery,
///     now: impl Fn() -> Moment,
///     send: impl Fn(&Request) -> Result<Response, TransportError>,
///     sleep: impl Fn(Duration),
/// ) -> Result<Answer, Error> {
///     let mut session = Session::job_status(config, query);
///     loop {
///         match session.step(now()) {
///             Step::Send(request) => {
///                 let reply = send(request);
///                 session.receive(now(), reply);
///             }
///             Step::Wait(duration) => sleep(duration),
///             Step::Done(outcome) => return outcome,
///         }
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Session {
    config: Config,
    query: JobStatusQuery,
    mode: Mode,
    state: Phase,
    started: Option<Moment>,
    /// Boxed: a wait holds none nearly all its time.
    request: Option<Box<Request>>,
    recent: RecentInstants,
    sent: u32,
    pace: Pace,
    /// Whether the one more try was had that an unreadable reply gets in a call, and a stale one in a wait.
    tried_once_more: bool,
    /// Whether a call asked again after an answer that looked like its own request. That attempt is not counted.
    echo_asked_again: bool,
    last_answer: Option<Box<Pending>>,
    /// What the latest attempt failed with, for the error of a deadline that passes before the next.
    last_failure: Option<Error>,
    trace: Trace,
}

/// What a [`Session`] asks its driver to do.
#[derive(Debug)]
#[must_use = "the session goes on only when its step is taken"]
pub enum Step<'s> {
    /// Send this request and tell the outcome with [`Session::receive`].
    Send(&'s Request),
    /// Let this much time pass, then step again.
    Wait(Duration),
    /// The session has ended, and this is its outcome.
    Done(Result<Answer, Error>),
}

#[derive(Debug)]
enum Mode {
    Call,
    Wait(WaitPolicy),
}

impl Mode {
    /// The mode in a word fit for metrics and spans.
    const fn operation(&self) -> &'static str {
        match self {
            Self::Call => "job_status",
            Self::Wait(_) => "wait",
        }
    }
}

#[derive(Debug)]
enum Phase {
    /// The next request is due at this monotonic time.
    Due(Duration),
    /// A request is out since this moment; the deadline, not the attempt's own timeout, bounds it if `last_chance` is set.
    InFlight { since: Moment, last_chance: bool },
    /// Over; the outcome is there until it is taken.
    Ended(Option<Box<Result<Answer, Error>>>),
}

/// What the session learns of an exchange beside its outcome. A lost attempt has neither.
#[derive(Debug, Clone, Copy, Default)]
struct Head {
    status: Option<u16>,
    timed_out: bool,
}

impl Session {
    /// Creates a session of one question, retried as the retry policy allows: it ends with the first answer, pending or final.
    #[must_use]
    pub fn job_status(config: &Config, query: JobStatusQuery) -> Self {
        Self::new(config, query, Mode::Call)
    }

    /// Creates a session that polls until the answer is final: it never ends with a pending one.
    #[must_use]
    pub fn wait(config: &Config, query: JobStatusQuery, policy: WaitPolicy) -> Self {
        Self::new(config, query, Mode::Wait(policy))
    }

    /// Returns what to do now.
    ///
    /// A request is signed here, so that each attempt carries the present. If you step twice without [`Session::receive`] in between,
    /// as after a dropped future, the attempt is lost: it counts and backs off as a failed one of kind `transport`. After
    /// [`Step::Done`] was returned once, every further step is done with an error of kind `internal`.
    pub fn step(&mut self, now: Moment) -> Step<'_> {
        let started = self.started(now);
        let due = match &mut self.state {
            Phase::Ended(outcome) => {
                return Step::Done(outcome.take().map_or_else(|| Err(already_ended()), |outcome| *outcome));
            }
            Phase::Due(at) => *at,
            Phase::InFlight { .. } => {
                self.settle(now, Head::default(), Err(lost()));
                return self.step(now);
            }
        };
        let left = self.deadline().saturating_sub(now.since(started));
        if left.is_zero() {
            self.end_at_deadline(now);
            return self.step(now);
        }
        let early = due.saturating_sub(now.monotonic());
        if !early.is_zero() {
            return Step::Wait(early.min(left));
        }
        self.sign(now, left)
    }

    /// Records how the exchange of the last [`Step::Send`] went. It is ignored while no request is out.
    pub fn receive(&mut self, now: Moment, reply: Result<Response, TransportError>) {
        let Phase::InFlight { .. } = self.state else { return };
        let head = Head {
            status: reply.as_ref().ok().map(|r| r.status),
            timed_out: reply.as_ref().is_err_and(|e| e.kind() == TransportErrorKind::Timeout),
        };
        let outcome = judge::judge(self.config.inner(), &self.query, now, reply);
        self.settle(now, head, outcome);
    }

    /// Records how the sleep of the last [`Step::Wait`] went. A failed sleep ends the session, as a send that failed so would.
    pub fn woken(&mut self, now: Moment, slept: Result<(), TransportError>) {
        if let (Err(error), Phase::Due(_)) = (slept, &self.state) {
            self.end(now, Err(judge::not_exchanged(error)));
        }
    }

    /// Returns the question this session asks.
    #[must_use]
    pub const fn query(&self) -> &JobStatusQuery {
        &self.query
    }

    /// Returns how many requests were handed out to be sent.
    #[must_use]
    pub const fn polls(&self) -> u32 {
        self.sent
    }

    fn new(config: &Config, query: JobStatusQuery, mode: Mode) -> Self {
        Self {
            config: config.clone(),
            query,
            mode,
            state: Phase::Due(Duration::ZERO),
            started: None,
            request: None,
            recent: RecentInstants::default(),
            sent: 0,
            pace: Pace::default(),
            tried_once_more: false,
            echo_asked_again: false,
            last_answer: None,
            last_failure: None,
            trace: Trace::new(),
        }
    }

    /// The moment of the first step. A wait's first poll is put off from there as its policy says.
    fn started(&mut self, now: Moment) -> Moment {
        if let Some(started) = self.started {
            return started;
        }
        self.started = Some(now);
        self.trace.begin(self.mode.operation());
        if let Mode::Wait(policy) = self.mode {
            let delay = policy.fit(policy.first_delay(self.random(now)), Duration::ZERO, Duration::MAX);
            self.state = Phase::Due(now.monotonic().saturating_add(delay.unwrap_or_default()));
        }
        now
    }

    fn sign(&mut self, now: Moment, left: Duration) -> Step<'_> {
        let config: &Inner = self.config.inner();
        let authorization = config.signer.authorize_request(signed_at(now), &mut self.recent);
        self.trace.sent(config, matches!(self.mode, Mode::Call).then_some(self.sent));
        self.sent = self.sent.saturating_add(1);
        self.state = Phase::InFlight { since: now, last_chance: left <= config.attempt_timeout };
        let request = request::signed(
            &config.url,
            config.signer.partner_id(),
            &self.query,
            &authorization,
            left.min(config.attempt_timeout),
            config.decode.max_bytes(),
        );
        Step::Send(self.request.insert(Box::new(request)))
    }

    /// Concludes the attempt that is out, if one is, and decides what follows.
    fn settle(&mut self, now: Moment, head: Head, outcome: Result<Answer, Error>) {
        let Phase::InFlight { since, last_chance } = self.state else { return };
        // What was sent is not needed again: the next attempt is signed anew, and a wait holds nothing for it meanwhile.
        self.request = None;
        let too_late = self.started.is_some_and(|started| now.since(started) >= self.deadline());
        self.trace.received(head.status, &outcome);
        let kind = OutcomeKind::from(&outcome);
        match outcome {
            // Whatever failed at the deadline or behind it: the deadline is what ends the call, and the failure its cause.
            Err(error) if (too_late || head.timed_out && last_chance) && !error.is_cancelled() => {
                self.last_failure = Some(error);
                self.end_at_deadline(now);
            }
            outcome => match self.mode {
                Mode::Call => self.after_attempt(now, outcome),
                Mode::Wait(policy) => self.after_poll(now, since, outcome, &policy),
            },
        }
        if let Some(observer) = &self.config.inner().observer {
            let next = match self.state {
                Phase::Due(at) => Some(at.saturating_sub(now.monotonic())),
                Phase::InFlight { .. } | Phase::Ended(_) => None,
            };
            let elapsed = self.elapsed(now);
            observer(&Attempt::new(self.sent, head.status, kind, now.since(since), elapsed, next));
        }
    }

    fn end(&mut self, now: Moment, outcome: Result<Answer, Error>) {
        let elapsed = self.elapsed(now);
        let last_answer = self.last_answer.take();
        self.last_failure = None;
        let outcome = outcome.map_err(|error| error.ended(last_answer, self.sent, elapsed));
        self.trace.ended(self.sent, &outcome);
        self.request = None;
        self.state = Phase::Ended(Some(Box::new(outcome)));
    }

    fn deadline(&self) -> Duration {
        match &self.mode {
            Mode::Call => self.config.inner().call_deadline,
            Mode::Wait(policy) => policy.deadline(),
        }
    }

    /// Ends the session because its deadline has passed, or leaves no room for another attempt. The latest failure is the cause.
    fn end_at_deadline(&mut self, now: Moment) {
        let message = match &self.mode {
            Mode::Call => "the deadline passed before an answer came: allow more time, or ask again",
            Mode::Wait(_) => {
                "no final answer came before the deadline: the job goes on, so wait again or allow more time"
            }
        };
        let error = Error::new(ErrorKind::Deadline, message);
        let error = match self.last_failure.take() {
            Some(cause) => error.with_source(cause),
            None => error,
        };
        self.end(now, Err(error));
    }

    fn elapsed(&self, now: Moment) -> Duration {
        self.started.map_or(Duration::ZERO, |started| now.since(started))
    }

    /// Returns a number for jitter: a function of the job, the wall time and the attempt, or of the seed if one was given.
    fn random(&self, now: Moment) -> u64 {
        let job = mix_text(mix_text(0, self.query.user_id()), self.query.job_id());
        let base = self.config.inner().seed.unwrap_or_else(|| mix(job, now.unix_millis().cast_unsigned()));
        mix(base, u64::from(self.sent))
    }
}

fn already_ended() -> Error {
    Error::new(ErrorKind::Internal, "the session has ended and its outcome was taken: begin a new session")
}

fn lost() -> Error {
    Error::new(
        ErrorKind::Transport,
        "the attempt was lost: the session was stepped again before its outcome was reported",
    )
}
