//! The course of one call or wait over any of the service's APIs: when to send, when to stop. What is sent, and what a reply means, is its [`Ask`]'s.

use alloc::boxed::Box;
use core::time::Duration;

use super::config::Inner;
use super::head::not_exchanged;
use super::trace::Trace;
use super::{Attempt, Config, OutcomeKind, State, Step};
use crate::error::{Error, ErrorKind};
use crate::message::{Request, Response};
use crate::mix::mix;
use crate::policy::{PollPace, WaitPolicy};
use crate::time::Moment;
use crate::transport::{TransportError, TransportErrorKind};

/// What one API asks, and how it reads the replies. A [`Course`] decides when.
pub trait Ask {
    /// What a call returns when it succeeds.
    type Answer;

    /// Returns what to do for the attempt that is due now and may take `timeout`.
    fn prepare(&mut self, config: &Config, now: Moment, timeout: Duration) -> Prepared;

    /// Judges the exchange of the request that was prepared last.
    fn judge(&mut self, config: &Config, now: Moment, reply: Result<Response, TransportError>) -> Judged<Self::Answer>;

    /// Records that the request that was prepared last is lost: no outcome of it will be reported.
    fn lost(&mut self) {}

    /// Returns whether an answer is final.
    fn state(answer: &Self::Answer) -> State;

    /// Returns a number that depends only on the job that is asked for. Jitter is drawn from it.
    fn seed(&self) -> u64;

    /// Adds the last pending answer to the error that ends a wait.
    fn with_last(error: Error, last: Self::Answer) -> Error;
}

/// What an [`Ask`] wants done first.
#[derive(Debug)]
pub enum Prepared {
    /// Send this request.
    Send(Request),
    /// Let this much time pass, then prepare again: another session is doing what this one needs. It counts as no attempt.
    Hold(Duration),
}

/// What an exchange came to.
#[derive(Debug)]
pub enum Judged<A> {
    /// There is an answer. A call ends with it, and a wait if it is final.
    Answered(A),
    /// There is no answer, or none that can be trusted.
    Failed(Error),
    /// The exchange was one that the question needs first. The question itself is due at once, and this counts as no attempt.
    Onward,
}

/// One call, or one wait, of any API as a state machine.
#[derive(Debug)]
pub struct Course<A: Ask> {
    pub(super) config: Config,
    pub(super) ask: A,
    mode: Mode,
    pub(super) state: Phase<A::Answer>,
    started: Option<Moment>,
    /// Boxed: a wait contains none nearly all its time.
    request: Option<Box<Request>>,
    pub(super) sent: u32,
    /// How many of these requests count as no attempt.
    pub(super) uncounted: u32,
    pub(super) pace: PollPace,
    /// Whether the one more try was used that an unreadable reply gets in a call, and a stale one in a wait.
    pub(super) tried_once_more: bool,
    /// Whether a call asked again after an answer that looked like its own request. That attempt is not counted.
    pub(super) echo_asked_again: bool,
    pub(super) last_answer: Option<A::Answer>,
    /// What the latest attempt failed with, for the error of a deadline that passes before the next.
    pub(super) last_failure: Option<Error>,
    trace: Trace,
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
pub(super) enum Phase<A> {
    /// The next request is due at this monotonic time.
    Due(Duration),
    /// A request is out since this moment; the deadline, not the attempt's own timeout, bounds it if `last_chance` is set.
    InFlight { since: Moment, last_chance: bool },
    /// Over; the outcome is there until it is taken.
    Ended(Option<Box<Result<A, Error>>>),
}

/// What the session learns of an exchange beside its outcome. A lost attempt has neither.
#[derive(Debug, Clone, Copy, Default)]
struct Head {
    status: Option<u16>,
    timed_out: bool,
}

impl<A: Ask> Course<A> {
    /// Creates the course of one question, retried as the retry policy allows.
    pub fn call(config: &Config, ask: A) -> Self {
        Self::new(config, ask, Mode::Call)
    }

    /// Creates the course of a wait, which polls until the answer is final.
    pub fn wait(config: &Config, ask: A, policy: WaitPolicy) -> Self {
        Self::new(config, ask, Mode::Wait(policy))
    }

    /// Returns what to do now: [`Session::step`](super::Session::step).
    pub fn step(&mut self, now: Moment) -> Step<'_, A::Answer> {
        let started = self.started(now);
        let due = match &mut self.state {
            Phase::Ended(outcome) => {
                return Step::Done(outcome.take().map_or_else(|| Err(already_ended()), |outcome| *outcome));
            }
            Phase::Due(at) => *at,
            Phase::InFlight { .. } => {
                self.ask.lost();
                self.settle(now, Head::default(), Judged::Failed(lost()));
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
        self.prepare(now, left)
    }

    /// Records how the exchange of the last [`Step::Send`] went: [`Session::receive`](super::Session::receive).
    pub fn receive(&mut self, now: Moment, reply: Result<Response, TransportError>) {
        let Phase::InFlight { .. } = self.state else { return };
        let head = Head {
            status: reply.as_ref().ok().map(|r| r.status),
            timed_out: reply.as_ref().is_err_and(|e| e.kind() == TransportErrorKind::Timeout),
        };
        let judged = self.ask.judge(&self.config, now, reply);
        self.settle(now, head, judged);
    }

    /// Records how the sleep of the last [`Step::Wait`] went: [`Session::woken`](super::Session::woken).
    pub fn woken(&mut self, now: Moment, slept: Result<(), TransportError>) {
        if let (Err(error), Phase::Due(_)) = (slept, &self.state) {
            self.end(now, Err(not_exchanged(error)));
        }
    }

    /// Returns what is asked.
    pub const fn ask(&self) -> &A {
        &self.ask
    }

    /// Returns how many requests were handed out to be sent.
    pub const fn polls(&self) -> u32 {
        self.sent
    }

    fn new(config: &Config, ask: A, mode: Mode) -> Self {
        Self {
            config: config.clone(),
            ask,
            mode,
            state: Phase::Due(Duration::ZERO),
            started: None,
            request: None,
            sent: 0,
            uncounted: 0,
            pace: PollPace::default(),
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

    fn prepare(&mut self, now: Moment, left: Duration) -> Step<'_, A::Answer> {
        let attempt_timeout = self.config.inner().attempt_timeout;
        let request = match self.ask.prepare(&self.config, now, left.min(attempt_timeout)) {
            Prepared::Send(request) => request,
            Prepared::Hold(hold) => {
                self.state = Phase::Due(now.monotonic().saturating_add(hold));
                return Step::Wait(hold.min(left));
            }
        };
        let resent = matches!(self.mode, Mode::Call).then_some(self.sent.saturating_sub(self.uncounted));
        self.trace.sent(self.config.inner(), request.operation, resent);
        self.sent = self.sent.saturating_add(1);
        self.state = Phase::InFlight { since: now, last_chance: left <= attempt_timeout };
        Step::Send(self.request.insert(Box::new(request)))
    }

    /// Concludes the attempt that is out, if one is, and decides what follows.
    fn settle(&mut self, now: Moment, head: Head, judged: Judged<A::Answer>) {
        let Phase::InFlight { since, last_chance } = self.state else { return };
        // What was sent is not needed again: the next attempt is signed anew, and a wait holds nothing for it meanwhile.
        self.request = None;
        let too_late = self.started.is_some_and(|started| now.since(started) >= self.deadline());
        let outcome = match &judged {
            Judged::Answered(answer) => Some(A::state(answer).into()),
            Judged::Failed(error) => Some(OutcomeKind::Failed(error.kind())),
            Judged::Onward => None,
        };
        self.trace.received(head.status, outcome);
        match judged {
            Judged::Onward => {
                self.uncounted = self.uncounted.saturating_add(1);
                self.state = Phase::Due(now.monotonic());
            }
            // Whatever failed at the deadline or behind it: the deadline is what ends the call, and the failure its cause.
            Judged::Failed(error) if (too_late || head.timed_out && last_chance) && !error.is_cancelled() => {
                self.last_failure = Some(error);
                self.end_at_deadline(now);
            }
            Judged::Answered(answer) => self.after(now, since, Ok(answer)),
            Judged::Failed(error) => self.after(now, since, Err(error)),
        }
        if let (Some(observer), Some(outcome)) = (&self.config.inner().observer, outcome) {
            let next = match self.state {
                Phase::Due(at) => Some(at.saturating_sub(now.monotonic())),
                Phase::InFlight { .. } | Phase::Ended(_) => None,
            };
            let elapsed = self.elapsed(now);
            observer(&Attempt::new(self.sent, head.status, outcome, now.since(since), elapsed, next));
        }
    }

    fn after(&mut self, now: Moment, since: Moment, outcome: Result<A::Answer, Error>) {
        match self.mode {
            Mode::Call => self.after_attempt(now, outcome),
            Mode::Wait(policy) => self.after_poll(now, since, outcome, &policy),
        }
    }

    pub(super) fn end(&mut self, now: Moment, outcome: Result<A::Answer, Error>) {
        let elapsed = self.elapsed(now);
        let last_answer = self.last_answer.take();
        self.last_failure = None;
        let outcome = outcome.map_err(|error| {
            let error = error.ended(self.sent, elapsed);
            last_answer.into_iter().fold(error, A::with_last)
        });
        let kind = match &outcome {
            Ok(answer) => A::state(answer).into(),
            Err(error) => OutcomeKind::Failed(error.kind()),
        };
        self.trace.ended(self.sent, kind);
        self.request = None;
        self.state = Phase::Ended(Some(Box::new(outcome)));
    }

    pub(super) fn deadline(&self) -> Duration {
        match &self.mode {
            Mode::Call => self.config.inner().call_deadline,
            Mode::Wait(policy) => policy.deadline(),
        }
    }

    /// Ends the session because its deadline has passed, or leaves no room for another attempt. The latest failure is the cause.
    pub(super) fn end_at_deadline(&mut self, now: Moment) {
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

    pub(super) fn elapsed(&self, now: Moment) -> Duration {
        self.started.map_or(Duration::ZERO, |started| now.since(started))
    }

    /// Returns a number for jitter: a function of the job, the wall time and the attempt, or of the seed if one was given.
    pub(super) fn random(&self, now: Moment) -> u64 {
        let config: &Inner = self.config.inner();
        let base = config.seed.unwrap_or_else(|| mix(self.ask.seed(), now.unix_millis().cast_unsigned()));
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
