//! The body of target `session`: a session driven by the bytes themselves keeps its promises. What one reply becomes is tested apart.
//!
//! Two bytes make an event: what comes back and after how long. The promises are those of the reference model in the tests: at most
//! one poll per minimum interval, nothing sent past the deadline, no more attempts than allowed although some are lost, a final answer only
//! for a proven reply that is no request sent back and names no other job, and an end.

use core::time::Duration;
use std::sync::LazyLock;

use smileid_core::{
    Answer, Config, Moment, Session, Step, TransportError, TransportErrorKind as T, WaitPolicy, limits,
};
use smileid_tests::{NOON, Reply, config, query};

/// The keys are prepared once, not for each input.
static OURS: LazyLock<Config> = LazyLock::new(config);

/// Drives a call or a wait by `data`.
pub fn run(data: &[u8]) {
    let Some(([first, second], events)) = data.split_first_chunk() else { return };
    let waits = first & 1 == 1;
    let deadline = Duration::from_millis(u64::from(*second) * 400);
    let config = OURS.clone().with_call_deadline(deadline).with_jitter_seed(u64::from(*first));
    let policy =
        WaitPolicy::default().with_deadline(deadline).with_interval(Duration::from_millis(u64::from(*first) * 20));
    let mut session =
        if waits { Session::wait(&config, query(), policy) } else { Session::job_status(&config, query()) };
    let (mut passed, mut last_sent, mut accepted) = (Duration::ZERO, None::<Duration>, false);
    let mut requests = Vec::new();
    let at = |passed: Duration| Moment::new(NOON + i64::try_from(passed.as_millis()).unwrap_or(0), passed);
    for [what, how_long] in events.as_chunks::<2>().0 {
        match session.step(at(passed)) {
            Step::Send(request) => {
                assert!(passed < deadline && request.timeout <= deadline - passed, "past the deadline");
                assert!(!waits || last_sent.is_none_or(|last| passed - last >= limits::MIN_POLL_INTERVAL), "too eager");
                last_sent = Some(passed);
                requests.push(String::from_utf8(request.body.clone()).expect("a request is JSON"));
                // One more than the policy allows: an answer that looks like a request is asked for once more.
                assert!(waits || requests.len() <= limits::MAX_ATTEMPTS as usize + 1, "a call sends without bound");
                let took = Duration::from_millis(u64::from(*how_long) * 10);
                let timeout = request.timeout;
                passed += took.min(timeout);
                if what & 0x80 != 0 {
                    continue; // The driver loses the attempt.
                }
                accepted = false;
                let reply = if took >= timeout { Err(T::Timeout) } else { event(*what, &requests, &mut accepted) };
                session.receive(at(passed), reply.map(|r| r.at(at(passed))).map_err(TransportError::new));
            }
            Step::Wait(duration) => {
                assert!(!duration.is_zero() && passed + duration <= deadline, "sleeps past the deadline");
                passed += if what & 0x80 != 0 { duration / 2 } else { duration };
            }
            Step::Done(outcome) => {
                match outcome {
                    Ok(Answer::Final(_)) => assert!(accepted, "final without proof"),
                    Ok(Answer::Pending(_)) => assert!(!waits, "a wait ended pending"),
                    Err(_) => {}
                }
                assert!(matches!(session.step(at(passed)), Step::Done(Err(_))), "goes on after its end");
                return;
            }
        }
    }
}

fn event(what: u8, requests: &[String], accepted: &mut bool) -> Result<Reply, T> {
    // The pair of any request so far, the first as well as the latest.
    let echoed = requests.get(usize::from(what >> 5 & 3)).or(requests.last()).map_or("", String::as_str);
    Ok(match what & 0x1F {
        0 => return Err(T::Connect),
        1 => return Err(T::Closed),
        2 => return Err(T::Tls),
        3 => return Err(T::TooLarge),
        4 => return Err(T::Cancelled),
        5 => Reply::approved().key("other"),
        6 => Reply::approved().signature("null"),
        7 => Reply::approved().signed_ago(301_000),
        8 => Reply::final_about("user-8", "job-7"),
        9 => Reply::error(400, "2304"),
        10 => Reply::error(200, "2405"),
        11 => Reply::pending().status(429).header("Retry-After", "3"),
        12 => Reply::pending().status(503).header("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"),
        13 => Reply::members(""),
        14 => Reply::members(r#""job_complete":"#),
        15 => Reply::approved().status(404),
        16 => Reply::pending().status(307).header("Location", "https://other.example/"),
        17 => Reply::pending().key("other"),
        18 => Reply::error(503, "2301").header("Retry-After", "-1"),
        19 => {
            *accepted = true;
            Reply::approved().signed_ago(-1)
        }
        20 => Reply::approved().echoing(echoed),
        21 => Reply::pending().echoing(echoed),
        22 => Reply::approved().status(206),
        23 => Reply::verbatim(403, r#"{"message":"Missing Authentication Token"}"#),
        24 => Reply::members(
            r#""job_id":"job-8","job_complete":true,"job_success":true,"code":"2302","result":{"ResultCode":"0810"}"#,
        ),
        25 => Reply::members(r#""job_complete":true,"job_success":true,"result":{"PartnerParams":[]}"#),
        26 => Reply::pending().status(429).header("Retry-After", "60"),
        _ => Reply::pending(),
    })
}
