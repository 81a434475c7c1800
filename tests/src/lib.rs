//! Helpers of the cross-crate tests: signed replies, and a session run in virtual time. The tests themselves are in `tests/`.

mod replies;
mod told;
mod virtual_time;

pub use replies::{APPROVED_RESULT, JOB, Reply, USER, config, credentials, query, signer};
pub use told::{check_outcomes, outcome_of, told};
pub use virtual_time::{NOON, Run, run, run_from};

/// The README's uses compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
