//! A connection that meets a fault which is no whole reply: it is taken from HTTP and joined to a server that has the fault, byte by
//! byte, to its end or its reset.

use core::error::Error as _;
use core::fmt;
use core::future::poll_fn;
use core::net::IpAddr;
use core::time::Duration;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use hyper::Request;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use smileid_core::credentials::Credentials;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::faults::{Fault, FaultServer};
use crate::route;
use crate::shared::Shared;

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
    pub(crate) fn of(&mut self, fault: Fault, credentials: &Credentials) -> io::Result<core::net::SocketAddr> {
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

/// Answers the requests of one connection until it ends, or a fault takes it.
pub(crate) async fn speak(
    stream: impl AsyncRead + AsyncWrite + Unpin + Breakable,
    peer: Option<IpAddr>,
    shared: Arc<Shared>,
) {
    let answer = service_fn(|request: Request<Incoming>| {
        let shared = Arc::clone(&shared);
        Box::pin(async move { route::answer(&shared, peer, request).await })
    });
    let mut connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), answer);
    let Err(error) = poll_fn(|context| connection.poll_without_shutdown(context)).await else {
        // The client closed its side, or asked for the connection to be closed after the reply.
        let mut stream = connection.into_parts().io.into_inner();
        let _closed = stream.shutdown().await;
        return;
    };
    // Any other error is a connection that broke, with no one left to tell.
    let Some(TakeOver { fault, body }) = error.source().and_then(|source| source.downcast_ref()) else { return };
    let parts = connection.into_parts();
    let mut asked =
        format!("POST /v1/job_status HTTP/1.1\r\nHost: sandbox\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    asked.extend_from_slice(body);
    asked.extend_from_slice(&parts.read_buf);
    join(&shared, parts.io.into_inner(), *fault, &asked).await;
}

/// Joins the client to a server that has the fault; the client is reset where the server resets.
async fn join(
    shared: &Shared,
    mut client: impl AsyncRead + AsyncWrite + Unpin + Breakable,
    fault: Fault,
    asked: &[u8],
) {
    let joined = async {
        let address = shared.fault_server(fault)?;
        let mut server = TcpStream::connect(address).await?;
        server.write_all(asked).await?;
        copy_bidirectional(&mut client, &mut server).await
    };
    if joined.await.is_err() {
        client.break_off();
    }
}
