//! A port with a thread per connection, started and stopped by a value. What a connection is answered is decided elsewhere.

use core::net::SocketAddr;
use core::time::Duration;
use std::collections::HashMap;
use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

/// A port that is listened on. Dropping it closes the port and all its connections.
pub(super) struct Listening {
    address: SocketAddr,
    connections: Arc<Connections>,
    thread: Option<JoinHandle<()>>,
}

/// The connections of a server, and the word to stop.
#[derive(Default)]
pub(super) struct Connections {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    stopping: bool,
    draining: bool,
    count: u64,
    open: HashMap<u64, TcpStream>,
}

/// A connection's place among those that are open. Dropping it takes the connection off.
pub(super) struct Open {
    connections: Arc<Connections>,
    /// Which connection of the server it is, from 0.
    pub(super) nth: u64,
}

impl Listening {
    /// Accepts connections and serves each in a thread. That serving ends with an error is part of the game: the client may close at
    /// any time.
    pub(super) fn start<S>(listener: TcpListener, connections: &Arc<Connections>, serve: S) -> io::Result<Self>
    where
        S: Fn(TcpStream, u64) -> io::Result<()> + Clone + Send + 'static,
    {
        let address = listener.local_addr()?;
        let accepting = Arc::clone(connections);
        let accept = move || {
            let mut threads: Vec<JoinHandle<()>> = Vec::new();
            for stream in listener.incoming() {
                if accepting.state().stopping {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let (connections, serve) = (Arc::clone(&accepting), serve.clone());
                threads.retain(|thread| !thread.is_finished());
                let serve = move || {
                    let Ok(open) = connections.opened(&stream) else { return };
                    let _ended = serve(stream, open.nth);
                };
                // If no thread can be had, the connection is closed: a fault as well.
                threads.extend(named("smileid-fault").spawn(serve).ok());
            }
            for thread in threads {
                // A thread that panicked has reported it already.
                let _ended = thread.join();
            }
        };
        let thread = Some(named("smileid-faults").spawn(accept)?);
        Ok(Self { address, connections: Arc::clone(connections), thread })
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.connections.stop();
        // It wakes the listener, which then sees that it is to stop.
        let _woken = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

impl Connections {
    /// Takes a connection in; fails if the server stops.
    pub(super) fn opened(self: &Arc<Self>, stream: &TcpStream) -> io::Result<Open> {
        let handle = stream.try_clone()?;
        let mut state = self.state();
        let nth = state.count;
        state.count += 1;
        if state.stopping {
            return Err(io::ErrorKind::Interrupted.into());
        }
        state.open.insert(nth, handle);
        Ok(Open { connections: Arc::clone(self), nth })
    }

    /// Returns how many connections were accepted.
    pub(super) fn count(&self) -> u64 {
        self.state().count
    }

    /// Ends every wait and closes every connection.
    pub(super) fn stop(&self) {
        let mut state = self.state();
        state.stopping = true;
        for stream in state.open.values() {
            // One that is closed already needs no closing.
            let _closed = stream.shutdown(Shutdown::Both);
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Lets time pass; fails if the server stops meanwhile.
    pub(super) fn pause(&self, time: Duration) -> io::Result<()> {
        let until = Instant::now() + time;
        self.wait(until, |state| state.stopping);
        if self.state().stopping { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
    }

    /// Waits until a test asks whether all connections are closed, or the server stops.
    pub(super) fn wait_for_drain(&self) {
        let ended = self.changed.wait_while(self.state(), |state| !state.draining && !state.stopping);
        drop(ended.unwrap_or_else(PoisonError::into_inner));
    }

    /// Returns whether every connection is closed within this time, by the client if the fault leaves that to it.
    pub(super) fn wait_for_close(&self, patience: Duration) -> bool {
        self.state().draining = true;
        self.changed.notify_all();
        let closed = self.wait(Instant::now() + patience, |state| state.open.is_empty());
        self.state().draining = false;
        closed
    }

    fn wait(&self, until: Instant, met: impl Fn(&State) -> bool) -> bool {
        let left = until.saturating_duration_since(Instant::now());
        let waited = self.changed.wait_timeout_while(self.state(), left, |state| !met(state));
        met(&waited.unwrap_or_else(PoisonError::into_inner).0)
    }

    /// A lock that a panicking thread held is still good here: no invariant spans two steps.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let closed = self.connections.state().open.remove(&self.nth);
        drop(closed);
        self.connections.changed.notify_all();
    }
}

fn named(name: &str) -> thread::Builder {
    thread::Builder::new().name(name.to_owned())
}
