//! A request's body as the service reads it: its fields and their types. Whether it is signed rightly is judged elsewhere.

use serde_json::{Map, Value};

use crate::partner::Shown;

/// The longest id that is taken, in characters: each is remembered with its job.
const MOST_OF_ID: usize = 1024;

/// The members of a request, as they came.
pub(crate) struct RequestFields(Map<String, Value>);

/// What a request asks for, once all is there and of the right types.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'r> {
    pub(crate) partner_id: &'r str,
    pub(crate) user_id: &'r str,
    pub(crate) job_id: &'r str,
    pub(crate) history: bool,
    pub(crate) image_links: bool,
    pub(crate) timestamp: Stamp<'r>,
    pub(crate) shown: Shown<'r>,
}

/// The timestamp of a request: the text that is signed, and whether it came as a number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp<'r> {
    pub(crate) text: &'r str,
    pub(crate) number: bool,
}

/// Why a request is refused: the service's code and text, and the sandbox's own explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) text: &'static str,
    pub(crate) reason: String,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, text: &'static str, reason: impl Into<String>) -> Self {
        Self { code, text, reason: reason.into() }
    }

    fn missing(reason: impl Into<String>) -> Self {
        Self::new("2313", "Missing required parameters", reason)
    }

    fn wrong_type(reason: impl Into<String>) -> Self {
        Self::new("2204", "Wrong data type", reason)
    }
}

impl RequestFields {
    /// Reads a body.
    ///
    /// A timestamp that is a number becomes its own digits, which are what was signed.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Refusal> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) => Err(Refusal::new("2303", "Invalid JSON", "the body is JSON, but no object")),
            Err(_) if body.is_empty() => Err(Refusal::new("2303", "Invalid JSON", "the body is empty")),
            Err(error) => {
                let (line, column) = (error.line(), error.column());
                Err(Refusal::new(
                    "2303",
                    "Invalid JSON",
                    format!("the body is no JSON from line {line}, column {column}"),
                ))
            }
        }
    }

    /// What is asked for. `digits` lends its place to the digits of a timestamp that is a number.
    pub(crate) fn asked<'r>(&'r self, digits: &'r mut String) -> Result<Asked<'r>, Refusal> {
        let timestamp = self.timestamp(digits)?;
        let (partner_id, user_id, job_id) = (self.id("partner_id")?, self.id("user_id")?, self.id("job_id")?);
        let (history, image_links) = (self.flag("history")?, self.flag("image_links")?);
        let shown = self.proof()?;
        Ok(Asked { partner_id, user_id, job_id, history, image_links, timestamp, shown })
    }

    fn timestamp<'r>(&'r self, digits: &'r mut String) -> Result<Stamp<'r>, Refusal> {
        match self.0.get("timestamp") {
            None | Some(Value::Null) => Err(Refusal::missing("timestamp is missing")),
            Some(Value::String(text)) if text.is_empty() => Err(Refusal::missing("timestamp is empty")),
            Some(Value::String(text)) => Ok(Stamp { text, number: false }),
            Some(Value::Number(number)) => {
                *digits = number.to_string();
                Ok(Stamp { text: digits, number: true })
            }
            Some(_) => Err(Refusal::wrong_type("timestamp must be text or a number")),
        }
    }

    fn id(&self, name: &str) -> Result<&str, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Err(Refusal::missing(format!("{name} is missing"))),
            Some(Value::String(text)) if text.is_empty() => Err(Refusal::missing(format!("{name} is empty"))),
            Some(Value::String(text)) if text.chars().count() > MOST_OF_ID => {
                Err(Refusal::wrong_type(format!("{name} is longer than {MOST_OF_ID} characters")))
            }
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(Refusal::wrong_type(format!("{name} must be text: a number loses leading zeros"))),
        }
    }

    fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(Refusal::wrong_type(format!("{name} must be true or false, without quotes"))),
        }
    }

    fn proof(&self) -> Result<Shown<'_>, Refusal> {
        let given = |name: &str| self.0.get(name).filter(|value| !value.is_null() && value.as_str() != Some(""));
        match (given("signature"), given("sec_key")) {
            (Some(Value::String(signature)), None) => Ok(Shown::Signature(signature)),
            (None, Some(Value::String(sec_key))) => Ok(Shown::SecKey(sec_key)),
            (None, None) => Err(Refusal::missing("signature is missing")),
            (Some(_), Some(_)) => Err(Refusal::wrong_type("both signature and sec_key are given: send one of the two")),
            _ => Err(Refusal::wrong_type("the signature must be text")),
        }
    }
}
