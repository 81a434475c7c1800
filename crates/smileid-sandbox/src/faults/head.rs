//! Faults before and in the head of the reply.

use core::time::Duration;
use std::io;

use smileid_core::Response;

use super::Fault;
use super::draft::Draft;
use super::question::FaultRequest;
use super::wire::{Wire, head, written};

/// One byte of a head or a body that drags on.
pub(super) const SLOWLY: Duration = Duration::from_secs(1);
const FILLER_BYTES: usize = 70 * 1024;
const FILLER_FIELDS: usize = 2000;
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
/// A flood that does not take a whole processor.
const FLOOD_PAUSE: Duration = Duration::from_millis(2);
const GARBAGE: &[u8] = b"\x00\x01SSH-2.0-not-what-you-expected\r\n\r\n\r\n";

/// The whole reply to this question, of a fault that is one.
pub(super) fn reply(fault: Fault, question: &FaultRequest<'_>) -> Option<Response> {
    let mut reply = Draft::approved(question).reply();
    match fault {
        Fault::Head70KiB => reply.headers.append("X-Filler", &"x".repeat(FILLER_BYTES)),
        Fault::Headers2000 => {
            for i in 0..FILLER_FIELDS {
                reply.headers.append(&format!("X-Filler-{i}"), "x");
            }
        }
        Fault::Status999 => reply.status = 999,
        _ => return None,
    }
    Some(reply)
}

/// Answers one request; whether the connection goes on.
pub(super) fn play(fault: Fault, wire: &mut Wire, question: &FaultRequest<'_>) -> io::Result<bool> {
    let good = Draft::approved(question).reply();
    let whole = written(&good);
    match fault {
        Fault::Head1BytePerS => wire.trickle(&whole, 1, SLOWLY),
        Fault::RstInHead => {
            wire.send(b"HTTP/1.1 200 OK\r\nContent-Ty")?;
            wire.reset()
        }
        Fault::GarbageHead => wire.finish_with(GARBAGE),
        Fault::TwoContentLengths => {
            let (length, other) = (good.body.len().to_string(), (good.body.len() + 9).to_string());
            let mut bytes = head(&good, &[("Content-Length", &length), ("Content-Length", &other)]);
            bytes.extend_from_slice(b"\r\n");
            bytes.extend_from_slice(&good.body);
            wire.finish_with(&bytes)
        }
        Fault::LengthAndChunked => {
            let mut bytes = head(&good, &[("Content-Length", "5"), ("Transfer-Encoding", "chunked")]);
            bytes.extend_from_slice(format!("\r\n{:x}\r\n", good.body.len()).as_bytes());
            bytes.extend_from_slice(&good.body);
            bytes.extend_from_slice(b"\r\n0\r\n\r\n");
            // A client that reads the chunks may keep the connection, so that one that closes would be met in the act by
            // the next request.
            wire.send(&bytes)?;
            return Ok(true);
        }
        Fault::FoldedField => wire.finish_with(&with_field(&good, "X-Filler", "x\r\n y")),
        Fault::BlankBeforeColon => wire.finish_with(&with_field(&good, "X-Filler ", "x")),
        Fault::Flood100 => {
            while wire.pause(FLOOD_PAUSE)? {
                wire.send(&CONTINUE.repeat(10))?;
            }
            Ok(())
        }
        _ => wire.hold(),
    }?;
    Ok(false)
}

/// The whole reply with one more field, byte for byte.
fn with_field(reply: &Response, name: &str, value: &str) -> Vec<u8> {
    let mut bytes = head(reply, &[("Content-Length", &reply.body.len().to_string()), (name, value)]);
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(&reply.body);
    bytes
}
