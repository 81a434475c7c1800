//! Jobs and how they go on from poll to poll. Nothing is signed or sent here.

use std::collections::HashMap;

/// The most jobs that are remembered: beyond it, jobs known by their prefix alone begin anew.
const MOST_REMEMBERED: usize = 100_000;

/// How a job stands at one poll.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Not final, and nothing known yet.
    Pending,
    /// Not final: the upload has not been processed (code 2314, `result` is text).
    NoZipFile,
    /// Final by `job_complete`, with a provisional result code.
    Provisional,
    /// Final and approved.
    Approved,
    /// Final and rejected.
    Rejected,
    /// The reply that the document prints.
    Document,
    /// These members, verbatim, between timestamp and signature.
    Members(String),
}

/// A job and the stages it goes through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    user: String,
    id: String,
    stages: Vec<(u32, Stage)>,
}

impl Job {
    /// A job that is pending until it is told otherwise.
    #[must_use]
    pub fn new(user_id: impl Into<String>, job_id: impl Into<String>) -> Self {
        Self { user: user_id.into(), id: job_id.into(), stages: Vec::new() }
    }

    /// Then `stage`, for so many polls; the last stage stays for ever.
    #[must_use]
    pub fn then(mut self, stage: Stage, polls: u32) -> Self {
        self.stages.push((polls, stage));
        self
    }

    /// Then pending, for so many polls.
    #[must_use]
    pub fn pending(self, polls: u32) -> Self {
        self.then(Stage::Pending, polls)
    }

    /// Then final and provisional, for so many polls.
    #[must_use]
    pub fn provisional(self, polls: u32) -> Self {
        self.then(Stage::Provisional, polls)
    }

    /// Then final and approved.
    #[must_use]
    pub fn approved(self) -> Self {
        self.then(Stage::Approved, 1)
    }

    /// Then final and rejected.
    #[must_use]
    pub fn rejected(self) -> Self {
        self.then(Stage::Rejected, 1)
    }

    /// Where the job stands at its `poll`-th poll, from 0.
    fn at(&self, poll: u32) -> Stage {
        let mut left = poll;
        for (polls, stage) in &self.stages {
            match left.checked_sub(*polls) {
                Some(rest) => left = rest,
                None => return stage.clone(),
            }
        }
        self.stages.last().map_or(Stage::Pending, |(_, stage)| stage.clone())
    }
}

/// All jobs, and how often each was polled.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    known: HashMap<(String, String), Job>,
    polls: HashMap<(String, String), u32>,
}

impl Jobs {
    pub(crate) fn insert(&mut self, job: Job) {
        let key = (job.user.clone(), job.id.clone());
        self.polls.remove(&key);
        self.known.insert(key, job);
    }

    /// Where a job stands now that it is asked for once more; none where there is no such job.
    pub(crate) fn poll(&mut self, user_id: &str, job_id: &str) -> Option<Stage> {
        let key = (user_id.to_owned(), job_id.to_owned());
        let by_prefix;
        let job = if let Some(job) = self.known.get(&key) {
            job
        } else {
            by_prefix = by_prefix_of(user_id, job_id)?;
            &by_prefix
        };
        if self.polls.len() >= MOST_REMEMBERED {
            self.polls.clear();
        }
        let polls = self.polls.entry(key).or_default();
        let stage = job.at(*polls);
        *polls = polls.saturating_add(1);
        Some(stage)
    }
}

/// The job that an id speaks of: `approved-x`, `pending-3-approved-x`.
fn by_prefix_of(user_id: &str, job_id: &str) -> Option<Job> {
    let job = Job::new(user_id, job_id);
    let (word, rest) = job_id.split_once('-')?;
    if word != "pending" {
        return Some(job.then(named(word)?, 1));
    }
    let counted = rest.split_once('-').and_then(|(n, rest)| Some((n.parse().ok()?, named(rest.split('-').next()?)?)));
    Some(match counted {
        Some((polls, stage)) => job.pending(polls).then(stage, 1),
        None => job,
    })
}

fn named(word: &str) -> Option<Stage> {
    Some(match word {
        "approved" => Stage::Approved,
        "provisional" => Stage::Provisional,
        "rejected" => Stage::Rejected,
        "pending" => Stage::Pending,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_follow_each_other_and_the_last_stays() {
        let mut jobs = Jobs::default();
        jobs.insert(Job::new("u", "j").pending(2).provisional(1).approved());
        let seen: Vec<_> = (0..5).map(|_| jobs.poll("u", "j").unwrap()).collect();
        assert_eq!(seen, [Stage::Pending, Stage::Pending, Stage::Provisional, Stage::Approved, Stage::Approved]);
        assert_eq!(jobs.poll("u", "other"), None);
        assert_eq!(jobs.poll("other", "j"), None);
    }

    #[test]
    fn ids_speak_for_themselves() {
        let mut jobs = Jobs::default();
        let mut at = |id: &str| jobs.poll("anyone", id);
        assert_eq!(at("approved-1"), Some(Stage::Approved));
        assert_eq!(at("rejected-1"), Some(Stage::Rejected));
        assert_eq!(at("provisional-1"), Some(Stage::Provisional));
        assert_eq!(at("pending-1"), Some(Stage::Pending));
        assert_eq!(
            [at("pending-2-approved-x"), at("pending-2-approved-x"), at("pending-2-approved-x")],
            [Some(Stage::Pending), Some(Stage::Pending), Some(Stage::Approved)]
        );
        assert_eq!(at("approved"), None);
        assert_eq!(at("other-1"), None);
    }
}
