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

    /// Returns `selfie_image`: an expiring link to the selfie.
    #[must_use]
    pub fn selfie_image(self) -> Option<Personal<Cow<'s, str>>> {
        fields::personal(self.members.get("selfie_image")).map(Personal::new)
    }

    /// Returns every link, by name.
    pub fn iter(self) -> impl Iterator<Item = (Cow<'s, str>, Personal<Cow<'s, str>>)> {
        self.members
            .iter()
            .filter(|(name, _)| name != "error")
            .filter_map(|(name, link)| Some((name, Personal::new(fields::personal(Some(link))?))))
    }

    /// Returns why there are no links, in the service's words.
    #[must_use]
    pub fn error(self) -> Option<Cow<'s, str>> {
        fields::text(self.members.get("error"))
    }

    /// Returns the host of the selfie's link: the part that is not personal.
    #[must_use]
    pub fn selfie_host(self) -> Option<Cow<'s, str>> {
        host(self.selfie_image()?.expose())
    }

    /// Returns the host of every link, by the link's name. `None` if the text has none, and so is no link.
    pub fn hosts(self) -> impl Iterator<Item = (Cow<'s, str>, Option<Cow<'s, str>>)> {
        self.iter().map(|(name, link)| (name, host(link.expose())))
    }
}

/// Returns the part between the scheme and the path, without a user's name and password.
fn host(link: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let (scheme, rest) = link.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let user = authority.rfind('@').map_or(0, |at| at + 1);
    let place = scheme.len() + 3 + user..scheme.len() + 3 + authority.len();
    let found = match link {
        Cow::Borrowed(link) => Cow::Borrowed(link.get(place)?),
        Cow::Owned(link) => Cow::Owned(link.get(place)?.into()),
    };
    Some(found).filter(|host| !host.is_empty())
}

/// Shows only the names: a link is as good as the photo.
impl fmt::Debug for ImageLinks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ImageLinks").field(&self.members).finish()
    }
}
