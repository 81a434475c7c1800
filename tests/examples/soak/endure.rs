//! The blocking transport against every fault, round after round: calls that do not end, and what a round leaves behind.

use core::fmt::Write;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::Mutex;
use std::time::Instant;
use std::{env, fs, process, thread};

use smileid_core::{Client, Error, ErrorKind};
use smileid_sandbox::faults::{Fault, FaultServer};
use smileid_tests::query;

use crate::Part;
use crate::stacks::{blocking, config, plain, trusting};

/// How long it goes on, in seconds; `SMILEID_SOAK_SECONDS` sets another number.
const SECONDS: u64 = 20;
const THREADS: usize = 8;
/// Each client asks so many times: over a new connection, a kept one, and one that its service has spoiled.
const CALLS: u32 = 3;
/// The first rounds fill pools and caches, and what a round leaves is compared with what these have left.
const WARM: usize = 2;
/// A call that takes so much longer than its deadline hangs. It is also the deadline of calls that need none.
const HANGS: Duration = Duration::from_secs(20);
/// How long a system keeps a closed connection that its peer goes on sending into.
const LINGERS: Duration = Duration::from_secs(90);
/// The bar for what is resident at the end. The allocator keeps some MiB for each thread that ever held a body, the servers' included.
const MOST_KIB: usize = 512 << 10;

/// What all threads note.
#[derive(Default)]
struct Notes {
    calls: AtomicUsize,
    next: AtomicUsize,
    worst: Mutex<(Duration, &'static str)>,
    /// The call that each thread is in, and by when it must be over.
    inside: [Mutex<Option<(Instant, &'static str)>>; THREADS],
}

/// What a process has: descriptors, threads and KiB in memory.
#[derive(Debug, Clone, Copy)]
struct Held {
    descriptors: usize,
    threads: usize,
    resident: usize,
}

pub fn measure() -> Part {
    let seconds = env::var("SMILEID_SOAK_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(SECONDS);
    let (started, notes, mut left) = (Instant::now(), Notes::default(), Vec::new());
    let service = FaultServer::builder(Fault::Status503).first(0).start().unwrap();
    let transport = blocking(&plain());
    let steady = Client::new(transport, config(&service).with_call_deadline(HANGS));
    while left.len() <= WARM || started.elapsed().as_secs() < seconds {
        notes.next.store(0, Ordering::SeqCst);
        thread::scope(|scope| {
            let start = |thread| {
                let (notes, steady) = (&notes, &steady);
                scope.spawn(move || {
                    while let Some(fault) = Fault::ALL.get(notes.next.fetch_add(1, Ordering::SeqCst)) {
                        meet(*fault, thread, notes);
                        notes.call(thread, "no fault", HANGS, || steady.job_status(query()).map(|_| ()));
                    }
                })
            };
            let threads: Vec<_> = (0..THREADS).map(start).collect();
            while threads.iter().any(|thread| !thread.is_finished()) {
                notes.watch();
                thread::sleep(Duration::from_millis(100));
            }
        });
        left.extend(Held::settled(left.get(WARM)));
        if let Some(held) = left.last().filter(|_| env::var_os("SMILEID_SOAK_SECONDS").is_some()) {
            eprintln!("{:?}, {} calls, {held:?}, worst {:?}", started.elapsed(), notes.calls(), notes.worst.lock());
        }
    }
    page(&notes, started.elapsed(), &left)
}

/// A few calls to a service with this fault, and one that is interrupted.
fn meet(fault: Fault, thread: usize, notes: &Notes) {
    let server = FaultServer::start(fault).unwrap();
    let transport = blocking(&trusting(server.ca_pem()));
    let interrupt = transport.interrupt();
    for call in 1..=CALLS {
        let deadline = Duration::from_millis(100) * call;
        let client = Client::new(transport.clone(), config(&server).with_call_deadline(deadline));
        notes.call(thread, fault.name(), deadline, || match client.job_status(query()) {
            Err(error) if error.kind() == ErrorKind::Internal => Err(error),
            _ => Ok(()),
        });
    }
    let client = Client::new(transport, config(&server).with_call_deadline(HANGS));
    notes.call(thread, fault.name(), HANGS, || {
        let stopping = thread::spawn(move || {
            thread::sleep(Duration::from_millis(30));
            interrupt.stop();
        });
        let _cancelled = client.job_status(query());
        stopping.join().unwrap();
        Ok(())
    });
    drop(client);
    assert!(server.all_closed_within(LINGERS), "{fault}: a socket is still open");
}

impl Notes {
    /// Makes a call and notes how long after its deadline it ended.
    fn call(&self, thread: usize, place: &'static str, deadline: Duration, call: impl FnOnce() -> Result<(), Error>) {
        let started = Instant::now();
        *self.inside[thread].lock().unwrap() = Some((started + deadline + HANGS, place));
        call().unwrap_or_else(|error| panic!("{place}: an outcome that cannot be: {error}"));
        *self.inside[thread].lock().unwrap() = None;
        self.calls.fetch_add(1, Ordering::SeqCst);
        let late = started.elapsed().saturating_sub(deadline);
        let mut worst = self.worst.lock().unwrap();
        *worst = (*worst).max((late, place));
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// Ends the process if a call hangs: nothing else would.
    fn watch(&self) {
        for inside in &self.inside {
            if let Some((by, place)) = *inside.lock().unwrap()
                && Instant::now() > by
            {
                eprintln!("beyond its bound: a call hangs: {place}");
                process::exit(1);
            }
        }
    }
}

impl Held {
    /// What is held once no more threads and descriptors are than in an earlier round, or after a time: a thread that connects to a
    /// host which does not answer ends when the system gives up.
    fn settled(earlier: Option<&Self>) -> Option<Self> {
        let started = Instant::now();
        loop {
            let now = Self::now()?;
            if !earlier.is_some_and(|earlier| now.exceeds(earlier)) || started.elapsed() > HANGS {
                return Some(now);
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Whether more is held than by a kept connection for each thread: its two ends, the server's second handle and its thread.
    fn exceeds(&self, earlier: &Self) -> bool {
        self.descriptors > earlier.descriptors + 3 * THREADS || self.threads > earlier.threads + THREADS
    }

    /// Nothing, where the system does not list them.
    fn now() -> Option<Self> {
        let count = |folder: &str| fs::read_dir(folder).map(Iterator::count).ok();
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.split_whitespace().next()?;
        Some(Self {
            descriptors: count("/proc/self/fd")?,
            threads: count("/proc/self/task")?,
            resident: resident.parse().ok()?,
        })
    }
}

fn page(notes: &Notes, took: Duration, left: &[Held]) -> Part {
    let (late, place) = *notes.worst.lock().unwrap();
    let mut text = format!(
        "## Endurance\n\nThe blocking transport against all {} faults and a sound service, on {THREADS} threads that keep the machine busy: {} calls in {} rounds and {} s,\n\
         a quarter of them interrupted. No call hung; the worst ended {} ms after its deadline ({place}).\n\n",
        Fault::ALL.len(),
        notes.calls(),
        left.len(),
        took.as_secs(),
        late.as_millis(),
    );
    let mut beyond = Vec::new();
    let (Some(first), Some(last)) = (left.get(WARM), left.last()) else {
        text.push_str("This system does not list what a process holds: not measured.\n");
        return (text, beyond);
    };
    text.push_str("| after | descriptors | threads | resident |\n|---|---|---|---|\n");
    for (when, held) in [("the first rounds", first), ("the last round", last)] {
        writeln!(text, "| {when} | {} | {} | {} KiB |", held.descriptors, held.threads, held.resident).unwrap();
    }
    if last.exceeds(first) {
        beyond.push(format!("left behind: {first:?} became {last:?}"));
    }
    if last.resident > MOST_KIB {
        beyond.push(format!("memory: {first:?} became {last:?}"));
    }
    (text, beyond)
}
