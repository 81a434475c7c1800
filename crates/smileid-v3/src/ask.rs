//! What a session of v3 asks: a token if none is there, then the status. When it asks is the course's.

use alloc::format;
use alloc::string::String;
use core::mem;
use core::time::Duration;

use smileid_core::{
    __internal::{Ask, Judged, Prepared, by_status, new_error as error, not_exchanged},
    Config as Settings, Error, ErrorKind, Moment, Request, Response, State, TransportError,
    json::Options,
};
use zeroize::{Zeroize, Zeroizing};

use crate::answer::Answer;
use crate::config::Config;
use crate::fields;
use crate::job::JobRef;
use crate::jwt::{Claims, Doubt};
use crate::status::{self, Judgement};
use crate::token::{Lease, Take, Token};

/// How long a session waits before it looks again whether another one has fetched the token.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// No response of v3 that this crate reads is as large.
const MAX_BYTES: usize = 64 * 1024;
/// No token is as long: HTTP servers refuse heads of this size.
const MAX_TOKEN: usize = 16 * 1024;

/// The question of a [`Session`](crate::Session).
#[derive(Debug)]
pub(crate) struct StatusAsk {
    config: Config,
    job: JobRef,
    out: Out,
    /// The token that this session fetched, for its next status request.
    fetched: Option<Token>,
    /// Whether the token was refused and fetched anew since the last answer.
    refused: bool,
}

/// The request that is out.
#[derive(Debug, Default)]
enum Out {
    #[default]
    Nothing,
    Token(Lease),
    Status(Token),
}

impl StatusAsk {
    pub(crate) fn new(config: &Config, job: JobRef) -> Self {
        Self { config: config.clone(), job, out: Out::Nothing, fetched: None, refused: false }
    }

    pub(crate) const fn job(&self) -> &JobRef {
        &self.job
    }

    fn token_request(&self, timeout: Duration) -> Request {
        let shared = &self.config.shared;
        let mut request = Request::post(shared.token_url.clone(), alloc::vec::Vec::new(), timeout, MAX_BYTES);
        request.operation = "v3_token";
        request.headers.append("smileid-partner-id", &shared.partner_id);
        request.headers.append_secret("smileid-api-key", shared.key.expose());
        request.headers.append("Accept", "application/json");
        request.headers.append("Accept-Encoding", "identity");
        request
    }

    fn status_request(&self, token: &Token, timeout: Duration) -> Request {
        let url = format!("{}{}", self.config.shared.status_url, self.job.id());
        let mut request = Request::get(url, timeout, MAX_BYTES, "v3_status");
        request.headers.append_secret("SmileID-Token", token.expose());
        request.headers.append("Accept", "application/json");
        request.headers.append("Accept-Encoding", "identity");
        request
    }

    /// Reads the response to the token request. It is dropped with the lease if it brings no token.
    fn fetched(&mut self, lease: Lease, now: Moment, mut reply: Response) -> Judged<Answer> {
        let outcome = match by_status(&reply) {
            Some(error) => Err(error),
            None => token_in(&reply).and_then(|text| {
                let claims = Claims::of(&text, now);
                self.check(&claims)?;
                Ok(lease.fetched(now, text, claims.life, claims.doubt))
            }),
        };
        let judged = match outcome {
            Ok(token) => {
                self.fetched = Some(token);
                Judged::Onward
            }
            Err(error) => Judged::Failed(status::seen(&reply, now, error, &[self.config.shared.key.expose()])),
        };
        reply.body.zeroize();
        judged
    }

    /// Refuses a token that is meant for another partner or another place.
    fn check(&self, claims: &Claims) -> Result<(), Error> {
        let zeroless = |id: &str| String::from(id.trim_start_matches('0'));
        if claims.partner.as_ref().is_some_and(|id| zeroless(id) != self.config.shared.partner_id) {
            let message = "the token that came names another partner in its partner_id: check that key and partner id belong together";
            return Err(error(ErrorKind::Credentials, message));
        }
        if claims.api_url.as_ref().is_some_and(|url| !self.config.is_own_host(url)) {
            let message = "the token that came names another host in its api_url: check the environment, or name that host if you ask through a gateway (with_api_host, --api-host)";
            return Err(error(ErrorKind::Credentials, message));
        }
        Ok(())
    }

    fn judged(&mut self, token: &Token, now: Moment, reply: &Response) -> Judged<Answer> {
        let seen = |error| status::seen(reply, now, error, &[token.expose(), self.job.id()]);
        match status::judge(&self.config, &self.job, now, reply) {
            Judgement::Answer(answer) => {
                self.refused = false;
                Judged::Answered(answer)
            }
            Judgement::Failed(error) => Judged::Failed(seen(error)),
            Judgement::Refused => {
                self.config.shared.token.refuse(token);
                if self.refused {
                    return Judged::Failed(seen(refused_twice(token)));
                }
                self.refused = true;
                Judged::Onward
            }
        }
    }
}

impl Ask for StatusAsk {
    type Answer = Answer;

    fn prepare(&mut self, _: &Settings, now: Moment, timeout: Duration) -> Prepared {
        // A lease that is still here is of an attempt that was lost.
        self.out = Out::Nothing;
        let token = match self.fetched.take() {
            Some(token) => token,
            None => match self.config.shared.token.take(now, timeout) {
                Take::Use(token) => token,
                Take::Busy => return Prepared::Hold(LOOK_AGAIN),
                Take::Fetch(lease) => {
                    self.out = Out::Token(lease);
                    return Prepared::Send(self.token_request(timeout));
                }
            },
        };
        let request = self.status_request(&token, timeout);
        self.out = Out::Status(token);
        Prepared::Send(request)
    }

    fn judge(&mut self, _: &Settings, now: Moment, reply: Result<Response, TransportError>) -> Judged<Answer> {
        let out = mem::take(&mut self.out);
        match (reply, out) {
            (Err(why), _) => Judged::Failed(not_exchanged(why)),
            (Ok(reply), Out::Token(lease)) => self.fetched(lease, now, reply),
            (Ok(reply), Out::Status(token)) => self.judged(&token, now, &reply),
            (Ok(_), Out::Nothing) => {
                Judged::Failed(error(ErrorKind::Internal, "a response came to no request: please report this"))
            }
        }
    }

    fn lost(&mut self) {
        self.out = Out::Nothing;
    }

    fn state(answer: &Answer) -> State {
        answer.state()
    }

    fn seed(&self) -> u64 {
        // The last 64 bits of an id are random.
        self.job.id().bytes().fold(0, |seed, b| seed.rotate_left(5) ^ u64::from(b))
    }

    fn with_last(error: Error, _: Answer) -> Error {
        error
    }
}

/// The token in the response to a token request.
fn token_in(reply: &Response) -> Result<Zeroizing<String>, Error> {
    let (kind, message) = match reply.status {
        200 => match fields::read(&reply.body, Options::STRICT, ["token"]) {
            Ok([token]) => {
                let text = token.into_text().map(Zeroizing::new);
                let sendable = |text: &Zeroizing<String>| {
                    (1..=MAX_TOKEN).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
                };
                if let Some(text) = text.filter(sendable) {
                    return Ok(text);
                }
                (ErrorKind::Malformed, "the response to the token request has no token that a header can carry")
            }
            Err(why) => {
                let message = format!("the response to the token request cannot be read: {why}");
                return Err(error(ErrorKind::Malformed, message));
            }
        },
        401 | 403 => (
            ErrorKind::Credentials,
            "the service gives no token for this API key: v3 needs the key from the portal, and a key that works for v1 may not work here; \
             check also the environment, the partner id, and an IP allow list",
        ),
        404 => (ErrorKind::Request, "the service has no /v3/token here: check the base URL"),
        400..=499 => {
            (ErrorKind::Request, "the service refuses the token request: check the partner id and the base URL")
        }
        _ => (
            ErrorKind::Malformed,
            "the token request was answered with a status that v3 does not use: check the base URL",
        ),
    };
    Err(error(kind, format!("{message} (HTTP {})", reply.status)))
}

/// The service refused a token that it had just given.
fn refused_twice(token: &Token) -> Error {
    let message = match token.doubt {
        Some(Doubt::NotJwt) => {
            "the service refuses the token that came, which is not a JWT: check that the base URL leads to Smile ID and not to another service"
        }
        Some(Doubt::Ended) => {
            "the service refuses the token that came, whose end is in the past: check for a cache on the way, and this machine's clock"
        }
        Some(Doubt::NoEnd) | None => {
            "the service refuses the token twice, and the second one was new: check the API key, its environment and its rights"
        }
    };
    error(ErrorKind::Credentials, message)
}
