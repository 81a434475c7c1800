//! A connection as a fault plays on it: a blocking socket, in the clear or over TLS that is established.

use core::time::Duration;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Instant;

use rustls::{ServerConnection, StreamOwned};
use socket2::SockRef;

/// A connection.
pub(crate) enum Stream {
    Plain(Socket),
    Tls(Box<StreamOwned<ServerConnection, Socket>>),
}

/// A socket whose reads end when another thread shuts it down.
pub(crate) struct Socket(pub(super) TcpStream);

/// On Windows a read that waits does not notice that. It waits for so long at a time there, and then looks.
const LOOK: Duration = Duration::from_millis(50);

impl Socket {
    /// Waits until a read would not wait, or the socket's time for reads is over.
    fn wait(&self) -> io::Result<()> {
        let limit = self.0.read_timeout()?;
        let until = limit.map(|limit| Instant::now() + limit);
        let waited = loop {
            let left = until.map_or(LOOK, |until| until.saturating_duration_since(Instant::now()).min(LOOK));
            if left.is_zero() {
                break Err(ErrorKind::TimedOut.into());
            }
            self.0.set_read_timeout(Some(left))?;
            // Nothing is lost if bytes come just as the time ends, as they could be by a read.
            match self.0.peek(&mut [0]) {
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                peeked => break peeked.map(drop),
            }
        };
        self.0.set_read_timeout(limit)?;
        waited
    }
}

impl Read for Socket {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if cfg!(windows) {
            self.wait()?;
        }
        self.0.read(into)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Stream {
    pub(crate) fn plain(socket: TcpStream) -> Self {
        Self::Plain(Socket(socket))
    }

    pub(crate) fn tls(connection: ServerConnection, socket: TcpStream) -> Self {
        Self::Tls(Box::new(StreamOwned::new(connection, Socket(socket))))
    }

    /// Returns the socket beneath.
    pub(super) fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(socket) => &socket.0,
            Self::Tls(stream) => &stream.sock.0,
        }
    }

    /// Closes this side in order.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        if let Self::Tls(stream) = self {
            stream.conn.send_close_notify();
            stream.flush()?;
        }
        self.socket().shutdown(Shutdown::Write)
    }

    /// Makes the close that follows a reset.
    pub(super) fn reset(&self) -> io::Result<()> {
        SockRef::from(self.socket()).set_linger(Some(Duration::ZERO))
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(into),
            Self::Tls(stream) => stream.read(into),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    fn pair() -> (Socket, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (Socket(stream), listener.accept().unwrap().0)
    }

    #[test]
    fn a_wait_ends_with_bytes_with_a_shutdown_elsewhere_or_with_its_time() {
        let (socket, mut other_end) = pair();
        socket.0.set_read_timeout(Some(2 * LOOK)).unwrap();
        assert_eq!(socket.wait().unwrap_err().kind(), ErrorKind::TimedOut);
        assert_eq!(socket.0.read_timeout().unwrap(), Some(2 * LOOK));
        socket.0.set_read_timeout(None).unwrap();
        other_end.write_all(b"x").unwrap();
        socket.wait().unwrap();
    }

    #[test]
    fn a_read_that_waits_ends_when_another_thread_shuts_the_socket_down() {
        let (mut socket, _other_end) = pair();
        let handle = socket.0.try_clone().unwrap();
        let waiting = thread::spawn(move || socket.wait().and_then(|()| socket.read(&mut [0])).unwrap_or_default());
        handle.shutdown(Shutdown::Both).unwrap();
        assert_eq!(waiting.join().unwrap(), 0);
    }
}
