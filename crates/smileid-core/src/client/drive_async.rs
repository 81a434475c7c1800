//! The async driver: it carries messages between a session and a transport, and decides nothing. Its twin is `drive.rs`.

use alloc::boxed::Box;

use crate::error::Error;
use crate::session::{Answer, Session, Step};
use crate::transport::AsyncTransport;

pub(super) async fn drive_async<T: AsyncTransport>(transport: &T, mut session: Box<Session>) -> Result<Answer, Error> {
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
