//! River's worker: it asks for one job's status, and `ask_once` says what River does with the job. Nothing is decided here.

use std::time::Duration;

use riverqueue::serde_json::json;
use riverqueue::{BoxError, Job, JobArgs, QueueUpdateParams, WorkCancelled, WorkContext, WorkOutcome, Worker};
use serde::{Deserialize, Serialize};
use smileid_http_async::ReqwestTransport;
use smileid_http_async::smileid_core::{AsyncClient, Clock, Config, ErrorKind, JobStatusQuery, Reason, RetryPolicy};
use smileid_jobs::{Outcome, Policy, Record, Settlement, ask_once};

/// The queue of these jobs. It is paused by an error that the next job would meet too.
pub(crate) const QUEUE: &str = "smileid";
/// Where a job's metadata has what was learned from asking so far.
const RECORD: &str = "smileid_record";
/// Long enough for all workers of the queue to notice that it is paused, before one of them takes the job again.
const NOTICED: Duration = Duration::from_secs(5);
/// A question: the ids that the job was submitted with. The same question is in the queue only once.
#[derive(Clone, Deserialize, JobArgs, Serialize)]
#[river(kind = "smileid_status", queue = "smileid", unique(by_args))]
pub(crate) struct Ask {
    pub(crate) user_id: String,
    pub(crate) job_id: String,
}

/// What River keeps of a job between two questions.
#[derive(Clone, Copy, Default, Deserialize, Serialize)]
struct Learned {
    asks: u32,
    errors: u32,
    provisional_since: Option<i64>,
}

/// Asks, over one client that all attempts share.
pub(crate) struct Asker {
    transport: ReqwestTransport,
    client: AsyncClient<ReqwestTransport>,
    policy: Policy,
}

impl Asker {
    /// Creates a worker. River repeats what fails, so that the client itself does not.
    pub(crate) fn new(transport: ReqwestTransport, config: Config, policy: Policy) -> Self {
        let client = AsyncClient::new(transport.clone(), config.with_retry(RetryPolicy::NONE));
        Self { transport, client, policy }
    }
}

impl Worker<Ask> for Asker {
    type Error = BoxError;

    async fn work(&self, context: WorkContext, job: Job<Ask>) -> Result<WorkOutcome, BoxError> {
        let Ok(query) = JobStatusQuery::new(&*job.args.user_id, &*job.args.job_id) else {
            return needs_you(&context, ErrorKind::InvalidInput);
        };
        let answer = tokio::select! {
            answer = self.client.job_status(query.clone()) => answer,
            // River gives the job to another attempt, and counts none.
            () = context.cancellation_token().cancelled() => return Err(WorkCancelled.into()),
        };
        let now = self.transport.now().unix_millis();
        let mut record = record(&job)?;
        let outcome = ask_once(&query, &record, answer, now, &self.policy);
        if let Some(again) = outcome.again() {
            record.count(again.why, now);
            let Record { asks, errors, provisional_since, .. } = record;
            context.metadata_set(RECORD, Learned { asks, errors, provisional_since })?;
        }
        let until = |due: i64| Duration::from_millis(u64::try_from(due.saturating_sub(now)).unwrap_or(0));
        match outcome {
            Outcome::Settled(settlement) => {
                context.record_output(output(&settlement))?;
                Ok(WorkOutcome::Complete)
            }
            Outcome::Again(again) => Ok(WorkOutcome::Snooze(until(again.due))),
            Outcome::NeedsYou(kind) => needs_you(&context, kind),
            Outcome::Stop(kind, again) => {
                pause(&context, kind).await?;
                Ok(WorkOutcome::Snooze(until(again.due).max(NOTICED)))
            }
        }
    }
}

/// What is known of the job so far. River says when it came.
fn record(job: &Job<Ask>) -> Result<Record, BoxError> {
    let Learned { asks, errors, provisional_since } = job.row.metadata.get(RECORD)?.unwrap_or_default();
    Ok(Record { imported_at: job.row.created_at.as_millisecond(), asks, errors, provisional_since, ..Record::default() })
}

/// Ends a job that a person has to look at: asking again brings the same.
fn needs_you(context: &WorkContext, kind: ErrorKind) -> Result<WorkOutcome, BoxError> {
    context.record_output(json!({ "needs_you": kind.as_str() }))?;
    Ok(WorkOutcome::Cancel)
}

/// Pauses the queue for all workers on the database, and writes down why.
async fn pause(context: &WorkContext, kind: ErrorKind) -> Result<(), BoxError> {
    let client = context.client().ok_or("the worker runs without a client, and cannot pause its queue")?;
    let why = [("paused_by".to_owned(), kind.as_str().into())].into_iter().collect();
    client.queues().update(QUEUE, QueueUpdateParams::new().metadata(why)).await?;
    client.queues().pause(QUEUE).await?;
    Ok(())
}

/// What is kept of a settled job: the verdict and what proves it, and nothing about the person.
fn output(settlement: &Settlement) -> impl Serialize {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    let digest: String =
        settlement.body_sha256().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
    json!({
        "verdict": settlement.verdict().as_str(),
        "reason": settlement.reason().map(Reason::as_str),
        "code": settlement.code(),
        "result_code": settlement.result_code(),
        "proof": settlement.proof().as_str(),
        "key": settlement.key().as_str(),
        "signed_at": settlement.signed_at(),
        "body_sha256": digest,
    })
}
