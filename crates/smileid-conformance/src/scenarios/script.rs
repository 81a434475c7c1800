//! What a transport that keeps the contract makes of each fault, as a script: no socket, no waiting.

use core::time::Duration;

use smileid_core::{Credentials, TransportErrorKind as Kind};
use smileid_sandbox::faults::{Fault, FaultRequest};

use super::{How, Scenario, Strikes};
use crate::contract::failure;
use crate::{Exchange, FakeClock, Scripted};

/// When every script begins: 2026-10-04T12:00:00Z.
const NOON: i64 = 1_791_115_200_000;
/// How long a reply takes.
const PROMPT: Duration = Duration::from_millis(5);
/// How many bytes of its body a reply with too short a length loses.
const CUT_OFF: usize = 64;

/// The script of a scenario.
pub(super) fn of(scenario: Scenario, strikes: Strikes, credentials: Credentials) -> Scripted {
    let mut before = 0;
    Scripted::answering(FakeClock::at(NOON), move |request, now| {
        let question = FaultRequest::new(&request.body, &credentials, now).after(before);
        let strikes = strikes == Strikes::Always || before == 0;
        before += 1;
        let exchange =
            if strikes { exchange(scenario, &question, before) } else { Exchange::reply(question.good_reply()) };
        exchange.after(PROMPT)
    })
}

/// What comes of the `nth` request, from 1.
fn exchange(scenario: Scenario, question: &FaultRequest<'_>, nth: u64) -> Exchange {
    let fault = scenario.fault;
    match fault {
        Fault::GzipCorrupt if scenario.how == How::GzipCall => return Exchange::failure(Kind::Closed),
        Fault::GzipBomb if scenario.how == How::GzipCall => return Exchange::failure(Kind::TooLarge),
        // The second call's request goes out on the connection of the first, and once more on a new one.
        Fault::IdleCloseRace | Fault::ResetOnReuse if nth == 2 => return Exchange::failure(Kind::Closed),
        _ => {}
    }
    if let Some(kind) = failure(fault) {
        return Exchange::failure(kind);
    }
    let mut reply = fault.reply(question).unwrap_or_else(|| question.good_reply());
    if fault == Fault::LengthTooShort {
        reply.body.truncate(reply.body.len().saturating_sub(CUT_OFF));
    }
    Exchange::reply(reply)
}
