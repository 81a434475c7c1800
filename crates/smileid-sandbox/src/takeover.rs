//! A connection that meets a fault which is no whole reply: it is taken from HTTP and joined to a server that has the fault, byte by
//! byte, to its end or its reset.

use core::fmt;
use core::net::SocketAddr;
use core::time::Duration;
use std::collections::HashMap;
use std::io;

use hyper::body::Bytes;
use smileid_core::credentials::Credentials;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::faults::{Fault, FaultServer};

/// A request whose connection is to be given to a fault.
#[derive(Debug)]
pub(crate) struct TakeOver {
    pub(crate) fault: Fault,
    pub(crate) body: Bytes,
}

impl fmt::Display for TakeOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the connection is given to the fault {}", self.fault)
    }
}

impl core::error::Error for TakeOver {}

/// The servers that have the faults which were met so far.
#[derive(Debug, Default)]
pub(crate) struct FaultServers(HashMap<Fault, FaultServer>);

impl FaultServers {
    /// Where a fault is had; a server is started where it was not met before.
    pub(crate) fn of(&mut self, fault: Fault, credentials: &Credentials) -> io::Result<SocketAddr> {
        if let Some(server) = self.0.get(&fault) {
            return Ok(server.address());
        }
        let server = FaultServer::builder(fault).credentials(credentials.clone()).start()?;
        Ok(self.0.entry(fault).or_insert(server).address())
    }
}

/// A connection that can be broken off, rather than ended.
pub(crate) trait Breakable {
    /// Lets the close that follows be a reset.
    fn break_off(&self);
}

impl Breakable for TcpStream {
    fn break_off(&self) {
        // Where it cannot be set the connection ends in order: the client sees a cut reply all the same.
        let _set = SockRef::from(self).set_linger(Some(Duration::ZERO));
    }
}

impl Breakable for TlsStream<TcpStream> {
    fn break_off(&self) {
        self.get_ref().0.break_off();
    }
}

/// Joins the client to a server that has the fault; the client is reset when the server resets.
pub(crate) async fn join(
    mut client: impl AsyncRead + AsyncWrite + Unpin + Breakable,
    server: io::Result<SocketAddr>,
    asked: &[u8],
) {
    let joined = async {
        let mut server = TcpStream::connect(server?).await?;
        server.write_all(asked).await?;
        copy_bidirectional(&mut client, &mut server).await
    };
    if joined.await.is_err() {
        client.break_off();
    }
}
