//! Who asks, and where, as the process's environment says: the variables the `smileid` command knows. Nothing is sent or defaulted.

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use smileid_core::{ApiKey, BaseUrl, Config, Credentials, Environment, Error, PartnerId};

use crate::key_text::key_text;

/// Reads a configuration from the environment: `SMILEID_PARTNER_ID`; `SMILEID_API_KEY_FILE` or, weaker, `SMILEID_API_KEY`; and
/// `SMILEID_ENVIRONMENT` (`sandbox` or `production`, in any case) or `SMILEID_BASE_URL`. If both are set, they must name the same place.
///
/// A file's last line end is dropped, and nothing else of it. The variable is weaker than the file: other processes of the same user
/// can read it, and it is handed on to every child.
///
/// # Errors
/// Of kind `invalid_input` if a variable is missing, contradicts another or has no usable value; of kind `credentials` if there is no
/// key or its file cannot be read.
pub fn config_from_env() -> Result<Config, Error> {
    config_from(env::var_os)
}

/// Reads who asks and where from the environment, for an API with another configuration: the variables of [`config_from_env`].
///
/// # Errors
/// As [`config_from_env`].
pub fn credentials_from_env() -> Result<(Credentials, Environment), Error> {
    credentials_from(env::var_os)
}

fn config_from(variable: impl Fn(&'static str) -> Option<OsString>) -> Result<Config, Error> {
    let (credentials, environment) = credentials_from(variable)?;
    Ok(Config::new(&credentials, &environment))
}

fn credentials_from(variable: impl Fn(&'static str) -> Option<OsString>) -> Result<(Credentials, Environment), Error> {
    // A variable set to anything other than text does not count as unset: another would decide in its place.
    let set = |name| match variable(name).map(OsString::into_string) {
        None => Ok(None),
        Some(Ok(value)) => Ok(Some(value).filter(|value| !value.is_empty())),
        Some(Err(_)) => Err(Error::invalid_input(format!("{name} is set to what is not text: give it as UTF-8"))),
    };
    let partner_id = set("SMILEID_PARTNER_ID")?
        .ok_or_else(|| invalid("SMILEID_PARTNER_ID is not set: give the partner id, with its leading zeros"))?;
    let key = match (set("SMILEID_API_KEY_FILE")?, set("SMILEID_API_KEY")?) {
        (Some(_), Some(_)) => return Err(invalid("SMILEID_API_KEY_FILE and SMILEID_API_KEY are both set: keep one")),
        (Some(path), None) => key_from_file(Path::new(&path))?,
        (None, Some(key)) => ApiKey::new(key)?,
        (None, None) => {
            let message =
                "no API key: set SMILEID_API_KEY_FILE to the path of a file that holds it, or SMILEID_API_KEY";
            return Err(Error::credentials(message));
        }
    };
    let named = set("SMILEID_ENVIRONMENT")?.map(|name| named(&name)).transpose()?;
    let at = set("SMILEID_BASE_URL")?.map(|url| BaseUrl::parse(&url).map(Environment::Custom)).transpose()?;
    let environment = match (named, at) {
        (Some(named), Some(at)) if !named.is_same_place(&at) => {
            return Err(invalid(
                "SMILEID_ENVIRONMENT and SMILEID_BASE_URL name two different places: unset one of them",
            ));
        }
        (Some(environment), _) | (None, Some(environment)) => environment,
        (None, None) => {
            return Err(invalid(
                "no environment: set SMILEID_ENVIRONMENT to sandbox or production, or SMILEID_BASE_URL; production is never assumed",
            ));
        }
    };
    Ok((Credentials::new(PartnerId::new(partner_id)?, key), environment))
}

/// The vendor's environment of this name.
fn named(name: &str) -> Result<Environment, Error> {
    let known = [("sandbox", Environment::Sandbox), ("production", Environment::Production)];
    let found = known.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found
        .map(|(_, environment)| environment)
        .ok_or_else(|| invalid("SMILEID_ENVIRONMENT is neither sandbox nor production"))
}

/// The key in a file.
fn key_from_file(path: &Path) -> Result<ApiKey, Error> {
    let text = File::open(path).and_then(key_text).map_err(|error| match error.kind() {
        ErrorKind::FileTooLarge => {
            invalid("the file that SMILEID_API_KEY_FILE names is longer than any key: give a file with only the key")
        }
        ErrorKind::InvalidData => {
            invalid("the file that SMILEID_API_KEY_FILE names is not UTF-8: give a file with only the key")
        }
        _ => {
            let unreadable = "the file that SMILEID_API_KEY_FILE names cannot be read: check its path and permissions";
            Error::credentials(unreadable).with_source(error)
        }
    })?;
    Ok(ApiKey::new(text)?)
}

fn invalid(message: &'static str) -> Error {
    Error::invalid_input(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use smileid_core::ErrorKind;

    const GOOD: [(&str, &str); 3] =
        [("SMILEID_PARTNER_ID", "023"), ("SMILEID_API_KEY", "canary"), ("SMILEID_ENVIRONMENT", "sandbox")];

    fn config(changes: &[(&str, &str)]) -> Result<Config, Error> {
        let all = |name: &str| changes.iter().chain(&GOOD).find(|(n, _)| *n == name).map(|(_, v)| (*v).into());
        config_from(all)
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_text_does_not_count_as_unset() {
        use std::os::unix::ffi::OsStringExt;
        for bad in
            ["SMILEID_PARTNER_ID", "SMILEID_API_KEY", "SMILEID_API_KEY_FILE", "SMILEID_ENVIRONMENT", "SMILEID_BASE_URL"]
        {
            let variable = |name: &str| match GOOD.iter().find(|(n, _)| *n == name) {
                _ if name == bad => Some(OsString::from_vec(b"canary\xFF".to_vec())),
                good => good.map(|(_, v)| v.into()),
            };
            let error = config_from(variable).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{bad}");
            assert!(error.to_string().starts_with(bad) && !format!("{error:?}").contains("canary"), "{error:?}");
        }
    }

    #[test]
    fn the_environment_says_who_asks_and_where() {
        assert_eq!(config(&[]).unwrap().url(), "https://testapi.smileidentity.com/v1/job_status");
        let production = config(&[("SMILEID_ENVIRONMENT", "production")]).unwrap();
        assert_eq!(production.url(), "https://api.smileidentity.com/v1/job_status");
        let own = config(&[("SMILEID_ENVIRONMENT", ""), ("SMILEID_BASE_URL", "http://127.0.0.1:9/v1")]).unwrap();
        assert_eq!(own.url(), "http://127.0.0.1:9/v1/job_status");
    }

    #[test]
    fn environment_and_base_url_must_name_one_place() {
        for (name, url, agree) in [
            ("sandbox", "https://testapi.smileidentity.com/v1", true),
            ("Sandbox", "https://TestAPI.smileidentity.com.:443/v1/", true),
            ("PRODUCTION", "https://api.smileidentity.com/v1", true),
            ("sandbox", "https://api.smileidentity.com/v1", false),
            ("production", "https://testapi.smileidentity.com/v1", false),
            ("production", "https://api.smileidentity.com/v2", false),
            ("production", "https://api.smileidentity.com", false),
            ("production", "https://api.smileidentity.com:8443/v1", false),
            ("production", "http://127.0.0.1:9/v1", false),
            ("sandbox", "http://127.0.0.1:9/v1", false),
            ("sandbox", "http://[::1]:9/v1", false),
        ] {
            let both = config(&[("SMILEID_ENVIRONMENT", name), ("SMILEID_BASE_URL", url)]);
            match both {
                Ok(_) => assert!(agree, "{name} {url}"),
                Err(error) => {
                    assert!(!agree && error.kind() == ErrorKind::InvalidInput, "{name} {url}: {error}");
                    assert!(error.to_string().contains("two different places"), "{error}");
                }
            }
        }
    }

    #[test]
    fn missing_double_and_wrong_variables_are_reported_without_their_values() {
        for (changes, kind) in [
            (&[("SMILEID_PARTNER_ID", "")][..], ErrorKind::InvalidInput),
            (&[("SMILEID_PARTNER_ID", "canary 1")], ErrorKind::InvalidInput),
            (&[("SMILEID_API_KEY", "")], ErrorKind::Credentials),
            (&[("SMILEID_API_KEY", "canary\n")], ErrorKind::InvalidInput),
            (&[("SMILEID_API_KEY_FILE", "canary")], ErrorKind::InvalidInput),
            (&[("SMILEID_API_KEY_FILE", "no-such-canary"), ("SMILEID_API_KEY", "")], ErrorKind::Credentials),
            (&[("SMILEID_ENVIRONMENT", "")], ErrorKind::InvalidInput),
            (&[("SMILEID_ENVIRONMENT", "canary")], ErrorKind::InvalidInput),
            (
                &[("SMILEID_ENVIRONMENT", "canary"), ("SMILEID_BASE_URL", "http://127.0.0.1:9/v1")],
                ErrorKind::InvalidInput,
            ),
            (&[("SMILEID_BASE_URL", "http://canary.example")], ErrorKind::InvalidInput),
            (&[("SMILEID_ENVIRONMENT", ""), ("SMILEID_BASE_URL", "http://canary.example")], ErrorKind::InvalidInput),
        ] {
            let error = config(changes).unwrap_err();
            assert_eq!(error.kind(), kind, "{changes:?}");
            assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        }
    }

    #[test]
    fn the_key_is_read_from_a_file() {
        let path = env::temp_dir().join(format!("smileid-env-test-{}", std::process::id()));
        std::fs::write(&path, "k\n").unwrap();
        assert_eq!(key_from_file(&path).unwrap().expose(), "k");
        let long = vec![b'k'; 1 << 20];
        for (bad, why) in
            [(&b"k\n\n"[..], "a control character"), (b"\xFF", "is not UTF-8: "), (&long, "is longer than any key: ")]
        {
            std::fs::write(&path, bad).unwrap();
            let error = key_from_file(&path).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.to_string().contains(why), "{error}");
        }
        std::fs::remove_file(&path).unwrap();
    }
}
