//! `smileid images`: the images of a job's proven final answer, into a folder, with a manifest. What is followed and kept, the policy of
//! the library decides.

use core::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use smileid_core::{Answer, Error, JobStatus, Verified};
use smileid_http::is_loopback;
use smileid_http_blocking::{Roots, TransportOptions};
use smileid_images::blocking::Downloader;
use smileid_images::{
    Folder, ImageError, ImageHosts, ImagePolicy, ImageProblem, LinkProblem, Manifest, ManifestEntry, Saved,
};

use super::DONE;
use super::ask::Question;
use crate::args::{Format, ImagesArgs, JobArgs, NotFoundArg};
use crate::config::Configured;
use crate::failure::{Failure, Kind};
use crate::interrupt::Ending;
use crate::live::Live;
use crate::output::{self, Colour, Paint};
use crate::plain;

/// `smileid images`.
pub(super) fn run(args: &ImagesArgs, format: Format) -> Result<u8, Failure> {
    let policy = policy(args)?;
    let folder = if args.force { Folder::new(&args.out).replacing() } else { Folder::new(&args.out) };
    let hints = Hints { out: args.out.display().to_string(), local: false };
    folder.check().map_err(|error| hints.failure(&error))?;
    let question = Question::read(&job(args), &args.config)?;
    let hints = Hints { local: question.is_local() && !args.allow_loopback, ..hints };
    let ending = question.ending.clone();
    let status = match question.ask(args.timeout)? {
        Answer::Final(status) => status,
        Answer::Pending(_) => {
            let message = "the job is pending: nothing may be decided from its answer, and no link in it is followed; \
                           smileid wait, then fetch";
            return Err(Failure::new(Kind::Deadline, message));
        }
    };
    let downloader = downloader(args, policy, &status, &ending, &hints)?;
    let progress = DownloadBar::default();
    let live = if format == Format::Text { progress.line() } else { None };
    let outcome = downloader.save_each(&status, &folder, |entry, count| progress.note(entry, count));
    // Gone before anything else is written.
    drop(live);
    let manifest = outcome.map_err(|error| hints.failure(&error))?;
    output::data(&match format {
        Format::Text => text(&manifest, &status, &hints.out, Paint::for_stdout()),
        Format::Json => manifest.to_json() + "\n",
    })?;
    match hints.first(&manifest) {
        None => Ok(DONE),
        Some(failure) => Err(failure),
    }
}

/// The question of `status`, with links.
fn job(args: &ImagesArgs) -> JobArgs {
    JobArgs {
        user_id: args.user_id.clone(),
        job_id: args.job_id.clone(),
        history: false,
        image_links: true,
        require_ids: args.require_ids,
        max_age: args.max_age,
        not_found: NotFoundArg::End,
        exit_status: false,
    }
}

fn policy(args: &ImagesArgs) -> Result<ImagePolicy, Failure> {
    let mut policy = ImagePolicy::new();
    if args.no_vendor_hosts {
        policy = policy.with_hosts(ImageHosts::none());
    }
    for host in &args.allow_host {
        policy = policy.with_host(host).map_err(|problem| {
            let loopback = if is_loopback_like(host) { "; for a local sandbox say --allow-loopback" } else { "" };
            Failure::invalid(format!("--allow-host: {}{loopback}", problem.problem()))
        })?;
    }
    if args.allow_loopback {
        policy = policy.allow_loopback();
    }
    if args.trust_proxy {
        policy = policy.trust_proxy();
    }
    if let Some(bytes) = args.max_bytes {
        policy = policy.with_max_bytes(bytes);
    }
    if let Some(timeout) = args.image_timeout {
        policy = policy.with_image_timeout(timeout);
    }
    if let Some(deadline) = args.deadline {
        policy = policy.with_deadline(deadline);
    }
    Ok(policy)
}

fn is_loopback_like(host: &str) -> bool {
    host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]")
}

/// A downloader for the answer's links: trusted roots and proxy are those of the first host that is gone to, this machine last, which
/// needs the least. Where there is none, nothing is connected to, and none are read.
fn downloader(
    args: &ImagesArgs,
    policy: ImagePolicy,
    status: &Verified<JobStatus>,
    ending: &Ending,
    hints: &Hints,
) -> Result<Downloader, Failure> {
    let links = policy.links(status).map_err(|error| hints.failure(&error))?;
    let good = || links.iter().filter_map(|found| found.link.as_ref().ok());
    let options = match good().find(|link| !is_loopback(link.host())).or_else(|| good().next()) {
        None => TransportOptions::new().with_roots(Roots::Added),
        Some(link) => Configured::read(&args.config)?.options_to(&format!("{}/", link.origin()))?,
    };
    let downloader = Downloader::with_options(policy, &options)?;
    ending.also(downloader.interrupt());
    Ok(downloader)
}

/// Adds to failures what to type instead.
struct Hints {
    out: String,
    /// Whether a local service was asked, and its links are not allowed.
    local: bool,
}

impl Hints {
    fn failure(&self, error: &ImageError) -> Failure {
        let hint = match error.problem() {
            ImageProblem::Exists => {
                format!(" ({}): give another folder, or --force to replace what is there", self.out)
            }
            ImageProblem::Folder(_) => format!(" ({})", self.out),
            ImageProblem::Host => "; if it is the vendor's or yours, --allow-host HOST".to_owned(),
            ImageProblem::Link(LinkProblem::NotHttps | LinkProblem::Address | LinkProblem::Host) if self.local => {
                "; of a local sandbox's, --allow-loopback".to_owned()
            }
            _ => String::new(),
        };
        Failure::from(Error::from(error.clone())).ending(&hint)
    }

    /// The failure that the command ends with: that it was cancelled, or the first image's.
    fn first(&self, manifest: &Manifest) -> Option<Failure> {
        let cancelled = manifest.failures().find(|(_, error)| error.kind() == Kind::Cancelled);
        let (key, error) = cancelled.or_else(|| manifest.failures().next())?;
        let (failed, all) = (manifest.failures().count(), manifest.entries().len());
        Some(self.failure(error).beginning(&format!("{failed} of {all} images not fetched: {key}: ")))
    }
}

/// What became of each image, in aligned lines.
fn text(manifest: &Manifest, status: &Verified<JobStatus>, out: &str, paint: Paint) -> String {
    let names = manifest.entries().iter().map(|entry| entry.key.len());
    let width = names.chain(["manifest".len()]).max().unwrap_or_default() + 2;
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _written = writeln!(text, "{name:<width$}{value}");
    };
    line("verdict", status.verdict().as_str());
    for entry in manifest.entries() {
        line(
            &entry.key,
            &match &entry.saved {
                Ok(saved) => {
                    let (kind, digest) = (saved.media_type().as_str(), saved.sha256_hex());
                    format!(
                        "{}  {}  {} bytes  sha256 {digest}",
                        paint.paint(Colour::Good, saved.file()),
                        kind,
                        saved.bytes()
                    )
                }
                Err(error) => format!("{}  {error}", paint.paint(Colour::Bad, error.problem().as_str())),
            },
        );
    }
    line("manifest", &plain::plain(&format!("{out}/manifest.json")));
    text
}

/// What a person sees while images are fetched: a bar, how many, how much, how long.
#[derive(Debug, Clone)]
struct DownloadBar {
    start: Instant,
    /// Done, of how many, bytes.
    seen: Arc<Mutex<(usize, usize, usize)>>,
}

impl Default for DownloadBar {
    fn default() -> Self {
        Self { start: Instant::now(), seen: Arc::default() }
    }
}

impl DownloadBar {
    /// The line of it on the terminal, as long as what is returned lives.
    fn line(&self) -> Option<Live> {
        let progress = self.clone();
        Live::line(move || {
            let seen = *progress.seen.lock().unwrap_or_else(PoisonError::into_inner);
            bar(seen, progress.start.elapsed().as_secs_f64())
        })
    }

    fn note(&self, entry: &ManifestEntry, count: usize) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = entry.saved.as_ref().map_or(0, Saved::bytes);
        *seen = (seen.0 + 1, count, seen.2 + bytes);
    }
}

fn bar((done, count, bytes): (usize, usize, usize), seconds: f64) -> String {
    const CELLS: usize = 20;
    let full = (done * CELLS).checked_div(count).unwrap_or_default().min(CELLS);
    let of = if count == 0 { String::new() } else { format!(" · {done} of {count} images · {} KiB", bytes / 1024) };
    format!("fetching [{}{}]{of} · {seconds:.1} s", "#".repeat(full), "-".repeat(CELLS - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fills_up() {
        assert_eq!(bar((0, 0, 0), 0.04), "fetching [--------------------] · 0.0 s");
        assert_eq!(bar((1, 3, 2048), 1.0), "fetching [######--------------] · 1 of 3 images · 2 KiB · 1.0 s");
        assert_eq!(bar((3, 3, 0), 1.0), "fetching [####################] · 3 of 3 images · 0 KiB · 1.0 s");
        assert_eq!(bar((4, 3, 0), 1.0).matches('#').count(), 20);
    }
}
