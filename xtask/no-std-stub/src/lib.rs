//! A program's end without std: core linked beside a panic handler and an allocator of its own. It compiles only where
//! nothing in core's tree links std, which brings a panic handler too (E0152). It is built, never run, and stands
//! outside the product's lints for the allocator's `unsafe`.
#![no_std]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use smileid_core::{
    Answer, ApiKey, Config, Credentials, Environment, JobStatusQuery, Moment, PartnerId, Response, Session, Step,
};

#[cfg(feature = "with-std")]
extern crate std;

/// One question and its answer, so that the size of this program is that of signing, reading, proving and judging.
#[unsafe(no_mangle)]
pub extern "C" fn ask(unix_millis: i64, status: u16) -> i32 {
    let now = Moment::new(unix_millis, Duration::ZERO);
    let parts = (PartnerId::new("001"), ApiKey::new("key"), JobStatusQuery::new("u", "j"));
    let (Ok(partner), Ok(key), Ok(query)) = parts else { return -1 };
    let Ok(config) = Config::new(&Credentials::new(partner, key), &Environment::Sandbox) else { return -2 };
    let mut session = Session::job_status(&config, query);
    loop {
        match session.step(now) {
            // The request's own body comes back: what matters is that nothing can be left out of the program.
            Step::Send(request) => {
                let reply = Response::new(status, request.body.clone());
                session.receive(now, Ok(reply));
            }
            Step::Wait(_) => return -3,
            Step::Done(Ok(Answer::Final(answer))) => return i32::from(answer.verdict().is_approved()),
            Step::Done(Ok(Answer::Pending(_))) => return 2,
            Step::Done(Err(error)) => return 3 + i32::from(error.is_transient()),
        }
    }
}

/// Memory that is given once and never taken back: enough for one question.
struct Once {
    memory: UnsafeCell<[u8; SIZE]>,
    used: AtomicUsize,
}

const SIZE: usize = 64 * 1024;

// SAFETY: every call is given a stretch of the memory that no other was given.
unsafe impl Sync for Once {}

// SAFETY: a stretch lies within the memory, is aligned as asked, and is given once; null says that there is none left.
unsafe impl GlobalAlloc for Once {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let base = self.memory.get().cast::<u8>();
        let place = |used: usize| {
            let at = (base as usize + used).next_multiple_of(layout.align()) - base as usize;
            at.checked_add(layout.size()).filter(|end| *end <= SIZE).map(|end| (at, end))
        };
        let taken =
            self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| place(used).map(|(_, end)| end));
        match taken.ok().and_then(place) {
            // SAFETY: `at` lies within the memory.
            Some((at, _)) => unsafe { base.add(at) },
            None => core::ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: Once = Once { memory: UnsafeCell::new([0; SIZE]), used: AtomicUsize::new(0) };

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}
