//! The ways in which a host of images fails, or attacks a client: each by name, and what is sent. No socket is opened here.

use core::time::Duration;
use std::io::{self, Write};

use super::gzip;
use crate::images::draw;
use crate::named::named;

named! {
    /// A way in which a host of images fails.
    pub enum ImageFault {
        Redirect "redirect" "Leads on to another path with 307, where there is an image.";
        RedirectOther "redirect_other" "Leads on to another host with 302.";
        Expired "expired" "403, as for a link whose time is over.";
        Gone "gone" "404, as for an image that was deleted.";
        Busy "busy" "503.";
        Throttled "throttled" "429.";
        Partial "partial" "206 and a piece of an image.";
        Empty "empty" "200 without a byte.";
        Html "html" "A page of HTML, said to be a JPEG.";
        Script "script" "An SVG with a script in it.";
        Executable "executable" "A program for Windows, said to be a PNG.";
        GzipImage "gzip_image" "An image in gzip, which was not requested.";
        GzipBomb "gzip_bomb" "Half a MiB of gzip that inflates to 512 MiB.";
        LengthHuge "length_huge" "An image said to have a terabyte.";
        LengthTooLong "length_too_long" "An image said to have more bytes than come before the end.";
        Truncated "truncated" "A chunked image that ends in the middle.";
        Unframed "unframed" "An image without a length, which only the end of the connection ends.";
        Endless "endless" "A chunked image that never ends.";
        Drip "drip" "An image that comes byte by byte, ten in a second.";
        Silent "silent" "Nothing at all, and the connection stays open.";
        Stall "stall" "Half an image, and then nothing.";
        Untrusted "untrusted" "Shows a certificate of an authority that is not trusted.";
    }
}

impl ImageFault {
    /// Returns the fault of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fault| fault.name() == name)
    }
}

/// The path that a redirect leads to on this server: an image is there, and no client should ask for it.
pub(super) const STRAY: &str = "/stray.png";
/// A pause between the bytes of a drip.
const DRIP: Duration = Duration::from_millis(100);
/// How much of an endless image is sent at a time.
const PIECE: usize = 16 * 1024;
/// How many pieces an endless image has, if the client does not stop reading: 64 MiB.
const PIECES: usize = 4096;
/// Which of the pictures is sent.
const PICTURE: u64 = 0x0123_4567_89ab_cdef;

/// The image that a sound host gives.
pub(super) fn sound() -> io::Result<Vec<u8>> {
    Ok(with_length(200, "image/png", &draw(PICTURE)?))
}

/// Sends what the fault sends. `pause` waits, and fails if the server stops; `hold` waits until the client closes.
pub(super) fn play(
    fault: ImageFault,
    to: &mut impl Write,
    mut pause: impl FnMut(Duration) -> io::Result<()>,
) -> io::Result<After> {
    use ImageFault as F;
    let image = draw(PICTURE)?;
    let half = image.get(..image.len() / 2).unwrap_or_default();
    let xml = |code: &str| format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code></Error>");
    let refused = |status, code: &str| with_length(status, "application/xml", xml(code).as_bytes());
    let whole = match fault {
        F::Redirect => led_on(307, STRAY),
        F::RedirectOther => led_on(302, "https://other.invalid/image.png?secret"),
        F::Expired => refused(403, "AccessDenied"),
        F::Gone => refused(404, "NoSuchKey"),
        F::Busy => refused(503, "SlowDown"),
        F::Throttled => refused(429, "SlowDown"),
        F::Partial => with_length(206, "image/png", half),
        F::Empty => with_length(200, "image/png", b""),
        F::Html => with_length(200, "image/jpeg", b"<html><body>sign in</body></html>"),
        F::Script => with_length(200, "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        F::Executable => with_length(200, "image/png", b"MZ\x90\0\x03\0\0\0"),
        F::GzipImage => in_gzip(&gzip::packed(&image)?),
        F::GzipBomb => in_gzip(gzip::bomb()),
        F::LengthHuge => [head(200, "image/png", "Content-Length: 1099511627776\r\n"), image].concat(),
        F::LengthTooLong => {
            let length = format!("Content-Length: {}\r\n", image.len() + 1);
            [head(200, "image/png", &length), image].concat()
        }
        F::Unframed => [head(200, "image/png", "Connection: close\r\n"), image].concat(),
        F::Truncated => [head(200, "image/png", CHUNKED), chunk(half)].concat(),
        F::Endless => {
            to.write_all(&[head(200, "image/png", CHUNKED), chunk(&image)].concat())?;
            let piece = chunk(&[0; PIECE]);
            for _ in 0..PIECES {
                to.write_all(&piece)?;
            }
            return Ok(After::Close);
        }
        F::Drip => {
            to.write_all(&head(200, "image/png", &format!("Content-Length: {}\r\n", image.len())))?;
            for byte in image {
                to.write_all(&[byte])?;
                to.flush()?;
                pause(DRIP)?;
            }
            return Ok(After::Close);
        }
        F::Silent => return Ok(After::Hold),
        F::Stall => {
            let length = format!("Content-Length: {}\r\n", image.len());
            to.write_all(&[head(200, "image/png", &length).as_slice(), half].concat())?;
            return Ok(After::Hold);
        }
        F::Untrusted => sound()?,
    };
    to.write_all(&whole)?;
    Ok(After::Close)
}

/// What becomes of the connection once the fault has sent what it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    Close,
    Hold,
}

const CHUNKED: &str = "Transfer-Encoding: chunked\r\n";

fn head(status: u16, content_type: &str, fields: &str) -> Vec<u8> {
    // A host may ask for a cookie to be kept, and gets none back.
    format!("HTTP/1.1 {status} As It Is\r\nContent-Type: {content_type}\r\nSet-Cookie: tracked=yes\r\n{fields}\r\n")
        .into()
}

fn with_length(status: u16, content_type: &str, body: &[u8]) -> Vec<u8> {
    let length = format!("Content-Length: {}\r\n", body.len());
    [head(status, content_type, &length).as_slice(), body].concat()
}

fn led_on(status: u16, to: &str) -> Vec<u8> {
    head(status, "text/plain", &format!("Location: {to}\r\nContent-Length: 0\r\n"))
}

fn in_gzip(body: &[u8]) -> Vec<u8> {
    let fields = format!("Content-Encoding: gzip\r\nContent-Length: {}\r\n", body.len());
    [head(200, "image/png", &fields).as_slice(), body].concat()
}

fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}
