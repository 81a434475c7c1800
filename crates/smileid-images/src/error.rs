//! Why an image was not fetched or not kept: one narrow word, and the contract's word it comes under. No link is in any text.

use core::fmt;
use std::io;

use smileid_core::{Error, ErrorKind, TransportError, TransportErrorKind};
use smileid_http::Cause;

use crate::LinkProblem;

/// What went wrong with one image, or with all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImageProblem {
    /// The answer contains no links.
    NoLinks,
    /// The answer contains an error in place of links.
    LinksError,
    /// There are more links than the policy takes.
    TooMany,
    /// The link is none that is followed.
    Link(LinkProblem),
    /// The link leads to a host that is not among the allowed ones.
    Host,
    /// The host's name leads to an address that is not public.
    Address,
    /// The host answered with a redirect.
    Redirect,
    /// The link has expired, or was never good: 403.
    Expired,
    /// There is no such image any more: 404, 410.
    Gone,
    /// The host refuses the request in another way.
    Refused,
    /// The host asks to be left alone: 429.
    Throttled,
    /// The host failed: 408, 425, 5xx.
    Server,
    /// What came is no whole image: another status, or no length that would tell its end.
    Reply,
    /// The image is larger than the policy takes.
    TooLarge,
    /// What came is no image of a known kind.
    NotAnImage,
    /// No complete reply came.
    Transport(TransportErrorKind),
    /// The time for all images is over.
    Deadline,
    /// A file of this name is there already.
    Exists,
    /// A file or the folder cannot be written.
    Folder(io::ErrorKind),
}

/// Why an image was not fetched, or not written.
///
/// Its text names a host at most: never a link, a path, or anything else of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageError {
    problem: ImageProblem,
    host: Option<String>,
    http_status: Option<u16>,
    cause: Option<Cause>,
}

impl ImageProblem {
    /// Returns the word for it, as in the manifest.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoLinks => "no_links",
            Self::LinksError => "links_error",
            Self::TooMany => "too_many",
            Self::Link(_) => "link",
            Self::Host => "host",
            Self::Address => "address",
            Self::Redirect => "redirect",
            Self::Expired => "expired",
            Self::Gone => "gone",
            Self::Refused => "refused",
            Self::Throttled => "throttled",
            Self::Server => "server",
            Self::Reply => "reply",
            Self::TooLarge => "too_large",
            Self::NotAnImage => "not_an_image",
            Self::Transport(kind) => kind.as_str(),
            Self::Deadline => "deadline",
            Self::Exists => "exists",
            Self::Folder(_) => "folder",
        }
    }

    /// Returns the kind of the [`Error`] this becomes.
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::NoLinks | Self::LinksError | Self::Expired | Self::Gone => ErrorKind::NotFound,
            // A link that leads where we do not go is a redirect of another spelling.
            Self::Link(_) | Self::Host | Self::Address | Self::Redirect => ErrorKind::Redirected,
            Self::Refused => ErrorKind::Request,
            Self::Throttled => ErrorKind::Throttled,
            Self::Server => ErrorKind::Server,
            Self::TooMany
            | Self::Reply
            | Self::TooLarge
            | Self::NotAnImage
            | Self::Transport(TransportErrorKind::TooLarge) => ErrorKind::Malformed,
            Self::Transport(TransportErrorKind::Tls) => ErrorKind::Tls,
            Self::Transport(TransportErrorKind::Cancelled) => ErrorKind::Cancelled,
            Self::Transport(_) => ErrorKind::Transport,
            Self::Deadline => ErrorKind::Deadline,
            Self::Exists | Self::Folder(_) => ErrorKind::InvalidInput,
        }
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::NoLinks => "the answer holds no image links",
            Self::LinksError => "the service gives an error in place of image links",
            Self::TooMany => "there are more images than are fetched of one job",
            Self::Link(problem) => problem.sentence(),
            Self::Host => "the link leads to a host that is not among the allowed ones",
            Self::Address => "the host's name leads to an address that is not public: it is not connected to",
            Self::Redirect => "the host answers with a redirect, which is never followed",
            Self::Expired => "the link has expired: ask for the job again, for fresh links, and fetch at once",
            Self::Gone => "the image is not there any more",
            Self::Refused => "the host refuses to give the image",
            Self::Throttled => "the host is asked too often: try again later",
            Self::Server => "the host failed: try again later",
            Self::Reply => "what the host sent is no whole image",
            Self::TooLarge => "the image is larger than the limit",
            Self::NotAnImage => "what the host sent is no image of a known kind: it is not kept",
            Self::Transport(TransportErrorKind::Connect) => "no connection could be made to the image's host",
            Self::Transport(TransportErrorKind::Timeout) => "the image took longer than the time allowed for one",
            Self::Transport(TransportErrorKind::Closed) => "the connection ended before the image was complete",
            Self::Transport(TransportErrorKind::Cancelled) => "the download was cancelled",
            Self::Transport(TransportErrorKind::TooLarge) => "the reply is larger than the limit",
            Self::Transport(TransportErrorKind::Tls) => "no trustworthy TLS connection to the image's host",
            Self::Transport(_) => "the download failed",
            Self::Deadline => "the time for all images is over",
            Self::Exists => "a file of this name is there already, and is kept",
            Self::Folder(_) => "the folder or a file in it cannot be written",
        }
    }
}

impl ImageError {
    /// Returns what went wrong.
    #[must_use]
    pub const fn problem(&self) -> ImageProblem {
        self.problem
    }

    /// Returns the kind of the [`Error`] this becomes.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.problem.kind()
    }

    /// Returns the HTTP status of the host's reply, if one came.
    #[must_use]
    pub const fn http_status(&self) -> Option<u16> {
        self.http_status
    }

    pub(crate) const fn new(problem: ImageProblem) -> Self {
        Self { problem, host: None, http_status: None, cause: None }
    }

    pub(crate) fn at(mut self, host: &str) -> Self {
        self.host = Some(host.to_owned());
        self
    }

    pub(crate) const fn answered(mut self, status: u16) -> Self {
        self.http_status = Some(status);
        self
    }

    /// A failed exchange, in words of our own.
    pub(crate) fn failed(error: &TransportError) -> Self {
        let cause = core::error::Error::source(error).and_then(|source| source.downcast_ref::<Cause>()).copied();
        let problem = match (cause, error.kind()) {
            (Some(Cause::PrivateAddress), _) => ImageProblem::Address,
            (Some(Cause::BodyTooLarge), _) => ImageProblem::TooLarge,
            (_, kind) => ImageProblem::Transport(kind),
        };
        // What the sentence says already needs no second saying.
        let cause = cause.filter(|_| matches!(problem, ImageProblem::Transport(_)));
        Self { cause, ..Self::new(problem) }
    }
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.problem.sentence())?;
        if let ImageProblem::Folder(kind) = self.problem {
            write!(f, ": {kind}")?;
        }
        match (&self.host, self.http_status) {
            (Some(host), Some(status)) => write!(f, " (HTTP {status} from {host})"),
            (Some(host), None) => write!(f, " ({host})"),
            (None, Some(status)) => write!(f, " (HTTP {status})"),
            (None, None) => Ok(()),
        }
    }
}

impl core::error::Error for ImageError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &self.cause {
            Some(cause) => Some(cause),
            None => None,
        }
    }
}

impl From<io::ErrorKind> for ImageError {
    /// Of a file.
    fn from(kind: io::ErrorKind) -> Self {
        Self::new(match kind {
            io::ErrorKind::AlreadyExists => ImageProblem::Exists,
            kind => ImageProblem::Folder(kind),
        })
    }
}

impl From<TransportError> for ImageError {
    /// Of an exchange, in words of our own: nothing of its cause is kept but a [`Cause`].
    fn from(error: TransportError) -> Self {
        Self::failed(&error)
    }
}

impl From<ImageError> for Error {
    fn from(error: ImageError) -> Self {
        smileid_core::__internal::new_error(error.kind(), error.to_string()).with_source(error)
    }
}

#[cfg(test)]
mod tests {
    use core::error::Error as _;

    use super::*;

    #[test]
    fn failed_exchanges_keep_their_cause_and_no_more() {
        for (error, problem, caused) in [
            (Cause::PrivateAddress.of(TransportErrorKind::Other), ImageProblem::Address, false),
            (Cause::BodyTooLarge.of(TransportErrorKind::TooLarge), ImageProblem::TooLarge, false),
            (
                Cause::NameNotFound.of(TransportErrorKind::Connect),
                ImageProblem::Transport(TransportErrorKind::Connect),
                true,
            ),
            (
                TransportError::with_source(TransportErrorKind::Closed, "canary"),
                ImageProblem::Transport(TransportErrorKind::Closed),
                false,
            ),
        ] {
            let output = ImageError::failed(&error).at("h.example");
            assert_eq!((output.problem(), output.source().is_some()), (problem, caused));
            let shown = format!("{output} {output:?} {:?}", Error::from(output.clone()));
            assert!(shown.contains("h.example") && !shown.contains("canary"), "{shown}");
        }
    }
}
