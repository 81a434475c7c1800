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

    /// Returns `user_id`.
    #[must_use]
    pub fn user_id(self) -> Option<Cow<'s, str>> {
        fields::text(self.members.get("user_id"))
    }

    /// Returns `job_id`.
    #[must_use]
    pub fn job_id(self) -> Option<Cow<'s, str>> {
        fields::text(self.members.get("job_id"))
    }

    /// Returns `job_type`, from its text or its digits: [`JobType::Other`] if neither is known.
    #[must_use]
    pub fn job_type(self) -> Option<JobType> {
        JobType::of(self.members.get("job_type"))
    }

    /// Returns the partner's own fields, in the body's order.
    pub fn own(self) -> impl Iterator<Item = (Cow<'s, str>, Raw<'s>)> {
        self.members.iter().filter(|(k, _)| !matches!(k.as_ref(), "user_id" | "job_id" | "job_type"))
    }

    /// Returns every member, in the body's order.
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

/// The product of a job. Unknown products are kept by their number.
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
    /// 12: address verification.
    AddressVerification,
    /// 15: one-time AML check.
    OneTimeAml,
    /// Any other.
    Other,
}

impl JobType {
    /// The product that a `job_type` names.
    pub(super) fn of(raw: Option<Raw<'_>>) -> Option<Self> {
        fields::text(raw).map(|t| Self::read(&t))
    }

    fn read(text: &str) -> Self {
        Self::KNOWN.into_iter().find(|known| known.number() == Some(text)).unwrap_or(Self::Other)
    }

    /// Every product that is known.
    pub const KNOWN: [Self; 12] = [
        Self::BiometricKyc,
        Self::SmartSelfieAuthentication,
        Self::SmartSelfieRegistration,
        Self::EnhancedKyc,
        Self::DocumentVerification,
        Self::BusinessVerification,
        Self::UpdatePhoto,
        Self::CompareUserInfo,
        Self::AmlCheck,
        Self::EnhancedDocumentVerification,
        Self::AddressVerification,
        Self::OneTimeAml,
    ];

    /// Returns the digits of `job_type`; none for a product that is not known.
    #[must_use]
    pub const fn number(self) -> Option<&'static str> {
        Some(match self {
            Self::BiometricKyc => "1",
            Self::SmartSelfieAuthentication => "2",
            Self::SmartSelfieRegistration => "4",
            Self::EnhancedKyc => "5",
            Self::DocumentVerification => "6",
            Self::BusinessVerification => "7",
            Self::UpdatePhoto => "8",
            Self::CompareUserInfo => "9",
            Self::AmlCheck => "10",
            Self::EnhancedDocumentVerification => "11",
            Self::AddressVerification => "12",
            Self::OneTimeAml => "15",
            Self::Other => return None,
        })
    }

    /// Returns whether the product checks only an ID or a business, so that 1012, 1020 and 1021 are final approvals.
    #[must_use]
    pub const fn is_id_product(self) -> bool {
        matches!(self, Self::EnhancedKyc | Self::BusinessVerification)
    }
}
