//! A job and the course it takes, as tests, files and people write it. Where it stands at a moment is told in `progress`.

use core::fmt;
use core::time::Duration;

use super::{Lasts, Odd, Product, Stage, Step};

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
    /// A job that is pending until it is told otherwise.
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

    /// The product the job is of. Default: `SmartSelfie` registration.
    pub const fn product(mut self, product: Product) -> Self {
        self.product = product;
        self
    }

    /// Then `stage`, for so many polls; the last stage stays for ever.
    pub fn then(self, stage: Stage, polls: u32) -> Self {
        self.step(stage, Lasts::Polls(polls))
    }

    /// Then `stage`, for so long by the jobs' clock; the last stage stays for ever.
    pub fn then_for(self, stage: Stage, time: Duration) -> Self {
        self.step(stage, Lasts::Time(time))
    }

    /// Then pending, for so many polls.
    pub fn pending(self, polls: u32) -> Self {
        self.then(Stage::Pending, polls)
    }

    /// Then pending, for so long by the jobs' clock.
    pub fn pending_for(self, time: Duration) -> Self {
        self.then_for(Stage::Pending, time)
    }

    /// Then final and provisional, for so many polls.
    pub fn provisional(self, polls: u32) -> Self {
        self.then(Stage::Provisional, polls)
    }

    /// Then final and approved.
    pub fn approved(self) -> Self {
        self.then(Stage::Approved, 1)
    }

    /// Then final and rejected.
    pub fn rejected(self) -> Self {
        self.then(Stage::Rejected, 1)
    }

    /// Its replies show one more oddity of real ones.
    pub fn odd(mut self, odd: Odd) -> Self {
        self.odd.push(odd);
        self
    }

    /// The partner's own parameter beside user and job id, which replies repeat.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.params.push((name.into(), value.into()));
        self
    }

    /// Where its callbacks are sent: plain http to a literal loopback address. It is checked when the job is added.
    pub fn callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = Some(url.into());
        self
    }

    /// About how many bytes of memory it takes in the store of jobs, where its ids are in two keys too. What grows is counted as it is.
    pub(crate) fn bytes(&self) -> usize {
        /// The job itself, and what the store keeps beside it.
        const FIXED: usize = size_of::<Job>() + 256;
        let ids = 3 * (self.user.len() + self.id.len());
        let texts: usize =
            self.params.iter().map(|(name, value)| name.len() + value.len() + 2 * size_of::<String>()).sum();
        let stages: usize = self.steps.iter().map(Step::bytes).sum();
        let url = self.callback_url.as_ref().map_or(0, String::len);
        FIXED + ids + texts + stages + url + self.odd.len() * size_of::<Odd>()
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
    fn debug_tells_the_course_and_no_value() {
        let job = Job::new("canary", "canary").param("canary", "canary").callback_url("http://127.0.0.1/canary");
        let told = format!("{:?}", job.then(Stage::Members("\"canary\":1".into()), 1).approved());
        assert!(!told.contains("canary") && told.contains("approved"), "{told}");
    }
}
