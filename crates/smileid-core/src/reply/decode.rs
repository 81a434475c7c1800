//! The one pass over a reply's body: everything is checked, known fields are placed, readings are noted. Values are not kept.

use alloc::vec::Vec;

use super::beside::{self, Beside, Sibling};
use super::error::ReplyError;
use super::fields::{self, Meant};
use super::known::{Table, is_decision};
use super::options::{Decisions, DecodeOptions};
use super::path::Path;
use super::raw::Raw;
use super::readings::{ReadingKind, Readings};
use super::spelling;
use crate::json::{JsonType, Reader, Repairs, Span};

/// Where the fields stand that are asked for in every call: those of the root, and those of its result on which a decision rests.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    pub(super) timestamp: Place,
    pub(super) signature: Place,
    pub(super) sec_key: Place,
    pub(super) job_complete: Place,
    pub(super) job_success: Place,
    pub(super) code: Place,
    pub(super) result: Place,
    pub(super) history: Place,
    pub(super) image_links: Place,
    pub(super) kyc_receipt: Place,
    pub(super) kyb_receipt: Place,
    pub(super) error: Place,
    pub(super) message: Place,
    pub(super) root: Place,
    pub(super) result_code: Place,
    pub(super) is_final_result: Place,
    pub(super) user_id: Place,
    pub(super) job_id: Place,
    pub(super) job_type: Place,
    /// What speaks of the same at another place or in another spelling. An honest reply has none, or few.
    pub(super) beside: Vec<(Beside, Place)>,
    /// Whether a step on which the result rests failed, or cannot be read.
    pub(super) step_failed: bool,
}

/// The position of a value, if there is one: every value has at least one byte.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place(Span);

impl Place {
    /// Returns the value as written in `body`.
    pub(super) fn of(self, body: &str) -> Option<Raw<'_>> {
        (self.0.end > 0).then(|| Raw::at(body, self.0))
    }
}

/// The objects whose fields are placed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Root,
    /// `result`.
    Result,
    /// `result.PartnerParams`.
    Params,
    /// `PartnerParams` at another place or in another spelling.
    OtherParams,
    /// `Actions` of the root or the result.
    Steps,
    /// Any other, whose fields are read again when they are asked for.
    Other,
}

impl Whose {
    /// What a field speaks of that is not documented in this object.
    fn sibling(self, key: &str) -> Option<Sibling> {
        match self {
            Self::Root => beside::in_root(key),
            Self::Result => beside::in_service_object(key),
            Self::Params | Self::OtherParams => beside::in_params(key),
            Self::Steps | Self::Other => None,
        }
    }
}

impl Places {
    fn put(&mut self, whose: Whose, name: &str, place: Span) {
        let slot = match (whose, name) {
            (Whose::Root, "timestamp") => &mut self.timestamp,
            (Whose::Root, "signature") => &mut self.signature,
            (Whose::Root, "sec_key") => &mut self.sec_key,
            (Whose::Root, "job_complete") => &mut self.job_complete,
            (Whose::Root, "job_success") => &mut self.job_success,
            (Whose::Root, "code") => &mut self.code,
            (Whose::Root, "result") => &mut self.result,
            (Whose::Root, "history") => &mut self.history,
            (Whose::Root, "image_links") => &mut self.image_links,
            (Whose::Root, "kyc_receipt") => &mut self.kyc_receipt,
            (Whose::Root, "kyb_receipt") => &mut self.kyb_receipt,
            (Whose::Root, "error") => &mut self.error,
            (Whose::Root, "message") => &mut self.message,
            (Whose::Result, "ResultCode") => &mut self.result_code,
            (Whose::Result, "IsFinalResult") => &mut self.is_final_result,
            (Whose::Params, "user_id") => &mut self.user_id,
            (Whose::Params, "job_id") => &mut self.job_id,
            (Whose::Params, "job_type") => &mut self.job_type,
            (Whose::OtherParams, "user_id") => return self.put_beside(Beside::UserId, place),
            (Whose::OtherParams, "job_id") => return self.put_beside(Beside::JobId, place),
            (Whose::OtherParams, "job_type") => return self.put_beside(Beside::JobType, place),
            _ => return,
        };
        *slot = Place(place);
    }

    #[cold]
    fn put_beside(&mut self, what: Beside, place: Span) {
        self.beside.push((what, Place(place)));
    }
}

/// What one pass over a body learnt.
pub(super) struct Decoded {
    pub(super) places: Places,
    pub(super) repairs: Repairs,
    pub(super) readings: Readings,
}

/// Reads a whole body, whose root is an object with the fields of `table`.
pub(super) fn decode(body: &str, table: Table, options: &DecodeOptions) -> Result<Decoded, ReplyError> {
    // Made in its place and never moved: a reader is large.
    let mut walk = Walk {
        reader: Reader::unstarted(body, options.json()),
        places: Places::default(),
        readings: Readings::default(),
        decisions: options.decisions(),
    };
    walk.reader.start()?;
    if walk.reader.peek()? != JsonType::Object {
        // The rest is read as well: a body that is not JSON is reported as such first.
        walk.reader.skip_value()?;
        walk.reader.end_document()?;
        return Err(ReplyError::NotAnObject);
    }
    let root = walk.object(table, Whose::Root, &Path::ROOT)?;
    walk.places.root = Place(root);
    walk.reader.end_document()?;
    Ok(Decoded { places: walk.places, repairs: walk.reader.repairs().clone(), readings: walk.readings })
}

struct Walk<'a> {
    reader: Reader<'a>,
    places: Places,
    readings: Readings,
    decisions: Decisions,
}

impl Walk<'_> {
    /// Passes over one known value and all that is known within it, noting how leniently it was read. `whose` says whose
    /// field it is.
    fn value(&mut self, meant: Meant, whose: Whose, path: &Path<'_>) -> Result<Span, ReplyError> {
        let mended = self.reader.repairs().count();
        let span = match (meant, self.reader.peek()?) {
            (Meant::Result, JsonType::Object) => self.object(Table::Entry, Whose::Result, path)?,
            (Meant::CallbackResult, JsonType::Object) => self.object(Table::CallbackResult, Whose::Other, path)?,
            (Meant::Entry, JsonType::Object) => self.object(Table::Entry, Whose::Other, path)?,
            (Meant::PartnerParams, JsonType::Object) => {
                let whose = match whose {
                    Whose::Result => Whose::Params,
                    Whose::Root => Whose::OtherParams,
                    _ => Whose::Other,
                };
                let before = self.places.beside.len();
                let span = self.object(Table::PartnerParams, whose, path)?;
                if whose == Whose::OtherParams {
                    self.name_by_own_spelling(before);
                }
                span
            }
            (Meant::ImageLinks, JsonType::Object) => self.object(Table::ImageLinks, Whose::Other, path)?,
            (Meant::Actions, JsonType::Object) => {
                let whose = if matches!(whose, Whose::Result | Whose::Root) { Whose::Steps } else { Whose::Other };
                self.object(Table::Actions, whose, path)?
            }
            (Meant::History, JsonType::Array) => self.entries(path)?,
            (Meant::Object, _) => self.services_own()?,
            _ => self.reader.skip_value()?,
        };
        let reading = fields::reading(meant, Raw::at(self.reader.body(), span));
        let offset = span.start as usize;
        if self.decisions == Decisions::Clean && is_decision(path.name()) {
            let clean = reading.is_none() && self.reader.repairs().count() == mended;
            if !clean {
                return Err(ReplyError::Unclean { field: path.name(), offset });
            }
        }
        if reading == Some(ReadingKind::WrongType) && matches!(whose, Whose::Result | Whose::Root) {
            match meant {
                Meant::PartnerParams => self.places.put_beside(Beside::Unreadable, span),
                Meant::Actions => self.places.step_failed = true,
                _ => {}
            }
        }
        if let Some(kind) = reading {
            self.readings.note(kind, offset, || path.to_text());
        }
        Ok(span)
    }

    /// One object with known fields.
    fn object(&mut self, table: Table, whose: Whose, path: &Path<'_>) -> Result<Span, ReplyError> {
        let start = self.reader.offset();
        self.reader.begin_object()?;
        // A callback's other spellings are fields of its tables.
        let sibling = |key: &str| if table.is_callback() { None } else { whose.sibling(key) };
        let own = |key: &str| table.is_services_own() || table.field(key).is_some() || sibling(key).is_some();
        while let Some(key) = self.reader.next_key_refusing(own)? {
            let key = key.text();
            match table.field(&key) {
                Some((name, meant)) => {
                    let path = path.field(name);
                    let span = self.value(meant, whose, &path)?;
                    if table.is_callback() && spelling::snake_case(name).is_some() {
                        self.other_spelling(span, &path)?;
                    }
                    if whose == Whose::Steps {
                        self.step(name, span);
                    } else {
                        self.places.put(whose, name, span);
                    }
                }
                None if table.is_services_own() => {
                    let span = self.services_own()?;
                    if whose == Whose::Steps {
                        self.step(&key, span);
                    }
                }
                None => self.unknown(sibling(&key), &key, path)?,
            }
        }
        Ok(self.since(start))
    }

    /// Lets `userId` and the like of another `PartnerParams`, whose fields follow from `before`, name the user unless it has a `user_id`.
    #[cold]
    fn name_by_own_spelling(&mut self, before: usize) {
        let body = self.reader.body();
        let fields = self.places.beside.get_mut(before..).unwrap_or_default();
        for (own, documented) in [(Beside::OwnUserId, Beside::UserId), (Beside::OwnJobId, Beside::JobId)] {
            let is_null = |place: &Place| Raw::at(body, place.0).json_type() == JsonType::Null;
            let named = fields.iter().any(|(what, place)| *what == documented && !is_null(place));
            for (what, _) in fields.iter_mut().filter(|(what, _)| *what == own && !named) {
                *what = documented;
            }
        }
    }

    /// Notes a field of a callback under a name that is not the documented one.
    fn other_spelling(&mut self, span: Span, path: &Path<'_>) -> Result<(), ReplyError> {
        let offset = span.start as usize;
        if self.decisions == Decisions::Clean && is_decision(path.name()) {
            return Err(ReplyError::Unclean { field: path.name(), offset });
        }
        self.readings.note(ReadingKind::OtherSpelling, offset, || path.to_text());
        Ok(())
    }

    /// Notes whether a step went so that the result cannot be an approval.
    fn step(&mut self, name: &str, outcome: Span) {
        self.places.step_failed |= beside::failed(name, Raw::at(self.reader.body(), outcome));
    }

    /// Passes over the value of a field that is not documented in its object, noting where it is if a documented one must agree with it.
    fn unknown(&mut self, sibling: Option<Sibling>, key: &str, path: &Path<'_>) -> Result<(), ReplyError> {
        match sibling {
            None => drop(self.reader.skip_value()?),
            Some(Sibling::Value(what)) => {
                let span = self.reader.skip_value()?;
                self.places.put_beside(what, span);
            }
            // As at the root, where none of it is the documented one.
            Some(Sibling::Params) => {
                let name = if key == "PartnerParams" { "PartnerParams" } else { "partner_params" };
                self.value(Meant::PartnerParams, Whose::Root, &path.field(name))?;
            }
            Some(Sibling::Actions) => {
                let name = if key == "Actions" { "Actions" } else { "actions" };
                self.value(Meant::Actions, Whose::Root, &path.field(name))?;
            }
        }
        Ok(())
    }

    fn entries(&mut self, path: &Path<'_>) -> Result<Span, ReplyError> {
        let start = self.reader.offset();
        self.reader.begin_array()?;
        let mut index = 0;
        while self.reader.next_element()? {
            self.value(Meant::Entry, Whose::Other, &path.index(index))?;
            index += 1;
        }
        Ok(self.since(start))
    }

    /// Passes over a value of the service's own: none of its keys appears twice in its object, however tolerant the reader.
    fn services_own(&mut self) -> Result<Span, ReplyError> {
        let value = self.reader.peek()?;
        let start = self.reader.offset();
        match value {
            JsonType::Object => {
                self.reader.begin_object()?;
                while self.reader.next_key_refusing(|_| true)?.is_some() {
                    self.services_own()?;
                }
            }
            JsonType::Array => {
                self.reader.begin_array()?;
                while self.reader.next_element()? {
                    self.services_own()?;
                }
            }
            _ => return Ok(self.reader.skip_value()?),
        }
        Ok(self.since(start))
    }

    fn since(&self, start: usize) -> Span {
        Span { start: u32::try_from(start).unwrap_or(0), end: u32::try_from(self.reader.offset()).unwrap_or(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::JobStatus;
    use super::*;

    /// What was placed for a decision is what the views of the result report: only the result's own fields.
    #[test]
    fn what_a_decision_rests_on_is_placed_where_the_result_has_it() {
        let other = r#"{"ResultCode":"0811","IsFinalResult":"false","PartnerParams":{"user_id":"x","job_id":"y","job_type":5}}"#;
        let bodies = [
            alloc::format!(r#"{{"history":[{other}],"ResultCode":"0811","PartnerParams":{{"user_id":"z"}}}}"#),
            alloc::format!(r#"{{"result":{{}},"history":[{other}]}}"#),
            alloc::format!(r#"{{"result":null,"history":[{other}],"image_links":{{"ResultCode":"0811"}}}}"#),
            alloc::format!(r#"{{"result":"text","own":{other}}}"#),
            alloc::format!(
                r#"{{"own":{other},"result":{{"own":{other},"Result\u0043ode":"0810","PartnerParams":{{"own":{other},"job_type":"1","us\u0065r_id":"u"}},"IsFinalResult":"true"}},"history":[{other}]}}"#
            ),
            alloc::format!(r#" {{ "result" : {{ "PartnerParams" : [{other}], "ResultCode" : 810 , }} , }} "#),
            alloc::format!(
                r#"{{"result":{{"PartnerParams":{{"job_id":null,"user_id":7}},"ResultCode":null,"Antifraud":{other}}}}}"#
            ),
        ];
        for body in bodies {
            let status = JobStatus::decode(body.clone().into_bytes(), &DecodeOptions::default()).unwrap();
            let (result, placed) = (status.result(), status.decisive());
            let of_result = |key: &str| result.and_then(|r| r.members().get(key));
            let of_params = |key: &str| result.and_then(|r| r.partner_params().members().get(key));
            assert_eq!(placed.result_code, of_result("ResultCode"), "{body}");
            assert_eq!(placed.is_final_result, of_result("IsFinalResult"), "{body}");
            assert_eq!(placed.job_type, of_params("job_type"), "{body}");
            let there = |raw: Option<Raw<'_>>| raw.is_some_and(|r| r.json_type() != JsonType::Null);
            let named = |place: Place| there(place.of(&body));
            assert_eq!(
                (named(status.places().user_id), named(status.places().job_id)),
                (there(of_params("user_id")), there(of_params("job_id"))),
                "{body}"
            );
        }
    }
}
