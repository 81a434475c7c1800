//! From our options to a reqwest client: every setting that another crate's features could change is made explicitly.

use reqwest::{Client, Url, redirect, retry};
use smileid_http::{SetupError, TransportOptions, USER_AGENT, is_loopback};

use crate::resolver::Resolver;

pub(crate) fn client(options: &TransportOptions) -> Result<Client, SetupError> {
    let mut builder = Client::builder()
        .user_agent(USER_AGENT)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .no_proxy()
        // The system's resolver, which this one would replace.
        .no_hickory_dns()
        .http1_only()
        .http1_max_headers(TransportOptions::MAX_HEADERS)
        .connect_timeout(options.connect_timeout())
        .pool_max_idle_per_host(options.max_idle())
        .pool_idle_timeout(options.idle_timeout())
        .tls_backend_preconfigured(options.tls_config()?);
    if let Some(proxy) = options.proxy() {
        let proxy = Url::parse(proxy.expose_url()).map_err(|_| SetupError::Library)?;
        builder = builder.proxy(reqwest::Proxy::custom(move |target| {
            (!target.host_str().is_some_and(is_loopback)).then(|| proxy.clone())
        }));
    }
    if let Some(rule) = options.address_rule() {
        builder = builder.dns_resolver(Resolver::new(rule.clone()));
    }
    builder.build().map_err(|_| SetupError::Library)
}
