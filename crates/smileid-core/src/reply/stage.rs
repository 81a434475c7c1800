//! Which of a job's callbacks one is, from its decisive fields in every known spelling and place. Pure functions that fail closed.

use super::entry::JobResult;
use super::fields::{self, Flag};
use super::partner::JobType;
use super::raw::Raw;
use alloc::borrow::Cow;

__words! {
    /// Which of a job's callbacks this is.
    #[non_exhaustive]
    pub enum CallbackStage {
        /// The ID leg of a job of two legs: the ID is valid (1012), and the result is another leg.
        IdLeg = "id_leg",
        /// Not the last callback: its `status` says that the job goes on, or `IsFinalResult` says no or cannot be read.
        NotFinal = "not_final",
        /// The last result of its job.
        Final = "final",
        /// The callback does not say, or says two things: [`Callback::doubt`](super::Callback::doubt) returns why. Ask.
        Unknown = "unknown",
    }
}

impl CallbackStage {
    /// Returns whether a callback of this stage is a reason to ask for the job's status now.
    ///
    /// After the others another callback is due.
    #[must_use]
    pub const fn is_reason_to_ask(self) -> bool {
        matches!(self, Self::Final | Self::Unknown)
    }
}

__words! {
    /// Why the stage of a callback is unknown.
    #[non_exhaustive]
    pub enum StageDoubt {
        /// No `ResultCode`, `IsFinalResult` or `status` was found in any known spelling or place.
        NoDecisiveField = "no_decisive_field",
        /// Two spellings or places of one field disagree.
        Disagreement = "disagreement",
        /// A field on which the stage rests has no known form.
        UnknownForm = "unknown_form",
    }
}

/// The words of `status` for a job that goes on. Case, and what is between two words, do not matter.
const GOES_ON: [&str; 9] = [
    "processing", "pending", "queued", "in_progress", "under_review", "submitted", "received", "accepted",
    "awaiting_review",
];

/// The words of `status` for a job that has ended, whatever its result: those of the vendor's newer interface, and `completed`.
const ENDED: [&str; 6] = ["clear", "block", "attention", "error", "complete", "completed"];

/// The result codes of an ID check: of a product that checks more than an ID, they are one leg.
const OF_AN_ID: [&str; 3] = ["1012", "1020", "1021"];

/// The stage of the callback with this result, or why it is unknown.
pub(super) fn of(result: JobResult<'_>) -> Result<CallbackStage, StageDoubt> {
    // Before all else: no contradiction elsewhere makes a job that goes on one that has ended.
    let status = status(result);
    if status == Ok(Some(CallbackStage::NotFinal)) {
        return Ok(CallbackStage::NotFinal);
    }
    let code = agreed(result.each("ResultCode"), |raw| fields::text(Some(raw)).filter(|code| !code.is_empty()))?;
    let last = agreed(result.each("IsFinalResult"), |raw| Some(fields::flag(Some(raw))))?;
    let complete = agreed(result.each("job_complete"), |raw| Some(fields::flag(Some(raw))))?;
    for name in ["user_id", "job_id"] {
        id(result, name)?;
    }
    if status?.is_none() && code.is_none() && last.is_none() {
        return Err(StageDoubt::NoDecisiveField);
    }
    if code.is_some_and(|code| OF_AN_ID.contains(&code.as_ref())) {
        let product = agreed(of_params(result, "job_type"), |raw| JobType::named_by(Some(raw)))?;
        if !product.is_some_and(JobType::is_id_product) {
            return Ok(CallbackStage::IdLeg);
        }
    }
    let no = |flag: Option<Flag>| matches!(flag, Some(Flag::False | Flag::Unknown));
    Ok(if no(last) || no(complete) { CallbackStage::NotFinal } else { CallbackStage::Final })
}

/// The id that every place names: an error if two places disagree, or if one cannot be read.
pub(super) fn id<'s>(result: JobResult<'s>, name: &'static str) -> Result<Option<Cow<'s, str>>, StageDoubt> {
    if result.each("PartnerParams").any(|params| params.object().is_none()) {
        return Err(StageDoubt::UnknownForm);
    }
    agreed(of_params(result, name), |raw| fields::text(Some(raw)).filter(|id| !id.is_empty()))
}

/// What `status` says: that the job goes on if any place says so, that it has ended if all do.
fn status(result: JobResult<'_>) -> Result<Option<CallbackStage>, StageDoubt> {
    let read = |raw| {
        let word: alloc::string::String = fields::text(Some(raw))?
            .chars()
            .map(|c| if " -".contains(c) { '_' } else { c.to_ascii_lowercase() })
            .collect();
        if GOES_ON.contains(&word.as_str()) {
            return Some(CallbackStage::NotFinal);
        }
        ENDED.contains(&word.as_str()).then_some(CallbackStage::Final)
    };
    if result.each("status").any(|raw| read(raw) == Some(CallbackStage::NotFinal)) {
        return Ok(Some(CallbackStage::NotFinal));
    }
    agreed(result.each("status"), read)
}

/// A field of `PartnerParams`, and beside it at the root and in `result`: null is absence.
fn of_params<'s>(result: JobResult<'s>, name: &'static str) -> impl Iterator<Item = Raw<'s>> {
    let params = result.each("PartnerParams").filter_map(Raw::object).filter_map(move |params| params.get(name));
    params.filter(|raw| raw.json_type() != crate::json::JsonType::Null).chain(result.each(name))
}

/// The one value that all places agree on, `None` if no place has one.
fn agreed<'s, T: PartialEq>(
    mut places: impl Iterator<Item = Raw<'s>>,
    read: impl Fn(Raw<'s>) -> Option<T>,
) -> Result<Option<T>, StageDoubt> {
    let read = |raw| read(raw).ok_or(StageDoubt::UnknownForm);
    let Some(first) = places.next().map(read).transpose()? else { return Ok(None) };
    for place in places {
        if read(place)? != first {
            return Err(StageDoubt::Disagreement);
        }
    }
    Ok(Some(first))
}
