//! Links that are found safe, over random ones: each means the same to the two URL parsers beneath the HTTP stacks. The property is the
//! fuzz target's; here links are put together from the pieces that attacks are made of.

use proptest::prelude::*;

#[path = "../../fuzz/src/image_link.rs"]
mod image_link;

const SCHEMES: &[&str] =
    &["https://", "https://", "https://", "https://", "http://", "HTTPS://", "https:/", "https:\\\\", "//", ""];
const HOSTS: &[&str] = &[
    "cdn.example",
    "cdn.example",
    "CDN.Example",
    "smile-fr-results.s3.us-west-2.amazonaws.com",
    "smile-x.s3-eu-west-1.amazonaws.com",
    "smile-x.s3.amazonaws.com",
    "127.0.0.1",
    "[::1]",
    "localhost",
    "127.1",
    "0x7f.1",
    "2130706433",
    "169.254.169.254",
    "[::ffff:127.0.0.1]",
    "evil.example",
    "cdn.example.",
    "cdn.example.evil.example",
    "cdn%2eexample",
    "c\u{ad}dn.example",
    "cdn\u{3002}example",
    "xn--cdn.example",
];
const PIECES: &[&str] = &[
    "/", "a", "B9", "-._~", "!$&()*+,;=", "@", ":", "'", "%20", "%2F", "%2e", "%00", "%", "..", "/../", "/./", "//",
    "?", "?", "&x=", "#", "\\", " ", "\t", "\n", "\u{e9}", "[", "]", "{", "|", "^", "`", "\"", "<", ":443", ":8443",
    "@cdn.example", "@127.0.0.1",
];

fn piece(of: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(of)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_taken_means_the_same_to_every_parser(
        scheme in piece(SCHEMES), host in piece(HOSTS), rest in prop::collection::vec(piece(PIECES), 0..6),
    ) {
        image_link::run(format!("{scheme}{host}{}", rest.concat()).as_bytes());
    }

    #[test]
    fn honest_links_are_taken(host in "smile-[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", path in "[A-Za-z0-9._~-]{0,20}[A-Za-z0-9]", query in "[A-Za-z0-9=&%2F.-]{0,40}") {
        let query = query.replace('%', "%2F");
        let link = format!("https://{host}.s3.us-west-2.amazonaws.com/{path}?{query}");
        prop_assert_eq!(image_link::taken(link.as_bytes()), 2, "{}", link);
    }

    #[test]
    fn no_other_host_is_taken(host in "[a-z0-9.@:\\[\\]%_-]{1,40}") {
        let link = format!("https://{host}/a");
        if !host.contains("cdn.example") && !host.starts_with("smile-") {
            let expected = usize::from(["127.", "localhost", "[::1]"].iter().any(|own| host.starts_with(own)));
            prop_assert!(image_link::taken(link.as_bytes()) <= expected, "{}", link);
        }
    }
}
