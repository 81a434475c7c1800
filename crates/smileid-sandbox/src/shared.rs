//! What the threads of a running sandbox share: partner, jobs, journal, clock, pictures. Each lock is held for one step only.

use core::net::SocketAddr;
use core::time::Duration;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::body::Bytes;
use hyper::header::HeaderMap;
use smileid_core::Credentials;

use crate::callbacks::Callbacks;
use crate::chance::Chances;
use crate::clock::Clock;
use crate::faults::{Guests, RequestFault, Service};
use crate::images::Images;
use crate::jobs::{Arrival, Jobs};
use crate::journal::{Entry, Journal, RecordedRequest};
use crate::partner::Partner;
use crate::replies::Scene;
use crate::service::{self, Answer};
use crate::v3::{self, Now, Tokens};

/// All that a running sandbox is.
pub(crate) struct SandboxState {
    pub(crate) partner: Partner,
    pub(crate) clock: Clock,
    pub(crate) images: Images,
    pub(crate) tokens: Tokens,
    pub(crate) seed: u64,
    pub(crate) callbacks: Callbacks,
    /// The address that is listened on.
    pub(crate) address: SocketAddr,
    /// `http://127.0.0.1:PORT`
    pub(crate) origin: String,
    pub(crate) jobs: Mutex<Jobs>,
    pub(crate) journal: Mutex<Journal>,
    pub(crate) chances: Mutex<Chances>,
    /// What faults sign with: HMAC in any case, with the partner's key.
    pub(crate) fault_credentials: Credentials,
    /// The connections that were given to faults.
    pub(crate) guests: Guests,
}

impl SandboxState {
    /// What replies are made from at this moment.
    pub(crate) fn scene(&self) -> Scene<'_> {
        Scene { partner: &self.partner, images: &self.images, seed: self.seed, jobs_now: self.clock.jobs() }
    }

    /// Answers a body posted to `/v1/job_status`.
    pub(crate) fn job_status(&self, body: &[u8]) -> Answer {
        let poll = |user_id: &str, job_id: &str| self.with_jobs(|jobs, now| jobs.poll(user_id, job_id, now));
        service::job_status(self.scene(), self.clock.wall(), body, poll)
    }

    /// Answers a request for a token of the v3 API.
    pub(crate) fn v3_token(&self, headers: &HeaderMap) -> Answer {
        v3::token(&self.tokens, &self.partner, headers, self.now())
    }

    /// Answers a request for a status of the v3 API.
    pub(crate) fn v3_status(&self, headers: &HeaderMap, job_id: &str) -> v3::V3Reply {
        let poll = |job_id: &str| self.with_jobs(|jobs, now| jobs.poll_v3(job_id, now));
        v3::status(&self.tokens, headers, job_id, self.now(), poll)
    }

    /// The present by both clocks.
    pub(crate) fn now(&self) -> Now {
        Now { wall: self.clock.wall(), jobs: self.clock.jobs() }
    }

    /// Works with the jobs at their present time; the callbacks that become due by it are sent.
    pub(crate) fn with_jobs<R>(&self, work: impl FnOnce(&mut Jobs, Duration) -> R) -> R {
        let now = self.clock.jobs();
        let mut jobs = locked(&self.jobs);
        let outcome = work(&mut jobs, now);
        let arrivals = jobs.take_arrivals();
        drop(jobs);
        for arrival in arrivals {
            self.callbacks.send(arrival);
        }
        outcome
    }

    /// What to give a client for a base URL.
    pub(crate) fn base_url(&self) -> String {
        format!("{}/v1", self.origin)
    }

    /// Advances the jobs' time, and the jobs with it; false if it passes by itself.
    pub(crate) fn advance(&self, by: Duration) -> bool {
        let advanced = self.clock.advance(by);
        self.pass_time();
        advanced
    }

    pub(crate) fn chances(&self) -> MutexGuard<'_, Chances> {
        locked(&self.chances)
    }

    /// The fault that the present request meets, and how many requests met it before.
    pub(crate) fn draw(&self, service: Service) -> Option<(RequestFault, u64)> {
        self.chances().draw(service)
    }

    /// Lets time move the jobs that it moves, for the sake of their callbacks.
    pub(crate) fn pass_time(&self) {
        self.with_jobs(Jobs::pass_time);
    }

    /// Sends the callback of a job's present stage again, and returns its number. `Ok(None)` if there is no such job; `Err` says why
    /// nothing is sent.
    pub(crate) fn call_back(&self, user_id: &str, job_id: &str) -> Result<Option<u64>, &'static str> {
        let Some((seen, url)) = self.with_jobs(|jobs, now| {
            let seen = jobs.look(user_id, job_id, now)?;
            let url = seen.job.callback_url.as_deref().map(Arc::from).or_else(|| jobs.callback_url.clone());
            Some((seen, url))
        }) else {
            return Ok(None);
        };
        if !seen.calls_back() {
            return Err("nothing is called back at this stage: move the job to a final one first");
        }
        let url = url.ok_or("no place to send it to: give the job or the sandbox a callback URL")?;
        Ok(Some(self.callbacks.send(Arrival { seen, url })))
    }

    /// Returns whether time passes by itself, rather than by [`SandboxState::advance`].
    pub(crate) const fn moves_by_itself(&self) -> bool {
        !self.clock.is_virtual()
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        locked(&self.journal)
    }

    /// Remembers an exchange.
    pub(crate) fn note(
        &self,
        method: &'static str,
        path: &str,
        request: &[u8],
        answer: &Answer,
        fault: Option<&'static str>,
    ) {
        let exchange = RecordedRequest { status: answer.status, code: answer.code, reason: answer.reason.clone() };
        let (at, path) = (self.clock.wall().unix_millis(), path.to_owned());
        // Copies of their own: what came is a slice of a buffer that is many times its size, and would be kept with it.
        let (request, answer) = (Bytes::copy_from_slice(request), Bytes::copy_from_slice(&answer.body));
        let entry = Entry { number: 0, at, method, path, request, answer, fault, exchange };
        self.journal().note(entry);
    }
}

/// A lock that a panicking thread held is still good here: no invariant spans two steps.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
