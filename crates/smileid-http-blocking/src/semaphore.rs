//! A bound on how many calls run at a time, and the request to stop. It knows no sockets but to end them.

use alloc::sync::Arc;
use core::time::Duration;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::error::Missing;
use crate::socket::{Socket, Watched};

/// A number of permits, and a stop for everyone who holds one or waits for one. Clones share both.
#[derive(Debug, Clone)]
pub(crate) struct Semaphore(Arc<SemaphoreInner>);

#[derive(Debug)]
struct SemaphoreInner {
    state: Mutex<State>,
    freed: Condvar,
    stopping: Condvar,
}

#[derive(Debug)]
struct State {
    free: usize,
    stopped: bool,
    sockets: Vec<Watched>,
}

impl Semaphore {
    pub(crate) fn new(permits: usize) -> Self {
        let state = State { free: permits, stopped: false, sockets: Vec::new() };
        Self(Arc::new(SemaphoreInner { state: Mutex::new(state), freed: Condvar::new(), stopping: Condvar::new() }))
    }

    /// Takes a permit, waiting for one until then at most.
    pub(crate) fn acquire(&self, until: Instant) -> Result<Permit, Missing> {
        let mut state = self.state();
        loop {
            if state.stopped {
                return Err(Missing::Stopped);
            }
            if let Some(free) = state.free.checked_sub(1) {
                state.free = free;
                return Ok(Permit(self.clone()));
            }
            state = wait(&self.0.freed, state, until)?;
        }
    }

    /// Sleeps; only a stop ends it early.
    pub(crate) fn pause(&self, duration: Duration) -> Result<(), Missing> {
        let until = Instant::now().checked_add(duration);
        let mut state = self.state();
        while !state.stopped {
            state = match until {
                None => self.0.stopping.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(until) => match wait(&self.0.stopping, state, until) {
                    Ok(state) => state,
                    Err(_) => return Ok(()),
                },
            };
        }
        Err(Missing::Stopped)
    }

    /// Ends this socket, too, when a stop comes.
    pub(crate) fn watch(&self, socket: &Socket) -> Result<(), Missing> {
        let mut state = self.state();
        if state.stopped {
            return Err(Missing::Stopped);
        }
        state.sockets.retain(Watched::is_open);
        state.sockets.push(socket.watched());
        Ok(())
    }

    /// Ends every wait, sleep and read, now and from now on.
    pub(crate) fn stop(&self) {
        let sockets = {
            let mut state = self.state();
            state.stopped = true;
            core::mem::take(&mut state.sockets)
        };
        self.0.freed.notify_all();
        self.0.stopping.notify_all();
        sockets.iter().for_each(Watched::end);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.state().stopped
    }

    pub(crate) fn free(&self) -> usize {
        self.state().free
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wait<'s>(
    condition: &Condvar,
    state: MutexGuard<'s, State>,
    until: Instant,
) -> Result<MutexGuard<'s, State>, Missing> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(Missing::TimedOut);
    }
    Ok(condition.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0)
}

/// The right to run one call. Dropping it returns it.
#[derive(Debug)]
pub(crate) struct Permit(Semaphore);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.state().free += 1;
        self.0.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::{TcpListener, TcpStream};
    use std::thread;

    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(20)
    }

    fn late() -> Instant {
        Instant::now() + Duration::from_secs(30)
    }

    #[test]
    fn no_more_permits_are_given_than_there_are() {
        let permits = Semaphore::new(1);
        let permit = permits.acquire(late()).unwrap();
        assert_eq!(permits.acquire(soon()).unwrap_err(), Missing::TimedOut);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| permits.acquire(late()).map(drop));
            assert_eq!(permits.free(), 0);
            drop(permit);
            assert_eq!(waiting.join().unwrap(), Ok(()));
        });
        assert_eq!(permits.free(), 1);
        assert_eq!(permits.pause(Duration::from_millis(1)), Ok(()));
    }

    #[test]
    fn a_stop_reaches_every_wait_and_socket_and_those_that_come_later() {
        let permits = Semaphore::new(0);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let socket = Socket::new(stream, late());
        permits.watch(&socket).unwrap();
        thread::scope(|scope| {
            let taking = scope.spawn(|| permits.acquire(late()).map(drop));
            let pausing = scope.spawn(|| permits.pause(Duration::MAX));
            let reading = scope.spawn({
                let mut socket = socket.clone();
                move || socket.read(&mut [0])
            });
            permits.stop();
            assert_eq!(taking.join().unwrap(), Err(Missing::Stopped));
            assert_eq!(pausing.join().unwrap(), Err(Missing::Stopped));
            assert!(matches!(reading.join().unwrap(), Ok(0) | Err(_)));
        });
        assert!(permits.is_stopped());
        assert_eq!(permits.acquire(late()).map(drop), Err(Missing::Stopped));
        assert_eq!(permits.pause(Duration::ZERO), Err(Missing::Stopped));
        assert_eq!(permits.watch(&socket), Err(Missing::Stopped));
    }
}
