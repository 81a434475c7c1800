//! The body of target `claim`: a proof holds if and only if it is the signature of its own timestamp.

use smileid_core::credentials::{ApiKey, Credentials, PartnerId};
use smileid_core::signature::{Claim, HmacKey, ProofField, Signer};

/// Takes the first line for a timestamp and the rest for a proof; an empty rest stands for the right one.
pub fn run(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let (timestamp, proof) = text.split_once('\n').unwrap_or((text, ""));
    let (Ok(partner), Ok(key)) = (PartnerId::new("023"), ApiKey::new("key")) else { return };
    let right = HmacKey::new(&key).sign(timestamp, &partner);
    let proof = if proof.is_empty() { right.as_str() } else { proof };
    let Ok(signer) = Signer::new(&Credentials::new(partner, key)) else { return };
    let claim = Claim { timestamp: ProofField::Text(timestamp), proof: ProofField::Text(proof) };
    assert_eq!(
        claim.classify(&signer).is_ok(),
        proof == right.as_str(),
        "a wrong proof holds, or a right one does not"
    );
}
