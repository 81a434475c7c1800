//! A callback: a job's result with timestamp and signature beside it. Receiving one, with proof, is the session's.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::decode::{self, Decoded, Places};
use super::entry::JobResult;
use super::job_status::ClaimText;
use super::known::Table;
use super::raw::{Members, Raw};
use super::stage::{self, CallbackStage, StageDoubt};
use super::{DecodeOptions, Readings, ReplyError};
use crate::json::{Repairs, into_text};
use crate::signature::ProofClaim;

/// What the service posts to a partner's callback URL.
///
/// A biometric KYC job sends two: the ID leg, which is not final, and later the result.
pub struct Callback {
    body: String,
    places: Places,
    claimed: Option<Box<ClaimText>>,
    repairs: Repairs,
    readings: Readings,
}

impl Callback {
    /// Reads a callback's body. Nothing in it says that it is true.
    ///
    /// # Errors
    /// [`ReplyError`] for a body that is no JSON the options tolerate, has no object for its root, or contains a known field twice.
    pub fn decode(body: Vec<u8>, options: &DecodeOptions) -> Result<Self, ReplyError> {
        let body = into_text(body, &options.json())?;
        let Decoded { places, repairs, readings } = decode::decode(&body, Table::Callback, options)?;
        let claimed = ClaimText::of(&body, &places);
        Ok(Self { body, places, claimed, repairs, readings })
    }

    /// Returns what the callback claims about its origin.
    #[must_use]
    pub fn claim(&self) -> ProofClaim<'_> {
        ClaimText::claim(self.claimed.as_deref(), &self.body, &self.places)
    }

    /// Returns the result that the callback reports, however it is written.
    ///
    /// Its getters find a field at the root and in `result`, under its documented name and in `snake_case`. If several of these have
    /// it, they return the first. [`Callback::stage`] and the ids do not: they compare them all.
    #[must_use]
    pub fn result(&self) -> JobResult<'_> {
        JobResult::of_callback(self.places.root.of(&self.body).and_then(Raw::object).unwrap_or(Members::EMPTY))
    }

    /// Returns the user id, if every place that names one names the same. Nothing proves it.
    #[must_use]
    pub fn user_id(&self) -> Option<Cow<'_, str>> {
        stage::id(self.result(), "user_id").ok()?
    }

    /// Returns the job id, if every place that names one names the same. Nothing proves it.
    #[must_use]
    pub fn job_id(&self) -> Option<Cow<'_, str>> {
        stage::id(self.result(), "job_id").ok()?
    }

    /// Returns which of a job's callbacks this is.
    ///
    /// A callback has no verdict: it carries no `job_success`, and its body is covered by no proof. Use it to know when to ask, and
    /// decide by the answer to [`Session::job_status`](crate::session::Session::job_status). [`CallbackStage::Final`] and [`CallbackStage::Unknown`]
    /// are both a reason to ask.
    #[must_use]
    pub fn stage(&self) -> CallbackStage {
        stage::of(self.result()).unwrap_or(CallbackStage::Unknown)
    }

    /// Returns why the stage is [`CallbackStage::Unknown`].
    #[must_use]
    pub fn doubt(&self) -> Option<StageDoubt> {
        stage::of(self.result()).err()
    }

    /// Returns what had to be repaired in the body.
    #[must_use]
    pub const fn repairs(&self) -> &Repairs {
        &self.repairs
    }

    /// Returns which typed fields were read leniently.
    #[must_use]
    pub const fn readings(&self) -> &Readings {
        &self.readings
    }

    /// Returns the body as it was received. It contains personal data and links to photos: do not log it.
    #[must_use]
    pub fn expose_body(&self) -> &str {
        &self.body
    }

    /// Returns the body as strict JSON: every value and digit as sent, order kept, only syntax repaired. Do not log it.
    #[must_use]
    pub fn expose_json(&self) -> String {
        Raw::whole(&self.body).expose_json()
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("stage", &self.stage())
            .field("result", &self.result())
            .field("repairs", &self.repairs.count())
            .field("readings", &self.readings.count())
            .finish_non_exhaustive()
    }
}
