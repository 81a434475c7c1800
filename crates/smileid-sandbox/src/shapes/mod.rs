//! What replies hold: each product's results with invented data, and every oddity of real replies. Nothing is signed here.

mod odd;
mod person;
mod product;
mod result;

pub use self::odd::Odd;
pub use self::product::Product;

pub(crate) use self::odd::{Broken, Stamped};
pub(crate) use self::person::Dice;
pub(crate) use self::result::{callback, history, image_names, result};

use crate::jobs::Stage;

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
    /// What came of the check where a job stands; none where nothing came of it yet.
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
