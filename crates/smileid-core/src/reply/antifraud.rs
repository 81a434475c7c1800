//! `Antifraud`, in both of its shapes: users that are suspected of being the same person. Nothing is decided from it.

use alloc::borrow::Cow;
use core::fmt;

use super::fields;
use super::personal::Personal;
use super::raw::{Members, Raw};

/// `Antifraud`: an open object.
///
/// It is `{SuspectUsers:[{user_id, reason}]}`, or `{summary:{…}, smile_secure:{…, SuspectUsers:[{user_id, reasons:[]}]}}`.
#[derive(Clone, Copy)]
pub struct Antifraud<'s> {
    members: Members<'s>,
}

impl<'s> Antifraud<'s> {
    pub(super) const fn new(members: Members<'s>) -> Self {
        Self { members }
    }

    /// Returns the users that are suspected, in either shape.
    pub fn suspect_users(self) -> impl Iterator<Item = SuspectUser<'s>> {
        [Some(self.members), self.smile_secure()]
            .into_iter()
            .flatten()
            .filter_map(|of| of.get("SuspectUsers"))
            .flat_map(Raw::elements)
            .filter_map(|user| user.object().map(|members| SuspectUser { members }))
    }

    /// Returns `summary` of the second shape.
    #[must_use]
    pub fn summary(self) -> Option<Members<'s>> {
        self.members.get("summary")?.object()
    }

    /// Returns `smile_secure` of the second shape.
    #[must_use]
    pub fn smile_secure(self) -> Option<Members<'s>> {
        self.members.get("smile_secure")?.object()
    }

    /// Returns every member, in the body's order.
    #[must_use]
    pub const fn members(self) -> Members<'s> {
        self.members
    }
}

/// The names of the members.
impl fmt::Debug for Antifraud<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Antifraud").field(&self.members).finish()
    }
}

/// A user that is suspected of being the same person.
#[derive(Clone, Copy)]
pub struct SuspectUser<'s> {
    members: Members<'s>,
}

impl<'s> SuspectUser<'s> {
    /// Returns `user_id`: another user of the partner's.
    #[must_use]
    pub fn user_id(self) -> Option<Personal<Cow<'s, str>>> {
        fields::text(self.members.get("user_id")).map(Personal::new)
    }

    /// Returns `reason` of the first shape, or each of `reasons` of the second.
    pub fn reasons(self) -> impl Iterator<Item = Cow<'s, str>> {
        let one = fields::text(self.members.get("reason"));
        let many = self.members.get("reasons").into_iter().flat_map(Raw::elements);
        one.into_iter().chain(many.filter_map(|reason| fields::text(Some(reason))))
    }

    /// Returns every member, in the body's order.
    #[must_use]
    pub const fn members(self) -> Members<'s> {
        self.members
    }
}

/// The names of the members.
impl fmt::Debug for SuspectUser<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SuspectUser").field(&self.members).finish()
    }
}
