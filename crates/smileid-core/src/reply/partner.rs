//! `PartnerParams`: whose job it is, of which product, and what the partner sent along. It is a view of the body.

use alloc::borrow::Cow;
use core::fmt;

use super::fields;
use super::raw::{Members, Raw};

/// `PartnerParams`: the ids of the job, and whatever the partner sent along.
#[derive(Clone, Copy)]
pub struct PartnerParams<'s> {
    members: Members<'s>,
}

impl<'s> PartnerParams<'s> {
    pub(super) const fn new(members: Members<'s>) -> Self {
        Self { members }
    }

    /// `user_id`.
    #[must_use]
    pub fn user_id(self) -> Option<Cow<'s, str>> {
        fields::text(self.members.get("user_id"))
    }

    /// `job_id`.
    #[must_use]
    pub fn job_id(self) -> Option<Cow<'s, str>> {
        fields::text(self.members.get("job_id"))
    }

    /// `job_type`, from its text or its digits: [`JobType::Other`] where they are not a known one.
    #[must_use]
    pub fn job_type(self) -> Option<JobType> {
        JobType::of(self.members.get("job_type"))
    }

    /// The partner's own fields, in the body's order.
    pub fn own(self) -> impl Iterator<Item = (Cow<'s, str>, Raw<'s>)> {
        self.members.iter().filter(|(k, _)| !matches!(k.as_ref(), "user_id" | "job_id" | "job_type"))
    }

    /// Every member, in the body's order.
    #[must_use]
    pub const fn members(self) -> Members<'s> {
        self.members
    }
}

/// The product and the names of the members.
impl fmt::Debug for PartnerParams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartnerParams").field("job_type", &self.job_type()).field("members", &self.members).finish()
    }
}

/// The product a job is of. The set is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JobType {
    /// 1: biometric KYC.
    BiometricKyc,
    /// 2: `SmartSelfie` authentication.
    SmartSelfieAuthentication,
    /// 4: `SmartSelfie` registration.
    SmartSelfieRegistration,
    /// 5: basic or enhanced KYC.
    EnhancedKyc,
    /// 6: document verification.
    DocumentVerification,
    /// 7: business verification.
    BusinessVerification,
    /// 8: update of the photo on file.
    UpdatePhoto,
    /// 9: comparison of user information.
    CompareUserInfo,
    /// 10: AML check.
    AmlCheck,
    /// 11: enhanced document verification.
    EnhancedDocumentVerification,
    /// Any other.
    Other,
}

impl JobType {
    /// The product that a `job_type` names.
    pub(super) fn of(raw: Option<Raw<'_>>) -> Option<Self> {
        fields::text(raw).map(|t| Self::read(&t))
    }

    fn read(text: &str) -> Self {
        match text {
            "1" => Self::BiometricKyc,
            "2" => Self::SmartSelfieAuthentication,
            "4" => Self::SmartSelfieRegistration,
            "5" => Self::EnhancedKyc,
            "6" => Self::DocumentVerification,
            "7" => Self::BusinessVerification,
            "8" => Self::UpdatePhoto,
            "9" => Self::CompareUserInfo,
            "10" => Self::AmlCheck,
            "11" => Self::EnhancedDocumentVerification,
            _ => Self::Other,
        }
    }

    /// Whether the product checks an ID or a business and nothing else, so that 1012 is its final approval.
    #[must_use]
    pub const fn is_id_product(self) -> bool {
        matches!(self, Self::EnhancedKyc | Self::BusinessVerification)
    }
}
