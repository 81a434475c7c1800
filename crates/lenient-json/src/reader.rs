//! The pull reader: one pass over a checked text, the caller asking for each piece in turn. It builds nothing and keeps no values.

use alloc::borrow::Cow;

use super::error::{JsonError, JsonErrorKind as E};
use super::keys::{Keys, Novelty, fingerprint};
use super::number::{self, Number};
use super::options::Options;
use super::repairs::{Mending, RepairKind, Repairs};
use super::state::{Expect, Frame, MAX_DEPTH, check_utf8};
use super::string::{Span, Str};

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
/// use lenient_json::{Options, Reader};
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
/// # Ok::<(), lenient_json::JsonError>(())
/// ```
#[repr(C)] // The fields that change with every token come first, together.
pub struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) expect: Expect,
    pub(super) root_is_object: bool,
    /// Where the container begins that was closed last.
    pub(super) closed: u32,
    /// Where the last key or value starts.
    pub(super) token_start: usize,
    /// The innermost open container.
    pub(super) frame: Frame,
    pub(super) depth: usize,
    pub(super) options: Options,
    /// Keys of which a second is refused even where duplicates are passed over.
    pub(super) unique: fn(&str) -> bool,
    /// The error that refused the document: every call from then on gives it again.
    pub(super) failed: Option<JsonError>,
    pub(super) mending: Mending<'a>,
    pub(super) keys: Keys,
    /// The containers around the innermost, the outermost first.
    pub(super) around: [Frame; MAX_DEPTH],
}

impl<'a> Reader<'a> {
    /// Creates a reader of `text`.
    ///
    /// # Errors
    /// Where the text is longer than the limit, or begins with a byte-order mark that is not tolerated.
    pub fn new(text: &'a str, options: Options) -> Result<Self, JsonError> {
        let mut reader = Self::unstarted(text, options);
        reader.start()?;
        Ok(reader)
    }

    /// Creates a reader of `bytes`. They are checked to be UTF-8 once, as a whole.
    ///
    /// # Errors
    /// As [`Reader::new`], and where the bytes are not UTF-8.
    pub fn from_slice(bytes: &'a [u8], options: Options) -> Result<Self, JsonError> {
        Self::new(check_utf8(bytes, &options)?, options)
    }

    /// Reads a string's text, which is borrowed where it contains no escape.
    #[inline]
    pub(super) fn text(&mut self) -> Result<Cow<'a, str>, JsonError> {
        if self.value_byte()? != b'"' {
            return Err(self.wrong_type());
        }
        let text = self.quoted_text()?;
        self.value_done();
        Ok(text)
    }

    /// Returns the type of the next value.
    ///
    /// # Errors
    /// If there is no value.
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

    /// Returns the offset of the next piece in the original body, or of the place where reading stopped.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.at
    }

    /// Returns the text that is read.
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
        self.begin(b'{', Expect::FirstKey, Expect::NextKey)?;
        self.root_is_object |= self.depth == 1;
        Ok(())
    }

    /// Enters an array.
    ///
    /// # Errors
    /// Where the next value is none, or the nesting is too deep.
    #[inline]
    pub fn begin_array(&mut self) -> Result<(), JsonError> {
        self.begin(b'[', Expect::FirstElement, Expect::NextElement)
    }

    /// Returns the next key of the object, or none at its end. Read or skip its value next.
    ///
    /// # Errors
    /// If the grammar is broken, a key appears twice, or there are too many members.
    #[inline(always)]
    pub fn next_key(&mut self) -> Result<Option<Str<'a>>, JsonError> {
        self.next_key_refusing(|_| false)
    }

    /// Returns the next key, and refuses a second one for which `known` is true, even if duplicates are otherwise skipped.
    ///
    /// # Errors
    /// As [`Reader::next_key`].
    #[inline(always)]
    pub fn next_key_refusing(&mut self, known: impl Fn(&str) -> bool) -> Result<Option<Str<'a>>, JsonError> {
        loop {
            // Nearly every key goes this way, in registers.
            let (key, print) = if let Some((key, print, behind)) = self.usual_key() {
                self.worked(behind - self.at);
                self.at = behind;
                self.token_start = key.quote();
                self.expect = Expect::Value;
                (key, print)
            } else if let Some(key) = self.unusual_key()? {
                key
            } else {
                return Ok(None);
            };
            self.frame.members += 1;
            if self.frame.members > self.options.limits.max_members {
                return Err(self.refused(E::TooManyMembers, key.quote()));
            }
            match self.keys.insert(self.text, self.depth, &mut self.frame.known, (key, print), &mut self.mending.work) {
                Novelty::New => return Ok(Some(key)),
                Novelty::Twice => self.pass_over_duplicate(key.raw, key.place, &known)?,
                Novelty::TooMany => return Err(self.refused(E::TooManyMembers, key.quote())),
            }
        }
    }

    /// Reads the next key, whatever comes next.
    #[inline(never)]
    fn unusual_key(&mut self) -> Result<Option<(Str<'a>, u32)>, JsonError> {
        if self.usual_end() || !self.more(Expect::FirstKey, Expect::NextKey, b'}')? {
            return Ok(None);
        }
        let key = self.key()?;
        // It may have been looked at before as a usual one, and its fingerprint is taken.
        self.worked(2 * key.raw.len());
        Ok(Some((key, fingerprint(&key.text()))))
    }

    /// Returns whether the array has a next element. Read or skip it next.
    ///
    /// # Errors
    /// Where the grammar is broken.
    #[inline]
    pub fn next_element(&mut self) -> Result<bool, JsonError> {
        let more = self.more(Expect::FirstElement, Expect::NextElement, b']')?;
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
        let string = self.quoted()?;
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
        match number::read(self.text, self.at) {
            Ok((number, end)) => {
                self.worked(end - self.at);
                self.at = end;
                self.value_done();
                Ok(number)
            }
            Err(error) => Err(self.refuse(error)),
        }
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

    /// Skips the next value, whatever it is, checks all of it, and returns its place.
    ///
    /// # Errors
    /// Where the value is not well formed.
    #[inline]
    pub fn skip_value(&mut self) -> Result<Span, JsonError> {
        let byte = self.value_byte()?;
        let start = self.at;
        if byte == b'"' {
            self.quoted()?;
            self.value_done();
        } else {
            self.skip_other()?;
        }
        Ok(Span::new(start, self.at))
    }

    /// Passes over a value of any type, iteratively.
    fn skip_other(&mut self) -> Result<(), JsonError> {
        let outside = self.depth;
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
                    return Ok(());
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
        self.end_document()?;
        Ok(self.mending.repairs)
    }

    /// Checks the end of the document, as [`Reader::finish`] does, and keeps the reader.
    ///
    /// # Errors
    /// Fails if anything but white space and tolerated closers follows the root, or if the root was not read to its end.
    #[inline]
    pub fn end_document(&mut self) -> Result<(), JsonError> {
        if self.expect != Expect::End {
            return Err(self.misused());
        }
        let mut closers = 0;
        loop {
            match self.space()? {
                0 if self.at == self.text.len() => return Ok(()),
                b'}' if self.root_is_object && closers < self.options.extra_closers => {
                    closers += 1;
                    self.mending.note(RepairKind::ExtraCloser, self.at);
                    self.at += 1;
                }
                _ => return Err(self.refused(E::TrailingData, self.at)),
            }
        }
    }

    /// Returns the repairs so far.
    #[must_use]
    pub const fn repairs(&self) -> &Repairs {
        &self.mending.repairs
    }

    /// Returns how many bytes were looked at, each as often as it was. The tests of linear work count them.
    #[cfg(feature = "count-work")]
    #[doc(hidden)]
    #[must_use]
    pub const fn work(&self) -> u64 {
        self.mending.work
    }
}
