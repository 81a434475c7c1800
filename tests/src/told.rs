//! An outcome in one line of the contract's words, so that a table of cases reads as the contract does. It judges nothing.

use smileid_core::error::Error;
use smileid_core::session::Answer;

/// `pending <proof>`, `final <proof> <verdict>[ (<reason>)]` or `error <kind>[ <code>]`.
#[must_use]
pub fn told(outcome: &Result<Answer, Error>) -> String {
    match outcome {
        Ok(Answer::Pending(pending)) => format!("pending {}", pending.proof_word()),
        Ok(Answer::Final(verified)) => {
            let (proof, verdict) = (verified.proof().kind().as_str(), verified.verdict());
            match verdict.reason() {
                Some(reason) => format!("final {proof} {verdict} ({})", reason.as_str()),
                None => format!("final {proof} {verdict}"),
            }
        }
        Err(error) => match error.code() {
            Some(code) => format!("error {} {code}", error.kind()),
            None => format!("error {}", error.kind()),
        },
    }
}
