//! What became of a job's images, as strict JSON: each one's digest, or why it is not there. No link, no id, nothing of a person.

use core::fmt::Write as _;

use smileid_core::{JobStatus, Reason, Timestamp, Verdict, Verified, json::write_str};

use crate::{Image, ImageError, MediaType};

/// The job's outcome, and each image of it.
#[derive(Debug, Clone)]
pub struct Manifest {
    proof: &'static str,
    verdict: Verdict,
    entries: Vec<ManifestEntry>,
}

/// One image of a manifest: its name, and its file, or why it has none.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ManifestEntry {
    /// The image's name.
    pub key: String,
    /// The file.
    pub saved: Result<Saved, ImageError>,
}

/// An image in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    file: String,
    bytes: usize,
    sha256: [u8; 32],
    media_type: MediaType,
    fetched_at: Timestamp,
}

impl Manifest {
    /// Creates a manifest without any image yet.
    #[must_use]
    pub fn new(status: &Verified<JobStatus>) -> Self {
        Self { proof: status.proof().kind().as_str(), verdict: status.verdict(), entries: Vec::new() }
    }

    /// Adds what became of one more image.
    pub fn add(&mut self, entry: ManifestEntry) {
        self.entries.push(entry);
    }

    /// Returns every image, in the order of the links.
    #[must_use]
    pub fn entries(&self) -> &[ManifestEntry] {
        &self.entries
    }

    /// Returns the images that are not there, and why.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &ImageError)> {
        self.entries.iter().filter_map(|entry| Some((entry.key.as_str(), entry.saved.as_ref().err()?)))
    }

    /// Returns the manifest as one line of strict JSON.
    ///
    /// `state`, `proof`, `verdict` and `reason` are those of the command's answers. An image has `key` and `file`; with a file `bytes`,
    /// `sha256`, `media_type` and `fetched_at`; without one `error`, with the contract's `kind` and a narrower `reason`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::from("{\"state\":\"final\"");
        field(&mut out, "proof", Some(self.proof));
        field(&mut out, "verdict", Some(self.verdict.as_str()));
        field(&mut out, "reason", self.verdict.reason().map(Reason::as_str));
        out += ",\"images\":[";
        for (i, entry) in self.entries.iter().enumerate() {
            out += if i == 0 { "{\"key\":" } else { ",{\"key\":" };
            quote(&mut out, &entry.key);
            match &entry.saved {
                Ok(saved) => saved.write(&mut out),
                Err(error) => {
                    field(&mut out, "file", None);
                    out += ",\"error\":{\"kind\":";
                    quote(&mut out, error.kind().as_str());
                    field(&mut out, "reason", Some(error.problem().as_str()));
                    out.push('}');
                }
            }
            out.push('}');
        }
        out + "]}"
    }
}

impl ManifestEntry {
    /// Returns what became of the image `key`.
    #[must_use]
    pub const fn new(key: String, saved: Result<Saved, ImageError>) -> Self {
        Self { key, saved }
    }
}

impl Saved {
    pub(crate) fn new(file: String, image: &Image) -> Self {
        Self {
            file,
            bytes: image.expose_bytes().len(),
            sha256: image.sha256(),
            media_type: image.media_type(),
            fetched_at: *image.fetched_at(),
        }
    }

    /// Returns what the file is called, in its folder.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Returns how many bytes it has.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns what kind of image it is.
    #[must_use]
    pub const fn media_type(&self) -> MediaType {
        self.media_type
    }

    /// Returns the SHA-256 of its bytes, in 64 hexadecimal digits.
    #[must_use]
    pub fn sha256_hex(&self) -> String {
        self.sha256.iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _written = write!(hex, "{byte:02x}");
            hex
        })
    }

    fn write(&self, out: &mut String) {
        field(out, "file", Some(&self.file));
        let _written = write!(out, ",\"bytes\":{}", self.bytes);
        field(out, "sha256", Some(&self.sha256_hex()));
        field(out, "media_type", Some(self.media_type.as_str()));
        field(out, "fetched_at", Some(self.fetched_at.as_str()));
    }
}

/// `,"name":"value"`, or null.
fn field(out: &mut String, name: &str, value: Option<&str>) {
    out.push(',');
    quote(out, name);
    out.push(':');
    match value {
        Some(value) => quote(out, value),
        None => *out += "null",
    }
}

fn quote(out: &mut String, text: &str) {
    // A `String` takes whatever is written to it.
    let _written = write_str(out, text);
}
