//! The one pass over a reply's body: everything is checked, known fields are placed, readings are noted. Values are not kept.

use super::error::ReplyError;
use super::fields::{self, Meant};
use super::known::{Table, is_decision};
use super::options::{Decisions, DecodeOptions};
use super::path::Path;
use super::raw::Raw;
use super::readings::Readings;
use crate::json::{JsonType, Reader, Repairs, Span};

/// Where the fields of the root stand that are asked for more than once.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    pub(super) timestamp: Option<Span>,
    pub(super) signature: Option<Span>,
    pub(super) sec_key: Option<Span>,
    pub(super) job_complete: Option<Span>,
    pub(super) job_success: Option<Span>,
    pub(super) code: Option<Span>,
    pub(super) result: Option<Span>,
    pub(super) history: Option<Span>,
    pub(super) image_links: Option<Span>,
    pub(super) kyc_receipt: Option<Span>,
    pub(super) kyb_receipt: Option<Span>,
    pub(super) error: Option<Span>,
    pub(super) message: Option<Span>,
    pub(super) root: Span,
}

impl Places {
    fn put(&mut self, name: &str, place: Span) {
        let slot = match name {
            "timestamp" => &mut self.timestamp,
            "signature" => &mut self.signature,
            "sec_key" => &mut self.sec_key,
            "job_complete" => &mut self.job_complete,
            "job_success" => &mut self.job_success,
            "code" => &mut self.code,
            "result" => &mut self.result,
            "history" => &mut self.history,
            "image_links" => &mut self.image_links,
            "kyc_receipt" => &mut self.kyc_receipt,
            "kyb_receipt" => &mut self.kyb_receipt,
            "error" => &mut self.error,
            "message" => &mut self.message,
            _ => return,
        };
        *slot = Some(place);
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
    let mut reader = Reader::new(body, options.json())?;
    if reader.peek()? != JsonType::Object {
        // The rest is read as well: a body that is no JSON is told as such first.
        reader.skip_value()?;
        reader.finish()?;
        return Err(ReplyError::NotAnObject);
    }
    let mut walk = Walk { reader, readings: Readings::default(), decisions: options.decisions() };
    let mut places = Places::default();
    places.root = walk.object(table, &Path::ROOT, &mut |name, place| places.put(name, place))?;
    let repairs = walk.reader.finish()?;
    Ok(Decoded { places, repairs, readings: walk.readings })
}

struct Walk<'a> {
    reader: Reader<'a>,
    readings: Readings,
    decisions: Decisions,
}

impl Walk<'_> {
    /// Passes over one known value and all that is known within it, noting how leniently it was read.
    fn value(&mut self, meant: Meant, path: &Path<'_>) -> Result<Span, ReplyError> {
        let mended = self.reader.repairs().count();
        let span = match (meant, self.reader.peek()?) {
            (Meant::Result | Meant::Entry, JsonType::Object) => self.nested(Table::Entry, path)?,
            (Meant::PartnerParams, JsonType::Object) => self.nested(Table::PartnerParams, path)?,
            (Meant::ImageLinks, JsonType::Object) => self.nested(Table::ImageLinks, path)?,
            (Meant::Actions, JsonType::Object) => self.nested(Table::Actions, path)?,
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
        if let Some(kind) = reading {
            self.readings.note(kind, offset, || path.to_text());
        }
        Ok(span)
    }

    /// One object with known fields; `place` is told where each of them stands.
    fn object(
        &mut self,
        table: Table,
        path: &Path<'_>,
        place: &mut dyn FnMut(&'static str, Span),
    ) -> Result<Span, ReplyError> {
        let start = self.reader.offset();
        self.reader.begin_object()?;
        let own = |key: &str| table.is_services_own() || table.field(key).is_some();
        while let Some(key) = self.reader.next_key_refusing(own)? {
            match table.field(&key.text()) {
                Some((name, meant)) => place(name, self.value(meant, &path.field(name))?),
                None if table.is_services_own() => drop(self.services_own()?),
                None => drop(self.reader.skip_value()?),
            }
        }
        Ok(self.since(start))
    }

    fn nested(&mut self, table: Table, path: &Path<'_>) -> Result<Span, ReplyError> {
        self.object(table, path, &mut |_, _| {})
    }

    fn entries(&mut self, path: &Path<'_>) -> Result<Span, ReplyError> {
        let start = self.reader.offset();
        self.reader.begin_array()?;
        let mut index = 0;
        while self.reader.next_element()? {
            self.value(Meant::Entry, &path.index(index))?;
            index += 1;
        }
        Ok(self.since(start))
    }

    /// Passes over a value of the service's own: none of its keys stands twice in its object, however tolerant the reader.
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
