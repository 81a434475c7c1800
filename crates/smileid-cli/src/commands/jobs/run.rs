//! `smileid jobs run`: asks for the jobs of the store, until they are settled or it is interrupted.

use core::sync::atomic::Ordering;
use core::time::Duration;
use std::process;
use std::time::Instant;

use smileid_core::{Config, Freshness, IdPolicy};
use smileid_http_blocking::HttpTransport;
use smileid_jobs::{Counts, Driver, Ended, Flow, JobStore, KeepBody, NotFound, Policy, Progress};

use super::metrics::Metrics;
use super::watch::{self, Shown};
use super::{address, status};
use crate::args::{Format, JobsRunArgs, NotFoundArg};
use crate::commands::DONE;
use crate::config::Configured;
use crate::failure::{Failure, Kind};
use crate::interrupt;
use crate::live::Live;
use crate::output;
use crate::plain;

/// How long questions that are under way at the deadline may go on.
const GRACE: Duration = Duration::from_secs(1);

/// How long a job that is not there yet is asked for again, with `--not-found pending`.
const NOT_THERE_YET: Duration = Duration::from_secs(3600);

pub(super) fn run(args: &JobsRunArgs, format: Format) -> Result<u8, Failure> {
    let configured = Configured::read(&args.config)?;
    let environment = configured.environment()?;
    let credentials = configured.credentials()?;
    let mut config = Config::new(&credentials, &environment);
    if let Some(tolerance) = args.max_age {
        config = config.with_freshness(Freshness::within(tolerance));
    }
    if args.require_ids {
        config = config.with_ids(IdPolicy::Required);
    }
    if let Some(timeout) = args.timeout {
        config = config.with_attempt_timeout(timeout);
    }
    let in_flight = args.in_flight as usize;
    let options = configured.options(&environment)?.with_max_in_flight(in_flight).with_max_idle(in_flight);
    let transport = HttpTransport::with_options(&options)?;
    let mut store = address::open(&args.store)?;
    store.bind(credentials.partner_id().as_str())?;
    if let Some(rate) = args.rate {
        store.set_rate(rate)?;
    }
    let run = Run { args, started: Instant::now(), progress: Progress::default(), why: Why::Driver };
    run.go(store.as_mut(), &transport, &config, format)
}

/// A run that goes on.
struct Run<'a> {
    args: &'a JobsRunArgs,
    started: Instant,
    progress: Progress,
    why: Why,
}

/// Who ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Driver,
    Deadline,
    Interrupted,
}

impl Run<'_> {
    fn go(
        mut self,
        store: &mut dyn JobStore,
        transport: &HttpTransport,
        config: &Config,
        format: Format,
    ) -> Result<u8, Failure> {
        let asked_to_end = interrupt::asked();
        let shown = Shown::default();
        let metrics = self.args.metrics.map(|address| Metrics::start(address, &shown)).transpose()?;
        if let Some(metrics) = &metrics {
            let url = format!("http://{}", metrics.address());
            plain::note(&match format {
                Format::Text => format!("metrics on {url}/metrics, a page to look at on {url}/"),
                Format::Json => format!("{{\"metrics\":\"{url}/metrics\"}}"),
            });
        }
        let seen = shown.clone();
        let live = if format == Format::Text { Live::line(move || seen.line()) } else { None };
        let counting = (live.is_some() || metrics.is_some())
            .then(|| watch::Counting::start(&self.args.store, &shown))
            .transpose()?;
        let mut driver = Driver::new(self.policy(), worker()).with_in_flight(self.args.in_flight);
        if self.args.until.is_none() {
            driver = driver.forever();
        }
        let cut = transport.interrupt();
        let ended = driver.run(store, transport, config, &mut |progress| {
            self.progress = *progress;
            shown.progress(*progress);
            let passed = self.started.elapsed();
            if asked_to_end.load(Ordering::SeqCst) {
                self.why = Why::Interrupted;
                return Flow::Finish;
            }
            let Some(over) = self.args.deadline.and_then(|deadline| passed.checked_sub(deadline)) else {
                return Flow::GoOn;
            };
            self.why = Why::Deadline;
            if over > GRACE {
                cut.stop();
            }
            Flow::Finish
        });
        // Gone before anything else is written.
        drop((counting, live, metrics));
        let ended = ended?;
        let counts = store.counts()?;
        output::data(&self.summary(ended, &counts, format))?;
        self.exit(ended, &counts)
    }

    fn policy(&self) -> Policy {
        let keep = if self.args.keep_bodies { KeepBody::Yes } else { KeepBody::No };
        let not_found = match self.args.not_found {
            NotFoundArg::Pending => NotFound::AskAgainFor(NOT_THERE_YET),
            NotFoundArg::End => NotFound::NeedsYou,
        };
        Policy::default().with_body(keep).with_not_found(not_found)
    }

    /// How it ended, in a word.
    const fn word(&self, ended: Ended) -> &'static str {
        match (ended, self.why) {
            (Ended::Stopped(_), _) => "stopped",
            (Ended::Empty, _) => "settled",
            (Ended::Finished, Why::Interrupted) => "interrupted",
            (Ended::Finished, _) => "deadline",
        }
    }

    fn summary(&self, ended: Ended, counts: &Counts, format: Format) -> String {
        let Progress { asked, failed, throttled, recorded, .. } = self.progress;
        let seconds = self.started.elapsed();
        match format {
            Format::Text => format!(
                "{} settled, {} waiting, {} need you; asked {asked} times in {}\n",
                counts.settled,
                counts.waiting,
                counts.needing_you(),
                status::span(seconds)
            ),
            Format::Json => format!(
                "{{\"ended\":\"{}\",\"asked\":{asked},\"failed\":{failed},\"throttled\":{throttled},\"settled\":{},\"fenced\":{},\
                 \"seconds\":{:.3},\"counts\":{}}}\n",
                self.word(ended),
                recorded.settled,
                recorded.fenced,
                seconds.as_secs_f64(),
                status::json(counts)
            ),
        }
    }

    fn exit(&self, ended: Ended, counts: &Counts) -> Result<u8, Failure> {
        if let Ended::Stopped(kind) = ended {
            let message = "a job met an error that every other would meet, and the store is paused: fix the cause (smileid doctor \
                           --online), then smileid jobs resume, and run again";
            return Err(Failure::new(kind, message));
        }
        let left = counts.waiting;
        if left > 0 {
            return Err(match self.why {
                Why::Interrupted => {
                    Failure::new(Kind::Cancelled, format!("interrupted with {left} jobs waiting: run again to go on"))
                }
                _ => Failure::new(
                    Kind::Deadline,
                    format!("the deadline passed with {left} jobs waiting: run again to go on"),
                ),
            });
        }
        // The kind of most of them, so that a script sees that not all is well.
        match counts.needs_you.iter().max_by_key(|(_, jobs)| *jobs) {
            Some((kind, _)) => {
                let message = format!(
                    "no job is waiting, and {} need you: smileid jobs status says why, smileid jobs retry --failed asks again",
                    counts.needing_you()
                );
                Err(Failure::new(*kind, message))
            }
            None => Ok(DONE),
        }
    }
}

/// A name for this process in the store.
fn worker() -> String {
    format!("smileid-{}", process::id())
}
