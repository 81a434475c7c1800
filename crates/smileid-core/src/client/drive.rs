//! The blocking driver: it carries messages between a session and a transport, and decides nothing. Its twin is `drive_async.rs`.

use crate::error::Error;
use crate::session::{Machine, Step};
use crate::transport::Transport;

/// Runs a session to its end over a blocking transport. [`Client`](super::Client) does this for you.
///
/// # Errors
/// Returns the error that the session ends with.
pub fn drive<T: Transport, M: Machine>(transport: &T, mut session: M) -> Result<M::Answer, Error> {
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
