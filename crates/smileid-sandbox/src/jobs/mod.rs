//! The jobs of a sandbox: what they are, how they go on, and those that their ids speak of. Nothing is signed or sent here.

mod by_id;
mod progress;
mod store;

pub(crate) use self::progress::Progress;
pub(crate) use self::store::{Arrival, FULL, Jobs, Seen};
