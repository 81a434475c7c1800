//! What came of a check, as a job's stage says it.

use super::Stage;

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Approved,
    Provisional,
    Rejected,
    NoVerdict,
    /// The ID number is validated, the comparison of faces is to come.
    IdLeg,
}

impl Outcome {
    /// Returns what came of the check at a stage; none if nothing came of it yet.
    pub(crate) const fn of(stage: &Stage) -> Option<Self> {
        match stage {
            Stage::Approved => Some(Self::Approved),
            Stage::Provisional => Some(Self::Provisional),
            Stage::Rejected => Some(Self::Rejected),
            Stage::NoVerdict => Some(Self::NoVerdict),
            Stage::IdLeg => Some(Self::IdLeg),
            _ => None,
        }
    }
}
