//! The line that `smileid wait` shows: the time, the polls, the last outcome and the next poll. `live.rs` writes it.

use core::time::Duration;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use smileid_core::{Attempt, OutcomeKind};

use crate::live::Live;

/// A wait that goes on. Clones are about the same wait.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    start: Instant,
    deadline: Duration,
    seen: Arc<Mutex<Option<Seen>>>,
}

/// The last poll that has an outcome.
#[derive(Debug, Clone, Copy)]
struct Seen {
    polls: u32,
    outcome: OutcomeKind,
    http_status: Option<u16>,
    /// Since the wait began.
    next_at: Duration,
}

impl Progress {
    pub(super) fn start(deadline: Duration) -> Self {
        Self { start: Instant::now(), deadline, seen: Arc::default() }
    }

    /// The line of it on the terminal, as long as what is returned lives.
    pub(super) fn line(&self) -> Option<Live> {
        let progress = self.clone();
        Live::line(move || progress.text(progress.start.elapsed()))
    }

    pub(super) fn note(&self, attempt: &Attempt) {
        self.set(Seen {
            polls: attempt.number,
            outcome: attempt.outcome,
            http_status: attempt.http_status,
            next_at: self.start.elapsed().saturating_add(attempt.next_in.unwrap_or_default()),
        });
    }

    fn set(&self, seen: Seen) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
    }

    fn text(&self, elapsed: Duration) -> String {
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let time = format!("waiting {} of {}", seconds(elapsed), seconds(self.deadline));
        let Some(seen) = seen else { return format!("{time} · first poll") };
        let polls = if seen.polls == 1 { "1 poll".to_owned() } else { format!("{} polls", seen.polls) };
        let status = seen.http_status.filter(|status| *status != 200);
        let status = status.map_or_else(String::new, |status| format!(" (HTTP {status})"));
        let next = match seen.next_at.checked_sub(elapsed).filter(|left| !left.is_zero()) {
            Some(left) => format!("next in {}", seconds(left)),
            None => "asking".to_owned(),
        };
        format!("{time} · {polls} · {}{status} · {next}", seen.outcome)
    }
}

/// `0.4 s`, `93.0 s`, `2 h 05 min`: tenths as long as they can be of interest.
fn seconds(time: Duration) -> String {
    const LONG: u64 = 3600;
    match time.as_secs() {
        whole if whole < LONG => format!("{:.1} s", time.as_secs_f64()),
        whole => format!("{} h {:02} min", whole / LONG, whole % LONG / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smileid_core::ErrorKind;

    #[test]
    fn a_wait_shows_time_polls_state_and_the_next_poll() {
        let progress = Progress::start(Duration::from_secs(120));
        let at = |millis| progress.text(Duration::from_millis(millis));
        assert_eq!(at(0), "waiting 0.0 s of 120.0 s · first poll");
        let seen = Seen {
            polls: 1,
            outcome: OutcomeKind::Pending,
            http_status: Some(200),
            next_at: Duration::from_millis(2500),
        };
        progress.set(seen);
        assert_eq!(at(1_000), "waiting 1.0 s of 120.0 s · 1 poll · pending · next in 1.5 s");
        assert_eq!(at(2_500), "waiting 2.5 s of 120.0 s · 1 poll · pending · asking");
        progress.set(Seen {
            polls: 2,
            outcome: OutcomeKind::Failed(ErrorKind::Server),
            http_status: Some(503),
            ..seen
        });
        assert_eq!(at(9_999), "waiting 10.0 s of 120.0 s · 2 polls · server (HTTP 503) · asking");
        let long = Progress::start(Duration::from_secs(7500));
        assert_eq!(long.text(Duration::from_secs(3600)), "waiting 1 h 00 min of 2 h 05 min · first poll");
    }
}
