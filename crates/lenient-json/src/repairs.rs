//! What the reader mended on its way: a bounded list and a count. It says nothing of what fields mean.

use alloc::vec::Vec;
use core::fmt;

/// One deviation from RFC 8259 that was tolerated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repair {
    /// What was repaired.
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
    /// Returns the word for scripts: `trailing_comma`, `extra_closer`, …
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
/// It allocates only where there are more than four.
#[derive(Clone)]
pub struct Repairs {
    few: [Repair; FEW],
    /// The first sixteen, where they are more than a few.
    many: Vec<Repair>,
    count: usize,
}

/// How many repairs are kept in place: the vendor's own sample has two.
const FEW: usize = 4;

impl Repairs {
    /// How many repairs are kept with their offsets.
    pub const KEPT: usize = 16;

    pub(super) const NONE: Self =
        Self { few: [Repair { kind: RepairKind::TrailingComma, offset: 0 }; FEW], many: Vec::new(), count: 0 };

    /// Returns the first repairs, in the order of the body.
    #[must_use]
    pub fn list(&self) -> &[Repair] {
        if self.many.is_empty() { self.few.get(..self.count).unwrap_or_default() } else { &self.many }
    }

    /// Returns how many repairs there were in all.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Returns whether nothing was repaired.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn keep(&mut self, repair: Repair) {
        if let Some(place) = self.few.get_mut(self.count) {
            *place = repair;
        } else if self.count < Self::KEPT {
            if self.many.is_empty() {
                self.many.extend_from_slice(&self.few);
            }
            self.many.push(repair);
        }
        self.count += 1;
    }
}

impl Default for Repairs {
    fn default() -> Self {
        Self::NONE
    }
}

impl PartialEq for Repairs {
    fn eq(&self, other: &Self) -> bool {
        (self.count, self.list()) == (other.count, other.list())
    }
}

impl Eq for Repairs {}

impl fmt::Debug for Repairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repairs").field("list", &self.list()).field("count", &self.count).finish_non_exhaustive()
    }
}

/// Receives every repair, however many there are. The bounds keep a reader fit for any thread.
pub(super) type OnRepair<'a> = dyn FnMut(Repair) + Send + Sync + 'a;

/// The repairs of a reading that goes on.
pub(super) struct Mending<'a> {
    pub(super) repairs: Repairs,
    pub(super) on_repair: Option<&'a mut OnRepair<'a>>,
    /// How many bytes were looked at: where comparisons are repeated always, elsewhere with the feature `count-work` alone.
    pub(super) work: u64,
}

impl Mending<'_> {
    pub(super) const fn new() -> Self {
        Self { repairs: Repairs::NONE, on_repair: None, work: 0 }
    }

    #[cold]
    pub(super) fn note(&mut self, kind: RepairKind, offset: usize) {
        let repair = Repair { kind, offset };
        self.repairs.keep(repair);
        if let Some(on_repair) = &mut self.on_repair {
            on_repair(repair);
        }
    }
}
