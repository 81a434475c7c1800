//! The key and the token of v3, which travel as texts, are nowhere in memory once they were dropped. HTTP and TLS are left out: what their
//! libraries copy they do not wipe.

use core::time::Duration;
use std::fs::File;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use smileid_core::{ApiKey, Credentials, Environment, Moment, PartnerId, Response, Step};
use smileid_tests::NOON;
use smileid_v3::{Config, JobRef, Session};

use crate::keys_wiped::hits;

const CHILD: &str = "SMILEID_TESTS_SEARCH_MEMORY_V3";
const MASK: u8 = 0xA5;
const LEN: usize = 36;

fn hidden(text: &[u8]) -> [u8; LEN] {
    core::array::from_fn(|i| text[i] ^ MASK)
}

/// A response with a token, written without a copy that stays behind.
fn token_reply(token: &[u8]) -> Response {
    let mut body = Vec::with_capacity(LEN + 16);
    for part in [&b"{\"token\":\""[..], token, b"\"}"] {
        body.extend_from_slice(part);
    }
    Response::new(200, body)
}

/// Fetches a token, asks with it, is refused, fetches another, clones: whatever a program does.
fn use_both(key: String, token: Vec<u8>, hidden: &[[u8; LEN]; 2]) {
    let now = Moment::new(NOON, Duration::ZERO);
    let credentials = Credentials::new(PartnerId::new("23").unwrap(), ApiKey::new(key).unwrap());
    let config = Config::new(&credentials, &Environment::Sandbox).unwrap();
    let mut session = Session::status(&config.clone(), JobRef::new("job_01m43cj1g0f3strfaebxg730mk").unwrap());
    for refused in [false, true] {
        let Step::Send(request) = session.step(now) else { panic!("no token is asked for") };
        let copy = request.clone();
        assert!(copy.headers.has_secret() && format!("{copy:?} {config:?}").len() > 100);
        session.receive(now, Ok(token_reply(&token)));
        let Step::Send(request) = session.step(now) else { panic!("no status is asked for") };
        let copy = request.clone();
        assert!(copy.headers.has_secret() && !format!("{copy:?}").is_empty());
        if !refused {
            assert!(hidden.iter().all(|hidden| hits(hidden, 0) >= 1), "the search does not find what is there");
            session.receive(now, Ok(Response::new(401, Vec::new())));
        }
    }
    // The pipe's own copy is not what is tested.
    let mut token = token;
    token.fill(0);
    core::hint::black_box(&token);
}

#[test]
fn dropped_key_and_token_of_v3_are_nowhere_in_memory() {
    if std::env::var_os(CHILD).is_some() {
        let mut bytes = vec![0; LEN];
        let mut token = vec![0; LEN];
        let mut pipe = File::open("/dev/stdin").unwrap();
        pipe.read_exact(&mut bytes).unwrap();
        pipe.read_exact(&mut token).unwrap();
        let hidden = [hidden(&bytes), hidden(&token)];
        use_both(String::from_utf8(bytes).unwrap(), token, &hidden);
        assert_eq!(hidden.map(|hidden| hits(&hidden, 0)), [0, 0], "the key or the token is still in memory");
        return;
    }
    let text = |factor: usize| (0..LEN).map(move |i| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh"[i * factor % 34]);
    let both: Vec<u8> = text(5).chain(text(9)).collect();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "v3_wiped::dropped_key_and_token_of_v3_are_nowhere_in_memory", "--nocapture"])
        .env(CHILD, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&both).unwrap();
    let output = child.wait_with_output().unwrap();
    let summary = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && summary.contains("1 passed"), "{summary}");
}
