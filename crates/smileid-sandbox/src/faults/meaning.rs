//! Whole, signed replies that are unusual in what they say, one after the other.

use smileid_core::Response;

use super::Fault;
use super::draft::Draft;
use super::question::FaultRequest;

const HOUR: i64 = 3600 * 1000;

/// The reply to this question.
pub(super) fn reply(fault: Fault, question: &FaultRequest<'_>) -> Option<Response> {
    let good = || Draft::approved(question);
    let pending = || Draft::pending(question);
    let ahead = || good().proven_by(&question.signed(HOUR));
    let result = Draft::result(question);
    let draft = match fault {
        Fault::CompleteFlapsBack if question.nth % 2 == 1 => good(),
        Fault::CompleteFlapsBack | Fault::NeverComplete => pending(),
        Fault::UnknownCode => {
            good().with("code", "\"2999\"").with("result", &result.with("ResultCode", "\"4242\"").text())
        }
        Fault::UnknownJobType => {
            let params = Draft::params(&question.user, &question.job, "99").text();
            good().with("result", &result.with("PartnerParams", &params).text())
        }
        Fault::ClockPlus1h => ahead(),
        Fault::ClockJumpsMidWait => match question.nth {
            0 | 1 => pending(),
            2 => ahead(),
            _ => good(),
        },
        _ => return None,
    };
    Some(draft.reply())
}
