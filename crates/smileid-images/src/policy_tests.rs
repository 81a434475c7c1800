//! What the policy allows of hosts, addresses, proxies and time.

use smileid_core::TransportErrorKind;

use super::*;
use smileid_http::{Cause, Proxy};

const VENDORS: &str = "https://smile-fr-results.s3.us-west-2.amazonaws.com/a/b.jpg?X-Amz-Signature=canary";

fn problem(policy: &ImagePolicy, link: &str) -> Option<ImageProblem> {
    policy.link("selfie_image", link).err().map(|error| error.problem())
}

#[test]
fn hosts_are_the_vendors_and_those_that_were_named() {
    let default = ImagePolicy::new();
    let named = ImagePolicy::new().with_host("cdn.example").unwrap();
    let only = ImagePolicy::new().with_hosts(ImageHosts::none().with("cdn.example").unwrap());
    for (link, outcomes) in [
        (VENDORS, [true, true, false]),
        ("https://cdn.example/a", [false, true, true]),
        ("https://cdn.example.evil.example/a", [false; 3]),
        ("https://smile-fr-results.s3.us-west-2.amazonaws.com.evil.example/a", [false; 3]),
    ] {
        for (policy, good) in [&default, &named, &only].into_iter().zip(outcomes) {
            let expected = (!good).then_some(ImageProblem::Host);
            assert_eq!(problem(policy, link), expected, "{link}");
        }
    }
    let error = default.link("k", "https://evil.example/canary?canary").unwrap_err();
    assert!(error.to_string().ends_with("(evil.example)"), "{error}");
    // A link that a laxer policy found good is not fetched by a stricter one.
    let link = named.link("k", "https://cdn.example/a").unwrap();
    assert_eq!(default.request(&link, Duration::ZERO).unwrap_err().problem(), ImageProblem::Host);
}

#[test]
fn loopback_is_allowed_only_for_loopback() {
    let (default, lax) = (ImagePolicy::new(), ImagePolicy::new().allow_loopback());
    assert_eq!(problem(&lax, "https://127.0.0.1:8443/a"), None);
    assert!(problem(&default, "https://127.0.0.1:8443/a").is_some());
    assert_eq!(problem(&lax, "https://evil.example/a"), Some(ImageProblem::Host));
    for (host, address, by_default, by_lax) in [
        ("127.0.0.1", "127.0.0.1", false, true),
        ("localhost", "::1", false, true),
        ("localhost", "10.0.0.1", false, false),
        ("localhost", "::ffff:127.0.0.1", false, false),
        ("smile-x.s3.amazonaws.com", "127.0.0.1", false, false),
        ("smile-x.s3.amazonaws.com", "::1", false, false),
        ("smile-x.s3.amazonaws.com", "169.254.169.254", false, false),
        ("smile-x.s3.amazonaws.com", "52.92.128.1", true, true),
    ] {
        let address = address.parse().unwrap();
        assert_eq!(
            (default.permits(host, address), lax.permits(host, address)),
            (by_default, by_lax),
            "{host} {address}"
        );
    }
}

#[test]
fn a_proxy_must_be_trusted() {
    let through = TransportOptions::new().with_proxy(Proxy::parse("http://p:1").unwrap());
    assert_eq!(ImagePolicy::new().sees_addresses(&TransportOptions::new()), Ok(true));
    assert_eq!(ImagePolicy::new().sees_addresses(&through), Err(SetupError::ProxyNotTrusted));
    assert_eq!(ImagePolicy::new().trust_proxy().sees_addresses(&through), Ok(false));
}

#[test]
fn an_image_gets_its_own_time_or_what_is_left_for_all() {
    let policy = ImagePolicy::new()
        .with_image_timeout(Duration::from_secs(5))
        .with_deadline(Duration::from_secs(8))
        .with_max_bytes(9);
    let link = policy.link("k", VENDORS).unwrap();
    let asked = |spent| policy.request(&link, Duration::from_secs(spent));
    for (spent, left) in [(0, 5), (3, 5), (4, 4), (7, 1)] {
        let request = asked(spent).unwrap();
        assert_eq!((request.timeout.as_secs(), request.max_response_bytes, request.url.as_str()), (left, 9, VENDORS));
        assert!(request.headers.is_empty() && request.body.is_empty());
        assert!(!format!("{request:?}").contains("canary"), "{request:?}");
        let timed_out = Err(TransportError::new(TransportErrorKind::Timeout));
        let output = policy.judge(&link, &request, timed_out, Moment::new(0, Duration::ZERO)).unwrap_err();
        let expected = if left < 5 { "deadline" } else { "transport" };
        assert_eq!(output.kind().as_str(), expected, "{spent}");
    }
    for spent in [8, 9, u64::MAX] {
        assert_eq!(asked(spent).unwrap_err().problem(), ImageProblem::Deadline);
    }
}

#[test]
fn errors_of_a_reply_name_the_host_and_nothing_else_of_the_link() {
    let policy = ImagePolicy::new();
    let link = policy.link("k", VENDORS).unwrap();
    let request = policy.request(&link, Duration::ZERO).unwrap();
    for outcome in [
        Ok(Response::new(403, b"<Error>canary</Error>".to_vec())),
        Ok(Response::new(302, Vec::new()).with_header("location", "https://evil.example/canary")),
        Err(Cause::WrongHost.of(TransportErrorKind::Tls)),
        Err(Cause::PrivateAddress.of(TransportErrorKind::Other)),
    ] {
        let error = policy.judge(&link, &request, outcome, Moment::new(0, Duration::ZERO)).unwrap_err();
        let output = format!("{error} {error:?}");
        assert!(output.contains(link.host()) && !output.contains("canary") && !output.contains("evil"), "{output}");
    }
}
