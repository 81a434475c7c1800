//! Calls as OpenTelemetry spans, attempts and verdicts as metrics: `telemetry USER_ID JOB_ID` waits for a job and exports what it did.
//!
//! Where `OTEL_EXPORTER_OTLP_ENDPOINT` is set they go to a collector there (OTLP in protobuf over http, say `http://127.0.0.1:4318`),
//! else to standard output. No span, no attribute and no metric holds an id, a name, or anything else out of a reply.

mod exporters;

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Meter, MeterProvider as _};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use smileid::{Attempt, Client, Error, JobStatusQuery, WaitPolicy};
use tracing::level_filters::LevelFilter;
use tracing::{Instrument as _, info_span};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// How long the job may take to become final.
const DEADLINE: Duration = Duration::from_secs(30);

/// The bounds of the histogram of durations, in seconds: those that OpenTelemetry advises for HTTP clients.
const BOUNDARIES: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [user_id, job_id] = arguments.as_slice() else {
        eprintln!("usage: telemetry USER_ID JOB_ID");
        return ExitCode::from(2);
    };
    let (spans, metrics) = match exporters::made() {
        Ok(made) => made,
        Err(error) => {
            eprintln!("the exporters cannot be made: {error}");
            return ExitCode::from(2);
        }
    };
    subscribe(&spans);
    let outcome = ask(user_id, job_id, &metrics.meter("onboarding"));
    // Nothing is lost at the end of the program, and a collector that is gone holds it up for a moment only.
    for end in [spans.shutdown(), metrics.shutdown()] {
        if let Err(error) = end {
            eprintln!("not all was exported: {error}");
        }
    }
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", error.kind());
            ExitCode::FAILURE
        }
    }
}

/// Spans of `smileid` and of this program, and of nothing beneath: an HTTP library's own spans are not redacted.
fn subscribe(spans: &SdkTracerProvider) {
    let ours = Targets::new().with_target("smileid", LevelFilter::DEBUG).with_target("telemetry", LevelFilter::INFO);
    let layer = tracing_opentelemetry::layer().with_tracer(spans.tracer("onboarding")).with_location(false);
    tracing_subscriber::registry().with(layer.with_threads(false).with_filter(ours)).init();
}

#[tokio::main(flavor = "current_thread")]
async fn ask(user_id: &str, job_id: &str, meter: &Meter) -> Result<(), Error> {
    let verdicts = meter.u64_counter("smileid.verdicts").with_description("Jobs with a final answer").build();
    let client = Client::builder_from_env()?.on_attempt(observer(meter)).build()?;
    let query = JobStatusQuery::new(user_id, job_id)?;
    // The spans of a call are children of the span it is made in.
    let asking =
        client.wait_with(query, WaitPolicy::DEFAULT.with_deadline(DEADLINE)).instrument(info_span!("onboarding"));
    let verdict = asking.await?.verdict();
    verdicts.add(1, &[KeyValue::new("smileid.verdict", verdict.as_str())]);
    println!("final: {verdict}");
    Ok(())
}

/// Each attempt into a histogram, in the names that OpenTelemetry gives HTTP clients: from it come rates, errors and durations.
fn observer(meter: &Meter) -> impl Fn(&Attempt) + Send + Sync + use<> {
    let attempts = meter.f64_histogram("http.client.request.duration").with_unit("s");
    let attempts = attempts.with_boundaries(BOUNDARIES.to_vec()).build();
    move |attempt| {
        let mut attributes = vec![
            KeyValue::new("url.template", "/job_status"),
            KeyValue::new("smileid.outcome", attempt.outcome.as_str()),
        ];
        if let Some(status) = attempt.http_status {
            attributes.push(KeyValue::new("http.response.status_code", i64::from(status)));
        }
        attempts.record(attempt.duration.as_secs_f64(), &attributes);
    }
}
