//! Faults between two requests on one connection.

use std::io;

use super::Fault;
use super::draft::Draft;
use super::question::FaultRequest;
use super::wire::{Wire, written};

/// Answers the request after `before` others of its connection; says whether the connection goes on.
pub(super) fn play(fault: Fault, wire: &mut Wire, question: &FaultRequest<'_>, before: u64) -> io::Result<bool> {
    let good = Draft::approved(question);
    match fault {
        Fault::PipelinedExtraBytes => {
            let params = Draft::params(&question.user, "\"another-job\"", "4").text();
            let other = good.clone().with("result", &Draft::result(question).with("PartnerParams", &params).text());
            let mut bytes = written(&good.reply());
            bytes.extend_from_slice(&written(&other.reply()));
            wire.send(&bytes)?;
            Ok(true)
        }
        Fault::IdleCloseRace if before > 0 => Ok(false),
        Fault::ResetOnReuse if before > 0 => {
            wire.reset()?;
            Ok(false)
        }
        _ => {
            wire.reply(&good.reply())?;
            Ok(true)
        }
    }
}
