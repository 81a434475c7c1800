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

/// Returns the name of a known field, and what it is meant to hold: the names of each meaning, then what becomes of other keys.
macro_rules! field {
    ($key:expr, { $($meant:ident: $($name:literal),+;)+ } $other:expr) => {
        match $key {
            $($($name => Some(($name, Meant::$meant)),)+)+
            _ => $other,
        }
    };
}

fn top_field(key: &str) -> Option<(&'static str, Meant)> {
    field!(key, {
        Timestamp: "timestamp";
        Text: "signature", "sec_key", "code", "error", "message";
        Flag: "job_complete", "job_success";
        Result: "result";
        History: "history";
        ImageLinks: "image_links";
        Personal: "kyc_receipt", "kyb_receipt";
    } None)
}

fn entry_field(key: &str) -> Option<(&'static str, Meant)> {
    field!(key, {
        Text: "ResultCode", "ResultText", "ResultType", "SmileJobID", "JSONVersion", "signature", "sec_key";
        TextFlag: "IsFinalResult", "IsMachineResult";
        TextNumber: "ConfidenceValue";
        PartnerParams: "PartnerParams";
        Actions: "Actions";
        Object: "Antifraud";
        Personal: "Country", "IDType", "FullName", "DOB", "Gender", "Address", "PhoneNumber", "PhoneNumber2",
            "IDNumber", "ExpirationDate", "Secondary_ID_Number", "SecondaryIDNumber", "Photo", "Document",
            "KYCReceipt";
        ImageLinks: "ImageLinks";
        Number: "no_of_persons_found";
        Timestamp: "timestamp";
    } None)
}

/// What only callbacks have beside a result's fields: the ids and the job's state next to it, and the other spellings.
fn callback_field(key: &str, root: bool) -> Option<(&'static str, Meant)> {
    field!(key, {
        CallbackResult: "result";
        Text: "status", "user_id", "job_id";
        Flag: "job_complete";
        TextNumber: "job_type";
    } match spelling::snake_case(key) {
        Some((name, documented)) => Some((name, entry_field(documented)?.1)),
        None => entry_field(key),
    })
    .filter(|(_, meant)| root || *meant != Meant::CallbackResult)
}

fn partner_field(key: &str) -> Option<(&'static str, Meant)> {
    field!(key, {
        Text: "user_id", "job_id";
        TextNumber: "job_type";
    } None)
}

fn link_field(key: &str) -> Option<(&'static str, Meant)> {
    field!(key, {
        Personal: "selfie_image", "id_card_image", "id_card_back", "liveness_image";
        Text: "error";
    } None)
}
