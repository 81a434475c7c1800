//! A callback: the result object flattened, with timestamp and signature beside it. Receiving one, with proof, is the session's.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::decode::{self, Decoded, Places};
use super::entry::Entry;
use super::job_status::{ClaimText, into_text};
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
        let Decoded { places, repairs, readings } = decode::callback(&body, options)?;
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
        Entry::new(Raw::at(&self.body, self.places.root).object().unwrap_or(Members::EMPTY))
    }

    /// Whether this is the ID leg of a job of two legs: the ID is valid, and the result is to come.
    #[must_use]
    pub fn is_id_leg(&self) -> bool {
        let result = self.result();
        let id_product = result.partner_params().job_type().is_some_and(super::JobType::is_id_product);
        result.result_code().is_some_and(|code| code == "1012") && !id_product
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
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback").field("result", &self.result()).finish_non_exhaustive()
    }
}
