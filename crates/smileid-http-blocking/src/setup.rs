//! From our options to a ureq agent: every setting that ureq would take from its environment or features is made explicitly.

use alloc::sync::Arc;

use smileid_http::{Options, SetupError, USER_AGENT};
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::unversioned::transport::{ConnectProxyConnector, Connector as _, RustlsConnector};
use ureq::{Agent, Proxy};

use crate::dial::Dialer;
use crate::ends::Ends;

pub(crate) fn agent(options: &Options, dialer: &Dialer) -> Result<Agent, SetupError> {
    let proxy = options.proxy().map(|proxy| Proxy::new(proxy.expose_url())).transpose();
    let config = Agent::config_builder()
        .user_agent(USER_AGENT)
        // An empty text sends no such field; compression is asked for in the request itself.
        .accept_encoding("")
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(proxy.map_err(|_| SetupError::Library)?)
        .timeout_resolve(Some(options.connect_timeout()))
        .timeout_connect(Some(options.connect_timeout()))
        .max_response_header_size(options.max_head_bytes())
        .max_idle_connections(options.max_idle())
        .max_idle_connections_per_host(options.max_idle())
        .max_idle_age(options.idle_timeout())
        .tls_config(tls(options)?)
        .build();
    // ureq's own chain, with our dialer in the place of its own, and our word on how a connection ended.
    let socket = ().chain(ConnectProxyConnector::default()).chain(dialer.clone());
    let connector = socket.chain(RustlsConnector::default()).chain(Ends);
    Ok(Agent::with_parts(config, connector, dialer.clone()))
}

fn tls(options: &Options) -> Result<TlsConfig, SetupError> {
    let certificates = options.trusted_certificates()?;
    let roots: Vec<_> = certificates.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    Ok(TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::from(roots))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build())
}
