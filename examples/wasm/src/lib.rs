//! `smileid-core` as WebAssembly: the functions that JavaScript calls. What they do is in `desk.rs`; `smileid.mjs` is their other half.
//!
//! Texts and bodies go through memory: JavaScript asks for `room`, writes there, calls, and reads what is at `output`. All of it is
//! ordinary Rust without a pointer that is followed here; what the attribute calls unsafe is a name that could be given twice.
#![expect(unsafe_code, reason = "the names of what is exported; there is no other unsafe code")]

mod desk;

use core::cell::RefCell;
use core::time::Duration;

use desk::Desk;
use smileid_core::Moment;

thread_local! {
    /// WebAssembly without threads has one; calls do not nest, since none of them calls JavaScript.
    static DESK: RefCell<Desk> = RefCell::new(Desk::default());
}

/// Room for so many bytes of the next call's input: where they are to be written.
#[unsafe(no_mangle)]
pub extern "C" fn smileid_room(length: usize) -> *mut u8 {
    DESK.with_borrow_mut(|desk| desk.room(length).as_mut_ptr())
}

/// Returns the address of the last call's result.
#[unsafe(no_mangle)]
pub extern "C" fn smileid_output() -> *const u8 {
    DESK.with_borrow(|desk| desk.output().as_ptr())
}

/// How many bytes of it there are.
#[unsafe(no_mangle)]
pub extern "C" fn smileid_output_length() -> usize {
    DESK.with_borrow(|desk| desk.output().len())
}

/// A client, of `{"partner_id", "api_key", "base_url"}`: its number, or 0 if there is an error.
#[unsafe(no_mangle)]
pub extern "C" fn smileid_client() -> u32 {
    DESK.with_borrow_mut(Desk::client)
}

/// One question, or a wait where `wait` is not 0, about `{"user_id", "job_id"}`: its number, or 0 if there is an error.
#[unsafe(no_mangle)]
pub extern "C" fn smileid_session(client: u32, wait: u32) -> u32 {
    DESK.with_borrow_mut(|desk| desk.session(client, wait != 0))
}

/// What a session wants next, at this time: `{"send"}`, `{"wait_ms"}`, `{"done"}` or `{"error"}`.
#[unsafe(no_mangle)]
pub extern "C" fn smileid_step(session: u32, unix_ms: i64, monotonic_us: u64) {
    DESK.with_borrow_mut(|desk| desk.step(session, at(unix_ms, monotonic_us)));
}

/// The reply to what was sent: its status and, as the input, lines `name:value`, an empty line, and the body. Status 0 is none, and the
/// input is then why, in a word of `TransportErrorKind`.
#[unsafe(no_mangle)]
pub extern "C" fn smileid_receive(session: u32, unix_ms: i64, monotonic_us: u64, status: u32) {
    DESK.with_borrow_mut(|desk| desk.receive(session, at(unix_ms, monotonic_us), status));
}

/// Forgets a session.
#[unsafe(no_mangle)]
pub extern "C" fn smileid_end(session: u32) {
    DESK.with_borrow_mut(|desk| desk.end(session));
}

fn at(unix_ms: i64, monotonic_us: u64) -> Moment {
    Moment::new(unix_ms, Duration::from_micros(monotonic_us))
}
