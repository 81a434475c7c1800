//! What an example is tried against: a sandbox with its jobs and callbacks, and the values that must be in no example's output.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::program::Program;
use super::{Place, http};
use crate::peers::sandbox::{Sandbox, program};
use crate::report::Stop;

/// The sandbox's own partner.
const PARTNER: &str = "023";

/// Planted where partners put what is about a person.
pub(super) const USER: &str = "canary-user-7";
const PARAM: &str = "canary-optional-info";

/// The fields of a reply that are about a person, or open a door.
const PERSONAL: [&str; 14] = [
    "FullName",
    "DOB",
    "Address",
    "PhoneNumber",
    "PhoneNumber2",
    "IDNumber",
    "Secondary_ID_Number",
    "Photo",
    "Document",
    "selfie_image",
    "signature",
    "user_id",
    "optional_info",
    "SmileJobID",
];
/// Shorter values stand in other texts by chance.
const SHORTEST: usize = 6;
/// Of long values so much is looked for: a part in a log is as bad as the whole.
const LOOKED_FOR: usize = 64;

/// A running sandbox.
pub(super) struct World {
    sandbox: Sandbox,
    smileid: std::path::PathBuf,
}

impl World {
    pub(super) fn start(place: &Place, name: &str) -> Result<Self, Stop> {
        let sandbox = Sandbox::start(&place.root, &place.scratch(), name, &[])?;
        Ok(Self { sandbox, smileid: program(&place.root, "dev") })
    }

    pub(super) fn base_url(&self) -> &str {
        &self.sandbox.base_url
    }

    /// A command with the environment that leads to this sandbox, and nothing else of whoever runs this.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        for (variable, _) in std::env::vars_os() {
            let name = variable.to_string_lossy();
            if ["SMILEID_", "OTEL_", "RUST_LOG", "LISTEN"].iter().any(|ours| name.starts_with(ours)) {
                command.env_remove(variable);
            }
        }
        command.env("SMILEID_PARTNER_ID", PARTNER).env("SMILEID_API_KEY_FILE", &self.sandbox.key_file);
        command.env("SMILEID_BASE_URL", self.base_url());
        command
    }

    /// The key's text, for the examples that take it so.
    pub(super) fn key(&self) -> Result<String, Stop> {
        std::fs::read_to_string(&self.sandbox.key_file).map_err(|error| Stop::Failed(format!("the key: {error}")))
    }

    /// What the command prints as JSON.
    fn smileid(&self, arguments: &[&str]) -> Result<Value, Stop> {
        let ended = Program::run(self.command(&self.smileid).args(arguments), "")?;
        ended.exits(0)?;
        serde_json::from_str(&ended.out).map_err(|_| Stop::Failed("`smileid` printed no JSON".to_owned()))
    }

    /// What a callback signed with the partner's key carries: of now, or of another time.
    pub(super) fn sign(&self, timestamp: Option<&str>) -> Result<Signed, Stop> {
        let arguments = match timestamp {
            None => vec!["sign"],
            Some(timestamp) => vec!["sign", "--timestamp", timestamp],
        };
        self.smileid(&arguments).map(|printed| Signed::of(&printed))
    }

    /// Makes a job of two legs with everything in it that is about a person, images too.
    pub(super) fn add_job(&self, job_id: &str, stage: &str, callback_url: Option<&str>) -> Result<(), Stop> {
        let mut job = json!({
            "user_id": USER, "job_id": job_id, "product": "biometric_kyc", "stages": [stage], "odd": ["large_photo"],
            "params": {"optional_info": PARAM},
        });
        if let (Some(url), Some(members)) = (callback_url, job.as_object_mut()) {
            members.insert("callback_url".to_owned(), url.into());
        }
        self.admin("POST", "/jobs", &job).map(|_| ())
    }

    pub(super) fn move_job(&self, job_id: &str, stage: &str) -> Result<(), Stop> {
        self.admin("PUT", &format!("/jobs/{USER}/{job_id}/stage"), &json!({ "stage": stage })).map(|_| ())
    }

    pub(super) fn call_back(&self, job_id: &str) -> Result<(), Stop> {
        self.admin("POST", &format!("/jobs/{USER}/{job_id}/callback"), &json!({})).map(|_| ())
    }

    /// Has the next request meet a fault, once.
    pub(super) fn fault(&self, name: &str) -> Result<(), Stop> {
        self.admin("PUT", &format!("/faults/{name}"), &json!({"probability": 1, "times": 1})).map(|_| ())
    }

    /// The statuses that the callbacks of a job were answered with.
    pub(super) fn answers(&self, job_id: &str) -> Result<Vec<u64>, Stop> {
        let told = self.admin("GET", "/callbacks", &Value::Null)?;
        let of_job = list(&told, "callbacks").iter().filter(|callback| text(callback, "job_id") == job_id);
        Ok(of_job.flat_map(|callback| list(callback, "attempts")).filter_map(|a| field(a, "status").as_u64()).collect())
    }

    /// How often a job was asked about.
    pub(super) fn asked(&self, job_id: &str) -> Result<usize, Stop> {
        let told = self.admin("GET", "/journal?limit=1000", &Value::Null)?;
        Ok(list(&told, "exchanges")
            .iter()
            .filter(|exchange| text(field(exchange, "request"), "job_id") == job_id)
            .count())
    }

    /// Asks for a job's status with a body of one's own: the reply's status.
    pub(super) fn job_status(&self, body: &Value) -> Result<u16, Stop> {
        let reply = http::send(self.address(), "POST", "/v1/job_status", body.to_string().as_bytes())?;
        Ok(reply.status)
    }

    /// What must not be in an example's output about a job: all that the service tells of the person, and the key.
    pub(super) fn canaries(&self, job_id: &str) -> Result<Canaries, Stop> {
        let asked = ["status", "--user-id", USER, "--job-id", job_id, "--history", "--image-links", "--output", "json"];
        let mut canaries = Canaries(vec![("the key".to_owned(), self.key()?)]);
        canaries.take(field(&self.smileid(&asked)?, "reply"));
        if canaries.0.len() < PERSONAL.len() / 2 {
            return Err(Stop::Failed("the sandbox's reply tells next to nothing of a person".to_owned()));
        }
        Ok(canaries)
    }

    fn admin(&self, method: &str, path: &str, body: &Value) -> Result<Value, Stop> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply = http::send(self.address(), method, &format!("/sandbox{path}"), body.as_bytes())?;
        reply.json().map_err(|_| Stop::Failed(format!("the sandbox: {method} {path}: {}", reply.body)))
    }

    fn address(&self) -> &str {
        self.sandbox.origin().trim_start_matches("http://")
    }
}

/// A timestamp and the signature over it.
pub(super) struct Signed {
    pub(super) timestamp: String,
    pub(super) signature: String,
}

impl Signed {
    /// As `smileid sign` and the signing example print it.
    pub(super) fn of(printed: &Value) -> Self {
        Self { timestamp: text(printed, "timestamp").to_owned(), signature: text(printed, "signature").to_owned() }
    }
}

fn field<'v>(value: &'v Value, name: &str) -> &'v Value {
    value.get(name).unwrap_or(&Value::Null)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    field(value, name).as_str().unwrap_or_default()
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    field(value, name).as_array().map_or(&[], Vec::as_slice)
}

/// Values with the names of their fields.
pub(super) struct Canaries(Vec<(String, String)>);

impl Canaries {
    /// That none of them is in the text. Which one is told by its field alone.
    pub(super) fn absent_from(&self, text: &str) -> Result<(), Stop> {
        let found = |value: &str| text.contains(value.get(..LOOKED_FOR).unwrap_or(value));
        match self.0.iter().find(|(_, value)| found(value)) {
            Some((field, _)) => Err(Stop::Failed(format!("its output holds {field}"))),
            None => Ok(()),
        }
    }

    fn take(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    match value.as_str() {
                        Some(text) if PERSONAL.contains(&name.as_str()) && text.len() >= SHORTEST => {
                            self.0.push((name.clone(), text.to_owned()));
                        }
                        _ => self.take(value),
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.take(value)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_persons_values_are_found_at_any_depth_and_told_by_field() {
        let mut canaries = Canaries(Vec::new());
        canaries.take(&json!({"a": [{"FullName": "Ada Invented", "DOB": "x", "ResultText": "Enroll User"}]}));
        assert!(canaries.absent_from("Enroll User x").is_ok());
        let told = canaries.absent_from("log: Ada Invented").unwrap_err();
        assert_eq!(told, Stop::Failed("its output holds FullName".to_owned()));
    }
}
