//! Both HTTP stacks, as the tests set them up: they trust only the authorities that are added. It judges nothing.
#![allow(dead_code, reason = "each folder of tests uses some of it")]

use core::future::Future;

use smileid_core::{BaseUrl, Config};
use smileid_http_async::ReqwestTransport;
use smileid_http_blocking::{HttpTransport, Roots, TransportOptions};
use smileid_sandbox::faults::FaultServer;

/// Options without any authority.
pub fn plain() -> TransportOptions {
    TransportOptions::new().with_roots(Roots::Added)
}

/// Options that trust the authority of a PEM text, if there is one.
pub fn trusting(ca_pem: Option<&str>) -> TransportOptions {
    ca_pem.map_or_else(plain, |pem| plain().with_ca_pem(pem).unwrap())
}

/// A configuration for a server that fails.
pub fn config(server: &FaultServer) -> Config {
    Config::new(server.credentials(), &BaseUrl::parse(&server.base_url()).unwrap().into())
}

pub fn blocking(options: &TransportOptions) -> HttpTransport {
    HttpTransport::with_options(options).unwrap()
}

pub fn asynchronous(options: &TransportOptions) -> ReqwestTransport {
    ReqwestTransport::with_options(options).unwrap()
}

pub fn on_tokio<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
