//! `smileid sign` and `smileid verify`: the public vectors, both schemes, and every word of why a proof is none.

use crate::common::{KEY, PARTNER, Run, Temp, signed_by};
use serde_json::Value;

/// The vectors: key, partner, timestamp, signature.
const VECTORS: [[&str; 4]; 4] = [
    ["apiKey", "partner", "2023-02-13T15:07:42.214Z", "XxThLHZy2ij1WINkqNEPgzVs9RvUDHWlebDYzprqS74="],
    ["apiKey", "partner", "2022-11-10T19:05:42.775Z", "tMPhsPdh3k3PejTNGG970gQSA41oO9/I3oERRlSSBUc="],
    ["apikey", "partner", "2023-03-09T21:35:00.279Z", "+S/hVtmFwynoroXQQbjOQ3/l+a5zshNldrQh/iBdxRQ="],
    ["key", "001", "2026-10-04T12:00:00.000Z", "nD5rG9g/uEMJghiwVnQ2YG6BV8Dw0pjvNGG9+nGHVUE="],
];

#[test]
fn the_vectors_come_out_on_one_line_whatever_the_output() {
    for [key, partner, timestamp, signature] in VECTORS {
        for more in [&[][..], &["--output", "json"], &["--environment", "sandbox", "--base-url", "http://127.0.0.1:1"]]
        {
            let ran = Run::new(&["sign", "--partner-id", partner, "--timestamp", timestamp])
                .args(more)
                .env("SMILEID_API_KEY", key)
                .run();
            let line = format!("{{\"timestamp\":\"{timestamp}\",\"signature\":\"{signature}\"}}\n");
            assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, line.as_str(), ""));
        }
    }
}

#[test]
fn a_timestamp_is_signed_as_it_is_given() {
    for given in ["1678216434434", "1632914456", "2021-09-29 12:20:56 +0100", "2026-10-04T12:00:00+00:00"] {
        let ran = Run::new(&["sign", "--timestamp", given]).credentials().run();
        let json: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(json["timestamp"], given);
    }
    let now: Value = serde_json::from_str(&Run::new(&["sign"]).credentials().run().out).unwrap();
    let text = now["timestamp"].as_str().unwrap();
    assert!(text.len() == 24 && text.ends_with('Z'), "{text}");
}

fn verify(document: &str, more: &[&str]) -> crate::common::Ran {
    Run::new(&["verify", "-"]).args(more).credentials().input(document.as_bytes()).run()
}

#[test]
fn verify_describes_each_proof() {
    let hash = "6f3dec6d6fad3cfe36fb62b38a185de1cd53088291082d6f20fddbf5ea0e4a0f";
    let short = "5445722f5af1791eb434949cce9a88dd321e5959fd24a8562ecb12bb00c33fe";
    let with = |proof: &str| format!("{{{proof},\"ResultCode\":\"0810\",}}");
    let unknown_form = {
        use smileid_core::{ApiKey, PartnerId};
        let mac = smileid_core::HmacKey::new(&ApiKey::new(KEY).unwrap());
        let text = mac.sign("yesterday", &PartnerId::new(PARTNER).unwrap());
        format!(r#""timestamp":"yesterday","signature":"{}""#, text.as_str())
    };
    for (proof, word, reason, key, kind) in [
        (signed_by(KEY, PARTNER, 0), "hmac", None, Some("current"), None),
        (signed_by(KEY, PARTNER, 0).replace("signature", "sec_key"), "hmac", None, Some("current"), None),
        (signed_by(KEY, PARTNER, -301_000), "hmac", Some("too_old"), Some("current"), Some("replay")),
        (signed_by(KEY, PARTNER, 310_000), "hmac", Some("too_new"), Some("current"), Some("replay")),
        (unknown_form, "hmac", Some("unreadable_time"), Some("current"), Some("replay")),
        (signed_by("other", PARTNER, 0), "invalid", Some("invalid"), None, Some("signature")),
        (signed_by(KEY, "23", 0), "invalid", Some("invalid"), None, Some("signature")),
        (
            format!(r#""timestamp":"1678216434434","signature":"{hash}""#),
            "unkeyed",
            Some("unkeyed"),
            None,
            Some("unproven"),
        ),
        (
            format!(r#""timestamp":"2018-03-13T21:04:11.193Z","signature":"{short}""#),
            "unrecognised",
            Some("one_digit_short"),
            None,
            Some("unproven"),
        ),
        (r#""timestamp":"1","signature":"x""#.into(), "unrecognised", Some("unknown_shape"), None, Some("unproven")),
        (r#""timestamp":"1","signature":[]"#.into(), "unrecognised", Some("not_text"), None, Some("unproven")),
        (r#""timestamp":"1""#.into(), "missing", Some("missing"), None, Some("unproven")),
    ] {
        let ran = verify(&with(&proof), &["--output", "json"]);
        let quoted = |word: Option<&str>| word.map_or("null".to_owned(), |word| format!("\"{word}\""));
        let (shown, valid) = (quoted(reason), reason.is_none());
        let line = format!("{{\"proof\":\"{word}\",\"valid\":{valid},\"reason\":{shown},\"key\":{}}}\n", quoted(key));
        assert_eq!(ran.out, line);
        assert_eq!(ran.code, if valid { 0 } else { 5 });
        let failure = kind.map_or(String::new(), |kind| format!("{{\"error\":{{\"kind\":\"{kind}\",\"message\":"));
        assert!(
            ran.err.starts_with(&failure) && ran.err.is_empty() == valid && !ran.err.contains("canary"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn age_and_time_can_be_chosen() {
    let [key, partner, timestamp, signature] = VECTORS[3];
    let kept = Temp::new("kept.json", format!(r#"{{"timestamp":"{timestamp}","signature":"{signature}"}}"#));
    let verify = |more: &[&str]| {
        Run::new(&["verify", kept.text(), "--partner-id", partner]).args(more).env("SMILEID_API_KEY", key).run().code
    };
    assert_eq!(verify(&[]), 5);
    assert_eq!(verify(&["--at", timestamp]), 0);
    assert_eq!(verify(&["--at", "2026-10-04T12:05:00Z"]), 0);
    assert_eq!(verify(&["--at", "2026-10-04T12:05:00.001Z"]), 5);
    assert_eq!(verify(&["--at", "2026-10-04T12:00:10Z", "--max-age", "9s"]), 5);
    assert_eq!(verify(&["--at", "1791115210", "--max-age", "10s"]), 0);
    assert_eq!(verify(&["--max-age", "365d"]), 0);
}

#[test]
fn the_key_being_rotated_out_verifies_and_never_signs() {
    let previous = Temp::new("previous-key", format!("{KEY}\n"));
    let document = format!("{{{}}}", signed_by(KEY, PARTNER, 0));
    let run = |command: &str| {
        Run::new(&[command])
            .args(&["--previous-api-key-file", previous.text(), "--partner-id", PARTNER])
            .env("SMILEID_API_KEY", "new")
    };
    let ran = run("verify").args(&["-"]).input(document.as_bytes()).run();
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "{\"proof\":\"hmac\",\"valid\":true,\"reason\":null,\"key\":\"previous\"}\n")
    );
    let at = "2026-10-04T12:00:00.000Z";
    let by_both = run("sign").args(&["--timestamp", at]).run().out;
    let by_new =
        Run::new(&["sign", "--timestamp", at, "--partner-id", PARTNER]).env("SMILEID_API_KEY", "new").run().out;
    assert_eq!(by_both, by_new);
}

#[test]
fn what_cannot_be_read_is_malformed() {
    for document in ["", "<html>canary", "[]", "{\"signature\":\"a\",\"signature\":\"b\"}", "{"] {
        let ran = verify(document, &["--output", "json"]);
        assert_eq!(ran.failure(), ("malformed".into(), 9), "{document}");
    }
    let ran = Run::new(&["verify", "-", "--api-key-file", "-", "--partner-id", "1", "--output", "json"]).run();
    assert_eq!(ran.failure(), ("invalid_input".into(), 2));
}
