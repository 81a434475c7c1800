//! Who asks, and where, as the process's environment says: the variables the `smileid` command knows. Nothing is sent or defaulted.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use smileid_core::{ApiKey, BaseUrl, Config, Credentials, Environment, Error, ErrorKind, PartnerId};
use zeroize::Zeroize;

/// A configuration from the environment: `SMILEID_PARTNER_ID`; `SMILEID_API_KEY_FILE` or, weaker, `SMILEID_API_KEY`; and
/// `SMILEID_ENVIRONMENT` (`sandbox` or `production`) or `SMILEID_BASE_URL`, which says it more precisely and wins.
///
/// A file's last line end is dropped, and nothing else of it. The variable is weaker than the file: other processes of the same user
/// can read it, and it is handed on to every child.
///
/// # Errors
/// Of kind `invalid_input` for what is missing, double or of no use; of kind `credentials` where there is no key, or its file
/// cannot be read.
pub fn config_from_env() -> Result<Config, Error> {
    config_from(env::var_os)
}

fn config_from(variable: impl Fn(&'static str) -> Option<OsString>) -> Result<Config, Error> {
    // One that is set to what is no text is not taken for one that is not set: another would decide in its place.
    let set = |name| match variable(name).map(OsString::into_string) {
        None => Ok(None),
        Some(Ok(value)) => Ok(Some(value).filter(|value| !value.is_empty())),
        Some(Err(_)) => {
            Err(Error::new(ErrorKind::InvalidInput, format!("{name} is set to what is not text: give it as UTF-8")))
        }
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
            return Err(Error::new(ErrorKind::Credentials, message));
        }
    };
    let environment = match (set("SMILEID_ENVIRONMENT")?.as_deref(), set("SMILEID_BASE_URL")?) {
        (_, Some(url)) => Environment::Custom(BaseUrl::parse(&url)?),
        (Some("sandbox"), None) => Environment::Sandbox,
        (Some("production"), None) => Environment::Production,
        (Some(_), None) => return Err(invalid("SMILEID_ENVIRONMENT is neither sandbox nor production")),
        (None, None) => {
            return Err(invalid(
                "no environment: set SMILEID_ENVIRONMENT to sandbox or production, or SMILEID_BASE_URL; production is never assumed",
            ));
        }
    };
    Ok(Config::new(&Credentials::new(PartnerId::new(partner_id)?, key), &environment)?)
}

/// The key in a file, less one last LF or CRLF.
fn key_from_file(path: &Path) -> Result<ApiKey, Error> {
    let unreadable = "the file that SMILEID_API_KEY_FILE names cannot be read: check its path and permissions";
    let bytes = fs::read(path).map_err(|e| Error::new(ErrorKind::Credentials, unreadable).with_source(e))?;
    let mut text = String::from_utf8(bytes).map_err(|e| {
        e.into_bytes().zeroize();
        invalid("the file that SMILEID_API_KEY_FILE names is not text: give the key alone")
    })?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(ApiKey::new(text)?)
}

fn invalid(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidInput, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 3] =
        [("SMILEID_PARTNER_ID", "023"), ("SMILEID_API_KEY", "canary"), ("SMILEID_ENVIRONMENT", "sandbox")];

    fn config(changes: &[(&str, &str)]) -> Result<Config, Error> {
        let all = |name: &str| changes.iter().chain(&GOOD).find(|(n, _)| *n == name).map(|(_, v)| (*v).into());
        config_from(all)
    }

    #[cfg(unix)]
    #[test]
    fn what_is_set_and_no_text_is_not_taken_for_what_is_not_set() {
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
        for named in ["", "production"] {
            let own = config(&[("SMILEID_ENVIRONMENT", named), ("SMILEID_BASE_URL", "http://127.0.0.1:9/v1")]).unwrap();
            assert_eq!(own.url(), "http://127.0.0.1:9/v1/job_status");
        }
    }

    #[test]
    fn what_is_missing_double_or_wrong_is_told_without_its_value() {
        for (changes, kind) in [
            (&[("SMILEID_PARTNER_ID", "")][..], ErrorKind::InvalidInput),
            (&[("SMILEID_PARTNER_ID", "canary 1")], ErrorKind::InvalidInput),
            (&[("SMILEID_API_KEY", "")], ErrorKind::Credentials),
            (&[("SMILEID_API_KEY", "canary\n")], ErrorKind::InvalidInput),
            (&[("SMILEID_API_KEY_FILE", "canary")], ErrorKind::InvalidInput),
            (&[("SMILEID_API_KEY_FILE", "no-such-canary"), ("SMILEID_API_KEY", "")], ErrorKind::Credentials),
            (&[("SMILEID_ENVIRONMENT", "")], ErrorKind::InvalidInput),
            (&[("SMILEID_ENVIRONMENT", "canary")], ErrorKind::InvalidInput),
            (&[("SMILEID_BASE_URL", "http://canary.example")], ErrorKind::InvalidInput),
            (&[("SMILEID_ENVIRONMENT", ""), ("SMILEID_BASE_URL", "http://canary.example")], ErrorKind::InvalidInput),
        ] {
            let error = config(changes).unwrap_err();
            assert_eq!(error.kind(), kind, "{changes:?}");
            assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        }
    }

    #[test]
    fn a_files_last_line_end_is_dropped_and_nothing_else() {
        let path = env::temp_dir().join(format!("smileid-env-test-{}", std::process::id()));
        for (content, key) in
            [("k", Some("k")), ("k\n", Some("k")), ("k\r\n", Some("k")), (" k ", Some(" k ")), ("k\n\n", None)]
        {
            fs::write(&path, content).unwrap();
            assert_eq!(key_from_file(&path).ok().as_ref().map(ApiKey::expose), key, "{content:?}");
        }
        fs::write(&path, b"\xFF").unwrap();
        assert_eq!(key_from_file(&path).unwrap_err().kind(), ErrorKind::InvalidInput);
        fs::remove_file(&path).unwrap();
    }
}
