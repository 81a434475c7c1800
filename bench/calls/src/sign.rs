//! Signing: our prepared key against the usual ways to make the same 44 characters. Verifying is the same MAC once more.

use std::hint::black_box;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use smileid_core::{ApiKey, HmacKey, PartnerId};

use crate::{alloc, measure};

const KEY: &str = "an-api-key-of-the-usual-length-0123456789abcdef";
const TIMESTAMP: &str = "2026-10-04T12:00:00.000Z";
const ROUNDS: usize = 41;
const EACH: u32 = 20_000;

/// Makes `count` signatures in the way of this name.
pub fn sign(name: &str, count: u32) {
    with_rows(|rows| {
        let (_, way) = rows.iter().find(|(known, _)| *known == name).expect("a way of signing");
        for _ in 0..count {
            assert_eq!(black_box(way()), 44);
        }
    });
}

/// Hands over the ways of signing, ours first.
fn with_rows(take: impl FnOnce(&[(&str, &dyn Fn() -> usize); 6])) {
    let partner = PartnerId::new("023").unwrap();
    let ours = HmacKey::new(&ApiKey::new(KEY).unwrap());
    let prepared: Hmac<Sha256> = Hmac::new_from_slice(KEY.as_bytes()).unwrap();
    let ring_key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, KEY.as_bytes());
    let aws_key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, KEY.as_bytes());
    let message = [TIMESTAMP, "023", "sid_request"].concat();
    let finish = |mut mac: Hmac<Sha256>| {
        mac.update(black_box(TIMESTAMP).as_bytes());
        mac.update(b"023");
        mac.update(b"sid_request");
        STANDARD.encode(mac.finalize().into_bytes())
    };
    let fresh = || Hmac::new_from_slice(black_box(KEY).as_bytes()).unwrap();
    let rows: [(&str, &dyn Fn() -> usize); 6] = [
        ("smileid-core", &|| ours.sign(black_box(TIMESTAMP), &partner).as_str().len()),
        ("hmac, cloned key + base64", &|| finish(prepared.clone()).len()),
        ("hmac, fresh key + base64", &|| finish(fresh()).len()),
        ("ring, prepared key + base64", &|| {
            STANDARD.encode(ring::hmac::sign(&ring_key, black_box(&message).as_bytes())).len()
        }),
        ("ring, fresh key + base64", &|| {
            let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, black_box(KEY).as_bytes());
            STANDARD.encode(ring::hmac::sign(&key, black_box(&message).as_bytes())).len()
        }),
        ("aws-lc-rs, prepared key + base64", &|| {
            STANDARD.encode(aws_lc_rs::hmac::sign(&aws_key, black_box(&message).as_bytes())).len()
        }),
    ];
    take(&rows);
}

pub fn run() {
    with_rows(measured);
}

fn measured(rows: &[(&str, &dyn Fn() -> usize); 6]) {
    let mut times = vec![Vec::new(); rows.len()];
    alloc::count_them(true);
    let allocations: Vec<u64> = rows.iter().map(|(_, sign)| allocations(sign)).collect();
    alloc::count_them(false);
    for round in 0..ROUNDS {
        // Each round begins with another row, so that none always runs behind the same one.
        for i in 0..rows.len() {
            let at = (i + round) % rows.len();
            let start = Instant::now();
            for _ in 0..EACH {
                assert_eq!(black_box(rows[at].1()), 44);
            }
            times[at].push(start.elapsed().as_secs_f64() * 1e9 / f64::from(EACH));
        }
    }
    println!("| signing | ns, median | ours / it | allocations |\n|---|---|---|---|");
    for (i, (name, _)) in rows.iter().enumerate() {
        let ratio = measure::ratio(&times[0], &times[i]);
        println!("| {name} | {:.0} | {ratio:.2} | {} |", measure::median(times[i].clone()), allocations[i]);
    }
}

/// How often one signature allocates.
fn allocations(sign: &dyn Fn() -> usize) -> u64 {
    let before = alloc::calls();
    for _ in 0..EACH {
        black_box(sign());
    }
    (alloc::calls() - before) / u64::from(EACH)
}
