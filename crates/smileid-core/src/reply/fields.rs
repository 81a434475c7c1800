//! How each kind of field is read, and which forms of it are readings. Every leniency of a single field is listed here.

use alloc::borrow::Cow;

use super::raw::Raw;
use super::readings::ReadingKind;
use crate::json::{JsonType, is_number};
use crate::time::{Timestamp, TimestampForm};

/// The words that stand for "absent" in fields about a person.
pub(super) const PLACEHOLDERS: [&str; 5] = ["Not Available", "N/A", "Not Applicable", "", "NaN-NaN-NaN"];

/// A boolean field of a reply, in any spelling that has one meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Flag {
    /// `true`, or the text `"true"` in any case.
    True,
    /// `false`, or the text `"false"` in any case.
    False,
    /// Not there, or null.
    Missing,
    /// There, and of no known form: it is neither true nor false.
    Unknown,
}

impl Flag {
    /// Returns the boolean, if it is one.
    #[must_use]
    pub const fn to_bool(self) -> Option<bool> {
        match self {
            Self::True => Some(true),
            Self::False => Some(false),
            Self::Missing | Self::Unknown => None,
        }
    }
}

/// What a known field is meant to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meant {
    /// A boolean that is documented as one: text is a reading.
    Flag,
    /// A boolean that is documented as text: either form is normal.
    TextFlag,
    /// Text; a bare number's digits are taken.
    Text,
    /// Text about a person; a placeholder is absent.
    Personal,
    /// A number that is documented as text: either form is normal.
    TextNumber,
    /// A number: text is a reading.
    Number,
    /// The timestamp of the reply.
    Timestamp,
    /// `result`: an object, or the text of an error or of a step.
    Result,
    /// `result` of a callback, which is flattened as a rule.
    CallbackResult,
    /// An array of results.
    History,
    /// A result in the history.
    Entry,
    /// `PartnerParams`.
    PartnerParams,
    /// `image_links`.
    ImageLinks,
    /// `Actions`.
    Actions,
    /// An open object of the service's own.
    Object,
}

/// Reads a boolean. The only texts are `true` and `false`, in any case: a truthiness test would take `"false"` for done.
pub(super) fn flag(raw: Option<Raw<'_>>) -> Flag {
    let Some(raw) = raw else { return Flag::Missing };
    match raw.json_type() {
        JsonType::Null => Flag::Missing,
        JsonType::Bool if raw.expose_text() == "true" => Flag::True,
        JsonType::Bool => Flag::False,
        JsonType::String => match raw.string() {
            Some(text) if text.eq_ignore_ascii_case("true") => Flag::True,
            Some(text) if text.eq_ignore_ascii_case("false") => Flag::False,
            _ => Flag::Unknown,
        },
        _ => Flag::Unknown,
    }
}

/// Reads text; a bare number is its own digits, so that no zero and no digit is lost.
pub(super) fn text(raw: Option<Raw<'_>>) -> Option<Cow<'_, str>> {
    let raw = raw?;
    raw.string().or_else(|| raw.digits().map(Cow::Borrowed))
}

/// The number a text is by RFC 8259's grammar; one that is beyond a float is none.
pub(super) fn finite(text: &str) -> Option<f64> {
    is_number(text).then(|| text.parse().ok()).flatten().filter(|number: &f64| number.is_finite())
}

/// Reads text about a person; placeholders are absent.
pub(super) fn personal(raw: Option<Raw<'_>>) -> Option<Cow<'_, str>> {
    text(raw).filter(|t| !PLACEHOLDERS.contains(&t.as_ref()))
}

/// More bytes than any placeholder takes, with each of its characters written as `\uXXXX`. A photo is not read to find that it is none.
const PLACEHOLDER_BYTES: usize = 128;

fn is_placeholder(raw: Raw<'_>) -> bool {
    raw.expose_text().len() < PLACEHOLDER_BYTES && personal(Some(raw)).is_none()
}

/// Which reading, if any, a value of a known field is. Null is absence, and no reading.
pub(super) fn reading(meant: Meant, raw: Raw<'_>) -> Option<ReadingKind> {
    use JsonType as J;
    use ReadingKind as R;
    match (meant, raw.json_type()) {
        (_, J::Null)
        | (Meant::Flag | Meant::TextFlag, J::Bool)
        | (Meant::Text, J::String)
        | (
            Meant::Result | Meant::Entry | Meant::PartnerParams | Meant::ImageLinks | Meant::Actions | Meant::Object,
            J::Object,
        )
        | (Meant::History, J::Array) => None,
        (Meant::CallbackResult, J::Object) => Some(R::OtherPlace),
        (Meant::Result | Meant::CallbackResult, J::String) => Some(R::ResultAsText),
        (Meant::Flag, J::String) => Some(if flag(Some(raw)) == Flag::Unknown { R::WrongType } else { R::BoolAsText }),
        (Meant::TextFlag, J::String) => (flag(Some(raw)) == Flag::Unknown).then_some(R::WrongType),
        (Meant::TextNumber | Meant::Number, json @ (J::String | J::Number)) => {
            match text(Some(raw)).and_then(|t| finite(&t)) {
                None => Some(R::WrongType),
                Some(_) => (meant == Meant::Number && json == J::String).then_some(R::NumberAsText),
            }
        }
        (Meant::Text | Meant::Personal, J::Number) => Some(R::TextAsNumber),
        (Meant::Personal, J::String) => is_placeholder(raw).then_some(R::Placeholder),
        (Meant::Timestamp, J::String) => {
            let known = raw.string().and_then(|t| Timestamp::parse(&t).ok()).map(|t| t.form());
            (known != Some(TimestampForm::Iso)).then_some(R::TimestampForm)
        }
        (Meant::Timestamp, J::Number) => Some(R::TimestampForm),
        _ => Some(R::WrongType),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Span;

    fn raw(text: &str) -> Raw<'_> {
        Raw::at(text, Span { start: 0, end: u32::try_from(text.len()).unwrap() })
    }

    #[test]
    fn a_flag_is_true_false_missing_or_of_no_known_form() {
        let cases = [
            ("true", Flag::True),
            ("false", Flag::False),
            ("\"TRUE\"", Flag::True),
            ("\"False\"", Flag::False),
            ("null", Flag::Missing),
            ("\"\"", Flag::Unknown),
            ("\"null\"", Flag::Unknown),
            ("0", Flag::Unknown),
            ("1", Flag::Unknown),
            ("[]", Flag::Unknown),
            ("{}", Flag::Unknown),
        ];
        for (text, expected) in cases {
            assert_eq!(flag(Some(raw(text))), expected, "{text}");
        }
        assert_eq!(flag(None), Flag::Missing);
        let booleans = [Flag::True, Flag::False, Flag::Missing, Flag::Unknown].map(Flag::to_bool);
        assert_eq!(booleans, [Some(true), Some(false), None, None]);
    }

    #[test]
    fn each_kind_of_field_has_its_normal_forms_and_its_readings() {
        use Meant as M;
        use ReadingKind as R;
        // One letter for each value: normal, wrong type, or the first of a reading's name.
        let letter = |reading: Option<R>| match reading {
            None => '.',
            Some(R::WrongType) => 'w',
            Some(R::BoolAsText) => 'b',
            Some(R::TextAsNumber) => 'n',
            Some(R::ResultAsText) => 'r',
            Some(R::TimestampForm) => 't',
            Some(R::Placeholder) => 'p',
            Some(R::NumberAsText) => '#',
            Some(R::OtherSpelling) => 's',
            Some(R::OtherPlace) => 'o',
        };
        let values = ["null", "true", "\"true\"", "\"x\"", "7", "\"97.0\"", "\"N/A\"", "{}", "[]"];
        let kinds = [
            (M::Flag, "..bwwwwww"),
            (M::TextFlag, "...wwwwww"),
            (M::Text, ".w..n..ww"),
            (M::Personal, ".w..n.pww"),
            (M::TextNumber, ".www..www"),
            (M::Number, ".www.#www"),
            (M::Timestamp, ".wtttttww"),
            (M::Result, ".wrrwrr.w"),
            (M::CallbackResult, ".wrrwrrow"),
            (M::History, ".wwwwwww."),
            (M::Entry, ".wwwwww.w"),
            (M::PartnerParams, ".wwwwww.w"),
            (M::ImageLinks, ".wwwwww.w"),
            (M::Actions, ".wwwwww.w"),
            (M::Object, ".wwwwww.w"),
        ];
        for (meant, expected) in kinds {
            let found: alloc::string::String = values.iter().map(|v| letter(reading(meant, raw(v)))).collect();
            assert_eq!(found, expected, "{meant:?}");
        }
        assert_eq!(reading(M::Timestamp, raw("\"2026-10-04T12:00:00.000Z\"")), None);
    }

    #[test]
    fn placeholders_are_absent_in_fields_about_a_person_and_texts_elsewhere() {
        for word in PLACEHOLDERS {
            let quoted = alloc::format!("\"{word}\"");
            assert_eq!(reading(Meant::Personal, raw(&quoted)), Some(ReadingKind::Placeholder));
            assert_eq!(personal(Some(raw(&quoted))), None);
            assert_eq!(text(Some(raw(&quoted))).as_deref(), Some(word));
            let escaped: alloc::vec::Vec<_> = word.chars().map(|c| alloc::format!("\\u{:04x}", u32::from(c))).collect();
            let longest = alloc::format!("\"{}\"", escaped.concat());
            assert!(longest.len() < PLACEHOLDER_BYTES);
            assert_eq!(reading(Meant::Personal, raw(&longest)), Some(ReadingKind::Placeholder));
        }
        assert_eq!(personal(Some(raw("\"n/a\""))).as_deref(), Some("n/a"));
    }
}
