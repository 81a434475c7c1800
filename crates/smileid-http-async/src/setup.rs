//! From our options to a reqwest client: every setting that another crate's features could change is made explicitly.

use reqwest::{Client, NoProxy, redirect, retry};
use smileid_http::{Options, SetupError, USER_AGENT};

use crate::resolver::Resolver;

/// Hosts that are never reached through a proxy.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

pub(crate) fn client(options: &Options) -> Result<Client, SetupError> {
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
        .http1_max_headers(Options::MAX_HEADERS)
        .connect_timeout(options.connect_timeout())
        .pool_max_idle_per_host(options.max_idle())
        .pool_idle_timeout(options.idle_timeout())
        .tls_backend_preconfigured(options.tls_config()?);
    if let Some(proxy) = options.proxy() {
        let proxy = reqwest::Proxy::all(proxy.expose_url()).map_err(|_| SetupError::Library)?;
        builder = builder.proxy(proxy.no_proxy(NoProxy::from_string(LOOPBACK)));
    }
    if let Some(rule) = options.address_rule() {
        builder = builder.dns_resolver(Resolver::new(rule.clone()));
    }
    builder.build().map_err(|_| SetupError::Library)
}
