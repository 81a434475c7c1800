//! What is seen of a run: counts of the whole store, read beside the run, and the line on the terminal.

use core::time::Duration;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use smileid_jobs::{Counts, Pause, Progress};

use super::history::{Point, RateHistory};
use super::{address, status};
use crate::args::StoreArgs;
use crate::failure::Failure;

/// The shortest time between two counts.
const EVERY: Duration = Duration::from_secs(1);
/// Counting takes at most this share of the time: a store of ten million jobs is counted less often.
const SHARE: u32 = 20;

/// What is known of a run and of its store. Clones are about the same run.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown(Arc<Mutex<Seen>>);

#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) counts: Option<Counts>,
    pub(super) progress: Progress,
    /// What was asked, and when, at the last two counts: the rate is between them.
    marks: [Option<(Instant, u64)>; 2],
    /// When it was counted first.
    started: Option<Instant>,
    pub(super) history: RateHistory,
}

impl Shown {
    pub(super) fn progress(&self, progress: Progress) {
        self.seen().progress = progress;
    }

    fn counts(&self, counts: Counts) {
        let mut seen = self.seen();
        let mark = (Instant::now(), seen.progress.asked);
        seen.marks = [seen.marks[1], Some(mark)];
        let point = Point {
            at: mark.0.duration_since(*seen.started.get_or_insert(mark.0)),
            rate: seen.rate(),
            allowed: counts.allowed.in_kilosecond(),
            eta: status::eta(&counts),
            oldest: counts.oldest_due.unwrap_or_default(),
        };
        seen.history.add(point);
        seen.counts = Some(counts);
    }

    /// What is known at the moment.
    pub(super) fn now(&self) -> Seen {
        self.seen().clone()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `12345 settled · 678 waiting · 49.8/s of 50/s · 2 h 05 min left`
    pub(super) fn line(&self) -> String {
        let seen = self.now();
        let Some(counts) = &seen.counts else { return "opening the store".to_owned() };
        let mut parts = vec![format!("{} settled", counts.settled), format!("{} waiting", counts.waiting)];
        if counts.needing_you() > 0 {
            parts.push(format!("{} need you", counts.needing_you()));
        }
        match (counts.paused, counts.oldest_due) {
            (Some(Pause::Asked), _) => parts.push("paused: smileid jobs resume goes on".to_owned()),
            (Some(Pause::Stopped(kind)), _) => parts.push(format!("paused by {kind}")),
            (None, oldest) => {
                parts.push(format!("{:.1}/s of {}", seen.rate(), counts.allowed));
                parts.push(match oldest {
                    Some(oldest) => {
                        let left = status::span(status::eta(counts));
                        format!("{left} left · oldest due {}", status::span(oldest))
                    }
                    None => "nothing is due".to_owned(),
                });
            }
        }
        parts.join(" · ")
    }
}

impl Seen {
    /// Questions a second, between the last two counts.
    pub(super) fn rate(&self) -> f64 {
        let [Some((then, before)), Some((now, asked))] = self.marks else { return 0.0 };
        let questions = u32::try_from(asked.saturating_sub(before)).unwrap_or(u32::MAX);
        f64::from(questions) / now.duration_since(then).as_secs_f64().max(0.001)
    }
}

/// Counts the store beside the run, over a separate connection, as long as it lives.
pub(super) struct Counting {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Counting {
    pub(super) fn start(store: &StoreArgs, shown: &Shown) -> Result<Self, Failure> {
        let (mut store, shown) = (address::open(store)?, shown.clone());
        let (stop, stopped) = mpsc::channel::<()>();
        let thread = thread::spawn(move || {
            loop {
                let started = Instant::now();
                // A count that fails is made again: the run itself says what is wrong with the store.
                if let Ok(counts) = store.counts() {
                    shown.counts(counts);
                }
                let pause = EVERY.max(started.elapsed() * SHARE);
                if stopped.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        });
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ended = self.thread.take().map(JoinHandle::join);
    }
}
