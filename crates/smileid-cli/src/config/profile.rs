//! The profile file: named sets of what is the same every day. It never holds a key, only the path of one.

use std::env;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use toml::{Table, Value};

use crate::args::{EnvironmentArg, SchemeArg};
use crate::failure::Failure;

/// The profile that is taken where none is named.
const DEFAULT: &str = "default";

/// How long a profile file may be, in bytes.
const LONGEST: u64 = 1 << 20;

/// The keys of a profile.
const KEYS: &str = "partner_id, api_key_file, previous_api_key_file, environment, base_url, scheme, ca_file, proxy";

/// What a profile says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Profile {
    /// Which profile it is and where it was found; none where there was none to take.
    pub(super) told: Option<String>,
    pub(super) partner_id: Option<String>,
    pub(super) api_key_file: Option<PathBuf>,
    pub(super) previous_api_key_file: Option<PathBuf>,
    pub(super) environment: Option<EnvironmentArg>,
    pub(super) base_url: Option<String>,
    pub(super) scheme: Option<SchemeArg>,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) proxy: Option<String>,
}

/// The profile `name` of `file`, or of the usual file; nothing where neither was asked for by name.
pub(super) fn read(file: Option<PathBuf>, name: Option<&str>) -> Result<Profile, Failure> {
    let (path, must_be_there) = match (file, usual_file()) {
        (Some(path), _) => (path, true),
        (None, Some(path)) => (path, name.is_some()),
        (None, None) if name.is_none() => return Ok(Profile::default()),
        (None, None) => {
            return Err(Failure::invalid(
                "there is no configuration folder to look for profiles in: give --profile-file",
            ));
        }
    };
    let text = match text_of(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound && !must_be_there => return Ok(Profile::default()),
        Err(error) => {
            let message = format!("the profile file {} cannot be read: {}", path.display(), error.kind());
            return Err(Failure::invalid(message));
        }
    };
    profile(&text, &path, name)
}

/// `smileid/profiles.toml` in the folder for configuration.
pub(super) fn usual_file() -> Option<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = absolute("XDG_CONFIG_HOME")
        .or_else(|| if cfg!(windows) { absolute("APPDATA") } else { Some(absolute("HOME")?.join(".config")) })?;
    Some(folder.join("smileid").join("profiles.toml"))
}

fn text_of(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
    Ok(text)
}

fn profile(text: &str, path: &Path, name: Option<&str>) -> Result<Profile, Failure> {
    let refuse = |problem: String| Failure::invalid(format!("the profile file {}: {problem}", path.display()));
    let file: Table = text.parse().map_err(|error: toml::de::Error| {
        // The error's own text quotes the file.
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        refuse(format!("line {} is not TOML", before.matches('\n').count() + 1))
    })?;
    let table = match file.get(name.unwrap_or(DEFAULT)) {
        Some(Value::Table(table)) => table,
        None if name.is_none() => return Ok(Profile::default()),
        _ => {
            let known: Vec<&str> = file.iter().filter(|(_, v)| v.is_table()).map(|(k, _)| k.as_str()).collect();
            return Err(refuse(format!("there is no such profile, only: {}", known.join(", "))));
        }
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let told = format!("{} of {}", name.unwrap_or(DEFAULT), path.display());
    let mut profile = Profile { told: Some(told), ..Profile::default() };
    for (key, value) in table {
        let Some(text) = value.as_str() else {
            return Err(refuse(format!("{} must be text", known(key))));
        };
        // Paths are told from the file they stand in; `-` is standard input here as well.
        let file = || Some(if text == "-" { PathBuf::from(text) } else { folder.join(text) });
        match key.as_str() {
            "partner_id" => profile.partner_id = Some(text.to_owned()),
            "api_key_file" => profile.api_key_file = file(),
            "previous_api_key_file" => profile.previous_api_key_file = file(),
            "ca_file" => profile.ca_file = file(),
            "base_url" => profile.base_url = Some(text.to_owned()),
            "proxy" => profile.proxy = Some(text.to_owned()),
            "environment" => {
                let wrong = |()| refuse("environment takes one of: sandbox, production".into());
                profile.environment = Some(environment(text).map_err(wrong)?);
            }
            "scheme" => {
                let wrong = |_| refuse("scheme takes one of: hmac, sec-key".into());
                profile.scheme = Some(SchemeArg::from_str(text, false).map_err(wrong)?);
            }
            "api_key" => {
                return Err(refuse(
                    "a key does not belong here: keep it in a file of its own and give api_key_file".into(),
                ));
            }
            _ => return Err(refuse(format!("there is a key that no profile has; the keys are {KEYS}"))),
        }
    }
    Ok(profile)
}

/// The name of a key where it is one of ours: others may be anything.
fn known(key: &str) -> &str {
    if KEYS.split(", ").any(|k| k == key) { key } else { "every key's value" }
}

/// An environment's name.
pub(super) fn environment(name: &str) -> Result<EnvironmentArg, ()> {
    EnvironmentArg::from_str(name, false).map_err(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
[default]
partner_id = "023"
api_key_file = "key"
environment = "sandbox"

[local]
partner_id = "1"
api_key_file = "-"
base_url = "http://127.0.0.1:1/v1"
scheme = "sec-key"
"#;

    fn read(text: &str, name: Option<&str>) -> Result<Profile, Failure> {
        profile(text, Path::new("folder/profiles.toml"), name)
    }

    #[test]
    fn profiles_are_found_by_name() {
        let default = read(FILE, None).unwrap();
        assert_eq!(default.partner_id.as_deref(), Some("023"));
        assert_eq!(default.api_key_file, Some(PathBuf::from("folder/key")));
        assert_eq!(default.environment, Some(EnvironmentArg::Sandbox));
        let local = read(FILE, Some("local")).unwrap();
        assert_eq!(local.api_key_file, Some(PathBuf::from("-")));
        assert_eq!(local.scheme, Some(SchemeArg::SecKey));
        assert_eq!(read("[other]\n", None), Ok(Profile::default()));
    }

    #[test]
    fn what_is_wrong_is_told_without_a_value() {
        for (text, name, told) in [
            ("[default]\napi_key = \"canary\"\n", None, "does not belong here"),
            ("[default]\npartner_id = 23\n", None, "partner_id must be text"),
            ("[default]\ncanary = \"x\"\n", None, "the keys are"),
            ("[default]\nscheme = \"canary\"\n", None, "hmac, sec-key"),
            ("[default]\nenvironment = \"canary\"\n", None, "sandbox, production"),
            ("[default]\n\npartner_id = canary\n", None, "line 3"),
            ("[default]\n", Some("canary"), "only: default"),
        ] {
            let failure = format!("{:?}", read(text, name).unwrap_err());
            assert!(failure.contains(told) && !failure.contains("canary"), "{failure}");
        }
    }
}
