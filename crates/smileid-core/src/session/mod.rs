//! The sans-IO session: the one place where request, proof, decoding and policy meet. It opens no socket and reads no clock.

mod answer;
mod ask;
mod attempt;
mod callback;
mod config;
mod course;
mod head;
mod ids;
mod judge;
mod machine;
mod next;
#[cfg(feature = "tracing")]
mod trace;
#[cfg(not(feature = "tracing"))]
#[path = "no_trace.rs"]
mod trace;
mod verified;

use core::time::Duration;

pub use self::answer::{Answer, State};
pub use self::attempt::{Attempt, OutcomeKind};
pub use self::config::Config;
pub use self::course::{Ask, Course, Judged, Prepared};
pub use self::head::{Seen, by_status, not_exchanged, with_request_id};
pub use self::ids::IdPolicy;
pub use self::machine::Machine;
pub use self::verified::{Mismatch, Notice, Verified};

use self::ask::JobStatusAsk;
use crate::error::Error;
use crate::message::{Request, Response};
use crate::policy::WaitPolicy;
use crate::request::JobStatusQuery;
use crate::time::Moment;
use crate::transport::TransportError;

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
/// use smileid_core::{Config, Response, Session, Step, TransportError};
/// # use smileid_core::{Answer, Error, JobStatusQuery, Moment, Request};
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
pub struct Session(Course<JobStatusAsk>);

/// What a [`Session`], or another [`Machine`], asks its driver to do.
#[derive(Debug)]
#[must_use = "the session goes on only when its step is taken"]
pub enum Step<'s, A = Answer> {
    /// Send this request and report the outcome with [`Session::receive`].
    Send(&'s Request),
    /// Let this much time pass, then step again.
    Wait(Duration),
    /// The session has ended, and this is its outcome.
    Done(Result<A, Error>),
}

impl Session {
    /// Creates a session of one question, retried as the retry policy allows: it ends with the first answer, pending or final.
    #[must_use]
    pub fn job_status(config: &Config, query: JobStatusQuery) -> Self {
        Self(Course::call(config, JobStatusAsk::new(query)))
    }

    /// Creates a session that polls until the answer is final: it never ends with a pending one.
    #[must_use]
    pub fn wait(config: &Config, query: JobStatusQuery, policy: WaitPolicy) -> Self {
        Self(Course::wait(config, JobStatusAsk::new(query), policy))
    }

    /// Returns what to do now.
    ///
    /// A request is signed here, so that each attempt carries the present. If you step twice without [`Session::receive`] in between,
    /// as after a dropped future, the attempt is lost: it counts and backs off as a failed one of kind `transport`. After
    /// [`Step::Done`] was returned once, every further step is done with an error of kind `internal`.
    pub fn step(&mut self, now: Moment) -> Step<'_> {
        self.0.step(now)
    }

    /// Records how the exchange of the last [`Step::Send`] went. It is ignored while no request is out.
    pub fn receive(&mut self, now: Moment, reply: Result<Response, TransportError>) {
        self.0.receive(now, reply);
    }

    /// Records how the sleep of the last [`Step::Wait`] went. A failed sleep ends the session, as a send that failed so would.
    pub fn woken(&mut self, now: Moment, slept: Result<(), TransportError>) {
        self.0.woken(now, slept);
    }

    /// Returns the question this session asks.
    #[must_use]
    pub const fn query(&self) -> &JobStatusQuery {
        self.0.ask().query()
    }

    /// Returns how many requests were handed out to be sent.
    #[must_use]
    pub const fn polls(&self) -> u32 {
        self.0.polls()
    }
}
