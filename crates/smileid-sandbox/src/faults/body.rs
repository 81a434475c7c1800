//! Faults in the body of the reply.

use std::io;

use smileid_core::Response;

use super::Fault;
use super::draft::Draft;
use super::gzip;
use super::head::SLOWLY;
use super::question::FaultRequest;
use super::status::HTML;
use super::wire::{Wire, head, written};

/// How far a length that lies is off.
const OFF_BY: usize = 64;
const OVERSIZE: usize = 5 << 20;
const CHUNK: usize = 64 * 1024;

/// The whole reply to this question, of a fault that is one.
pub(super) fn reply(fault: Fault, question: &FaultRequest<'_>) -> Option<Response> {
    let mut reply = Draft::approved(question).reply();
    let json = String::from_utf8_lossy(&reply.body).into_owned();
    let gzip = |body: io::Result<Vec<u8>>| Some((Some("gzip"), body.ok()?));
    let (coding, body) = match fault {
        Fault::OversizePlain => (None, format!("{json}{}", " ".repeat(OVERSIZE)).into()),
        Fault::GzipBomb => gzip(Ok(gzip::bomb().to_vec()))?,
        Fault::GzipUnasked => gzip(gzip::packed(json.as_bytes()))?,
        Fault::GzipCorrupt => gzip(gzip::corrupt(json.as_bytes()))?,
        Fault::Empty200 => (None, Vec::new()),
        Fault::Html200 => (None, HTML.into()),
        Fault::Bom => (None, format!("\u{feff}{json}").into()),
        Fault::Utf16 => (None, json.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        Fault::NulBytes => (None, json.replace("Enroll User", "Enroll\0User").into()),
        Fault::TrailingGarbage => (None, format!("{json} and so on").into()),
        Fault::TwoDocuments => (None, format!("{json}{json}").into()),
        _ => return None,
    };
    if let Some(coding) = coding {
        reply.headers.append("Content-Encoding", coding);
    }
    reply.body = body;
    Some(reply)
}

/// Answers one request; says whether the connection goes on.
pub(super) fn play(fault: Fault, wire: &mut Wire, question: &FaultRequest<'_>) -> io::Result<bool> {
    let good = Draft::approved(question).reply();
    let text = &good.body;
    let framed = |length: usize, body: &[u8]| {
        let mut bytes = head(&good, &[("Content-Length", &length.to_string())]);
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(body);
        bytes
    };
    let chunked = |size: &str, end: &str| {
        let mut bytes = head(&good, &[("Transfer-Encoding", "chunked")]);
        bytes.extend_from_slice(format!("\r\n{size}\r\n").as_bytes());
        bytes.extend_from_slice(text);
        bytes.extend_from_slice(format!("\r\n{end}").as_bytes());
        bytes
    };
    let size = format!("{:x}", text.len());
    let half = text.get(..text.len() / 2).unwrap_or_default();
    match fault {
        Fault::StallMidBody => {
            wire.send(&framed(text.len(), half))?;
            wire.hold()?;
        }
        Fault::Dribble => {
            wire.send(&framed(text.len(), &[]))?;
            wire.trickle(text, 1, SLOWLY)?;
        }
        Fault::RstMidBody => {
            wire.send(&framed(text.len(), half))?;
            wire.reset()?;
        }
        Fault::FinMidBody => wire.finish_with(&framed(text.len(), half))?,
        Fault::LengthTooLong => wire.finish_with(&framed(text.len() + OFF_BY, text))?,
        Fault::LengthTooShort => wire.finish_with(&framed(text.len().saturating_sub(OFF_BY), text))?,
        Fault::ChunkBadSize => wire.finish_with(&chunked("xyz", "0\r\n\r\n"))?,
        Fault::ChunkNoEnd => wire.finish_with(&chunked(&size, ""))?,
        Fault::OversizeChunked => {
            wire.send(&chunked(&size, ""))?;
            let chunk = format!("{CHUNK:x}\r\n{}\r\n", " ".repeat(CHUNK));
            loop {
                wire.send(chunk.as_bytes())?;
            }
        }
        // The slicer, and whatever is no fault of a body.
        _ => {
            for byte in written(&good) {
                wire.send(&[byte])?;
            }
            return Ok(true);
        }
    }
    Ok(false)
}
