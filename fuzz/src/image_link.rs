//! The body of target `image_link`: a link that is found safe means the same to the two parsers beneath the HTTP stacks, byte for byte.

use http::Uri;
use smileid_images::{ImagePolicy, MediaType};
use url::Url;

/// Takes the input for a link, and for an image. Returns how many of the policies accepted the link.
pub fn taken(data: &[u8]) -> usize {
    if let Some(kind) = MediaType::of(data) {
        assert!(MediaType::ALL.contains(&kind));
    }
    let Ok(link) = core::str::from_utf8(data) else { return 0 };
    let named = || ImagePolicy::new().with_host("cdn.example").expect("a good name was refused");
    let policies = [(named(), false), (named().allow_loopback(), true)];
    policies.iter().filter(|(policy, lax)| is_taken(policy, *lax, link)).count()
}

/// As the other targets have it.
pub fn run(data: &[u8]) {
    taken(data);
}

fn is_taken(policy: &ImagePolicy, lax: bool, link: &str) -> bool {
    let Ok(judged) = policy.link("selfie_image", link) else { return false };
    assert_eq!(judged.expose_url(), link);
    let url = Url::parse(link).expect("one parser refuses it");
    let uri: Uri = link.parse().expect("the other parser refuses it");
    let bare = |host: &str| host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    let hosts = [url.host_str(), uri.host()].map(|host| host.map(bare));
    assert_eq!(hosts, [Some(judged.host().to_owned()), Some(judged.host().to_owned())], "another host");
    assert!(url.username().is_empty() && url.password().is_none(), "a user");
    assert!(url.fragment().is_none(), "a fragment");
    let target = link.get(judged.origin().len()..).expect("no target");
    let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
    assert_eq!(format!("{}{query}", url.path()), target, "one parser changes it");
    assert_eq!(uri.path_and_query().map(http::uri::PathAndQuery::as_str), Some(target), "the other parser changes it");
    assert_eq!((url.port_or_known_default(), url.scheme()), (Some(port(&uri)), uri.scheme_str().unwrap_or_default()));
    let local = smileid_http::is_loopback(judged.host());
    assert!(!local || lax, "this machine");
    if !local {
        let vendors = judged.host().starts_with("smile-") && judged.host().ends_with(".amazonaws.com");
        assert!(vendors || judged.host() == "cdn.example", "a host that was not allowed");
        assert_eq!((url.scheme(), url.port()), ("https", None), "not https, or another port");
    }
    assert!(!format!("{judged:?}").contains(target) || target == "/", "shown");
    true
}

fn port(uri: &Uri) -> u16 {
    uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 })
}
