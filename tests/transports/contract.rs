//! The contract of a transport, tried on each of ours; and the trial itself, tried on transports that break it.

use core::time::Duration;

use own_stack::Plain;
use smileid_conformance::{check, check_async, check_tls, check_tls_async, rules};
use smileid_core::{Clock, Moment, Request, Response, Transport, TransportError, TransportErrorKind as Kind};
use smileid_http_blocking::Compression;

use crate::stacks::{asynchronous, blocking, on_tokio, plain, trusting};

#[test]
fn the_blocking_transport_keeps_the_contract() {
    check(&blocking(&plain())).unwrap();
    check_tls(|pem| blocking(&trusting(Some(pem)))).unwrap();
}

#[test]
fn the_blocking_transport_keeps_it_with_compression() {
    check(&blocking(&plain().with_compression(Compression::Gzip))).unwrap();
}

#[test]
fn the_async_transport_keeps_the_contract() {
    on_tokio(async {
        check_async(&asynchronous(&plain())).await.unwrap();
        check_tls_async(|pem| asynchronous(&trusting(Some(pem)))).await.unwrap();
    });
}

#[test]
fn the_async_transport_keeps_it_with_compression() {
    let transport = asynchronous(&plain().with_compression(Compression::Gzip));
    on_tokio(async { check_async(&transport).await.unwrap() });
}

#[test]
fn the_example_keeps_the_contract() {
    check(&Plain::new()).unwrap();
}

#[test]
fn every_rule_has_a_unique_name_and_a_promise() {
    let mut names: Vec<_> = rules().map(|(name, _)| name).collect();
    assert!(rules().all(|(_, promise)| !promise.is_empty()) && names.len() > 60, "{}", names.len());
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), rules().count());
}

/// The example with one thing about it changed.
struct Changed(fn(&Plain, &Request) -> Result<Response, TransportError>);

impl Clock for Changed {
    fn now(&self) -> Moment {
        Plain::new().now()
    }
}

impl Transport for Changed {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        (self.0)(&Plain::new(), request)
    }

    fn sleep(&self, _: Duration) -> Result<(), TransportError> {
        Ok(())
    }
}

#[test]
fn what_breaks_the_contract_is_told_rule_by_rule() {
    type Case = (&'static [&'static str], fn(&Plain, &Request) -> Result<Response, TransportError>);
    let cases: [Case; 6] = [
        (&["sleep"], |plain, request| plain.send(request)),
        (&["status_404", "status_500", "redirect_307_other_host"], |plain, request| match plain.send(request)? {
            reply if reply.status < 300 => Ok(reply),
            _ => Err(TransportError::new(Kind::Other)),
        }),
        (&["cut_in_head", "closed_in_body"], |plain, request| plain.send(request).or_else(|_| plain.send(request))),
        (&["repeated_fields"], |plain, request| {
            let reply = plain.send(request)?;
            let first = reply.headers.first("retry-after").map(str::to_owned);
            let plain = Response::new(reply.status, reply.body);
            Ok(first.iter().fold(plain, |reply, value| reply.with_header("retry-after", value)))
        }),
        (&["past_the_cap", "large_body"], |plain, request| {
            let mut roomy = request.clone();
            roomy.max_response_bytes = usize::MAX;
            // So that the endless body ends.
            roomy.timeout = roomy.timeout.min(Duration::from_millis(500));
            plain.send(&roomy)
        }),
        (&["sends_as_is"], |plain, request| {
            let mut changed = request.clone();
            changed.headers.append("Cookie", "a=b");
            plain.send(&changed)
        }),
    ];
    std::thread::scope(|scope| {
        for (broken, send) in cases {
            scope.spawn(move || {
                let violations = check(&Changed(send)).unwrap_err();
                let summary = violations.to_string();
                for rule in broken {
                    assert!(
                        violations.rules().any(|name| name == *rule) && summary.contains(rule),
                        "{rule}: {summary}"
                    );
                }
                // The wrapper's sleep is none, whatever else it does.
                assert!(
                    violations.rules().any(|name| name == "sleep") && !violations.rules().any(|name| name == "refused")
                );
            });
        }
    });
}
