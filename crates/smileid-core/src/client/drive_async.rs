//! The async driver: it carries messages between a session and a transport, and decides nothing. Its twin is `drive.rs`.

use crate::error::Error;
use crate::session::{Machine, Step};
use crate::transport::AsyncTransport;

/// Runs a session to its end over an async transport. [`AsyncClient`](super::AsyncClient) does this for you.
///
/// # Errors
/// Returns the error that the session ends with.
pub async fn drive_async<T: AsyncTransport, M: Machine>(transport: &T, mut session: M) -> Result<M::Answer, Error> {
    loop {
        match session.step(transport.now()) {
            Step::Send(request) => {
                let reply = transport.send(request).await;
                session.receive(transport.now(), reply);
            }
            Step::Wait(duration) => {
                let slept = transport.sleep(duration).await;
                session.woken(transport.now(), slept);
            }
            Step::Done(outcome) => return outcome,
        }
    }
}
