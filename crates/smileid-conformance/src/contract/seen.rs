//! What was seen of a rule's exchanges, and what it shows about the transport.

use core::time::Duration;

use smileid_core::{Request, Response, TransportError, TransportErrorKind as Kind};
use smileid_sandbox::faults::FaultServer;

/// How late a timeout may be here. The precise bound is measured elsewhere: a busy machine must not fail this.
const LATE: Duration = Duration::from_secs(10);
/// How early it may be, for clocks of different grain.
const EARLY: Duration = Duration::from_millis(20);
/// The ids that are asked for, with what must not be changed on the way.
pub(super) const BODY: &[u8] = b"{\"user_id\":\"user \xc3\xa9\",\"job_id\":\"job-7\",\"timestamp\":\"2026-10-04T12:00:00.000Z\",\"signature\":\"x\",\"spare\":\"\r\n\x00\xff\"}";

/// Where the `GET` goes, below the base URL.
pub(super) const GET_PATH: &str = "/status/job_7?a=b";
/// The secret field of the `GET`.
pub(super) const SECRET: (&str, &str) = ("X-Secret", "a.secret-_value");

/// What was seen of a rule's exchanges.
pub(super) struct Seen {
    pub(super) request: Request,
    /// One for each send.
    pub(super) outcomes: Vec<Result<Response, TransportError>>,
    /// How long the last of them took.
    pub(super) took: Duration,
    pub(super) server: FaultServer,
}

impl Seen {
    pub(super) fn last(&self) -> Result<&Result<Response, TransportError>, String> {
        self.outcomes.last().ok_or_else(|| "nothing was sent".to_owned())
    }

    fn reply(&self) -> Result<&Response, String> {
        let last = self.last()?;
        last.as_ref().map_err(|_| format!("expected a reply, got {}", described(last)))
    }

    pub(super) fn in_time(&self) -> Result<(), String> {
        let timeout = self.request.timeout;
        if self.took > timeout + LATE {
            return Err(format!("it took {:?}, with a time-out of {timeout:?}", self.took));
        }
        let timed_out = matches!(self.last()?, Err(error) if error.kind() == Kind::Timeout);
        if timed_out && self.took + EARLY < timeout {
            return Err(format!("it timed out after {:?}, with a time-out of {timeout:?}", self.took));
        }
        Ok(())
    }

    /// Nothing is sent twice, and no redirect is followed.
    pub(super) fn once_each(&self) -> Result<(), String> {
        let (requests, strays) = (self.server.requests(), self.server.strays());
        if strays > 0 {
            return Err("the redirect was followed".to_owned());
        }
        if requests > u64::try_from(self.outcomes.len()).unwrap_or(u64::MAX) {
            return Err(format!("it was sent {requests} times: only the session decides what is sent again"));
        }
        Ok(())
    }

    pub(super) fn sent_as_is(&self) -> Result<(), String> {
        let length = BODY.len().to_string();
        let body = self.fields("POST /v1/job_status HTTP/1.1", &[("content-length", &[&length])])?;
        if body == BODY { Ok(()) } else { Err("the body came changed".to_owned()) }
    }

    pub(super) fn got_as_is(&self) -> Result<(), String> {
        let line = format!("GET /v1{GET_PATH} HTTP/1.1");
        let body = self.fields(&line, &[(SECRET.0, &[SECRET.1])])?;
        if body.is_empty() { Ok(()) } else { Err("a body came with a GET".to_owned()) }
    }

    /// The body of the latest request, whose request line and fields were as they should be.
    fn fields(&self, expected_line: &str, more: &[(&str, &[&str])]) -> Result<Vec<u8>, String> {
        self.reply()?;
        let raw = self.server.latest_request().ok_or("no request came in whole")?;
        let head_end = raw.windows(4).position(|four| four == b"\r\n\r\n").ok_or("the request has no head")?;
        let (head, body) = raw.split_at_checked(head_end).ok_or("the request has no head")?;
        let head = String::from_utf8_lossy(head);
        let mut lines = head.split("\r\n");
        let line = lines.next().unwrap_or_default();
        if line != expected_line {
            return Err(format!("the request line is {line:?}"));
        }
        let fields: Vec<_> = lines.filter_map(|line| line.split_once(':')).map(|(n, v)| (n, v.trim())).collect();
        let all = |name: &str| -> Vec<&str> {
            fields.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| *value).collect()
        };
        let host = self.server.address().to_string();
        let asked: [(&str, &[&str]); 7] = [
            ("host", &[host.as_str()]),
            ("content-type", &["application/json"]),
            ("x-conformance", &["one", "two, and three"]),
            ("transfer-encoding", &[]),
            ("cookie", &[]),
            ("authorization", &[]),
            ("expect", &[]),
        ];
        for (name, values) in asked.iter().chain(more) {
            if all(name) != *values {
                return Err(format!("the field {name} came as {:?}, not as {values:?}", all(name)));
            }
        }
        Ok(body.get(4..).unwrap_or_default().to_vec())
    }

    pub(super) fn whole_body(&self) -> Result<(), String> {
        let reply = self.reply()?;
        let length = reply.headers.first("content-length").and_then(|length| length.parse().ok());
        if length == Some(reply.body.len()) && reply.body.ends_with(b"}") {
            Ok(())
        } else {
            Err(format!("{} bytes of body came, with a Content-Length of {length:?}", reply.body.len()))
        }
    }

    pub(super) fn both_fields(&self) -> Result<(), String> {
        let values: Vec<_> = self.reply()?.headers.all("retry-after").collect();
        if values == ["1", "7"] { Ok(()) } else { Err(format!("Retry-After: 1 and Retry-After: 7 came as {values:?}")) }
    }

    pub(super) fn own_answer(&self) -> Result<(), String> {
        let body = String::from_utf8_lossy(&self.reply()?.body).into_owned();
        if body.contains("another-job") { Err("the unasked reply was taken for the answer".to_owned()) } else { Ok(()) }
    }

    pub(super) fn answered_or_closed(&self) -> Result<(), String> {
        match self.last()? {
            Ok(reply) if reply.status == 200 => Ok(()),
            Err(error) if error.kind() == Kind::Closed => Ok(()),
            other => Err(format!("expected a reply, or Closed, got {}", described(other))),
        }
    }

    pub(super) fn no_trust(&self) -> Result<(), String> {
        match self.last()? {
            Err(error) if error.kind() == Kind::Tls && self.server.requests() == 0 => Ok(()),
            Err(error) if error.kind() == Kind::Tls => {
                Err("it is Tls, but the request was sent all the same".to_owned())
            }
            other => Err(format!("expected a failure of kind tls, got {}", described(other))),
        }
    }
}

/// An outcome in words, without any value of it.
pub(super) fn described(outcome: &Result<Response, TransportError>) -> String {
    match outcome {
        Ok(reply) => format!("a reply of status {} with {} bytes", reply.status, reply.body.len()),
        Err(error) => format!("a failure of kind {}", error.kind().as_str()),
    }
}
