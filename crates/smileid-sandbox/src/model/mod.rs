//! The words that the sandbox is written in: stages, jobs, products, oddities, outcomes. Nothing here moves, signs or answers.

mod job;
mod odd;
mod outcome;
mod product;
mod stage;

pub use self::job::Job;
pub use self::odd::Odd;
pub use self::product::Product;
pub use self::stage::{Lasts, Stage};

pub(crate) use self::outcome::Outcome;
pub(crate) use self::stage::{Step, allowed_stages, duration};
