//! A job's images: which links are followed, what comes of a reply, and the folder they are kept in. It opens no socket; the adapters'
//! `images` modules do.
//!
//! A link stands in a reply, and following it makes this program connect to where somebody else says, and keep what comes. So links
//! are judged before ([`ImagePolicy::link`]), addresses while connecting ([`ImagePolicy::permits`]), replies after
//! ([`ImagePolicy::judge`]), and files are named by us ([`Folder`]).

mod address;
mod digest;
mod error;
mod folder;
mod host;
mod image;
mod link;
mod manifest;
mod media;
mod names;
mod policy;

pub use self::address::{AddressKind, address_kind};
pub use self::error::{ImageError, ImageProblem};
pub use self::folder::Folder;
pub use self::host::ImageHosts;
pub use self::image::Image;
pub use self::link::{ImageLink, LinkProblem};
pub use self::manifest::{Entry, Manifest, Saved};
pub use self::media::MediaType;
pub use self::policy::ImagePolicy;

/// A link of an answer: the name of its image, and the link, or why it is not followed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LinkFound {
    /// The image's name: the key where it is plain, else its place among the links, `image-3`.
    pub key: String,
    /// The link, found good.
    pub link: Result<ImageLink, ImageError>,
}

/// An image of an answer: its name, and the image, or why it was not fetched.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Fetched {
    /// The image's name.
    pub key: String,
    /// The image.
    pub image: Result<Image, ImageError>,
}

impl Fetched {
    /// What came of fetching the image `key`.
    #[must_use]
    pub const fn new(key: String, image: Result<Image, ImageError>) -> Self {
        Self { key, image }
    }
}
