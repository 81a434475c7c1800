//! What a service does with a callback, whatever web framework brought it: prove it, answer at once, ask for the job's status, decide
//! once. It speaks no HTTP.
//!
//! A callback's proof covers its timestamp and the partner id, and no byte of what it says: so it is a reason to ask, and never an
//! answer. What may be decided is what [`Client::wait`] brings back. So a callback that is stale while its proof holds, or whose stage is
//! unknown, is not lost: it is a reason to ask like any other.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use smileid::{Callback, Client, ErrorKind, HeaderPair, JobStatusQuery, Reason, Verdict, WaitPolicy};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

/// How many callbacks may wait to be asked about; beyond it the service is asked to come again.
const MOST_WAITING: usize = 1_000;
/// How many questions are out at a time.
const AT_A_TIME: usize = 16;
/// How long one job is asked about: a callback says that it is done, so the first answer is nearly always the final one.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many decided jobs this process remembers.
const MOST_REMEMBERED: usize = 10_000;

/// What to answer a callback with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is genuine, and there is nothing more to send.
    Accepted,
    /// It cannot be read, or names no job.
    Malformed,
    /// Its proof is missing or wrong: another program may have sent it.
    Refused,
    /// Too many are waiting: send it again later.
    Busy,
}

impl Taken {
    /// The HTTP status that says so. What is not 2xx is sent again, or was not the service's.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Accepted => 200,
            Self::Malformed => 400,
            Self::Refused => 401,
            Self::Busy => 503,
        }
    }
}

/// The headers of a callback that count. Only the pair can be proven, and it covers neither id.
#[derive(Debug, Clone, Copy)]
pub struct Headers<'h> {
    /// `Response-Timestamp` and `Response-Signature`.
    pub pair: HeaderPair<'h>,
    /// `User-ID`, for a body that names no user.
    pub user_id: Option<&'h str>,
    /// `Job-ID`, for a body that names no job.
    pub job_id: Option<&'h str>,
}

impl<'h> Headers<'h> {
    /// Reads them by `header`, which returns the value of a header by its name in lower case.
    #[must_use]
    pub fn read(header: impl Fn(&'static str) -> Option<&'h [u8]>) -> Self {
        let text = |name| header(name).and_then(|value| std::str::from_utf8(value).ok());
        Self { pair: HeaderPair::from_headers(&header), user_id: text("user-id"), job_id: text("job-id") }
    }
}

/// Where callbacks go in. Clones share one queue; when the last one is dropped, the task behind it finishes its work, and ends.
#[derive(Clone)]
pub struct Intake {
    client: Client,
    queue: mpsc::Sender<JobStatusQuery>,
    jobs: Arc<Jobs>,
}

impl Intake {
    /// Starts the task that asks and decides; await it at the end of the program, for as long as the program may take to end.
    #[must_use]
    pub fn start(client: Client) -> (Self, JoinHandle<()>) {
        let (queue, waiting) = mpsc::channel(MOST_WAITING);
        let jobs = Arc::new(Jobs::default());
        let task = tokio::spawn(ask_all(client.clone(), waiting, Arc::clone(&jobs)));
        (Self { client, queue, jobs }, task)
    }

    /// Judges a callback by its body and headers, and leaves what it asks for to the task: this returns at once.
    #[must_use]
    pub fn take(&self, body: Vec<u8>, headers: Headers<'_>) -> Taken {
        let received = self.client.receive_callback_with(body, headers.pair);
        let callback: &Callback = match &received {
            Ok(callback) => callback,
            Err(error) => {
                let Some(stale) = error.stale_callback() else {
                    // The kind and the message contain nothing out of the body, which is logged nowhere.
                    tracing::warn!(kind = error.kind().as_str(), "callback refused: {error}");
                    return if error.kind() == ErrorKind::Malformed { Taken::Malformed } else { Taken::Refused };
                };
                // Delivered again, hours later, with its first signature; or sent by anyone who saw it. Asking is safe either way.
                stale.callback()
            }
        };
        tracing::info!(stage = callback.stage().as_str(), stale = received.is_err(), "callback received");
        if !callback.stage().is_reason_to_ask() {
            // The ID leg of a biometric KYC job, or a job that is being processed: another callback follows with the result.
            return Taken::Accepted;
        }
        let user_id = one(callback.user_id(), headers.user_id);
        let job_id = one(callback.job_id(), headers.job_id);
        let (Some(user_id), Some(job_id)) = (user_id, job_id) else { return Taken::Malformed };
        let Ok(query) = JobStatusQuery::new(user_id, job_id) else { return Taken::Malformed };
        let ids = Ids::of(&query);
        if !self.jobs.claim(&ids) {
            return Taken::Accepted;
        }
        if self.queue.try_send(query).is_err() {
            self.jobs.release(&ids);
            return Taken::Busy;
        }
        Taken::Accepted
    }
}

/// The id that the body and the headers agree on, or that one of them gives.
fn one(body: Option<Cow<'_, str>>, header: Option<&str>) -> Option<String> {
    match (body, header) {
        (Some(body), Some(header)) if body != header => None,
        (Some(body), _) => Some(body.into_owned()),
        (None, header) => header.map(str::to_owned),
    }
}

async fn ask_all(client: Client, mut waiting: mpsc::Receiver<JobStatusQuery>, jobs: Arc<Jobs>) {
    let mut asking = JoinSet::new();
    while let Some(query) = waiting.recv().await {
        if asking.len() >= AT_A_TIME {
            let _ended = asking.join_next().await;
        }
        asking.spawn(ask(client.clone(), query, Arc::clone(&jobs)));
    }
    while asking.join_next().await.is_some() {}
}

async fn ask(client: Client, query: JobStatusQuery, jobs: Arc<Jobs>) {
    let ids = Ids::of(&query);
    loop {
        let patience = WaitPolicy::DEFAULT.with_deadline(PATIENCE);
        let again = match client.wait_with(query.clone(), patience).await {
            Ok(status) => jobs.decide(&ids, status.verdict()),
            Err(error) => {
                // Not lost: the next callback asks again, and so should a sweep over the jobs you have not decided for an hour.
                tracing::error!(kind = error.kind().as_str(), "job not decided: {error}");
                jobs.release(&ids)
            }
        };
        if !again {
            return;
        }
    }
}

/// What a job is known by. Both ids count: a callback that names your job and another user must not stand in the way of the true one.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Ids {
    user: String,
    job: String,
}

impl Ids {
    fn of(query: &JobStatusQuery) -> Self {
        Self { user: query.user_id().to_owned(), job: query.job_id().to_owned() }
    }
}

/// The jobs that are being asked about or decided. In your service this is the table of the jobs you submitted: `claim` is an UPDATE
/// that takes an open row, and a job without a row is not ours.
#[derive(Default)]
struct Jobs(Mutex<Known>);

#[derive(Default)]
struct Known {
    taken: HashMap<Ids, Stand>,
    decided: VecDeque<Ids>,
}

/// The state of a job.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    Asked,
    /// Another callback came since: the answer that is under way may be older than that callback.
    AskedAgain,
    Decided,
}

impl Jobs {
    /// Takes the job; false if it is taken, so that a callback that comes twice is asked about once.
    fn claim(&self, ids: &Ids) -> bool {
        self.known(|known| match known.taken.get_mut(ids) {
            None => known.taken.insert(ids.clone(), Stand::Asked).is_none(),
            Some(stand) => {
                if *stand == Stand::Asked {
                    *stand = Stand::AskedAgain;
                }
                false
            }
        })
    }

    /// Gives the job back; true where it is to be asked about once more, and stays taken.
    fn release(&self, ids: &Ids) -> bool {
        self.known(|known| match known.taken.remove(ids) {
            Some(Stand::AskedAgain) => known.taken.insert(ids.clone(), Stand::Asked).is_none(),
            _ => false,
        })
    }

    /// Acts on the verdict: here you open the account or refuse it, in the transaction that closes the job's row. True as in `release`.
    fn decide(&self, ids: &Ids, verdict: Verdict) -> bool {
        let reason = verdict.reason().map(Reason::as_str);
        // No id: partners put e-mail addresses and phone numbers into them.
        tracing::info!(verdict = verdict.as_str(), reason, "job decided");
        match verdict {
            Verdict::Approved | Verdict::Rejected => self.known(|known| {
                known.taken.insert(ids.clone(), Stand::Decided);
                known.decided.push_back(ids.clone());
                if known.decided.len() > MOST_REMEMBERED {
                    let oldest = known.decided.pop_front();
                    oldest.map(|ids| known.taken.remove(&ids));
                }
                false
            }),
            // A person at the service may still look at it, and another callback then says so; have one of yours look at
            // it meanwhile.
            Verdict::Provisional | Verdict::Undetermined(_) => self.release(ids),
        }
    }

    fn known<T>(&self, change: impl FnOnce(&mut Known) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests;
