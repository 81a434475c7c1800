//! The fields that are known, object by object, and what each is meant to hold. How a value is read is told in `fields.rs`.

use super::fields::Meant;

/// The objects whose fields are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// The reply itself.
    Top,
    /// A result: of the reply, of its history, or a callback.
    Entry,
    /// `PartnerParams`: two ids, the job type, and the partner's own fields.
    PartnerParams,
    /// `image_links`, in callbacks `ImageLinks`.
    ImageLinks,
    /// `Actions`.
    Actions,
}

impl Table {
    /// The name of a known field, and what it is meant to hold.
    pub(super) fn field(self, key: &str) -> Option<(&'static str, Meant)> {
        match self {
            Self::Top => top_field(key),
            Self::Entry => entry_field(key),
            Self::PartnerParams => partner_field(key),
            Self::ImageLinks => link_field(key),
            Self::Actions => super::ActionName::known(key).map(|name| (name, Meant::Text)),
        }
    }

    /// Whether all fields of the object are the service's, the unknown ones too, so that none may stand twice.
    pub(super) const fn is_services_own(self) -> bool {
        matches!(self, Self::ImageLinks | Self::Actions)
    }
}

/// Whether `name` is a known field's, anywhere in a reply or a callback: such a field never stands twice in one object.
#[must_use]
pub fn is_known_field(name: &str) -> bool {
    [Table::Top, Table::Entry, Table::PartnerParams, Table::ImageLinks, Table::Actions]
        .into_iter()
        .any(|table| table.field(name).is_some())
}

/// The fields on which a decision rests.
pub(super) fn is_decision(name: &str) -> bool {
    matches!(name, "job_complete" | "job_success" | "code" | "ResultCode" | "IsFinalResult")
}

fn top_field(key: &str) -> Option<(&'static str, Meant)> {
    Some(match key {
        "timestamp" => ("timestamp", Meant::Timestamp),
        "signature" => ("signature", Meant::Text),
        "sec_key" => ("sec_key", Meant::Text),
        "job_complete" => ("job_complete", Meant::Flag),
        "job_success" => ("job_success", Meant::Flag),
        "code" => ("code", Meant::Text),
        "result" => ("result", Meant::Result),
        "history" => ("history", Meant::History),
        "image_links" => ("image_links", Meant::ImageLinks),
        "error" => ("error", Meant::Text),
        "message" => ("message", Meant::Text),
        "kyc_receipt" => ("kyc_receipt", Meant::Personal),
        "kyb_receipt" => ("kyb_receipt", Meant::Personal),
        _ => return None,
    })
}

fn entry_field(key: &str) -> Option<(&'static str, Meant)> {
    Some(match key {
        "ResultCode" => ("ResultCode", Meant::Text),
        "ResultText" => ("ResultText", Meant::Text),
        "ResultType" => ("ResultType", Meant::Text),
        "SmileJobID" => ("SmileJobID", Meant::Text),
        "JSONVersion" => ("JSONVersion", Meant::Text),
        "IsFinalResult" => ("IsFinalResult", Meant::TextFlag),
        "IsMachineResult" => ("IsMachineResult", Meant::TextFlag),
        "ConfidenceValue" => ("ConfidenceValue", Meant::TextNumber),
        "PartnerParams" => ("PartnerParams", Meant::PartnerParams),
        "Actions" => ("Actions", Meant::Actions),
        "Antifraud" => ("Antifraud", Meant::Object),
        "Country" => ("Country", Meant::Personal),
        "IDType" => ("IDType", Meant::Personal),
        "FullName" => ("FullName", Meant::Personal),
        "DOB" => ("DOB", Meant::Personal),
        "Gender" => ("Gender", Meant::Personal),
        "Address" => ("Address", Meant::Personal),
        "PhoneNumber" => ("PhoneNumber", Meant::Personal),
        "PhoneNumber2" => ("PhoneNumber2", Meant::Personal),
        "IDNumber" => ("IDNumber", Meant::Personal),
        "ExpirationDate" => ("ExpirationDate", Meant::Personal),
        "Secondary_ID_Number" => ("Secondary_ID_Number", Meant::Personal),
        "SecondaryIDNumber" => ("SecondaryIDNumber", Meant::Personal),
        "Photo" => ("Photo", Meant::Personal),
        "Document" => ("Document", Meant::Personal),
        "KYCReceipt" => ("KYCReceipt", Meant::Personal),
        "ImageLinks" => ("ImageLinks", Meant::ImageLinks),
        "no_of_persons_found" => ("no_of_persons_found", Meant::Number),
        "timestamp" => ("timestamp", Meant::Timestamp),
        "signature" => ("signature", Meant::Text),
        "sec_key" => ("sec_key", Meant::Text),
        _ => return None,
    })
}

fn partner_field(key: &str) -> Option<(&'static str, Meant)> {
    Some(match key {
        "user_id" => ("user_id", Meant::Text),
        "job_id" => ("job_id", Meant::Text),
        "job_type" => ("job_type", Meant::TextNumber),
        _ => return None,
    })
}

fn link_field(key: &str) -> Option<(&'static str, Meant)> {
    Some(match key {
        "selfie_image" => ("selfie_image", Meant::Personal),
        "id_card_image" => ("id_card_image", Meant::Personal),
        "id_card_back" => ("id_card_back", Meant::Personal),
        "liveness_image" => ("liveness_image", Meant::Personal),
        "error" => ("error", Meant::Text),
        _ => return None,
    })
}
