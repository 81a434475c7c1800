//! `smileid verify`: whether a reply or a callback that was kept is proven. It sends nothing and reads no verdict.
//!
//! It prints the object if the document can be read; only a valid and fresh proof exits 0, so that a script that
//! looks only at the exit never gets a "yes" from a forged document.

use core::time::Duration;

use serde_json::json;
use smileid_core::{
    DecodeOptions, Freshness, HeaderPair, JobStatus, KeySlot, Moment, NotProven, Proof, Replay, Signer,
    UnrecognisedReason,
};

use super::DONE;
use super::sign::now;
use crate::args::{Format, VerifyArgs};
use crate::config::Configured;
use crate::failure::{Failure, Kind};
use crate::report::age;
use crate::{input, output, plain};

pub(super) fn run(args: &VerifyArgs, format: Format) -> Result<u8, Failure> {
    let configured = Configured::read(&args.config)?;
    if args.file.as_os_str() == "-" && configured.takes_standard_input() {
        return Err(Failure::invalid(
            "a key and the document cannot both come from standard input: give one of them as a file",
        ));
    }
    let signer = Signer::new(&configured.credentials()?);
    let body = input::read(&args.file)?;
    let options = DecodeOptions::default().with_max_bytes(usize::MAX);
    // A callback has its timestamp and signature where a reply has them, or in its headers.
    let status = JobStatus::decode(body, &options)
        .map_err(|error| Failure::new(Kind::Malformed, format!("the document cannot be read: {error}")))?;
    let at = args.at.map_or_else(now, |at| Moment::new(at.unix_millis(), Duration::ZERO));
    let freshness = args.max_age.map_or(Freshness::DEFAULT, Freshness::within);

    let headers = HeaderPair::new(args.timestamp.as_deref(), args.signature.as_deref());
    let proof = status.claim().with_headers(headers).and_then(|claim| claim.classify(&signer));
    let (printed, outcome) = match proof {
        Err(why) => {
            let printed = Printed { proof: why.as_str(), reason: Some(reason(why)), key: None };
            (printed, Err(Failure::new(why.kind(), why.to_string())))
        }
        Ok(proof) => {
            let held = held(&proof, at, args.at.is_some());
            let (kind, key) = (proof.kind(), proof.key());
            let stale = proof.admit(at, freshness).err();
            let printed = Printed { proof: kind.as_str(), reason: stale.map(stale_reason), key: Some(key) };
            (
                printed,
                stale.map_or(Ok(held.clone()), |replay| Err(Failure::new(Kind::Replay, format!("{replay}; {held}")))),
            )
        }
    };
    output::data(&printed.json())?;
    let held = outcome?;
    if format == Format::Text {
        plain::note(&format!("smileid: {held}"));
    }
    Ok(DONE)
}

/// Describes a valid proof: its kind, its key, its age.
fn held(proof: &Proof, at: Moment, given: bool) -> String {
    let reference = if given { "the time given" } else { "now" };
    let age = proof.timestamp().map_or_else(
        || "at a time of no known form".to_owned(),
        |signed| format!("{} {reference}", age::apart(signed.unix_millis(), at.unix_millis())),
    );
    format!("the {} proof holds with the {} key; signed {age}", proof.kind().as_str(), proof.key().as_str())
}

/// What is printed.
struct Printed {
    proof: &'static str,
    /// None if the proof is valid.
    reason: Option<&'static str>,
    key: Option<KeySlot>,
}

impl Printed {
    fn json(&self) -> String {
        let (valid, key) = (self.reason.is_none(), self.key.map(KeySlot::as_str));
        plain::json(&json!({"proof": self.proof, "valid": valid, "reason": self.reason, "key": key})) + "\n"
    }
}

/// Returns why a claim proves nothing, in a more precise word than its proof's.
pub(super) const fn reason(why: NotProven) -> &'static str {
    match why {
        NotProven::Unrecognised(UnrecognisedReason::OneDigitShort) => "one_digit_short",
        NotProven::Unrecognised(UnrecognisedReason::Type) => "not_text",
        NotProven::Unrecognised(_) => "unknown_shape",
        NotProven::SplitPair => "split_pair",
        NotProven::PairsDiffer => "pairs_differ",
        other => other.as_str(),
    }
}

/// Returns why a valid proof is not accepted, in a word.
pub(super) const fn stale_reason(replay: Replay) -> &'static str {
    match replay {
        Replay::TooOld { .. } => "too_old",
        Replay::TooNew { .. } => "too_new",
        Replay::UnreadableTime => "unreadable_time",
        Replay::Reflected => "reflected",
        _ => "replay",
    }
}
