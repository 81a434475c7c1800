//! How replies are read: what JSON is tolerated, how much of it, and how decision fields may be written. It reads nothing.

use crate::json::{Limits, Options};

/// How replies are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DecodeOptions {
    json: Options,
    decisions: Decisions,
}

/// How decision fields may be written: `job_complete`, `job_success`, `code`, `ResultCode`, `IsFinalResult`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Decisions {
    /// In every form that has one meaning, with a reading if it is not the documented one.
    #[default]
    Lenient,
    /// Only in the documented form: a reading or a repair inside one refuses the reply.
    Clean,
}

impl DecodeOptions {
    /// What a body that was decoded is read again with: no options can be more tolerant, so that nothing which was there at
    /// decoding is missed later.
    pub(super) const WIDEST: Options = Options::LAX
        .with_extra_closers(u8::MAX)
        .with_limits(Limits::DEFAULT.with_max_bytes(Limits::HARD_MAX_BYTES).with_max_members(u32::MAX));

    /// Sets how JSON is read.
    #[must_use]
    pub const fn with_json(mut self, options: Options) -> Self {
        self.json = options;
        self
    }

    /// Sets the limit of the body, up to 16 MiB. Defaults to 4 MiB.
    #[must_use]
    pub const fn with_max_bytes(mut self, bytes: usize) -> Self {
        self.json = self.json.with_limits(self.json.limits().with_max_bytes(bytes));
        self
    }

    /// Sets what is demanded of decision fields.
    #[must_use]
    pub const fn with_decisions(mut self, decisions: Decisions) -> Self {
        self.decisions = decisions;
        self
    }

    /// Returns the limit of the body in bytes.
    #[must_use]
    pub const fn max_bytes(&self) -> usize {
        self.json.limits().max_bytes()
    }

    pub(super) const fn decisions(&self) -> Decisions {
        self.decisions
    }

    /// Returns how JSON is read.
    #[must_use]
    pub const fn json(&self) -> Options {
        self.json
    }
}
