//! Downloads a job's images safely: which links are followed, what a reply must be, the folder for them, and two downloaders.
//!
//! A link is part of a reply. If you follow it, another party decides where your program connects and what it keeps. So this crate
//! checks the link first ([`ImagePolicy::link`]), each address while connecting ([`ImagePolicy::permits`]), and the reply afterwards
//! ([`ImagePolicy::judge`]). It chooses the names of the files itself ([`Folder`]).
//!
//! # Features
//!
//! - `async` (default): `Downloader`, over reqwest and tokio.
//! - `blocking`: `blocking::Downloader`, which needs no runtime.
//!
//! Without either, the crate has the checks and the folder, for your own HTTP stack.

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
