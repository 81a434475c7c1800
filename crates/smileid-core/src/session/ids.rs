//! Whether a final answer must name its job. The comparison itself is in `verified.rs`.

/// Whether a final answer must name the job and the user it is about.
///
/// An answer names them in `result.PartnerParams`, in `partner_params` or another spelling of it, in a `PartnerParams` beside `result`, or
/// in `user_id` and `job_id` beside or within `result`. An id that is there must be the one that was asked for, in every one of these
/// places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum IdPolicy {
    /// The ids may be missing.
    #[default]
    WherePresent,
    /// Both ids must be there, each in at least one of the places.
    Required,
}
