//! The one builder of both clients. It collects what it is given and checks all of it in one place.

use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;

use smileid_core::{
    ApiKey, Attempt, BaseUrl, Config, Credentials, Environment, Error, Freshness, IdPolicy, PartnerId, RetryPolicy,
    Scheme,
};
use smileid_http::{Proxy, Roots, TransportOptions};

/// Builds a client: call `Client::builder`, change what you need, then call [`build`](ClientBuilder::build).
///
/// Nothing is checked before `build`, which reports every mistake in one error.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<C> {
    partner_id: Checked<PartnerId>,
    api_key: Checked<ApiKey>,
    previous_api_key: Option<Checked<ApiKey>>,
    environment: Option<Environment>,
    base_url: Option<Checked<BaseUrl>>,
    scheme: Scheme,
    options: TransportOptions,
    mistakes: Vec<Error>,
    settings: Vec<Box<dyn FnOnce(Config) -> Config + Send>>,
    client: PhantomData<fn() -> C>,
}

type Checked<T> = Result<T, smileid_core::InvalidInput>;

/// What a [`ClientBuilder`] builds. Both clients of this crate implement it, and nothing else can.
pub trait Build: sealed::Build {}

pub(crate) mod sealed {
    use smileid_core::{Config, Credentials, Environment, Error};
    use smileid_http::TransportOptions;

    /// Puts what was checked and a transport together.
    pub trait Build: Sized {
        fn of(
            credentials: &Credentials,
            environment: &Environment,
            settings: impl FnOnce(Config) -> Config,
            options: TransportOptions,
        ) -> Result<Self, Error>;
    }
}

impl<C> ClientBuilder<C> {
    pub(crate) fn new(partner_id: impl Into<String>, api_key: impl Into<String>) -> Self {
        Self {
            partner_id: PartnerId::new(partner_id),
            api_key: ApiKey::new(api_key),
            previous_api_key: None,
            environment: None,
            base_url: None,
            scheme: Scheme::Hmac,
            options: TransportOptions::new(),
            mistakes: Vec::new(),
            settings: Vec::new(),
            client: PhantomData,
        }
    }

    pub(crate) fn from_env() -> Result<Self, Error> {
        let (credentials, environment) = smileid_http::credentials_from_env()?;
        let mut builder = Self::new("", "").scheme(credentials.scheme()).environment(environment);
        builder.partner_id = Ok(credentials.partner_id().clone());
        builder.api_key = Ok(credentials.api_key().clone());
        builder.previous_api_key = credentials.previous_api_key().cloned().map(Ok);
        Ok(builder)
    }

    /// Sets the service to ask. Required, unless [`base_url`](Self::base_url) is given: no environment is assumed.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Sets the URL before `/job_status`: https, or http to a literal loopback address.
    pub fn base_url(mut self, url: &str) -> Self {
        self.base_url = Some(BaseUrl::parse(url));
        self
    }

    /// Also accepts answers signed with this key, while you rotate keys. Requests are signed with the current key only.
    pub fn previous_api_key(mut self, key: impl Into<String>) -> Self {
        self.previous_api_key = Some(ApiKey::new(key));
        self
    }

    /// Sets the signing scheme. Defaults to HMAC; the legacy scheme needs the feature `sec-key`.
    pub fn scheme(mut self, scheme: Scheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// Limits one call, retries included. Defaults to 30 s.
    pub fn call_deadline(self, deadline: Duration) -> Self {
        self.setting(move |config| config.with_call_deadline(deadline))
    }

    /// Limits one attempt or one poll. Defaults to 10 s.
    pub fn attempt_timeout(self, timeout: Duration) -> Self {
        self.setting(move |config| config.with_attempt_timeout(timeout))
    }

    /// Limits connecting: the name, the socket and the TLS handshake. Defaults to 5 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.with_connect_timeout(timeout);
        self
    }

    /// Sets how calls are retried. Defaults to three attempts.
    pub fn retry(self, policy: RetryPolicy) -> Self {
        self.setting(move |config| config.with_retry(policy))
    }

    /// Sets how far an answer's signed time may be from this machine's clock. Defaults to 5 minutes each way.
    pub fn freshness(self, freshness: Freshness) -> Self {
        self.setting(move |config| config.with_freshness(freshness))
    }

    /// Sets whether a final answer must name its job and user. Defaults to [`IdPolicy::WherePresent`].
    pub fn ids(self, policy: IdPolicy) -> Self {
        self.setting(move |config| config.with_ids(policy))
    }

    /// Calls `observer` after each attempt, for metrics. It sees no id and nothing of a reply.
    pub fn on_attempt(self, observer: impl Fn(&Attempt) + Send + Sync + 'static) -> Self {
        self.setting(move |config| config.with_observer(observer))
    }

    /// Sets which certificate authorities are trusted. Defaults to the system's.
    pub fn roots(mut self, roots: Roots) -> Self {
        self.options = self.options.with_roots(roots);
        self
    }

    /// Also trusts the certificates of a PEM text.
    pub fn ca_pem(mut self, pem: impl AsRef<[u8]>) -> Self {
        match self.options.clone().with_ca_pem(pem) {
            Ok(options) => self.options = options,
            Err(problem) => self.mistakes.push(problem.into()),
        }
        self
    }

    /// Sends requests through a proxy. Defaults to none, whatever the environment says; loopback addresses are never proxied.
    pub fn proxy(mut self, url: &str) -> Self {
        match Proxy::parse(url) {
            Ok(proxy) => self.options = self.options.with_proxy(proxy),
            Err(problem) => self.mistakes.push(problem.into()),
        }
        self
    }

    /// Changes any other option of the HTTP stack, such as the number of requests in flight.
    pub fn http(mut self, change: impl FnOnce(TransportOptions) -> TransportOptions) -> Self {
        self.options = change(self.options);
        self
    }

    /// Changes any other setting of calls, such as how long a callback is accepted or how leniently responses are read.
    ///
    /// ```
    /// # #[cfg(feature = "async")]
    /// # mod example {
    /// use smileid::{Client, Decisions, DecodeOptions, Environment};
    ///
    /// # fn build() -> Result<(), smileid::Error> {
    /// let strict = DecodeOptions::default().with_decisions(Decisions::Clean);
    /// let client = Client::builder("023", "the API key")
    ///     .environment(Environment::Sandbox)
    ///     .config(move |config| config.with_decode_options(strict))
    ///     .build()?;
    /// # Ok(()) }
    /// # }
    /// ```
    pub fn config(self, change: impl FnOnce(Config) -> Config + Send + 'static) -> Self {
        self.setting(change)
    }

    fn setting(mut self, set: impl FnOnce(Config) -> Config + Send + 'static) -> Self {
        self.settings.push(Box::new(set));
        self
    }
}

impl<C: Build> ClientBuilder<C> {
    /// Checks every setting and builds the client. Nothing is sent.
    ///
    /// # Errors
    /// Returns an error of kind `invalid_input` that names every mistake, or of kind `tls` if the system has no trusted certificates.
    pub fn build(self) -> Result<C, Error> {
        let Self { partner_id, api_key, previous_api_key, environment, base_url, scheme, options, .. } = self;
        let mut mistakes = Mistakes(self.mistakes);
        let partner_id = mistakes.check(partner_id);
        let api_key = mistakes.check(api_key);
        let previous = previous_api_key.map(|key| mistakes.check(key));
        let base_url = base_url.map(|url| mistakes.check(url));
        let place = match (environment, base_url) {
            (None, None) => {
                mistakes.add("no environment: call `environment` or `base_url`; production is never assumed")
            }
            (Some(environment), Some(Some(url))) if environment.base_url() != url.as_str() => {
                mistakes.add("the environment and the base URL are not the same place: keep one of them")
            }
            (Some(environment), _) => Some(environment),
            (None, Some(url)) => url.map(Environment::Custom),
        };
        let (Some(partner_id), Some(api_key), Some(place)) = (partner_id, api_key, place) else {
            return Err(mistakes.into_error());
        };
        let credentials = mistakes.check(Credentials::new(partner_id, api_key).with_scheme(scheme));
        match credentials {
            Some(mut credentials) if mistakes.0.is_empty() => {
                if let Some(key) = previous.flatten() {
                    credentials = credentials.with_previous_api_key(key);
                }
                let settings = |config| self.settings.into_iter().fold(config, |config, set| set(config));
                C::of(&credentials, &place, settings, options)
            }
            _ => Err(mistakes.into_error()),
        }
    }
}

/// The mistakes found so far.
struct Mistakes(Vec<Error>);

impl Mistakes {
    fn check<T>(&mut self, value: Checked<T>) -> Option<T> {
        value.map_err(|mistake| self.0.push(mistake.into())).ok()
    }

    fn add<T>(&mut self, mistake: &'static str) -> Option<T> {
        self.0.push(Error::invalid_input(mistake));
        None
    }

    /// One error for all of them.
    fn into_error(mut self) -> Error {
        if self.0.len() == 1
            && let Some(only) = self.0.pop()
        {
            return only;
        }
        let all: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        Error::invalid_input(format!("the client cannot be built: {}", all.join("; ")))
    }
}

/// Shows no key and no id.
impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("scheme", &self.scheme)
            .field("environment", &self.environment)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
