//! A job and the stages it goes through, as tests, files and people write them. `jobs/progress` says which is the present one.

use core::fmt;
use core::time::Duration;

use super::{Lasts, Odd, Product, Stage, Step, is_v3};

/// A job and the stages it goes through.
#[derive(Clone, PartialEq, Eq)]
#[must_use = "a job exists once a sandbox has it"]
pub struct Job {
    pub(crate) user: String,
    pub(crate) id: String,
    pub(crate) product: Product,
    pub(crate) steps: Vec<Step>,
    pub(crate) odd: Vec<Odd>,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) callback_url: Option<String>,
}

impl Job {
    /// Creates a job that stays pending until stages are added.
    pub fn new(user_id: impl Into<String>, job_id: impl Into<String>) -> Self {
        Self {
            user: user_id.into(),
            id: job_id.into(),
            product: Product::default(),
            steps: Vec::new(),
            odd: Vec::new(),
            params: Vec::new(),
            callback_url: None,
        }
    }

    /// Sets the job's product. Defaults to `SmartSelfie` registration.
    pub const fn product(mut self, product: Product) -> Self {
        self.product = product;
        self
    }

    /// Adds a stage that lasts for a number of polls; the last stage stays for ever.
    pub fn then(self, stage: Stage, polls: u32) -> Self {
        self.step(stage, Lasts::Polls(polls))
    }

    /// Adds a stage that lasts for a time by the jobs' clock; the last stage stays for ever.
    pub fn then_for(self, stage: Stage, time: Duration) -> Self {
        self.step(stage, Lasts::Time(time))
    }

    /// Adds a pending stage that lasts for a number of polls.
    pub fn pending(self, polls: u32) -> Self {
        self.then(Stage::Pending, polls)
    }

    /// Adds a pending stage that lasts for a time by the jobs' clock.
    pub fn pending_for(self, time: Duration) -> Self {
        self.then_for(Stage::Pending, time)
    }

    /// Adds a final, provisional stage that lasts for a number of polls.
    pub fn provisional(self, polls: u32) -> Self {
        self.then(Stage::Provisional, polls)
    }

    /// Adds a final, approved stage.
    pub fn approved(self) -> Self {
        self.then(Stage::Approved, 1)
    }

    /// Adds a final, rejected stage.
    pub fn rejected(self) -> Self {
        self.then(Stage::Rejected, 1)
    }

    /// Adds an oddity of real replies to those of this job.
    pub fn odd(mut self, odd: Odd) -> Self {
        self.odd.push(odd);
        self
    }

    /// Adds a parameter of the partner, which replies repeat beside user and job id.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.params.push((name.into(), value.into()));
        self
    }

    /// Sets the URL of its callbacks: plain http to a literal loopback address. It is checked when the sandbox starts.
    pub fn callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = Some(url.into());
        self
    }

    /// Returns about how many bytes of memory it uses in the store of jobs, which has its ids in two keys too, or three with a v3 id.
    pub(crate) fn bytes(&self) -> usize {
        /// The job itself, and what the store keeps beside it.
        const FIXED: usize = size_of::<Job>() + 256;
        let ids = 4 * (self.user.len() + self.id.len());
        let texts: usize =
            self.params.iter().map(|(name, value)| name.len() + value.len() + 2 * size_of::<String>()).sum();
        let stages: usize = self.steps.iter().map(Step::bytes).sum();
        let url = self.callback_url.as_ref().map_or(0, String::len);
        FIXED + ids + texts + stages + url + self.odd.len() * size_of::<Odd>()
    }

    /// Whether it is a job of the v3 API, as its id shows.
    pub(crate) fn is_v3(&self) -> bool {
        is_v3(&self.id)
    }

    /// Whether it has this oddity.
    pub(crate) fn has(&self, odd: Odd) -> bool {
        self.odd.contains(&odd)
    }

    fn step(mut self, stage: Stage, lasts: Lasts) -> Self {
        self.steps.push(Step { stage, lasts });
        self
    }
}

/// Ids, parameters and the callback's place are not shown: people put e-mail addresses and the like into them.
impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { product, steps, odd, .. } = self;
        f.debug_struct("Job").field("product", product).field("steps", steps).field("odd", odd).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_course_and_no_value() {
        let job = Job::new("canary", "canary").param("canary", "canary").callback_url("http://127.0.0.1/canary");
        let shown = format!("{:?}", job.then(Stage::Members("\"canary\":1".into()), 1).approved());
        assert!(!shown.contains("canary") && shown.contains("approved"), "{shown}");
    }
}
