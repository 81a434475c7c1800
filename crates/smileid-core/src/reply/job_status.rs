//! The reply of a job status call, as one owned value over its body. Other modules say what it proves and what is decided from it.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::beside::Beside;
use super::codes::{self, Refusal};
use super::decode::{self, Decoded, Place, Places};
use super::entry::JobResult;
use super::fields::{self, Flag};
use super::image_links::ImageLinks;
use super::known::Table;
use super::personal::Personal;
use super::raw::{Members, Raw};
use super::{DecodeOptions, Readings, ReplyError};
use crate::json::{JsonType, Repairs, into_text};
use crate::signature::{ProofClaim, ProofField};

/// The reply of a job status call.
///
/// It keeps the body it came from, and nothing of it twice: what is asked for is read from there. Nothing in it says that it is
/// true: see [`Verified`](crate::session::Verified). `Debug` shows states and field names, and no value that a person could be
/// known by.
pub struct JobStatus {
    body: String,
    places: Places,
    claimed: Option<Box<ClaimText>>,
    repairs: Repairs,
    readings: Readings,
}

/// The texts a proof is made of, unescaped, if they were escaped.
pub(super) struct ClaimText {
    timestamp: Option<String>,
    proof: Option<String>,
}

impl JobStatus {
    /// Reads a reply's body, all of it, once.
    ///
    /// # Errors
    /// [`ReplyError`] for a body that is no JSON the options tolerate, has no object for its root, or contains a known field twice.
    pub fn decode(body: Vec<u8>, options: &DecodeOptions) -> Result<Self, ReplyError> {
        let body = into_text(body, &options.json())?;
        let Decoded { places, repairs, readings } = decode::decode(&body, Table::Top, options)?;
        let claimed = ClaimText::of(&body, &places);
        Ok(Self { body, places, claimed, repairs, readings })
    }

    /// Returns what the reply claims about its origin: its timestamp and its `signature`, or `sec_key` if there is no signature.
    #[must_use]
    pub fn claim(&self) -> ProofClaim<'_> {
        ClaimText::claim(self.claimed.as_deref(), &self.body, &self.places)
    }

    /// Returns the timestamp's text as received: what was signed.
    #[must_use]
    pub fn timestamp(&self) -> Option<Cow<'_, str>> {
        fields::text(self.raw(self.places.timestamp))
    }

    /// Returns `job_complete`: whether the service has reported a final status for this job.
    #[must_use]
    pub fn job_complete(&self) -> Flag {
        fields::flag(self.raw(self.places.job_complete))
    }

    /// Returns `job_success`: whether the user was matched and enrolled or authenticated. It decides nothing by itself.
    #[must_use]
    pub fn job_success(&self) -> Flag {
        fields::flag(self.raw(self.places.job_success))
    }

    /// Returns `code`: the code of the call, leading zeros kept. [`code_info`](super::code_info) says what it means.
    #[must_use]
    pub fn code(&self) -> Option<Cow<'_, str>> {
        fields::text(self.raw(self.places.code))
    }

    /// Returns `result`: the final status, if it is an object.
    #[must_use]
    pub fn result(&self) -> Option<JobResult<'_>> {
        self.raw(self.places.result)?.object().map(JobResult::new)
    }

    /// Returns `result` if it is text: `No zip file received`.
    #[must_use]
    pub fn result_text(&self) -> Option<Cow<'_, str>> {
        self.raw(self.places.result)?.string()
    }

    /// Returns `history`: all that was sent to the callback, if it was asked for. Entries may be about other users and jobs.
    pub fn history(&self) -> impl Iterator<Item = JobResult<'_>> {
        self.raw(self.places.history).into_iter().flat_map(Raw::elements).filter_map(|e| e.object().map(JobResult::new))
    }

    /// Returns `image_links`: expiring links to the job's images, if they were asked for.
    #[must_use]
    pub fn image_links(&self) -> Option<ImageLinks<'_>> {
        self.raw(self.places.image_links)?.object().map(ImageLinks::new)
    }

    /// Returns `kyc_receipt`: the receipt of an ID check, if there is one.
    #[must_use]
    pub fn kyc_receipt(&self) -> Option<Personal<Cow<'_, str>>> {
        fields::personal(self.raw(self.places.kyc_receipt)).map(Personal::new)
    }

    /// Returns `kyb_receipt`: the receipt of a business check, if there is one.
    #[must_use]
    pub fn kyb_receipt(&self) -> Option<Personal<Cow<'_, str>>> {
        fields::personal(self.raw(self.places.kyb_receipt)).map(Personal::new)
    }

    /// Returns every member of the reply, known or not, in the body's order.
    #[must_use]
    pub fn members(&self) -> Members<'_> {
        self.raw(self.places.root).and_then(Raw::object).unwrap_or(Members::EMPTY)
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

    /// What the reply says of whose job it is, beside the user and the job that were asked for.
    pub(crate) fn names(&self, user_id: &str, job_id: &str) -> Names {
        if self.beside(Beside::Unreadable).next().is_some() {
            return Names::Unreadable;
        }
        let name = |documented: Place, beside, own, asked: &str| {
            let documented = self.raw(documented).filter(|raw| raw.json_type() != JsonType::Null);
            let own = self.beside(own).filter(|_| documented.is_none());
            let mut all = documented.into_iter().chain(self.beside(beside)).chain(own).peekable();
            let named = all.peek().is_some();
            (named, all.all(|raw| fields::text(Some(raw)).is_some_and(|id| id == asked)))
        };
        let (user_named, user_same) = name(self.places.user_id, Beside::UserId, Beside::OwnUserId, user_id);
        let (job_named, job_same) = name(self.places.job_id, Beside::JobId, Beside::OwnJobId, job_id);
        match (user_same, job_same) {
            (false, _) => Names::OtherUser,
            (_, false) => Names::OtherJob,
            _ if user_named && job_named => Names::Both,
            _ => Names::NotBoth,
        }
    }

    /// Whether another field says otherwise than `job_complete` that the job is complete.
    pub(crate) fn completion_is_denied(&self) -> bool {
        self.beside(Beside::JobComplete).any(|raw| fields::flag(Some(raw)) != Flag::True)
    }

    /// A refusing code, which decides whatever else the reply says.
    pub(crate) fn refusal(&self, http_status: u16) -> Option<Refusal> {
        codes::refusal(&self.code()?, http_status, || self.texts().any(|text| codes::speaks_of_authorization(&text)))
    }

    /// Whether any text of the reply speaks of authorization or of a signature.
    pub(crate) fn speaks_of_credentials(&self) -> bool {
        self.raw(self.places.root).is_some_and(|root| root.any_text(codes::speaks_of_credentials))
    }

    /// The texts of the places where the service, or a gateway before it, puts its words.
    fn texts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let places = [self.places.error, self.places.message, self.places.result];
        let nested = || self.result().and_then(JobResult::result_text);
        let texts = places.into_iter().filter_map(|place| fields::text(self.raw(place)));
        texts.chain(core::iter::once_with(nested).flatten())
    }

    /// The fields on which the verdict rests, placed when the body was read.
    pub(super) fn decisive(&self) -> Decisive<'_> {
        Decisive {
            code: self.raw(self.places.code),
            job_success: self.raw(self.places.job_success),
            result_code: self.raw(self.places.result_code),
            is_final_result: self.raw(self.places.is_final_result),
            job_type: self.raw(self.places.job_type),
            step_failed: self.places.step_failed,
        }
    }

    /// The values that speak of `what` at another place or in another spelling than the documented one, null left out.
    pub(super) fn beside(&self, what: Beside) -> impl Iterator<Item = Raw<'_>> {
        let places = self.places.beside.iter().filter(move |(other, _)| *other == what);
        places.filter_map(|(_, place)| self.raw(*place)).filter(|raw| raw.json_type() != JsonType::Null)
    }

    #[cfg(test)]
    pub(super) const fn places(&self) -> &Places {
        &self.places
    }

    fn raw(&self, place: Place) -> Option<Raw<'_>> {
        place.of(&self.body)
    }
}

/// The fields on which a verdict rests.
#[derive(Clone, Copy)]
pub(super) struct Decisive<'s> {
    pub(super) code: Option<Raw<'s>>,
    pub(super) job_success: Option<Raw<'s>>,
    pub(super) result_code: Option<Raw<'s>>,
    pub(super) is_final_result: Option<Raw<'s>>,
    pub(super) job_type: Option<Raw<'s>>,
    /// Whether a step on which the result rests failed, or cannot be read.
    pub(super) step_failed: bool,
}

/// What a reply says of whose job it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// Both the user and the job that were asked for, and no other.
    Both,
    /// At most one of them, and no other.
    NotBoth,
    /// Another user, or one that cannot be read.
    OtherUser,
    /// Another job, or one that cannot be read.
    OtherJob,
    /// `PartnerParams` is there and cannot be read.
    Unreadable,
}

impl fmt::Debug for JobStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobStatus")
            .field("job_complete", &self.job_complete())
            .field("job_success", &self.job_success())
            .field("code", &self.code().and_then(|c| codes::code_info(&c)).map(|c| c.code))
            .field("members", &self.members())
            .field("repairs", &self.repairs.count())
            .field("readings", &self.readings.count())
            .finish_non_exhaustive()
    }
}

impl ClaimText {
    /// Keeps a copy of what was escaped, which it never is in an honest reply.
    pub(super) fn of(body: &str, places: &Places) -> Option<Box<Self>> {
        let copy = |place: Place| match place.of(body)?.string()? {
            Cow::Owned(text) => Some(text),
            Cow::Borrowed(_) => None,
        };
        let (timestamp, proof) = (copy(places.timestamp), copy(proof_place(body, places)));
        (timestamp.is_some() || proof.is_some()).then(|| Box::new(Self { timestamp, proof }))
    }

    pub(super) fn claim<'s>(copies: Option<&'s Self>, body: &'s str, places: &Places) -> ProofClaim<'s> {
        let field = |copy: Option<&'s String>, place: Place| {
            let Some(raw) = place.of(body) else { return ProofField::Missing };
            match (copy, raw.json_type()) {
                (_, JsonType::Null) => ProofField::Missing,
                (Some(text), _) => ProofField::Text(text),
                (None, JsonType::Number) => ProofField::Text(raw.expose_text()),
                (None, JsonType::String) => {
                    let inner = raw.expose_text().strip_prefix('"').and_then(|t| t.strip_suffix('"'));
                    ProofField::Text(inner.unwrap_or_default())
                }
                _ => ProofField::OtherType,
            }
        };
        ProofClaim {
            timestamp: field(copies.and_then(|c| c.timestamp.as_ref()), places.timestamp),
            proof: field(copies.and_then(|c| c.proof.as_ref()), proof_place(body, places)),
        }
    }
}

/// `signature`, or `sec_key` if there is no signature or it is null.
fn proof_place(body: &str, places: &Places) -> Place {
    let there = |raw: Raw<'_>| raw.json_type() != JsonType::Null;
    if places.signature.of(body).is_some_and(there) { places.signature } else { places.sec_key }
}
