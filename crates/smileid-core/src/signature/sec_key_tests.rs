//! Tests of the legacy scheme: keys in every form, what we seal opened with the private key, what the service sealed verified.

use super::*;
use crate::credentials::{Credentials, Scheme};
use crate::signature::{KeySlot, NotProven, ProofClaim, ProofField, ProofKind, Signer};
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
    Signer::new(&Credentials::new(PartnerId::new(partner).unwrap(), key).with_scheme(Scheme::SecKey).unwrap())
}

fn classify(signer: &Signer, timestamp: &str, proof: &str) -> Result<(ProofKind, KeySlot), NotProven> {
    let claim = ProofClaim { timestamp: ProofField::Text(timestamp), proof: ProofField::Text(proof) };
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
fn the_services_pair_is_valid_only_for_its_key_partner_and_timestamp() {
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
    let s = Signer::new(&rotated);
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
    assert_eq!(named.clone().with_scheme(Scheme::SecKey).unwrap_err().field(), "partner_id");
    assert!(named.with_scheme(Scheme::Hmac).is_ok());
    let other = Credentials::new(PartnerId::new("23").unwrap(), ApiKey::new("key").unwrap());
    assert_eq!(other.with_scheme(Scheme::SecKey).unwrap_err().field(), "api_key");
}

#[test]
fn a_prepared_key_and_its_sealed_text_show_only_their_names() {
    let key = SecKey::new(&forms(&VECTORS[0])[0]).unwrap();
    assert_eq!(format!("{key:?}"), "SecKey(..)");
    let sealed = signer(forms(&VECTORS[0])[0].clone(), "23").authorize_at(Timestamp::parse(AT).unwrap());
    assert!(format!("{sealed:?}").contains("SecKey(..)"));
}

/// The key's PEM text with its base64 in lines of `columns`.
fn wrapped(pem: &str, columns: usize) -> String {
    let base64: String = pem.lines().filter(|line| !line.starts_with("---")).collect();
    let lines: Vec<&str> = base64.as_bytes().chunks(columns).map(|line| core::str::from_utf8(line).unwrap()).collect();
    let (begin, end) = (pem.lines().next().unwrap(), pem.lines().last().unwrap());
    format!("{begin}\n{}\n{end}\n", lines.join("\n"))
}

#[test]
fn pem_in_every_layout_that_openssl_reads_is_read() {
    for v in &VECTORS {
        let expected = signer(ApiKey::new(STANDARD.encode(v.spki)).unwrap(), "23");
        let expected = expected.current.sec_key.as_ref().unwrap().public.clone();
        for pem in [v.spki, v.pkcs1] {
            let (begin, end) = (pem.lines().next().unwrap(), pem.lines().last().unwrap());
            for text in [
                wrapped(pem, 64),
                wrapped(pem, 76),
                wrapped(pem, 10_000),
                wrapped(pem, 1),
                wrapped(pem, 76).replace('\n', "\r\n"),
                wrapped(pem, 10_000).replace('\n', ""),
                pem.replace('\n', " \t\n"),
                pem.replacen('\n', "\n\n", 1),
                pem.replace(end, &format!("\n\n{end}")),
                pem.trim_end().to_string(),
                format!("\n\n  {pem}\n\n"),
                format!("\u{feff}{pem}"),
                format!("Bag Attributes\n    friendlyName: key\nsubject=/CN=x\n{pem}"),
                format!("{pem}text after it\n"),
                pem.replace(begin, &format!("{begin} ")),
            ] {
                let made = signer(ApiKey::new(STANDARD.encode(&text)).unwrap(), "23");
                assert_eq!(made.current.sec_key.as_ref().unwrap().public, expected, "{text:?}");
            }
            // Bytes before the header that are not UTF-8.
            let latin = [b"friendlyName: Schl\xfcssel\n", pem.as_bytes()].concat();
            assert!(SecKey::new(&ApiKey::new(STANDARD.encode(latin)).unwrap()).is_ok());
        }
    }
}

#[test]
fn pem_that_holds_no_whole_public_key_is_refused() {
    let pem = VECTORS[0].spki;
    let end = pem.lines().last().unwrap();
    for text in [
        pem.replace(end, ""),
        pem.replace("PUBLIC KEY", "CERTIFICATE"),
        pem.replacen("END PUBLIC", "END RSA PUBLIC", 1),
        pem.replacen('M', "!", 1),
        pem.replacen('M', "", 1),
        VECTORS[0].private.to_string(),
        "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----".to_string(),
    ] {
        let refused = SecKey::new(&ApiKey::new(STANDARD.encode(&text)).unwrap()).unwrap_err();
        assert!(refused.to_string().contains("is not an RSA public key"), "{refused}");
    }
}

/// A public key in DER whose modulus has so many bits; its parts are of no use.
fn of_bits(bits: usize) -> Vec<u8> {
    let length = |n: usize| match n {
        0..128 => vec![u8::try_from(n).unwrap()],
        128..256 => vec![0x81, u8::try_from(n).unwrap()],
        _ => [&[0x82][..], &u16::try_from(n).unwrap().to_be_bytes()].concat(),
    };
    let mut modulus = vec![0xff; bits.div_ceil(8)];
    modulus[0] = if bits.is_multiple_of(8) { 0xff } else { (1 << (bits % 8)) - 1 };
    if modulus[0] >= 0x80 {
        modulus.insert(0, 0);
    }
    let integer = [vec![2], length(modulus.len()), modulus, vec![2, 3, 1, 0, 1]].concat();
    [vec![0x30], length(integer.len()), integer].concat()
}

#[test]
fn a_key_of_another_size_is_refused_with_its_size() {
    for bits in [512, 768, 1023, 1025, 1536, 2047, 3072, 4096, 4104, 8192] {
        let der = of_bits(bits);
        let pem = format!("-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n", STANDARD.encode(&der));
        for text in [STANDARD.encode(&der), STANDARD.encode(pem)] {
            let refused = SecKey::new(&ApiKey::new(text).unwrap()).unwrap_err();
            let expected =
                format!("api_key: is an RSA key of another size than 1024 or 2048 bits (this one has {bits})");
            assert_eq!(refused.to_string(), expected);
            assert!(!refused.problem().contains(&bits.to_string()), "the problem stays a fixed text");
        }
    }
}
