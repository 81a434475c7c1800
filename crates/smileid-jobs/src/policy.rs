//! When a job is asked for again. Every number is a setting, and each default says why it is that number.

use core::time::Duration;

use smileid_core::JobType;

use crate::settlement::KeepBody;

/// How the time between questions grows with a job's age.
///
/// The time to the next question is `share` of the job's age, at least `first` and at most `most`. A job that has been waiting for an
/// hour is asked for every six minutes, so the delay of its answer is never more than a tenth of its age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    first: Duration,
    per_mille: u32,
    most: Duration,
}

impl Pace {
    /// At least 2 s, a tenth of the age, at most 6 h.
    pub const DEFAULT: Self =
        Self { first: Duration::from_secs(2), per_mille: 100, most: Duration::from_secs(6 * 3600) };

    /// At least 10 s, a tenth of the age, at most 6 h: for products that a person at the service often looks at.
    pub const REVIEWED: Self = Self { first: Duration::from_secs(10), ..Self::DEFAULT };

    /// Sets the shortest time between questions. Less than 250 ms counts as 250 ms.
    #[must_use]
    pub fn with_first(mut self, first: Duration) -> Self {
        self.first = first.max(Duration::from_millis(250));
        self
    }

    /// Sets the share of the job's age, in thousandths.
    #[must_use]
    pub const fn with_per_mille(mut self, per_mille: u32) -> Self {
        self.per_mille = per_mille;
        self
    }

    /// Sets the longest time between questions.
    #[must_use]
    pub const fn with_most(mut self, most: Duration) -> Self {
        self.most = most;
        self
    }

    /// Returns the time to the next question for a job of this age, before jitter.
    #[must_use]
    pub fn interval(&self, age: Duration) -> Duration {
        let share = age.saturating_mul(self.per_mille) / 1000;
        share.min(self.most).max(self.first)
    }
}

/// What happens to an answer that is final for now and may still change: a provisional verdict, a first leg of two, or a result that
/// says it is not the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provisional {
    /// The time between questions.
    pub every: Duration,
    /// How long to go on asking after the first such answer. Then the job is settled with what it has.
    pub for_at_most: Duration,
    /// The date after which such an answer settles the job, in milliseconds since the Unix epoch.
    pub until: Option<i64>,
}

impl Provisional {
    /// Every 4 h for 7 days: a review by a person takes hours, and rarely more than some days.
    pub const DEFAULT: Self =
        Self { every: Duration::from_secs(4 * 3600), for_at_most: Duration::from_secs(7 * 86_400), until: None };

    /// Settles a job with the first such answer.
    pub const SETTLES: Self = Self { for_at_most: Duration::ZERO, ..Self::DEFAULT };
}

/// What "no such job" means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFound {
    /// A person has to look at the job.
    NeedsYou,
    /// The job may not have arrived yet: it is asked for again until it is this old.
    AskAgainFor(Duration),
}

/// When a job is asked for again, and when asking ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pace: Pace,
    by_type: Vec<(JobType, Pace)>,
    provisional: Provisional,
    not_found: NotFound,
    max_errors: u32,
    max_bad_answers: u32,
    keep_body: KeepBody,
}

impl Default for Policy {
    /// Returns the policy of `smileid jobs run`.
    fn default() -> Self {
        let reviewed = [JobType::DocumentVerification, JobType::EnhancedDocumentVerification];
        Self {
            pace: Pace::DEFAULT,
            by_type: reviewed.map(|product| (product, Pace::REVIEWED)).to_vec(),
            provisional: Provisional::DEFAULT,
            not_found: NotFound::NeedsYou,
            // With the back-off between them these span 25 hours: a long outage does not turn every job into manual work.
            max_errors: 36,
            max_bad_answers: 3,
            keep_body: KeepBody::No,
        }
    }
}

impl Policy {
    /// Sets the pace of jobs whose type has no pace, and of jobs whose type is not known yet.
    #[must_use]
    pub const fn with_pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// Sets the pace of one job type.
    #[must_use]
    pub fn with_pace_of(mut self, product: JobType, pace: Pace) -> Self {
        self.by_type.retain(|(known, _)| *known != product);
        self.by_type.push((product, pace));
        self
    }

    /// Sets what happens to answers that may still change.
    #[must_use]
    pub const fn with_provisional(mut self, provisional: Provisional) -> Self {
        self.provisional = provisional;
        self
    }

    /// Sets what "no such job" means.
    #[must_use]
    pub const fn with_not_found(mut self, not_found: NotFound) -> Self {
        self.not_found = not_found;
        self
    }

    /// Sets how many failures in a row (of the network or the service) a job survives.
    #[must_use]
    pub const fn with_max_errors(mut self, errors: u32) -> Self {
        self.max_errors = errors;
        self
    }

    /// Sets how many answers in a row that cannot be read or trusted a job survives.
    #[must_use]
    pub const fn with_max_bad_answers(mut self, answers: u32) -> Self {
        self.max_bad_answers = answers;
        self
    }

    /// Sets whether bodies are kept.
    #[must_use]
    pub const fn with_body(mut self, keep: KeepBody) -> Self {
        self.keep_body = keep;
        self
    }

    /// Returns the pace of a job type.
    #[must_use]
    pub fn pace(&self, product: Option<JobType>) -> Pace {
        let own = self.by_type.iter().find(|(known, _)| Some(*known) == product);
        own.map_or(self.pace, |(_, pace)| *pace)
    }

    /// Returns what happens to answers that may still change.
    #[must_use]
    pub const fn provisional(&self) -> Provisional {
        self.provisional
    }

    /// Returns what "no such job" means.
    #[must_use]
    pub const fn not_found(&self) -> NotFound {
        self.not_found
    }

    /// Returns how many failures in a row a job survives.
    #[must_use]
    pub const fn max_errors(&self) -> u32 {
        self.max_errors
    }

    /// Returns how many bad answers in a row a job survives.
    #[must_use]
    pub const fn max_bad_answers(&self) -> u32 {
        self.max_bad_answers
    }

    /// Returns whether bodies are kept.
    #[must_use]
    pub const fn keep_body(&self) -> KeepBody {
        self.keep_body
    }
}
