//! What the v3 client makes of each fault of the v3 API, as a table. `tests/v3/faults.rs` runs it, `docs/faults.md` shows it.

use smileid_sandbox::faults::V3Fault;

/// What comes of it, the service's word or the kind of the error, with the least and the most requests, those for tokens included.
pub(crate) type Expected = (&'static str, u64, u64);

/// A fault, and what comes of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// The fault.
    pub fault: V3Fault,
    /// What comes of a call.
    pub call: Expected,
    /// What comes of a wait.
    pub wait: Expected,
    /// What comes of a call if the fault strikes once.
    pub once: Expected,
}

const fn row(fault: V3Fault, call: Expected, wait: Expected, once: Expected) -> Row {
    Row { fault, call, wait, once }
}

/// Every fault, in the order of `V3Fault::ALL`.
pub(crate) const ROWS: &[Row] = &[
    row(V3Fault::UnknownWord, ("malformed", 3, 3), ("deadline", 4, 7), ("clear", 3, 3)),
    row(V3Fault::OtherCasing, ("malformed", 3, 3), ("deadline", 4, 7), ("clear", 3, 3)),
    row(V3Fault::OldForm, ("malformed", 3, 3), ("deadline", 4, 7), ("clear", 3, 3)),
    row(V3Fault::EmptyWord, ("malformed", 3, 3), ("deadline", 4, 7), ("clear", 3, 3)),
    row(V3Fault::ClearWith202, ("malformed", 3, 3), ("deadline", 4, 7), ("clear", 3, 3)),
    row(V3Fault::ProcessingWith200, ("malformed", 3, 3), ("deadline", 4, 7), ("clear", 3, 3)),
    row(V3Fault::Envelope200, ("mismatch", 2, 2), ("mismatch", 2, 2), ("mismatch", 2, 2)),
    row(V3Fault::Envelope500, ("server", 4, 4), ("deadline", 4, 7), ("clear", 3, 3)),
    row(V3Fault::Slug200, ("malformed", 3, 3), ("deadline", 4, 7), ("clear", 3, 3)),
    row(V3Fault::Slug401, ("credentials", 4, 4), ("credentials", 4, 4), ("clear", 4, 4)),
    row(V3Fault::Slug404, ("not_found", 2, 2), ("not_found", 2, 2), ("not_found", 2, 2)),
    row(V3Fault::Path404, ("not_found", 2, 2), ("not_found", 2, 2), ("not_found", 2, 2)),
    row(V3Fault::OtherJobsId, ("mismatch", 2, 2), ("mismatch", 2, 2), ("mismatch", 2, 2)),
    row(V3Fault::NoJobId, ("mismatch", 2, 2), ("mismatch", 2, 2), ("mismatch", 2, 2)),
    row(V3Fault::TwoWords, ("malformed", 3, 3), ("deadline", 4, 7), ("clear", 3, 3)),
    row(V3Fault::TwoJobIds, ("malformed", 3, 3), ("deadline", 4, 7), ("clear", 3, 3)),
    row(V3Fault::NotFoundForever, ("pending", 2, 2), ("deadline", 4, 7), ("pending", 2, 2)),
    row(V3Fault::Storm401, ("credentials", 4, 4), ("credentials", 4, 4), ("clear", 4, 4)),
    row(V3Fault::AllowList403, ("credentials", 2, 2), ("credentials", 2, 2), ("credentials", 2, 2)),
    row(V3Fault::Limit429, ("throttled", 4, 4), ("deadline", 4, 7), ("clear", 3, 3)),
    row(V3Fault::Signed, ("clear", 2, 2), ("clear", 2, 2), ("clear", 2, 2)),
    row(V3Fault::SignedWrong, ("signature", 2, 2), ("signature", 2, 2), ("signature", 2, 2)),
    row(V3Fault::SignedHalf, ("signature", 2, 2), ("signature", 2, 2), ("signature", 2, 2)),
    row(V3Fault::TokenOpaque, ("clear", 2, 2), ("clear", 2, 2), ("clear", 2, 2)),
    row(V3Fault::TokenEnded, ("credentials", 4, 4), ("credentials", 4, 4), ("clear", 4, 4)),
    row(V3Fault::TokenOtherHost, ("credentials", 1, 1), ("credentials", 1, 1), ("credentials", 1, 1)),
    row(V3Fault::TokenOtherPartner, ("credentials", 1, 1), ("credentials", 1, 1), ("credentials", 1, 1)),
    row(V3Fault::TokenMissing, ("malformed", 2, 2), ("deadline", 4, 7), ("clear", 3, 3)),
    row(V3Fault::TokenWithLineEnd, ("malformed", 2, 2), ("deadline", 4, 7), ("clear", 3, 3)),
    row(V3Fault::Token401, ("credentials", 1, 1), ("credentials", 1, 1), ("credentials", 1, 1)),
    row(V3Fault::Token500, ("server", 3, 3), ("deadline", 4, 7), ("clear", 3, 3)),
];
