//! A job's images, downloaded safely: https only, allowed hosts only, no redirects, bounded in size and time.
//!
//! Ask for the links with [`JobStatusQuery::with_image_links`](crate::JobStatusQuery::with_image_links), then pass the final answer to the
//! downloader that a client's `images` returns.

pub use smileid_images::{
    AddressKind, Fetched, Folder, Image, ImageError, ImageHosts, ImageLink, ImagePolicy, ImageProblem, LinkFound,
    LinkProblem, Manifest, ManifestEntry, MediaType, Saved, address_kind,
};

#[cfg(feature = "blocking")]
pub use smileid_images::blocking::Downloader as BlockingDownloader;

#[cfg(feature = "async")]
pub use smileid_images::Downloader;
