//! Helpers of the cross-crate tests: signed replies, and a session run in virtual time. The tests themselves are in `tests/`.

mod replies;
mod told;
mod virtual_time;

pub use replies::{APPROVED_RESULT, JOB, Reply, USER, config, credentials, query, signer};
pub use told::{check_outcomes, outcome_of, told};
pub use virtual_time::{NOON, OWN_PAIR, Run, run, run_from};

/// The uses in the READMEs compile.
#[cfg(doctest)]
mod readmes {
    #[doc = include_str!("../../README.md")]
    struct Root;
    #[doc = include_str!("../../crates/smileid-core/README.md")]
    struct Core;
    #[doc = include_str!("../../crates/smileid-http-async/README.md")]
    struct Async;
    #[doc = include_str!("../../crates/smileid-http-blocking/README.md")]
    struct Blocking;
}
