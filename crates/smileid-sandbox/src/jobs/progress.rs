//! A job's stage, by polls and by time. It knows neither who polls nor what is answered.

use core::time::Duration;

use crate::model::{Lasts, Stage, Step};

/// How far a job has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The place of the present step.
    step: usize,
    /// How often the job was asked for at this step.
    polls: u32,
    /// When it came to this step, by the jobs' clock.
    since: Duration,
    /// The places of the steps it came to, the present one last.
    been: Vec<usize>,
}

impl Progress {
    /// At the beginning. Steps that last no time and no poll are passed over at once.
    pub(crate) fn begin(steps: &[Step], now: Duration) -> Self {
        let mut progress = Self { step: 0, polls: 0, since: now, been: vec![0] };
        progress.pass(steps, now);
        progress
    }

    /// The present stage; a job without steps is pending.
    pub(crate) fn stage<'s>(&self, steps: &'s [Step]) -> &'s Stage {
        steps.get(self.step).map_or(&Stage::Pending, |step| &step.stage)
    }

    /// The stages it came to, the latest last.
    pub(crate) fn been<'s>(&self, steps: &'s [Step]) -> impl DoubleEndedIterator<Item = &'s Stage> {
        self.been.iter().filter_map(|place| steps.get(*place)).map(|step| &step.stage)
    }

    /// How many steps it came to.
    pub(crate) fn count(&self) -> usize {
        self.been.len()
    }

    /// The same as it was when it had come to so many steps.
    pub(crate) fn as_of(&self, count: usize) -> Self {
        let been: Vec<usize> = self.been.iter().copied().take(count).collect();
        Self { step: been.last().copied().unwrap_or(self.step), been, ..*self }
    }

    /// Goes on as far as time has.
    pub(crate) fn pass(&mut self, steps: &[Step], now: Duration) {
        while let Some(step) = steps.get(self.step).filter(|_| self.step + 1 < steps.len()) {
            let next_since = match step.lasts {
                Lasts::Time(time) if now.saturating_sub(self.since) >= time => self.since.saturating_add(time),
                Lasts::Polls(polls) if self.polls >= polls => now,
                _ => return,
            };
            self.go(self.step + 1, next_since);
        }
    }

    /// Counts one poll that was answered, and goes on if it was the step's last.
    pub(crate) fn polled(&mut self, steps: &[Step], now: Duration) {
        self.polls = self.polls.saturating_add(1);
        self.pass(steps, now);
    }

    /// Goes to another step, wherever it is.
    pub(crate) fn go(&mut self, step: usize, now: Duration) {
        self.step = step;
        self.polls = 0;
        self.since = now;
        self.been.push(step);
    }

    /// When it goes on only by time, or `None` if it does not.
    pub(crate) fn due(&self, steps: &[Step]) -> Option<Duration> {
        match steps.get(self.step)?.lasts {
            Lasts::Time(time) if self.step + 1 < steps.len() => Some(self.since.saturating_add(time)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn steps(texts: &[&str]) -> Vec<Step> {
        texts.iter().map(|text| Step::read(text).unwrap()).collect()
    }

    #[test]
    fn polls_move_a_job_on_and_the_last_stage_stays() {
        let steps = steps(&["pending 2", "id_leg 0", "provisional 1", "approved 1"]);
        let mut progress = Progress::begin(&steps, SECOND);
        let seen: Vec<_> = (0..5)
            .map(|_| {
                let stage = progress.stage(&steps).as_str();
                progress.polled(&steps, SECOND);
                stage
            })
            .collect();
        assert_eq!(seen, ["pending", "pending", "provisional", "approved", "approved"]);
        let been: Vec<_> = progress.been(&steps).map(Stage::as_str).collect();
        assert_eq!(been, ["pending", "id_leg", "provisional", "approved"]);
    }

    #[test]
    fn time_moves_a_job_on_however_late_it_is_looked_at() {
        let steps = steps(&["pending 10s", "provisional 20s", "pending 1", "approved 5s"]);
        let mut progress = Progress::begin(&steps, SECOND);
        assert_eq!(progress.due(&steps), Some(11 * SECOND));
        progress.polled(&steps, 10 * SECOND);
        assert_eq!(progress.stage(&steps), &Stage::Pending);
        progress.pass(&steps, 40 * SECOND);
        assert_eq!((progress.stage(&steps), progress.count(), progress.due(&steps)), (&Stage::Pending, 3, None));
        progress.polled(&steps, 41 * SECOND);
        progress.pass(&steps, 1000 * SECOND);
        assert_eq!((progress.stage(&steps), progress.due(&steps)), (&Stage::Approved, None));
    }

    #[test]
    fn a_job_without_steps_is_pending() {
        let mut progress = Progress::begin(&[], SECOND);
        progress.polled(&[], SECOND);
        assert_eq!(progress.stage(&[]), &Stage::Pending);
        assert_eq!(progress.due(&[]), None);
    }
}
