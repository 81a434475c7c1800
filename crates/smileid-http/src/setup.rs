//! Why a transport could not be made. Nothing was sent when one of these comes.

use core::fmt;

use smileid_core::{Error, ErrorKind};

/// A transport cannot be made from these options, or on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetupError {
    /// The system has no trusted certificates, as in a bare container.
    NoRoots,
    /// The environment variable of this name replaces the system's certificates, and none can be read from where it points.
    RootsVariable(&'static str),
    /// The PEM text given contains no certificate, or one that cannot be read.
    Certificate,
    /// The proxy's URL is not usable.
    Proxy(&'static str),
    /// Images would be fetched through a proxy, which looks up names itself, so that private addresses go unseen.
    ProxyNotTrusted,
    /// The HTTP library refuses its configuration.
    Library,
}

impl SetupError {
    /// Returns the kind of the [`Error`] this becomes.
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::NoRoots | Self::RootsVariable(_) => ErrorKind::Tls,
            Self::Certificate | Self::Proxy(_) | Self::ProxyNotTrusted => ErrorKind::InvalidInput,
            Self::Library => ErrorKind::Internal,
        }
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRoots => f.write_str(
                "this system has no trusted certificates: install its package of CA certificates, choose the bundled roots, or give a CA file",
            ),
            Self::RootsVariable(name) => write!(
                f,
                "the environment variable {name} is set, so the system's certificates are not used, and no certificate can be read from where \
                 it points: unset it, or set it to the path of PEM certificates"
            ),
            Self::Certificate => f.write_str(
                "the CA file holds no certificate that can be read: give PEM text with BEGIN CERTIFICATE lines",
            ),
            Self::Proxy(problem) => write!(f, "the proxy's URL {problem}"),
            Self::ProxyNotTrusted => f.write_str(
                "images are not fetched through a proxy unless it is trusted: it looks up names itself, so that this client cannot see whether they lead to private addresses",
            ),
            Self::Library => f.write_str("the HTTP library refuses its configuration: please report this"),
        }
    }
}

impl core::error::Error for SetupError {}

impl From<SetupError> for Error {
    fn from(setup: SetupError) -> Self {
        smileid_core::__internal::new_error(setup.kind(), setup.to_string()).with_source(setup)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_word() {
        for (setup, word) in [
            (SetupError::NoRoots, "tls"),
            (SetupError::RootsVariable("SSL_CERT_FILE"), "tls"),
            (SetupError::Certificate, "invalid_input"),
            (SetupError::Proxy("is empty"), "invalid_input"),
            (SetupError::ProxyNotTrusted, "invalid_input"),
            (SetupError::Library, "internal"),
        ] {
            let error = Error::from(setup);
            assert_eq!((error.kind().as_str(), error.to_string()), (word, setup.to_string()));
        }
    }
}
