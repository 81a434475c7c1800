//! A connected socket as ureq drives one: every read and write ends by its time-out, however the bytes trickle, and a request leaves in one
//! piece. It knows no HTTP.

use alloc::sync::{Arc, Weak};
use core::fmt;
use core::time::Duration;
use std::io::{ErrorKind as Io, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, ShutdownHandle, Transport};

/// A socket, and the time-outs it was last told, so that it is told anew only where that matters.
pub(crate) struct Socket {
    stream: Arc<TcpStream>,
    buffers: LazyBuffers,
    /// What is to be sent with the next piece, or before anything is waited for.
    held: Vec<u8>,
    /// Whether anything was sent or received since it was last asked if the connection is open.
    used: bool,
    read: Alarm,
    write: Alarm,
}

/// A piece of up to this many bytes waits for the next: a head for its body, a TLS client's last word for the request behind it. ureq hands
/// them over one by one, and each by itself would be a call of the system, a segment on the wire, and a wake-up at the other end.
const HELD: usize = 4096;

impl Socket {
    pub(crate) fn new(stream: TcpStream, buffers: LazyBuffers) -> Self {
        let (read, write) = (Alarm::default(), Alarm::default());
        Self { stream: Arc::new(stream), buffers, held: Vec::new(), used: true, read, write }
    }

    /// For whoever closes the socket under a call that waits on it.
    pub(crate) fn shutdown_handle(&self) -> Weak<dyn ShutdownHandle> {
        let handle: Weak<TcpStream> = Arc::downgrade(&self.stream);
        handle
    }
}

impl Transport for Socket {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.used = true;
        let waits = self.held.is_empty() && amount <= HELD;
        self.held.extend_from_slice(self.buffers.output().get(..amount).unwrap_or_default());
        if waits { Ok(()) } else { self.flush(&Countdown::start(timeout.for_write())) }
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let clock = Countdown::start(timeout.for_read());
        self.flush(&clock)?;
        let mut stream = &*self.stream;
        loop {
            // Without any time the socket is not touched.
            self.read.arm(clock.left()?, |wait| stream.set_read_timeout(Some(wait)))?;
            self.used = true;
            match stream.read(self.buffers.input_append_buf()) {
                Ok(read) => {
                    self.buffers.input_appended(read);
                    return Ok(read > 0);
                }
                Err(error) if goes_on(error.kind()) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Whether an idle connection can be used again: nothing has come on it that nobody asked for, and it was not closed.
    ///
    /// ureq asks when a call is over, and again before the next: the first is taken as it is, since the second is what decides.
    fn is_open(&mut self) -> bool {
        if core::mem::take(&mut self.used) {
            return self.held.is_empty();
        }
        let quiet = |stream: &TcpStream| matches!(stream.peek(&mut [0]), Err(error) if error.kind() == Io::WouldBlock);
        self.stream.set_nonblocking(true).is_ok() && quiet(&self.stream) && self.stream.set_nonblocking(false).is_ok()
    }
}

impl Socket {
    /// Sends what is held.
    fn flush(&mut self, clock: &Countdown) -> Result<(), Error> {
        let mut stream = &*self.stream;
        let mut left_over = self.held.as_slice();
        while !left_over.is_empty() {
            self.write.arm(clock.left()?, |wait| stream.set_write_timeout(Some(wait)))?;
            match stream.write(left_over) {
                Ok(0) => return Err(Error::Io(Io::WriteZero.into())),
                Ok(written) => left_over = left_over.get(written..).unwrap_or_default(),
                // The alarm rings before the time is over at times: the countdown tells.
                Err(error) if goes_on(error.kind()) => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.held.clear();
        Ok(())
    }
}

/// What is sent and received is not shown: ids, signatures, photos.
impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").field("held_bytes", &self.held.len()).finish_non_exhaustive()
    }
}

const fn goes_on(kind: Io) -> bool {
    matches!(kind, Io::WouldBlock | Io::TimedOut | Io::Interrupted)
}

/// What is left of a time-out.
struct Countdown {
    begun: Instant,
    timeout: NextTimeout,
}

impl Countdown {
    fn start(timeout: NextTimeout) -> Self {
        Self { begun: Instant::now(), timeout }
    }

    fn left(&self) -> Result<Duration, Error> {
        let left = self.timeout.after.saturating_sub(self.begun.elapsed());
        if left.is_zero() { Err(Error::Timeout(self.timeout.reason)) } else { Ok(left) }
    }
}

/// How long the socket was last told to wait.
#[derive(Debug, Default)]
struct Alarm(Duration);

impl Alarm {
    /// Has the socket wait for no longer than `left`. It is told less than that, so that the next call with about as much time need
    /// not tell it again: ringing early costs a look at the clock, and telling costs a call of the system for every read.
    fn arm(&mut self, left: Duration, tell: impl FnOnce(Duration) -> std::io::Result<()>) -> Result<(), Error> {
        let told = if RINGS_EARLY { left / 2..=left } else { left..=left };
        if told.contains(&self.0) {
            return Ok(());
        }
        // Short waits are told as they are: nothing is saved by cutting them up.
        let wait = if RINGS_EARLY && left > SHORT { left / 8 * 7 } else { left };
        match tell(wait) {
            Ok(()) => self.0 = wait,
            // macOS refuses this of a socket that the peer has closed. The reply may be there to read all the same, and nothing waits.
            Err(error) if cfg!(target_vendor = "apple") && error.kind() == Io::InvalidInput => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

/// Whether a wait may end early and be taken up again. Not on Windows, which says of a socket whose time-out has passed that data may be
/// lost and that it should not be used.
const RINGS_EARLY: bool = !cfg!(windows);

/// A wait that is told exactly: the last second before a deadline.
const SHORT: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn long() -> NextTimeout {
        NextTimeout { after: ureq::unversioned::transport::time::Duration::from_secs(30), ..NextTimeout::default() }
    }

    /// A socket and the other end of it.
    fn pair() -> (Socket, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (Socket::new(stream, LazyBuffers::new(1024, 2 * HELD)), listener.accept().unwrap().0)
    }

    fn send(socket: &mut Socket, piece: &[u8]) {
        socket.buffers().output()[..piece.len()].copy_from_slice(piece);
        socket.transmit_output(piece.len(), long()).unwrap();
    }

    /// What the other end has got, once at least `least` bytes have come.
    fn got(other_end: &mut TcpStream, least: usize) -> Vec<u8> {
        let mut got = vec![0; 4 * HELD];
        let mut read = 0;
        while read < least {
            read += other_end.read(&mut got[read..]).unwrap();
        }
        got.truncate(read);
        got
    }

    #[test]
    fn a_head_leaves_with_its_body_or_before_anything_is_waited_for() {
        let (mut socket, mut other_end) = pair();
        send(&mut socket, b"head ");
        other_end.set_nonblocking(true).unwrap();
        assert_eq!(other_end.read(&mut [0; 9]).unwrap_err().kind(), Io::WouldBlock);
        other_end.set_nonblocking(false).unwrap();
        send(&mut socket, b"body");
        assert_eq!(got(&mut other_end, 9), b"head body");

        send(&mut socket, b"alone");
        other_end.write_all(b"reply").unwrap();
        assert!(socket.await_input(long()).unwrap());
        assert_eq!(got(&mut other_end, 5), b"alone");
        assert_eq!(socket.buffers().input(), b"reply");
    }

    #[test]
    fn a_large_piece_is_not_held() {
        let (mut socket, mut other_end) = pair();
        send(&mut socket, &[7; HELD + 1]);
        assert_eq!(got(&mut other_end, HELD + 1), [7; HELD + 1]);
        send(&mut socket, &[8; HELD]);
        send(&mut socket, &[9; 2 * HELD]);
        assert_eq!(got(&mut other_end, 3 * HELD), [[8; HELD].as_slice(), &[9; 2 * HELD]].concat());
    }

    #[test]
    fn no_connection_is_used_again_that_was_closed_or_has_more_to_say_or_to_send() {
        let idle = |at_the_other_end: fn(TcpStream) -> Option<TcpStream>| {
            let (mut socket, other_end) = pair();
            // At the end of a call, and then before the next.
            assert!(socket.is_open());
            let other_end = at_the_other_end(other_end);
            let (begun, mut open) = (Instant::now(), true);
            while open && begun.elapsed() < Duration::from_millis(if other_end.is_some() { 200 } else { 30_000 }) {
                open = socket.is_open();
            }
            open
        };
        assert!(idle(Some));
        assert!(!idle(|other_end| {
            drop(other_end);
            None
        }));
        let more = |mut other_end: TcpStream| {
            other_end.write_all(b"more").unwrap();
            None
        };
        assert!(!idle(more));

        let (mut socket, _other_end) = pair();
        send(&mut socket, b"head");
        assert!(!socket.is_open());

        // Being looked at from above is no use of it.
        let (mut socket, other_end) = pair();
        assert!(socket.is_open());
        drop(other_end);
        assert_eq!(socket.stream.peek(&mut [0]).unwrap(), 0);
        let at_once = NextTimeout { after: ureq::unversioned::transport::time::Duration::from_secs(0), ..long() };
        assert!(matches!(socket.await_input(at_once), Err(Error::Timeout(_))));
        assert!(!socket.is_open());
    }

    #[test]
    fn the_alarm_never_rings_late_and_is_told_anew_only_where_it_must() {
        let mut alarm = Alarm::default();
        let mut told = Vec::new();
        for left in [10_000, 9_999, 10_000, 8_750, 8_749, 4_000, 900, 899, 10_000] {
            let left = Duration::from_millis(left);
            alarm
                .arm(left, |wait| {
                    told.push(wait.as_millis());
                    Ok(())
                })
                .unwrap();
            assert!(alarm.0 <= left && !alarm.0.is_zero());
        }
        let exact = [10_000, 9_999, 10_000, 8_750, 8_749, 4_000, 900, 899, 10_000];
        let early = [8_750, 7_655, 3_500, 900, 899, 8_750];
        assert_eq!(told, if RINGS_EARLY { early.as_slice() } else { &exact });
    }

    #[test]
    fn what_is_held_is_not_shown() {
        let (mut socket, _other_end) = pair();
        send(&mut socket, b"canary");
        assert_eq!(format!("{socket:?}"), "Socket { held_bytes: 6, .. }");
    }
}
