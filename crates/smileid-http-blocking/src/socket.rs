//! A connection whose every read and write ends by one deadline, however slowly bytes come: in the clear, over TLS, and over TLS in TLS
//! behind a proxy. It knows no HTTP.

use alloc::sync::{Arc, Weak};
use std::io::{self, ErrorKind as Io, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use smileid_http::Cause;

/// A connection as HTTP reads and writes it.
pub(crate) trait Wire: Read + Write + Send {
    /// Whether nothing has come that was not read: neither bytes nor an end. Nothing is waited for.
    fn is_quiet(&mut self) -> bool;
}

/// A socket and its deadline. Clones share both.
#[derive(Clone)]
pub(crate) struct Socket(Arc<SocketInner>);

#[derive(Debug)]
struct SocketInner {
    stream: TcpStream,
    until: Mutex<Instant>,
}

/// A socket for those who may only end it. It does not keep the socket open.
#[derive(Debug)]
pub(crate) struct Watched(Weak<SocketInner>);

impl Watched {
    pub(crate) fn is_open(&self) -> bool {
        self.0.strong_count() > 0
    }

    /// Ends every read and write. What has come and was not read stays unread, so that closing resets the connection: otherwise a peer
    /// with much to send would wait a minute for room.
    pub(crate) fn end(&self) {
        let Some(shared) = self.0.upgrade() else { return };
        shared.set_deadline(Instant::now());
        // An error means that it is closed already.
        let _ = shared.stream.shutdown(Shutdown::Both);
    }
}

impl SocketInner {
    fn set_deadline(&self, until: Instant) {
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }
}

impl Socket {
    pub(crate) fn new(stream: TcpStream, until: Instant) -> Self {
        Self(Arc::new(SocketInner { stream, until: Mutex::new(until) }))
    }

    pub(crate) fn watched(&self) -> Watched {
        Watched(Arc::downgrade(&self.0))
    }

    /// Sets the deadline of all that follows.
    pub(crate) fn set_deadline(&self, until: Instant) {
        self.0.set_deadline(until);
    }

    /// The time that is left: never zero, which the system would take for "without end".
    fn left(&self) -> io::Result<core::time::Duration> {
        let until = *self.0.until.lock().unwrap_or_else(PoisonError::into_inner);
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(Io::TimedOut.into()) } else { Ok(left) }
    }

    /// Tries again until something else comes than the end of a wait; the deadline ends that.
    fn until_done(
        &self,
        mut step: impl FnMut(&mut &TcpStream, core::time::Duration) -> io::Result<usize>,
    ) -> io::Result<usize> {
        loop {
            match step(&mut &self.0.stream, self.left()?) {
                Err(error) if matches!(error.kind(), Io::WouldBlock | Io::TimedOut | Io::Interrupted) => {}
                done => return done,
            }
        }
    }
}

/// macOS refuses a timeout for a socket that the peer has closed. What was sent before can be read all the same, and nothing waits.
fn unless_closed(set: io::Result<()>) -> io::Result<()> {
    match set {
        Err(error) if cfg!(target_vendor = "apple") && error.kind() == Io::InvalidInput => Ok(()),
        set => set,
    }
}

/// On Windows a read that waits does not notice that another thread ends its socket. So a read waits at most 50 ms at a time there,
/// then checks the deadline again.
const LOOK: core::time::Duration = core::time::Duration::from_millis(50);

/// Waits until a read would not wait, for at most [`LOOK`]. A wait that ends without anything to read is an error, as a read's is.
fn wait(stream: &TcpStream, left: core::time::Duration) -> io::Result<()> {
    stream.set_read_timeout(Some(left.min(LOOK)))?;
    // Nothing is lost if bytes come just as the time ends, as they could be by a read.
    stream.peek(&mut [0]).map(drop)
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.until_done(|stream, left| {
            if cfg!(windows) {
                wait(stream, left)?;
            }
            unless_closed(stream.set_read_timeout(Some(left)))?;
            stream.read(buffer)
        })
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.until_done(|stream, left| {
            unless_closed(stream.set_write_timeout(Some(left)))?;
            stream.write(bytes)
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Wire for Socket {
    fn is_quiet(&mut self) -> bool {
        let quiet = |stream: &TcpStream| matches!(stream.peek(&mut [0]), Err(error) if error.kind() == Io::WouldBlock);
        let stream = &self.0.stream;
        stream.set_nonblocking(true).is_ok() && quiet(stream) && stream.set_nonblocking(false).is_ok()
    }
}

/// TLS over a connection.
pub(crate) struct Tls(StreamOwned<ClientConnection, Box<dyn Wire>>);

impl Tls {
    /// Agrees with the server of this name, which is also what its certificate must be for.
    pub(crate) fn agree(wire: Box<dyn Wire>, host: &str, config: Arc<ClientConfig>) -> io::Result<Self> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| io::Error::other(Cause::BadRequest))?;
        let connection = ClientConnection::new(config, name).map_err(|error| io::Error::new(Io::InvalidData, error))?;
        let mut tls = StreamOwned::new(connection, wire);
        while tls.conn.is_handshaking() {
            tls.conn.complete_io(&mut tls.sock)?;
        }
        Ok(Self(tls))
    }
}

impl Read for Tls {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Tls {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Wire for Tls {
    /// A peer's last word, or more than was asked for, may have come with the response and wait above the socket.
    fn is_quiet(&mut self) -> bool {
        let read = self.0.conn.reader().read(&mut [0]);
        matches!(read, Err(error) if error.kind() == Io::WouldBlock) && self.0.sock.is_quiet()
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;
    use std::net::TcpListener;

    use super::*;

    /// A socket with this much time, and the other end of it.
    fn pair(left: Duration) -> (Socket, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (Socket::new(stream, Instant::now() + left), listener.accept().unwrap().0)
    }

    #[test]
    fn reads_and_writes_end_by_the_deadline() {
        let (mut socket, _other_end) = pair(Duration::from_millis(30));
        assert_eq!(socket.read(&mut [0]).unwrap_err().kind(), Io::TimedOut);
        assert_eq!(socket.write(b"late").unwrap_err().kind(), Io::TimedOut);
        socket.set_deadline(Instant::now() + Duration::from_millis(30));
        // More than the system buffers: the other end reads nothing.
        assert_eq!(socket.write_all(&vec![0; 64 << 20]).unwrap_err().kind(), Io::TimedOut);
    }

    #[test]
    fn a_socket_that_is_ended_reads_nothing_more_so_that_its_peer_is_reset() {
        let (mut socket, mut other_end) = pair(Duration::from_secs(30));
        other_end.write_all(b"more").unwrap();
        socket.0.stream.peek(&mut [0]).unwrap();
        let watched = socket.watched();
        watched.end();
        assert!(socket.read(&mut [0]).is_err() && watched.is_open());
        drop(socket);
        assert!(!watched.is_open());
        // Without a reset, the first write would go through.
        assert!(!cfg!(target_os = "linux") || other_end.write(b"more").is_err());
    }

    #[test]
    fn a_read_that_waits_ends_when_its_socket_is_ended() {
        let (mut socket, mut other_end) = pair(Duration::from_secs(30));
        let watched = socket.watched();
        let (starts, has_started) = std::sync::mpsc::channel();
        let waiting = std::thread::spawn(move || {
            socket.read_exact(&mut [0]).unwrap();
            starts.send(Instant::now()).unwrap();
            // An end, or a deadline that has passed.
            let read = socket.read(&mut [0]);
            assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
            Instant::now()
        });
        other_end.write_all(b"x").unwrap();
        let started = has_started.recv().unwrap();
        watched.end();
        assert!(waiting.join().unwrap() - started < Duration::from_secs(15));
    }

    #[test]
    fn a_wait_ends_with_bytes_with_an_end_or_soon() {
        let (mut socket, mut other_end) = pair(Duration::from_secs(30));
        let stream = &socket.0.stream;
        let started = Instant::now();
        for left in [Duration::from_millis(1), Duration::from_secs(30)] {
            let error = wait(stream, left).unwrap_err();
            assert!(matches!(error.kind(), Io::WouldBlock | Io::TimedOut), "{error:?}");
        }
        assert!(started.elapsed() < Duration::from_secs(15));
        other_end.write_all(b"x").unwrap();
        // What has come is still there for the read.
        socket.until_done(|stream, left| wait(stream, left).map(|()| 0)).unwrap();
        assert_eq!(socket.read(&mut [0; 2]).unwrap(), 1);
        drop(other_end);
        socket.until_done(|stream, left| wait(stream, left).map(|()| 0)).unwrap();
        assert_eq!(socket.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn an_idle_connection_is_quiet_until_the_peer_writes_or_closes() {
        let (mut socket, mut other_end) = pair(Duration::from_secs(30));
        assert!(socket.is_quiet() && socket.is_quiet());
        other_end.write_all(b"more").unwrap();
        socket.0.stream.peek(&mut [0]).unwrap();
        assert!(!socket.is_quiet());

        let (mut socket, other_end) = pair(Duration::from_secs(30));
        drop(other_end);
        assert_eq!(socket.0.stream.peek(&mut [0]).unwrap(), 0);
        assert!(!socket.is_quiet());
    }
}
