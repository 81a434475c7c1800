//! Ctrl-C: the call under way ends as cancelled. A second one ends the program at once.

use core::sync::atomic::{AtomicBool, Ordering};
use std::process;

use smileid_http_blocking::Ureq;

use crate::live;

/// The exit status of an interrupted program.
const INTERRUPTED: i32 = 130;

/// Ends the calls and sleeps of `transport` when the user asks for it.
pub(crate) fn ends(transport: &Ureq) {
    let interrupt = transport.interrupt();
    let asked = AtomicBool::new(false);
    // Where no handler can be set, the system's own ending is as good.
    let _set = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::SeqCst) {
            live::clear();
            process::exit(INTERRUPTED);
        }
        interrupt.stop();
    });
}
