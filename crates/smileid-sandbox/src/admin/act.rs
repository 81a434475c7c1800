//! What the admin API does: jobs are made and moved, callbacks replayed, faults switched, the clock set on.

use super::AdminReply;
use super::show::{job_json, no_such_job, probability_json};
use crate::chance::{self, Chance};
use crate::jobs::FULL;
use crate::model::Job;
use crate::scenario::{self, Mistake, Node, of_json};
use crate::shared::SandboxState;
use crate::tree::{Json, Map, MapExt as _};

pub(super) fn add_job(shared: &SandboxState, body: &[u8]) -> AdminReply {
    with_body(body, scenario::job, |job: Job| {
        let (user_id, job_id) = (job.user.clone(), job.id.clone());
        let seen = shared.with_jobs(|jobs, now| {
            jobs.has_room_for(core::slice::from_ref(&job)).then(|| {
                jobs.insert(job, now);
                jobs.look(&user_id, &job_id, now)
            })
        });
        match seen {
            Some(seen) => seen.map_or_else(no_such_job, |seen| AdminReply::json(201, job_json(&seen))),
            None => AdminReply::error(409, FULL),
        }
    })
}

pub(super) fn remove_job(shared: &SandboxState, user_id: &str, job_id: &str) -> AdminReply {
    let removed = shared.with_jobs(|jobs, _| jobs.remove(user_id, job_id));
    if removed { AdminReply::json(200, Map::new().with("removed", true)) } else { no_such_job() }
}

pub(super) fn move_job(shared: &SandboxState, user_id: &str, job_id: &str, body: &[u8]) -> AdminReply {
    let stage = |node: &Node| scenario::stage(scenario::only(node, "stage")?);
    with_body(body, stage, |stage| match shared.with_jobs(|jobs, now| jobs.move_to(user_id, job_id, stage, now)) {
        Ok(Some(seen)) => AdminReply::json(200, job_json(&seen)),
        Ok(None) => no_such_job(),
        Err(problem) => AdminReply::error(409, problem),
    })
}

pub(super) fn call_back(shared: &SandboxState, user_id: &str, job_id: &str) -> AdminReply {
    match shared.call_back(user_id, job_id) {
        Ok(Some(number)) => AdminReply::json(202, Map::new().with("number", number)),
        Ok(None) => no_such_job(),
        Err(problem) => AdminReply::error(409, problem),
    }
}

pub(super) fn clear_journal(shared: &SandboxState) -> AdminReply {
    shared.journal().clear();
    AdminReply::json(200, Map::new().with("cleared", true))
}

pub(super) fn set_fault(shared: &SandboxState, name: &str, body: &[u8]) -> AdminReply {
    let fault = match chance::named(name) {
        Ok(fault) => fault,
        Err(problem) => return AdminReply::error(404, problem),
    };
    with_body(body, scenario::odds, |odds| {
        let chance = Chance { fault, probability: odds.probability, times: odds.times };
        shared.chances().set(chance);
        let shown = Map::new().with("name", name.to_owned()).with("probability", probability_json(odds.probability));
        AdminReply::json(200, shown.with("times", odds.times))
    })
}

pub(super) fn clear_fault(shared: &SandboxState, name: &str) -> AdminReply {
    match chance::named(name) {
        Ok(fault) => {
            shared.chances().set(Chance { fault, probability: 0.0, times: None });
            AdminReply::json(200, Map::new().with("name", name.to_owned()).with("probability", Json::from(0)))
        }
        Err(problem) => AdminReply::error(404, problem),
    }
}

pub(super) fn advance(shared: &SandboxState, body: &[u8]) -> AdminReply {
    let by = |node: &Node| scenario::time(scenario::only(node, "advance")?);
    with_body(body, by, |by| {
        if !shared.advance(by) {
            return AdminReply::error(409, "this sandbox's clock is real: start it with a virtual one");
        }
        AdminReply::json(200, Map::new().with("jobs_ms", shared.clock.jobs_ms()))
    })
}

pub(super) fn scenario(shared: &SandboxState, body: &[u8]) -> AdminReply {
    let Ok(text) = core::str::from_utf8(body) else { return not_text() };
    if text.trim().is_empty() {
        return AdminReply::error(400, "the body is empty");
    }
    let scenario = match scenario::read(text) {
        Ok(scenario) => scenario,
        Err(problem) => return AdminReply::error(400, problem),
    };
    if scenario.seed.is_some()
        || scenario.virtual_time.is_some()
        || scenario.image_links_live.is_some()
        || scenario.v3_tokens_live.is_some()
        || scenario.image_fault.is_some()
    {
        return AdminReply::error(
            409,
            "seed, clock, image_links_live, v3_tokens_live and image_fault are for the start of a sandbox: leave them out here",
        );
    }
    let shown =
        Map::new().with("jobs", Json::from(scenario.jobs.len())).with("faults", Json::from(scenario.faults.len()));
    let room = shared.with_jobs(|jobs, now| {
        if !jobs.has_room_for(&scenario.jobs) {
            return false;
        }
        if let Some(url) = scenario.callback_url {
            jobs.callback_url = Some(url.into());
        }
        for job in scenario.jobs {
            jobs.insert(job, now);
        }
        true
    });
    if !room {
        return AdminReply::error(409, FULL);
    }
    let mut chances = shared.chances();
    for chance in scenario.faults {
        chances.set(chance);
    }
    AdminReply::json(200, shown)
}

/// Reads a body as JSON and acts on it, or answers with what is wrong and on which line.
fn with_body<T>(
    body: &[u8],
    read: impl FnOnce(&Node) -> Result<T, Mistake>,
    act: impl FnOnce(T) -> AdminReply,
) -> AdminReply {
    let Ok(text) = core::str::from_utf8(body) else { return not_text() };
    match of_json(text).and_then(|node| read(&node)) {
        Ok(value) => act(value),
        Err(mistake) => AdminReply::error(400, mistake.in_words(text)),
    }
}

fn not_text() -> AdminReply {
    AdminReply::error(400, "the body is not UTF-8")
}
