//! What the reader mended on its way: a bounded list and a count. It says nothing of what fields mean.

use alloc::vec::Vec;

/// One deviation from RFC 8259 that was tolerated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repair {
    /// What was mended.
    pub kind: RepairKind,
    /// Where, in bytes from the beginning of the original body.
    pub offset: usize,
}

/// What was mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RepairKind {
    /// A comma before a closer was passed over; the offset is the comma's.
    TrailingComma,
    /// A closing brace behind the root object was passed over; the offset is the brace's.
    ExtraCloser,
    /// A byte-order mark was passed over; the offset is 0.
    ByteOrderMark,
    /// A comment was passed over; the offset is its first slash.
    Comment,
    /// A lone surrogate escape became U+FFFD; the offset is its backslash.
    LoneSurrogate,
    /// A raw tab, line feed or carriage return was taken as it is; the offset is the character's.
    RawWhiteSpace,
    /// A member whose key its object already had was passed over; the offset is the key's first quote.
    DuplicateKey,
}

impl RepairKind {
    /// The word of the contract: `trailing_comma`, `extra_closer`, …
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TrailingComma => "trailing_comma",
            Self::ExtraCloser => "extra_closer",
            Self::ByteOrderMark => "byte_order_mark",
            Self::Comment => "comment",
            Self::LoneSurrogate => "lone_surrogate",
            Self::RawWhiteSpace => "raw_white_space",
            Self::DuplicateKey => "duplicate_key",
        }
    }
}

/// The repairs of one document: the first sixteen, and how many there were.
///
/// It allocates only where there is one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repairs {
    first: Vec<Repair>,
    count: usize,
}

impl Repairs {
    /// How many repairs are kept with their places.
    pub const KEPT: usize = 16;

    /// The first repairs, in the order they were met.
    #[must_use]
    pub fn list(&self) -> &[Repair] {
        &self.first
    }

    /// How many repairs there were in all.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Whether nothing had to be mended.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn keep(&mut self, repair: Repair) {
        self.count += 1;
        if self.first.len() < Self::KEPT {
            self.first.push(repair);
        }
    }
}

/// Who is told of every repair, however many there are. The bounds keep a reader fit for any thread.
pub(super) type OnRepair<'a> = dyn FnMut(Repair) + Send + Sync + 'a;

/// The repairs of a reading that goes on.
#[derive(Default)]
pub(super) struct Mending<'a> {
    pub(super) repairs: Repairs,
    pub(super) told: Option<&'a mut OnRepair<'a>>,
}

impl Mending<'_> {
    #[cold]
    pub(super) fn note(&mut self, kind: RepairKind, offset: usize) {
        let repair = Repair { kind, offset };
        self.repairs.keep(repair);
        if let Some(told) = &mut self.told {
            told(repair);
        }
    }
}
