//! What a driver needs of a session, whatever API the session asks.

use alloc::boxed::Box;

use super::course::{Ask, Course};
use super::{Answer, Session, Step};
use crate::message::Response;
use crate::time::Moment;
use crate::transport::TransportError;

/// A sans-IO session that the drivers of [`client`](crate::client) can run.
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
