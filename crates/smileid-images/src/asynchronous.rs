//! The async downloader, over reqwest and tokio.

use core::fmt;
use core::future::Future;
use core::time::Duration;
use std::io;

use smileid_core::{
    AsyncTransport as _, Clock as _, JobStatus, Moment, Request, Response, TransportError, TransportErrorKind as Kind,
    Verified,
};
use smileid_http::{Cause, SetupError, TransportOptions};
use smileid_http_async::ReqwestTransport;
use tokio::runtime::Handle;

use crate::work::{self, Means};
use crate::{Fetched, Folder, Image, ImageError, ImageLink, ImagePolicy, Manifest, ManifestEntry};

/// Downloads images. It shares no connection with a client: an image's host receives a link, and no cookie, referer or credential.
///
/// It looks up each host's name, judges every address, and connects to one of those addresses.
///
/// ```no_run
/// use smileid_http_async::{Answer, Error, JobStatusQuery, client_from_env};
/// use smileid_images::{Downloader, Folder, ImagePolicy};
///
/// # async fn keep() -> Result<(), Error> {
/// let query = JobStatusQuery::new("user-7", "job-7")?.with_image_links();
/// if let Answer::Final(status) = client_from_env()?.job_status(query).await? {
///     let manifest = Downloader::new(ImagePolicy::new())?.save_all(&status, &Folder::new("job-7")).await?;
///     println!("{}", manifest.to_json());
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Downloader {
    transport: ReqwestTransport,
    policy: ImagePolicy,
}

impl Downloader {
    /// Creates a downloader with every option at its default.
    ///
    /// # Errors
    /// [`SetupError::NoRoots`] if the system has no trusted certificates.
    pub fn new(policy: ImagePolicy) -> Result<Self, SetupError> {
        Self::with_options(policy, &TransportOptions::new())
    }

    /// Creates a downloader with these options, but without compression.
    ///
    /// # Errors
    /// [`SetupError`] if no transport can be made from them on this machine; [`SetupError::ProxyNotTrusted`] for a proxy that the policy
    /// does not trust.
    pub fn with_options(policy: ImagePolicy, options: &TransportOptions) -> Result<Self, SetupError> {
        Ok(Self { transport: ReqwestTransport::with_options(&policy.options(options)?)?, policy })
    }

    /// Returns the policy it follows.
    #[must_use]
    pub const fn policy(&self) -> &ImagePolicy {
        &self.policy
    }

    /// Fetches one image into memory.
    ///
    /// # Errors
    /// [`ImageError`] if no whole image came.
    pub async fn fetch(&self, link: &ImageLink) -> Result<Image, ImageError> {
        work::fetch(self, &self.policy, link, Duration::ZERO).await
    }

    /// Fetches the images of an answer into memory, one after the other: by default up to 24 of 16 MiB. [`Self::save_all`] keeps
    /// one in memory at a time.
    ///
    /// # Errors
    /// [`ImageError`] if the answer contains no links at all. What became of each image is in the list.
    pub async fn fetch_all(&self, status: &Verified<JobStatus>) -> Result<Vec<Fetched>, ImageError> {
        work::fetch_all(self, &self.policy, status).await
    }

    /// Fetches the images of an answer into a folder, one after the other, and writes the manifest last.
    ///
    /// # Errors
    /// [`ImageError`] if the answer contains no links at all, or no file can be written into the folder. What became of each image is in
    /// the manifest.
    pub async fn save_all(&self, status: &Verified<JobStatus>, folder: &Folder) -> Result<Manifest, ImageError> {
        self.save_each(status, folder, |_, _| {}).await
    }

    /// Does the same, and calls `observer` after each image with how many links there are.
    ///
    /// # Errors
    /// As [`Downloader::save_all`].
    pub async fn save_each(
        &self,
        status: &Verified<JobStatus>,
        folder: &Folder,
        observer: impl FnMut(&ManifestEntry, usize) + Send,
    ) -> Result<Manifest, ImageError> {
        work::save_each(self, &self.policy, status, folder, observer).await
    }
}

impl Means for Downloader {
    fn now(&self) -> Moment {
        self.transport.now()
    }

    fn send(&self, request: &Request) -> impl Future<Output = Result<Response, TransportError>> + Send {
        self.transport.send(request)
    }

    /// Does it on a thread that may wait for the disk. What has started ends, also if this future is dropped: a file is whole or not there
    /// in any case.
    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ImageError> + Send + 'static,
    ) -> Result<T, ImageError> {
        let runtime = Handle::try_current().map_err(|_| Cause::NoRuntime.of(Kind::Other))?;
        let worked = runtime.spawn_blocking(work).await;
        worked.unwrap_or_else(|_| Err(io::ErrorKind::Interrupted.into()))
    }
}

impl fmt::Debug for Downloader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Downloader").field("policy", &self.policy).finish_non_exhaustive()
    }
}
