//! The words that the sandbox is written in: stages, jobs, products, oddities, outcomes. Nothing here moves, signs or answers.

mod job;
mod odd;
mod outcome;
mod product;
mod stage;
mod v3_id;

pub use self::job::Job;
pub use self::odd::Odd;
pub use self::product::Product;
pub use self::stage::{Lasts, Stage};
pub use self::v3_id::{v3_job_id, v3_job_id_of};

pub(crate) use self::outcome::Outcome;
pub(crate) use self::stage::{Step, allowed_stages, duration};
pub(crate) use self::v3_id::is_v3;
