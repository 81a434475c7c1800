//! The form of an API key: what people paste in place of one. Nothing of the key is shown, not even how long it is, and no copy is made.

use smileid_core::credentials::{ApiKey, Credentials, PartnerId, Scheme};

use super::report::Report;

/// Shorter ones were cut off, or are no key: the shortest in use are twice as long.
const SHORTEST: usize = 16;

/// Longer ones are no key of the current scheme.
const LONGEST: usize = 256;

/// The shortest base64 of an RSA public key in use: 1024 bits in DER.
const SHORTEST_RSA: usize = 200;

/// Texts that stand where a key should.
const PLACEHOLDERS: [&str; 10] =
    ["api_key", "api-key", "apikey", "key", "secret", "test", "none", "null", "todo", "undefined"];

/// Words of a text that stands where a key should.
const PLACEHOLDER_WORDS: [&str; 5] = ["your", "change", "placeholder", "example", "xxxx"];

/// The key of a sandbox that was given none: the guides begin with it.
const SANDBOXS: &str = "sandbox-api-key";

/// Where a right one comes from.
const PORTAL: &str = "copy the key anew from the Smile ID portal";

/// A problem, and what to do about it.
type Problem = (&'static str, &'static str);

pub(super) fn examine(key: &str, scheme: Scheme, report: &mut Report) {
    match problem(key, scheme) {
        Some((message, fix)) => report.warn("key_form", message, fix),
        None => report.fine("key_form", "looks like a key of the scheme"),
    }
}

/// The first thing that is odd about a key.
fn problem(key: &str, scheme: Scheme) -> Option<Problem> {
    if key.chars().any(char::is_whitespace) {
        return Some(("holds white space, which counts as part of it", PORTAL));
    }
    if !key.is_ascii() {
        return Some(("holds a character beyond ASCII, as texts from formatted pages do", PORTAL));
    }
    if ['"', '\''].iter().any(|quote| key.starts_with(*quote) && key.ends_with(*quote)) {
        return Some(("stands in quotes, which count as part of it", "leave the quotes off"));
    }
    if key.contains("-----BEGIN") {
        return Some((
            "is PEM text",
            "the legacy scheme takes its base64, as the portal shows it, with --scheme sec-key",
        ));
    }
    if has(key, "api_key=") || has(key, "api_key:") {
        return Some(("holds a name beside the key", "give the key alone"));
    }
    if key.eq_ignore_ascii_case(SANDBOXS) {
        return Some((
            "is the local sandbox's own, which everyone has and no other service takes",
            "for any other service, copy the key from the Smile ID portal",
        ));
    }
    if is_placeholder(key) {
        return Some(("looks like a text that stands in place of a key", PORTAL));
    }
    let rsa = is_rsa(key) || suits_sec_key(key);
    if scheme == Scheme::SecKey {
        let problem =
            ("is no base64 of an RSA public key, which sec-key needs", "give --scheme hmac, if it is an API key");
        return (!rsa).then_some(problem);
    }
    if rsa {
        return Some((
            "looks like the public key of the legacy scheme: base64 of PEM or DER",
            "give --scheme sec-key, or the API key of the current scheme",
        ));
    }
    match key.len() {
        ..SHORTEST => Some(("is shorter than 16 characters: was it cut off?", PORTAL)),
        SHORTEST..=LONGEST => None,
        _ => Some(("is longer than 256 characters: is it something else?", PORTAL)),
    }
}

fn is_placeholder(key: &str) -> bool {
    let mut bytes = key.bytes();
    let first = bytes.next();
    PLACEHOLDERS.iter().any(|text| key.eq_ignore_ascii_case(text))
        || PLACEHOLDER_WORDS.iter().any(|word| has(key, word))
        || key.starts_with(['<', '$', '{', '%', '['])
        || bytes.all(|byte| Some(byte) == first)
}

/// Whether `part` stands in `key`, in letters of any case. No copy of the key is made.
fn has(key: &str, part: &str) -> bool {
    key.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

/// Base64 of an RSA public key in PEM or in DER, by how it begins.
fn is_rsa(key: &str) -> bool {
    key.len() >= SHORTEST_RSA && ["LS0tLS1CRUdJTi", "MIG", "MII"].iter().any(|start| key.starts_with(start))
}

/// Whether the legacy scheme can sign with the key, whatever layout its PEM has.
fn suits_sec_key(key: &str) -> bool {
    let credentials = PartnerId::new("1").and_then(|id| Ok(Credentials::new(id, ApiKey::new(key)?)));
    credentials.is_ok_and(|credentials| credentials.with_scheme(Scheme::SecKey).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A public key in PEM behind a line of text.
    const BEHIND_TEXT: &str = "QmFnIEF0dHJpYnV0ZXMKLS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUlHZk1BMEdDU3FHU0liM0RRRUJBUVVBQTRHTkFEQ0JpUUtCZ1FEUW\
                               lsNFhVUjdVQUxBR0ZyYjFhSlZ5RG9tWgpxeFBkWThjMEpDMUtGWGUzVG1TME9NMXBHQ2pIbGZBK1dCTmF6QVY4RU5NK1lFdzdZcXBrWTM4MmV2\
                               bEhYbU1oCmhmRThkNVZrTzNsZ0JLaE9zSHI2U2dUbWN2USt2YWM4UUZGQmxWMTM1WlNIbFdlNldLeHE4M2UrejRTcWhtMy8KWDZURnN2YnhwMV\
                               BsMzFGbzV3SURBUUFCCi0tLS0tRU5EIFBVQkxJQyBLRVktLS0tLQo=";

    #[test]
    fn what_people_paste_in_place_of_a_key_is_told_apart() {
        let der = format!("MIGfMA0{}", "A".repeat(210));
        let pem = format!("LS0tLS1CRUdJTi{}", "B".repeat(300));
        for (key, scheme, told) in [
            ("9f8e7d6c-5b4a-3928-1706-f5e4d3c2b1a0", Scheme::Hmac, None),
            ("0123456789abcdef", Scheme::Hmac, None),
            (&der, Scheme::SecKey, None),
            (&pem, Scheme::SecKey, None),
            (&der, Scheme::Hmac, Some("legacy scheme")),
            (&pem, Scheme::Hmac, Some("legacy scheme")),
            (BEHIND_TEXT, Scheme::SecKey, None),
            (BEHIND_TEXT, Scheme::Hmac, Some("legacy scheme")),
            ("9f8e7d6c-5b4a-3928-1706-f5e4d3c2b1a0", Scheme::SecKey, Some("no base64 of an RSA")),
            ("0123456789 abcdef", Scheme::Hmac, Some("white space")),
            ("0123456789abcdef ", Scheme::Hmac, Some("white space")),
            ("0123456789\u{a0}abcdef", Scheme::Hmac, Some("white space")),
            ("0123456789\u{200b}abcdef", Scheme::Hmac, Some("beyond ASCII")),
            ("\"0123456789abcdef\"", Scheme::Hmac, Some("quotes")),
            ("'0123456789abcdef'", Scheme::Hmac, Some("quotes")),
            ("-----BEGIN", Scheme::SecKey, Some("PEM")),
            ("SMILEID_API_KEY=0123456789abcdef", Scheme::Hmac, Some("a name beside")),
            (SANDBOXS, Scheme::Hmac, Some("local sandbox's own")),
            ("YOUR_API_KEY", Scheme::Hmac, Some("in place of")),
            ("<the key from the portal>", Scheme::Hmac, Some("white space")),
            ("<key-from-the-portal>", Scheme::Hmac, Some("in place of")),
            ("${SMILE_KEY_OF_OURS}", Scheme::Hmac, Some("in place of")),
            ("ApiKey", Scheme::Hmac, Some("in place of")),
            ("0000000000000000000", Scheme::Hmac, Some("in place of")),
            ("my-example-api-key-1", Scheme::Hmac, Some("in place of")),
            ("0123456789abcde", Scheme::Hmac, Some("shorter")),
            (&"0123456789".repeat(26), Scheme::Hmac, Some("longer")),
        ] {
            let found = problem(key, scheme);
            assert_eq!(found.is_some(), told.is_some(), "{key} {found:?}");
            assert!(found.is_none_or(|(message, _)| message.contains(told.unwrap_or_default())), "{key} {found:?}");
        }
    }

    #[test]
    fn the_sandboxs_key_is_known() {
        let sandbox = smileid_sandbox::Sandbox::builder().start().unwrap();
        assert_eq!(sandbox.credentials().api_key().expose(), SANDBOXS);
    }
}
