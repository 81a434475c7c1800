//! The vendor's products as job status shows them: job types, result codes with their wording, and actions.

use super::Outcome;

smileid_core::__words! {
    /// A product that a job is of.
    #[derive(Default)]
    #[non_exhaustive]
    pub enum Product {
        /// Job type 1: an ID number is validated, then faces are compared. Two steps, two callbacks.
        BiometricKyc = "biometric_kyc",
        /// Job type 2: a selfie is compared with the one on file.
        SmartSelfieAuthentication = "smart_selfie_authentication",
        /// Job type 4: a selfie is enrolled.
        #[default]
        SmartSelfieRegistration = "smart_selfie_registration",
        /// Job type 5: a person's data is looked up by their ID number.
        EnhancedKyc = "enhanced_kyc",
        /// Job type 5: given data is compared with that of an ID number.
        BasicKyc = "basic_kyc",
        /// Job type 6: a document and the face on it.
        DocumentVerification = "document_verification",
        /// Job type 7: a business is looked up by its registration number.
        BusinessVerification = "business_verification",
        /// Job type 8: the photo on file is replaced.
        UpdatePhoto = "update_photo",
        /// Job type 10: a person is looked for on watch lists. It has no verdict: a person is listed, or is not.
        AmlCheck = "aml_check",
        /// Job type 11: a document, the face on it and the authority that issued it.
        EnhancedDocumentVerification = "enhanced_document_verification",
    }
}

impl Product {
    /// Returns the product of a word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|product| product.as_str() == word)
    }

    /// Returns the job type, as a number.
    #[must_use]
    pub const fn job_type(self) -> u64 {
        match self {
            Self::BiometricKyc => 1,
            Self::SmartSelfieAuthentication => 2,
            Self::SmartSelfieRegistration => 4,
            Self::EnhancedKyc | Self::BasicKyc => 5,
            Self::DocumentVerification => 6,
            Self::BusinessVerification => 7,
            Self::UpdatePhoto => 8,
            Self::AmlCheck => 10,
            Self::EnhancedDocumentVerification => 11,
        }
    }

    /// The result code of an outcome and its wording. Products without a provisional outcome of their own get the one that human
    /// review gives; an AML check has its own codes, of which none is a verdict.
    pub(crate) const fn result(self, outcome: Outcome) -> (&'static str, &'static str) {
        use Outcome::{Approved, IdLeg, NoVerdict, Provisional, Rejected};
        match (self, outcome) {
            (Self::AmlCheck, Rejected) => ("1030", "Found"),
            (Self::AmlCheck, Approved) => ("1031", "Not Found"),
            (_, NoVerdict) => ("1015", "Issuer Unavailable"),
            (Self::SmartSelfieAuthentication, Approved) => ("0820", "Authenticate User - Machine Judgement"),
            (Self::SmartSelfieAuthentication, Provisional) => ("0822", "Provisional Authenticate - Under Review"),
            (Self::SmartSelfieAuthentication, Rejected) => ("1221", "Failed Authentication - Human Compare"),
            (Self::SmartSelfieRegistration | Self::UpdatePhoto, Approved) => ("0840", "Enroll User"),
            (Self::SmartSelfieRegistration | Self::UpdatePhoto, Rejected) => ("0841", "Failed Enroll - Liveness"),
            (_, IdLeg) | (Self::EnhancedKyc | Self::BusinessVerification, Approved) => ("1012", "ID Number Validated"),
            (Self::EnhancedKyc | Self::BusinessVerification, Rejected) => ("1013", "ID Number Not Found"),
            (Self::BasicKyc, Approved) => ("1020", "Exact Match"),
            (Self::BasicKyc, Rejected) => ("1022", "No Match"),
            (Self::EnhancedKyc | Self::BusinessVerification | Self::BasicKyc | Self::AmlCheck, Provisional) => {
                ("1213", "Provisional - Under Review")
            }
            (Self::BiometricKyc, Approved) => ("0810", "Enroll User"),
            (Self::DocumentVerification | Self::EnhancedDocumentVerification, Approved) => {
                ("0810", "Document Verified")
            }
            (Self::DocumentVerification | Self::EnhancedDocumentVerification, Rejected) => {
                ("0811", "Failed - Document Rejected")
            }
            (_, Provisional) => ("0814", "Provisional Enroll - Under Review"),
            (Self::BiometricKyc, Rejected) => ("0811", "Failed Enroll - Compare"),
        }
    }

    /// What is done in a job of this product, each with the word for its success, its failure and its being under review.
    pub(crate) const fn actions(self) -> &'static [Action] {
        match self {
            Self::BiometricKyc => &[
                LIVENESS,
                RETURN_INFO,
                ("Register_Selfie", APPROVED),
                ("Selfie_To_ID_Authority_Compare", COMPARED),
                ("Selfie_Provided", PASSED),
                VERIFY_ID,
                ("Human_Review_Compare", REVIEWED),
            ],
            Self::SmartSelfieAuthentication => &[
                LIVENESS,
                ("Selfie_To_Registered_Selfie_Compare", COMPARED),
                ("Selfie_Provided", PASSED),
                ("Human_Review_Compare", REVIEWED),
            ],
            Self::SmartSelfieRegistration => &[
                LIVENESS,
                ("Register_Selfie", APPROVED),
                ("Selfie_Provided", PASSED),
                ("Human_Review_Liveness_Check", REVIEWED),
            ],
            Self::UpdatePhoto => {
                &[LIVENESS, ("Update_Registered_Selfie_On_File", APPROVED), ("Selfie_Provided", PASSED)]
            }
            Self::EnhancedKyc => &[RETURN_INFO, VERIFY_ID],
            Self::BasicKyc => {
                &[VERIFY_ID, ("Names", MATCHED), ("DOB", MATCHED), ("Gender", MATCHED), ("Phone_Number", MATCHED)]
            }
            Self::DocumentVerification => &[
                LIVENESS,
                ("Register_Selfie", APPROVED),
                ("Verify_Document", PASSED),
                ("Document_Check", PASSED),
                RETURN_INFO,
                ("Selfie_To_ID_Card_Compare", COMPARED),
                ("Human_Review_Document_Check", REVIEWED),
            ],
            Self::EnhancedDocumentVerification => &[
                LIVENESS,
                ("Register_Selfie", APPROVED),
                ("Document_Check", PASSED),
                ("ID_Verification", PASSED),
                RETURN_INFO,
                ("Selfie_To_ID_Card_Compare", COMPARED),
                ("Selfie_To_ID_Authority_Compare", COMPARED),
                VERIFY_ID,
            ],
            Self::BusinessVerification => {
                &[("Verify_Business", ["Verified", "Not Verified", "Under Review"]), ("Return_Business_Info", RETURNED)]
            }
            Self::AmlCheck => &[("Listed", ["Not Found", "Listed", "Under Review"])],
        }
    }

    /// Whether replies hold the data of an ID document or authority.
    pub(crate) const fn has_id_data(self) -> bool {
        matches!(
            self,
            Self::BiometricKyc
                | Self::EnhancedKyc
                | Self::BasicKyc
                | Self::DocumentVerification
                | Self::EnhancedDocumentVerification
        )
    }

    /// Whether faces are looked at.
    pub(crate) const fn has_selfie(self) -> bool {
        !matches!(self, Self::EnhancedKyc | Self::BasicKyc | Self::BusinessVerification | Self::AmlCheck)
    }

    /// Whether a document is looked at.
    pub(crate) const fn has_document(self) -> bool {
        matches!(self, Self::DocumentVerification | Self::EnhancedDocumentVerification)
    }
}

/// An action, and its words when it succeeds, fails and is under review.
pub(crate) type Action = (&'static str, [&'static str; 3]);

const PASSED: [&str; 3] = ["Passed", "Failed", "Under Review"];
const APPROVED: [&str; 3] = ["Approved", "Rejected", "Provisionally Approved"];
const COMPARED: [&str; 3] = ["Completed", "Failed", "Under Review"];
const REVIEWED: [&str; 3] = ["Not Applicable", "Failed", "Sent to Human Review"];
const RETURNED: [&str; 3] = ["Returned", "Not Returned", "Returned"];
const MATCHED: [&str; 3] = ["Exact Match", "No Match", "Partial Match"];
const LIVENESS: Action = ("Liveness_Check", PASSED);
const RETURN_INFO: Action = ("Return_Personal_Info", RETURNED);
const VERIFY_ID: Action = ("Verify_ID_Number", ["Verified", "Not Verified", "Verified"]);

#[cfg(test)]
mod tests {
    use super::*;
    use smileid_core::{Category, JobType, result_code_info};

    #[test]
    fn every_product_is_read_by_its_word() {
        for product in Product::ALL {
            assert_eq!(Product::named(product.as_str()), Some(*product));
        }
        assert_eq!(Product::named("selfie"), None);
    }

    #[test]
    fn the_codes_mean_what_the_outcome_says() {
        use Outcome::{Approved, IdLeg, NoVerdict, Provisional, Rejected};
        for product in Product::ALL {
            let job_type = Some(JobType::of(&product.job_type().to_string()));
            assert_ne!(job_type, Some(JobType::Other));
            let id_leg =
                if job_type.is_some_and(JobType::is_id_product) { Category::Approved } else { Category::IdLeg };
            for (outcome, category) in [
                (Approved, Category::Approved),
                (Provisional, Category::Provisional),
                (Rejected, Category::Rejected),
                (NoVerdict, Category::NoVerdict),
                (IdLeg, id_leg),
            ] {
                let known = result_code_info(product.result(outcome).0, job_type).map(|info| info.category);
                match (product, outcome) {
                    (Product::AmlCheck, Approved | Rejected) => {
                        assert!(!matches!(known, Some(Category::Approved | Category::Rejected)));
                    }
                    _ => assert_eq!(known, Some(category), "{product:?} {outcome:?}"),
                }
            }
        }
    }
}
