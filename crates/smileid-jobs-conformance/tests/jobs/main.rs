//! Jobs without a store on disk: what follows from answers and callbacks, both drivers and what they claim ahead, the model in memory, and
//! what the policy saves.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test fails")]
#![allow(clippy::print_stdout, reason = "the figures are printed")]

mod ahead;
mod callback;
mod called;
mod decide;
mod driver;
mod economy;
mod late;
mod memory;
mod watched;

use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};

/// Runs a future that waits for nothing but itself.
fn finish<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    for _ in 0..1_000_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
    panic!("the future does not end")
}
