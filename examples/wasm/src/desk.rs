//! The clients and sessions that JavaScript drives by number, what it wrote for the next call, and what the last one
//! returned. It sends nothing and reads no clock.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};
use smileid_core::Reason;
use smileid_core::{
    Answer, ApiKey, BaseUrl, Config, Credentials, Error, JobStatusQuery, Moment, PartnerId, Request, Response, Session,
    Step, TransportError, TransportErrorKind, WaitPolicy, json,
};

/// All that is known between two calls.
#[derive(Default)]
pub(crate) struct Desk {
    input: Vec<u8>,
    output: Vec<u8>,
    last: u32,
    clients: HashMap<u32, Config>,
    sessions: HashMap<u32, Session>,
}

impl Desk {
    pub(crate) fn room(&mut self, length: usize) -> &mut [u8] {
        self.input = vec![0; length];
        &mut self.input
    }

    pub(crate) fn output(&self) -> &[u8] {
        &self.output
    }

    pub(crate) fn client(&mut self) -> u32 {
        let made = self.fields().and_then(|fields| {
            let field = |name| field(&fields, name);
            let credentials = Credentials::new(PartnerId::new(field("partner_id")?)?, ApiKey::new(field("api_key")?)?);
            Ok(Config::new(&credentials, &BaseUrl::parse(field("base_url")?)?.into()))
        });
        self.numbered(made, |desk, number, config| desk.clients.insert(number, config).is_none())
    }

    pub(crate) fn session(&mut self, client: u32, wait: bool) -> u32 {
        let made = self.fields().and_then(|fields| {
            let config = self.clients.get(&client).ok_or_else(|| invalid("there is no such client"))?;
            let query = JobStatusQuery::new(field(&fields, "user_id")?, field(&fields, "job_id")?)?;
            Ok(if wait {
                Session::wait(config, query, WaitPolicy::DEFAULT)
            } else {
                Session::job_status(config, query)
            })
        });
        self.numbered(made, |desk, number, session| desk.sessions.insert(number, session).is_none())
    }

    pub(crate) fn step(&mut self, session: u32, now: Moment) {
        let output = match self.sessions.get_mut(&session).map(|session| session.step(now)) {
            None => failure(&invalid("there is no such session")),
            Some(Step::Send(request)) => json!({ "send": sent(request) }),
            Some(Step::Wait(duration)) => json!({ "wait_ms": duration.as_secs_f64() * 1000.0 }),
            Some(Step::Done(Ok(answer))) => json!({ "done": answered(&answer) }),
            Some(Step::Done(Err(error))) => failure(&error),
        };
        self.tell(&output);
    }

    pub(crate) fn receive(&mut self, session: u32, now: Moment, status: u32) {
        let input = core::mem::take(&mut self.input);
        let reply = match u16::try_from(status) {
            Ok(status) if status > 0 => Ok(received(status, &input)),
            _ => Err(TransportError::new(why(&input))),
        };
        if let Some(session) = self.sessions.get_mut(&session) {
            session.receive(now, reply);
        }
    }

    pub(crate) fn end(&mut self, session: u32) {
        self.sessions.remove(&session);
    }

    /// The input as an object of texts, of which nothing is kept: a key may be among them.
    fn fields(&mut self) -> Result<BTreeMap<String, String>, Error> {
        let fields = json::from_slice(&self.input).map(|decoded| decoded.value);
        self.input.fill(0);
        fields.map_err(|_| invalid("the input is no JSON object of texts"))
    }

    fn numbered<T>(&mut self, made: Result<T, Error>, keep: impl FnOnce(&mut Self, u32, T) -> bool) -> u32 {
        let made = match made {
            Ok(made) => made,
            Err(error) => {
                self.tell(&failure(&error));
                return 0;
            }
        };
        self.last = self.last.wrapping_add(1).max(1);
        let number = self.last;
        keep(self, number, made);
        number
    }

    fn tell(&mut self, output: &Value) {
        self.output = output.to_string().into_bytes();
    }
}

fn field<'f>(fields: &'f BTreeMap<String, String>, name: &str) -> Result<&'f str, Error> {
    fields.get(name).map(String::as_str).ok_or_else(|| invalid("a field is missing from the input"))
}

fn sent(request: &Request) -> Value {
    json!({
        "method": request.method.as_str(),
        "url": request.url,
        "headers": request.headers.iter().collect::<Vec<_>>(),
        "body": String::from_utf8_lossy(&request.body),
        "timeout_ms": request.timeout.as_secs_f64() * 1000.0,
        "max_bytes": request.max_response_bytes,
    })
}

/// What may be decided from, and nothing of the person: more of a reply is had from `Answer::status`.
fn answered(answer: &Answer) -> Value {
    match answer {
        Answer::Pending(pending) => {
            json!({ "state": answer.state().as_str(), "proof": pending.proof_status().as_str() })
        }
        Answer::Final(status) => json!({
            "state": answer.state().as_str(),
            "proof": status.proof().kind().as_str(),
            "verdict": status.verdict().as_str(),
            "reason": status.verdict().reason().map(Reason::as_str),
        }),
    }
}

fn failure(error: &Error) -> Value {
    json!({ "error": { "kind": error.kind().as_str(), "message": error.to_string() } })
}

fn received(status: u16, input: &[u8]) -> Response {
    let mut reply = Response::new(status, Vec::new());
    let mut rest = input;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let (line, behind) = rest.split_at(end);
        rest = behind.get(1..).unwrap_or_default();
        let Some((name, value)) = core::str::from_utf8(line).ok().and_then(|line| line.split_once(':')) else {
            reply.body = rest.to_vec();
            return reply;
        };
        reply.headers.append(name, value);
    }
}

fn why(word: &[u8]) -> TransportErrorKind {
    use TransportErrorKind::{Cancelled, Closed, Connect, Other, Timeout, Tls, TooLarge};
    let known = [Cancelled, Closed, Connect, Timeout, Tls, TooLarge];
    known.into_iter().find(|kind| kind.as_str().as_bytes() == word).unwrap_or(Other)
}

fn invalid(message: &'static str) -> Error {
    Error::invalid_input(message)
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    fn output(desk: &Desk) -> Value {
        serde_json::from_slice(desk.output()).unwrap()
    }

    fn write(desk: &mut Desk, input: &str) {
        desk.room(input.len()).copy_from_slice(input.as_bytes());
    }

    #[test]
    fn a_session_is_driven_to_its_answer_and_forgotten() {
        let (mut desk, now) = (Desk::default(), Moment::new(1_791_115_200_000, Duration::ZERO));
        write(&mut desk, r#"{"partner_id": "023", "api_key": "canary", "base_url": "http://127.0.0.1:9/v1"}"#);
        let client = desk.client();
        write(&mut desk, r#"{"user_id": "user-7", "job_id": "job-7"}"#);
        let session = desk.session(client, false);
        desk.step(session, now);
        assert_eq!(output(&desk)["send"]["url"], "http://127.0.0.1:9/v1/job_status");
        assert!(!String::from_utf8_lossy(desk.output()).contains("canary"));
        write(&mut desk, "content-type:application/json\n\n{\"timestamp\":\"1\",\"job_complete\":false}");
        desk.receive(session, now, 200);
        desk.step(session, now);
        assert_eq!(output(&desk)["done"], json!({ "state": "pending", "proof": "missing" }));
        desk.end(session);
        desk.step(session, now);
        assert_eq!(output(&desk)["error"]["kind"], "invalid_input");
    }

    #[test]
    fn mistakes_are_reported_in_place_of_a_number() {
        let mut desk = Desk::default();
        for input in ["", "{", "[]", "{}", r#"{"partner_id": "023", "api_key": "", "base_url": "x"}"#] {
            write(&mut desk, input);
            assert_eq!(desk.client(), 0, "{input}");
            assert_eq!(output(&desk)["error"]["kind"], "invalid_input", "{input}");
        }
        write(&mut desk, r#"{"user_id": "user-7", "job_id": "job-7"}"#);
        assert_eq!(desk.session(7, true), 0);
    }

    #[test]
    fn a_reply_is_read_with_its_fields_and_its_body() {
        for (input, fields, body) in
            [("a:1\nb:2\n\n{\n\n}", 2, "{\n\n}"), ("\n{}\n\n", 0, "{}\n\n"), ("a:1\n\n", 1, ""), ("", 0, "")]
        {
            let reply = received(200, input.as_bytes());
            assert_eq!((reply.headers.len(), reply.body.as_slice()), (fields, body.as_bytes()), "{input:?}");
        }
        assert_eq!((why(b"timeout"), why(b"canary")), (TransportErrorKind::Timeout, TransportErrorKind::Other));
        assert_eq!(why(b"tls"), TransportErrorKind::Tls);
    }
}
