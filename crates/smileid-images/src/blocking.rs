//! A job's images, fetched: one by its link, all of an answer, or all into a folder. What is followed and kept, the policy decides.
//!
//! ```no_run
//! use smileid_http_blocking::images::{Downloader, Folder, ImagePolicy};
//! use smileid_http_blocking::{Answer, Error, JobStatusQuery, client_from_env};
//!
//! # fn keep() -> Result<(), Error> {
//! let query = JobStatusQuery::new("user-7", "job-7")?.with_image_links();
//! if let Answer::Final(status) = client_from_env()?.job_status(query)? {
//!     let manifest = Downloader::new(ImagePolicy::new())?.save_all(&status, &Folder::new("job-7"))?;
//!     println!("{}", manifest.to_json());
//! }
//! # Ok(()) }
//! ```

use core::fmt;
use core::time::Duration;

use smileid_core::time::Moment;
use smileid_core::transport::{Clock as _, Transport as _};
use smileid_core::{JobStatus, Verified};
use smileid_http::{Options, SetupError};

pub use smileid_http::images::{
    AddressKind, Entry, Fetched, Folder, Image, ImageError, ImageHosts, ImageLink, ImagePolicy, ImageProblem,
    LinkFound, LinkProblem, Manifest, MediaType, Saved, address_kind,
};

use crate::{HttpTransport, Interrupt};

/// Fetches images. It has connections of its own: nothing that goes to the job status API goes to an image's host, and no cookie,
/// no referer, no credential but the link itself.
///
/// Names are looked up here, each address is judged, and the socket goes to one of those addresses.
#[derive(Clone)]
pub struct Downloader {
    transport: HttpTransport,
    policy: ImagePolicy,
}

impl Downloader {
    /// A downloader with every option at its default.
    ///
    /// # Errors
    /// [`SetupError::NoRoots`] if the system has no trusted certificates.
    pub fn new(policy: ImagePolicy) -> Result<Self, SetupError> {
        Self::with_options(policy, &Options::new())
    }

    /// A downloader with these options. Compression is not asked for, whatever they say.
    ///
    /// # Errors
    /// [`SetupError`] where none can be made from them on this machine; [`SetupError::ProxyNotTrusted`] for a proxy that the policy
    /// does not trust.
    pub fn with_options(policy: ImagePolicy, options: &Options) -> Result<Self, SetupError> {
        Ok(Self { transport: HttpTransport::of_images(options, &policy)?, policy })
    }

    /// The policy it follows.
    #[must_use]
    pub const fn policy(&self) -> &ImagePolicy {
        &self.policy
    }

    /// A handle that ends the downloads of this downloader and its clones, from any thread.
    #[must_use]
    pub fn interrupt(&self) -> Interrupt {
        self.transport.interrupt()
    }

    /// Fetches one image into memory.
    ///
    /// # Errors
    /// [`ImageError`] where no whole image came.
    pub fn fetch(&self, link: &ImageLink) -> Result<Image, ImageError> {
        self.fetch_after(link, Duration::ZERO)
    }

    /// Fetches the images of an answer into memory, one after the other: by default up to 24 of 16 MiB. [`Self::save_all`] has one in
    /// memory at a time.
    ///
    /// # Errors
    /// [`ImageError`] where the answer holds no links at all; what became of each image is told with it.
    pub fn fetch_all(&self, status: &Verified<JobStatus>) -> Result<Vec<Fetched>, ImageError> {
        let begun = self.transport.now();
        let mut all = Vec::new();
        for LinkFound { key, link, .. } in self.policy.links(status)? {
            let image = match link {
                Ok(link) => self.fetch_after(&link, self.since(begun)),
                Err(error) => Err(error),
            };
            all.push(Fetched::new(key, image));
        }
        Ok(all)
    }

    /// Fetches the images of an answer into a folder, one after the other, and writes the manifest last.
    ///
    /// # Errors
    /// [`ImageError`] where the answer holds no links at all, or the folder cannot take files; what became of each image is told in the
    /// manifest.
    pub fn save_all(&self, status: &Verified<JobStatus>, folder: &Folder) -> Result<Manifest, ImageError> {
        self.save_each(status, folder, |_, _| {})
    }

    /// The same, telling `observer` of each image as it is done, and of how many links there are.
    ///
    /// # Errors
    /// As [`Downloader::save_all`].
    pub fn save_each(
        &self,
        status: &Verified<JobStatus>,
        folder: &Folder,
        mut observer: impl FnMut(&Entry, usize),
    ) -> Result<Manifest, ImageError> {
        folder.check()?;
        let begun = self.transport.now();
        let mut manifest = Manifest::new(status);
        let links = self.policy.links(status)?;
        let count = links.len();
        for LinkFound { key, link, .. } in links {
            let image = match link {
                Ok(link) => self.fetch_after(&link, self.since(begun)),
                Err(error) => Err(error),
            };
            let entry = Entry::new(key, image.and_then(|image| folder.save(&image)));
            observer(&entry, count);
            manifest.add(entry);
        }
        folder.finish(&manifest)?;
        Ok(manifest)
    }

    fn fetch_after(&self, link: &ImageLink, spent: Duration) -> Result<Image, ImageError> {
        let request = self.policy.request(link, spent)?;
        let outcome = self.transport.send(&request);
        self.policy.judge(link, &request, outcome, self.transport.now())
    }

    fn since(&self, begun: Moment) -> Duration {
        self.transport.now().monotonic().saturating_sub(begun.monotonic())
    }
}

impl fmt::Debug for Downloader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Downloader").field("policy", &self.policy).finish_non_exhaustive()
    }
}
