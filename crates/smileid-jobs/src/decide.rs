//! The one place that decides what follows from an answer. It is pure: the same arguments give the same outcome.

use core::time::Duration;

use smileid_core::{Answer, Error, ErrorKind, JobStatus, JobStatusQuery, JobType, Reason, Verdict, Verified};

use crate::job::Record;
use crate::outcome::{Again, Outcome, Why};
use crate::policy::{NotFound, Policy};
use crate::settlement::Settlement;

/// The back-off after the first failure; it doubles with each further one.
const BACK_OFF: Duration = Duration::from_secs(2);
/// No back-off is longer: a service that is up again is noticed within the hour.
const MAX_BACK_OFF: Duration = Duration::from_secs(3600);
/// The shortest wait after an answer that a callback brought about.
const CALLED: Duration = Duration::from_millis(250);
/// The shortest wait after the service asked for fewer requests.
const THROTTLED: Duration = Duration::from_secs(2);
/// The longest wait that the service can ask for.
const MAX_ASKED: Duration = Duration::from_secs(600);

/// Decides what follows from one answer or error.
///
/// `now` is the store's time in milliseconds since the Unix epoch. The jitter is a function of the ids and of what was counted so
/// far, so that a repeated run makes the same decisions.
#[must_use]
pub fn ask_once(
    query: &JobStatusQuery,
    record: &Record,
    answer: Result<Answer, Error>,
    now: i64,
    policy: &Policy,
) -> Outcome {
    Step { query, record, now, policy }.decide(answer)
}

struct Step<'a> {
    query: &'a JobStatusQuery,
    record: &'a Record,
    now: i64,
    policy: &'a Policy,
}

impl Step<'_> {
    fn decide(&self, answer: Result<Answer, Error>) -> Outcome {
        match answer {
            Ok(Answer::Pending(pending)) => self.later(self.called(self.interval(pending.status())), Why::NotYet),
            Ok(Answer::Final(verified)) => self.answered(&verified),
            Err(error) => self.failed(&error),
        }
    }

    fn answered(&self, verified: &Verified<JobStatus>) -> Outcome {
        let rule = self.policy.provisional();
        let since = self.record.provisional_since.unwrap_or(self.now);
        let dated = rule.until.is_some_and(|until| self.now >= until);
        let waited = self.since(since) >= rule.for_at_most;
        if !may_change(verified.verdict()) || dated || waited {
            return Outcome::Settled(Box::new(Settlement::of(verified, self.policy.keep_body())));
        }
        // A callback can announce the provisional answer itself.
        let again = self.record.woken_at.is_some_and(|woken| woken > since);
        self.later(if again { self.called(rule.every) } else { rule.every }, Why::Provisional)
    }

    /// The time to the next question after a callback: an answer that does not show yet what the callback announced will soon. It is as long
    /// as the callback is ago, so that it doubles, until it is longer than `usual`.
    fn called(&self, usual: Duration) -> Duration {
        // After a clock was set back the callback is yet to come: it takes as long until then.
        let away = |woken| Duration::from_millis(self.now.abs_diff(woken));
        self.record.woken_at.map_or(usual, |woken| away(woken).max(CALLED).min(usual))
    }

    fn failed(&self, error: &Error) -> Outcome {
        use ErrorKind as K;
        let kind = error.kind();
        let bad = self.policy.max_bad_answers();
        match kind {
            K::Throttled => {
                let asked = error.retry_after().map(|asked| asked.min(MAX_ASKED));
                self.later(asked.unwrap_or_default().max(THROTTLED), Why::Throttled(asked))
            }
            K::Transport | K::Server | K::Deadline => self.counted(kind, self.policy.max_errors(), error.retry_after()),
            K::Malformed | K::Replay => self.counted(kind, bad, None),
            K::NotFound => match self.policy.not_found() {
                NotFound::AskAgainFor(time) if self.since(self.record.imported_at) < time => {
                    self.counted(kind, u32::MAX, None)
                }
                _ => Outcome::NeedsYou(kind),
            },
            K::Cancelled => Outcome::Again(Again { due: self.now, why: Why::Released }),
            // One job with a wrong signature is a job to look at; a run of them is a wrong key, or an attacker in between. The run stops
            // either way, and the counting lets the others go on after it was resumed.
            K::Signature => match self.counted(kind, bad, None) {
                Outcome::Again(again) => Outcome::Stop(kind, again),
                needs_you => needs_you,
            },
            K::Credentials | K::Tls | K::Redirected => Outcome::Stop(kind, Again { due: self.now, why: Why::Released }),
            // Request, disabled, unproven, mismatch, and whatever kinds there will be: asking again brings the same.
            _ => Outcome::NeedsYou(kind),
        }
    }

    /// Counts a failure: again later, unless there were too many in a row.
    fn counted(&self, kind: ErrorKind, most: u32, asked: Option<Duration>) -> Outcome {
        if self.record.errors.saturating_add(1) > most {
            return Outcome::NeedsYou(kind);
        }
        let doublings = self.record.errors.min(20);
        let back_off = BACK_OFF.saturating_mul(1 << doublings).min(MAX_BACK_OFF);
        self.later(back_off.max(asked.unwrap_or_default().min(MAX_ASKED)), Why::Failed(kind))
    }

    fn interval(&self, status: &JobStatus) -> Duration {
        let product: Option<JobType> = status.result().and_then(|result| result.partner_params().job_type());
        self.policy.pace(product).interval(self.since(self.record.imported_at))
    }

    /// Again after `delay`, or up to a fifth earlier: jobs imported together do not stay together.
    fn later(&self, delay: Duration, why: Why) -> Outcome {
        let millis = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        let earlier = match why {
            // The service said how long: never sooner.
            Why::Throttled(_) => 0,
            _ => u64::try_from(((u128::from(millis) / 5) * u128::from(self.random())) >> 64).unwrap_or(0),
        };
        let delay = i64::try_from(millis.saturating_sub(earlier)).unwrap_or(i64::MAX);
        Outcome::Again(Again { due: self.now.saturating_add(delay), why })
    }

    fn since(&self, then: i64) -> Duration {
        Duration::from_millis(u64::try_from(self.now.saturating_sub(then)).unwrap_or(0))
    }

    /// A number that looks random and is a function of the job and of what was counted so far.
    fn random(&self) -> u64 {
        let counted = (u64::from(self.record.asks) << 32) | u64::from(self.record.errors);
        let ids = self.query.user_id().bytes().chain([0]).chain(self.query.job_id().bytes());
        // FNV-1a over the ids, then SplitMix64's finaliser, whose upper bits are even.
        let hash = ids.fold(0xCBF2_9CE4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01B3));
        let mut z = (hash ^ counted).wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// Whether a final answer may be followed by another: a review that is under way, the first leg of two, or one that says so.
const fn may_change(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Provisional | Verdict::Undetermined(Reason::IdLeg | Reason::NotFinalResult))
}
