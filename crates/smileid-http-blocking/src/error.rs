//! From the errors of sockets and TLS to the words of the seam.

use std::io::{self, ErrorKind as Io};

use smileid_core::{TransportError, TransportErrorKind as Kind};
use smileid_http::Cause;

/// Why something that a call waits for did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The time is over.
    TimedOut,
    /// The transport was stopped.
    Stopped,
}

impl From<Missing> for TransportError {
    fn from(missing: Missing) -> Self {
        Self::new(match missing {
            Missing::TimedOut => Kind::Timeout,
            Missing::Stopped => Kind::Cancelled,
        })
    }
}

/// An error while a name was looked up, a socket opened or TLS agreed on.
pub(crate) fn connecting(error: &io::Error) -> TransportError {
    match error.kind() {
        _ if is_own(error) => exchanging(error),
        Io::TimedOut | Io::WouldBlock => Cause::ConnectTimeout.of(Kind::Connect),
        Io::InvalidData | Io::UnexpectedEof | Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe => {
            exchanging(error)
        }
        kind => Cause::Io(kind).of(Kind::Connect),
    }
}

/// An error while the request was sent or the response read.
pub(crate) fn exchanging(error: &io::Error) -> TransportError {
    if let Some(cause) = Cause::of_tls(error) {
        return cause.of(Kind::Tls);
    }
    match Cause::of_own(error) {
        Some(cause @ Cause::NameNotFound) => return cause.of(Kind::Connect),
        Some(cause) => return cause.of(Kind::Other),
        None => {}
    }
    match error.kind() {
        Io::TimedOut | Io::WouldBlock => TransportError::new(Kind::Timeout),
        Io::UnexpectedEof => Cause::Cut.of(Kind::Closed),
        Io::InvalidData => Cause::NotHttp.of(Kind::Closed),
        kind => Cause::Io(kind).of(Kind::Closed),
    }
}

fn is_own(error: &io::Error) -> bool {
    Cause::of_tls(error).is_some() || Cause::of_own(error).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_has_its_kind_while_connecting_and_behind() {
        let tls = || io::Error::new(Io::InvalidData, rustls::Error::DecryptError);
        for (error, connect, exchange) in [
            (io::Error::other(Cause::NameNotFound), Kind::Connect, Kind::Connect),
            (io::Error::other(Cause::PrivateAddress), Kind::Other, Kind::Other),
            (tls(), Kind::Tls, Kind::Tls),
            (Io::TimedOut.into(), Kind::Connect, Kind::Timeout),
            (Io::ConnectionRefused.into(), Kind::Connect, Kind::Closed),
            (Io::HostUnreachable.into(), Kind::Connect, Kind::Closed),
            (Io::ConnectionReset.into(), Kind::Closed, Kind::Closed),
            (Io::UnexpectedEof.into(), Kind::Closed, Kind::Closed),
            (Io::InvalidData.into(), Kind::Closed, Kind::Closed),
            (Io::PermissionDenied.into(), Kind::Connect, Kind::Closed),
        ] {
            assert_eq!((connecting(&error).kind(), exchanging(&error).kind()), (connect, exchange), "{error:?}");
        }
    }
}
