//! The system's allocator, with counters that are off until they are asked for: how often, how many bytes are live, and how many were at
//! the most. Off, they cost a load that every processor shares; on, each allocation writes to memory that two threads fight over, which no
//! timing should hold.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64};

static ON: AtomicBool = AtomicBool::new(false);
static CALLS: AtomicU64 = AtomicU64::new(0);
static LIVE: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicI64 = AtomicI64::new(0);

pub struct Counting;

fn count(new: usize, old: usize) {
    if ON.load(Relaxed) {
        CALLS.fetch_add(u64::from(new > 0), Relaxed);
        let more = new as i64 - old as i64;
        PEAK.fetch_max(LIVE.fetch_add(more, Relaxed) + more, Relaxed);
    }
}

// SAFETY: every call is handed to the system's allocator unchanged; the counters touch no memory of the caller's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size, layout.size());
        // SAFETY: the caller keeps the contract of `realloc`.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Counts from now on, or no longer.
pub fn count_them(on: bool) {
    ON.store(on, Relaxed);
}

/// How many allocations there were while they were counted.
pub fn calls() -> u64 {
    CALLS.load(Relaxed)
}

/// How many bytes more are allocated than when the counting began; fewer, where it is negative.
pub fn live() -> i64 {
    LIVE.load(Relaxed)
}

/// The most that `live` has come to since this was last called.
pub fn take_peak() -> i64 {
    PEAK.swap(live(), Relaxed)
}
