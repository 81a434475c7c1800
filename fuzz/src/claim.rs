//! The body of target `claim`: a proof holds if and only if it is the signature of its own timestamp, or the one legacy pair there is.

use smileid_core::credentials::{ApiKey, Credentials, PartnerId};
use smileid_core::signature::{Claim, HmacKey, ProofField, ProofKind, Signer};

/// Base64 of the DER of a test's public key, and the pair that its private half made over one timestamp.
const LEGACY_KEY: &str = include_str!("legacy-key.txt");
const LEGACY_AT: &str = "1791115200000";
const LEGACY_PAIR: &str = include_str!("../../crates/smileid-core/src/signature/vectors/reply-pair-1024.txt");

/// Takes the first line for a timestamp and the rest for a proof; an empty rest stands for the right one.
pub fn run(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let (timestamp, proof) = text.split_once('\n').unwrap_or((text, ""));
    let (Ok(partner), Ok(key), Ok(legacy)) =
        (PartnerId::new("023"), ApiKey::new("key"), ApiKey::new(LEGACY_KEY.trim()))
    else {
        return;
    };
    let right = HmacKey::new(&key).sign(timestamp, &partner);
    let proof = if proof.is_empty() { right.as_str() } else { proof };
    let signer = Signer::new(&Credentials::new(partner, key).with_previous_api_key(legacy));
    let claim = Claim { timestamp: ProofField::Text(timestamp), proof: ProofField::Text(proof) };
    let held = claim.classify(&signer).ok().map(|proof| proof.kind());
    // The hash beside the number may be written in capitals; the number may not.
    let same_pair = |a: &str, b: &str| match (a.split_once('|'), b.split_once('|')) {
        (Some((number, hash)), Some((other, other_hash))) => number == other && hash.eq_ignore_ascii_case(other_hash),
        _ => false,
    };
    let expected = if proof == right.as_str() {
        Some(ProofKind::Hmac)
    } else if timestamp == LEGACY_AT && same_pair(proof, LEGACY_PAIR.trim()) {
        Some(ProofKind::SecKey)
    } else {
        None
    };
    assert_eq!(held, expected, "a wrong proof holds, or a right one does not");
}
