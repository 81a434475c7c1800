//! The fields that are known, object by object, and what each is meant to contain. `fields.rs` describes how a value is read.

use super::fields::Meant;
use super::spelling;

/// The objects whose fields are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// The reply itself.
    Top,
    /// A result: of the reply, or of its history.
    Entry,
    /// A callback: a result with its proof, in any known spelling.
    Callback,
    /// `result` of a callback, when the result is nested there.
    CallbackResult,
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
            Self::Callback | Self::CallbackResult => callback_field(key, self == Self::Callback),
            Self::PartnerParams => partner_field(key),
            Self::ImageLinks => link_field(key),
            Self::Actions => super::ActionName::known(key).map(|name| (name, Meant::Text)),
        }
    }

    /// Whether the object is a callback's, whose fields have other spellings as well.
    pub(super) const fn is_callback(self) -> bool {
        matches!(self, Self::Callback | Self::CallbackResult)
    }

    /// Whether all fields of the object are the service's, the unknown ones too, so that none may stand twice.
    pub(super) const fn is_services_own(self) -> bool {
        matches!(self, Self::ImageLinks | Self::Actions)
    }
}

/// Returns whether `name` is that of a known field, anywhere in a reply or a callback, or another spelling of a field on which acceptance
/// rests: such a field is never twice in one object.
#[must_use]
pub fn is_known_field(name: &str) -> bool {
    [Table::Top, Table::Entry, Table::Callback, Table::PartnerParams, Table::ImageLinks, Table::Actions]
        .into_iter()
        .any(|table| table.field(name).is_some())
        || super::beside::in_root(name).is_some()
}

/// The fields on which a decision rests.
pub(super) fn is_decision(name: &str) -> bool {
    let name = spelling::snake_case(name).map_or(name, |(_, documented)| documented);
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

/// What only callbacks have beside a result's fields: the ids and the job's state next to it, and the other spellings.
fn callback_field(key: &str, root: bool) -> Option<(&'static str, Meant)> {
    Some(match key {
        "result" if root => ("result", Meant::CallbackResult),
        "status" => ("status", Meant::Text),
        "job_complete" => ("job_complete", Meant::Flag),
        "user_id" => ("user_id", Meant::Text),
        "job_id" => ("job_id", Meant::Text),
        "job_type" => ("job_type", Meant::TextNumber),
        _ => match spelling::snake_case(key) {
            Some((name, documented)) => (name, entry_field(documented)?.1),
            None => return entry_field(key),
        },
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
