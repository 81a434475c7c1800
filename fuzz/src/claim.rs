//! The body of target `claim`: a proof holds if and only if it is the signature of the timestamp beside it, or the one legacy pair there is.

use core::time::Duration;
use std::sync::LazyLock;

use smileid_core::{
    ApiKey, Credentials, Freshness, HeaderPair, HmacKey, Moment, NotProven, PartnerId, ProofClaim, ProofField,
    ProofKind, Replay, Signer, Timestamp,
};

/// Base64 of the DER of a test's public key, and the pair that its private half made over one timestamp.
const LEGACY_KEY: &str = include_str!("legacy-key.txt");
const LEGACY_AT: &str = "1791115200000";
const LEGACY_PAIR: &str = include_str!("../../crates/smileid-core/src/signature/vectors/reply-pair-1024.txt");

// The keys are prepared once, not for each input.
static RIGHT: LazyLock<HmacKey> = LazyLock::new(|| HmacKey::new(&api_key("key")));
static SIGNER: LazyLock<Signer> = LazyLock::new(|| {
    let partner = PartnerId::new("023").expect("an id");
    Signer::new(&Credentials::new(partner, api_key("key")).with_previous_api_key(api_key(LEGACY_KEY.trim())))
});

fn api_key(text: &str) -> ApiKey {
    ApiKey::new(text).expect("a key")
}

/// Takes the first line for a timestamp and the rest for a proof; an empty rest means the right one.
pub fn run(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let (timestamp, proof) = text.split_once('\n').unwrap_or((text, ""));
    let signer = &*SIGNER;
    let right = RIGHT.sign(timestamp, signer.partner_id());
    let proof = if proof.is_empty() { right.as_str() } else { proof };
    let claim = ProofClaim { timestamp: ProofField::Text(timestamp), proof: ProofField::Text(proof) };
    let held = claim.classify(signer).ok().map(|proof| proof.kind());
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
    pair_of_headers(timestamp, proof, signer, held);
    pair_for_sending(timestamp, signer);
}

/// The pair proves the same in the headers, and nothing if it is split between the two places.
fn pair_of_headers(timestamp: &str, proof: &str, signer: &Signer, held: Option<ProofKind>) {
    let (none, text) = (ProofField::Missing, ProofField::Text);
    let joined = |body: [ProofField<'_>; 2], headers: [Option<&str>; 2]| {
        let [timestamp, proof] = body;
        ProofClaim { timestamp, proof }
            .with_headers(HeaderPair::new(headers[0], headers[1]))
            .and_then(|claim| claim.classify(signer))
            .map(|proof| proof.kind())
    };
    let whole = [Some(timestamp), Some(proof)];
    for body in [[none, none], [text(timestamp), none], [none, text(proof)], [text(timestamp), text(proof)]] {
        assert_eq!(joined(body, whole).ok(), held, "another proof in the headers");
    }
    assert_eq!(joined([text(timestamp), none], [None, Some(proof)]).err(), Some(NotProven::SplitPair));
    assert_eq!(joined([none, text(proof)], [Some(timestamp), None]).err(), Some(NotProven::SplitPair));
    let other = format!("{timestamp}0");
    assert_eq!(joined([text(&other), text(proof)], whole).err(), Some(NotProven::PairsDiffer));
    let other = format!("{proof}0");
    assert_eq!(joined([text(timestamp), text(&other)], whole).err(), Some(NotProven::PairsDiffer));
}

/// What is signed to be sent, at any time, is never taken for a request that came back.
fn pair_for_sending(timestamp: &str, signer: &Signer) {
    let Ok(time) = Timestamp::parse(timestamp) else { return };
    let now = Moment::new(time.unix_millis(), Duration::ZERO);
    let sent = signer.authorize(now);
    let claim =
        ProofClaim { timestamp: ProofField::Text(sent.timestamp().as_str()), proof: ProofField::Text(sent.value()) };
    let Ok(proof) = claim.classify(signer) else { return };
    assert!(!matches!(proof.admit(now, Freshness::DEFAULT), Err(Replay::Reflected)), "looks like a request");
}
