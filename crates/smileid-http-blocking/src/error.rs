//! From ureq's errors to the words of the seam. Nothing of ureq's own text is kept: it may hold a URL.

use std::io::{self, ErrorKind as Io};

use smileid_core::transport::{TransportError, TransportErrorKind as Kind};
use smileid_http::Cause;
use ureq::{Error, Timeout};

/// An error from anywhere in an exchange.
pub(crate) fn of(error: &Error) -> TransportError {
    // ureq's error does not name the error it holds as its source.
    let tls = match error {
        Error::Io(inner) => Cause::of_tls(inner),
        Error::Rustls(inner) => Cause::of_tls(inner),
        other => Cause::of_tls(other),
    };
    if let Some(cause) = tls {
        return cause.of(Kind::Tls);
    }
    match error {
        Error::Timeout(Timeout::Resolve | Timeout::Connect) => Cause::ConnectTimeout.of(Kind::Connect),
        Error::Timeout(_) => TransportError::new(Kind::Timeout),
        Error::Io(error) => by_io(error),
        Error::HostNotFound => Cause::NameNotFound.of(Kind::Connect),
        Error::ConnectionFailed | Error::ConnectProxyFailed(_) => Cause::Proxy.of(Kind::Connect),
        Error::Tls(_) | Error::TlsRequired => Cause::NotTls.of(Kind::Tls),
        Error::LargeResponseHeader(..) => Cause::HeadTooLarge.of(Kind::TooLarge),
        Error::BodyExceedsLimit(_) => Cause::BodyTooLarge.of(Kind::TooLarge),
        // The variant by its name: to name its type would tie this crate to one version of a crate that ureq does not re-export.
        Error::Protocol(e) if format!("{e:?}") == "HttpParseTooManyHeaders" => Cause::HeadTooLarge.of(Kind::TooLarge),
        Error::Protocol(_) => Cause::NotHttp.of(Kind::Closed),
        Error::BodyStalled => Cause::Cut.of(Kind::Closed),
        Error::Http(_) | Error::BadUri(_) => Cause::BadRequest.of(Kind::Other),
        _ => Cause::Library.of(Kind::Other),
    }
}

fn by_io(error: &io::Error) -> TransportError {
    // Our own: of the dialer, or of how the connection ended.
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Cause>()) {
        Some(cause @ (Cause::Cut | Cause::Io(_))) => return cause.of(Kind::Closed),
        Some(cause) => return cause.of(Kind::Other),
        None => {}
    }
    match error.kind() {
        Io::UnexpectedEof => Cause::Cut.of(Kind::Closed),
        Io::TimedOut | Io::WouldBlock => TransportError::new(Kind::Timeout),
        kind @ (Io::ConnectionReset
        | Io::ConnectionAborted
        | Io::NotConnected
        | Io::BrokenPipe
        | Io::WriteZero
        | Io::Interrupted) => Cause::Io(kind).of(Kind::Closed),
        Io::InvalidData => Cause::NotHttp.of(Kind::Closed),
        kind @ (Io::ConnectionRefused
        | Io::HostUnreachable
        | Io::NetworkUnreachable
        | Io::NetworkDown
        | Io::AddrNotAvailable) => Cause::Io(kind).of(Kind::Connect),
        // A failed look-up is an error of the standard library's own making, without a number of the system's.
        _ if error.raw_os_error().is_none() => Cause::NameNotFound.of(Kind::Connect),
        kind => Cause::Io(kind).of(Kind::Connect),
    }
}

#[cfg(test)]
mod tests {
    use core::error::Error as _;

    use super::*;

    #[test]
    fn what_the_dialer_could_not_start_is_no_fault_of_the_connection() {
        for cause in [Cause::NoThread, Cause::Library] {
            let told = of(&Error::Io(io::Error::other(cause)));
            let found = told.source().and_then(|source| source.downcast_ref::<Cause>());
            assert_eq!((told.kind(), found), (Kind::Other, Some(&cause)));
        }
        assert_eq!(of(&Error::Io(Io::ConnectionReset.into())).kind(), Kind::Closed);
    }
}
