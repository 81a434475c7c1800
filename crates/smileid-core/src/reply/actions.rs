//! `Actions`: what a job did and how each step went, as open sets of words. Nothing is decided from them.

use alloc::borrow::Cow;
use core::fmt;

use super::fields;
use super::raw::Members;

open_words! {
    /// A step of a job. The set is open.
    pub enum ActionName {
        /// Whether the ID number was found at the ID authority.
        VerifyIdNumber = "Verify_ID_Number",
        /// Whether personal information came back.
        ReturnPersonalInfo = "Return_Personal_Info",
        /// Whether a live person was in front of the camera.
        LivenessCheck = "Liveness_Check",
        /// Whether the selfie was registered.
        RegisterSelfie = "Register_Selfie",
        /// Whether there was a selfie.
        SelfieProvided = "Selfie_Provided",
        /// Whether the selfie is usable.
        SelfieCheck = "Selfie_Check",
        /// The selfie against the ID authority's photo.
        SelfieToIdAuthorityCompare = "Selfie_To_ID_Authority_Compare",
        /// The selfie against the photo on the ID card.
        SelfieToIdCardCompare = "Selfie_To_ID_Card_Compare",
        /// The selfie against the registered one.
        SelfieToRegisteredSelfieCompare = "Selfie_To_Registered_Selfie_Compare",
        /// Whether the registered selfie was replaced.
        UpdateRegisteredSelfieOnFile = "Update_Registered_Selfie_On_File",
        /// A person's comparison of the photos.
        HumanReviewCompare = "Human_Review_Compare",
        /// A person's liveness check.
        HumanReviewLivenessCheck = "Human_Review_Liveness_Check",
        /// A person's check of the document.
        HumanReviewDocumentCheck = "Human_Review_Document_Check",
        /// A person's check of the selfie.
        HumanReviewSelfieCheck = "Human_Review_Selfie_Check",
        /// A person's update of the selfie.
        HumanReviewUpdateSelfie = "Human_Review_Update_Selfie",
        /// Whether the document is usable.
        DocumentCheck = "Document_Check",
        /// Whether the document is genuine.
        VerifyDocument = "Verify_Document",
        /// Whether the business is registered.
        VerifyBusiness = "Verify_Business",
        /// Whether business information came back.
        ReturnBusinessInfo = "Return_Business_Info",
        /// AML: whether the person is on a list.
        Listed = "Listed",
        /// Comparison of names.
        Names = "Names",
        /// Comparison of dates of birth.
        DateOfBirth = "DOB",
        /// Comparison of genders.
        Gender = "Gender",
        /// Comparison of phone numbers.
        PhoneNumber = "Phone_Number",
        /// Comparison of ID information.
        IdVerification = "ID_Verification",
    }
}

open_words! {
    /// How a step went. The set is open.
    pub enum ActionOutcome {
        /// `Passed`.
        Passed = "Passed",
        /// `Completed`.
        Completed = "Completed",
        /// `Approved`.
        Approved = "Approved",
        /// `Verified`.
        Verified = "Verified",
        /// `Provisionally Approved`: a person looks at it.
        ProvisionallyApproved = "Provisionally Approved",
        /// `Returned`.
        Returned = "Returned",
        /// `Not Returned`.
        NotReturned = "Not Returned",
        /// `Failed`.
        Failed = "Failed",
        /// `Rejected`.
        Rejected = "Rejected",
        /// `Under Review`.
        UnderReview = "Under Review",
        /// `Unable To Determine`.
        UnableToDetermine = "Unable To Determine",
        /// `Not Applicable`: the product has no such step. No placeholder, but an outcome.
        NotApplicable = "Not Applicable",
        /// `Not Verified`.
        NotVerified = "Not Verified",
        /// `Not Done`.
        NotDone = "Not Done",
        /// `Issuer Unavailable`.
        IssuerUnavailable = "Issuer Unavailable",
        /// `ID Authority Photo Not Available`.
        IdAuthorityPhotoNotAvailable = "ID Authority Photo Not Available",
        /// `Sent to Human Review`.
        SentToHumanReview = "Sent to Human Review",
        /// `Exact Match`.
        ExactMatch = "Exact Match",
        /// `Partial Match`.
        PartialMatch = "Partial Match",
        /// `Transposed`: the parts of a name or a date stand in another order.
        Transposed = "Transposed",
        /// `No Match`.
        NoMatch = "No Match",
        /// `Not Provided`.
        NotProvided = "Not Provided",
        /// `Listed`.
        Listed = "Listed",
    }
}

impl ActionName {
    /// The wire's name of a step that is known.
    pub(super) fn known(text: &str) -> Option<&'static str> {
        Self::of(text).as_str()
    }
}

/// One step of a job, and how it went.
#[derive(Clone)]
pub struct Action<'s> {
    name: Cow<'s, str>,
    outcome: Cow<'s, str>,
}

impl Action<'_> {
    /// Returns which step.
    #[must_use]
    pub fn name(&self) -> ActionName {
        ActionName::of(&self.name)
    }

    /// Returns the step's name as written in the body.
    #[must_use]
    pub fn name_text(&self) -> &str {
        &self.name
    }

    /// Returns how it went.
    #[must_use]
    pub fn outcome(&self) -> ActionOutcome {
        ActionOutcome::of(&self.outcome)
    }

    /// Returns how it went, as written in the body.
    #[must_use]
    pub fn outcome_text(&self) -> &str {
        &self.outcome
    }
}

/// The words that are known: a text that is not may hold anything.
impl fmt::Debug for Action<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Action({:?}, {:?})", self.name(), self.outcome())
    }
}

/// The steps of `actions`, in the body's order; one whose outcome is neither text nor a number is left out.
pub(super) fn steps(actions: Members<'_>) -> impl Iterator<Item = Action<'_>> {
    actions.iter().filter_map(|(name, value)| Some(Action { name, outcome: fields::text(Some(value))? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_word_reads_back_as_itself_and_others_do_not() {
        for name in ActionName::KNOWN {
            assert_eq!(ActionName::of(name.as_str().unwrap()), *name);
        }
        for outcome in ActionOutcome::KNOWN {
            assert_eq!(ActionOutcome::of(outcome.as_str().unwrap()), *outcome);
        }
        assert_eq!((ActionName::KNOWN.len(), ActionOutcome::KNOWN.len()), (25, 23));
        for text in ["", "passed", "Passed ", "Other"] {
            assert_eq!((ActionName::of(text), ActionOutcome::of(text)), (ActionName::Other, ActionOutcome::Other));
        }
        assert_eq!(ActionOutcome::Other.as_str(), None);
    }
}
