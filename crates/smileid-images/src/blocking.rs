//! The blocking downloader. It needs no runtime.

use core::fmt;
use core::future::{Future, ready};
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;

use smileid_core::{
    Clock as _, JobStatus, Moment, Request, Response, Transport as _, TransportError, TransportErrorKind as Kind,
    Verified,
};
use smileid_http::{Cause, SetupError, TransportOptions};
use smileid_http_blocking::{HttpTransport, Interrupt};

use crate::work::{self, Means};
use crate::{Fetched, Folder, Image, ImageError, ImageLink, ImagePolicy, Manifest, ManifestEntry};

/// Downloads images. It shares no connection with a client: an image's host receives a link, and no cookie, referer or credential.
///
/// It looks up each host's name, judges every address, and connects to one of those addresses.
///
/// ```no_run
/// use smileid_http_blocking::{Answer, Error, JobStatusQuery, client_from_env};
/// use smileid_images::{blocking::Downloader, Folder, ImagePolicy};
///
/// # fn keep() -> Result<(), Error> {
/// let query = JobStatusQuery::new("user-7", "job-7")?.with_image_links();
/// if let Answer::Final(status) = client_from_env()?.job_status(query)? {
///     let manifest = Downloader::new(ImagePolicy::new())?.save_all(&status, &Folder::new("job-7"))?;
///     println!("{}", manifest.to_json());
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Downloader {
    transport: HttpTransport,
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
        Ok(Self { transport: HttpTransport::with_options(&policy.options(options)?)?, policy })
    }

    /// Returns the policy it follows.
    #[must_use]
    pub const fn policy(&self) -> &ImagePolicy {
        &self.policy
    }

    /// Returns a handle that ends the downloads of this downloader and its clones, from any thread.
    #[must_use]
    pub fn interrupt(&self) -> Interrupt {
        self.transport.interrupt()
    }

    /// Fetches one image into memory.
    ///
    /// # Errors
    /// [`ImageError`] if no whole image came.
    pub fn fetch(&self, link: &ImageLink) -> Result<Image, ImageError> {
        at_once(work::fetch(self, &self.policy, link, Duration::ZERO))
    }

    /// Fetches the images of an answer into memory, one after the other: by default up to 24 of 16 MiB. [`Self::save_all`] keeps
    /// one in memory at a time.
    ///
    /// # Errors
    /// [`ImageError`] if the answer contains no links at all. What became of each image is in the list.
    pub fn fetch_all(&self, status: &Verified<JobStatus>) -> Result<Vec<Fetched>, ImageError> {
        at_once(work::fetch_all(self, &self.policy, status))
    }

    /// Fetches the images of an answer into a folder, one after the other, and writes the manifest last.
    ///
    /// # Errors
    /// [`ImageError`] if the answer contains no links at all, or no file can be written into the folder. What became of each image is in
    /// the manifest.
    pub fn save_all(&self, status: &Verified<JobStatus>, folder: &Folder) -> Result<Manifest, ImageError> {
        self.save_each(status, folder, |_, _| {})
    }

    /// Does the same, and calls `observer` after each image with how many links there are.
    ///
    /// # Errors
    /// As [`Downloader::save_all`].
    pub fn save_each(
        &self,
        status: &Verified<JobStatus>,
        folder: &Folder,
        observer: impl FnMut(&ManifestEntry, usize),
    ) -> Result<Manifest, ImageError> {
        at_once(work::save_each(self, &self.policy, status, folder, observer))
    }
}

impl Means for Downloader {
    fn now(&self) -> Moment {
        self.transport.now()
    }

    fn send(&self, request: &Request) -> impl Future<Output = Result<Response, TransportError>> + Send {
        ready(self.transport.send(request))
    }

    fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ImageError> + Send + 'static,
    ) -> impl Future<Output = Result<T, ImageError>> + Send {
        ready(work())
    }
}

/// Returns what a future that waits for nothing but ready ones comes to. It is polled once.
fn at_once<T>(future: impl Future<Output = Result<T, ImageError>>) -> Result<T, ImageError> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => Err(Cause::Library.of(Kind::Other).into()),
    }
}

impl fmt::Debug for Downloader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Downloader").field("policy", &self.policy).finish_non_exhaustive()
    }
}
