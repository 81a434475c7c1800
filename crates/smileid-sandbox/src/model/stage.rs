//! The stages of a job, and how long each lasts. `shapes` says what is answered meanwhile.

use core::fmt;
use core::time::Duration;

/// A stage of a job.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Not final, and nothing known yet.
    Pending,
    /// Not final: the upload has not been processed (code 2314, `result` is text, the proof is the unkeyed hash, as recorded).
    NoZipFile,
    /// Not final: the ID number was validated (1012), the comparison of faces is to come. The first of biometric KYC's two steps.
    IdLeg,
    /// Final by `job_complete`, with a provisional result code.
    Provisional,
    /// Final and approved.
    Approved,
    /// Final and rejected.
    Rejected,
    /// Final, and the check itself failed: nothing is said of the person.
    NoVerdict,
    /// Refused with 2304: there is no such job (yet).
    NotFound,
    /// Refused with 2307: the enrolled user is disabled.
    Disabled,
    /// Refused with 2310: no enrolled user is found.
    NoEnrolledUser,
    /// Refused with 2301: a system error.
    SystemError,
    /// The reply that the document prints.
    Document,
    /// These members, verbatim, between timestamp and signature.
    Members(String),
}

impl Stage {
    /// Every stage that has a word, in the order in which they are listed to people.
    pub const NAMED: &'static [Self] = &[
        Self::Pending,
        Self::NoZipFile,
        Self::IdLeg,
        Self::Provisional,
        Self::Approved,
        Self::Rejected,
        Self::NoVerdict,
        Self::NotFound,
        Self::Disabled,
        Self::NoEnrolledUser,
        Self::SystemError,
        Self::Document,
    ];

    /// Returns the stage's word.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::NoZipFile => "no_zip_file",
            Self::IdLeg => "id_leg",
            Self::Provisional => "provisional",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::NoVerdict => "no_verdict",
            Self::NotFound => "not_found",
            Self::Disabled => "disabled",
            Self::NoEnrolledUser => "no_enrolled_user",
            Self::SystemError => "system_error",
            Self::Document => "document",
            Self::Members(_) => "members",
        }
    }

    /// Returns the stage of a word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::NAMED.iter().find(|stage| stage.as_str() == word).cloned()
    }

    /// Returns whether a job at this stage is answered with `job_complete`. For members given verbatim it is not known.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Provisional | Self::Approved | Self::Rejected | Self::NoVerdict | Self::Document)
    }

    /// Whether the service sends a callback when a job comes here. Of the document's own job the document prints no callback.
    pub(crate) const fn calls_back(&self) -> bool {
        matches!(self, Self::IdLeg | Self::Provisional | Self::Approved | Self::Rejected | Self::NoVerdict)
    }
}

/// Shows only the word: members given verbatim may be about a person.
impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How long a stage of a job lasts. The last one stays for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasts {
    /// For so many polls.
    Polls(u32),
    /// For so long, by the jobs' clock.
    Time(Duration),
}

impl fmt::Display for Lasts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Polls(polls) => write!(f, "{polls}"),
            Self::Time(time) => write!(f, "{}ms", time.as_millis()),
        }
    }
}

/// One stage of a job's course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) stage: Stage,
    pub(crate) lasts: Lasts,
}

impl Step {
    /// About how many bytes of memory it takes, with what a job's progress remembers of it.
    pub(crate) fn bytes(&self) -> usize {
        let text = if let Stage::Members(text) = &self.stage { text.len() } else { 0 };
        2 * size_of::<Self>() + text
    }

    /// Reads `pending 3`, `pending 10s`, `approved`; without a number it is one poll.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let (word, rest) = text.split_once(' ').map_or((text, None), |(word, rest)| (word, Some(rest)));
        let stage =
            Stage::named(word).ok_or_else(|| format!("there is no stage of this name: {}", allowed_stages()))?;
        let lasts = rest.map_or(Some(Lasts::Polls(1)), lasts);
        let lasts = lasts.ok_or("after a stage stand polls (3) or a time (500ms, 10s, 2m)")?;
        Ok(Self { stage, lasts })
    }
}

/// The words that name a stage, for people.
pub(crate) fn allowed_stages() -> String {
    let words: Vec<_> = Stage::NAMED.iter().map(Stage::as_str).collect();
    format!("allowed are {}", words.join(", "))
}

/// The most digits of a count or a time: a million polls or hours are for ever.
const MOST_DIGITS: usize = 6;

fn lasts(text: &str) -> Option<Lasts> {
    match number(text) {
        Some(polls) => Some(Lasts::Polls(polls)),
        None => duration(text).map(Lasts::Time),
    }
}

/// Reads `500ms`, `10s`, `2m`, `1h`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let millis = match text.get(digits.len()..)? {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    Some(Duration::from_millis(u64::from(number(digits)?) * millis))
}

fn number(digits: &str) -> Option<u32> {
    let plain = digits.len() <= MOST_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_read_by_its_word() {
        for stage in Stage::NAMED {
            assert_eq!(Stage::named(stage.as_str()), Some(stage.clone()));
        }
        assert_eq!(Stage::named("members"), None);
    }

    #[test]
    fn steps_are_read_and_what_is_wrong_names_the_words() {
        let read = |text: &str| Step::read(text).map(|step| (step.stage, step.lasts));
        assert_eq!(read("approved"), Ok((Stage::Approved, Lasts::Polls(1))));
        assert_eq!(read("pending 3"), Ok((Stage::Pending, Lasts::Polls(3))));
        for (text, millis) in [("500ms", 500), ("10s", 10_000), ("2m", 120_000), ("1h", 3_600_000)] {
            let time = Duration::from_millis(millis);
            assert_eq!(read(&format!("id_leg {text}")), Ok((Stage::IdLeg, Lasts::Time(time))));
        }
        assert!(read("aproved").unwrap_err().contains("approved, rejected"));
        for bad in [
            "pending x", "pending -1", "pending 1d", "pending ", "pending  3", "pending +3", "pending 1000000",
            "pending 9999999s",
        ] {
            assert!(read(bad).unwrap_err().contains("10s"), "{bad}");
        }
    }
}
