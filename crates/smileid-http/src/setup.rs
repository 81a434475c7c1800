//! Why a transport could not be made. Nothing was sent when one of these comes.

use core::fmt;

use smileid_core::error::{Error, ErrorKind};

/// A transport cannot be made from these options, or on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetupError {
    /// The system has no trusted certificates, as in a bare container.
    NoRoots,
    /// The PEM text given holds no certificate, or one that cannot be read.
    Certificate,
    /// The proxy's URL is not usable.
    Proxy(&'static str),
    /// Images would be fetched through a proxy, which looks up names itself, so that private addresses go unseen.
    ProxyNotTrusted,
    /// The program's logger takes the bytes that the HTTP library sends and receives, personal data and photos among them.
    WireLogged,
    /// The program's logger takes the URLs that the HTTP library is given, and an image's is as good as the image.
    UrlsLogged,
    /// The HTTP library refuses its configuration.
    Library,
}

impl SetupError {
    /// The kind of the [`Error`] this becomes.
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::NoRoots => ErrorKind::Tls,
            Self::Certificate | Self::Proxy(_) | Self::ProxyNotTrusted | Self::WireLogged | Self::UrlsLogged => {
                ErrorKind::InvalidInput
            }
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
            Self::Certificate => f.write_str(
                "the CA file holds no certificate that can be read: give PEM text with BEGIN CERTIFICATE lines",
            ),
            Self::Proxy(problem) => write!(f, "the proxy's URL {problem}"),
            Self::WireLogged => f.write_str(
                "the logger would keep every byte sent and received, photos and ID numbers among them: let it take no more than debug of the target ureq_proto",
            ),
            Self::ProxyNotTrusted => f.write_str(
                "images are not fetched through a proxy unless it is trusted: it looks up names itself, and nobody here sees whether they lead to private addresses",
            ),
            Self::UrlsLogged => f.write_str(
                "the logger would keep the links of images, and who has a link has the image: let it take no more than debug of the target ureq",
            ),
            Self::Library => f.write_str("the HTTP library refuses its configuration: please report this"),
        }
    }
}

impl core::error::Error for SetupError {}

impl From<SetupError> for Error {
    fn from(setup: SetupError) -> Self {
        Self::new(setup.kind(), setup.to_string()).with_source(setup)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_word() {
        for (setup, word) in [
            (SetupError::NoRoots, "tls"),
            (SetupError::Certificate, "invalid_input"),
            (SetupError::Proxy("is empty"), "invalid_input"),
            (SetupError::ProxyNotTrusted, "invalid_input"),
            (SetupError::WireLogged, "invalid_input"),
            (SetupError::UrlsLogged, "invalid_input"),
            (SetupError::Library, "internal"),
        ] {
            let error = Error::from(setup);
            assert_eq!((error.kind().as_str(), error.to_string()), (word, setup.to_string()));
        }
    }
}
