//! `smileid parse` as a separate tool: strict JSON out, each repair on a line, nothing of a refused document.

use crate::common::{Run, Temp};

fn parse(document: &[u8], more: &[&str]) -> crate::common::Ran {
    Run::new(&["parse", "-"]).args(more).input(document).run()
}

#[test]
fn any_root_is_read() {
    for root in ["1", "\"\"", "null", "true", "[]", "{}", " \n[[]] ", "-0.0e-0"] {
        assert_eq!(parse(root.as_bytes(), &[]).code, 0, "{root:?}");
    }
}

#[test]
fn what_is_printed_is_strict_and_stays_the_same() {
    let document = "{\"a\":\"\t\\ud800\", /* c */ \"z\":[1,],\"z\":2}}} // d";
    let once = parse(document.as_bytes(), &["--level", "lax"]);
    let again = parse(once.out.as_bytes(), &["--level", "strict"]);
    assert_eq!((once.code, again.code, again.out, again.err.as_str()), (0, 0, once.out, ""));
}

/// Documents whose last byte counts, or that are no text. The others are in `recorded/parse/refused.txt`.
#[test]
fn refused_documents_print_only_kind_and_place() {
    for (document, word, offset) in [
        (&b""[..], "empty", 0),
        (b" \n ", "blank", 3),
        (b"[1,2", "truncated", 4),
        (b"[1,", "truncated", 3),
        (b"{\"a\":", "truncated", 5),
        (b"\"\x00\"", "control_character", 1),
        (b"[\"\xff\"]", "invalid_utf8", 2),
    ] {
        let (kind, error, exit) = parse(document, &["--level", "lax", "--output", "json"]).failure_in_full();
        let message = error["message"].as_str().unwrap();
        assert_eq!((kind.as_str(), exit), ("malformed", 9), "{message}");
        assert!(message.starts_with(&format!("{word}: ")) && message.contains(&format!("at byte {offset} (line ")));
        let text = parse(document, &["--level", "lax"]);
        assert_eq!((text.code, text.out.as_str()), (9, ""));
        assert_eq!(text.err, format!("smileid: malformed: {message}\n"));
    }
}

#[test]
fn every_repair_is_printed() {
    let document = format!("[{}]", vec!["[1,]"; 2801].join(","));
    let ran = parse(document.as_bytes(), &[]);
    assert_eq!((ran.code, ran.err.lines().count()), (0, 2801));
    assert!(ran.err.lines().all(|line| line.starts_with("{\"kind\":\"trailing_comma\",\"offset\":")));
    assert_eq!(ran.out, document.replace(",]", "]") + "\n");
}

#[test]
fn the_input_is_bounded() {
    let most = 16 << 20;
    let mut document = vec![b' '; most];
    document.push(b'1');
    assert_eq!(parse(&document, &["--output", "json"]).failure(), ("malformed".into(), 9));
    assert_eq!(parse(&document[1..], &[]).out, "1\n");
    let deep = vec![b'['; 1 << 20];
    let ran = parse(&deep, &["--level", "lax"]);
    assert!(ran.code == 9 && ran.err.contains("too_deep") && ran.err.contains("at byte 64 "), "{}", ran.err);
}

#[test]
fn files_are_read_as_standard_input_is() {
    let file = Temp::new("parse.json", "{\"a\":[1,]}");
    let ran = Run::new(&["parse", file.text()]).run();
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (0, "{\"a\":[1]}\n", "{\"kind\":\"trailing_comma\",\"offset\":7}\n")
    );
}

#[test]
fn an_id_spelt_like_a_flag_is_given_with_an_equals_sign() {
    let at = ["--base-url", "http://127.0.0.1:1/v1"];
    let ran = Run::new(&["status", "--user-id=--job-id", "--job-id=-j"]).args(&at).credentials().run();
    assert_eq!(ran.code, 6, "it was asked for, and no one answers: {}", ran.err);
    let ran = Run::new(&["status", "--user-id", "-x", "--job-id", "--no-flag-of-ours"]).args(&at).credentials().run();
    assert_eq!(ran.code, 6, "{}", ran.err);
}
