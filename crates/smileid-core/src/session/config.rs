//! What every session of a client shares: keys, URL, limits and policies, each with its default. It contains no session's state.

use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;

use super::{Attempt, IdPolicy};
use crate::credentials::Credentials;
use crate::environment::Environment;
use crate::policy::{Freshness, RetryBudget, RetryPolicy, limits};
use crate::reply::DecodeOptions;
use crate::signature::Signer;

/// The settings of a client. Only credentials and environment are required; every other value has a documented default.
///
/// Cloning is cheap, and clones share one retry budget.
#[derive(Clone)]
pub struct Config(Arc<Inner>);

#[derive(Clone)]
pub(super) struct Inner {
    pub(super) signer: Signer,
    pub(super) url: String,
    pub(super) retry: RetryPolicy,
    pub(super) budget: Arc<RetryBudget>,
    pub(super) attempt_timeout: Duration,
    pub(super) call_deadline: Duration,
    pub(super) freshness: Freshness,
    pub(super) callback_freshness: Freshness,
    pub(super) ids: IdPolicy,
    pub(super) decode: DecodeOptions,
    pub(super) seed: Option<u64>,
    pub(super) observer: Option<Observer>,
}

pub(super) type Observer = Arc<dyn Fn(&Attempt) + Send + Sync>;

impl Config {
    /// Asks `environment` as `credentials`, with every other value at its default.
    #[must_use]
    pub fn new(credentials: &Credentials, environment: &Environment) -> Self {
        Self(Arc::new(Inner {
            signer: Signer::new(credentials),
            url: environment.job_status_url(),
            retry: RetryPolicy::DEFAULT,
            budget: Arc::default(),
            attempt_timeout: limits::ATTEMPT_TIMEOUT,
            call_deadline: limits::CALL_DEADLINE,
            freshness: Freshness::DEFAULT,
            callback_freshness: Freshness::DEFAULT,
            ids: IdPolicy::WherePresent,
            decode: DecodeOptions::default(),
            seed: None,
            observer: None,
        }))
    }

    /// Sets the retry policy for single calls. Defaults to three attempts.
    #[must_use]
    pub fn with_retry(self, retry: RetryPolicy) -> Self {
        self.changed(|c| c.retry = retry)
    }

    /// Sets the retry budget, which other clients may share. Defaults to a budget of 50 retries.
    #[must_use]
    pub fn with_retry_budget(self, budget: Arc<RetryBudget>) -> Self {
        self.changed(|c| c.budget = budget)
    }

    /// Sets the limit of one attempt or poll. Defaults to 10 s.
    #[must_use]
    pub fn with_attempt_timeout(self, timeout: Duration) -> Self {
        self.changed(|c| c.attempt_timeout = timeout)
    }

    /// Sets the limit of a whole call, retries included. Defaults to 30 s.
    #[must_use]
    pub fn with_call_deadline(self, deadline: Duration) -> Self {
        self.changed(|c| c.call_deadline = deadline)
    }

    /// Sets how far from now a final answer's signature may be. Defaults to 5 minutes each way.
    #[must_use]
    pub fn with_freshness(self, freshness: Freshness) -> Self {
        self.changed(|c| c.freshness = freshness)
    }

    /// Sets how far from now a callback may have been signed to be received as verified. Defaults to 5 minutes each way.
    ///
    /// The service repeats a delivery for hours with its first signature. Such a callback is not lost:
    /// [`Error::stale_callback`](crate::error::Error::stale_callback) returns it as a reason to ask. Raise this only if you want no
    /// difference between the two.
    #[must_use]
    pub fn with_callback_freshness(self, freshness: Freshness) -> Self {
        self.changed(|c| c.callback_freshness = freshness)
    }

    /// Sets whether a final answer must name its ids. Defaults to [`IdPolicy::WherePresent`].
    #[must_use]
    pub fn with_ids(self, ids: IdPolicy) -> Self {
        self.changed(|c| c.ids = ids)
    }

    /// Sets the options for reading replies. Defaults to the documented tolerance and 4 MiB.
    #[must_use]
    pub fn with_decode_options(self, decode: DecodeOptions) -> Self {
        self.changed(|c| c.decode = decode)
    }

    /// Sets a fixed source of jitter, so that a test can repeat a sequence.
    #[must_use]
    pub fn with_jitter_seed(self, seed: u64) -> Self {
        self.changed(|c| c.seed = Some(seed))
    }

    /// Sets an observer, which is called for each attempt once its outcome is known: for metrics, or a line on a terminal.
    #[must_use]
    pub fn with_observer(self, observer: impl Fn(&Attempt) + Send + Sync + 'static) -> Self {
        self.changed(|c| c.observer = Some(Arc::new(observer)))
    }

    /// Returns the retry budget that clones of this configuration share.
    #[must_use]
    pub fn retry_budget(&self) -> &Arc<RetryBudget> {
        &self.0.budget
    }

    /// Returns how far from now a final answer's signature may be.
    #[must_use]
    pub fn freshness(&self) -> Freshness {
        self.0.freshness
    }

    /// Returns how far from now a callback may have been signed.
    #[must_use]
    pub fn callback_freshness(&self) -> Freshness {
        self.0.callback_freshness
    }

    /// Returns the URL that requests go to.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0.url
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }

    fn changed(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("partner_id", self.0.signer.partner_id())
            .field("url", &self.0.url)
            .field("retry", &self.0.retry)
            .field("attempt_timeout", &self.0.attempt_timeout)
            .field("call_deadline", &self.0.call_deadline)
            .field("freshness", &self.0.freshness)
            .field("callback_freshness", &self.0.callback_freshness)
            .field("ids", &self.0.ids)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::{ApiKey, PartnerId};
    use alloc::format;

    #[test]
    fn debug_shows_the_options_and_clones_share_one_budget() {
        let credentials = Credentials::new(PartnerId::new("023").unwrap(), ApiKey::new("canary").unwrap());
        let config = Config::new(&credentials, &Environment::Sandbox);
        assert_eq!(config.url(), "https://testapi.smileidentity.com/v1/job_status");
        let tight = config.clone().with_call_deadline(Duration::from_secs(7)).with_ids(IdPolicy::Required);
        let output = format!("{tight:?}");
        for part in ["023", "testapi", "7s", "Required"] {
            assert!(output.contains(part), "{output}");
        }
        assert!(!output.contains("canary"), "{output}");
        assert!(Arc::ptr_eq(config.retry_budget(), tight.retry_budget()));
        let [answers, callbacks] = [7, 8].map(|seconds| Freshness::within(Duration::from_secs(seconds)));
        let config = config.with_freshness(answers).with_callback_freshness(callbacks);
        assert_eq!((config.freshness(), config.callback_freshness()), (answers, callbacks));
    }
}
