//! A key that was dropped is nowhere in the process's memory any more: a child process uses one, drops it, and searches itself.
//! Reading a key from a file or standard input is the command's, and tested beside it. Linux alone shows a process its own memory.

use core::time::Duration;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::process::{Command, Stdio};

use smileid_core::{ApiKey, Config, Credentials, Environment, Moment, PartnerId, Session, Signer, Step};
use smileid_tests::{NOON, query};

/// Tells the child that it is one.
const CHILD: &str = "SMILEID_TESTS_SEARCH_MEMORY";
/// What is searched for is kept hidden under this mask, so that the search does not find itself.
const MASK: u8 = 0xA5;
/// A key as long as real ones are.
const KEY_LEN: usize = 36;

/// What the instants of the key's requests follow from, under the mask: the first bytes of HMAC-SHA256(key, "smileid request instants").
const HIDDEN_SEED: u64 = 0x1060_4A63_D4C5_B8DC;

/// How often bytes that are `hidden` under the mask, each combined with `pad`, are in the writable memory of this process.
pub(crate) fn hits<const LEN: usize>(hidden: &[u8; LEN], pad: u8) -> usize {
    let mut maps = String::new();
    File::open("/proc/self/maps").unwrap().read_to_string(&mut maps).unwrap();
    let mut memory = File::open("/proc/self/mem").unwrap();
    let mut hits = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let (from, to) = (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap());
        if memory.seek(SeekFrom::Start(from)).is_err() {
            continue;
        }
        let mut region = vec![0; usize::try_from(to - from).unwrap()];
        // A region that is gone or may not be read, such as the kernel's own, holds nothing of ours.
        if memory.read_exact(&mut region).is_err() {
            continue;
        }
        hits += region.windows(LEN).filter(|w| w.iter().zip(hidden).all(|(b, h)| b ^ pad == h ^ MASK)).count();
        // What was read is a copy: it must not be found in its turn.
        region.fill(0);
        core::hint::black_box(&region);
    }
    hits
}

/// The key, straight from the pipe: `std::io::stdin` would keep a copy in its buffer.
fn read_key() -> String {
    let mut bytes = vec![0; KEY_LEN];
    File::open("/dev/stdin").unwrap().read_exact(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Signs, verifies, polls, clones: whatever a program does with a key.
fn use_key(key: ApiKey, hidden: &[u8; KEY_LEN]) {
    let credentials = Credentials::new(PartnerId::new("023").unwrap(), key.clone()).with_previous_api_key(key);
    let signer = Signer::new(&credentials);
    let now = Moment::new(NOON, Duration::ZERO);
    assert_eq!(signer.clone().authorize(now).value().len(), 44);
    let config = Config::new(&credentials, &Environment::Sandbox);
    let mut session = Session::job_status(&config.clone(), query());
    assert!(matches!(session.step(now), Step::Send(_)));
    assert!(format!("{credentials:?} {signer:?} {config:?} {session:?}").len() > 100);
    assert!(hits(hidden, 0) >= 2, "the search does not find what is there");
    assert!(hits(&HIDDEN_SEED.to_ne_bytes(), 0) >= 1, "the search does not find the seed that is there");
}

#[test]
fn a_dropped_key_is_nowhere_in_memory() {
    if std::env::var_os(CHILD).is_some() {
        let text = read_key();
        let mut hidden = [0; KEY_LEN];
        for (h, b) in hidden.iter_mut().zip(text.bytes()) {
            *h = b ^ MASK;
        }
        use_key(ApiKey::new(text).unwrap(), &hidden);
        // As it is, and as HMAC combines it with its two pads.
        let left = [0, 0x36, 0x5C].map(|pad| hits(&hidden, pad));
        assert_eq!(left, [0, 0, 0], "the key is still in memory");
        // As a number, and as the MAC that it is taken from starts.
        let left = [HIDDEN_SEED.to_ne_bytes(), HIDDEN_SEED.to_be_bytes()].map(|hidden| hits(&hidden, 0));
        assert_eq!(left, [0, 0], "the seed is still in memory");
        return;
    }
    let key: String = (0..KEY_LEN).map(|i| char::from(b'!' + u8::try_from(i * 37 % 90).unwrap())).collect();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "keys_wiped::a_dropped_key_is_nowhere_in_memory", "--nocapture"])
        .env(CHILD, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(key.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let summary = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && summary.contains("1 passed"), "{summary}");
}
