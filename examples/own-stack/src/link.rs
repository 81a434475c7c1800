//! A socket whose every step ends by one deadline. It knows no HTTP.

use core::net::SocketAddr;
use core::time::Duration;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use smileid_core::{TransportError, TransportErrorKind as Kind};

/// How much is read at a time.
const PIECE: usize = 16 * 1024;

/// A connection with what was read and not yet used.
pub(crate) struct Link {
    stream: TcpStream,
    started: Instant,
    timeout: Duration,
    unread: Vec<u8>,
}

impl Link {
    /// Connects; connecting counts against the timeout as all that follows.
    pub(crate) fn connect(address: SocketAddr, timeout: Duration) -> Result<Self, TransportError> {
        let started = Instant::now();
        if timeout.is_zero() {
            return Err(TransportError::new(Kind::Timeout));
        }
        let stream = TcpStream::connect_timeout(&address, timeout).map_err(|error| match error.kind() {
            ErrorKind::TimedOut => TransportError::new(Kind::Timeout),
            _ => TransportError::with_source(Kind::Connect, error),
        })?;
        Ok(Self { stream, started, timeout, unread: Vec::new() })
    }

    /// Writes all of it.
    pub(crate) fn write(&mut self, mut bytes: &[u8]) -> Result<(), TransportError> {
        while !bytes.is_empty() {
            // What is left is set anew before each write: a peer that takes a byte at a time gains nothing.
            self.stream.set_write_timeout(Some(self.left()?)).map_err(other)?;
            match self.stream.write(bytes) {
                Ok(0) => return Err(closed()),
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(error) => going_on(error)?,
            }
        }
        Ok(())
    }

    /// What was read and not used yet.
    pub(crate) fn unread(&self) -> &[u8] {
        &self.unread
    }

    /// Takes so many bytes of what is unread, or all of it.
    pub(crate) fn take(&mut self, bytes: usize) -> Vec<u8> {
        let rest = self.unread.split_off(bytes.min(self.unread.len()));
        core::mem::replace(&mut self.unread, rest)
    }

    /// Reads more; false if the peer has closed in order.
    pub(crate) fn more(&mut self) -> Result<bool, TransportError> {
        let mut piece = [0; PIECE];
        loop {
            self.stream.set_read_timeout(Some(self.left()?)).map_err(other)?;
            match self.stream.read(&mut piece) {
                Ok(0) => return Ok(false),
                Ok(read) => {
                    self.unread.extend_from_slice(piece.get(..read).unwrap_or_default());
                    return Ok(true);
                }
                Err(error) => going_on(error)?,
            }
        }
    }

    /// Reads until so many bytes are unread. That the peer closes before is an error: its reply is cut short.
    pub(crate) fn at_least(&mut self, bytes: usize) -> Result<(), TransportError> {
        while self.unread.len() < bytes {
            if !self.more()? {
                return Err(closed());
            }
        }
        Ok(())
    }

    /// The time that is left, which is never zero: the system takes zero for "without end".
    fn left(&self) -> Result<Duration, TransportError> {
        match self.timeout.checked_sub(self.started.elapsed()) {
            Some(left) if !left.is_zero() => Ok(left),
            _ => Err(TransportError::new(Kind::Timeout)),
        }
    }
}

/// The connection ended before the reply was complete, or what came is not HTTP.
pub(crate) fn closed() -> TransportError {
    TransportError::new(Kind::Closed)
}

/// An error of the socket as an error of the exchange, or `None` if the same step is simply to be taken again.
fn going_on(error: io::Error) -> Result<(), TransportError> {
    match error.kind() {
        ErrorKind::Interrupted => Ok(()),
        // The step's own timeout, which was all that was left: the caller finds that out by itself.
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Err(TransportError::new(Kind::Timeout)),
        // The text of an io::Error holds no URL and no value, so it may be kept for people.
        _ => Err(TransportError::with_source(Kind::Closed, error)),
    }
}

fn other(error: io::Error) -> TransportError {
    TransportError::with_source(Kind::Other, error)
}
