//! The blocking driver: it carries messages between a session and a transport, and decides nothing. Its twin is `drive_async.rs`.

use alloc::boxed::Box;

use crate::error::Error;
use crate::session::{Answer, Session, Step};
use crate::transport::Transport;

pub(super) fn drive<T: Transport>(transport: &T, mut session: Box<Session>) -> Result<Answer, Error> {
    loop {
        match session.step(transport.now()) {
            Step::Send(request) => {
                let reply = transport.send(request);
                session.receive(transport.now(), reply);
            }
            Step::Wait(duration) => {
                let slept = transport.sleep(duration);
                session.woken(transport.now(), slept);
            }
            Step::Done(outcome) => return outcome,
        }
    }
}
