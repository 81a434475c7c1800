//! A host of images over TLS on a loopback port, sound or with one fault, started and stopped by a value. What a fault sends is elsewhere.

use core::fmt;
use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use core::time::Duration;
use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::image::{self, After, ImageFault, STRAY};
use super::shared::close_all;
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
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    fault: Option<ImageFault>,
    tls: Arc<ServerConfig>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    stopping: bool,
    connections: u64,
    requests: Vec<Vec<u8>>,
    open: HashMap<u64, TcpStream>,
}

impl ImageServer {
    /// Starts a host that shows a certificate of `authority`, on a free loopback port; with no fault, it gives an image to all.
    ///
    /// # Errors
    /// Where the port, a thread, or a certificate cannot be had.
    pub fn start(authority: &Authority, fault: Option<ImageFault>) -> io::Result<Self> {
        let names = ["localhost", "127.0.0.1"];
        let identity = match fault {
            Some(ImageFault::Untrusted) => Authority::new()?.issue(&names),
            _ => authority.issue(&names),
        };
        let listener = TcpListener::bind(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let tls = identity?.server_config()?;
        let shared = Arc::new(Shared { fault, tls, state: Mutex::default(), changed: Condvar::new() });
        let accepting = Arc::clone(&shared);
        let thread =
            thread::Builder::new().name("smileid-images".into()).spawn(move || accept(&listener, &accepting))?;
        Ok(Self { address, shared, thread: Some(thread) })
    }

    /// A link to an image here, with a query that is to be kept secret.
    #[must_use]
    pub fn link(&self, name: &str) -> String {
        format!("https://{}/images/{name}.png?signature=cnr-link-query", self.address)
    }

    /// The address it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests as they came, heads and all.
    #[must_use]
    pub fn requests(&self) -> Vec<Vec<u8>> {
        self.shared.state().requests.clone()
    }

    /// How many requests came from where a redirect led to: none should.
    #[must_use]
    pub fn strays(&self) -> usize {
        self.requests().iter().filter(|raw| raw.starts_with(format!("GET {STRAY} ").as_bytes())).count()
    }

    /// How many connections were accepted.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.state().connections
    }
}

impl Drop for ImageServer {
    fn drop(&mut self) {
        self.shared.stop();
        // It wakes the listener, which then sees that it is to stop.
        let _woken = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has told so on its own.
            let _ended = thread.join();
        }
    }
}

impl fmt::Debug for ImageServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, fault) = (&self.address, &self.shared.fault);
        f.debug_struct("ImageServer").field("address", address).field("fault", fault).finish_non_exhaustive()
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut threads: Vec<JoinHandle<()>> = Vec::new();
    for stream in listener.incoming() {
        if shared.state().stopping {
            break;
        }
        let Ok(stream) = stream else { continue };
        let shared = Arc::clone(shared);
        threads.retain(|thread| !thread.is_finished());
        let serve = move || {
            let Ok(number) = shared.opened(&stream) else { return };
            // A client that has gone away needs no answer.
            let _ended = serve(stream, &shared);
            shared.state().open.remove(&number);
        };
        threads.extend(thread::Builder::new().name("smileid-image".into()).spawn(serve).ok());
    }
    for thread in threads {
        let _ended = thread.join();
    }
}

/// Answers the requests of one connection; after a fault it ends.
fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(WRITE_PATIENCE))?;
    let connection = ServerConnection::new(Arc::clone(&shared.tls)).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, stream);
    let mut unread = Vec::new();
    while let Some(request) = read_request(&mut stream, &mut unread)? {
        shared.state().requests.push(request.raw);
        let fault = shared.fault.filter(|_| request.path != STRAY);
        let Some(fault) = fault else {
            stream.write_all(&image::sound()?)?;
            stream.flush()?;
            continue;
        };
        let after = image::play(fault, &mut stream, |time| shared.pause(time))?;
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

impl Shared {
    fn opened(&self, stream: &TcpStream) -> io::Result<u64> {
        let handle = stream.try_clone()?;
        let mut state = self.state();
        if state.stopping {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let number = state.connections;
        state.connections += 1;
        state.open.insert(number, handle);
        Ok(number)
    }

    /// Lets time pass; an error where the server stops meanwhile.
    fn pause(&self, time: Duration) -> io::Result<()> {
        let waited = self.changed.wait_timeout_while(self.state(), time, |state| !state.stopping);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if state.stopping { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
    }

    fn stop(&self) {
        let mut state = self.state();
        state.stopping = true;
        close_all(&state.open);
        drop(state);
        self.changed.notify_all();
    }

    /// A lock that a panicking thread held is still good here: no invariant spans two steps.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
