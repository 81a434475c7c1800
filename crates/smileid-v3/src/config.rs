//! Who asks, where, and with what limits. It contains the key's text, which v3 sends, and the token that clones share.

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;

use smileid_core::{ApiKey, Config as Settings, Credentials, Environment, Error, InvalidInput, Moment, Verified};

use crate::decided::{Origin, OriginPolicy};
use crate::partner::{self, Signers};
use crate::token::TokenCell;
use crate::webhook::{Webhook, WebhookHeaders};

/// The settings of a v3 client. Only credentials and environment are required.
///
/// Cloning is cheap. Clones share one token and one retry budget.
#[derive(Clone)]
pub struct Config {
    pub(crate) settings: Settings,
    pub(crate) shared: Arc<ConfigInner>,
    pub(crate) origin: OriginPolicy,
    pub(crate) not_found_grace: Duration,
    api_host: Option<Arc<str>>,
}

/// What never changes.
pub(crate) struct ConfigInner {
    pub(crate) key: ApiKey,
    pub(crate) partner_id: String,
    pub(crate) signers: Signers,
    pub(crate) token_url: String,
    pub(crate) status_url: String,
    pub(crate) token: TokenCell,
}

impl Config {
    /// How young an id must be for "not found" to mean that the job has not arrived yet.
    pub const NOT_FOUND_GRACE: Duration = Duration::from_secs(120);

    /// Asks `environment` as `credentials`. A base URL that ends in `/v1` is used without it, since v3 is beside v1.
    ///
    /// # Errors
    /// [`InvalidInput`] if the partner id has leading zeros or is not made of digits, or if the key does not fit in a header.
    pub fn new(credentials: &Credentials, environment: &Environment) -> Result<Self, InvalidInput> {
        partner::check(credentials.partner_id())?;
        let key = credentials.api_key();
        if !key.expose().bytes().all(|b| b.is_ascii_graphic()) {
            let problem = "contains a space or a letter beyond ASCII, which an HTTP header cannot carry: copy it from the Smile ID portal";
            return Err(InvalidInput::new("api_key", problem));
        }
        let base = environment.base_url();
        let base = base.strip_suffix("/v1").or_else(|| base.strip_suffix("/v3")).unwrap_or(base);
        let shared = ConfigInner {
            key: key.clone(),
            partner_id: credentials.partner_id().as_str().into(),
            signers: Signers::new(credentials),
            token_url: format!("{base}/v3/token"),
            status_url: format!("{base}/v3/status/"),
            token: TokenCell::default(),
        };
        Ok(Self {
            settings: Settings::new(credentials, environment),
            shared: Arc::new(shared),
            origin: OriginPolicy::Any,
            not_found_grace: Self::NOT_FOUND_GRACE,
            api_host: None,
        })
    }

    /// Changes what v3 shares with v1: retries, timeouts, deadlines, freshness, jitter, the observer.
    ///
    /// ```
    /// # use smileid_v3::Config;
    /// # use core::time::Duration;
    /// # fn patient(config: Config) -> Config {
    /// config.with_settings(|settings| settings.with_call_deadline(Duration::from_secs(60)))
    /// # }
    /// ```
    #[must_use]
    pub fn with_settings(mut self, change: impl FnOnce(Settings) -> Settings) -> Self {
        self.settings = change(self.settings);
        self
    }

    /// Sets which origin a final answer must have. Defaults to [`OriginPolicy::Any`].
    #[must_use]
    pub const fn with_origin(mut self, policy: OriginPolicy) -> Self {
        self.origin = policy;
        self
    }

    /// Sets how young an id must be for "not found" to be a pending answer. Defaults to 2 minutes.
    #[must_use]
    pub const fn with_not_found_grace(mut self, grace: Duration) -> Self {
        self.not_found_grace = grace;
        self
    }

    /// Sets the host that a token's `api_url` must name, as a name or a URL. Defaults to the host of the base URL. Set it if you ask
    /// through a gateway of your own.
    #[must_use]
    pub fn with_api_host(mut self, host: &str) -> Self {
        let (_, rest) = host.split_once("://").unwrap_or(("", host));
        self.api_host = Some(host_of(rest).unwrap_or(host).into());
        self
    }

    /// Checks a webhook's proof. Nothing is sent.
    ///
    /// # Errors
    /// Of kind `malformed`, `unproven`, `signature` or `replay`.
    pub fn receive_webhook(
        &self,
        body: &[u8],
        headers: WebhookHeaders<'_>,
        now: Moment,
    ) -> Result<Verified<Webhook>, Error> {
        Webhook::received(body, headers, &self.shared.signers, now, self.settings.callback_freshness())
    }

    /// Returns the settings that v3 shares with v1.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether `url` is on the host that tokens must name. Ports and paths are not compared.
    pub(crate) fn is_own_host(&self, url: &str) -> bool {
        let own = self.api_host.as_deref().or_else(|| host(&self.shared.token_url));
        own.zip(host(url)).is_some_and(|(own, other)| own.eq_ignore_ascii_case(other))
    }

    /// What vouches for an answer that is not signed.
    pub(crate) fn channel(&self) -> Origin {
        if self.shared.token_url.starts_with("https://") { Origin::Channel } else { Origin::Plain }
    }
}

/// The host of an absolute URL, without its port and a closing dot.
fn host(url: &str) -> Option<&str> {
    url.split_once("://").and_then(|(_, rest)| host_of(rest))
}

/// The host at the start of what follows a URL's scheme.
fn host_of(rest: &str) -> Option<&str> {
    let authority = rest.split(['/', '?', '#']).next()?;
    if authority.contains('@') {
        return None;
    }
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => authority.split(':').next()?,
    };
    Some(host.strip_suffix('.').unwrap_or(host)).filter(|host| !host.is_empty())
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("settings", &self.settings)
            .field("token_url", &self.shared.token_url)
            .field("origin", &self.origin)
            .field("not_found_grace", &self.not_found_grace)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use smileid_core::{BaseUrl, PartnerId};

    fn config(key: &str, environment: &Environment) -> Result<Config, InvalidInput> {
        Config::new(&Credentials::new(PartnerId::new("23").unwrap(), ApiKey::new(key).unwrap()), environment)
    }

    #[test]
    fn v3_is_beside_v1() {
        for (base, url) in [
            ("http://127.0.0.1:9/v1", "http://127.0.0.1:9/v3/token"),
            ("http://127.0.0.1:9", "http://127.0.0.1:9/v3/token"),
            ("http://127.0.0.1:9/v3", "http://127.0.0.1:9/v3/token"),
            ("https://a.example/smile/v1", "https://a.example/smile/v3/token"),
        ] {
            let config = config("key", &BaseUrl::parse(base).unwrap().into()).unwrap();
            assert_eq!(config.shared.token_url, url);
        }
        let sandbox = config("canary", &Environment::Sandbox).unwrap();
        assert_eq!(sandbox.shared.status_url, "https://testapi.smileidentity.com/v3/status/");
        assert!(!format!("{sandbox:?}").contains("canary"));
        let error = config("k\u{e9}y", &Environment::Sandbox).unwrap_err();
        assert!(error.to_string().starts_with("api_key: contains"), "{error}");
    }

    #[test]
    fn hosts_are_compared_without_case_and_port() {
        let sandbox = config("key", &Environment::Sandbox).unwrap();
        for url in ["https://testapi.smileidentity.com/v3", "https://TestAPI.smileidentity.com.:443"] {
            assert!(sandbox.is_own_host(url), "{url}");
        }
        for url in [
            "https://api.smileidentity.com/v3",
            "https://testapi.smileidentity.com@evil.example/v3",
            "https://testapi.smileidentity.com.evil.example",
            "testapi.smileidentity.com",
            "https://",
            "",
        ] {
            assert!(!sandbox.is_own_host(url), "{url}");
        }
        let behind_a_proxy = config("key", &BaseUrl::parse("http://[::1]:9/v1").unwrap().into()).unwrap();
        assert!(behind_a_proxy.is_own_host("http://[::1]:10/v3"));
        for host in ["api.smileidentity.com", "API.smileidentity.com:443", "https://api.smileidentity.com/v3"] {
            let gateway = behind_a_proxy.clone().with_api_host(host);
            assert!(gateway.is_own_host("https://api.smileidentity.com/v3"), "{host}");
            assert!(!gateway.is_own_host("http://[::1]:9/v3"), "{host}");
        }
        assert!(!behind_a_proxy.with_api_host("").is_own_host("https:///v3"));
    }
}
