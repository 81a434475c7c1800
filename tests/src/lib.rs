//! Helpers of the cross-crate tests: signed replies, a session run in virtual time, plain HTTP. The tests themselves are in `tests/`.

mod canned;
pub mod plain_http;
mod random;
mod replies;
mod summary;
mod virtual_time;

pub use canned::Canned;
pub use random::{Random, cases};
pub use replies::{APPROVED_RESULT, JOB, Reply, USER, config, credentials, looks_like_a_request, query, signer};
pub use summary::{check_outcomes, outcome_of, summary};
pub use virtual_time::{FIRST_REQUEST, NOON, Run, run, run_from};

/// The folder of these tests, whatever package they are built in.
pub const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// The uses in the READMEs and on the pages compile, and run where they can.
#[cfg(doctest)]
mod readmes {
    #[doc = include_str!("../../README.md")]
    struct Root;
    #[doc = include_str!("../../docs/cookbook.md")]
    struct Cookbook;
    #[doc = include_str!("../../crates/smileid-conformance/README.md")]
    struct Conformance;
    #[doc = include_str!("../../crates/lenient-json/README.md")]
    struct LenientJson;
    #[doc = include_str!("../../crates/smileid-core/README.md")]
    struct Core;
    #[doc = include_str!("../../crates/smileid-http-async/README.md")]
    struct Async;
    #[doc = include_str!("../../crates/smileid-http-blocking/README.md")]
    struct Blocking;
    #[doc = include_str!("../../crates/smileid-sandbox/README.md")]
    struct Sandbox;
    #[doc = include_str!("../../docs/sandbox.md")]
    struct SandboxDocs;
    #[doc = include_str!("../../docs/tolerance.md")]
    struct Tolerance;
    #[doc = include_str!("../../docs/guide/first-call.md")]
    struct FirstCall;
    #[doc = include_str!("../../docs/images.md")]
    struct Images;
    #[doc = include_str!("../../crates/smileid-images/README.md")]
    struct ImagesCrate;
    #[doc = include_str!("../../docs/guide/waiting.md")]
    struct Waiting;
    #[doc = include_str!("../../docs/guide/own-http-stack.md")]
    struct OwnHttpStack;
    #[doc = include_str!("../../docs/guide/testing.md")]
    struct Testing;
    #[doc = include_str!("../../docs/guide/callbacks.md")]
    struct Callbacks;
    #[doc = include_str!("../../docs/guide/security.md")]
    struct Security;
    #[doc = include_str!("../../docs/guide/operating.md")]
    struct Operating;
    #[doc = include_str!("../../docs/guide/migrating.md")]
    struct Migrating;
}
