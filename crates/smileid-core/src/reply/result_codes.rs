//! What result codes of products mean, as one table by code and product. The set is open.

use super::JobType;
use super::codes::Source;

__words! {
    /// What a result code says of the check.
    #[non_exhaustive]
    pub enum Category {
        /// The check was passed.
        Approved = "approved",
        /// Not decided yet: a person looks at it.
        Provisional = "provisional",
        /// The check was not passed.
        Rejected = "rejected",
        /// The check was passed with a caveat. This is final, and a person decides whether it will do.
        Attention = "attention",
        /// The ID was validated, in a product that checks more than the ID.
        IdLeg = "id_leg",
        /// The check itself failed: nothing is said of the person.
        NoVerdict = "no_verdict",
        /// The code says something other than whether a check was passed.
        Other = "other",
    }
}

impl Category {
    /// Returns what to do about a result code of this category, unless the code itself says more: see [`next`](field@ResultCodeInfo::next).
    #[must_use]
    pub const fn next(self) -> &'static str {
        match self {
            Self::Approved => "accept the user if the verdict is approved",
            Self::Provisional => "neither accept nor refuse: ask again later, the answer may change",
            Self::Rejected => "do not accept the user on this check; they may try again",
            Self::Attention => "this is final: have a person decide whether the caveat matters",
            Self::IdLeg => {
                "only the ID is valid: look in the history for the result of the whole job, or have a person look at it"
            }
            Self::NoVerdict => "nothing is said of the user: submit the job again, or have a person look at it",
            Self::Other => "no yes and no no: have a person look at it",
        }
    }
}

/// What is known of a product's result code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResultCodeInfo {
    /// The code, with its leading zeros.
    pub code: &'static str,
    /// The products for which the code means this. If none is named: all products that no other row of the code names.
    pub job_types: &'static [JobType],
    /// What it says of the check.
    pub category: Category,
    /// What it means.
    pub meaning: &'static str,
    /// What to do about it. The verdict counts: it takes `job_success` and the rest of the reply into account as well.
    pub next: &'static str,
    /// Where this is known from.
    pub source: Source,
}

/// A row for all products that no row above it names.
const fn row(code: &'static str, category: Category, source: Source, meaning: &'static str) -> ResultCodeInfo {
    ResultCodeInfo { code, job_types: &[], category, meaning, next: category.next(), source }
}

impl ResultCodeInfo {
    const fn on(mut self, job_types: &'static [JobType]) -> Self {
        self.job_types = job_types;
        self
    }

    const fn next(mut self, next: &'static str) -> Self {
        self.next = next;
        self
    }
}

const BIOMETRIC_KYC: &[JobType] = &[JobType::BiometricKyc];
const DOCUMENTS: &[JobType] = &[JobType::DocumentVerification, JobType::EnhancedDocumentVerification];
const ID_PRODUCTS: &[JobType] = &[JobType::EnhancedKyc, JobType::BusinessVerification];
const AML: &[JobType] = &[JobType::AmlCheck, JobType::OneTimeAml];

const BY_PRODUCT: &str = "its meaning depends on the product, and is not known for this one";
const ID_OF_MORE: &str = "the ID information was checked, one part of this product";
const LISTED: &str = "have a person decide what the listing means for you";
const ANOTHER_IMAGE: &str = "do not accept the user on this check; they may try again with better images";

/// Every result code that is known, by product. The wording of `ResultText` depends on the product: only the code counts.
///
/// A code whose meaning depends on the product has several rows. Rows that name products come before the one that names none.
pub const RESULT_CODES: &[ResultCodeInfo] = {
    use Category::{Approved, Attention, IdLeg, NoVerdict, Other, Provisional, Rejected};
    use Source::{Integrators, Product, Seen};
    &[
        row("0810", Approved, Product, "enrolment or match approved"),
        row("0820", Approved, Integrators, "authentication approved"),
        row("0840", Approved, Product, "registration approved"),
        row("1012", Approved, Product, "ID number validated").on(ID_PRODUCTS),
        row("1012", IdLeg, Product, "ID number validated: one leg of two for biometric KYC"),
        row("1020", Approved, Product, "exact match of the ID information").on(ID_PRODUCTS),
        row("1020", IdLeg, Product, ID_OF_MORE),
        row("1021", Approved, Product, "partial match of the ID information").on(ID_PRODUCTS),
        row("1021", IdLeg, Product, ID_OF_MORE),
        row("1210", Approved, Product, "enrolled after human review"),
        row("1220", Approved, Product, "authenticated after human review"),
        row("1240", Approved, Product, "registered after human review"),
        row("0812", Provisional, Integrators, "provisional, under review").on(BIOMETRIC_KYC),
        row("0812", Rejected, Integrators, "the image of the document is unusable").on(DOCUMENTS).next(ANOTHER_IMAGE),
        row("0812", Other, Integrators, BY_PRODUCT),
        row("0814", Provisional, Integrators, "provisional enrolment, under review"),
        row("0815", Provisional, Integrators, "provisional, under review"),
        row("0816", Provisional, Integrators, "provisional, under review").on(BIOMETRIC_KYC),
        row("0816", Rejected, Integrators, "the document is not supported")
            .on(DOCUMENTS)
            .next("do not accept the user on this check; they may try again with another document"),
        row("0816", Other, Integrators, BY_PRODUCT),
        row("0817", Provisional, Integrators, "provisional, under review").on(BIOMETRIC_KYC),
        row("0817", Attention, Integrators, "passed with a caveat: the document is expired")
            .on(DOCUMENTS)
            .next("this is final: have a person decide whether an expired document will do"),
        row("0817", Other, Integrators, BY_PRODUCT),
        row("0822", Provisional, Integrators, "provisional authentication, under review"),
        row("0824", Provisional, Integrators, "provisional authentication, under review"),
        row("0825", Provisional, Integrators, "provisional authentication, under review"),
        row("1213", Provisional, Product, "provisional after human review"),
        row("0811", Rejected, Integrators, "no match, or a check was failed"),
        row("0813", Rejected, Integrators, "possible spoof, or no match"),
        row("0821", Rejected, Integrators, "possible spoof, or no match"),
        row("0823", Rejected, Integrators, "possible spoof, or no match"),
        row("0841", Rejected, Product, "registration rejected"),
        row("0903", Rejected, Product, "rejected"),
        row("0907", Rejected, Product, "rejected"),
        row("0911", Rejected, Seen, "enrolment failed: the images are unusable").next(ANOTHER_IMAGE),
        row("0912", Rejected, Integrators, "the images are unusable").next(ANOTHER_IMAGE),
        row("0921", Rejected, Integrators, "the images are unusable").next(ANOTHER_IMAGE),
        row("0922", Rejected, Integrators, "the images are unusable").next(ANOTHER_IMAGE),
        row("1013", Rejected, Product, "ID number not found"),
        row("1022", Rejected, Product, "no match of the ID information"),
        row("1023", Other, Integrators, "AML check: the person matches an entry of a list").on(AML).next(LISTED),
        row("1023", Rejected, Product, "ID information not found"),
        row("1211", Rejected, Integrators, "rejected after human review"),
        row("1212", Rejected, Integrators, "rejected after human review"),
        row("1214", Rejected, Integrators, "rejected after human review"),
        row("1221", Rejected, Product, "authentication rejected after human review"),
        row("1222", Rejected, Product, "authentication rejected after human review"),
        row("1241", Rejected, Product, "registration rejected after human review"),
        row("1242", Rejected, Product, "registration rejected after human review"),
        row("1014", NoVerdict, Product, "the check could not be made: ID type not supported"),
        row("1015", NoVerdict, Integrators, "AML check: the provider is not available").on(AML),
        row("1015", NoVerdict, Product, "the check could not be made: the ID authority is unavailable"),
        row("1016", NoVerdict, Product, "the check could not be made: ID type not activated"),
        row("0001", Other, Product, "the data is invalid").next("check the data that was submitted with the job"),
        row("0908", Other, Integrators, "the issuer of the ID is not available: nothing is said of the user")
            .next("submit the job again, or have a person look at it"),
        row("1017", Other, Integrators, "AML check: the person is in the news only").next(LISTED),
        row("1030", Other, Product, "AML check: the person is listed").next(LISTED),
        row("1031", Other, Integrators, "AML check: no match")
            .next("the person is on no list that was searched; that is no approval by itself"),
        row("5210", Other, Product, "duplicate-user check"),
        row("5211", Other, Product, "duplicate-user check"),
        row("5212", Other, Product, "duplicate-user check"),
    ]
};

/// Returns what is known of a result code for a product; none for an unknown code.
///
/// ```
/// use smileid_core::{Category, JobType, result_code_info};
/// let category = |job_type| result_code_info("0817", job_type).map(|info| info.category);
/// assert_eq!(category(Some(JobType::DocumentVerification)), Some(Category::Attention));
/// assert_eq!(category(Some(JobType::BiometricKyc)), Some(Category::Provisional));
/// assert_eq!(category(None), Some(Category::Other));
/// ```
#[must_use]
pub fn result_code_info(code: &str, job_type: Option<JobType>) -> Option<&'static ResultCodeInfo> {
    let named = |info: &ResultCodeInfo| job_type.is_some_and(|job_type| info.job_types.contains(&job_type));
    RESULT_CODES.iter().find(|info| info.code == code && (info.job_types.is_empty() || named(info)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::SourceConfidence;

    #[test]
    fn every_code_ends_with_one_row_for_all_other_products_and_names_no_product_twice() {
        for (i, row) in RESULT_CODES.iter().enumerate() {
            let rows: alloc::vec::Vec<_> = RESULT_CODES.iter().filter(|other| other.code == row.code).collect();
            assert_eq!(rows.iter().filter(|row| row.job_types.is_empty()).count(), 1, "{}", row.code);
            assert!(rows.last().is_some_and(|last| last.job_types.is_empty()), "{}", row.code);
            assert_eq!(row.code.len(), 4, "{}", row.code);
            for job_type in row.job_types {
                let naming = rows.iter().filter(|row| row.job_types.contains(job_type));
                assert_eq!(naming.count(), 1, "{} {job_type:?}", row.code);
            }
            let apart = RESULT_CODES[i..].iter().skip_while(|other| other.code == row.code);
            assert!(!apart.into_iter().any(|other| other.code == row.code), "{} is in two places", row.code);
        }
    }

    #[test]
    fn categories_have_their_words_and_what_to_do() {
        let words = ["approved", "provisional", "rejected", "attention", "id_leg", "no_verdict", "other"];
        assert!(Category::ALL.iter().map(|category| category.as_str()).eq(words));
        for row in RESULT_CODES {
            // Only what is approved is to be accepted, and only what may change is to be asked for again.
            assert_eq!(row.next.starts_with("accept"), row.category == Category::Approved, "{}", row.code);
            assert_eq!(row.next.contains("ask again"), row.category == Category::Provisional, "{}", row.code);
        }
    }

    #[test]
    fn sources_that_contradict_each_other_have_low_confidence() {
        for code in ["0811", "0812", "0814", "0815", "0816", "0817", "0822", "0824", "0825"] {
            let rows = RESULT_CODES.iter().filter(|row| row.code == code);
            assert!(rows.into_iter().all(|row| row.source.confidence() == SourceConfidence::Low), "{code}");
        }
        assert_eq!(result_code_info("0911", None).map(|row| row.source.confidence()), Some(SourceConfidence::High));
    }
}
