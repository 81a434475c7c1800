//! What is fetched of a job's images, from where, how much and for how long; and what a reply becomes. It opens no socket.

use core::net::IpAddr;
use core::time::Duration;

use smileid_core::{InvalidInput, JobStatus, Moment, Request, Response, TransportError, Verified};
use smileid_http::{SetupError, TransportOptions, is_loopback};

use crate::link::{self, Loopback, Place};
use crate::names::Names;
use crate::{AddressKind, Image, ImageError, ImageHosts, ImageLink, ImageProblem, LinkFound, address_kind};

/// What may be fetched. The default is safe. Each method that makes it less safe says so in its name.
///
/// ```
/// use smileid_images::ImagePolicy;
/// let policy = ImagePolicy::new().with_host("cdn.example")?.with_max_bytes(4 << 20);
/// assert!(policy.link("selfie_image", "https://cdn.example/selfie.jpg?sig=00").is_ok());
/// let refused = policy.link("selfie_image", "https://cdn.example.evil.example/selfie.jpg").unwrap_err();
/// assert_eq!(refused.kind().as_str(), "redirected");
/// # Ok::<(), smileid_core::InvalidInput>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImagePolicy {
    hosts: ImageHosts,
    loopback: bool,
    trusts_proxy: bool,
    max_bytes: usize,
    max_images: usize,
    image_timeout: Duration,
    deadline: Duration,
}

impl ImagePolicy {
    /// How many bytes an image may have: several times what a telephone's camera makes of a selfie or a card.
    pub const MAX_BYTES: usize = 16 << 20;

    /// How many images of one job are fetched: twice as many as a job with eight liveness images and both sides of a card has.
    pub const MAX_IMAGES: usize = 24;

    /// How long one image may take, connecting included.
    pub const IMAGE_TIMEOUT: Duration = Duration::from_secs(30);

    /// How long all of a job's images may take.
    pub const DEADLINE: Duration = Duration::from_secs(120);

    /// Creates a value with every option at its default: the vendor's storage, public addresses, no proxy.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            hosts: ImageHosts::vendor(),
            loopback: false,
            trusts_proxy: false,
            max_bytes: Self::MAX_BYTES,
            max_images: Self::MAX_IMAGES,
            image_timeout: Self::IMAGE_TIMEOUT,
            deadline: Self::DEADLINE,
        }
    }

    /// Adds a host that images may come from.
    ///
    /// # Errors
    /// [`InvalidInput`] if it is no host name.
    pub fn with_host(mut self, host: &str) -> Result<Self, InvalidInput> {
        self.hosts = self.hosts.with(host)?;
        Ok(self)
    }

    /// Sets the list of hosts. Defaults to the vendor's storage.
    #[must_use]
    pub fn with_hosts(mut self, hosts: ImageHosts) -> Self {
        self.hosts = hosts;
        self
    }

    /// Sets the limit of one image, in bytes, counted as they come. Defaults to 16 MiB.
    #[must_use]
    pub const fn with_max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Sets the number of images of one job. Defaults to 24.
    #[must_use]
    pub const fn with_max_images(mut self, images: usize) -> Self {
        self.max_images = images;
        self
    }

    /// Sets the time limit of one image. Defaults to 30 s.
    #[must_use]
    pub const fn with_image_timeout(mut self, timeout: Duration) -> Self {
        self.image_timeout = timeout;
        self
    }

    /// Sets the time limit of all images. Defaults to 2 min.
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Also follows links to this machine (`localhost`, `127.0.0.1`, `[::1]`, any port), and to its literal addresses without TLS: for
    /// a sandbox in tests. A name of any other host that leads to this machine is refused all the same.
    #[must_use]
    pub const fn allow_loopback(mut self) -> Self {
        self.loopback = true;
        self
    }

    /// Also fetches through a proxy. It looks up names itself, so this crate does not see whether they lead to private addresses:
    /// hosts, https and all limits hold as before.
    #[must_use]
    pub const fn trust_proxy(mut self) -> Self {
        self.trusts_proxy = true;
        self
    }

    /// Returns the hosts that images may come from.
    #[must_use]
    pub const fn hosts(&self) -> &ImageHosts {
        &self.hosts
    }

    /// Judges one link, wherever it comes from. `key` names the image if it is plain (letters, digits, underscores).
    ///
    /// # Errors
    /// [`ImageProblem::Link`] for a text that is no safe link, [`ImageProblem::Host`] if it leads to a host that is not allowed.
    pub fn link(&self, key: &str, link: &str) -> Result<ImageLink, ImageError> {
        self.named(Names::default().name(key), link)
    }

    /// Judges the links of a proven final answer, each by itself, in their order.
    ///
    /// Pending answers prove nothing, and where a program connects is a decision: theirs are not followed. To follow one, judge
    /// it yourself with [`ImagePolicy::link`].
    ///
    /// # Errors
    /// [`ImageProblem::NoLinks`] or [`ImageProblem::LinksError`] if there is nothing to judge.
    pub fn links(&self, status: &Verified<JobStatus>) -> Result<Vec<LinkFound>, ImageError> {
        let links = status.image_links().ok_or(ImageError::new(ImageProblem::NoLinks))?;
        let mut names = Names::default();
        let mut found = Vec::new();
        for (key, link) in links.iter() {
            let key = names.name(&key);
            let judged = if found.len() < self.max_images {
                self.named(key.clone(), &link.expose())
            } else {
                Err(ImageError::new(ImageProblem::TooMany))
            };
            found.push(LinkFound { key, link: judged });
            // One more than is fetched shows that there are more.
            if found.len() > self.max_images {
                break;
            }
        }
        match (found.is_empty(), links.error().is_some()) {
            (true, true) => Err(ImageError::new(ImageProblem::LinksError)),
            (true, false) => Err(ImageError::new(ImageProblem::NoLinks)),
            (false, _) => Ok(found),
        }
    }

    /// Returns whether `address` may be connected to for the sake of `host`: what a resolver of a transport asks before
    /// a socket is opened.
    #[must_use]
    pub fn permits(&self, host: &str, address: IpAddr) -> bool {
        match address_kind(address) {
            AddressKind::Public => true,
            AddressKind::Loopback => self.loopback && is_loopback(host) && address.is_loopback(),
            _ => false,
        }
    }

    /// Returns whether names are looked up, and so their addresses judged, on this machine; else by a proxy that is trusted to.
    ///
    /// # Errors
    /// [`SetupError::ProxyNotTrusted`] if there is a proxy and it is not.
    pub fn sees_addresses(&self, options: &TransportOptions) -> Result<bool, SetupError> {
        match options.proxy() {
            None => Ok(true),
            Some(_) if self.trusts_proxy => Ok(false),
            Some(_) => Err(SetupError::ProxyNotTrusted),
        }
    }

    /// Returns the options of a transport for images: it connects to no address that this policy does not permit, and undoes no coding.
    #[cfg(any(feature = "async", feature = "blocking"))]
    pub(crate) fn options(&self, options: &TransportOptions) -> Result<TransportOptions, SetupError> {
        use smileid_http::{AddressRule, Compression};
        let options = options.clone().with_compression(Compression::Off);
        if !self.sees_addresses(&options)? {
            return Ok(options);
        }
        let policy = self.clone();
        Ok(options.with_address_rule(AddressRule::new(move |host, address| policy.permits(host, address))))
    }

    /// Returns the request for an image, after so much time was spent on others.
    ///
    /// # Errors
    /// [`ImageProblem::Deadline`] if no time is left, [`ImageProblem::Host`] for a link that another policy found good.
    pub fn request(&self, link: &ImageLink, spent: Duration) -> Result<Request, ImageError> {
        self.check(&link.place)?;
        let left = self.deadline.saturating_sub(spent);
        if left.is_zero() {
            return Err(ImageError::new(ImageProblem::Deadline));
        }
        Ok(Request::get_image(link.expose_url().to_owned(), left.min(self.image_timeout), self.max_bytes))
    }

    /// Returns what the outcome of such a request is.
    ///
    /// # Errors
    /// [`ImageError`] for all that is no whole image.
    pub fn judge(
        &self,
        link: &ImageLink,
        request: &Request,
        outcome: Result<Response, TransportError>,
        at: Moment,
    ) -> Result<Image, ImageError> {
        let judged = match outcome {
            Ok(response) => Image::of(link.key(), response, at),
            Err(error) => Err(ImageError::failed(&error)),
        };
        judged.map_err(|error| {
            let timeout = ImageProblem::Transport(smileid_core::TransportErrorKind::Timeout);
            let cut_off = error.problem() == timeout && request.timeout < self.image_timeout;
            if cut_off { ImageError::new(ImageProblem::Deadline) } else { error.at(&link.place.host) }
        })
    }

    fn named(&self, key: String, text: &str) -> Result<ImageLink, ImageError> {
        let loopback = if self.loopback { Loopback::Allowed } else { Loopback::Refused };
        let place = link::read(text, loopback).map_err(|problem| ImageError::new(ImageProblem::Link(problem)))?;
        self.check(&place)?;
        Ok(ImageLink::new(key, place, text))
    }

    fn check(&self, place: &Place) -> Result<(), ImageError> {
        let allowed = if place.is_loopback() { self.loopback } else { self.hosts.has(&place.host) };
        if allowed { Ok(()) } else { Err(ImageError::new(ImageProblem::Host).at(&place.host)) }
    }
}

impl Default for ImagePolicy {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
