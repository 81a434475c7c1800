//! What a driver needs of a session, whatever API the session asks.

use alloc::boxed::Box;

use super::course::{Ask, Course};
use super::{Answer, Session, Step};
use crate::message::Response;
use crate::time::Moment;
use crate::transport::TransportError;

/// A sans-IO session that [`drive`](crate::drive) and [`drive_async`](crate::drive_async) can run.
pub trait Machine {
    /// What the session ends with when it succeeds.
    type Answer;

    /// Returns what to do now.
    fn step(&mut self, now: Moment) -> Step<'_, Self::Answer>;

    /// Records how the exchange of the last [`Step::Send`] went.
    fn receive(&mut self, now: Moment, reply: Result<Response, TransportError>);

    /// Records how the sleep of the last [`Step::Wait`] went.
    fn woken(&mut self, now: Moment, slept: Result<(), TransportError>);
}

impl Machine for Session {
    type Answer = Answer;

    fn step(&mut self, now: Moment) -> Step<'_> {
        Self::step(self, now)
    }

    fn receive(&mut self, now: Moment, reply: Result<Response, TransportError>) {
        Self::receive(self, now, reply);
    }

    fn woken(&mut self, now: Moment, slept: Result<(), TransportError>) {
        Self::woken(self, now, slept);
    }
}

impl<A: Ask> Machine for Course<A> {
    type Answer = A::Answer;

    fn step(&mut self, now: Moment) -> Step<'_, A::Answer> {
        Self::step(self, now)
    }

    fn receive(&mut self, now: Moment, reply: Result<Response, TransportError>) {
        Self::receive(self, now, reply);
    }

    fn woken(&mut self, now: Moment, slept: Result<(), TransportError>) {
        Self::woken(self, now, slept);
    }
}

/// A boxed session is driven like the session: futures that hold it stay small.
impl<M: Machine + ?Sized> Machine for Box<M> {
    type Answer = M::Answer;

    fn step(&mut self, now: Moment) -> Step<'_, M::Answer> {
        (**self).step(now)
    }

    fn receive(&mut self, now: Moment, reply: Result<Response, TransportError>) {
        (**self).receive(now, reply);
    }

    fn woken(&mut self, now: Moment, slept: Result<(), TransportError>) {
        (**self).woken(now, slept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::{ApiKey, Credentials, PartnerId};
    use crate::environment::Environment;
    use crate::policy::WaitPolicy;
    use crate::request::JobStatusQuery;
    use crate::session::Config;
    use crate::transport::TransportErrorKind::{Cancelled, Connect};
    use core::time::Duration;

    /// Whether what the transport reports reaches the machine, of a send and of a sleep.
    fn listens<M: Machine>(new: impl Fn() -> M) {
        let at = |ms| Moment::new(1_791_115_200_000, Duration::from_millis(ms));
        let is_cancelled = |step: Step<'_, M::Answer>| matches!(step, Step::Done(Err(error)) if error.is_cancelled());
        let mut machine = new();
        assert!(matches!(machine.step(at(0)), Step::Send(_)));
        machine.receive(at(1), Err(TransportError::new(Cancelled)));
        assert!(is_cancelled(machine.step(at(1))), "receive");
        let mut machine = new();
        assert!(matches!(machine.step(at(0)), Step::Send(_)));
        machine.receive(at(1), Err(TransportError::new(Connect)));
        assert!(matches!(machine.step(at(1)), Step::Wait(_)));
        machine.woken(at(2), Err(TransportError::new(Cancelled)));
        assert!(is_cancelled(machine.step(at(2))), "woken");
    }

    #[test]
    fn every_form_of_a_session_learns_how_its_exchanges_and_sleeps_went() {
        let credentials = Credentials::new(PartnerId::new("023").unwrap(), ApiKey::new("key").unwrap());
        let config = Config::new(&credentials, &Environment::Sandbox);
        let session = || Session::wait(&config, JobStatusQuery::new("user-7", "job-7").unwrap(), WaitPolicy::default());
        listens(session);
        listens(|| session().0);
        listens(|| Box::new(session()));
    }
}
