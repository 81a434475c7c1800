//! What a service does with a callback, whatever web framework brought it: prove it, answer at once, ask for the job's status, decide
//! once. It speaks no HTTP of its own.
//!
//! A callback's proof covers its timestamp and the partner id, and no byte of what it says: so it is a reason to ask, and never an
//! answer. What may be decided is what [`Client::wait`] brings back.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use smileid_http_async::smileid_core::reply::Stage;
use smileid_http_async::{Client, ErrorKind, JobStatusQuery, Reason, Verdict, WaitPolicy};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

/// How many callbacks may wait to be asked about; beyond it the service is told to come again.
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
    /// Its proof is missing, wrong, or too old: somebody else may have sent it.
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

/// Where callbacks go in. Clones share one queue; when the last one is dropped, the task behind it ends what it has begun, and ends.
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

    /// Judges a callback by its body, and leaves what it asks for to the task: this returns at once.
    #[must_use]
    pub fn take(&self, body: Vec<u8>) -> Taken {
        let callback = match self.client.receive_callback(body) {
            Ok(callback) => callback,
            Err(error) => {
                // The kind and the message hold nothing out of the body, which is logged nowhere.
                tracing::warn!(kind = error.kind().as_str(), "callback refused: {error}");
                return if error.kind() == ErrorKind::Malformed { Taken::Malformed } else { Taken::Refused };
            }
        };
        tracing::info!(stage = callback.stage().as_str(), "callback received");
        if callback.stage() != Stage::Final {
            // The ID leg of a biometric KYC job, say: another callback follows with the result.
            return Taken::Accepted;
        }
        let ids = callback.result().partner_params();
        let (Some(user_id), Some(job_id)) = (ids.user_id(), ids.job_id()) else { return Taken::Malformed };
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
        let again = match client.wait(query.clone(), patience).await {
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
/// that takes an open row, and a job that has no row is nobody's.
#[derive(Default)]
struct Jobs(Mutex<Known>);

#[derive(Default)]
struct Known {
    taken: HashMap<Ids, Stand>,
    decided: VecDeque<Ids>,
}

/// How a job stands here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    Asked,
    /// Another callback came since: the answer that is under way may be older than what it tells of.
    AskedAgain,
    Decided,
}

impl Jobs {
    /// Takes the job; false where it is taken, so that a callback that comes twice is asked about once.
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
            // A person at the service may still look at it, and another callback then tells; have one of yours look at it meanwhile.
            Verdict::Provisional | Verdict::Undetermined(_) => self.release(ids),
        }
    }

    fn known<T>(&self, change: impl FnOnce(&mut Known) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smileid_http_async::smileid_core::Clock as _;
    use smileid_http_async::smileid_core::signature::Signer;
    use smileid_http_async::smileid_core::time::Timestamp;
    use smileid_http_async::{ApiKey, BaseUrl, Config, Credentials, Options, PartnerId, Reqwest, Roots};

    /// An intake with room for one, and nobody who asks.
    fn intake() -> (Intake, mpsc::Receiver<JobStatusQuery>, Signer) {
        let credentials = Credentials::new(PartnerId::new("023").unwrap(), ApiKey::new("key").unwrap());
        let nowhere = BaseUrl::parse("http://127.0.0.1:1/v1").unwrap().into();
        let transport = Reqwest::with_options(&Options::new().with_roots(Roots::Added)).unwrap();
        let client = Client::new(transport, Config::new(&credentials, &nowhere).unwrap());
        let (queue, waiting) = mpsc::channel(1);
        (Intake { client, queue, jobs: Arc::default() }, waiting, Signer::new(&credentials).unwrap())
    }

    fn callback(intake: &Intake, signer: &Signer, job_id: &str) -> Vec<u8> {
        let proof = signer.authorize_at(Timestamp::at(intake.client.transport().now()));
        let (timestamp, signature) = (proof.timestamp().as_str(), proof.value());
        let ids = format!(r#"{{"user_id":"user-7","job_id":"{job_id}","job_type":1}}"#);
        let body = format!(
            r#"{{"ResultCode":"0810","PartnerParams":{ids},"timestamp":"{timestamp}","signature":"{signature}"}}"#
        );
        body.into_bytes()
    }

    #[test]
    fn where_the_queue_is_full_a_callback_is_put_off_and_not_lost() {
        let (intake, mut waiting, signer) = intake();
        let take = |job_id: &str| intake.take(callback(&intake, &signer, job_id));
        assert_eq!(
            [take("a"), take("a"), take("b"), take("b")],
            [Taken::Accepted, Taken::Accepted, Taken::Busy, Taken::Busy]
        );
        assert_eq!(waiting.try_recv().unwrap().job_id(), "a");
        assert_eq!(take("b"), Taken::Accepted);
        assert_eq!(waiting.try_recv().unwrap().job_id(), "b");
        assert!(waiting.try_recv().is_err(), "a double is not asked about");
    }

    #[test]
    fn a_callback_that_names_no_job_is_malformed() {
        let (intake, _waiting, signer) = intake();
        let body = String::from_utf8(callback(&intake, &signer, "a")).unwrap();
        for nameless in
            [body.replace("job_id", "other"), body.replace("user-7", ""), body.replace("PartnerParams", "x")]
        {
            assert_eq!(intake.take(nameless.into_bytes()), Taken::Malformed);
        }
    }

    fn ids(job: &str) -> Ids {
        Ids { user: "user-7".to_owned(), job: job.to_owned() }
    }

    #[test]
    fn an_approved_job_is_closed_and_a_provisional_one_is_asked_about_again() {
        let jobs = Jobs::default();
        for (job, verdict, again) in
            [("a", Verdict::Approved, false), ("r", Verdict::Rejected, false), ("p", Verdict::Provisional, true)]
        {
            let ids = ids(job);
            assert!(jobs.claim(&ids));
            assert!(!jobs.decide(&ids, verdict));
            assert_eq!(jobs.claim(&ids), again, "{job}");
        }
        for number in 0..MOST_REMEMBERED {
            jobs.decide(&ids(&number.to_string()), Verdict::Approved);
        }
        assert!(jobs.claim(&ids("a")), "memory is bounded: the oldest are forgotten");
    }

    #[test]
    fn a_callback_that_comes_amid_a_question_is_not_lost() {
        let (jobs, ids) = (Jobs::default(), ids("a"));
        assert!(jobs.claim(&ids) && !jobs.claim(&ids) && !jobs.claim(&ids));
        assert!(jobs.decide(&ids, Verdict::Provisional), "its result may have come since: asked once more");
        assert!(!jobs.claim(&ids), "meanwhile it is taken");
        assert!(jobs.release(&ids) && !jobs.release(&ids), "once for each time");
        assert!(jobs.claim(&ids) && !jobs.claim(&ids));
        assert!(!jobs.decide(&ids, Verdict::Approved), "what is decided is decided");
        assert!(!jobs.claim(&ids));
    }

    #[test]
    fn a_callback_under_another_user_does_not_stand_in_the_way() {
        let (intake, mut waiting, signer) = intake();
        let forged = String::from_utf8(callback(&intake, &signer, "a")).unwrap().replace("user-7", "mallory");
        assert_eq!(intake.take(forged.into_bytes()), Taken::Accepted);
        assert_eq!(waiting.try_recv().unwrap().user_id(), "mallory");
        assert_eq!(intake.take(callback(&intake, &signer, "a")), Taken::Accepted);
        assert_eq!(waiting.try_recv().unwrap().user_id(), "user-7");
    }
}
