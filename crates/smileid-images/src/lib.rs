//! A job's images: which links are followed, what comes of a reply, the folder for them, and the two downloaders.
//!
//! A link is part of a reply: to follow it is to connect to where another party says, and to keep what comes. So links are
//! judged before ([`ImagePolicy::link`]), addresses while connecting ([`ImagePolicy::permits`]) and replies after
//! ([`ImagePolicy::judge`]). This crate chooses the names of files ([`Folder`]).
//!
//! # Features
//!
//! - `async` (default): `Downloader`, over reqwest and tokio.
//! - `blocking`: `blocking::Downloader`, which needs no runtime.
//!
//! Without either, what judges and keeps is here for an HTTP stack that you bring.

mod address;
#[cfg(feature = "async")]
mod asynchronous;
#[cfg(feature = "blocking")]
pub mod blocking;
mod digest;
mod error;
mod folder;
mod host;
mod image;
mod link;
mod manifest;
mod media;
mod names;
mod new_file;
mod policy;
#[cfg(any(feature = "async", feature = "blocking"))]
mod work;

pub use self::address::{AddressKind, address_kind};
#[cfg(feature = "async")]
pub use self::asynchronous::Downloader;
pub use self::error::{ImageError, ImageProblem};
pub use self::folder::Folder;
pub use self::host::ImageHosts;
pub use self::image::Image;
pub use self::link::{ImageLink, LinkProblem};
pub use self::manifest::{Manifest, ManifestEntry, Saved};
pub use self::media::MediaType;
pub use self::new_file::{NewFile, PreparedFile};
pub use self::policy::ImagePolicy;

/// A link of an answer: the name of its image, and the link, or why it is not followed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LinkFound {
    /// The image's name: the key if it is plain, else its place among the links, `image-3`.
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
    /// Returns what came of fetching the image `key`.
    #[must_use]
    pub const fn new(key: String, image: Result<Image, ImageError>) -> Self {
        Self { key, image }
    }
}
