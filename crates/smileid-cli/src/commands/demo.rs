//! `smileid demo`: the main job, run for real against a sandbox inside this program. It needs no account, no key and no network.

use core::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use core::time::Duration;

use serde_json::Value;
use smileid_core::{
    BaseUrl, Client, Clock, Config, Environment, JobStatusQuery, Moment, Request, Response, Transport, TransportError,
    json::{JsonType, Options as JsonOptions, Reader},
};
use smileid_http_blocking::{HttpTransport, Roots, TransportOptions};
use smileid_sandbox::{DOCUMENT_JOB, DOCUMENT_USER, Sandbox};

use super::DONE;
use super::sign::now;
use crate::args::Format;
use crate::failure::{Failure, Kind};
use crate::output::{self, Colour, Paint};
use crate::plain;
use crate::report::{self, History};

/// How much of a signature is shown: enough to see that it is there.
const SHOWN: usize = 8;

pub(super) fn run(format: Format) -> Result<u8, Failure> {
    let sandbox = Sandbox::builder().start().map_err(|error| {
        Failure::new(Kind::Internal, format!("the sandbox cannot be started on a loopback port: {}", error.kind()))
    })?;
    let transport = Seen::new(HttpTransport::with_options(&TransportOptions::new().with_roots(Roots::Added))?);
    let environment = Environment::from(BaseUrl::parse(&sandbox.base_url())?);
    let config = Config::new(sandbox.credentials(), &environment);
    let query = JobStatusQuery::new(DOCUMENT_USER, DOCUMENT_JOB)?.with_history().with_image_links();
    let client = Client::new(transport, config);
    let answer = client.job_status(query)?;
    let sent = client.transport().latest();
    output::data(&match format {
        Format::Json => {
            format!("{{\"request\":{},\"answer\":{}}}\n", sent.json(), report::json(&answer, History::Asked))
        }
        Format::Text => {
            let paint = Paint::for_stdout();
            let heading = |text: &str| paint.paint(Colour::Faint, text);
            format!(
                "{}\n{}\n{}\n{}\n{}\n",
                heading(
                    "The job that the document prints, asked for at a sandbox inside this program, over a real socket."
                ),
                sent.text(),
                heading(&format!(
                    "Answered with HTTP {} and {} bytes: the reply as the document prints it, signed anew.",
                    sent.status, sent.bytes
                )),
                report::text(&answer, History::Asked, now(), paint),
                heading(
                    "The verdict is undetermined on purpose: the document's reply has no ResultCode, and no text decides."
                ),
            )
        }
    })?;
    Ok(DONE)
}

/// A transport that remembers what was sent through it, without its key: the signature is cut short here.
struct Seen<T> {
    inner: T,
    latest: Mutex<Sent>,
}

/// One request as it was sent, and the size of what came back.
#[derive(Debug, Clone, Default)]
struct Sent {
    url: String,
    fields: Vec<(String, String)>,
    status: u16,
    bytes: usize,
}

impl<T> Seen<T> {
    fn new(inner: T) -> Self {
        Self { inner, latest: Mutex::default() }
    }

    fn latest(&self) -> Sent {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<T: Clock> Clock for Seen<T> {
    fn now(&self) -> Moment {
        self.inner.now()
    }
}

impl<T: Transport> Transport for Seen<T> {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let reply = self.inner.send(request);
        let (status, bytes) = reply.as_ref().map_or((0, 0), |r| (r.status, r.body.len()));
        let fields = fields(&request.body).unwrap_or_default();
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) =
            Sent { url: request.url.clone(), fields, status, bytes };
        reply
    }

    fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        self.inner.sleep(duration)
    }
}

impl Sent {
    fn text(&self) -> String {
        let mut out = format!("{:<15}POST {}\n", "request", self.url);
        for (name, value) in &self.fields {
            let _written = writeln!(out, "  {name:<13}{value}");
        }
        out
    }

    fn json(&self) -> String {
        let url = ("url".to_owned(), Value::from(self.url.as_str()));
        let fields = self.fields.iter().map(|(name, value)| {
            (name.clone(), value.parse::<bool>().map_or_else(|_| Value::from(value.as_str()), Value::from))
        });
        plain::json(&core::iter::once(url).chain(fields).collect())
    }
}

/// The fields of a request's body in their order, the signature cut short.
fn fields(body: &[u8]) -> Option<Vec<(String, String)>> {
    let mut reader = Reader::from_slice(body, JsonOptions::STRICT).ok()?;
    reader.begin_object().ok()?;
    let mut fields = Vec::new();
    while let Some(name) = reader.next_key().ok()? {
        let value = match reader.peek().ok()? {
            JsonType::String => reader.string().ok()?.text().into_owned(),
            JsonType::Bool => reader.boolean().ok()?.to_string(),
            _ => reader.skip_value().ok()?.of(reader.body()).to_owned(),
        };
        let name = name.text().into_owned();
        let secret = matches!(name.as_str(), "signature" | "sec_key");
        fields.push((name, if secret { shortened(&value) } else { value }));
    }
    Some(fields)
}

fn shortened(signature: &str) -> String {
    let start: String = signature.chars().take(SHOWN).collect();
    format!("{start}… ({} characters)", signature.chars().count())
}
