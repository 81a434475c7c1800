//! The profile file: named sets of what is the same every day. It never contains a key, only the path of one.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::de::{Deserialize, Deserializer, Error as _};
use toml::Spanned;

use super::places;
use crate::args::{EnvironmentArg, SchemeArg};
use crate::failure::{Failure, reason};
use crate::input;

/// The profile that counts unless another is named.
const DEFAULT: &str = "default";

/// The longest profile file that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// The shortest base64 text that counts as a key: of the shortest RSA key in use.
const SHORTEST_RSA: usize = 100;

/// Parts of names under which people put a key itself.
const KEYS: [&str; 5] = ["key", "secret", "token", "password", "signature"];

const KEY_INSIDE: &str = "a key does not belong here: keep it in a separate file that only you can read, and give that file's path as \
                          api_key_file";

/// The name of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    PartnerId,
    ApiKeyFile,
    PreviousApiKeyFile,
    Environment,
    BaseUrl,
    Scheme,
    CaFile,
    Proxy,
}

const NAMES: [(&str, Name); 8] = [
    ("partner_id", Name::PartnerId),
    ("api_key_file", Name::ApiKeyFile),
    ("previous_api_key_file", Name::PreviousApiKeyFile),
    ("environment", Name::Environment),
    ("base_url", Name::BaseUrl),
    ("scheme", Name::Scheme),
    ("ca_file", Name::CaFile),
    ("proxy", Name::Proxy),
];

// By hand: serde's derive would be the only use of `serde_derive` in the command, and every crate above serde would wait for it.
impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let found = NAMES.iter().find(|(name, _)| *name == text).map(|(_, found)| *found);
        found.ok_or_else(|| {
            D::Error::custom(format!("unknown field, expected one of {}", NAMES.map(|(name, _)| name).join(", ")))
        })
    }
}

type Fields = BTreeMap<Name, Spanned<String>>;

/// One profile, and what the others of its file say about partners and keys.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Profile {
    path: PathBuf,
    /// Each field with its line.
    fields: BTreeMap<Name, (usize, String)>,
    partners: Vec<(String, String)>,
    key_files: Vec<PathBuf>,
}

impl Profile {
    /// Reads the profile `name` of `file`, or of the usual file; an absent file counts only if either was asked for.
    pub(super) fn read(file: Option<PathBuf>, name: Option<&str>) -> Result<Self, Failure> {
        let usual = places::usual();
        let must_be_there = file.is_some() || name.is_some();
        let path = file.or_else(|| usual.iter().find(|path| path.exists()).or(usual.first()).cloned());
        let Some(path) = path else {
            return match name {
                None => Ok(Self::default()),
                Some(_) => Err(Failure::invalid(
                    "there is no configuration folder to look for profiles in: give --profile-file PATH",
                )),
            };
        };
        match input::small_text(&path, LONGEST) {
            Ok(text) => profile(&text, &path, name),
            Err(error) if error.kind() == ErrorKind::NotFound && !must_be_there => Ok(Self::default()),
            Err(error) => Err(Failure::invalid(format!(
                "the profile file {} cannot be read ({}): give another with --profile-file PATH; smileid --help shows \
                 its form",
                path.display(),
                reason(&error)
            ))),
        }
    }

    /// Returns the partner ids of all profiles of the file, by the profiles' names.
    pub(crate) fn partners(&self) -> &[(String, String)] {
        &self.partners
    }

    /// Returns the key files that any profile of the file names.
    pub(crate) fn key_files(&self) -> &[PathBuf] {
        &self.key_files
    }

    pub(super) fn text(&self, name: Name) -> Option<&str> {
        self.fields.get(&name).map(|(_, text)| text.as_str())
    }

    /// Returns a path, relative to the profile file; `-` is standard input here as well.
    pub(super) fn file(&self, name: Name) -> Option<PathBuf> {
        Some(beside(&self.path, self.text(name)?))
    }

    pub(super) fn environment(&self) -> Option<EnvironmentArg> {
        EnvironmentArg::from_str(self.text(Name::Environment)?, true).ok()
    }

    pub(super) fn scheme(&self) -> Option<SchemeArg> {
        SchemeArg::from_str(self.text(Name::Scheme)?, true).ok()
    }

    /// Returns the failure of a field, with its place.
    pub(super) fn refused(&self, name: Name, problem: &str) -> Failure {
        refused(&self.path, self.fields.get(&name).map_or(0, |(line, _)| *line), problem)
    }
}

fn refused(path: &Path, line: usize, problem: &str) -> Failure {
    Failure::invalid(format!("the profile file {}, line {line}: {problem}", path.display()))
}

/// Returns a path as the profile file at `profiles` means it.
fn beside(profiles: &Path, text: &str) -> PathBuf {
    let folder = profiles.parent().unwrap_or(Path::new("."));
    if text == "-" { PathBuf::from(text) } else { folder.join(text) }
}

fn profile(text: &str, path: &Path, name: Option<&str>) -> Result<Profile, Failure> {
    let line_of = |at: usize| text.get(..at).unwrap_or_default().matches('\n').count() + 1;
    let mut all: BTreeMap<String, Fields> = toml::from_str(text).map_err(|error| {
        let line = line_of(error.span().map_or(0, |span| span.start));
        refused(path, line, &problem(text.lines().nth(line - 1).unwrap_or_default(), error.message()))
    })?;
    for (name, value) in all.values().flatten() {
        let refuse = |problem: &str| Err(refused(path, line_of(value.span().start), problem));
        let value = value.get_ref();
        match name {
            _ if looks_like_a_key(value) => return refuse(KEY_INSIDE),
            Name::Environment if EnvironmentArg::from_str(value, true).is_err() => {
                return refuse("environment: expected sandbox or production");
            }
            Name::Scheme if SchemeArg::from_str(value, true).is_err() => {
                return refuse("scheme: expected hmac or sec-key");
            }
            _ => {}
        }
    }
    let wanted = name.unwrap_or(DEFAULT);
    if name.is_some() && !all.contains_key(wanted) {
        let known: Vec<&str> = all.keys().map(String::as_str).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let problem = format!("the profile file {}: no such profile; it has: {known}", path.display());
        return Err(Failure::invalid(problem));
    }
    let of = |fields: &Fields, name: Name| fields.get(&name).map(|value| value.get_ref().clone());
    let partners = all.iter().filter_map(|(name, fields)| Some((name.clone(), of(fields, Name::PartnerId)?))).collect();
    let keys =
        all.values().flat_map(|fields| [Name::ApiKeyFile, Name::PreviousApiKeyFile].map(|name| of(fields, name)));
    let key_files = keys.flatten().map(|key| beside(path, &key)).collect();
    let fields = all.remove(wanted).unwrap_or_default().into_iter();
    let fields = fields.map(|(name, value)| (name, (line_of(value.span().start), value.into_inner()))).collect();
    Ok(Profile { path: path.to_owned(), fields, partners, key_files })
}

/// Returns what is wrong with a line, without any value. The parser's own message quotes values.
fn problem(line: &str, message: &str) -> String {
    let name = line.split('=').next().unwrap_or_default().trim();
    let unknown = message.starts_with("unknown field, ");
    let outside = message.ends_with("expected a map");
    if (unknown || outside) && KEYS.iter().any(|key| name.to_ascii_lowercase().ends_with(key)) {
        return KEY_INSIDE.to_owned();
    }
    if outside {
        return "a field outside of a profile: write [default] on a line above it".to_owned();
    }
    if unknown {
        return message.to_owned();
    }
    let name = NAMES.iter().find(|(known, _)| *known == name).map_or("", |(known, _)| known);
    let what = if message.contains("duplicate") { "given a second time" } else { "not text in quotes" };
    format!("{name}{}{what}: write name = \"text\"", if name.is_empty() { "" } else { ": " })
}

/// Reports whether a text is a key where a path or a name is meant: PEM, or base64 of an RSA key. Other keys look like names.
fn looks_like_a_key(text: &str) -> bool {
    let base64 = ["LS0tLS1CRUdJ", "MIG", "MII"].iter().any(|start| text.starts_with(start));
    text.contains("-----BEGIN") || base64 && text.len() >= SHORTEST_RSA
}

#[cfg(test)]
#[path = "profile_tests.rs"]
mod tests;
