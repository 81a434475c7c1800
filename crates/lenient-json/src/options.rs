//! What the reader tolerates and how much it reads: levels, single switches, limits. It contains no state.

/// What the reader tolerates. Each switch is one deviation from RFC 8259, and each deviation is reported as a repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    pub(super) tolerated: u8,
    pub(super) extra_closers: u8,
    pub(super) duplicate_keys: DuplicateKeys,
    pub(super) limits: Limits,
}

/// What the reader does with a key that its object already has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DuplicateKeys {
    /// An error.
    Refuse,
    /// The first is kept, the other is passed over and reported.
    KeepFirst,
}

/// One deviation that can be switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tolerance {
    /// One comma before a closer, after at least one element.
    TrailingComma,
    /// A byte-order mark at offset 0.
    ByteOrderMark,
    /// `//` and `/* */` comments.
    Comments,
    /// A lone surrogate escape, read as U+FFFD.
    LoneSurrogates,
    /// A raw tab, line feed or carriage return inside a string.
    RawWhiteSpace,
}

impl Tolerance {
    const fn bit(self) -> u8 {
        match self {
            Self::TrailingComma => 1,
            Self::ByteOrderMark => 2,
            Self::Comments => 4,
            Self::LoneSurrogates => 8,
            Self::RawWhiteSpace => 16,
        }
    }
}

impl Options {
    /// Tolerates nothing: RFC 8259 without duplicate keys.
    pub const STRICT: Self =
        Self { tolerated: 0, extra_closers: 0, duplicate_keys: DuplicateKeys::Refuse, limits: Limits::DEFAULT };

    /// Tolerates trailing commas, one closing brace too many, and a byte-order mark: what real services send.
    pub const DOCUMENTED: Self = Self {
        tolerated: Tolerance::TrailingComma.bit() | Tolerance::ByteOrderMark.bit(),
        extra_closers: 1,
        ..Self::STRICT
    };

    /// Also tolerates comments, three closing braces too many, lone surrogates, raw white space in strings, and duplicate keys.
    pub const LAX: Self = Self {
        tolerated: Self::DOCUMENTED.tolerated
            | Tolerance::Comments.bit()
            | Tolerance::LoneSurrogates.bit()
            | Tolerance::RawWhiteSpace.bit(),
        extra_closers: 3,
        duplicate_keys: DuplicateKeys::KeepFirst,
        limits: Limits::DEFAULT,
    };

    /// Tolerates one more deviation.
    #[must_use]
    pub const fn tolerating(mut self, deviation: Tolerance) -> Self {
        self.tolerated |= deviation.bit();
        self
    }

    /// Refuses one deviation.
    #[must_use]
    pub const fn refusing(mut self, deviation: Tolerance) -> Self {
        self.tolerated &= !deviation.bit();
        self
    }

    /// Sets how many closing braces are tolerated behind a complete root object.
    #[must_use]
    pub const fn with_extra_closers(mut self, most: u8) -> Self {
        self.extra_closers = most;
        self
    }

    /// Sets what happens to a key that an object has twice.
    #[must_use]
    pub const fn with_duplicate_keys(mut self, policy: DuplicateKeys) -> Self {
        self.duplicate_keys = policy;
        self
    }

    /// Sets the limits.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Returns the limits.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    pub(super) const fn tolerates(&self, deviation: Tolerance) -> bool {
        self.tolerated & deviation.bit() != 0
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::DOCUMENTED
    }
}

/// How much is read before the reader gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_field_names,
    reason = "each is the most of something, and is set by the method of the same name"
)]
pub struct Limits {
    pub(super) max_bytes: usize,
    pub(super) max_depth: u8,
    pub(super) max_nodes: usize,
    pub(super) max_members: u32,
}

impl Limits {
    /// The default limit of a body: callbacks of 1.5 MB with inline images are seen; 4 MiB leaves room.
    pub const DEFAULT_MAX_BYTES: usize = 4 << 20;

    /// The largest limit of a body that can be set: offsets are kept in 32 bits, and no reply has a reason to be longer.
    pub const HARD_MAX_BYTES: usize = 16 << 20;

    /// The deepest nesting: real replies have 6 levels; 64 keeps recursive readers of the values safe.
    pub const HARD_MAX_DEPTH: u8 = 64;

    /// The most nodes of a value tree: each takes some 32 bytes, so that a small body cannot become a large tree.
    pub const DEFAULT_MAX_NODES: usize = 1_000_000;

    /// The most members of one object: its keys are kept to find duplicates.
    pub const DEFAULT_MAX_MEMBERS: u32 = 100_000;

    /// The limits above.
    pub const DEFAULT: Self = Self {
        max_bytes: Self::DEFAULT_MAX_BYTES,
        max_depth: Self::HARD_MAX_DEPTH,
        max_nodes: Self::DEFAULT_MAX_NODES,
        max_members: Self::DEFAULT_MAX_MEMBERS,
    };

    /// Sets the longest body in bytes, up to 16 MiB.
    #[must_use]
    pub const fn with_max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = if bytes > Self::HARD_MAX_BYTES { Self::HARD_MAX_BYTES } else { bytes };
        self
    }

    /// Sets the deepest nesting, up to 64.
    #[must_use]
    pub const fn with_max_depth(mut self, depth: u8) -> Self {
        self.max_depth = if depth > Self::HARD_MAX_DEPTH { Self::HARD_MAX_DEPTH } else { depth };
        self
    }

    /// Sets the largest number of nodes in a value tree.
    #[must_use]
    pub const fn with_max_nodes(mut self, nodes: usize) -> Self {
        self.max_nodes = nodes;
        self
    }

    /// Sets the largest number of members in one object.
    #[must_use]
    pub const fn with_max_members(mut self, members: u32) -> Self {
        self.max_members = members;
        self
    }

    /// Returns the longest body in bytes.
    #[must_use]
    pub const fn max_bytes(&self) -> usize {
        self.max_bytes
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
