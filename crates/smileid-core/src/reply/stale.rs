//! A callback that is refused as a replay while its proof holds: a reason to ask, and nothing more. Policy judges what is fresh.

use core::fmt;

use super::Callback;
use crate::signature::Proof;

/// A callback that was signed with one of your keys and is refused as a replay.
///
/// The service repeats a delivery for hours with its first signature, so an honest callback can be this old. Anybody who saw it can
/// send it again as well. Never act on its contents: ask for the job's status. An [`Error`](crate::error::Error) of kind `replay`
/// carries it: see [`Error::stale_callback`](crate::error::Error::stale_callback).
pub struct StaleCallback {
    callback: Callback,
    proof: Proof,
}

impl StaleCallback {
    pub(crate) const fn new(callback: Callback, proof: Proof) -> Self {
        Self { callback, proof }
    }

    /// Returns the callback: which job to ask about.
    #[must_use]
    pub const fn callback(&self) -> &Callback {
        &self.callback
    }

    /// Returns the proof that held. Its time was refused.
    pub const fn proof(&self) -> &Proof {
        &self.proof
    }
}

impl fmt::Debug for StaleCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaleCallback").field("callback", &self.callback).field("proof", &self.proof).finish()
    }
}
