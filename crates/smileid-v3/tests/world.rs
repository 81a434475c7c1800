//! A random service, in virtual time: what it answers, when, and what a session may make of it.

use core::time::Duration;

use smileid_core::{ErrorKind, Response, TransportError, TransportErrorKind};

use crate::common::{JOB, NOON, OTHER_JOB, jwt, status_reply, token_reply};

/// `SplitMix64`: a sequence that its seed repeats.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// What the reference model knows of a response to a status request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    /// One of the four final pairs, about this job.
    Final,
    /// A pair that means "not yet".
    Pending,
    /// HTTP 401.
    Refused,
    /// Anything from which nothing may be decided, and after which a wait may go on.
    Noise,
    /// Anything that ends a session with an error of this kind.
    Ends(ErrorKind),
}

pub(crate) type Reply = Result<Response, TransportError>;

/// A response to a status request.
pub(crate) fn status(random: &mut Random) -> (Truth, Reply) {
    const FINAL: [&str; 4] = ["clear", "block", "attention", "error"];
    const UNKNOWN: [&str; 8] = ["queued", "Processing", "CLEAR", "unauthorized", "approved", "", "done", "complete"];
    let pick = random.next() as usize;
    let ok = |truth, http, word: &str| (truth, Ok(status_reply(http, word, JOB)));
    match random.below(20) {
        0 | 1 => ok(Truth::Final, 200, FINAL[pick % 4]),
        2..=6 => ok(Truth::Pending, 202, "processing"),
        7 => ok(Truth::Pending, 404, "not_found"),
        8 | 9 => ok(Truth::Noise, [200, 202][pick % 2], UNKNOWN[pick / 2 % 8]),
        10 => ok(Truth::Noise, 202, FINAL[pick % 4]),
        11 => ok(Truth::Noise, 200, ["processing", "not_found"][pick % 2]),
        12 => {
            // In the body, or in the head beside a body that names this job.
            let reply = match pick % 2 {
                0 => status_reply(200, FINAL[pick / 2 % 4], OTHER_JOB),
                _ => status_reply(200, FINAL[pick / 2 % 4], JOB).with_header("job_id", OTHER_JOB),
            };
            (Truth::Ends(ErrorKind::Mismatch), Ok(reply))
        }
        13 => (Truth::Ends(ErrorKind::NotFound), Ok(status_reply(404, "not_found", OTHER_JOB))),
        14..=16 => (Truth::Refused, Ok(Response::new(401, br#"{"status":"Unauthorized","message":"x"}"#.to_vec()))),
        17 => (Truth::Noise, Ok(Response::new([429, 500, 503, 408][pick % 4], b"x".to_vec()))),
        18 => (
            Truth::Noise,
            Err(TransportError::new([TransportErrorKind::Closed, TransportErrorKind::Timeout][pick % 2])),
        ),
        _ => (Truth::Noise, Ok(Response::new(200, b"<html>".to_vec()))),
    }
}

/// A response to a token request: the token in it and its life, if there is one. A life of zero is a token for one use.
pub(crate) fn token(random: &mut Random, number: u64, now: Duration) -> (Option<(String, Duration)>, Reply) {
    let issued = NOON / 1000 + i64::try_from(now.as_secs()).unwrap();
    let life = [1, 3, 20, 100, 900, 100_000][random.below(6) as usize];
    let claims = |exp: i64, iat: i64| jwt(&format!(r#"{{"exp":{exp},"iat":{iat},"n":{number},"partner_id":23}}"#));
    let (text, life) = match random.below(12) {
        0 => (format!("opaque-{number}"), 0),
        1 => (claims(issued - 5, issued - 900), 0),
        2 => return (None, Ok(Response::new(401, vec![]))),
        3 => return (None, Ok(Response::new(500, vec![]))),
        4 => return (None, Err(TransportError::new(TransportErrorKind::Timeout))),
        5 => return (None, Ok(Response::new(200, b"{}".to_vec()))),
        // As a clock that is an hour slow sees it.
        6 => (claims(issued + 3600 + life, issued + 3600), life),
        _ => (claims(issued + life, issued), life),
    };
    let reply = token_reply(&text);
    (Some((text, Duration::from_secs(life.unsigned_abs().min(8 * 3600)))), Ok(reply))
}
