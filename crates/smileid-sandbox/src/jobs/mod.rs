//! The jobs of a sandbox: what they are, how they go on, and those that their ids speak of. Nothing is signed or sent here.

mod by_id;
mod job;
mod progress;
mod stage;
mod store;

pub use self::job::Job;
pub use self::stage::{Lasts, Stage};

pub(crate) use self::progress::Progress;
pub(crate) use self::stage::{Step, allowed_stages, duration};
pub(crate) use self::store::{Arrival, FULL, Jobs, Seen};
