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
        JobType::named_by(self.members.get("job_type"))
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

open_words! {
    /// The product of a job, by the digits of its `job_type`. The set is open.
    pub enum JobType {
        /// 1: biometric KYC.
        BiometricKyc = "1",
        /// 2: `SmartSelfie` authentication.
        SmartSelfieAuthentication = "2",
        /// 4: `SmartSelfie` registration.
        SmartSelfieRegistration = "4",
        /// 5: basic or enhanced KYC.
        EnhancedKyc = "5",
        /// 6: document verification.
        DocumentVerification = "6",
        /// 7: business verification.
        BusinessVerification = "7",
        /// 8: update of the photo on file.
        UpdatePhoto = "8",
        /// 9: comparison of user information.
        CompareUserInfo = "9",
        /// 10: AML check.
        AmlCheck = "10",
        /// 11: enhanced document verification.
        EnhancedDocumentVerification = "11",
        /// 12: address verification.
        AddressVerification = "12",
        /// 15: one-time AML check.
        OneTimeAml = "15",
    }
}

impl JobType {
    /// The product that a `job_type` names.
    pub(super) fn named_by(raw: Option<Raw<'_>>) -> Option<Self> {
        fields::text(raw).map(|text| Self::of(&text))
    }

    /// Returns whether the product checks only an ID or a business, so that 1012, 1020 and 1021 are final approvals.
    #[must_use]
    pub const fn is_id_product(self) -> bool {
        matches!(self, Self::EnhancedKyc | Self::BusinessVerification)
    }
}
