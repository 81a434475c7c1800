//! Faults in the body of the reply.

use std::io;

use super::Fault;
use super::draft::Draft;
use super::gzip;
use super::head::SLOWLY;
use super::question::Question;
use super::status::HTML;
use super::wire::{Wire, head, written};

/// How far a length that lies is off.
const OFF_BY: usize = 64;
const OVERSIZE: usize = 5 << 20;
const CHUNK: usize = 64 * 1024;

/// Answers one request; says whether the connection goes on.
pub(super) fn play(fault: Fault, wire: &mut Wire, question: &Question<'_>) -> io::Result<bool> {
    let mut good = Draft::approved(question).reply();
    let text = good.body.clone();
    let framed = |length: usize, body: &[u8]| {
        let mut bytes = head(&good, &[("Content-Length", &length.to_string())]);
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(body);
        bytes
    };
    let chunked = |body: &str| {
        let mut bytes = head(&good, &[("Transfer-Encoding", "chunked")]);
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(body.as_bytes());
        bytes
    };
    let json = String::from_utf8_lossy(&text);
    let half = text.get(..text.len() / 2).unwrap_or_default();
    match fault {
        Fault::StallMidBody => {
            wire.send(&framed(text.len(), half))?;
            wire.hold()?;
        }
        Fault::Dribble => {
            wire.send(&framed(text.len(), &[]))?;
            wire.trickle(&text, 1, SLOWLY)?;
        }
        Fault::RstMidBody => {
            wire.send(&framed(text.len(), half))?;
            wire.reset()?;
        }
        Fault::FinMidBody => wire.finish_with(&framed(text.len(), half))?,
        Fault::LengthTooLong => wire.finish_with(&framed(text.len() + OFF_BY, &text))?,
        Fault::LengthTooShort => wire.finish_with(&framed(text.len().saturating_sub(OFF_BY), &text))?,
        Fault::ChunkBadSize => wire.finish_with(&chunked(&format!("xyz\r\n{json}\r\n0\r\n\r\n")))?,
        Fault::ChunkNoEnd => wire.finish_with(&chunked(&format!("{:x}\r\n{json}\r\n", text.len())))?,
        Fault::OversizeChunked => {
            wire.send(&chunked(&format!("{:x}\r\n{json}\r\n", text.len())))?;
            let chunk = format!("{CHUNK:x}\r\n{}\r\n", " ".repeat(CHUNK));
            loop {
                wire.send(chunk.as_bytes())?;
            }
        }
        Fault::Slicer => {
            for byte in written(&good) {
                wire.send(&[byte])?;
            }
            return Ok(true);
        }
        _ => {
            let (coding, body) = whole(fault, &json)?;
            if let Some(coding) = coding {
                good.headers.append("Content-Encoding", coding);
            }
            good.body = body;
            wire.reply(&good)?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// The coding and the body of a fault that is nothing but its body.
fn whole(fault: Fault, json: &str) -> io::Result<(Option<&'static str>, Vec<u8>)> {
    let gzip = Some("gzip");
    Ok(match fault {
        Fault::GzipBomb => (gzip, gzip::bomb().to_vec()),
        Fault::GzipUnasked => (gzip, gzip::packed(json.as_bytes())?),
        Fault::GzipCorrupt => (gzip, gzip::corrupt(json.as_bytes())?),
        Fault::OversizePlain => (None, format!("{json}{}", " ".repeat(OVERSIZE)).into()),
        Fault::Empty200 => (None, Vec::new()),
        Fault::Html200 => (None, HTML.into()),
        Fault::Bom => (None, format!("\u{feff}{json}").into()),
        Fault::Utf16 => (None, json.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        Fault::NulBytes => (None, json.replace("Enroll User", "Enroll\0User").into()),
        Fault::TrailingGarbage => (None, format!("{json} and so on").into()),
        Fault::TwoDocuments => (None, format!("{json}{json}").into()),
        _ => (None, json.into()),
    })
}
