//! `smileid status` and `smileid wait`: one question, once or until it is answered. What an answer is, the session decides.

use core::time::Duration;

use smileid_core::{Answer, Client, Config, Freshness, IdPolicy, JobStatusQuery, NotFoundPolicy, WaitPolicy};
use smileid_http::is_loopback;
use smileid_http_blocking::HttpTransport;

use super::DONE;
use super::progress::Progress;
use super::sign::now;
use crate::args::{ConfigArgs, Format, JobArgs, NotFoundArg, PollArgs, StatusArgs, WaitArgs};
use crate::config::{self, Configured};
use crate::failure::Failure;
use crate::interrupt::{self, Ending};
use crate::live::Live;
use crate::output::{self, Paint};
use crate::report::{self, History};

/// With `--exit-status`: a final verdict that is not approved.
pub(super) const NOT_APPROVED: u8 = 3;

/// With `--exit-status`: the job is pending.
pub(super) const PENDING: u8 = 8;

/// `smileid status`.
pub(super) fn status(args: &StatusArgs, format: Format) -> Result<u8, Failure> {
    let answer = Question::read(&args.job, &args.config)?.ask(args.timeout)?;
    print(&answer, &args.job, format)
}

/// `smileid wait`.
pub(super) fn wait(args: &WaitArgs, format: Format) -> Result<u8, Failure> {
    let question = Question::read(&args.job, &args.config)?;
    let (mut policy, live, settings) = waiting(&args.poll, format);
    if args.job.not_found == NotFoundArg::Pending {
        policy = policy.with_not_found(NotFoundPolicy::Pending);
    }
    let outcome = Client::new(question.transport, settings(question.config)).wait_with(question.query, policy);
    // Gone before anything else is written.
    drop(live);
    print(&Answer::Final(Box::new(outcome?)), &args.job, format)
}

/// Returns how a wait asks, the line that shows it to a person, and what sets the limit of a poll and the line's observer.
pub(super) fn waiting(
    args: &PollArgs,
    format: Format,
) -> (WaitPolicy, Option<Live>, impl FnOnce(Config) -> Config + use<>) {
    let mut policy = WaitPolicy::DEFAULT;
    if let Some(interval) = args.interval {
        policy = policy.with_interval(interval);
    }
    if let Some(deadline) = args.deadline {
        policy = policy.with_deadline(deadline);
    }
    let progress = Progress::start(policy.deadline());
    let live = if format == Format::Text { progress.line() } else { None };
    let (timeout, is_live) = (args.timeout, live.is_some());
    let settings = move |mut config: Config| {
        if let Some(timeout) = timeout {
            config = config.with_attempt_timeout(timeout);
        }
        if is_live {
            config = config.with_observer(move |attempt| progress.note(attempt));
        }
        config
    };
    (policy, live, settings)
}

/// What is asked, of whom, and how to get there.
pub(super) struct Question {
    query: JobStatusQuery,
    config: Config,
    transport: HttpTransport,
    /// What Ctrl-C ends.
    pub(super) ending: Ending,
}

impl Question {
    /// Whether it is asked of this machine.
    pub(super) fn is_local(&self) -> bool {
        is_loopback(config::host(self.config.url()))
    }

    /// Asks once, within this time in all.
    pub(super) fn ask(self, timeout: Option<Duration>) -> Result<Answer, Failure> {
        let config = match timeout {
            Some(timeout) => self.config.with_call_deadline(timeout),
            None => self.config,
        };
        Ok(Client::new(self.transport, config).job_status(self.query)?)
    }

    pub(super) fn read(job: &JobArgs, args: &ConfigArgs) -> Result<Self, Failure> {
        let mut query = JobStatusQuery::new(job.user_id.as_str(), job.job_id.as_str())?;
        if job.history {
            query = query.with_history();
        }
        if job.image_links {
            query = query.with_image_links();
        }
        let configured = Configured::read(args)?;
        let environment = configured.environment()?;
        let mut config = Config::new(&configured.credentials()?, &environment);
        if let Some(tolerance) = job.max_age {
            config = config.with_freshness(Freshness::within(tolerance));
        }
        if job.require_ids {
            config = config.with_ids(IdPolicy::Required);
        }
        let transport = configured.transport(&environment)?;
        let ending = interrupt::ends(&transport);
        Ok(Self { query, config, transport, ending })
    }
}

/// Writes the answer and finds its exit status.
fn print(answer: &Answer, job: &JobArgs, format: Format) -> Result<u8, Failure> {
    let asked = if job.history { History::Asked } else { History::NotAsked };
    output::data(&match format {
        Format::Text => report::text(answer, asked, now(), Paint::for_stdout()),
        Format::Json => report::json(answer, asked) + "\n",
    })?;
    Ok(match answer {
        _ if !job.exit_status => DONE,
        Answer::Pending(_) => PENDING,
        Answer::Final(verified) if verified.verdict().is_approved() => DONE,
        Answer::Final(_) => NOT_APPROVED,
    })
}
