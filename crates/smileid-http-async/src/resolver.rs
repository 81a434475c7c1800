//! Looks up names, and lets none through that has an address which a rule does not permit. A host that is written as an address is not
//! looked up: the code that makes the request judges it.

use core::net::SocketAddr;
use std::net::ToSocketAddrs;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use smileid_http::{AddressRule, Cause};

/// A resolver that asks a rule. reqwest connects to the very addresses it returns: nothing is looked up a second time.
#[derive(Debug)]
pub(crate) struct Resolver(AddressRule);

impl Resolver {
    pub(crate) fn new(rule: AddressRule) -> Self {
        Self(rule)
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let rule = self.0.clone();
        Box::pin(async move {
            let host = name.as_str().to_owned();
            // The port is the one that the link names; the system is asked only for addresses.
            let looked_up = tokio::task::spawn_blocking(move || {
                let found = (host.as_str(), 0).to_socket_addrs()?;
                std::io::Result::Ok((found.collect::<Vec<SocketAddr>>(), host))
            });
            let (found, host) = looked_up.await??;
            if !found.iter().all(|address| rule.permits(&host, address.ip())) {
                return Err(Cause::PrivateAddress.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use core::error::Error as _;
    use core::time::Duration;
    use std::net::TcpListener;

    use smileid_core::{AsyncTransport as _, Request, TransportErrorKind as Kind};
    use smileid_http::{Roots, TransportOptions};

    use super::*;
    use crate::ReqwestTransport;

    #[test]
    fn a_host_is_not_connected_to_at_an_address_that_the_rule_does_not_permit() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let url = format!("https://localhost:{port}/canary");
        let options = TransportOptions::new().with_roots(Roots::Added);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let send = |loopback: bool| {
            let rule = AddressRule::new(move |host, address| host == "localhost" && address.is_loopback() == loopback);
            let transport = ReqwestTransport::with_options(&options.clone().with_address_rule(rule)).unwrap();
            let request = Request::get_image(url.clone(), Duration::from_secs(30), 9);
            runtime.block_on(transport.send(&request)).unwrap_err()
        };
        let refused = send(false);
        assert_eq!(refused.source().and_then(|e| e.downcast_ref()), Some(&Cause::PrivateAddress), "{refused:?}");
        listener.set_nonblocking(true).unwrap();
        assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
        // Where it is permitted the same request gets as far as a host that speaks no TLS.
        let shut = std::thread::spawn(move || {
            listener.set_nonblocking(false).unwrap();
            drop(listener.accept().unwrap());
        });
        assert_ne!(send(true).kind(), Kind::Other);
        shut.join().unwrap();
    }
}
