//! Ending calls and waits from another thread, which only the blocking client needs: a future is dropped instead.

use super::Client;
pub use smileid_http_blocking::Interrupt;

impl Client {
    /// Returns a handle that ends the calls and waits of this client and its clones, from any thread.
    ///
    /// They end with an error of kind `cancelled`, and so does every later call. Build a new client to continue.
    #[must_use]
    pub fn interrupt(&self) -> Interrupt {
        self.inner.transport().interrupt()
    }
}
