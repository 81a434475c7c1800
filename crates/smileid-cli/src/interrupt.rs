//! Ctrl-C, and the system's request to end: the call under way ends as cancelled. A second one ends the program at once.

use core::sync::atomic::{AtomicBool, Ordering};
use std::process;
use std::sync::{Arc, Mutex, PoisonError};

use smileid_http_blocking::{HttpTransport, Interrupt};

use crate::live;

/// The exit status of an interrupted program.
const INTERRUPTED: i32 = 130;

/// Ends the program at once, where there is nothing to finish. Without this the first process of a container, which has no default
/// handling, would not end at all.
pub(crate) fn ends_the_program() {
    // Where no handler can be set, the system's own ending is as good.
    let _set = ctrlc::set_handler(|| process::exit(INTERRUPTED));
}

/// Says when the user asked for the end, for a command that finishes what it has started. A second time ends the program at once.
#[cfg(feature = "jobs")]
pub(crate) fn asked() -> Arc<AtomicBool> {
    let asked = Arc::new(AtomicBool::new(false));
    let shared = Arc::clone(&asked);
    // Where no handler can be set, the system's own ending is as good.
    let _set = ctrlc::set_handler(move || {
        live::clear();
        if shared.swap(true, Ordering::SeqCst) {
            process::exit(INTERRUPTED);
        }
    });
    asked
}

/// What ends when the user asks for it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ending {
    asked: Arc<AtomicBool>,
    interrupts: Arc<Mutex<Vec<Interrupt>>>,
}

/// Ends the calls and sleeps of `transport` when the user asks for it.
pub(crate) fn ends(transport: &HttpTransport) -> Ending {
    let ending = Ending::default();
    ending.also(transport.interrupt());
    let shared = ending.clone();
    // Where no handler can be set, the system's own ending is as good.
    let _set = ctrlc::set_handler(move || shared.ask());
    ending
}

impl Ending {
    /// Ends this as well, at once where the user has asked already.
    pub(crate) fn also(&self, interrupt: Interrupt) {
        let mut interrupts = self.interrupts.lock().unwrap_or_else(PoisonError::into_inner);
        if self.asked.load(Ordering::SeqCst) {
            interrupt.stop();
        }
        interrupts.push(interrupt);
    }

    fn ask(&self) {
        // The terminal itself wrote ^C where the message will be.
        live::clear();
        if self.asked.swap(true, Ordering::SeqCst) {
            process::exit(INTERRUPTED);
        }
        let interrupts = self.interrupts.lock().unwrap_or_else(PoisonError::into_inner);
        interrupts.iter().for_each(Interrupt::stop);
    }
}
