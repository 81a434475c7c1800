//! One result: of the reply itself, of its history, or of a callback. It is a view of the body and keeps nothing.

use alloc::borrow::Cow;
use core::fmt;

use super::codes::{ResultCodeInfo, result_code_info};
use super::fields::{self, Flag};
use super::image_links::ImageLinks;
use super::personal::Personal;
use super::raw::{Members, Raw};

/// One result of a job: what a check said, and of whom.
///
/// The sources differ in what they fill in: every getter may find nothing.
#[derive(Clone, Copy)]
pub struct Entry<'s> {
    members: Members<'s>,
}

impl<'s> Entry<'s> {
    pub(super) const fn new(members: Members<'s>) -> Self {
        Self { members }
    }

    /// Every member, known or not, in the body's order.
    #[must_use]
    pub const fn members(self) -> Members<'s> {
        self.members
    }

    /// `ResultCode`, with its leading zeros: `0810`.
    #[must_use]
    pub fn result_code(self) -> Option<Cow<'s, str>> {
        self.text("ResultCode")
    }

    /// What is known of `ResultCode`; none for an unknown one.
    #[must_use]
    pub fn result_code_info(self) -> Option<&'static ResultCodeInfo> {
        result_code_info(&self.result_code()?)
    }

    /// `ResultText`: a human readable result. Its wording depends on the product: never decide by it.
    #[must_use]
    pub fn result_text(self) -> Option<Cow<'s, str>> {
        self.text("ResultText")
    }

    /// `ResultType`: the algorithm that made the decision, `SAIA` for most.
    #[must_use]
    pub fn result_type(self) -> Option<Cow<'s, str>> {
        self.text("ResultType")
    }

    /// `SmileJobID`: the service's own id of the job, with its leading zeros.
    #[must_use]
    pub fn smile_job_id(self) -> Option<Cow<'s, str>> {
        self.text("SmileJobID")
    }

    /// `ConfidenceValue`, as written: `100`, `97.000000`.
    #[must_use]
    pub fn confidence(self) -> Option<Cow<'s, str>> {
        self.text("ConfidenceValue")
    }

    /// `ConfidenceValue` as a number, where it is one.
    #[must_use]
    pub fn confidence_value(self) -> Option<f64> {
        let text = self.confidence()?;
        crate::json::is_number(&text).then(|| text.parse().ok()).flatten().filter(|c: &f64| c.is_finite())
    }

    /// `IsFinalResult`: whether this is the last result of its job.
    #[must_use]
    pub fn is_final_result(self) -> Flag {
        fields::flag(self.members.get("IsFinalResult"))
    }

    /// `IsMachineResult`: whether a machine made the decision.
    #[must_use]
    pub fn is_machine_result(self) -> Flag {
        fields::flag(self.members.get("IsMachineResult"))
    }

    /// `PartnerParams`: the ids and whatever the partner sent along.
    #[must_use]
    pub fn partner_params(self) -> PartnerParams<'s> {
        PartnerParams { members: self.object("PartnerParams") }
    }

    /// `Actions`: what was done and how it went, `Verify_ID_Number` → `Verified`. Both sets are open.
    pub fn actions(self) -> impl Iterator<Item = (Cow<'s, str>, Cow<'s, str>)> {
        self.object("Actions").iter().filter_map(|(name, value)| Some((name, fields::text(Some(value))?)))
    }

    /// `Antifraud`: suspect users and their reasons, an open object.
    #[must_use]
    pub fn antifraud(self) -> Members<'s> {
        self.object("Antifraud")
    }

    /// The user ids that `Antifraud` suspects, in either of its forms.
    pub fn suspect_users(self) -> impl Iterator<Item = Cow<'s, str>> {
        let of = |members: Members<'s>| members.get("SuspectUsers");
        let antifraud = self.antifraud();
        let nested = antifraud.get("smile_secure").and_then(Raw::object).and_then(of);
        of(antifraud)
            .into_iter()
            .chain(nested)
            .flat_map(Raw::elements)
            .filter_map(|user| fields::text(user.object()?.get("user_id")))
    }

    /// `ImageLinks` of a callback: what a reply has as `image_links`.
    #[must_use]
    pub fn image_links(self) -> Option<ImageLinks<'s>> {
        self.members.get("ImageLinks")?.object().map(ImageLinks::new)
    }

    /// `Country`: a code or a name, `NG` or `Nigeria`.
    #[must_use]
    pub fn country(self) -> Option<Cow<'s, str>> {
        self.text("Country")
    }

    /// `IDType`: `BVN`, `PASSPORT`, ….
    #[must_use]
    pub fn id_type(self) -> Option<Cow<'s, str>> {
        self.text("IDType")
    }

    /// `FullName`.
    #[must_use]
    pub fn full_name(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("FullName")
    }

    /// `DOB`, as written: `1990-01-01`, `2023-1-28`, or an ISO date and time.
    #[must_use]
    pub fn date_of_birth(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("DOB")
    }

    /// `Gender`.
    #[must_use]
    pub fn gender(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("Gender")
    }

    /// `Address`.
    #[must_use]
    pub fn address(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("Address")
    }

    /// `PhoneNumber`.
    #[must_use]
    pub fn phone_number(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("PhoneNumber")
    }

    /// `PhoneNumber2`.
    #[must_use]
    pub fn phone_number_2(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("PhoneNumber2")
    }

    /// `IDNumber`.
    #[must_use]
    pub fn id_number(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("IDNumber")
    }

    /// `Secondary_ID_Number`, in callbacks `SecondaryIDNumber`.
    #[must_use]
    pub fn secondary_id_number(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("Secondary_ID_Number").or_else(|| self.personal("SecondaryIDNumber"))
    }

    /// `ExpirationDate` of the ID, as written.
    #[must_use]
    pub fn expiration_date(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("ExpirationDate")
    }

    /// `Photo` of the ID authority, in base64.
    #[must_use]
    pub fn photo(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("Photo")
    }

    /// `Document`: a picture of the document, in base64.
    #[must_use]
    pub fn document(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("Document")
    }

    /// `FullData`: whatever the ID authority tells, an open object.
    #[must_use]
    pub fn full_data(self) -> Option<Personal<Members<'s>>> {
        self.members.get("FullData")?.object().map(Personal::new)
    }

    fn text(self, key: &str) -> Option<Cow<'s, str>> {
        fields::text(self.members.get(key))
    }

    fn personal(self, key: &str) -> Option<Personal<Cow<'s, str>>> {
        fields::personal(self.members.get(key)).map(Personal::new)
    }

    fn object(self, key: &str) -> Members<'s> {
        self.members.get(key).and_then(Raw::object).unwrap_or(Members::EMPTY)
    }
}

/// The names of the fields, and what is known of the code.
impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("result_code", &self.result_code_info().map(|c| c.code))
            .field("is_final_result", &self.is_final_result())
            .field("members", &self.members)
            .finish()
    }
}

/// `PartnerParams`: the ids of the job, and whatever the partner sent along.
#[derive(Debug, Clone, Copy)]
pub struct PartnerParams<'s> {
    members: Members<'s>,
}

impl<'s> PartnerParams<'s> {
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

    /// `job_type`, where its text or digits are a known one.
    #[must_use]
    pub fn job_type(self) -> Option<JobType> {
        fields::text(self.members.get("job_type")).map(|t| JobType::read(&t))
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
