//! A host of images over TLS on a loopback port, sound or with one fault, started and stopped by a value. What a fault sends is elsewhere.

use core::fmt;
use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use core::time::Duration;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::image::{self, After, ImageFault, STRAY};
use super::listening::{Connections, Listening};
use super::stream::Socket;
use super::wire::read_request;
use crate::certificates::Authority;

/// How long a client that reads nothing is waited for.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);

/// A running host of images. Dropping it closes its port and all its connections.
///
/// ```
/// use smileid_sandbox::certificates::Authority;
/// use smileid_sandbox::faults::{ImageFault, ImageServer};
/// let authority = Authority::new()?;
/// let server = ImageServer::start(&authority, Some(ImageFault::Redirect))?;
/// assert!(server.link("selfie").starts_with("https://127.0.0.1:"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct ImageServer {
    address: SocketAddr,
    fault: Option<ImageFault>,
    connections: Arc<Connections>,
    requests: Requests,
    #[expect(dead_code, reason = "kept, not used: dropping it ends the server")]
    listening: Listening,
}

/// The requests as they came.
type Requests = Arc<Mutex<Vec<Vec<u8>>>>;

impl ImageServer {
    /// Starts a host that shows a certificate of `authority`, on a free loopback port; with no fault, it gives an image to all.
    ///
    /// # Errors
    /// Fails if the port, a thread, or a certificate cannot be made.
    pub fn start(authority: &Authority, fault: Option<ImageFault>) -> io::Result<Self> {
        let names = ["localhost", "127.0.0.1"];
        let identity = match fault {
            Some(ImageFault::Untrusted) => Authority::new()?.issue(&names),
            _ => authority.issue(&names),
        };
        let listener = TcpListener::bind(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let tls = identity?.server_config()?;
        let (connections, requests): (Arc<Connections>, Requests) = Default::default();
        let host = Host { fault, tls, connections: Arc::clone(&connections), requests: Arc::clone(&requests) };
        let listening = Listening::start(listener, &connections, move |stream, _| host.serve(stream))?;
        Ok(Self { address, fault, connections, requests, listening })
    }

    /// Returns a link to an image here, with a query that is to be kept secret.
    #[must_use]
    pub fn link(&self, name: &str) -> String {
        format!("https://{}/images/{name}.png?signature=cnr-link-query", self.address)
    }

    /// Returns the address it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the requests as they came, heads included.
    #[must_use]
    pub fn requests(&self) -> Vec<Vec<u8>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns how many requests followed a redirect: none should.
    #[must_use]
    pub fn strays(&self) -> usize {
        self.requests().iter().filter(|raw| raw.starts_with(format!("GET {STRAY} ").as_bytes())).count()
    }

    /// Returns how many connections were accepted.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.connections.count()
    }
}

impl fmt::Debug for ImageServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, fault) = (&self.address, &self.fault);
        f.debug_struct("ImageServer").field("address", address).field("fault", fault).finish_non_exhaustive()
    }
}

/// What the threads of a host share.
#[derive(Clone)]
struct Host {
    fault: Option<ImageFault>,
    tls: Arc<ServerConfig>,
    connections: Arc<Connections>,
    requests: Requests,
}

impl Host {
    /// Answers the requests of one connection; after a fault it ends.
    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(WRITE_PATIENCE))?;
        let connection = ServerConnection::new(Arc::clone(&self.tls)).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(connection, Socket(stream));
        let mut unread = Vec::new();
        while let Some(request) = read_request(&mut stream, &mut unread)? {
            self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request.raw);
            let Some(fault) = self.fault.filter(|_| request.path != STRAY) else {
                stream.write_all(&image::sound()?)?;
                stream.flush()?;
                continue;
            };
            let after = image::play(fault, &mut stream, |time| self.connections.pause(time))?;
            stream.flush()?;
            if after == After::Hold {
                while stream.read(&mut [0; 512])? > 0 {}
            }
            stream.conn.send_close_notify();
            stream.flush()?;
            break;
        }
        Ok(())
    }
}
