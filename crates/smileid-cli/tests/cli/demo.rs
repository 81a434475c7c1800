//! `smileid demo` as a newcomer runs it: nothing configured. What the demo must show is listed in one place.

use std::process::Output;

use crate::common::smileid;

fn demo(arguments: &[&str]) -> Output {
    smileid().arg("demo").args(arguments).output().unwrap()
}

#[test]
fn everything_the_demo_promises_is_shown() {
    let output = demo(&[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
    for shown in [
        "POST http://127.0.0.1:",
        "/v1/job_status",
        "… (44 characters)",
        "partner_id",
        "image_links",
        "Enroll User",
        "final",
        "hmac",
        "undetermined (no_result_code",
        "2302 (success)",
        "confidence     100",
        "3 entries",
        "1210",
        "0814",
        "1012",
        "smile-fr-results.s3.us-west-2.amazonaws.com",
        "trailing_comma at byte 475",
        "trailing_comma at byte 1565",
    ] {
        assert!(text.contains(shown), "{shown:?} is missing in\n{text}");
    }
    // The key, the rest of the link, people's data and colours are not.
    for hidden in ["sandbox-api-key", "SID_Preview_FULL", "https://", "Peter Parker", "A01234567", "1990", "\x1b"] {
        assert!(!text.contains(hidden), "{hidden:?} is shown in\n{text}");
    }
}

#[test]
fn the_demo_speaks_json_too() {
    let output = demo(&["--output", "json"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["request"]["image_links"], true);
    assert_eq!(json["answer"]["verdict"], "undetermined");
    assert_eq!(json["answer"]["repairs"].as_array().unwrap().len(), 2);
    assert_eq!(text.lines().count(), 1);
}
