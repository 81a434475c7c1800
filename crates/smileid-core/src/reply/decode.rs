//! The one pass over a reply's body: everything is checked, known fields are placed, readings are noted. Values are not kept.

use alloc::format;
use alloc::string::{String, ToString};

use super::error::ReplyError;
use super::fields::{self, Meant};
use super::raw::Raw;
use super::readings::{ReadingKind, Readings};
use crate::json::{JsonType, Limits, Options, Reader, Repairs, Span};

/// How replies are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DecodeOptions {
    json: Options,
    decisions: Decisions,
}

/// How decision fields may be written: `job_complete`, `job_success`, `code`, `ResultCode`, `IsFinalResult`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Decisions {
    /// In every form that has one meaning, with a reading where it is not the documented one.
    #[default]
    Lenient,
    /// In the documented form alone: a reading or a repair inside one refuses the reply.
    Clean,
}

impl DecodeOptions {
    /// What a body that was decoded is read again with: no options can be more tolerant, so that nothing which was there at
    /// decoding is missed later.
    pub(super) const WIDEST: Options = Options::LAX
        .with_extra_closers(u8::MAX)
        .with_limits(Limits::DEFAULT.with_max_bytes(Limits::HARD_MAX_BYTES).with_max_members(u32::MAX));

    /// The same reading JSON with other options.
    #[must_use]
    pub const fn with_json(mut self, options: Options) -> Self {
        self.json = options;
        self
    }

    /// The same with another limit of the body, up to 16 MiB. Default: 4 MiB.
    #[must_use]
    pub const fn with_max_bytes(mut self, bytes: usize) -> Self {
        self.json = self.json.with_limits(self.json.limits().with_max_bytes(bytes));
        self
    }

    /// The same with another demand on decision fields.
    #[must_use]
    pub const fn with_decisions(mut self, decisions: Decisions) -> Self {
        self.decisions = decisions;
        self
    }

    /// The limit of the body in bytes.
    #[must_use]
    pub const fn max_bytes(&self) -> usize {
        self.json.limits().max_bytes()
    }

    /// How JSON is read.
    #[must_use]
    pub const fn json(&self) -> Options {
        self.json
    }
}

/// Where the known fields of a reply stand.
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
    pub(super) error: Option<Span>,
    pub(super) message: Option<Span>,
    pub(super) root: Span,
}

/// What one pass over a body learnt.
pub(super) struct Decoded {
    pub(super) places: Places,
    pub(super) repairs: Repairs,
    pub(super) readings: Readings,
}

/// Reads the reply of a job status call.
pub(super) fn reply(body: &str, options: &DecodeOptions) -> Result<Decoded, ReplyError> {
    let mut walk = Walk::begin(body, options)?;
    let mut places = Places::default();
    let start = walk.reader.offset();
    walk.reader.begin_object()?;
    let known = |key: &str| top_field(key).is_some();
    while let Some(key) = walk.reader.next_key_refusing(known)? {
        let key = key.text();
        let Some((name, meant)) = top_field(&key) else {
            walk.reader.skip_value()?;
            continue;
        };
        let place = match meant {
            Top::Plain(meant) => walk.field(meant, name, || name.to_string())?,
            Top::Result => walk.result()?,
            Top::History => walk.history()?,
        };
        match name {
            "timestamp" => places.timestamp = Some(place),
            "signature" => places.signature = Some(place),
            "sec_key" => places.sec_key = Some(place),
            "job_complete" => places.job_complete = Some(place),
            "job_success" => places.job_success = Some(place),
            "code" => places.code = Some(place),
            "result" => places.result = Some(place),
            "history" => places.history = Some(place),
            "image_links" => places.image_links = Some(place),
            "error" => places.error = Some(place),
            "message" => places.message = Some(place),
            _ => {}
        }
    }
    places.root =
        Span { start: u32::try_from(start).unwrap_or(0), end: u32::try_from(walk.reader.offset()).unwrap_or(0) };
    let repairs = walk.reader.finish()?;
    Ok(Decoded { places, repairs, readings: walk.readings })
}

/// Reads a callback: an entry, with timestamp and signature beside its fields.
pub(super) fn callback(body: &str, options: &DecodeOptions) -> Result<Decoded, ReplyError> {
    let mut walk = Walk::begin(body, options)?;
    let mut places = Places::default();
    let root = walk.entry(&Path::Root, &mut |name, place| match name {
        "timestamp" => places.timestamp = Some(place),
        "signature" => places.signature = Some(place),
        "sec_key" => places.sec_key = Some(place),
        _ => {}
    })?;
    places.root = root;
    let repairs = walk.reader.finish()?;
    Ok(Decoded { places, repairs, readings: walk.readings })
}

/// What a known field of the top level is.
enum Top {
    Plain(Meant),
    Result,
    History,
}

fn top_field(key: &str) -> Option<(&'static str, Top)> {
    use Top::Plain;
    Some(match key {
        "timestamp" => ("timestamp", Plain(Meant::Timestamp)),
        "signature" => ("signature", Plain(Meant::Text)),
        "sec_key" => ("sec_key", Plain(Meant::Text)),
        "job_complete" => ("job_complete", Plain(Meant::Flag)),
        "job_success" => ("job_success", Plain(Meant::Flag)),
        "code" => ("code", Plain(Meant::Text)),
        "result" => ("result", Top::Result),
        "history" => ("history", Top::History),
        "image_links" => ("image_links", Plain(Meant::Object)),
        "error" => ("error", Plain(Meant::Text)),
        "message" => ("message", Plain(Meant::Text)),
        "kyc_receipt" => ("kyc_receipt", Plain(Meant::Text)),
        "kyb_receipt" => ("kyb_receipt", Plain(Meant::Text)),
        _ => return None,
    })
}

/// What a known field of a result, of a history entry or of a callback is.
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
        "PartnerParams" => ("PartnerParams", Meant::Object),
        "Actions" => ("Actions", Meant::Object),
        "Antifraud" => ("Antifraud", Meant::Object),
        "Country" => ("Country", Meant::Text),
        "IDType" => ("IDType", Meant::Text),
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
        "timestamp" => ("timestamp", Meant::Timestamp),
        "signature" => ("signature", Meant::Text),
        "sec_key" => ("sec_key", Meant::Text),
        "ImageLinks" => ("ImageLinks", Meant::Object),
        _ => return None,
    })
}

/// What a known field of `PartnerParams` is; all others are the partner's own.
fn partner_field(key: &str) -> Option<(&'static str, Meant)> {
    Some(match key {
        "user_id" => ("user_id", Meant::Text),
        "job_id" => ("job_id", Meant::Text),
        "job_type" => ("job_type", Meant::TextNumber),
        _ => return None,
    })
}

/// The fields on which a decision rests.
fn is_decision(name: &str) -> bool {
    matches!(name, "job_complete" | "job_success" | "code" | "ResultCode" | "IsFinalResult")
}

/// Where an entry stands, for the paths of its readings.
enum Path {
    Root,
    Result,
    History(usize),
}

impl Path {
    fn of(&self, field: &str) -> String {
        match self {
            Self::Root => field.to_string(),
            Self::Result => format!("result.{field}"),
            Self::History(i) => format!("history[{i}].{field}"),
        }
    }
}

struct Walk<'a> {
    reader: Reader<'a>,
    readings: Readings,
    decisions: Decisions,
}

impl<'a> Walk<'a> {
    fn begin(body: &'a str, options: &DecodeOptions) -> Result<Self, ReplyError> {
        let mut reader = Reader::new(body, options.json)?;
        if reader.peek()? != JsonType::Object {
            // The rest is read as well: a body that is no JSON is told as such first.
            reader.skip_value()?;
            reader.finish()?;
            return Err(ReplyError::NotAnObject);
        }
        Ok(Self { reader, readings: Readings::default(), decisions: options.decisions })
    }

    /// Passes over one known value, noting how leniently it was read.
    fn field(&mut self, meant: Meant, name: &'static str, path: impl FnOnce() -> String) -> Result<Span, ReplyError> {
        let mended = self.reader.repairs().count();
        let span = if meant == Meant::Object { self.services_own()? } else { self.reader.skip_value()? };
        let reading = fields::reading(meant, Raw::at(self.reader.body(), span));
        let offset = span.start as usize;
        let clean = reading.is_none() && self.reader.repairs().count() == mended;
        if !clean && self.decisions == Decisions::Clean && is_decision(name) {
            return Err(ReplyError::Unclean { field: name, offset });
        }
        if let Some(kind) = reading {
            self.readings.note(kind, offset, path);
        }
        Ok(span)
    }

    fn result(&mut self) -> Result<Span, ReplyError> {
        match self.reader.peek()? {
            JsonType::Object => return self.entry(&Path::Result, &mut |_, _| {}),
            JsonType::Null => {}
            JsonType::String => self.note_here(ReadingKind::ResultAsText, || "result".into()),
            _ => self.note_here(ReadingKind::WrongType, || "result".into()),
        }
        Ok(self.reader.skip_value()?)
    }

    fn history(&mut self) -> Result<Span, ReplyError> {
        if self.reader.peek()? != JsonType::Array {
            return self.field(Meant::Array, "history", || "history".into());
        }
        let start = self.reader.offset();
        self.reader.begin_array()?;
        let mut index = 0;
        while self.reader.next_element()? {
            match self.reader.peek()? {
                JsonType::Object => {
                    self.entry(&Path::History(index), &mut |_, _| {})?;
                }
                _ => {
                    self.field(Meant::Object, "history", || format!("history[{index}]"))?;
                }
            }
            index += 1;
        }
        Ok(self.since(start))
    }

    /// One object with the fields of a result; `place` is told where each known one stands.
    fn entry(&mut self, path: &Path, place: &mut dyn FnMut(&'static str, Span)) -> Result<Span, ReplyError> {
        let start = self.reader.offset();
        self.reader.begin_object()?;
        while let Some(key) = self.reader.next_key_refusing(|k| entry_field(k).is_some())? {
            match entry_field(&key.text()) {
                Some(("PartnerParams", _)) if self.reader.peek()? == JsonType::Object => self.partner_params(path)?,
                Some((name, meant)) => place(name, self.field(meant, name, || path.of(name))?),
                None => {
                    self.reader.skip_value()?;
                }
            }
        }
        Ok(self.since(start))
    }

    fn partner_params(&mut self, path: &Path) -> Result<(), ReplyError> {
        self.reader.begin_object()?;
        while let Some(key) = self.reader.next_key_refusing(|k| partner_field(k).is_some())? {
            match partner_field(&key.text()) {
                Some((name, meant)) => {
                    self.field(meant, name, || path.of(&format!("PartnerParams.{name}")))?;
                }
                None => {
                    self.reader.skip_value()?;
                }
            }
        }
        Ok(())
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

    fn note_here(&mut self, kind: ReadingKind, path: impl FnOnce() -> String) {
        self.readings.note(kind, self.reader.offset(), path);
    }

    fn since(&self, start: usize) -> Span {
        Span { start: u32::try_from(start).unwrap_or(0), end: u32::try_from(self.reader.offset()).unwrap_or(0) }
    }
}
