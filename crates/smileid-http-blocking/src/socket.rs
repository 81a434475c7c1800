//! A connected socket as ureq drives one: every read and write ends by its time-out, however the bytes trickle. It knows no HTTP.

use alloc::sync::{Arc, Weak};
use core::time::Duration;
use std::io::{ErrorKind as Io, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, ShutdownHandle, Transport};

/// A socket, and the time-outs it was last told, so that it is told anew only where that matters.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: Arc<TcpStream>,
    buffers: LazyBuffers,
    read: Alarm,
    write: Alarm,
}

impl Socket {
    pub(crate) fn new(stream: TcpStream, buffers: LazyBuffers) -> Self {
        Self { stream: Arc::new(stream), buffers, read: Alarm::default(), write: Alarm::default() }
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
        let clock = Countdown::start(timeout.for_write());
        let mut stream = &*self.stream;
        let mut left_over = self.buffers.output().get(..amount).unwrap_or_default();
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
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let clock = Countdown::start(timeout.for_read());
        let mut stream = &*self.stream;
        loop {
            self.read.arm(clock.left()?, |wait| stream.set_read_timeout(Some(wait)))?;
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
    fn is_open(&mut self) -> bool {
        let quiet = |stream: &TcpStream| matches!(stream.peek(&mut [0]), Err(error) if error.kind() == Io::WouldBlock);
        self.stream.set_nonblocking(true).is_ok() && quiet(&self.stream) && self.stream.set_nonblocking(false).is_ok()
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
        if self.0 > left || self.0 < left / 2 {
            // Short waits are told as they are: nothing is saved by cutting them up.
            let wait = if left > SHORT { left / 8 * 7 } else { left };
            tell(wait)?;
            self.0 = wait;
        }
        Ok(())
    }
}

/// A wait that is told exactly: the last second before a deadline.
const SHORT: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(told, [8_750, 7_655, 3_500, 900, 899, 8_750]);
    }
}
