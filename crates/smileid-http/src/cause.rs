//! What lies beneath a failed exchange, in words of our own: an HTTP library's text may contain a URL or a value, these never do.

use core::error::Error;
use core::fmt;
use std::io;

use rustls::CertificateError;
use smileid_core::{TransportError, TransportErrorKind};

/// The cause of a [`TransportError`], for people and for tests. It contains no URL, no host and nothing a peer sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The certificate's time is over.
    CertificateExpired,
    /// The certificate is not valid yet.
    CertificateNotYetValid,
    /// The certificate is not signed by anyone we trust.
    UnknownIssuer,
    /// The certificate is for another host name.
    WrongHost,
    /// The certificate was revoked.
    CertificateRevoked,
    /// The certificate is unusable for another reason.
    BadCertificate,
    /// The peer broke off the handshake with an alert.
    Alert,
    /// What the peer sent is not TLS, or no TLS we speak.
    NotTls,
    /// The name could not be resolved.
    NameNotFound,
    /// The connection could not be made in the time allowed for connecting.
    ConnectTimeout,
    /// The proxy did not open a tunnel.
    Proxy,
    /// The system's word for what went wrong with the socket.
    Io(io::ErrorKind),
    /// The connection ended in the middle of the reply.
    Cut,
    /// What the peer sent is not HTTP.
    NotHttp,
    /// The head of the reply is longer than the limit, or has more fields than it.
    HeadTooLarge,
    /// The body of the reply, once decoded, is longer than the limit.
    BodyTooLarge,
    /// The body is not what its content coding promised.
    BadCoding,
    /// The request cannot be sent: its URL or a header field is not valid.
    BadRequest,
    /// No place among the requests in flight came free in time.
    InFlight,
    /// A client that was given to the transport followed a redirect.
    RedirectFollowed,
    /// The future was polled outside of a tokio runtime.
    NoRuntime,
    /// No thread could be started.
    NoThread,
    /// The host's name leads to an address that must not be connected to for the sake of it.
    PrivateAddress,
    /// The HTTP library failed in a way that has no other word here.
    Library,
}

impl Cause {
    /// Returns a [`TransportError`] of this kind with this cause.
    #[must_use]
    pub fn of(self, kind: TransportErrorKind) -> TransportError {
        TransportError::with_source(kind, self)
    }

    /// Returns the same error, or for a timeout of connecting one of the whole exchange: for a request that has no more time than
    /// connecting may take.
    #[must_use]
    pub fn as_timeout(error: TransportError) -> TransportError {
        let cause = error.source().and_then(|source| source.downcast_ref());
        if cause == Some(&Self::ConnectTimeout) { Self::ConnectTimeout.of(TransportErrorKind::Timeout) } else { error }
    }

    /// Returns what TLS says anywhere in a chain of errors, those hidden in [`io::Error`]s included.
    #[must_use]
    pub fn of_tls(error: &(dyn Error + 'static)) -> Option<Self> {
        find(error, |error| error.downcast_ref::<rustls::Error>().map(by_tls))
    }

    /// Returns this crate's own cause anywhere in a chain of errors, as its resolver puts one there.
    #[must_use]
    pub fn of_own(error: &(dyn Error + 'static)) -> Option<Self> {
        find(error, |error| error.downcast_ref::<Self>().copied())
    }

    /// Returns the first [`io::ErrorKind`] in a chain of errors.
    #[must_use]
    pub fn io_kind(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
        find(error, |error| error.downcast_ref::<io::Error>().map(io::Error::kind))
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CertificateExpired => "the server's certificate has expired",
            Self::CertificateNotYetValid => "the server's certificate is not valid yet: is this machine's clock right?",
            Self::UnknownIssuer => "the server's certificate is not signed by an authority that this client trusts",
            Self::WrongHost => "the server's certificate is for another host name",
            Self::CertificateRevoked => "the server's certificate was revoked",
            Self::BadCertificate => "the server's certificate is not usable",
            Self::Alert => "the server broke off the TLS handshake",
            Self::NotTls => "the server does not speak TLS here, or no version of it that this client does",
            Self::NameNotFound => "the host name could not be resolved",
            Self::ConnectTimeout => "no connection could be made in the time allowed for it",
            Self::Proxy => "the proxy did not open a tunnel",
            Self::Io(kind) => return write!(f, "the connection failed: {kind}"),
            Self::Cut => "the connection ended in the middle of the reply",
            Self::NotHttp => "what the server sent is not HTTP",
            Self::HeadTooLarge => "the head of the reply is larger than the limit",
            Self::BodyTooLarge => "the body of the reply is larger than the limit",
            Self::BadCoding => "the body of the reply is not what its Content-Encoding says",
            Self::BadRequest => "the request has an invalid URL or header field",
            Self::InFlight => "too many requests are in flight: no place came free in time",
            Self::RedirectFollowed => {
                "the given HTTP client followed a redirect: turn redirects off in it, the request carries a signature"
            }
            Self::NoRuntime => "there is no tokio runtime here: call this from within one",
            Self::NoThread => "no thread could be started",
            Self::PrivateAddress => "the host's name leads to an address that is not public",
            Self::Library => "the HTTP library failed",
        })
    }
}

impl Error for Cause {}

/// Walks a chain of errors, stepping into the error an [`io::Error`] wraps, which its own `source` leaves out.
fn find<T>(error: &(dyn Error + 'static), look: impl Fn(&(dyn Error + 'static)) -> Option<T>) -> Option<T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = look(error) {
            return Some(found);
        }
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

fn by_tls(error: &rustls::Error) -> Cause {
    match error {
        rustls::Error::InvalidCertificate(problem) => match problem {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Cause::CertificateExpired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Cause::CertificateNotYetValid
            }
            CertificateError::UnknownIssuer => Cause::UnknownIssuer,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Cause::WrongHost,
            CertificateError::Revoked => Cause::CertificateRevoked,
            _ => Cause::BadCertificate,
        },
        rustls::Error::NoCertificatesPresented | rustls::Error::UnsupportedNameType => Cause::BadCertificate,
        rustls::Error::AlertReceived(_) => Cause::Alert,
        _ => Cause::NotTls,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Outer(io::Error);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("outer")
        }
    }

    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn tls_is_found_inside_io_errors_inside_others() {
        let tls = rustls::Error::InvalidCertificate(CertificateError::Expired);
        let twice = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, tls));
        assert_eq!(Cause::of_tls(&Outer(twice)), Some(Cause::CertificateExpired));
        let reset = Outer(io::ErrorKind::ConnectionReset.into());
        assert_eq!((Cause::of_tls(&reset), Cause::io_kind(&reset)), (None, Some(io::ErrorKind::ConnectionReset)));
    }

    #[test]
    fn only_a_connect_timeout_becomes_the_requests() {
        let kind = |cause: Cause| Cause::as_timeout(cause.of(TransportErrorKind::Connect)).kind();
        assert_eq!(kind(Cause::ConnectTimeout), TransportErrorKind::Timeout);
        assert_eq!(kind(Cause::Proxy), TransportErrorKind::Connect);
    }

    #[test]
    fn each_tls_problem_has_its_word() {
        let certificate = rustls::Error::InvalidCertificate;
        for (error, cause) in [
            (certificate(CertificateError::NotValidYet), Cause::CertificateNotYetValid),
            (certificate(CertificateError::UnknownIssuer), Cause::UnknownIssuer),
            (certificate(CertificateError::NotValidForName), Cause::WrongHost),
            (certificate(CertificateError::Revoked), Cause::CertificateRevoked),
            (certificate(CertificateError::BadEncoding), Cause::BadCertificate),
            (rustls::Error::NoCertificatesPresented, Cause::BadCertificate),
            (rustls::Error::AlertReceived(rustls::AlertDescription::HandshakeFailure), Cause::Alert),
            (rustls::Error::DecryptError, Cause::NotTls),
        ] {
            assert_eq!(Cause::of_tls(&error), Some(cause), "{error:?}");
        }
    }
}
