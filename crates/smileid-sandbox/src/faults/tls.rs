//! Faults in the TLS handshake. A client that accepts the certificate all the same gets a final, approved answer.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection};

use super::Fault;
use super::shared::FaultServerState;
use super::stream::Stream;
use super::wire::Wire;
use crate::certificates::{Authority, Flaw};

/// A TLS 1.2 record with a fatal alert: `handshake_failure`.
const ALERT: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];
const PLAINTEXT: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// What the server shows for an identity: with a fault of certificates a flawed one.
pub(super) fn config(fault: Option<Fault>, authority: &Authority) -> io::Result<Arc<ServerConfig>> {
    let names = ["localhost", "127.0.0.1"];
    let identity = match fault {
        Some(Fault::Expired) => authority.issue_flawed(&names, Flaw::Expired),
        Some(Fault::SelfSigned) => authority.issue_flawed(&names, Flaw::SelfSigned),
        Some(Fault::WrongHost) => authority.issue_flawed(&names, Flaw::WrongHost),
        Some(Fault::UnknownCa) => Authority::new()?.issue(&names),
        _ => authority.issue(&names),
    };
    identity?.server_config()
}

/// What becomes of a connection.
pub(super) fn play(fault: Fault, stream: TcpStream, shared: &Arc<FaultServerState>) -> io::Result<()> {
    let answer: &[u8] = match fault {
        Fault::AlertMidHandshake => &ALERT,
        Fault::PlaintextOnTlsPort => PLAINTEXT,
        Fault::StallInHandshake => return Wire::new(Stream::plain(stream), Arc::clone(shared))?.hold(),
        _ => return approve(stream, shared),
    };
    let mut wire = Wire::new(Stream::plain(stream), Arc::clone(shared))?;
    if wire.some()? {
        wire.send(answer)?;
        wire.finish()?;
    }
    Ok(())
}

/// Shakes hands and answers every request with a final, approved reply.
pub(super) fn approve(stream: TcpStream, shared: &Arc<FaultServerState>) -> io::Result<()> {
    let Some(config) = &shared.tls else { return Ok(()) };
    let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
    let mut wire = Wire::new(Stream::tls(connection, stream), Arc::clone(shared))?;
    while let Some(request) = wire.request()? {
        let before = shared.asked(request.raw);
        wire.reply(&shared.question(&request.body, before).good_reply())?;
    }
    Ok(())
}
