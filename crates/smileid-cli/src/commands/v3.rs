//! `smileid v3`: the v3 API's status, wait and webhooks. What an answer is, `smileid-v3` decides.

use core::error::Error as _;
use core::time::Duration;

use serde_json::json;
use smileid_core::{Freshness, HeaderPair, Moment, NotProven, Replay};
use smileid_http_blocking::HttpTransport;
use smileid_v3::{Answer, Client, Config, JobRef, OriginPolicy, PartnerForm, Webhook, WebhookHeaders};

use super::DONE;
use super::ask::{NOT_APPROVED, PENDING, waiting};
use super::sign::now;
use super::verify::{reason, stale_reason};
use crate::args::{ConfigArgs, Format, V3Args, V3Command, V3JobArgs, V3StatusArgs, V3WaitArgs, V3WebhookArgs};
use crate::config::Configured;
use crate::failure::{Failure, Kind};
use crate::interrupt::{self, Ending};
use crate::output::Paint;
use crate::{input, output, plain, report};

pub(super) fn run(args: &V3Args, format: Format) -> Result<u8, Failure> {
    match &args.command {
        V3Command::Status(args) => status(args, format),
        V3Command::Wait(args) => wait(args, format),
        V3Command::VerifyWebhook(args) => verify_webhook(args, format),
    }
}

fn status(args: &V3StatusArgs, format: Format) -> Result<u8, Failure> {
    let mut question = V3Question::read(&args.job, &args.config)?;
    if let Some(timeout) = args.timeout {
        question.config = question.config.with_settings(|settings| settings.with_call_deadline(timeout));
    }
    let answer = Client::new(question.transport, question.config).status(question.job)?;
    print(&answer, &args.job, format)
}

fn wait(args: &V3WaitArgs, format: Format) -> Result<u8, Failure> {
    let question = V3Question::read(&args.job, &args.config)?;
    let (policy, live, settings) = waiting(&args.poll, format);
    let config = question.config.with_settings(settings);
    let outcome = Client::new(question.transport, config).wait_with(question.job, policy);
    // Gone before anything else is written.
    drop(live);
    print(&Answer::Final(Box::new(outcome?)), &args.job, format)
}

/// What is asked, and how to get there.
struct V3Question {
    job: JobRef,
    config: Config,
    transport: HttpTransport,
    /// What Ctrl-C ends.
    _ending: Ending,
}

impl V3Question {
    fn read(args: &V3JobArgs, config: &ConfigArgs) -> Result<Self, Failure> {
        let mut job = JobRef::new(args.job_id.as_str())?;
        if let Some(user_id) = &args.user_id {
            job = job.user_id(user_id.as_str())?;
        }
        if let Some(product) = args.product {
            job = job.of(product);
        }
        let configured = Configured::read(config)?;
        let environment = configured.environment()?;
        let mut config = Config::new(&configured.credentials()?, &environment)?;
        if args.require_signed {
            config = config.with_origin(OriginPolicy::RequireSigned);
        }
        if let Some(host) = &args.api_host {
            config = config.with_api_host(host);
        }
        let transport = configured.transport(&environment)?;
        let ending = interrupt::ends(&transport);
        Ok(Self { job, config, transport, _ending: ending })
    }
}

/// Writes the answer and finds its exit status.
fn print(answer: &Answer, args: &V3JobArgs, format: Format) -> Result<u8, Failure> {
    output::data(&match format {
        Format::Text => report::v3::text(answer, Paint::for_stdout()),
        Format::Json => report::v3::json(answer),
    })?;
    Ok(match answer {
        _ if !args.exit_status => DONE,
        Answer::Pending(_) => PENDING,
        Answer::Final(decided) if decided.as_verdict().is_approved() => DONE,
        Answer::Final(_) => NOT_APPROVED,
    })
}

fn verify_webhook(args: &V3WebhookArgs, format: Format) -> Result<u8, Failure> {
    let configured = Configured::read(&args.config)?;
    if args.file.as_os_str() == "-" && configured.takes_standard_input() {
        return Err(Failure::invalid(
            "a key and the webhook cannot both come from standard input: give one of them as a file",
        ));
    }
    let credentials = configured.credentials()?;
    let body = input::read(&args.file)?;
    let at = args.at.map_or_else(now, |at| Moment::new(at.unix_millis(), Duration::ZERO));
    let freshness = args.max_age.map_or(Freshness::DEFAULT, Freshness::within);
    let headers = WebhookHeaders::new(HeaderPair::new(args.timestamp.as_deref(), args.signature.as_deref()));
    let outcome = Webhook::receive(&body, headers, &credentials, at, freshness);
    let (proof, why) = match &outcome {
        Ok(webhook) => (webhook.proof().kind().as_str(), None),
        Err(error) => match (cause::<NotProven>(error), cause::<Replay>(error)) {
            (Some(why), _) => (why.as_str(), Some(reason(*why))),
            (None, Some(replay)) => ("hmac", Some(stale_reason(*replay))),
            // It cannot be read: there is nothing to print about it.
            (None, None) => return Err(outcome.map_or_else(Failure::from, |_| internal())),
        },
    };
    let found = outcome.as_ref().ok();
    let printed = json!({
        "proof": proof,
        "valid": why.is_none(),
        "reason": why,
        "key": found.map(|webhook| webhook.proof().key().as_str()),
        "partner_form": found.map(|webhook| webhook.partner_form().as_str()),
        "stage": found.map(|webhook| webhook.stage().as_str()),
    });
    output::data(&(plain::json(&printed) + "\n"))?;
    let webhook = outcome?;
    if format == Format::Text {
        let form = match webhook.partner_form() {
            PartnerForm::Integer => "without its zeros",
            PartnerForm::ThreeDigits => "with zeros up to three digits",
            _ => "as you gave it",
        };
        let key = webhook.proof().key().as_str();
        plain::note(&format!(
            "smileid: the hmac proof holds with the {key} key, over the partner id {form}; ask for the status before you decide"
        ));
    }
    Ok(DONE)
}

fn cause<E: core::error::Error + 'static>(error: &smileid_core::Error) -> Option<&E> {
    error.source()?.downcast_ref()
}

fn internal() -> Failure {
    Failure::new(Kind::Internal, "a webhook that was accepted has no proof: please report this")
}
