//! What can be chosen of a transport, each with its default and its reason. Choosing connects nothing.

use core::time::Duration;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use crate::roots::{self, Roots};
use crate::{AddressRule, Proxy, SetupError};

/// The options of a transport: timeouts, limits, certificates and proxy. The defaults suit most programs.
///
/// Both adapters take it:
///
/// ```
/// use smileid_http::{TransportOptions, Roots};
/// use std::time::Duration;
/// let options = TransportOptions::new().with_roots(Roots::Bundled).with_connect_timeout(Duration::from_secs(2));
/// assert_eq!(options.connect_timeout(), Duration::from_secs(2));
/// ```
#[derive(Debug, Clone)]
pub struct TransportOptions {
    roots: Roots,
    added: Vec<Vec<u8>>,
    proxy: Option<Proxy>,
    compression: Compression,
    connect_timeout: Duration,
    max_in_flight: usize,
    max_idle: usize,
    idle_timeout: Duration,
    max_head_bytes: usize,
    address_rule: Option<AddressRule>,
}

/// Whether replies may come compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Compression {
    /// Not asked for, and not undone if a server sends it all the same: such a body then cannot be read.
    #[default]
    Off,
    /// gzip is asked for and undone; the body's limit counts after that.
    Gzip,
}

impl TransportOptions {
    /// How long connecting may take: the name, the socket and the TLS handshake. Half of an attempt's usual time, so that a retry
    /// has its chance.
    pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

    /// How many requests are in flight at a time, each with its own socket: a quarter of the 1,024 open files a process
    /// usually may have.
    pub const MAX_IN_FLIGHT: usize = 256;

    /// How many idle connections are kept for the next request.
    pub const MAX_IDLE: usize = 16;

    /// How long an idle connection is kept: longer than the pauses of a wait, shorter than the 60 s after which load balancers
    /// usually close.
    pub const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

    /// How long the head of a reply may be, in bytes.
    pub const MAX_HEAD_BYTES: usize = 64 * 1024;

    /// The longest time that an option accepts, a year: longer ones count as this. Clocks cannot count much further.
    pub const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

    /// How many fields the head of a reply may have. hyper allocates 8 KiB for each reply if it is asked to hold more.
    pub const MAX_HEADERS: usize = 100;

    /// Creates a value with every option at its default: the system's roots, no proxy, no compression.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            roots: Roots::System,
            added: Vec::new(),
            proxy: None,
            compression: Compression::Off,
            connect_timeout: Self::CONNECT_TIMEOUT,
            max_in_flight: Self::MAX_IN_FLIGHT,
            max_idle: Self::MAX_IDLE,
            idle_timeout: Self::IDLE_TIMEOUT,
            max_head_bytes: Self::MAX_HEAD_BYTES,
            address_rule: None,
        }
    }

    /// Sets the trusted roots. Defaults to the system's.
    #[must_use]
    pub fn with_roots(mut self, roots: Roots) -> Self {
        self.roots = roots;
        self
    }

    /// Also trusts the certificates of a PEM text: your own authority.
    ///
    /// # Errors
    /// [`SetupError::Certificate`] if it contains none, or one that cannot be read.
    pub fn with_ca_pem(mut self, pem: impl AsRef<[u8]>) -> Result<Self, SetupError> {
        self.added.extend(roots::read_pem(pem.as_ref())?);
        Ok(self)
    }

    /// Sets the proxy. Defaults to none, whatever the environment says. Loopback addresses are never proxied.
    #[must_use]
    pub fn with_proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// Sets whether replies may be compressed. Defaults to off: a status reply is small.
    #[must_use]
    pub fn with_compression(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// Sets how long connecting may take. Defaults to 5 s, and is a year at most. The request's own timeout bounds it as well.
    #[must_use]
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout.min(Self::LONGEST);
        self
    }

    /// Sets the number of requests in flight. Defaults to 256; zero counts as one. Further ones wait, within their
    /// timeout.
    #[must_use]
    pub fn with_max_in_flight(mut self, requests: usize) -> Self {
        self.max_in_flight = requests.max(1);
        self
    }

    /// Sets the number of idle connections kept. Defaults to 16; zero keeps none.
    #[must_use]
    pub fn with_max_idle(mut self, connections: usize) -> Self {
        self.max_idle = connections;
        self
    }

    /// Sets how long an idle connection is kept. Defaults to 30 s, and is a year at most.
    #[must_use]
    pub fn with_idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout.min(Self::LONGEST);
        self
    }

    /// Sets the limit of a reply's head, in bytes. Defaults to 64 KiB.
    #[must_use]
    pub fn with_max_head_bytes(mut self, bytes: usize) -> Self {
        self.max_head_bytes = bytes;
        self
    }

    /// Sets a rule about the addresses to connect to; a proxy's are among them. It is for `smileid-images` and may change in any release.
    ///
    /// A transport that looks up no name because the host is an address may leave that address to the code that made the request.
    #[doc(hidden)]
    #[must_use]
    pub fn with_address_rule(mut self, rule: AddressRule) -> Self {
        self.address_rule = Some(rule);
        self
    }

    /// Returns the certificates to trust, in DER form.
    ///
    /// # Errors
    /// [`SetupError::NoRoots`] if the system has none and none was added.
    pub fn trusted_certificates(&self) -> Result<Vec<Vec<u8>>, SetupError> {
        self.roots.certificates(&self.added)
    }

    /// Returns the TLS settings for a connection: these roots, TLS 1.2 and 1.3, and rustls' ring provider, which is not installed for
    /// the process.
    ///
    /// # Errors
    /// [`SetupError::NoRoots`] if the system has none and none was added.
    pub fn tls_config(&self) -> Result<ClientConfig, SetupError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(self.trusted_certificates()?.into_iter().map(CertificateDer::from));
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| SetupError::Library)?;
        Ok(config.with_root_certificates(roots).with_no_client_auth())
    }

    /// Returns how many entries of the system's store cannot be read, which are left out; zero if the system's is not used.
    #[must_use]
    pub fn unreadable_certificates(&self) -> usize {
        if self.roots == Roots::System { roots::of_system().1 } else { 0 }
    }

    /// Returns how many of the certificates added are not an authority's but a server's own, say.
    #[must_use]
    pub fn added_without_authority(&self) -> usize {
        self.added.iter().filter(|certificate| !roots::is_authority(certificate)).count()
    }

    /// Returns the proxy, if one was given.
    #[must_use]
    pub const fn proxy(&self) -> Option<&Proxy> {
        self.proxy.as_ref()
    }

    /// Returns whether compressed replies are asked for.
    #[must_use]
    pub const fn compression(&self) -> Compression {
        self.compression
    }

    /// Returns the limit to connecting.
    #[must_use]
    pub const fn connect_timeout(&self) -> Duration {
        self.connect_timeout
    }

    /// Returns the number of requests in flight at a time, at least one.
    #[must_use]
    pub const fn max_in_flight(&self) -> usize {
        self.max_in_flight
    }

    /// Returns the number of idle connections kept.
    #[must_use]
    pub const fn max_idle(&self) -> usize {
        self.max_idle
    }

    /// Returns how long idle connections are kept.
    #[must_use]
    pub const fn idle_timeout(&self) -> Duration {
        self.idle_timeout
    }

    /// Returns the rule about the addresses to connect to, if there is one.
    #[doc(hidden)]
    #[must_use]
    pub const fn address_rule(&self) -> Option<&AddressRule> {
        self.address_rule.as_ref()
    }

    /// Returns the limit to the head of a reply, in bytes.
    #[must_use]
    pub const fn max_head_bytes(&self) -> usize {
        self.max_head_bytes
    }
}

impl Default for TransportOptions {
    fn default() -> Self {
        Self::new()
    }
}
