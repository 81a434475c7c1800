//! A program's end without std: core linked beside a panic handler and an allocator of its own. It compiles only where
//! nothing in core's tree links std, which brings a panic handler too (E0152). It is built, never run, and stands
//! outside the product's lints for the allocator's `unsafe`.
#![no_std]

use core::alloc::{GlobalAlloc, Layout};
use core::panic::PanicInfo;

use smileid_core as _;

#[cfg(feature = "with-std")]
extern crate std;

struct NoMemory;

// SAFETY: a null pointer is how an allocator says that it has no memory, and nothing it gave can come back.
unsafe impl GlobalAlloc for NoMemory {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        core::ptr::null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: NoMemory = NoMemory;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}
