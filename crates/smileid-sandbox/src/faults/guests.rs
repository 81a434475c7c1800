//! Faults on connections that another server accepted: the sandbox gives one away when its request meets a fault.

use std::io;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;

use smileid_core::Credentials;

use super::Fault;
use super::server::converse;
use super::shared::FaultServerState;
use super::stream::Stream;
use super::wire::Wire;

/// The connections on which a fault plays. Dropping it closes them.
#[derive(Default)]
pub(crate) struct Guests(Mutex<Vec<Weak<FaultServerState>>>);

impl Guests {
    /// Plays a fault on a connection from now on, in its own thread. `asked` are the bytes that were read from it already: the
    /// request that met the fault, and what came after it.
    pub(crate) fn play(&self, fault: Fault, stream: Stream, asked: Vec<u8>, key: &Credentials) -> io::Result<()> {
        let shared = Arc::new(FaultServerState::new(fault, None, key.clone(), None, Default::default()));
        let mut guests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        guests.retain(|guest| guest.strong_count() > 0);
        guests.push(Arc::downgrade(&shared));
        drop(guests);
        thread::Builder::new().name("smileid-fault".into()).spawn(move || {
            let Ok(_open) = shared.connections.opened(stream.socket()) else { return };
            // That it ends with an error is part of the game: the client may close at any time.
            let _ended = Wire::new(stream, Arc::clone(&shared)).and_then(|wire| converse(&mut wire.after(asked)));
        })?;
        Ok(())
    }
}

impl Drop for Guests {
    fn drop(&mut self) {
        let guests = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        guests.iter().filter_map(Weak::upgrade).for_each(|shared| shared.connections.stop());
    }
}
