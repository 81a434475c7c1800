//! What the admin API shows: the state, jobs, exchanges, callbacks, faults. It changes nothing.

use super::AdminReply;
use crate::callbacks::Delivery;
use crate::chance;
use crate::jobs::Seen;
use crate::model::{Odd, Product, Stage};
use crate::shared::SandboxState;
use crate::tree::{Json, Map, MapExt as _};

/// How many jobs or exchanges a page has by default.
const USUAL: usize = 100;
/// How many it has at most.
const MOST: u64 = 1000;
/// The largest offset of a page: whole numbers beyond it are not exact in every language.
const FAR: u64 = (1 << 53) - 1;

pub(super) fn state(shared: &SandboxState) -> AdminReply {
    let partner = &shared.partner;
    let words = |words: Vec<&'static str>| Json::Array(words.into_iter().map(Json::from).collect());
    let state = Map::new()
        .with("base_url", shared.base_url())
        .with("partner_id", partner.id().to_owned())
        .with("scheme", if partner.uses_sec_key() { "sec-key" } else { "hmac" })
        .with("clock", if shared.clock.is_virtual() { "virtual" } else { "real" })
        .with("jobs_ms", shared.clock.jobs_ms())
        .with("seed", shared.seed)
        .with("requests", shared.journal().requests())
        .with("jobs", Json::from(shared.with_jobs(|jobs, _| jobs.len())))
        .with("stages", words(Stage::NAMED.iter().map(Stage::as_str).collect()))
        .with("products", words(Product::ALL.iter().map(|product| product.as_str()).collect()))
        .with("oddities", words(Odd::ALL.iter().map(|odd| odd.name()).collect()));
    AdminReply::json(200, state)
}

pub(super) fn jobs(shared: &SandboxState, query: &str) -> AdminReply {
    let (offset, limit) = match (number(query, "offset", FAR), number(query, "limit", MOST)) {
        (Ok(offset), Ok(limit)) => (offset.unwrap_or(0), limit.unwrap_or(USUAL)),
        (Err(refused), _) | (_, Err(refused)) => return refused,
    };
    let (total, seen) = shared.with_jobs(|jobs, now| (jobs.len(), jobs.list(offset, limit, now)));
    let list = Json::Array(seen.iter().map(|seen| job_json(seen).into()).collect());
    AdminReply::json(200, Map::new().with("total", Json::from(total)).with("jobs", list))
}

pub(super) fn job(shared: &SandboxState, user_id: &str, job_id: &str) -> AdminReply {
    match shared.with_jobs(|jobs, now| jobs.look(user_id, job_id, now)) {
        Some(seen) => AdminReply::json(200, job_json(&seen)),
        None => no_such_job(),
    }
}

pub(super) fn journal(shared: &SandboxState, query: &str) -> AdminReply {
    let (after, limit) = match (number(query, "after", FAR), number(query, "limit", MOST)) {
        (Ok(after), Ok(limit)) => (after.unwrap_or(0), limit.unwrap_or(USUAL)),
        (Err(refused), _) | (_, Err(refused)) => return refused,
    };
    let after = u64::try_from(after).unwrap_or(u64::MAX);
    let (total, entries) = {
        let journal = shared.journal();
        (journal.requests(), journal.after(after, limit))
    };
    let list = Json::Array(entries.iter().map(crate::journal::Entry::to_json).collect());
    AdminReply::json(200, Map::new().with("requests", total).with("exchanges", list))
}

pub(super) fn callbacks(shared: &SandboxState) -> AdminReply {
    let list = shared.callbacks.latest().iter().map(|delivery| delivery_json(delivery).into()).collect();
    AdminReply::json(200, Map::new().with("callbacks", Json::Array(list)))
}

pub(super) fn faults(shared: &SandboxState) -> AdminReply {
    let on = shared.chances().on();
    let faults = chance::possible().map(|fault| {
        let chance = on.iter().find(|chance| chance.fault == fault);
        Map::new()
            .with("name", fault.name())
            .with("family", fault.family())
            .with("description", fault.description())
            .with("probability", probability_json(chance.map_or(0.0, |chance| chance.probability)))
            .with("times", chance.and_then(|chance| chance.times))
            .into()
    });
    AdminReply::json(200, Map::new().with("faults", Json::Array(faults.collect())))
}

/// Never and always are written as the whole numbers 0 and 1.
pub(super) fn probability_json(probability: f64) -> Json {
    serde_json::from_str(&probability.to_string()).unwrap_or_default()
}

/// Returns a job as the admin API shows it. Of stages given verbatim it shows only the word.
pub(super) fn job_json(seen: &Seen) -> Map {
    let job = &seen.job;
    let stages = job.steps.iter().map(|step| format!("{} {}", step.stage, step.lasts).into()).collect();
    Map::new()
        .with("user_id", job.user.clone())
        .with("job_id", job.id.clone())
        .with("product", job.product.as_str())
        .with("job_type", job.product.job_type())
        .with("stage", seen.stage().as_str())
        .with("final", seen.stage().is_final())
        .with("polls", seen.polls)
        .with("by_id", seen.spoken)
        .with("stages", Json::Array(stages))
        .with("odd", Json::Array(job.odd.iter().map(|odd| odd.name().into()).collect()))
        .with("callback_url", job.callback_url.clone())
}

pub(super) fn no_such_job() -> AdminReply {
    AdminReply::error(404, "there is no such job: POST /sandbox/jobs makes one")
}

fn delivery_json(delivery: &Delivery) -> Map {
    let attempts = delivery.attempts.iter().map(|attempt| match attempt {
        Ok(status) => Map::new().with("status", u64::from(*status)).into(),
        Err(problem) => Map::new().with("problem", *problem).into(),
    });
    Map::new()
        .with("number", delivery.number)
        .with("user_id", delivery.user_id.clone())
        .with("job_id", delivery.job_id.clone())
        .with("stage", delivery.stage.as_str())
        .with("url", delivery.url.clone())
        .with("attempts", Json::Array(attempts.collect()))
        .with("done", delivery.done)
        .with("delivered", delivery.delivered())
}

/// Reads a number of the query, from 0 to `most`; none if it is missing.
fn number(query: &str, name: &str, most: u64) -> Result<Option<usize>, AdminReply> {
    let Some(value) = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')) else {
        return Ok(None);
    };
    let plain = value.bytes().all(|byte| byte.is_ascii_digit());
    let number = plain.then(|| value.parse::<u64>().ok()).flatten().filter(|number| *number <= most);
    match number.and_then(|number| usize::try_from(number).ok()) {
        Some(number) => Ok(Some(number)),
        None => Err(AdminReply::error(400, format!("{name} is a whole number from 0 to {most}"))),
    }
}
