//! RFC 8259 case by case: what is accepted and refused at Documented, what is mended there, and that Strict and Lax differ only where they
//! say so. The cases are in `cases.txt`.

use smileid_core::json::{Checked, JsonErrorKind as E, Options, RepairKind, Value};

/// What a case must come to at Documented.
#[derive(Debug, Clone, PartialEq)]
enum Wanted {
    Accepted,
    Mended(String),
    Refused,
}

struct Case {
    name: &'static str,
    wanted: Wanted,
    text: Vec<u8>,
}

fn cases() -> Vec<Case> {
    let lines = include_str!("cases.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(case).collect()
}

fn case(line: &'static str) -> Case {
    let (kind, rest) = line.split_once(' ').unwrap();
    let (name, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let (wanted, text) = match kind {
        "y" => (Wanted::Accepted, rest),
        "n" => (Wanted::Refused, rest),
        _ => {
            let (repair, text) = rest.split_once(' ').unwrap();
            (Wanted::Mended(repair.to_owned()), text)
        }
    };
    let text = match text.strip_prefix('*') {
        Some("open") => b"[{\"\":".repeat(50_000),
        Some(depth) => {
            let depth: usize = depth.trim_matches(['[', ']']).parse().unwrap();
            ["[".repeat(depth), "]".repeat(depth)].concat().into_bytes()
        }
        None => bytes(text),
    };
    Case { name, wanted, text }
}

/// The text with its `%XX` as the bytes they stand for.
fn bytes(text: &str) -> Vec<u8> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    bytes
}

/// What a text comes to: the repairs, or the error's kind.
fn read(text: &[u8], options: Options) -> Result<Vec<(RepairKind, usize)>, E> {
    let decoded = Value::from_slice(text, options).map_err(|error| error.kind())?;
    let checked = Checked::new(text, options).expect("passing over refuses what a tree takes");
    assert_eq!(checked.repairs(), &decoded.repairs);
    Ok(decoded.repairs.list().iter().map(|repair| (repair.kind, repair.offset)).collect())
}

#[test]
fn documented_accepts_mends_and_refuses_as_it_must() {
    for Case { name, wanted, text } in cases() {
        let found = match read(&text, Options::DOCUMENTED) {
            Err(_) => Wanted::Refused,
            Ok(repairs) if repairs.is_empty() => Wanted::Accepted,
            Ok(repairs) => {
                let all: Vec<String> = repairs.iter().map(|(kind, at)| format!("{}@{at}", kind.as_str())).collect();
                Wanted::Mended(all.join(" "))
            }
        };
        assert_eq!(found, wanted, "{name}");
    }
}

#[test]
fn strict_mends_nothing_and_agrees_with_serde_json_but_for_duplicates_depth_and_range() {
    for Case { name, wanted, text } in cases() {
        let strict = read(&text, Options::STRICT);
        let accepted = wanted == Wanted::Accepted;
        assert_eq!(strict.is_ok(), accepted, "{name}");
        let theirs = serde_json::from_slice::<serde_json::Value>(&text).is_ok();
        let differs = matches!(strict, Err(E::DuplicateKey | E::TooDeep));
        assert!(accepted == theirs || differs, "{name}");
    }
}

#[test]
fn lax_refuses_all_that_is_no_deviation_of_its_own() {
    use RepairKind as R;
    for Case { name, wanted, text } in cases() {
        match (wanted, read(&text, Options::LAX)) {
            (Wanted::Accepted, repairs) => assert_eq!(repairs, Ok(vec![]), "{name}"),
            (Wanted::Refused, Ok(repairs)) => {
                let of_lax =
                    |kind: &R| matches!(kind, R::Comment | R::LoneSurrogate | R::RawWhiteSpace | R::DuplicateKey);
                let closers = repairs.iter().filter(|(kind, _)| *kind == R::ExtraCloser).count();
                assert!(repairs.iter().any(|(kind, _)| of_lax(kind)) || (2..=3).contains(&closers), "{name}");
            }
            (_, _) => {}
        }
    }
}

/// The two cases of a public collection that RFC 8259 allows and that are refused here unless they are asked for.
#[test]
fn duplicate_keys_are_accepted_by_their_switch() {
    use smileid_core::json::DuplicateKeys;
    let options = Options::DOCUMENTED.with_duplicate_keys(DuplicateKeys::KeepFirst);
    let duplicates: Vec<Case> = cases().into_iter().filter(|case| case.name.contains("duplicate")).collect();
    assert_eq!(duplicates.len(), 3);
    for Case { name, text, .. } in duplicates {
        let repairs = read(&text, options).unwrap();
        assert!(matches!(repairs.as_slice(), [(RepairKind::DuplicateKey, _)]), "{name}: {repairs:?}");
    }
}
