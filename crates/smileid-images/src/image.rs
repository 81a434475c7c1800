//! An image as it was fetched, and what a host's reply must be to become one. It is written nowhere here.

use core::fmt;

use smileid_core::{Moment, Response, Timestamp};

use crate::digest::sha256;
use crate::{ImageError, ImageProblem, MediaType};

/// An image of a person, in memory.
#[derive(Clone)]
pub struct Image {
    key: String,
    media_type: MediaType,
    bytes: Vec<u8>,
    sha256: [u8; 32],
    fetched_at: Timestamp,
}

impl Image {
    /// Returns the image's name: `selfie_image`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns what kind of image it is, by its first bytes.
    #[must_use]
    pub const fn media_type(&self) -> MediaType {
        self.media_type
    }

    /// Returns the image itself, as it was sent. It shows a person: do not log it.
    #[must_use]
    pub fn expose_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the image itself, taken out.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Returns the SHA-256 of its bytes.
    #[must_use]
    pub const fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// Returns when it had come.
    #[must_use]
    pub const fn fetched_at(&self) -> &Timestamp {
        &self.fetched_at
    }

    /// Returns what the file of this image is called: its key, and what its kind ends with.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.key, self.media_type.extension())
    }

    /// Returns the image in a host's reply. No content coding is undone: the bytes are an image as they are, or refused.
    pub(crate) fn of(key: &str, response: Response, at: Moment) -> Result<Self, ImageError> {
        let status = response.status;
        let problem = |problem| ImageError::new(problem).answered(status);
        if let Some(refused) = refused(status) {
            return Err(problem(refused));
        }
        // Without either, a connection that was cut looks like the end.
        let length = response.headers.first("content-length");
        if length.is_none() && response.headers.first("transfer-encoding").is_none() {
            return Err(problem(ImageProblem::Reply));
        }
        if length.is_some_and(|length| *length != *response.body.len().to_string()) {
            return Err(problem(ImageProblem::Reply));
        }
        let media_type = MediaType::of(&response.body).ok_or_else(|| problem(ImageProblem::NotAnImage))?;
        let sha256 = sha256(&response.body);
        Ok(Self { key: key.to_owned(), media_type, bytes: response.body, sha256, fetched_at: Timestamp::at(at) })
    }
}

/// Shows only the number of bytes: a digest would reveal whether two people's images are the same.
impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Image")
            .field("key", &self.key)
            .field("media_type", &self.media_type)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// Returns what a status says, if it does not say that an image follows.
const fn refused(status: u16) -> Option<ImageProblem> {
    Some(match status {
        200 => return None,
        300..=399 => ImageProblem::Redirect,
        403 => ImageProblem::Expired,
        404 | 410 => ImageProblem::Gone,
        429 => ImageProblem::Throttled,
        408 | 425 | 500..=599 => ImageProblem::Server,
        400..=499 => ImageProblem::Refused,
        _ => ImageProblem::Reply,
    })
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;
    use ImageProblem as P;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\ncanary";
    const NOON: Moment = Moment::new(1_791_115_200_000, Duration::ZERO);

    fn reply(status: u16, length: Option<&str>, body: &[u8]) -> Response {
        let response = Response::new(status, body.to_vec());
        match length {
            Some("chunked") => response.with_header("Transfer-Encoding", "chunked"),
            Some(length) => response.with_header("Content-Length", length),
            None => response,
        }
    }

    #[test]
    fn a_whole_image_is_kept_with_its_digest() {
        for length in ["14", "chunked"] {
            let image = Image::of("selfie_image", reply(200, Some(length), PNG), NOON).unwrap();
            assert_eq!((image.file_name().as_str(), image.expose_bytes()), ("selfie_image.png", PNG));
            assert_eq!(image.fetched_at().as_str(), "2026-10-04T12:00:00.000Z");
            assert_eq!(image.sha256()[..4], [0x3e, 0x50, 0x50, 0xdd], "{:x?}", image.sha256());
            let output = format!("{image:?}");
            assert!(
                output.contains("bytes: 14") && !output.contains("canary") && !output.contains("62, 80"),
                "{output}"
            );
        }
    }

    #[test]
    fn incomplete_images_are_distinguished_from_other_bodies() {
        for (status, length, body, problem) in [
            (200, Some("12"), &b"<html></html>"[..], P::Reply),
            (200, Some("13"), b"<html></html>", P::NotAnImage),
            (200, Some("0"), b"", P::NotAnImage),
            (200, None, PNG, P::Reply),
            (200, Some("+14"), PNG, P::Reply),
            (206, Some("14"), PNG, P::Reply),
            (204, Some("14"), PNG, P::Reply),
            (199, Some("14"), PNG, P::Reply),
            (600, Some("14"), PNG, P::Reply),
            (301, Some("14"), PNG, P::Redirect),
            (307, None, b"", P::Redirect),
            (304, None, b"", P::Redirect),
            (400, Some("14"), PNG, P::Refused),
            (401, Some("14"), PNG, P::Refused),
            (403, Some("14"), PNG, P::Expired),
            (404, Some("14"), PNG, P::Gone),
            (410, Some("14"), PNG, P::Gone),
            (429, Some("14"), PNG, P::Throttled),
            (408, Some("14"), PNG, P::Server),
            (503, Some("14"), PNG, P::Server),
        ] {
            let error = Image::of("k", reply(status, length, body), NOON).unwrap_err();
            assert_eq!((error.problem(), error.http_status()), (problem, Some(status)), "{status} {length:?}");
        }
    }
}
