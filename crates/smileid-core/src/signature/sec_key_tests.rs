//! Tests of the legacy scheme: keys in every form, what we seal opened with the private key, what the service sealed verified.

use super::*;
use crate::credentials::{Credentials, Scheme};
use crate::signature::{Claim, KeySlot, NotProven, ProofField, ProofKind, Signer};
use crate::time::Timestamp;
use alloc::string::ToString;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::{Pkcs1v15Encrypt, RsaPrivateKey};

const AT: &str = "1791115200000";

struct Vector {
    private: &'static str,
    spki: &'static str,
    pkcs1: &'static str,
    pair: &'static str,
}

const VECTORS: [Vector; 2] = [
    Vector {
        private: include_str!("vectors/test-key-1024.pem"),
        spki: include_str!("vectors/public-spki-1024.pem"),
        pkcs1: include_str!("vectors/public-pkcs1-1024.pem"),
        pair: include_str!("vectors/reply-pair-1024.txt"),
    },
    Vector {
        private: include_str!("vectors/test-key-2048.pem"),
        spki: include_str!("vectors/public-spki-2048.pem"),
        pkcs1: include_str!("vectors/public-pkcs1-2048.pem"),
        pair: include_str!("vectors/reply-pair-2048.txt"),
    },
];

fn der(pem: &str) -> Vec<u8> {
    STANDARD.decode(pem.lines().filter(|l| !l.starts_with("---")).collect::<String>()).unwrap()
}

/// The key's text in each form it is handed out in.
fn forms(v: &Vector) -> [ApiKey; 4] {
    let key = |bytes: &[u8]| ApiKey::new(STANDARD.encode(bytes)).unwrap();
    [key(v.spki.as_bytes()), key(v.pkcs1.as_bytes()), key(&der(v.spki)), key(&der(v.pkcs1))]
}

fn signer(key: ApiKey, partner: &str) -> Signer {
    Signer::new(&Credentials::new(PartnerId::new(partner).unwrap(), key).with_scheme(Scheme::SecKey)).unwrap()
}

fn classify(signer: &Signer, timestamp: &str, proof: &str) -> Result<(ProofKind, KeySlot), NotProven> {
    let claim = Claim { timestamp: ProofField::Text(timestamp), proof: ProofField::Text(proof) };
    claim.classify(signer).map(|p| (p.kind(), p.key()))
}

#[test]
fn what_we_seal_opens_with_the_private_key() {
    for v in &VECTORS {
        let private = RsaPrivateKey::from_pkcs1_pem(v.private).unwrap();
        for key in forms(v) {
            let authorization = signer(key, "023").authorize_at(Timestamp::parse(AT).unwrap());
            assert_eq!(authorization.field(), "sec_key");
            let (sealed, hash) = authorization.value().split_once('|').unwrap();
            assert_eq!(hash, "94ecf50844562f951a02ac6acd446e7b95e70dad244ef44a7a24e00442094068");
            let opened = private.decrypt(Pkcs1v15Encrypt, &STANDARD.decode(sealed).unwrap()).unwrap();
            assert_eq!(opened, hash.as_bytes());
        }
    }
}

#[test]
fn the_padding_differs_from_message_to_message_and_from_key_to_key() {
    let [a, b, ..] = forms(&VECTORS[0]);
    let seal =
        |key: &ApiKey, at| signer(key.clone(), "23").authorize_at(Timestamp::parse(at).unwrap()).value().to_string();
    assert_eq!(seal(&a, AT), seal(&a, AT), "a repeat is the same text");
    assert_ne!(seal(&a, AT), seal(&a, "1791115200001"));
    assert_ne!(seal(&a, AT), seal(&b, AT));
}

#[test]
fn the_services_pair_holds_for_its_key_partner_and_timestamp_alone() {
    for v in &VECTORS {
        let pair = v.pair.trim();
        for key in forms(v) {
            let held = Ok((ProofKind::SecKey, KeySlot::Current));
            assert_eq!(classify(&signer(key.clone(), "023"), AT, pair), held, "zeros do not matter to this scheme");
            assert_eq!(classify(&signer(key.clone(), "24"), AT, pair), Err(NotProven::Invalid));
            assert_eq!(classify(&signer(key, "23"), "1791115200001", pair), Err(NotProven::Invalid));
        }
    }
    let (a, b) = (&VECTORS[0], &VECTORS[1]);
    assert_eq!(classify(&signer(forms(a)[0].clone(), "23"), AT, b.pair.trim()), Err(NotProven::Invalid));
}

#[test]
fn the_previous_key_verifies_and_the_hmac_scheme_verifies_pairs_too() {
    let old = forms(&VECTORS[0])[0].clone();
    let rotated = Credentials::new(PartnerId::new("23").unwrap(), forms(&VECTORS[1])[0].clone())
        .with_previous_api_key(old.clone());
    let s = Signer::new(&rotated).unwrap();
    assert_eq!(classify(&s, AT, VECTORS[0].pair.trim()), Ok((ProofKind::SecKey, KeySlot::Previous)));
    assert_eq!(classify(&s, AT, VECTORS[1].pair.trim()), Ok((ProofKind::SecKey, KeySlot::Current)));
}

#[test]
fn our_own_pair_and_damaged_pairs_do_not_hold() {
    let s = signer(forms(&VECTORS[1])[0].clone(), "23");
    let own = s.authorize_at(Timestamp::parse(AT).unwrap());
    assert_eq!(classify(&s, AT, own.value()), Err(NotProven::Invalid), "sealed for the service, not by it");
    let pair = VECTORS[1].pair.trim();
    let (sealed, hash) = pair.split_once('|').unwrap();
    let size = STANDARD.decode(sealed).unwrap().len();
    for left in [vec![0; size], vec![1; size], vec![0xFF; size], vec![0; size - 1], vec![0; size + 1]] {
        assert_eq!(classify(&s, AT, &format!("{}|{hash}", STANDARD.encode(left))), Err(NotProven::Invalid));
    }
    let other = hash.replace('9', "8");
    assert_eq!(classify(&s, AT, &format!("{sealed}|{other}")), Err(NotProven::Invalid), "both halves must hold");
}

#[test]
fn keys_and_partners_that_do_not_suit_the_scheme_are_refused() {
    let bad = ["key", "AAAA", &STANDARD.encode("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")];
    for text in bad {
        assert_eq!(SecKey::new(&ApiKey::new(text).unwrap()).unwrap_err().field(), "api_key");
    }
    let named = Credentials::new(PartnerId::new("partner").unwrap(), forms(&VECTORS[0])[0].clone());
    assert_eq!(Signer::new(&named.clone().with_scheme(Scheme::SecKey)).unwrap_err().field(), "partner_id");
    assert!(Signer::new(&named).is_ok());
}

#[test]
fn a_prepared_key_and_what_it_seals_show_their_names_alone() {
    let key = SecKey::new(&forms(&VECTORS[0])[0]).unwrap();
    assert_eq!(format!("{key:?}"), "SecKey(..)");
    let sealed = signer(forms(&VECTORS[0])[0].clone(), "23").authorize_at(Timestamp::parse(AT).unwrap());
    assert!(format!("{sealed:?}").contains("SecKey(..)"));
}
