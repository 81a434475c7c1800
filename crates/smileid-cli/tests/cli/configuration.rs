//! Flags before the environment before the profile file; keys from files, standard input and the environment; proxies.

use crate::common::{Run, Temp};
use std::net::TcpListener;

const AT: &str = "2026-10-04T12:00:00.000Z";
const BY_KEY: &str = "nD5rG9g/uEMJghiwVnQ2YG6BV8Dw0pjvNGG9+nGHVUE=";

/// The signature that `sign` makes, or its failure.
fn signature(run: Run) -> String {
    let ran = run.args(&["--timestamp", AT]).run();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let printed: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    printed["signature"].as_str().unwrap().to_owned()
}

#[test]
fn a_key_comes_from_a_file_standard_input_or_the_environment_less_one_line_end() {
    let sign = || Run::new(&["sign", "--partner-id", "001"]);
    for content in ["key", "key\n", "key\r\n"] {
        let file = Temp::new("configuration-key", content);
        assert_eq!(signature(sign().args(&["--api-key-file", file.text()])), BY_KEY, "{content:?}");
        assert_eq!(signature(sign().env("SMILEID_API_KEY_FILE", file.text())), BY_KEY);
        assert_eq!(signature(sign().args(&["--api-key-file", "-"]).input(content.as_bytes())), BY_KEY);
    }
    assert_eq!(signature(sign().env("SMILEID_API_KEY", "key")), BY_KEY);
    assert_ne!(signature(sign().env("SMILEID_API_KEY", " key")), BY_KEY);
    assert_ne!(signature(Run::new(&["sign", "--partner-id", "1"]).env("SMILEID_API_KEY", "key")), BY_KEY);
}

#[test]
fn a_flag_counts_before_the_environment_and_that_before_the_profile() {
    let key = Temp::new("configuration-profile-key", "key\n");
    let name = key.path().file_name().unwrap().to_str().unwrap();
    let profiles = Temp::new(
        "profiles.toml",
        format!(
            "[default]\npartner_id = \"1\"\napi_key_file = \"{name}\"\n[good]\npartner_id = \"001\"\napi_key_file = \"{name}\"\n"
        ),
    );
    let sign = |more: &[&str]| Run::new(&["sign", "--profile-file", profiles.text()]).args(more);
    assert_ne!(signature(sign(&[])), BY_KEY);
    assert_eq!(signature(sign(&["--profile", "good"])), BY_KEY);
    assert_eq!(signature(sign(&[]).env("SMILEID_PROFILE", "good")), BY_KEY);
    assert_eq!(signature(sign(&[]).env("SMILEID_PARTNER_ID", "001")), BY_KEY);
    assert_eq!(signature(sign(&["--partner-id", "001"]).env("SMILEID_PARTNER_ID", "2")), BY_KEY);
    // A key in the environment counts before the profile's file.
    assert_ne!(signature(sign(&["--profile", "good"]).env("SMILEID_API_KEY", "other")), BY_KEY);
    let ran = sign(&["--profile", "canary", "--output", "json"]).run();
    assert_eq!(ran.failure(), ("invalid_input".into(), 2));
}

#[test]
fn the_usual_profile_file_is_found_and_need_not_be_there() {
    let home = std::env::temp_dir().join(format!("smileid-cli-home-{}", std::process::id()));
    std::fs::create_dir_all(home.join(".config/smileid")).unwrap();
    std::fs::write(home.join(".config/smileid/profiles.toml"), "[default]\npartner_id = \"001\"\n").unwrap();
    let at = |variable: &str, path: &std::path::Path| {
        Run::new(&["sign"]).env("SMILEID_API_KEY", "key").env(variable, path.to_str().unwrap())
    };
    if cfg!(windows) {
        assert_eq!(signature(at("APPDATA", &home.join(".config"))), BY_KEY);
    } else {
        assert_eq!(signature(at("HOME", &home)), BY_KEY);
    }
    assert_eq!(signature(at("XDG_CONFIG_HOME", &home.join(".config"))), BY_KEY);
    let ran = at("XDG_CONFIG_HOME", &home).args(&["--output", "json"]).run();
    assert_eq!(ran.failure(), ("invalid_input".into(), 2));
    std::fs::remove_dir_all(&home).unwrap();
}

/// A proxy that only notes whether anybody came.
fn proxy() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    listener.set_nonblocking(true).unwrap();
    (listener, url)
}

#[test]
fn the_environments_proxy_is_used_but_never_for_loopback() {
    let doctor = |base: &str| {
        Run::new(&["doctor", "--partner-id", "1", "--bundled-roots", "--base-url", base]).env("SMILEID_API_KEY", "k")
    };
    let (_listener, url) = proxy();
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let printed = doctor("https://api.example/v1").env(name, &url).run().out;
        assert!(printed.contains(&format!("Proxy({url})")), "{name}: {printed}");
        let printed = doctor("https://api.example/v1").env(name, &url).env("NO_PROXY", ".example").run().out;
        assert!(!printed.contains("Proxy("), "{printed}");
        for base in ["http://127.0.0.1:1/v1", "http://[::1]:1/v1", "https://localhost:1/v1"] {
            let printed = doctor(base).env(name, &url).run().out;
            assert!(!printed.contains("Proxy("), "{base}: {printed}");
        }
    }
    let printed = doctor("https://api.example/v1").env("HTTPS_PROXY", "http://user:canary@proxy.example").run().out;
    assert!(printed.contains("proxy.example") && !printed.contains("canary"), "{printed}");
    assert_eq!(doctor("https://api.example/v1").env("ALL_PROXY", "socks5://canary").run().code, 2);
}

#[test]
fn a_call_elsewhere_goes_through_the_proxy() {
    let (listener, url) = proxy();
    listener.set_nonblocking(false).unwrap();
    let seen = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        // However many pieces it comes in.
        std::io::BufRead::lines(std::io::BufReader::new(stream)).next().unwrap().unwrap()
    });
    let ran = Run::status("https://api.example/v1", &["--bundled-roots", "--timeout", "20s", "--output", "json"])
        .env("https_proxy", &url)
        .run();
    assert_eq!(ran.failure(), ("transport".into(), 6));
    assert!(seen.join().unwrap().starts_with("CONNECT api.example:443 "));
}

#[test]
fn a_call_to_loopback_does_not_go_through_the_proxy() {
    let server = crate::common::Server::start(|_, _| crate::common::http(200, "", r#"{"job_complete":false}"#));
    let (listener, url) = proxy();
    let ran = Run::status(&server.base, &["--proxy", &url]).env("HTTP_PROXY", &url).env("ALL_PROXY", &url).run();
    assert_eq!((ran.code, server.requests()), (0, 1), "{}", ran.err);
    assert!(listener.accept().is_err());
}
