//! An outcome in one line of the contract's words, so that a table of cases reads as the contract does. It judges nothing.

use core::time::Duration;

use smileid_core::{Answer, Config, Error, RetryPolicy, Session};

use crate::{Reply, config, query, run};

/// `pending <proof>`, `final <proof> <verdict>[ (<reason>)]` or `error <kind>[ <code>]`.
#[must_use]
pub fn summary(outcome: &Result<Answer, Error>) -> String {
    match outcome {
        Ok(Answer::Pending(pending)) => format!("pending {}", pending.proof_status()),
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

/// The outcome of one attempt that brings `reply`, in the contract's words.
#[must_use]
pub fn outcome_of(config: &Config, reply: &Reply) -> String {
    let config = config.clone().with_retry(RetryPolicy::NONE);
    let run = run(Session::job_status(&config, query()), |_, _, now| (Duration::from_millis(5), Ok(reply.at(now))));
    summary(&run.outcome)
}

/// Each reply beside the outcome it must have.
pub fn check_outcomes(cases: &[(Reply, &str)]) {
    for (reply, expected) in cases {
        assert_eq!(outcome_of(&config(), reply), *expected, "{reply:?}");
    }
}
