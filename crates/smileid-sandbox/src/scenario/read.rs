//! What a scenario says: jobs with their courses, faults, the clock. Whatever it does not know it refuses, with the words it knows.

use core::time::Duration;

use super::node::{Member, Mistake, Node, Value};
use crate::callbacks;
use crate::chance::{self, Chance};
use crate::faults::ImageFault;
use crate::model::{Job, Odd, Product, Stage, Step, allowed_stages, duration, v3_job_id};

/// What a scenario file holds.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Scenario {
    pub(crate) seed: Option<u64>,
    pub(crate) virtual_time: Option<bool>,
    pub(crate) callback_url: Option<String>,
    pub(crate) image_links_live: Option<Duration>,
    pub(crate) v3_tokens_live: Option<Duration>,
    pub(crate) image_fault: Option<ImageFault>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) faults: Vec<Chance>,
}

const MEMBERS: &str =
    "allowed are seed, clock, callback_url, image_links_live, v3_tokens_live, image_fault, jobs, faults";
const JOB_MEMBERS: &str = "allowed are user_id, job_id, product, stages, odd, params, callback_url";
const FAULT_MEMBERS: &str = "allowed are name, probability, times";
/// The job id that is replaced by a new one of the v3 API.
const NEW_V3: &str = "v3-new";
/// The most characters an id may have.
const MOST_OF_ID: usize = 1024;
/// The most times that a fault may strike.
const MOST_TIMES: u64 = 1_000_000;
/// The most stages a job may have in a file.
const MOST_STAGES: usize = 100;

type Read<T> = Result<T, Mistake>;

/// Reads a whole scenario.
pub(crate) fn scenario(node: &Node) -> Read<Scenario> {
    let mut scenario = Scenario::default();
    for Member { at, name, node } in map(node, "a scenario")? {
        match name.as_str() {
            "seed" => scenario.seed = Some(whole(node)?),
            "clock" => scenario.virtual_time = Some(clock(node)?),
            "callback_url" => scenario.callback_url = Some(url(node)?),
            "image_links_live" => scenario.image_links_live = Some(time(node)?),
            "v3_tokens_live" => scenario.v3_tokens_live = Some(time(node)?),
            "image_fault" => {
                let names = ImageFault::ALL.iter().map(|fault| fault.name());
                scenario.image_fault = Some(word(node, ImageFault::from_name, "fault of images", names)?);
            }
            "jobs" => scenario.jobs = list(node)?.iter().map(job).collect::<Read<_>>()?,
            "faults" => scenario.faults = list(node)?.iter().map(fault).collect::<Read<_>>()?,
            _ => return Err(unknown(*at, MEMBERS)),
        }
    }
    Ok(scenario)
}

/// Reads one job.
pub(crate) fn job(node: &Node) -> Read<Job> {
    let mut job = Job::new("", "");
    for Member { at, name, node } in map(node, "a job")? {
        match name.as_str() {
            "user_id" => job.user = id(node)?,
            "job_id" => job.id = id(node).map(|id| if id == NEW_V3 { v3_job_id() } else { id })?,
            "product" => {
                let words = Product::ALL.iter().map(|product| product.as_str());
                job.product = word(node, Product::named, "product", words)?;
            }
            "stages" => job.steps = stages(node)?,
            "odd" => {
                let words = Odd::ALL.iter().map(|odd| odd.name());
                job.odd = list(node)?
                    .iter()
                    .map(|n| word(n, Odd::from_name, "oddity", words.clone()))
                    .collect::<Read<_>>()?;
            }
            "params" => {
                let params = map(node, "params")?;
                job.params =
                    params.iter().map(|m| Ok((m.name.clone(), text(&m.node)?.to_owned()))).collect::<Read<_>>()?;
            }
            "callback_url" => job.callback_url = Some(url(node)?),
            _ => return Err(unknown(*at, JOB_MEMBERS)),
        }
    }
    for (value, name) in [(&job.user, "user_id"), (&job.id, "job_id")] {
        if value.is_empty() {
            return Err(Mistake::new(node.at, format!("this job has no {name}")));
        }
    }
    Ok(job)
}

/// Reads one fault with its chance.
fn fault(node: &Node) -> Read<Chance> {
    let mut name = None;
    let mut chance = Odds::default();
    for member in map(node, "a fault")? {
        match member.name.as_str() {
            "name" => {
                let text = text(&member.node)?;
                name = Some(chance::named(text).map_err(|problem| Mistake::new(member.node.at, problem))?);
            }
            _ => chance.member(member, FAULT_MEMBERS)?,
        }
    }
    let fault = name.ok_or_else(|| Mistake::new(node.at, "this fault has no name"))?;
    Ok(Chance { fault, probability: chance.probability, times: chance.times })
}

/// Reads the chance of a fault whose name is known.
pub(crate) fn odds(node: &Node) -> Read<Odds> {
    let mut odds = Odds::default();
    for member in map(node, "a fault's chance")? {
        odds.member(member, "allowed are probability, times")?;
    }
    Ok(odds)
}

/// How often a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Odds {
    pub(crate) probability: f64,
    pub(crate) times: Option<u64>,
}

impl Default for Odds {
    fn default() -> Self {
        Self { probability: 1.0, times: None }
    }
}

impl Odds {
    fn member(&mut self, member: &Member, allowed: &str) -> Read<()> {
        match member.name.as_str() {
            "probability" => self.probability = probability(&member.node)?,
            "times" => self.times = Some(times(&member.node)?),
            _ => return Err(unknown(member.at, allowed)),
        }
        Ok(())
    }
}

/// Reads the one member of an object that has no other.
pub(crate) fn only<'n>(node: &'n Node, name: &str) -> Read<&'n Node> {
    let members = map(node, "the body")?;
    match members {
        [member] if member.name == name => Ok(&member.node),
        [] => Err(Mistake::new(node.at, format!("{name} is missing"))),
        members => {
            let other = members.iter().find(|member| member.name != name);
            Err(unknown(other.map_or(node.at, |member| member.at), &format!("allowed is {name}")))
        }
    }
}

/// Reads the word of a stage.
pub(crate) fn stage(node: &Node) -> Read<Stage> {
    word(node, Stage::named, "stage", Stage::NAMED.iter().map(Stage::as_str))
}

/// Reads `approved`, `pending 3`, `pending 10s`.
fn step(node: &Node) -> Read<Step> {
    Step::read(text(node)?).map_err(|problem| Mistake::new(node.at, problem))
}

/// Reads `500ms`, `10s`, `2m`.
pub(crate) fn time(node: &Node) -> Read<Duration> {
    duration(text(node)?).ok_or_else(|| Mistake::new(node.at, "a time is written as 500ms, 10s, 2m or 1h"))
}

fn stages(node: &Node) -> Read<Vec<Step>> {
    let nodes = list(node)?;
    if nodes.is_empty() || nodes.len() > MOST_STAGES {
        return Err(Mistake::new(node.at, format!("a job has 1 to {MOST_STAGES} stages: {}", allowed_stages())));
    }
    nodes.iter().map(step).collect()
}

fn clock(node: &Node) -> Read<bool> {
    match text(node)? {
        "real" => Ok(false),
        "virtual" => Ok(true),
        _ => Err(Mistake::new(node.at, "there is no clock of this name: allowed are real, virtual")),
    }
}

fn url(node: &Node) -> Read<String> {
    let url = text(node)?;
    callbacks::check(url).map_err(|problem| Mistake::new(node.at, problem))?;
    Ok(url.to_owned())
}

fn id(node: &Node) -> Read<String> {
    let id = text(node)?;
    if id.is_empty() || id.chars().count() > MOST_OF_ID || id.chars().any(char::is_control) {
        return Err(Mistake::new(node.at, "an id is text of 1 to 1024 characters without control characters"));
    }
    Ok(id.to_owned())
}

fn word<T>(
    node: &Node,
    named: impl Fn(&str) -> Option<T>,
    what: &str,
    words: impl IntoIterator<Item = &'static str>,
) -> Read<T> {
    named(text(node)?).ok_or_else(|| {
        let words: Vec<_> = words.into_iter().collect();
        Mistake::new(node.at, format!("there is no {what} of this name: allowed are {}", words.join(", ")))
    })
}

fn text(node: &Node) -> Read<&str> {
    match &node.value {
        Value::Text(text) => Ok(text),
        _ => Err(Mistake::new(node.at, "text is needed here, in quotes")),
    }
}

fn times(node: &Node) -> Read<u64> {
    let number = whole(node)?;
    if number > MOST_TIMES {
        return Err(Mistake::new(
            node.at,
            "a fault strikes a million times at most, or for ever where nothing is said",
        ));
    }
    Ok(number)
}

fn whole(node: &Node) -> Read<u64> {
    let number = match &node.value {
        // 3.0 is a whole number, too.
        Value::Number(digits) => digits.strip_suffix(".0").unwrap_or(digits).parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| Mistake::new(node.at, "a whole number is needed here, from 0 to 18446744073709551615"))
}

fn probability(node: &Node) -> Read<f64> {
    let number = match &node.value {
        Value::Number(digits) => digits.parse().ok().filter(|p| (0.0..=1.0).contains(p)),
        _ => None,
    };
    number.ok_or_else(|| Mistake::new(node.at, "a probability is a number from 0 to 1"))
}

fn list(node: &Node) -> Read<&[Node]> {
    match &node.value {
        Value::List(nodes) => Ok(nodes),
        _ => Err(Mistake::new(node.at, "a list is needed here")),
    }
}

fn map<'n>(node: &'n Node, what: &str) -> Read<&'n [Member]> {
    match &node.value {
        Value::Map(members) => Ok(members),
        _ => Err(Mistake::new(node.at, format!("{what} is an object with members"))),
    }
}

fn unknown(at: usize, allowed: &str) -> Mistake {
    Mistake::new(at, format!("there is no member of this name: {allowed}"))
}
