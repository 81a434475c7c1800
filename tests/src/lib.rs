//! Helpers of the cross-crate tests: signed replies, a session run in virtual time, plain HTTP. The tests themselves are in `tests/`.

mod canned;
pub mod plain_http;
mod random;
mod replies;
mod summary;
mod table;
mod virtual_time;

pub use canned::Canned;
pub use random::{Random, cases};
pub use replies::{APPROVED_RESULT, JOB, Reply, USER, config, credentials, looks_like_a_request, query, signer};
pub use summary::{check_outcomes, outcome_of, summary};
pub use table::{lines, rows};
pub use virtual_time::{FIRST_REQUEST, NOON, Run, run, run_from};

/// The folder of these tests, whatever package they are built in.
pub const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// The uses in the READMEs and on the pages compile, and run where they can.
#[cfg(doctest)]
mod readmes {
    macro_rules! pages {
        ($($name:ident $page:literal)*) => { $(#[doc = include_str!($page)] struct $name;)* };
    }

    pages! {
        Root "../../README.md"
        Cookbook "../../docs/cookbook.md"
        Conformance "../../crates/smileid-conformance/README.md"
        LenientJson "../../crates/lenient-json/README.md"
        Core "../../crates/smileid-core/README.md"
        Async "../../crates/smileid-http-async/README.md"
        Blocking "../../crates/smileid-http-blocking/README.md"
        Sandbox "../../crates/smileid-sandbox/README.md"
        SandboxDocs "../../docs/sandbox.md"
        Tolerance "../../docs/tolerance.md"
        FirstCall "../../docs/guide/first-call.md"
        Images "../../docs/images.md"
        ImagesCrate "../../crates/smileid-images/README.md"
        Waiting "../../docs/guide/waiting.md"
        OwnHttpStack "../../docs/guide/own-http-stack.md"
        Testing "../../docs/guide/testing.md"
        Callbacks "../../docs/guide/callbacks.md"
        Security "../../docs/guide/security.md"
        Operating "../../docs/guide/operating.md"
        Migrating "../../docs/guide/migrating.md"
    }
}
