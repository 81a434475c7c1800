//! The pull reader: one pass over a checked text, the caller asking for each piece in turn. It builds nothing and keeps no values.

use super::error::{JsonError, JsonErrorKind as E};
use super::keys::Keys;
use super::number::{self, Number};
use super::options::{DuplicateKeys, Limits, Options, Tolerance};
use super::repairs::{Mending, OnRepair, RepairKind, Repairs};
use super::string::{self, Span, Str};

const MAX_DEPTH: usize = Limits::HARD_MAX_DEPTH as usize;
pub(super) const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JsonType {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// `1.5`
    Number,
    /// `true` or `false`
    Bool,
    /// `null`
    Null,
}

/// Reads one document piece by piece.
///
/// Everything is checked on the way: grammar, escapes, duplicate keys in every object, depth, limits. Pieces must be asked for in
/// the document's order; asking out of order is an error of kind [`Misuse`](super::JsonErrorKind::Misuse), never nonsense.
///
/// ```
/// use smileid_core::json::{Options, Reader};
/// let mut reader = Reader::new(r#"{"code": "2302", "history": [1, 2,],}"#, Options::DOCUMENTED)?;
/// reader.begin_object()?;
/// while let Some(key) = reader.next_key()? {
///     match key.text().as_ref() {
///         "code" => assert_eq!(reader.string()?.text(), "2302"),
///         _ => drop(reader.skip_value()?),
///     }
/// }
/// let repairs = reader.finish()?;
/// assert_eq!((repairs.list()[0].offset, repairs.list()[1].offset), (33, 35));
/// # Ok::<(), smileid_core::json::JsonError>(())
/// ```
pub struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) options: Options,
    pub(super) expect: Expect,
    pub(super) depth: usize,
    /// One bit per open container: set where it is an object.
    pub(super) objects: u64,
    pub(super) root_is_object: bool,
    pub(super) frames: [Frame; MAX_DEPTH],
    pub(super) keys: Keys<'a>,
    pub(super) mending: Mending<'a>,
    /// Keys of which a second is refused even where duplicates are passed over.
    pub(super) unique: fn(&str) -> bool,
}

/// What must come next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Expect {
    Value,
    FirstOrCloser,
    CommaOrCloser,
    End,
}

/// What is kept of an open container.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    /// Where its keys begin.
    pub(super) mark: u8,
    pub(super) members: u32,
}

impl<'a> Reader<'a> {
    /// A reader of `text`.
    ///
    /// # Errors
    /// Where the text is longer than the limit, or begins with a byte-order mark that is not tolerated.
    pub fn new(text: &'a str, options: Options) -> Result<Self, JsonError> {
        Self::telling(text, options, None)
    }

    /// The same, which tells someone of every repair.
    pub(super) fn telling(
        text: &'a str,
        options: Options,
        told: Option<&'a mut OnRepair<'a>>,
    ) -> Result<Self, JsonError> {
        if text.len() > options.limits.max_bytes {
            return Err(JsonError::new(E::TooLarge, options.limits.max_bytes));
        }
        let mut reader = Self {
            text,
            at: 0,
            options,
            expect: Expect::Value,
            depth: 0,
            objects: 0,
            root_is_object: false,
            frames: [Frame { mark: 0, members: 0 }; MAX_DEPTH],
            keys: Keys::new(),
            mending: Mending { repairs: Repairs::default(), told },
            unique: |_| false,
        };
        if text.starts_with(BYTE_ORDER_MARK) {
            if !options.tolerates(Tolerance::ByteOrderMark) {
                return Err(JsonError::new(E::ByteOrderMark, 0));
            }
            reader.mending.note(RepairKind::ByteOrderMark, 0);
            reader.at = BYTE_ORDER_MARK.len();
        }
        Ok(reader)
    }

    /// A reader of `bytes`, which are checked to be UTF-8 once and as a whole.
    ///
    /// # Errors
    /// As [`Reader::new`], and where the bytes are not UTF-8.
    pub fn from_slice(bytes: &'a [u8], options: Options) -> Result<Self, JsonError> {
        Self::new(check_utf8(bytes, &options)?, options)
    }

    /// The type of the next value.
    ///
    /// # Errors
    /// Where no value stands there.
    #[inline]
    pub fn peek(&mut self) -> Result<JsonType, JsonError> {
        match self.value_byte()? {
            b'"' => Ok(JsonType::String),
            b'{' => Ok(JsonType::Object),
            b'[' => Ok(JsonType::Array),
            b't' | b'f' => Ok(JsonType::Bool),
            b'n' => Ok(JsonType::Null),
            b'-' | b'0'..=b'9' => Ok(JsonType::Number),
            _ => Err(self.no_value()),
        }
    }

    /// Where the next piece stands in the original body, or where reading stopped.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.at
    }

    /// The text that is read.
    #[must_use]
    pub const fn body(&self) -> &'a str {
        self.text
    }

    /// Enters an object.
    ///
    /// # Errors
    /// Where the next value is none, or the nesting is too deep.
    #[inline]
    pub fn begin_object(&mut self) -> Result<(), JsonError> {
        self.begin(b'{')?;
        self.objects |= 1 << (self.depth - 1);
        self.root_is_object |= self.depth == 1;
        Ok(())
    }

    /// Enters an array.
    ///
    /// # Errors
    /// Where the next value is none, or the nesting is too deep.
    #[inline]
    pub fn begin_array(&mut self) -> Result<(), JsonError> {
        self.begin(b'[')?;
        self.objects &= !(1 << (self.depth - 1));
        Ok(())
    }

    /// The next key of the object, or none where the object ends; its value must be read or skipped next.
    ///
    /// # Errors
    /// Where the grammar is broken, a key stands twice, or the members are too many.
    #[inline]
    pub fn next_key(&mut self) -> Result<Option<Str<'a>>, JsonError> {
        self.next_key_refusing(|_| false)
    }

    /// The same, refusing a second key for which `known` is true even where duplicates are passed over.
    ///
    /// # Errors
    /// As [`Reader::next_key`].
    #[inline]
    pub fn next_key_refusing(&mut self, known: impl Fn(&str) -> bool) -> Result<Option<Str<'a>>, JsonError> {
        loop {
            if !self.in_object() {
                return Err(self.error(E::Misuse));
            }
            if !self.more(b'}', E::ExpectedKey)? {
                return Ok(None);
            }
            if self.byte() != Some(b'"') {
                return Err(self.error(E::ExpectedKey));
            }
            let quote = self.at;
            let (key, end) = string::read(self.text, quote + 1, &self.options, &mut self.mending)?;
            self.at = end;
            if self.space()? != Some(b':') {
                return Err(self.error_or_truncated(E::ExpectedColon));
            }
            self.at += 1;
            self.expect = Expect::Value;
            let Some(frame) = self.frames.get_mut(self.depth - 1) else { return Err(self.error(E::Misuse)) };
            frame.members += 1;
            if frame.members > self.options.limits.max_members {
                return Err(JsonError::new(E::TooManyMembers, quote));
            }
            if self.keys.insert(self.text, self.depth, usize::from(frame.mark), &key) {
                return Ok(Some(key));
            }
            let refused = |key: &str| known(key) || (self.unique)(key);
            if self.options.duplicate_keys == DuplicateKeys::Refuse || refused(&key.text()) {
                return Err(JsonError::new(E::DuplicateKey, quote));
            }
            self.mending.note(RepairKind::DuplicateKey, quote);
            self.skip_value()?;
        }
    }

    /// Whether the array has a next element, which must be read or skipped next.
    ///
    /// # Errors
    /// Where the grammar is broken.
    #[inline]
    pub fn next_element(&mut self) -> Result<bool, JsonError> {
        if self.depth == 0 || self.in_object() {
            return Err(self.error(E::Misuse));
        }
        let more = self.more(b']', E::ExpectedValue)?;
        if more {
            self.expect = Expect::Value;
        }
        Ok(more)
    }

    /// Reads a string.
    ///
    /// # Errors
    /// Where the next value is none.
    #[inline]
    pub fn string(&mut self) -> Result<Str<'a>, JsonError> {
        if self.value_byte()? != b'"' {
            return Err(self.wrong_type());
        }
        let (string, end) = string::read(self.text, self.at + 1, &self.options, &mut self.mending)?;
        self.at = end;
        self.value_done();
        Ok(string)
    }

    /// Reads a number.
    ///
    /// # Errors
    /// Where the next value is none.
    #[inline]
    pub fn number(&mut self) -> Result<Number<'a>, JsonError> {
        if !matches!(self.value_byte()?, b'-' | b'0'..=b'9') {
            return Err(self.wrong_type());
        }
        let (number, end) = number::read(self.text, self.at)?;
        self.at = end;
        self.value_done();
        Ok(number)
    }

    /// Reads `true` or `false`.
    ///
    /// # Errors
    /// Where the next value is neither.
    #[inline]
    pub fn boolean(&mut self) -> Result<bool, JsonError> {
        match self.value_byte()? {
            b't' => self.word("true").map(|()| true),
            b'f' => self.word("false").map(|()| false),
            _ => Err(self.wrong_type()),
        }
    }

    /// Reads `null`.
    ///
    /// # Errors
    /// Where the next value is not null.
    #[inline]
    pub fn null(&mut self) -> Result<(), JsonError> {
        if self.value_byte()? != b'n' {
            return Err(self.wrong_type());
        }
        self.word("null")
    }

    /// Passes over the next value, whatever it is, checking all of it, and tells where it stood.
    ///
    /// # Errors
    /// Where the value is not well formed.
    pub fn skip_value(&mut self) -> Result<Span, JsonError> {
        let outside = self.depth;
        self.value_byte()?;
        let start = self.at;
        loop {
            match self.peek()? {
                JsonType::Object => self.begin_object()?,
                JsonType::Array => self.begin_array()?,
                JsonType::String => drop(self.string()?),
                JsonType::Number => drop(self.number()?),
                JsonType::Bool => drop(self.boolean()?),
                JsonType::Null => self.null()?,
            }
            loop {
                if self.depth == outside {
                    return Ok(Span::new(start, self.at));
                }
                let more = if self.in_object() { self.next_key()?.is_some() } else { self.next_element()? };
                if more {
                    break;
                }
            }
        }
    }

    /// Ends the reading behind the root: nothing may follow it but white space and the closers that are tolerated.
    ///
    /// # Errors
    /// Where something else follows, or the root was not read to its end.
    pub fn finish(mut self) -> Result<Repairs, JsonError> {
        if self.expect != Expect::End {
            return Err(self.error(E::Misuse));
        }
        let mut closers = 0;
        loop {
            match self.space()? {
                None => return Ok(self.mending.repairs),
                Some(b'}') if self.root_is_object && closers < self.options.extra_closers => {
                    closers += 1;
                    self.mending.note(RepairKind::ExtraCloser, self.at);
                    self.at += 1;
                }
                Some(_) => return Err(self.error(E::TrailingData)),
            }
        }
    }

    /// The repairs so far.
    #[must_use]
    pub const fn repairs(&self) -> &Repairs {
        &self.mending.repairs
    }
}

/// The bytes as text.
pub(super) fn check_utf8<'a>(bytes: &'a [u8], options: &Options) -> Result<&'a str, JsonError> {
    if bytes.len() > options.limits.max_bytes {
        return Err(JsonError::new(E::TooLarge, options.limits.max_bytes));
    }
    core::str::from_utf8(bytes).map_err(|e| JsonError::new(E::InvalidUtf8, e.valid_up_to()))
}
