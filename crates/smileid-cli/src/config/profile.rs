//! The profile file: named sets of what is the same every day. It never holds a key, only the path of one. What is wrong in it is told
//! in `mistakes.rs`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistakes::{FIELDS, Mistakes, looks_like_a_key};
use super::places;
use crate::args::{EnvironmentArg, SchemeArg};
use crate::failure::{Failure, reason};
use crate::input;

/// The profile that is taken where none is named.
const DEFAULT: &str = "default";

/// How long a profile file may be, in bytes.
const LONGEST: usize = 1 << 20;

/// Those of them that name a file with a key.
const KEY_FILES: [&str; 2] = ["api_key_file", "previous_api_key_file"];

/// What a profile says.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Profile {
    /// The file it stands in, and its name; none where there was no profile to take.
    found: Option<(PathBuf, String)>,
    fields: Vec<Field>,
    /// The partner ids of all profiles of the file, by the profiles' names.
    partners: Vec<(String, String)>,
    /// The files of keys that any profile of the file names.
    key_files: Vec<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    name: &'static str,
    text: String,
    line: usize,
}

impl Profile {
    /// The profile `name` of `file`, or of the usual file; nothing where neither was asked for by name.
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
                "the profile file {} cannot be read ({}): give another with --profile-file PATH; smileid help profiles \
                 shows what it holds",
                path.display(),
                reason(&error)
            ))),
        }
    }

    /// The file, where there was one.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.found.as_ref().map(|(path, _)| path.as_path())
    }

    /// The partner ids of all profiles of the file, by the profiles' names.
    pub(crate) fn partners(&self) -> &[(String, String)] {
        &self.partners
    }

    /// The files of keys that any profile of the file names.
    pub(crate) fn key_files(&self) -> &[PathBuf] {
        &self.key_files
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.field(name).map(|field| field.text.as_str())
    }

    /// A path: told from the file it stands in; `-` is standard input here as well.
    pub(super) fn file(&self, name: &str) -> Option<PathBuf> {
        Some(beside(self.path().unwrap_or(Path::new("-")), self.text(name)?))
    }

    pub(super) fn environment(&self) -> Option<EnvironmentArg> {
        environment(self.text("environment")?).ok()
    }

    pub(super) fn scheme(&self) -> Option<SchemeArg> {
        SchemeArg::from_str(self.text("scheme")?, true).ok()
    }

    /// What is wrong with a field, with its place.
    pub(super) fn refused(&self, name: &str, problem: &str) -> Failure {
        let line = self.field(name).map_or(0, |field| field.line);
        let path = self.path().unwrap_or(Path::new("-"));
        Failure::invalid(format!("the profile file {}, line {line}: {problem}", path.display()))
    }

    fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A path as the profile file at `profiles` means it.
fn beside(profiles: &Path, text: &str) -> PathBuf {
    let folder = profiles.parent().unwrap_or(Path::new("."));
    if text == "-" { PathBuf::from(text) } else { folder.join(text) }
}

/// An environment's name.
pub(super) fn environment(name: &str) -> Result<EnvironmentArg, ()> {
    EnvironmentArg::from_str(name, true).map_err(|_| ())
}

/// A part of the file and its place.
type Found<'f> = (&'f Spanned<std::borrow::Cow<'f, str>>, &'f Spanned<DeValue<'f>>);

fn profile(text: &str, path: &Path, name: Option<&str>) -> Result<Profile, Failure> {
    let mistakes = Mistakes { text, path };
    let file = DeTable::parse(text).map_err(|error| mistakes.no_toml(&error))?;
    let mut all: Vec<Found<'_>> = file.get_ref().iter().collect();
    // The parser orders them by name.
    all.sort_by_key(|(key, _)| key.span().start);
    if let Some((key, _)) = all.iter().find(|(_, value)| !value.get_ref().is_table()) {
        return Err(mistakes.outside(key.get_ref(), key.span().start));
    }
    let wanted = name.unwrap_or(DEFAULT);
    let field_of = |profile: &Found<'_>, name: &str| -> Option<String> {
        Some(profile.1.get_ref().as_table()?.get(name)?.get_ref().as_str()?.to_owned())
    };
    let partners =
        all.iter().filter_map(|profile| Some((profile.0.get_ref().to_string(), field_of(profile, "partner_id")?)));
    let keys = all.iter().flat_map(|profile| KEY_FILES.map(|name| field_of(profile, name)));
    let key_files = keys.flatten().map(|text| beside(path, &text)).collect();
    let mut profile = Profile { partners: partners.collect(), key_files, ..Profile::default() };
    let Some((_, value)) = all.iter().find(|(key, _)| key.get_ref() == wanted) else {
        let known: Vec<&str> = all.iter().map(|(key, _)| key.get_ref().as_ref()).collect();
        return name.map_or(Ok(profile), |name| Err(mistakes.no_such_profile(name, &known)));
    };
    let mut fields: Vec<Found<'_>> = value.get_ref().as_table().into_iter().flat_map(DeTable::iter).collect();
    fields.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in fields {
        profile.fields.push(field(key, value, &mistakes)?);
    }
    profile.found = Some((path.to_owned(), wanted.to_owned()));
    Ok(profile)
}

/// A field that a profile has, with a value that it takes.
fn field(
    key: &Spanned<std::borrow::Cow<'_, str>>,
    value: &Spanned<DeValue<'_>>,
    mistakes: &Mistakes<'_>,
) -> Result<Field, Failure> {
    let at = key.span().start;
    let Some(name) = FIELDS.into_iter().find(|name| *name == key.get_ref()) else {
        return Err(mistakes.unknown_field(key.get_ref(), at));
    };
    let Some(text) = value.get_ref().as_str() else {
        return Err(mistakes.no_text(name, at));
    };
    if looks_like_a_key(text) {
        return Err(mistakes.key_inside(at));
    }
    if name == "environment" && environment(text).is_err() {
        return Err(mistakes.no_such_word(name, text, EnvironmentArg::value_variants(), at));
    }
    if name == "scheme" && SchemeArg::from_str(text, true).is_err() {
        return Err(mistakes.no_such_word(name, text, SchemeArg::value_variants(), at));
    }
    Ok(Field { name, text: text.to_owned(), line: mistakes.line(at) })
}

#[cfg(test)]
#[path = "profile_tests.rs"]
mod tests;
