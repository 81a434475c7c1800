//! The configuration: flags first, then the environment, then a profile file. Production is never assumed.

mod connection;
mod key;
mod no_proxy;
mod places;
mod profile;

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::ValueEnum;
use smileid_core::{ApiKey, BaseUrl, Credentials, Environment, PartnerId, Scheme};

pub(crate) use self::connection::{Way, host};
pub(crate) use self::key::Source;
use self::profile::{Name, Profile};
use crate::args::{ConfigArgs, EnvironmentArg, SchemeArg};
use crate::failure::{Failure, Kind};

/// The variables of our own that are read.
#[cfg(test)]
pub(crate) const VARIABLES: [&str; 8] = [
    "SMILEID_PARTNER_ID",
    "SMILEID_API_KEY_FILE",
    "SMILEID_API_KEY",
    "SMILEID_PREVIOUS_API_KEY_FILE",
    "SMILEID_ENVIRONMENT",
    "SMILEID_BASE_URL",
    "SMILEID_PROFILE",
    "SMILEID_PROFILE_FILE",
];

/// Everything that was configured, before any of it is put to use.
pub(crate) struct Configured<'a> {
    args: &'a ConfigArgs,
    profile: Profile,
}

impl<'a> Configured<'a> {
    /// Reads the requested profile, or the default one if it exists.
    pub(crate) fn read(args: &'a ConfigArgs) -> Result<Self, Failure> {
        let name =
            args.credentials.profile.clone().map_or_else(|| variable("SMILEID_PROFILE"), |name| Ok(Some(name)))?;
        let file = args.credentials.profile_file.clone().or_else(|| path_variable("SMILEID_PROFILE_FILE"));
        Ok(Self { args, profile: Profile::read(file, name.as_deref())? })
    }

    /// The credentials: partner id, key, the key that is being rotated out, and the scheme.
    pub(crate) fn credentials(&self) -> Result<Credentials, Failure> {
        let partner_id = self.partner_id()?.ok_or_else(Self::no_partner_id)?;
        let key = self.api_key()?.ok_or_else(Self::no_key)?;
        self.with_key(partner_id, key)
    }

    pub(crate) fn no_partner_id() -> Failure {
        Failure::invalid("the partner id is missing: give --partner-id or SMILEID_PARTNER_ID, with its leading zeros")
    }

    pub(crate) fn no_key() -> Failure {
        let message = "the API key is missing: give --api-key-file PATH (- for standard input), SMILEID_API_KEY_FILE, or \
                       SMILEID_API_KEY";
        Failure::new(Kind::Credentials, message)
    }

    /// The same with a partner id and a key from elsewhere.
    pub(crate) fn with_key(&self, partner_id: PartnerId, key: ApiKey) -> Result<Credentials, Failure> {
        let mut credentials = Credentials::new(partner_id, key).with_scheme(self.scheme())?;
        if let Some(path) = self.previous_key_file() {
            if self.key_is_on_standard_input() && path.as_os_str() == "-" {
                return Err(Failure::invalid("both keys cannot come from standard input: give files"));
            }
            let from = "--previous-api-key-file, SMILEID_PREVIOUS_API_KEY_FILE or the profile";
            credentials = credentials.with_previous_api_key(key::read(&Source::File { path, from })?);
        }
        Ok(credentials)
    }

    /// Returns the partner id, if one is configured.
    pub(crate) fn partner_id(&self) -> Result<Option<PartnerId>, Failure> {
        let flag = self.args.credentials.partner_id.clone();
        let given = flag.map_or_else(|| variable("SMILEID_PARTNER_ID"), |id| Ok(Some(id)))?;
        if let Some(id) = given {
            return Ok(Some(PartnerId::new(id)?));
        }
        let by_profile = self.profile.text(Name::PartnerId).map(PartnerId::new).transpose();
        by_profile.map_err(|problem| self.profile.refused(Name::PartnerId, &problem.to_string()))
    }

    /// Every partner id that is configured anywhere, with its place, the one that counts first; a variable that is not text is none.
    pub(crate) fn partner_ids(&self) -> Vec<(String, String)> {
        let flag = self.args.credentials.partner_id.clone().map(|id| ("--partner-id".to_owned(), id));
        let variable = variable("SMILEID_PARTNER_ID").ok().flatten().map(|id| ("SMILEID_PARTNER_ID".to_owned(), id));
        let own = self.profile.text(Name::PartnerId).map(|id| ("the profile".to_owned(), id.to_owned()));
        let others = self.profile.partners().iter().map(|(name, id)| (format!("the profile {name}"), id.clone()));
        flag.into_iter().chain(variable).chain(own).chain(others).collect()
    }

    /// Returns the key that signs, if one is configured.
    pub(crate) fn api_key(&self) -> Result<Option<ApiKey>, Failure> {
        self.key_source()?.as_ref().map(key::read).transpose()
    }

    /// Where the key that signs is to be found.
    pub(crate) fn key_source(&self) -> Result<Option<Source>, Failure> {
        let flag = self.args.credentials.api_key_file.clone().map(|path| (path, "--api-key-file"));
        let variable = || path_variable("SMILEID_API_KEY_FILE").map(|path| (path, "SMILEID_API_KEY_FILE"));
        let file = flag.or_else(variable);
        let in_variable = set("SMILEID_API_KEY").is_some();
        match (file, in_variable) {
            (Some(_), true) => {
                Err(Failure::invalid("both a key file and SMILEID_API_KEY are given, and may differ: keep one of them"))
            }
            (Some((path, from)), false) => Ok(Some(Source::File { path, from })),
            (None, true) => Ok(Some(Source::Variable("SMILEID_API_KEY"))),
            (None, false) => {
                let file = self.profile.file(Name::ApiKeyFile);
                Ok(file.map(|path| Source::File { path, from: "api_key_file in the profile" }))
            }
        }
    }

    /// Where the key that only verifies is to be found.
    pub(crate) fn previous_key_file(&self) -> Option<PathBuf> {
        let flag = self.args.credentials.previous_api_key_file.clone();
        flag.or_else(|| path_variable("SMILEID_PREVIOUS_API_KEY_FILE"))
            .or_else(|| self.profile.file(Name::PreviousApiKeyFile))
    }

    /// Every file with a key that is configured anywhere, whether or not its key counts.
    pub(crate) fn key_files(&self) -> Vec<PathBuf> {
        let credentials = &self.args.credentials;
        let flags = [credentials.api_key_file.clone(), credentials.previous_api_key_file.clone()];
        let variables = ["SMILEID_API_KEY_FILE", "SMILEID_PREVIOUS_API_KEY_FILE"].map(path_variable);
        let named = flags.into_iter().chain(variables).flatten();
        named.chain(self.profile.key_files().iter().cloned()).filter(|path| path.as_os_str() != "-").collect()
    }

    /// Whether a key comes from standard input, so that nothing else can.
    pub(crate) fn takes_standard_input(&self) -> bool {
        self.key_is_on_standard_input() || self.previous_key_file().is_some_and(|path| path.as_os_str() == "-")
    }

    fn key_is_on_standard_input(&self) -> bool {
        let dash = |source: &Source| matches!(source, Source::File { path, .. } if path.as_os_str() == "-");
        self.key_source().ok().flatten().as_ref().is_some_and(dash)
    }

    /// How requests are signed.
    pub(crate) fn scheme(&self) -> Scheme {
        match self.args.credentials.scheme.or(self.profile.scheme()) {
            Some(SchemeArg::SecKey) => Scheme::SecKey,
            _ => Scheme::Hmac,
        }
    }

    /// Returns where requests go. Flags count before environment variables, and those before the profile. One source may name a place
    /// twice, but not two places.
    pub(crate) fn environment(&self) -> Result<Environment, Failure> {
        let by_flags = (self.args.connection.environment, self.args.connection.base_url.clone());
        if let Some(chosen) = chosen(by_flags, "--environment and --base-url")? {
            return Ok(chosen);
        }
        if let Some(chosen) = chosen(by_variables()?, "SMILEID_ENVIRONMENT and SMILEID_BASE_URL")? {
            return Ok(chosen);
        }
        let by_profile = (self.profile.environment(), self.profile.text(Name::BaseUrl).map(str::to_owned));
        let by_profile = chosen(by_profile, "environment and base_url");
        let by_profile = by_profile.map_err(|problem| self.profile.refused(Name::BaseUrl, problem.message()))?;
        by_profile.ok_or_else(|| {
            Failure::invalid(
                "no environment is chosen, and production is never assumed: give --environment sandbox or production \
                 (SMILEID_ENVIRONMENT), or --base-url (SMILEID_BASE_URL)",
            )
        })
    }

    /// The file of certificates to trust beside the system's, and what names it.
    fn ca_file(&self) -> Option<(PathBuf, &'static str)> {
        let flag = self.args.connection.ca_file.clone().map(|path| (path, "--ca-file"));
        flag.or_else(|| self.profile.file(Name::CaFile).map(|path| (path, "ca_file in the profile")))
    }
}

fn by_variables() -> Result<(Option<EnvironmentArg>, Option<String>), Failure> {
    let name = variable("SMILEID_ENVIRONMENT")?;
    let environment = name.map(|name| {
        EnvironmentArg::from_str(&name, true)
            .map_err(|_| Failure::invalid("SMILEID_ENVIRONMENT: expected sandbox or production"))
    });
    Ok((environment.transpose()?, variable("SMILEID_BASE_URL")?))
}

/// The place that one source names, if it names any. `both` is what it calls the two ways to name it.
fn chosen((name, url): (Option<EnvironmentArg>, Option<String>), both: &str) -> Result<Option<Environment>, Failure> {
    let named = name.map(|name| match name {
        EnvironmentArg::Sandbox => Environment::Sandbox,
        EnvironmentArg::Production => Environment::Production,
    });
    let at = url.map(|url| BaseUrl::parse(&url).map(Environment::from)).transpose()?;
    match (named, at) {
        (Some(named), Some(at)) if !named.is_same_place(&at) => {
            Err(Failure::invalid(format!("{both} name two different places: give only one of them")))
        }
        (named, at) => Ok(named.or(at)),
    }
}

/// A variable's value; an empty one counts as not set, as `NAME=` in a file of variables means.
fn set(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

fn path_variable(name: &str) -> Option<PathBuf> {
    set(name).map(PathBuf::from)
}

fn variable(name: &str) -> Result<Option<String>, Failure> {
    let not_text = |_| Failure::invalid(format!("{name} is not UTF-8: set it anew"));
    set(name).map(OsString::into_string).transpose().map_err(not_text)
}
