//! What an ID authority reports about a person: the getters of a [`JobResult`] with personal values. Placeholders are absent.
//!
//! The placeholder itself stays reachable, as every value does: `entry.members().get("ExpirationDate")`.

use alloc::borrow::Cow;

use super::date::DateText;
use super::entry::JobResult;
use super::fields;
use super::personal::Personal;
use super::raw::{Members, Raw};

/// What an ID authority reports about a person.
impl<'s> JobResult<'s> {
    /// Returns `Country`: a code or a name, `NG` or `Nigeria`.
    #[must_use]
    pub fn country(self) -> Option<Cow<'s, str>> {
        fields::personal(self.get("Country"))
    }

    /// Returns `IDType`: `BVN`, `PASSPORT`, ….
    #[must_use]
    pub fn id_type(self) -> Option<Cow<'s, str>> {
        fields::personal(self.get("IDType"))
    }

    /// Returns `FullName`.
    #[must_use]
    pub fn full_name(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("FullName")
    }

    /// Returns `DOB`: its text, and the day it names.
    #[must_use]
    pub fn date_of_birth(self) -> Option<Personal<DateText<'s>>> {
        self.date("DOB")
    }

    /// Returns `Gender`.
    #[must_use]
    pub fn gender(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("Gender")
    }

    /// Returns `Address`.
    #[must_use]
    pub fn address(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("Address")
    }

    /// Returns `PhoneNumber`.
    #[must_use]
    pub fn phone_number(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("PhoneNumber")
    }

    /// Returns `PhoneNumber2`.
    #[must_use]
    pub fn phone_number_2(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("PhoneNumber2")
    }

    /// Returns `IDNumber`.
    #[must_use]
    pub fn id_number(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("IDNumber")
    }

    /// Returns `Secondary_ID_Number`, in callbacks `SecondaryIDNumber`.
    #[must_use]
    pub fn secondary_id_number(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("Secondary_ID_Number").or_else(|| self.personal("SecondaryIDNumber"))
    }

    /// Returns `ExpirationDate` of the ID: its text, and the day it names.
    #[must_use]
    pub fn expiration_date(self) -> Option<Personal<DateText<'s>>> {
        self.date("ExpirationDate")
    }

    /// Returns `Photo` of the ID authority, in base64.
    #[must_use]
    pub fn photo(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("Photo")
    }

    /// Returns `Document`: a picture of the document, in base64.
    #[must_use]
    pub fn document(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("Document")
    }

    /// Returns `FullData`: whatever the ID authority reports, an open object.
    #[must_use]
    pub fn full_data(self) -> Option<Personal<Members<'s>>> {
        self.get("FullData").and_then(Raw::object).map(Personal::new)
    }

    /// Returns `KYCReceipt` of a callback: what a reply has as `kyc_receipt`.
    #[must_use]
    pub fn kyc_receipt(self) -> Option<Personal<Cow<'s, str>>> {
        self.personal("KYCReceipt")
    }

    fn personal(self, key: &'static str) -> Option<Personal<Cow<'s, str>>> {
        fields::personal(self.get(key)).map(Personal::new)
    }

    fn date(self, key: &'static str) -> Option<Personal<DateText<'s>>> {
        fields::personal(self.get(key)).map(|text| Personal::new(DateText::new(text)))
    }
}
