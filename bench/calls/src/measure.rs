//! What is measured and how rows are shown: processor time, medians, ratios. It runs nothing.

use std::time::Duration;

/// The processor time of this process so far, user and system.
pub fn processor_time() -> Duration {
    // SAFETY: `usage` is plain data that the call fills in, and lives on this stack.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &raw mut usage);
        usage
    };
    let of = |t: libc::timeval| Duration::new(t.tv_sec as u64, t.tv_usec as u32 * 1000);
    of(usage.ru_utime) + of(usage.ru_stime)
}

/// Keeps the calling thread, and those it starts from now on, on one processor; on all with none. Without it the system puts two
/// processes that wait for each other now on one processor and now on two, which doubles a call's cost or halves it.
#[cfg(target_os = "linux")]
pub fn stay_on(processor: Option<usize>) {
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    // SAFETY: `set` is plain data on this stack, the macros only set bits of it, and 0 is the calling thread.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        match processor {
            Some(processor) => libc::CPU_SET(processor % count, &mut set),
            None => (0..libc::CPU_SETSIZE as usize).for_each(|processor| libc::CPU_SET(processor, &mut set)),
        }
        libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const set);
    }
}

#[cfg(not(target_os = "linux"))]
pub fn stay_on(_: Option<usize>) {}

/// The resident memory of this process in bytes, if the system reports it.
pub fn resident() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = text.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The median of the ratios of two columns of the same rounds.
pub fn ratio(ours: &[f64], theirs: &[f64]) -> f64 {
    median(ours.iter().zip(theirs).map(|(a, b)| a / b).collect())
}
