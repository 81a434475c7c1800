//! Which addresses a transport may connect to, for callers such as `smileid-images` that restrict them.

use alloc::sync::Arc;
use core::fmt;
use core::net::IpAddr;

/// A rule that a transport asks about each address that a host's name leads to, before it opens a socket.
///
/// One that is not permitted ends the exchange with [`Cause::PrivateAddress`](crate::Cause::PrivateAddress), even if others are permitted.
#[derive(Clone)]
pub struct AddressRule(Arc<Permits>);

type Permits = dyn Fn(&str, IpAddr) -> bool + Send + Sync;

impl AddressRule {
    /// Wraps a function that returns whether a transport may connect to this host at this address.
    pub fn new(permits: impl Fn(&str, IpAddr) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(permits))
    }

    /// Returns whether a transport may connect to `host` at `address`.
    #[must_use]
    pub fn permits(&self, host: &str, address: IpAddr) -> bool {
        (self.0)(host, address)
    }
}

impl fmt::Debug for AddressRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddressRule").finish_non_exhaustive()
    }
}
