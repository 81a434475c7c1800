//! The shape of the legacy pair, `base64 | 64 hex`. Verifying it needs the partner's public key and happens elsewhere.

use alloc::vec::Vec;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A text in the shape of the legacy pair.
pub(super) struct LegacyPair<'t> {
    /// What the service made with the private key.
    #[cfg_attr(
        not(feature = "sec-key"),
        expect(dead_code, reason = "without the feature only the shape is recognised")
    )]
    pub(super) sealed: Vec<u8>,
    /// The hash in the clear, 64 hexadecimal digits.
    #[cfg_attr(
        not(feature = "sec-key"),
        expect(dead_code, reason = "without the feature only the shape is recognised")
    )]
    pub(super) hash: &'t str,
}

impl<'t> LegacyPair<'t> {
    /// The longest left half that is read: base64 of 8,192 bits. Keys in use have 1,024 or 2,048.
    const MAX_LEN: usize = 1368;

    pub(super) fn read(text: &'t str) -> Option<Self> {
        let (sealed, hash) = text.split_once('|')?;
        let hex = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        if !hex || sealed.is_empty() || sealed.len() > Self::MAX_LEN {
            return None;
        }
        Some(Self { sealed: STANDARD.decode(sealed).ok()?, hash })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_is_strict() {
        let hash = "6f3dec6d6fad3cfe36fb62b38a185de1cd53088291082d6f20fddbf5ea0e4a0f";
        assert!(LegacyPair::read(&alloc::format!("AAAA|{hash}")).is_some());
        assert!(LegacyPair::read(&alloc::format!("{}|{hash}", "A".repeat(1368))).is_some(), "8,192 bits");
        let long = "A".repeat(1372);
        for left in ["", "AAA", "AAA_", "AAB=", "AAAA|", " AAAA", &long] {
            assert!(LegacyPair::read(&alloc::format!("{left}|{hash}")).is_none(), "{left}");
        }
        for right in ["", &hash[1..], &hash.replace('6', "g")] {
            assert!(LegacyPair::read(&alloc::format!("AAAA|{right}")).is_none(), "{right}");
        }
    }
}
