//! From reqwest's errors to the words of the seam. Nothing of reqwest's own text is kept: it may contain a URL.

use core::error::Error;
use std::io;

use smileid_core::{TransportError, TransportErrorKind as Kind};
use smileid_http::Cause;

/// An error from before the head of the reply was read.
pub(crate) fn before_head(error: &reqwest::Error) -> TransportError {
    if let Some(cause) = Cause::of_tls(error) {
        return cause.of(Kind::Tls);
    }
    // Our own resolver's.
    if let Some(cause) = Cause::of_own(error) {
        return cause.of(Kind::Other);
    }
    if error.is_builder() {
        return Cause::BadRequest.of(Kind::Other);
    }
    if error.is_connect() {
        return connecting(error).of(Kind::Connect);
    }
    in_reply(error)
}

/// An error from the midst of the reply, its head or its body.
pub(crate) fn in_reply(error: &reqwest::Error) -> TransportError {
    if let Some(cause) = Cause::of_tls(error) {
        return cause.of(Kind::Tls);
    }
    match hyper_error(error) {
        Some(hyper) if hyper.is_parse_too_large() => Cause::HeadTooLarge.of(Kind::TooLarge),
        Some(hyper) if hyper.is_parse() => Cause::NotHttp.of(Kind::Closed),
        _ => match Cause::io_kind(error) {
            None | Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::Other) => Cause::Cut.of(Kind::Closed),
            // What hyper finds wrong with chunks it reports so.
            Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) => Cause::NotHttp.of(Kind::Closed),
            Some(kind) => Cause::Io(kind).of(Kind::Closed),
        },
    }
}

fn connecting(error: &reqwest::Error) -> Cause {
    if error.is_timeout() {
        return Cause::ConnectTimeout;
    }
    if error.is_dns() {
        return Cause::NameNotFound;
    }
    match Cause::io_kind(error) {
        Some(kind) => Cause::Io(kind),
        // The tunnel's errors are hyper-util's own and hold no io error.
        None => Cause::Proxy,
    }
}

fn hyper_error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e hyper::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(hyper) = error.downcast_ref() {
            return Some(hyper);
        }
        next = error.source();
    }
    None
}
