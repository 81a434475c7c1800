//! One result: of the reply itself, of its history, or of a callback. It is a view of the body and keeps nothing. Whose data it
//! contains is described in `id_data.rs`.

use alloc::borrow::Cow;
use core::fmt;

use super::actions::{self, Action, ActionName};
use super::antifraud::Antifraud;
use super::fields::{self, Flag};
use super::image_links::ImageLinks;
use super::partner::PartnerParams;
use super::raw::{Members, Raw};
use super::result_codes::{ResultCodeInfo, result_code_info};
use super::spelling;
use crate::json::JsonType;

/// One result of a job: what a check said, and of whom.
///
/// The sources differ in what they fill in: every getter may find nothing.
#[derive(Clone, Copy)]
pub struct JobResult<'s> {
    members: Members<'s>,
    callback: bool,
}

impl<'s> JobResult<'s> {
    pub(super) const fn new(members: Members<'s>) -> Self {
        Self { members, callback: false }
    }

    /// The result of a callback, whose root has these members: each field is looked for in every known spelling and place.
    pub(super) const fn of_callback(members: Members<'s>) -> Self {
        Self { members, callback: true }
    }

    /// Returns every member, known or not, in the body's order.
    #[must_use]
    pub const fn members(self) -> Members<'s> {
        self.members
    }

    /// Returns `ResultCode`, with its leading zeros: `0810`.
    #[must_use]
    pub fn result_code(self) -> Option<Cow<'s, str>> {
        self.text("ResultCode")
    }

    /// Returns what is known of `ResultCode` for the entry's product; none for an unknown code.
    #[must_use]
    pub fn result_code_info(self) -> Option<&'static ResultCodeInfo> {
        result_code_info(&self.result_code()?, self.partner_params().job_type())
    }

    /// Returns `ResultText`: a human readable result. Its wording depends on the product: never decide by it.
    #[must_use]
    pub fn result_text(self) -> Option<Cow<'s, str>> {
        self.text("ResultText")
    }

    /// Returns `ResultType`: the algorithm that made the decision, `SAIA` for most.
    #[must_use]
    pub fn result_type(self) -> Option<Cow<'s, str>> {
        self.text("ResultType")
    }

    /// Returns `SmileJobID`: the service's own id of the job, with its leading zeros.
    #[must_use]
    pub fn smile_job_id(self) -> Option<Cow<'s, str>> {
        self.text("SmileJobID")
    }

    /// Returns `JSONVersion` of the entry's shape.
    #[must_use]
    pub fn json_version(self) -> Option<Cow<'s, str>> {
        self.text("JSONVersion")
    }

    /// Returns `ConfidenceValue`, as written: `100`, `97.000000`.
    #[must_use]
    pub fn confidence(self) -> Option<Cow<'s, str>> {
        self.text("ConfidenceValue")
    }

    /// Returns `ConfidenceValue` as a number, if it is one.
    #[must_use]
    pub fn confidence_value(self) -> Option<f64> {
        fields::finite(&self.confidence()?)
    }

    /// Returns `no_of_persons_found` of an AML check, if it is a whole number.
    #[must_use]
    pub fn persons_found(self) -> Option<u64> {
        self.text("no_of_persons_found")?.parse().ok()
    }

    /// Returns `IsFinalResult`: whether this is the last result of its job.
    #[must_use]
    pub fn is_final_result(self) -> Flag {
        fields::flag(self.get("IsFinalResult"))
    }

    /// Returns `IsMachineResult`: whether a machine made the decision.
    #[must_use]
    pub fn is_machine_result(self) -> Flag {
        fields::flag(self.get("IsMachineResult"))
    }

    /// Returns `PartnerParams`: the ids and whatever the partner sent along.
    #[must_use]
    pub fn partner_params(self) -> PartnerParams<'s> {
        PartnerParams::new(self.object("PartnerParams").unwrap_or(Members::EMPTY))
    }

    /// Returns `Actions`: what was done and how each step went, in the body's order.
    pub fn actions(self) -> impl Iterator<Item = Action<'s>> {
        actions::steps(self.object("Actions").unwrap_or(Members::EMPTY))
    }

    /// Returns how one step of `Actions` went, or `None` if there was no such step.
    #[must_use]
    pub fn action(self, name: ActionName) -> Option<Action<'s>> {
        self.actions().find(|action| action.name() == name && name != ActionName::Other)
    }

    /// Returns `Antifraud`: users that are suspected of being the same person.
    #[must_use]
    pub fn antifraud(self) -> Option<Antifraud<'s>> {
        self.object("Antifraud").map(Antifraud::new)
    }

    /// Returns `ImageLinks` of a callback: what a reply has as `image_links`.
    #[must_use]
    pub fn image_links(self) -> Option<ImageLinks<'s>> {
        self.object("ImageLinks").map(ImageLinks::new)
    }

    fn text(self, key: &'static str) -> Option<Cow<'s, str>> {
        fields::text(self.get(key))
    }

    /// The value of a known field: of a callback, the first of [`JobResult::each`].
    pub(super) fn get(self, key: &'static str) -> Option<Raw<'s>> {
        if self.callback { self.each(key).next() } else { self.members.get(key) }
    }

    /// Every value of a known field of a callback, in whatever spelling and place: at the root, then in `result`. Null is absence.
    pub(super) fn each(self, key: &'static str) -> impl Iterator<Item = Raw<'s>> {
        let nested = self.members.get("result").and_then(Raw::object);
        [Some(self.members), nested].into_iter().flatten().flat_map(move |place| {
            let spellings = core::iter::once(key).chain(spelling::others(key));
            spellings.filter_map(move |name| place.get(name)).filter(|value| value.json_type() != JsonType::Null)
        })
    }

    fn object(self, key: &'static str) -> Option<Members<'s>> {
        self.get(key).and_then(Raw::object)
    }
}

/// The names of the fields, and what is known of the code.
impl fmt::Debug for JobResult<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobResult")
            .field("result_code", &self.result_code_info().map(|c| c.code))
            .field("is_final_result", &self.is_final_result())
            .field("members", &self.members)
            .finish()
    }
}
