//! The key: whether it is there, suits the scheme, and looks like a key rather than what people paste by mistake. Nothing of it is
//! shown, not even its length, and no copy is made.

use smileid_core::{ApiKey, Credentials, PartnerId, Scheme};

use super::report::Report;
use crate::config::{Configured, Source};
use crate::failure::{Failure, Kind};

/// Shorter keys were cut off: the shortest in use are twice as long.
const SHORTEST: usize = 16;

/// Longer texts are not keys of the current scheme.
const LONGEST: usize = 256;

/// The shortest base64 of an RSA public key in use: 1024 bits in DER.
const SHORTEST_RSA: usize = 200;

/// Whole texts that are placeholders.
const PLACEHOLDERS: [&str; 10] =
    ["api_key", "api-key", "apikey", "key", "secret", "test", "none", "null", "todo", "undefined"];

/// Parts of texts that are placeholders.
const PLACEHOLDER_WORDS: [&str; 5] = ["your", "change", "placeholder", "example", "xxxx"];

/// The sandbox's default key, which the guides use.
const SANDBOXS: &str = "sandbox-api-key";

/// Where to get the right key.
const PORTAL: &str = "copy the key anew from the Smile ID portal";

/// What no check without a request can show.
pub(super) const V3_TOKENS: &str =
    "a key that works for v1 may not work for v3, which needs the portal's API key and a partner id without zeros";

/// A problem, and what to do about it.
type Problem = (&'static str, &'static str);

/// Checks that the key is there, suits the scheme, looks like a key, and is for its owner only.
pub(super) fn examine(configured: &Configured<'_>, report: &mut Report) {
    let key = configured.api_key().and_then(|key| key.ok_or_else(Configured::no_key));
    let key = match key {
        Ok(key) => key,
        Err(failure) if failure.kind() == Kind::InvalidInput => {
            return report.fail("key", failure, "write only the key into its file: printf %s KEY > FILE");
        }
        Err(failure) => return report.fail("key", failure, PORTAL),
    };
    let odd = problem(key.expose(), configured.scheme());
    let partner_id = match configured.partner_id() {
        Ok(Some(id)) => Ok(id),
        // Reported by its own check.
        _ => PartnerId::new("1").map_err(Failure::from),
    };
    let suits = partner_id.and_then(|id| configured.with_key(id, key));
    let exposed = configured.key_source().ok().flatten().as_ref().and_then(exposed);
    match (suits, odd, exposed) {
        (Err(failure), odd, _) => report.fail("key", failure, odd.map_or(PORTAL, |(_, fix)| fix)),
        (Ok(_), Some((message, fix)), _) => report.warn("key", message, fix),
        (Ok(_), None, Some(message)) => report.warn("key", &message, "chmod 600 FILE"),
        (Ok(_), None, None) => report.fine("key", "looks like a key of the scheme"),
    }
}

/// A key file that its group or others can read or write.
#[cfg(unix)]
fn exposed(source: &Source) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let Source::File { path, .. } = source else { return None };
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o066 != 0)
        .then(|| format!("{} can be read by others (mode {mode:03o}), who can then sign as you", path.display()))
}

#[cfg(not(unix))]
fn exposed(_: &Source) -> Option<String> {
    None
}

/// The first thing that is odd about a key.
fn problem(key: &str, scheme: Scheme) -> Option<Problem> {
    if key.chars().any(char::is_whitespace) {
        return Some(("contains white space, which counts as part of it", PORTAL));
    }
    if !key.is_ascii() {
        return Some(("contains a character beyond ASCII, as text from formatted pages does", PORTAL));
    }
    if ['"', '\''].iter().any(|quote| key.starts_with(*quote) && key.ends_with(*quote)) {
        return Some(("is in quotes, which count as part of it", "leave the quotes off"));
    }
    if key.contains("-----BEGIN") {
        return Some((
            "is PEM text",
            "the legacy scheme accepts its base64, as the portal shows it, with --scheme sec-key",
        ));
    }
    if has(key, "api_key=") || has(key, "api_key:") {
        return Some(("contains a name beside the key", "give only the key"));
    }
    if key.eq_ignore_ascii_case(SANDBOXS) {
        return Some((
            "is the local sandbox's own, which is public and which no other service accepts",
            "for any other service, copy the key from the Smile ID portal",
        ));
    }
    if is_placeholder(key) {
        return Some(("looks like a placeholder in place of a key", PORTAL));
    }
    let rsa = is_rsa(key) || suits_sec_key(key);
    if scheme == Scheme::SecKey {
        let problem =
            ("is not the base64 of an RSA public key, which sec-key needs", "give --scheme hmac, if it is an API key");
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

/// Reports whether `key` contains `part`, in any case. No copy of the key is made.
fn has(key: &str, part: &str) -> bool {
    key.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

/// Recognises base64 of an RSA public key, in PEM or DER, by its first characters.
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
    fn mistakes_in_pasting_a_key_are_recognised() {
        let der = format!("MIGfMA0{}", "A".repeat(210));
        let pem = format!("LS0tLS1CRUdJTi{}", "B".repeat(300));
        for (key, scheme, expected) in [
            ("9f8e7d6c-5b4a-3928-1706-f5e4d3c2b1a0", Scheme::Hmac, None),
            ("0123456789abcdef", Scheme::Hmac, None),
            (&der, Scheme::SecKey, None),
            (&pem, Scheme::SecKey, None),
            (&der, Scheme::Hmac, Some("legacy scheme")),
            (&pem, Scheme::Hmac, Some("legacy scheme")),
            (BEHIND_TEXT, Scheme::SecKey, None),
            (BEHIND_TEXT, Scheme::Hmac, Some("legacy scheme")),
            ("9f8e7d6c-5b4a-3928-1706-f5e4d3c2b1a0", Scheme::SecKey, Some("not the base64 of an RSA")),
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
            assert_eq!(found.is_some(), expected.is_some(), "{key} {found:?}");
            assert!(found.is_none_or(|(message, _)| message.contains(expected.unwrap_or_default())), "{key} {found:?}");
        }
    }

    #[test]
    fn default_sandbox_key_is_known() {
        let sandbox = smileid_sandbox::Sandbox::builder().start().unwrap();
        assert_eq!(sandbox.credentials().api_key().expose(), SANDBOXS);
    }
}
