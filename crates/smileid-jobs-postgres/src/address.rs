//! Where a store is: a URL as every PostgreSQL tool reads it, with the schema.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;
use std::path::PathBuf;

use smileid_jobs::{StoreError, StoreErrorKind};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// The address of a store.
///
/// It is read from `postgres://USER@HOST:PORT/DATABASE?OPTION=VALUE&…`. The options are `schema`, `sslmode`, `sslrootcert`, and those
/// of `tokio-postgres`. A socket's folder is written `?host=/run/postgresql`.
#[derive(Clone)]
pub struct Address {
    pub(crate) config: Config,
    pub(crate) schema: Schema,
    pub(crate) roots: Option<PathBuf>,
}

/// The name of a schema, as it is written in a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Schema(String);

impl Address {
    /// Sets the schema that contains the store's tables. It defaults to `smileid_jobs`.
    ///
    /// # Errors
    /// Returns [`StoreError`] unless the name consists of at most 63 small letters, digits and underscores, does not start with a digit
    /// or `pg_`, and is not `information_schema`.
    pub fn with_schema(mut self, name: &str) -> Result<Self, StoreError> {
        self.schema = Schema::new(name)?;
        Ok(self)
    }

    /// Sets the password, so that it need not be in the URL.
    #[must_use]
    pub fn with_password(mut self, password: impl AsRef<[u8]>) -> Self {
        self.config.password(password);
        self
    }

    /// Returns whether a password is set.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.config.get_password().is_some()
    }

    /// Whether every host of the address is this machine.
    fn is_local(&self) -> bool {
        let host = |host: &Host| match host {
            Host::Tcp(name) => {
                name == "localhost" || name.parse::<core::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
            }
            #[cfg(unix)]
            Host::Unix(_) => true,
        };
        self.config.get_hosts().iter().all(host)
            && self.config.get_hostaddrs().iter().all(core::net::IpAddr::is_loopback)
    }
}

fn invalid(message: &'static str) -> StoreError {
    StoreError::new(StoreErrorKind::Invalid, message)
}

impl FromStr for Address {
    type Err = StoreError;

    fn from_str(url: &str) -> Result<Self, StoreError> {
        // The parser's own errors can name a part of a password that was not percent-encoded.
        let unusable = || {
            invalid(
                "the address of the store is not usable: write postgres://USER@HOST/DATABASE, with %3F for ? and so on in a password",
            )
        };
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(unusable());
        }
        let (place, options) = url.split_once('?').unwrap_or((url, ""));
        // A question mark in a password: what follows it would be read as options.
        if options.contains('@') {
            return Err(unusable());
        }
        let mut theirs = Vec::new();
        let (mut schema, mut mode, mut roots) = (None, None, None);
        for option in options.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').ok_or_else(unusable)?;
            match name {
                "schema" => schema = Some(Schema::new(value)?),
                "sslmode" => mode = Some(value),
                "sslrootcert" => roots = Some(PathBuf::from(decoded(value).ok_or_else(unusable)?)),
                _ => theirs.push(option),
            }
        }
        let mut config: Config = format!("{place}?{}", theirs.join("&")).parse().map_err(|_| unusable())?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(invalid(
                "the address of the store names no host: write postgres://HOST/DATABASE, or ?host=/FOLDER for a socket",
            ));
        }
        if config.get_application_name().is_none() {
            config.application_name("smileid-jobs");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(10));
        }
        // A server or a network that is gone is noticed within about half a minute.
        config
            .keepalives_idle(Duration::from_secs(15))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(3);
        config.tcp_user_timeout(Duration::from_secs(30));
        let schema = schema.unwrap_or_else(|| Schema("smileid_jobs".to_owned()));
        let mut address = Self { config, schema, roots };
        let mode = match mode {
            Some("disable") => SslMode::Disable,
            Some("prefer") => SslMode::Prefer,
            Some("require" | "verify-ca" | "verify-full") => SslMode::Require,
            Some(_) => {
                return Err(invalid(
                    "the address has an unknown sslmode: write disable, prefer, require or verify-full",
                ));
            }
            None if address.is_local() => SslMode::Disable,
            None => SslMode::Require,
        };
        address.config.ssl_mode(mode);
        Ok(address)
    }
}

/// Percent-decodes a value.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        bytes.push(if byte == b'%' { digit(rest.next())? * 16 + digit(rest.next())? } else { byte });
    }
    String::from_utf8(bytes).ok()
}

impl Schema {
    fn new(name: &str) -> Result<Self, StoreError> {
        let small = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        let fits = name.len() <= 63
            && name.bytes().next().is_some_and(small)
            && name.bytes().all(|byte| small(byte) || byte.is_ascii_digit());
        // PostgreSQL keeps these for itself.
        if !fits || name.starts_with("pg_") || name == "information_schema" {
            return Err(invalid(
                "the schema's name is not usable: write small letters, digits and underscores, 63 at most",
            ));
        }
        Ok(Self(name.to_owned()))
    }

    /// Writes the name into a statement for each `{s}`, and for each `{now}` the server's clock in milliseconds, read once for all rows.
    pub(crate) fn sql(&self, statement: &str) -> String {
        let now = "(select (extract(epoch from clock_timestamp()) * 1000)::bigint)";
        statement.replace("{s}", &format!("\"{}\"", self.0)).replace("{now}", now)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Only the schema is shown.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("schema", &self.schema.as_str()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a test fails")]

    use super::*;

    #[test]
    fn tls_is_required_unless_the_server_is_this_machine() {
        for (url, mode) in [
            ("postgres://db.example/kyc", SslMode::Require),
            ("postgres://10.0.0.7/kyc", SslMode::Require),
            ("postgres://localhost,db.example/kyc", SslMode::Require),
            ("postgres://localhost/kyc?hostaddr=10.0.0.7", SslMode::Require),
            ("postgres://localhost/kyc", SslMode::Disable),
            ("postgresql://127.0.0.1:5433/kyc", SslMode::Disable),
            ("postgres:///kyc?host=/run/postgresql", SslMode::Disable),
            ("postgres://%2Frun%2Fpostgresql/kyc", SslMode::Disable),
            ("postgres://db.example/kyc?sslmode=disable", SslMode::Disable),
            ("postgres://db.example/kyc?sslmode=prefer", SslMode::Prefer),
            ("postgres://localhost/kyc?sslmode=require", SslMode::Require),
            ("postgres://localhost/kyc?sslmode=verify-ca", SslMode::Require),
            ("postgres://localhost/kyc?sslmode=verify-full", SslMode::Require),
        ] {
            // Other systems have no sockets in folders.
            if cfg!(unix) || !url.contains("run") {
                assert_eq!(url.parse::<Address>().unwrap().config.get_ssl_mode(), mode, "{url}");
            }
        }
    }

    #[test]
    fn an_unusable_address_is_refused_without_its_password() {
        for url in [
            "",
            "db.example",
            "mysql://secret@db.example/kyc",
            "postgres://user:sec?ret@db.example/kyc",
            "postgres://user:sec?secret=x@db.example/kyc",
            "postgres://user:secret@db.example:port/kyc",
            "postgres://user:secret@db.example/kyc?sslmode=secret",
            "postgres://user:secret@db.example/kyc?secret=1",
            "postgres://user:secret@db.example/kyc?sslrootcert=%zz",
            "postgres://user:secret@db.example/kyc?schema=\"secret",
            "postgres:///kyc",
        ] {
            let error = url.parse::<Address>().expect_err(url);
            assert_eq!(error.kind(), StoreErrorKind::Invalid, "{url}");
            assert!(!format!("{error} {error:?}").contains("sec"), "{url}: {error:?}");
            assert!(core::error::Error::source(&error).is_none(), "{url}");
        }
        let address: Address = "postgres://user:secret@db.example/kyc?schema=mine".parse().unwrap();
        assert_eq!(format!("{address:?}"), r#"Address { schema: "mine", .. }"#);
    }

    #[test]
    fn a_schema_has_a_plain_name() {
        let address: Address = "postgres://localhost/kyc".parse().unwrap();
        assert_eq!(address.schema.sql("{s}.jobs"), r#""smileid_jobs".jobs"#);
        let long = "a".repeat(64);
        for name in ["", "1a", "A", "a-b", "a.b", "a\"", "pg_a", "information_schema", "é", "a b", long.as_str()] {
            assert!(address.clone().with_schema(name).is_err(), "{name}");
        }
        for name in ["a", "_", "lost_callbacks_2", "public", &long[1..]] {
            assert_eq!(address.clone().with_schema(name).unwrap().schema.as_str(), name);
        }
    }

    #[test]
    fn a_path_is_percent_decoded() {
        let address: Address = "postgres://localhost/kyc?sslrootcert=/a%20b/%C3%AC.pem".parse().unwrap();
        assert_eq!(address.roots, Some(PathBuf::from("/a b/ì.pem")));
    }
}
