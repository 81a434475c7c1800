//! Links to a job's images, or the error in their place. Nothing is fetched here.

use alloc::borrow::Cow;
use core::fmt;

use super::fields;
use super::personal::Personal;
use super::raw::Members;

/// `image_links`: expiring links to the images captured during a job.
#[derive(Clone, Copy)]
pub struct ImageLinks<'s> {
    members: Members<'s>,
}

impl<'s> ImageLinks<'s> {
    pub(super) const fn new(members: Members<'s>) -> Self {
        Self { members }
    }

    /// `selfie_image`: an expiring link to the selfie.
    #[must_use]
    pub fn selfie_image(self) -> Option<Personal<Cow<'s, str>>> {
        fields::personal(self.members.get("selfie_image")).map(Personal::new)
    }

    /// Every link, by name.
    pub fn iter(self) -> impl Iterator<Item = (Cow<'s, str>, Personal<Cow<'s, str>>)> {
        self.members
            .iter()
            .filter(|(name, _)| name != "error")
            .filter_map(|(name, link)| Some((name, Personal::new(fields::personal(Some(link))?))))
    }

    /// Why there are no links, in the service's words.
    #[must_use]
    pub fn error(self) -> Option<Cow<'s, str>> {
        fields::text(self.members.get("error"))
    }

    /// The host of the selfie's link: the part that is not personal.
    #[must_use]
    pub fn selfie_host(self) -> Option<Cow<'s, str>> {
        let link = self.selfie_image()?.expose();
        let host = |link: &str| {
            let (_, rest) = link.split_once("://")?;
            let authority = rest.split(['/', '?', '#']).next()?;
            Some(authority.rsplit('@').next().unwrap_or(authority).len())
                .filter(|n| *n > 0)
                .map(|n| (authority.len() - n, n))
        };
        let (skip, len) = host(&link)?;
        let start = link.find("://")? + 3 + skip;
        match link {
            Cow::Borrowed(link) => link.get(start..start + len).map(Cow::Borrowed),
            Cow::Owned(link) => link.get(start..start + len).map(|h| Cow::Owned(h.into())),
        }
    }
}

/// The names alone: a link is as good as the photo.
impl fmt::Debug for ImageLinks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ImageLinks").field(&self.members).finish()
    }
}
