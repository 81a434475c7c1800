//! Where a library may be named: crypto crates in core's `signature`, HTTP libraries in the adapters. Test code, and
//! the packages outside `crates/`, may name any.

use super::Finding;
use super::lexer::{Kind, Token};
use super::tree::Tree;

const RULE: &str = "names";

/// Libraries, and the places under `crates/` whose product code may name them.
struct Confined {
    names: &'static [&'static str],
    places: &'static [&'static str],
}

const CONFINED: [Confined; 3] = [
    Confined {
        names: &["hmac", "sha1", "sha2", "sha3", "rsa", "digest", "subtle", "crypto_common", "crypto_bigint", "pkcs1"],
        // The sandbox signs as the service does, which takes the private half of a legacy key; a manifest tells a file's digest.
        places: &["smileid-core/src/signature/", "smileid-sandbox/src/legacy", "smileid-http/src/images/digest.rs"],
    },
    Confined {
        names: &["reqwest", "ureq", "ureq_proto", "isahc", "http", "http_body"],
        places: &["smileid-http-async/", "smileid-http-blocking/"],
    },
    Confined {
        names: &["hyper", "hyper_util", "axum", "tower", "rustls", "tokio", "tokio_rustls"],
        places: &[
            "smileid-http/",
            "smileid-http-async/",
            "smileid-http-blocking/",
            "smileid-sandbox/",
            "smileid-conformance/",
            "smileid-cli/",
        ],
    },
];

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for file in tree.rust() {
        let Some(place) = file.in_crate().and(file.path.strip_prefix("crates/")) else { continue };
        let tokens = file.product_tokens();
        for Confined { names, places } in &CONFINED {
            if places.iter().any(|allowed| place.starts_with(allowed)) {
                continue;
            }
            for token in crates_named(&tokens).filter(|token| names.contains(&token.text)) {
                let message = format!("`{}` is named only in {}", token.text, places.join(", "));
                findings.push(Finding::new(&file.path, token.line, RULE, message));
            }
        }
    }
}

/// The words that begin a path or a `use`: where a crate's name can stand.
fn crates_named<'t, 's>(tokens: &'t [Token<'s>]) -> impl Iterator<Item = &'t Token<'s>> {
    let before = |index: usize, back: usize| index.checked_sub(back).and_then(|index| tokens.get(index));
    tokens.iter().enumerate().filter_map(move |(index, token)| {
        let colon = |token: Option<&Token<'_>>| token.is_some_and(|token| token.is_mark(':'));
        let behind_path = colon(before(index, 1)) && colon(before(index, 2));
        let absolute = behind_path && !before(index, 3).is_some_and(|token| token.kind == Kind::Word);
        let leads_on = colon(tokens.get(index + 1)) && colon(tokens.get(index + 2));
        let used = before(index, 1).is_some_and(|token| token.is_word("use") || token.is_word("crate"));
        let starts = (!behind_path || absolute) && (leads_on || used);
        (token.kind == Kind::Word && starts).then_some(token)
    })
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::*;

    #[test]
    fn crypto_is_named_in_signature_only() {
        let text =
            "//! A.\nuse sha2::Sha256;\nfn a() -> ::hmac::Hmac<B> { rsa::c() }\nuse rsa as r;\nextern crate hmac;";
        let found_in = |path: &str| found(check, &[(path, text)]);
        assert_eq!(found_in("crates/smileid-core/src/credentials.rs").len(), 5);
        assert_eq!(found_in("crates/smileid-cli/src/sign.rs").len(), 5);
        assert!(found_in("crates/smileid-core/src/signature/hmac.rs").is_empty());
        assert!(found_in("crates/smileid-sandbox/src/legacy.rs").is_empty());
        assert!(found_in("tests/tests/vectors.rs").is_empty());
        assert!(found_in("crates/smileid-core/src/credentials_tests.rs").is_empty());
    }

    #[test]
    fn modules_fields_and_texts_of_the_same_name_are_free() {
        let text = "use crate::signature::hmac::Signer; use crate::signature::{hmac, Proof};
            fn a(hmac: u8) { self.hmac = hmac; \"sha2::Sha256\"; } // rsa::c()";
        assert!(found(check, &[("crates/smileid-core/src/session/mod.rs", text)]).is_empty());
    }

    #[test]
    fn http_libraries_are_named_in_the_adapters_only() {
        let text = "use reqwest::Client;";
        assert!(found(check, &[("crates/smileid-http-async/src/lib.rs", text)]).is_empty());
        let found_in_cli = found(check, &[("crates/smileid-cli/src/main.rs", text)]);
        let expected =
            "crates/smileid-cli/src/main.rs:1 `reqwest` is named only in smileid-http-async/, smileid-http-blocking/";
        assert_eq!(found_in_cli, [expected]);
        assert_eq!(found(check, &[("crates/smileid-core/src/client/mod.rs", "fn a() { tokio::spawn(b) }")]).len(), 1);
        assert!(found(check, &[("crates/smileid-sandbox/src/lib.rs", "use axum::Router;")]).is_empty());
    }
}
