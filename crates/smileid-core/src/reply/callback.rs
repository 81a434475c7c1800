//! A callback: the result object flattened, with timestamp and signature beside it. Receiving one, with proof, is the session's.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::decode::{self, Decoded, Places};
use super::entry::Entry;
use super::fields::Flag;
use super::job_status::{ClaimText, into_text};
use super::known::Table;
use super::raw::{Members, Raw};
use super::{DecodeOptions, Readings, ReplyError};
use crate::json::Repairs;
use crate::signature::Claim;

/// What the service posts to a partner's callback URL.
///
/// A biometric KYC job sends two: the ID leg, which is not final, and later the result.
pub struct Callback {
    body: String,
    places: Places,
    claimed: ClaimText,
    repairs: Repairs,
    readings: Readings,
}

impl Callback {
    /// Reads a callback's body. Nothing in it says that it is true.
    ///
    /// # Errors
    /// [`ReplyError`] for a body that is no JSON the options tolerate, has no object for its root, or holds a known field twice.
    pub fn decode(body: Vec<u8>, options: &DecodeOptions) -> Result<Self, ReplyError> {
        let body = into_text(body, options)?;
        let Decoded { places, repairs, readings } = decode::decode(&body, Table::Entry, options)?;
        let claimed = ClaimText::of(&body, &places);
        Ok(Self { body, places, claimed, repairs, readings })
    }

    /// What the callback claims about its origin.
    #[must_use]
    pub fn claim(&self) -> Claim<'_> {
        self.claimed.claim(&self.body, &self.places)
    }

    /// The result it tells.
    #[must_use]
    pub fn result(&self) -> Entry<'_> {
        Entry::new(self.places.root.of(&self.body).and_then(Raw::object).unwrap_or(Members::EMPTY))
    }

    /// Which of a job's callbacks this is.
    ///
    /// A callback has no verdict: it carries no `job_success`, and its body is covered by no proof. Use it to know when to ask, and
    /// decide by the answer to [`Session::job_status`](crate::session::Session::job_status).
    #[must_use]
    pub fn stage(&self) -> Stage {
        let result = self.result();
        let id_product = result.partner_params().job_type().is_some_and(super::JobType::is_id_product);
        if result.result_code().is_some_and(|code| code == "1012") && !id_product {
            return Stage::IdLeg;
        }
        match result.is_final_result() {
            Flag::True | Flag::Missing => Stage::Final,
            Flag::False | Flag::Unknown => Stage::NotFinal,
        }
    }

    /// What had to be mended in the body.
    #[must_use]
    pub const fn repairs(&self) -> &Repairs {
        &self.repairs
    }

    /// Which typed fields were read leniently.
    #[must_use]
    pub const fn readings(&self) -> &Readings {
        &self.readings
    }

    /// The body as it was received. It holds personal data and links to photos: do not log it.
    #[must_use]
    pub fn expose_body(&self) -> &str {
        &self.body
    }

    /// The body as strict JSON: every value and digit as sent, order kept, only syntax mended. Do not log it.
    #[must_use]
    pub fn expose_json(&self) -> String {
        Raw::whole(&self.body).expose_json()
    }
}

/// Which of a job's callbacks one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// The ID leg of a job of two legs: the ID is valid (1012), and the result is to come.
    IdLeg,
    /// Another result that is not the last: `IsFinalResult` says so, or cannot be read.
    NotFinal,
    /// The last result of its job.
    Final,
}

impl Stage {
    /// The stage in a word: `id_leg`, `not_final` or `final`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IdLeg => "id_leg",
            Self::NotFinal => "not_final",
            Self::Final => "final",
        }
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
