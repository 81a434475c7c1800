//! What both downloaders do: judge the links, fetch one after the other, keep what came. Each brings its transport and its way to the disk.

use core::future::Future;
use core::time::Duration;

use smileid_core::{JobStatus, Moment, Request, Response, TransportError, Verified};

use crate::{Fetched, Folder, Image, ImageError, ImageLink, ImagePolicy, LinkFound, Manifest, ManifestEntry};

/// What a downloader works with. The blocking one's futures are ready when they are made.
pub(crate) trait Means {
    fn now(&self) -> Moment;

    fn send(&self, request: &Request) -> impl Future<Output = Result<Response, TransportError>> + Send;

    /// Does what may wait for the disk.
    fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ImageError> + Send + 'static,
    ) -> impl Future<Output = Result<T, ImageError>> + Send;
}

/// Fetches one image, after so much time was spent on others.
pub(crate) async fn fetch(
    means: &impl Means,
    policy: &ImagePolicy,
    link: &ImageLink,
    spent: Duration,
) -> Result<Image, ImageError> {
    let request = policy.request(link, spent)?;
    let outcome = means.send(&request).await;
    policy.judge(link, &request, outcome, means.now())
}

/// Fetches the images of an answer into memory.
pub(crate) async fn fetch_all(
    means: &impl Means,
    policy: &ImagePolicy,
    status: &Verified<JobStatus>,
) -> Result<Vec<Fetched>, ImageError> {
    let start = means.now();
    let mut all = Vec::new();
    for LinkFound { key, link, .. } in policy.links(status)? {
        let image = match link {
            Ok(link) => fetch(means, policy, &link, since(means, start)).await,
            Err(error) => Err(error),
        };
        all.push(Fetched::new(key, image));
    }
    Ok(all)
}

/// Fetches the images of an answer into a folder, with one in memory at a time, and writes the manifest last.
pub(crate) async fn save_each(
    means: &impl Means,
    policy: &ImagePolicy,
    status: &Verified<JobStatus>,
    folder: &Folder,
    mut observer: impl FnMut(&ManifestEntry, usize),
) -> Result<Manifest, ImageError> {
    let place = folder.clone();
    means.on_disk(move || place.check()).await?;
    let start = means.now();
    let mut manifest = Manifest::new(status);
    let links = policy.links(status)?;
    let count = links.len();
    for LinkFound { key, link, .. } in links {
        let image = match link {
            Ok(link) => fetch(means, policy, &link, since(means, start)).await,
            Err(error) => Err(error),
        };
        let place = folder.clone();
        let saved = match image {
            Ok(image) => means.on_disk(move || place.save(&image)).await,
            Err(error) => Err(error),
        };
        let entry = ManifestEntry::new(key, saved);
        observer(&entry, count);
        manifest.add(entry);
    }
    let place = folder.clone();
    means.on_disk(move || place.finish(&manifest).map(|()| manifest)).await
}

fn since(means: &impl Means, start: Moment) -> Duration {
    means.now().monotonic().saturating_sub(start.monotonic())
}
