//! One call or one wait of v3 as a state machine.

use smileid_core::{__internal::Course, Machine, Moment, Response, Step, TransportError, WaitPolicy};

use crate::answer::Answer;
use crate::ask::StatusAsk;
use crate::config::Config;
use crate::job::JobRef;

/// One call, or one wait, sans-IO: `smileid_core::Session` for v3.
///
/// A session that has no token asks for one first. If another session of the same configuration is fetching one, it waits for at most 250 ms
/// and looks again.
#[derive(Debug)]
pub struct Session(Course<StatusAsk>);

impl Session {
    /// Creates a session of one question, retried as the retry policy allows: it ends with the first answer, pending or final.
    #[must_use]
    pub fn status(config: &Config, job: JobRef) -> Self {
        Self(Course::call(&config.settings, StatusAsk::new(config, job)))
    }

    /// Creates a session that polls until the answer is final: it never ends with a pending one.
    #[must_use]
    pub fn wait(config: &Config, job: JobRef, policy: WaitPolicy) -> Self {
        Self(Course::wait(&config.settings, StatusAsk::new(config, job), policy))
    }

    /// Returns what to do now.
    pub fn step(&mut self, now: Moment) -> Step<'_, Answer> {
        self.0.step(now)
    }

    /// Records how the exchange of the last [`Step::Send`] went. It is ignored while no request is out.
    pub fn receive(&mut self, now: Moment, reply: Result<Response, TransportError>) {
        self.0.receive(now, reply);
    }

    /// Records how the sleep of the last [`Step::Wait`] went. A failed sleep ends the session.
    pub fn woken(&mut self, now: Moment, slept: Result<(), TransportError>) {
        self.0.woken(now, slept);
    }

    /// Returns the job that is asked for.
    #[must_use]
    pub const fn job(&self) -> &JobRef {
        self.0.ask().job()
    }

    /// Returns how many requests were handed out to be sent, those for tokens included.
    #[must_use]
    pub const fn polls(&self) -> u32 {
        self.0.polls()
    }
}

impl Machine for Session {
    type Answer = Answer;

    fn step(&mut self, now: Moment) -> Step<'_, Answer> {
        Self::step(self, now)
    }

    fn receive(&mut self, now: Moment, reply: Result<Response, TransportError>) {
        Self::receive(self, now, reply);
    }

    fn woken(&mut self, now: Moment, slept: Result<(), TransportError>) {
        Self::woken(self, now, slept);
    }
}
