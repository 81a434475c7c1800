//! `smileid parse` as a separate tool: strict JSON out, each repair on a line, nothing of a refused document.

use crate::common::{Run, Temp};

fn parse(document: &[u8], more: &[&str]) -> crate::common::Ran {
    Run::new(&["parse", "-"]).args(more).input(document).run()
}

#[test]
fn only_syntax_is_repaired() {
    for (level, document, strict, repairs) in [
        ("strict", " [1.50, -0, 1E+3, 18446744073709551616] ", "[1.50,-0,1E+3,18446744073709551616]", ""),
        (
            "documented",
            r#"{"a":[1,],"b":"\u00e9\/",}}"#,
            r#"{"a":[1],"b":"\u00e9\/"}"#,
            "trailing_comma 7 trailing_comma 24 extra_closer 26",
        ),
        ("documented", "\u{feff}\"x\"", "\"x\"", "byte_order_mark 0"),
        (
            "lax",
            "{\"a\":\"\t\\ud800\", /* c */ \"z\":1,\"z\":2}}} // d",
            "{\"a\":\"\\t\u{fffd}\",\"z\":1}",
            "raw_white_space 6 lone_surrogate 7 comment 16 duplicate_key 30 extra_closer 36 extra_closer 37 comment 39",
        ),
    ] {
        let ran = parse(document.as_bytes(), &["--level", level]);
        assert_eq!((ran.code, ran.out.as_str()), (0, format!("{strict}\n").as_str()), "{}", ran.err);
        let printed: Vec<String> = ran
            .err
            .lines()
            .map(|line| {
                let repair: serde_json::Value = serde_json::from_str(line).unwrap();
                assert_eq!(repair.as_object().unwrap().len(), 2);
                format!("{} {}", repair["kind"].as_str().unwrap(), repair["offset"])
            })
            .collect();
        assert_eq!(printed.join(" "), repairs, "{document}");
        // What was printed is strict and stays the same.
        let again = parse(ran.out.as_bytes(), &["--level", "strict"]);
        assert_eq!((again.code, again.out, again.err.as_str()), (0, ran.out, ""));
    }
}

#[test]
fn any_root_is_read() {
    for root in ["1", "\"\"", "null", "true", "[]", "{}", " \n[[]] ", "-0.0e-0"] {
        assert_eq!(parse(root.as_bytes(), &[]).code, 0, "{root:?}");
    }
}

#[test]
fn refused_documents_print_only_kind_and_place() {
    let twice = r#"{"a":1,"a":2}"#;
    for (level, document, word, offset) in [
        ("lax", &b""[..], "empty", 0),
        ("lax", b" \n ", "blank", 3),
        ("lax", b"<html></html>", "html", 0),
        ("lax", b"[1,2", "truncated", 4),
        ("lax", b"[1,", "truncated", 3),
        ("lax", b"[1]]", "trailing_data", 3),
        ("lax", b"{}}}}}", "trailing_data", 5),
        ("documented", b"{}}}", "trailing_data", 3),
        ("strict", b"{}}", "trailing_data", 2),
        ("strict", b"[1,]", "trailing_comma", 2),
        ("lax", b"{} {}", "trailing_data", 3),
        ("lax", b"[1,,2]", "expected_value", 3),
        ("lax", b"{\"a\" 1}", "expected_colon", 5),
        ("lax", b"[1 2]", "expected_comma_or_closer", 3),
        ("lax", b"[01]", "bad_number", 1),
        ("lax", b"[NaN]", "expected_value", 1),
        ("lax", b"\"\\C\"", "bad_escape", 1),
        ("lax", b"\"\x00\"", "control_character", 1),
        ("documented", b"\"\t\"", "control_character", 1),
        ("lax", b"[\"\xff\"]", "invalid_utf8", 2),
        ("documented", twice.as_bytes(), "duplicate_key", 7),
        ("lax", br#"{"code":1,"code":2}"#, "duplicate_key", 10),
        ("lax", br#"{"x":{"job_complete":true,"job\u005fcomplete":false}}"#, "duplicate_key", 26),
        ("documented", b"[/**/]", "comment", 1),
    ] {
        let ran = parse(document, &["--level", level, "--output", "json"]);
        let (kind, error, exit) = ran.failure_in_full();
        let message = error["message"].as_str().unwrap();
        let shown = String::from_utf8_lossy(document);
        assert_eq!((kind.as_str(), exit), ("malformed", 9), "{shown}");
        assert!(message.starts_with(&format!("{word}: ")), "{shown}: {message}");
        assert!(message.contains(&format!("at byte {offset} (line ")), "{shown}: {message}");
        let text = parse(document, &["--level", level]);
        assert_eq!((text.code, text.out.as_str()), (9, ""));
        assert_eq!(text.err, format!("smileid: malformed: {message}\n"));
    }
}

#[test]
fn duplicates_are_a_switch_but_not_those_of_known_fields() {
    let twice = br#"{"a":1,"a":{"b":2},"c":3}"#;
    let ran = parse(twice, &["--duplicate-keys", "keep-first"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "{\"a\":1,\"c\":3}\n"));
    assert_eq!(ran.err, "{\"kind\":\"duplicate_key\",\"offset\":7}\n");
    assert_eq!(parse(twice, &["--level", "lax", "--duplicate-keys", "refuse"]).code, 9);
    for name in ["job_complete", "signature", "ResultCode", "user_id", "DOB"] {
        let document = format!(r#"{{"{name}":1,"{name}":1}}"#);
        assert_eq!(parse(document.as_bytes(), &["--duplicate-keys", "keep-first"]).code, 9, "{name}");
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
fn a_refusal_names_the_level_that_reads_the_document() {
    for (document, level, hint) in [
        (r#"{"a":"\ud800"}"#, "documented", "; --level lax reads it"),
        (r#"{"a":"\ud800"}"#, "strict", "; --level lax reads it"),
        (r#"{"a":"\ud800","b":}"#, "documented", "; --level lax reads it"),
        (r#"{"a":1,}"#, "strict", "; --level documented reads it"),
        ("{/* no */}", "documented", "; --level lax reads it"),
        ("{\"a\":\"\t\"}", "documented", "; --level lax reads it"),
        (r#"{"other":1,"other":2}"#, "documented", "; --level lax reads it"),
        (r#"{"code":1,"code":2}"#, "documented", ""),
        (r#"{"a":"#, "documented", ""),
        (r#"{"a":"#, "lax", ""),
    ] {
        let ran = Run::new(&["parse", "-", "--level", level]).input(document.as_bytes()).run();
        assert_eq!((ran.code, ran.out.as_str()), (9, ""), "{document}");
        assert!(ran.err.trim_end().ends_with(&format!("){hint}")), "{document} at {level}: {}", ran.err);
    }
    let ran = Run::new(&["parse", "-"]).input(br#"{"a":"\ud800"}"#).run();
    assert!(ran.err.contains("lone_surrogate"), "{}", ran.err);
}

#[test]
fn an_id_spelt_like_a_flag_is_given_with_an_equals_sign() {
    let at = ["--base-url", "http://127.0.0.1:1/v1"];
    let ran = Run::new(&["status", "--user-id=--job-id", "--job-id=-j"]).args(&at).credentials().run();
    assert_eq!(ran.code, 6, "it was asked for, and no one answers: {}", ran.err);
    let ran = Run::new(&["status", "--user-id", "-x", "--job-id", "--no-flag-of-ours"]).args(&at).credentials().run();
    assert_eq!(ran.code, 6, "{}", ran.err);
}
