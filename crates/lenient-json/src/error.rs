//! Why a document was refused: a kind and a byte offset, never a value. Lines and columns are counted when asked for.

use core::fmt;
use core::num::NonZeroU64;

/// Why a document was refused, and where.
///
/// One machine word: it travels beside every value that is read, and anything less regular would cost there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct JsonError(NonZeroU64);

/// The offset of an error from a type, before the reader sets it. No body is that long.
const UNPLACED: u64 = u64::MAX >> 8;

impl JsonError {
    pub(super) const fn new(kind: JsonErrorKind, offset: usize) -> Self {
        Self::packed(kind, offset as u64)
    }

    /// Creates an error whose offset the reader must set.
    pub(super) const fn unplaced(kind: JsonErrorKind) -> Self {
        Self::packed(kind, UNPLACED)
    }

    /// The offset, and in the lowest byte the kind's number and one, so that it is never zero.
    const fn packed(kind: JsonErrorKind, offset: u64) -> Self {
        match NonZeroU64::new(offset << 8 | (kind as u64 + 1)) {
            Some(word) => Self(word),
            None => Self(NonZeroU64::MIN),
        }
    }

    /// The error at `offset`, where it has no place yet.
    #[cold]
    pub(super) const fn or_at(self, offset: usize) -> Self {
        if self.place() == UNPLACED { Self::new(self.kind(), offset) } else { self }
    }

    const fn place(self) -> u64 {
        self.0.get() >> 8
    }

    /// Returns what is wrong.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the lowest byte is what is meant")]
    pub const fn kind(&self) -> JsonErrorKind {
        JsonErrorKind::numbered(self.0.get() as u8 - 1)
    }

    /// Returns the offset in the original body, in bytes. A byte-order mark counts.
    ///
    /// For a value that a type refused, this is where the value begins; for a missing field, where its object does.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "made of a length of the same machine")]
    pub const fn offset(&self) -> usize {
        if self.place() == UNPLACED { 0 } else { self.place() as usize }
    }

    /// Computes the line and the column, both from 1, given the body that was read. Columns count bytes.
    #[must_use]
    #[expect(clippy::naive_bytecount, reason = "asked for once per refused document: not worth a dependency")]
    pub fn line_column(&self, body: &[u8]) -> (usize, usize) {
        let before = body.get(..self.offset()).unwrap_or(body);
        let line_start = before.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
        (before.iter().filter(|b| **b == b'\n').count() + 1, before.len() - line_start + 1)
    }
}

impl fmt::Debug for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonError").field("kind", &self.kind()).field("offset", &self.offset()).finish()
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind().sentence(), self.offset())
    }
}

impl core::error::Error for JsonError {}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $sentence:literal;)*) => {
        /// What is wrong with a document.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum JsonErrorKind {
            $($(#[$doc])* $name,)*
        }

        impl JsonErrorKind {
            /// Returns the kind as a word for scripts.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The kind whose number is this one.
            const fn numbered(number: u8) -> Self {
                $(if number == Self::$name as u8 { return Self::$name; })*
                Self::Misuse
            }

            const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

kinds! {
    /// The body has no bytes.
    Empty = "empty", "the body is empty";
    /// The body has nothing but white space.
    Blank = "blank", "the body is blank";
    /// The body begins as HTML or XML does.
    Html = "html", "the body is HTML or XML, not JSON";
    /// The body is longer than the limit.
    TooLarge = "too_large", "the body is larger than the limit";
    /// The body is not UTF-8.
    InvalidUtf8 = "invalid_utf8", "the body is not UTF-8";
    /// A byte-order mark where none is tolerated.
    ByteOrderMark = "byte_order_mark", "a byte-order mark is not allowed";
    /// The document ends too early.
    Truncated = "truncated", "the document ends too early";
    /// No value where one must be.
    ExpectedValue = "expected_value", "a value is missing or has no known form";
    /// A key that is not a string.
    ExpectedKey = "expected_key", "a key in double quotes is missing";
    /// No colon behind a key.
    ExpectedColon = "expected_colon", "a colon is missing";
    /// Neither a comma nor the closer behind an element.
    ExpectedCommaOrCloser = "expected_comma_or_closer", "a comma or a closer is missing";
    /// A comma before a closer where none is tolerated.
    TrailingComma = "trailing_comma", "a comma before a closer is not allowed";
    /// Something behind the root.
    TrailingData = "trailing_data", "there is something behind the document";
    /// A number that is not one.
    BadNumber = "bad_number", "a number has a form that JSON does not know";
    /// A number that cannot be represented as asked.
    NumberOutOfRange = "number_out_of_range", "a number is out of range";
    /// A backslash with something behind it that JSON does not know.
    BadEscape = "bad_escape", "an escape has a form that JSON does not know";
    /// Half a surrogate pair.
    LoneSurrogate = "lone_surrogate", "an escape is half a surrogate pair";
    /// A raw control character inside a string.
    ControlCharacter = "control_character", "a string contains an unescaped control character";
    /// A comment where none is tolerated.
    Comment = "comment", "a comment is not allowed";
    /// A key that its object already has.
    DuplicateKey = "duplicate_key", "a key occurs twice in one object";
    /// Nested too deeply.
    TooDeep = "too_deep", "the document is nested too deeply";
    /// Too many members in one object.
    TooManyMembers = "too_many_members", "an object has too many members";
    /// Too many nodes for a value tree.
    TooManyNodes = "too_many_nodes", "the document has too many values for a tree";
    /// A value of another type than was asked for.
    UnexpectedType = "unexpected_type", "a value has another type than is wanted";
    /// A value the wanted type does not take.
    InvalidValue = "invalid_value", "a value is not what the wanted type takes";
    /// More or fewer elements than the wanted type takes.
    InvalidLength = "invalid_length", "there are more or fewer elements than the wanted type takes";
    /// A variant the wanted type does not have.
    UnknownVariant = "unknown_variant", "a variant is none of the wanted type's";
    /// A field the wanted type does not have.
    UnknownField = "unknown_field", "a field is none of the wanted type's";
    /// A field the wanted type must have.
    MissingField = "missing_field", "a field that the wanted type must have is missing";
    /// A key that `serde_json` reserves for itself, in a document read through serde. A `serde_json::Value` would parse the text
    /// under it again, past the checks of this reader.
    ReservedKey = "reserved_key", "a key is reserved by serde_json: to read it all the same, use json::Value";
    /// The reader was used out of order.
    Misuse = "misuse", "the reader was used out of order";
}
