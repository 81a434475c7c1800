//! What people give to `smileid jobs import` as CSV and NDJSON: spreadsheets' exports, other encodings, lines that are not closed. Nothing
//! that was read before a mistake is lost.

use serde_json::Value;

use crate::jobs::Store;

/// What an import says of some bytes, and how many jobs wait then.
fn import(store: &Store, input: &[u8], more: &[&str]) -> (i32, String, String, Value) {
    let ran = store.smileid(&[&["import", "-"], more].concat()).input(input).run();
    let status = store.smileid(&["status", "--output", "json"]).run();
    let counts: Value = serde_json::from_str(&status.out).unwrap();
    (ran.code, ran.out, ran.err, counts["waiting"].clone())
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn forms_of_csv_that_programs_write_are_read() {
    for (name, input, jobs) in [
        ("a mark and CRLF", "\u{feff}user_id,job_id\r\nu,a\r\nu,b\r\n", 2),
        ("a quoted line end", "user_id,job_id,note\nu,a,\"two\nlines\"\nu,b,x\n", 2),
        ("quotes in quotes", "user_id,job_id,note\nu,a,\"5\"\" pipe\"\nu,b,5\" pipe\n", 2),
        ("blank lines at the end", "user_id,job_id\nu,a\n\n\n\n", 1),
        ("no line end at the end", "user_id,job_id\nu,a\nu,b", 2),
        ("a column without a name", "user_id,job_id,\nu,a,\n", 1),
        ("a NUL in a column", "user_id,job_id,note\nu,a,x\0y\n", 1),
        ("CRLF in quotes", "user_id,job_id,note\r\nu,a,\"two\r\nlines\"\r\nu,b,x\r\n", 2),
        ("CR only", "user_id,job_id\ru,a\ru,b\r", 2),
        ("text behind a quote", "user_id,job_id,note\nu,a,\"x\" y\n", 1),
        ("only a header", "user_id,job_id\n", 0),
        ("NDJSON with a mark and CRLF", "\u{feff}{\"user_id\":\"u\",\"job_id\":\"a\"}\r\n\r\n", 1),
    ] {
        let store = Store::with("forms", 0);
        let (code, out, err, waiting) = import(&store, input.as_bytes(), &[]);
        assert_eq!((code, err.as_str()), (0, ""), "{name}");
        assert_eq!((out, waiting), (format!("{jobs} new, 0 known, 0 refused\n"), jobs.into()), "{name}");
    }
}

#[test]
fn a_line_that_cannot_be_used_is_named_and_the_rest_goes_in() {
    for (name, input, problem, jobs) in [
        ("no user", "user_id,job_id\n,a\nu,b\n", "line 2: user_id: is empty: ", 1),
        ("a NUL", "user_id,job_id\nu,a\0b\nu,b\n", "line 2: job_id: contains a control character", 1),
        ("too few fields", "user_id,job_id\nu\nu,b\n", "line 2: has 1 fields and the header 2\n", 1),
        (
            "quotes over lines",
            "user_id,job_id\nu,\"a\nb\nc\",d\nu,b\n",
            "line 2: has 3 fields and the header 2; by its quotes it reaches to line 4\n",
            1,
        ),
        (
            "two open quotes",
            "user_id,job_id,n\nu,a,\"canary\nu,b,\"canary\nu,c,x\n",
            "line 2: has line ends in quotes, and text behind a quote that closes: a quote before it may not be closed; by its quotes it \
             reaches to line 3\n",
            1,
        ),
        ("CRLF", "user_id,job_id\r\nu,a\r\nu\r\nu,b\r\n", "line 3: has 1 fields and the header 2\n", 2),
        ("CR", "user_id,job_id\ru,a\ru\ru,b\r", "line 3: has 1 fields and the header 2\n", 2),
        (
            "CRLF in quotes",
            "user_id,job_id\r\n\r\nu,\"a\r\nb\",c\r\nu,b\r\n",
            "line 3: has 3 fields and the header 2; by its quotes it reaches to line 4\n",
            1,
        ),
        ("blank lines", "user_id,job_id\nu,a\n\n\r\n\nu\n", "line 6: has 1 fields and the header 2\n", 1),
        (
            "any control character",
            "user_id,job_id\nu,a\n\x1eend of jobs\x1e\nu,b\n",
            "line 3: has 1 fields and the header 2\n",
            2,
        ),
        (
            "a number",
            "{\"user_id\":7,\"job_id\":\"a\"}\n{\"user_id\":\"u\",\"job_id\":\"b\"}\n",
            "line 1: user_id: is a number and not a text: ",
            1,
        ),
        ("no object", "{\"user_id\":\"u\",\"job_id\":\"b\"}\n\"canary\"\n", "line 2: is not a JSON object\n", 1),
        ("half an object", "{\"user_id\":\"u\",\n\"job_id\":\"canary\"}\n", "line 1: the document ends too early", 0),
    ] {
        let store = Store::with("refused", 0);
        let (code, _, err, waiting) = import(&store, input.as_bytes(), &[]);
        assert!(code == 0 && err.starts_with(problem), "{name}: {code}, {err}");
        assert!(waiting == jobs && !err.contains("canary"), "{name}: {waiting}, {err}");
    }
}

#[test]
fn an_input_that_cannot_be_read_to_its_end_says_what_to_do() {
    let csv = "user_id,job_id\nu,a\n";
    let long = format!("{csv}u,\"{}\nu,b\n", "canary\n".repeat(200_000));
    for (name, input, problem, jobs) in [
        (
            "UTF-16 with a mark",
            utf16(&format!("\u{feff}{csv}"), u16::to_le_bytes),
            "the input is UTF-16: save it as UTF-8",
            0,
        ),
        ("UTF-16", utf16(csv, u16::to_le_bytes), "the input is UTF-16", 0),
        ("UTF-16, the other way", utf16(csv, u16::to_be_bytes), "the input is UTF-16", 0),
        ("a spreadsheet", b"PK\x03\x04canary".to_vec(), "the input is a spreadsheet or is compressed: ", 0),
        ("compressed", b"\x1f\x8b\x08canary".to_vec(), "the input is a spreadsheet or is compressed: ", 0),
        ("Latin-1 in the header", b"user_id,job_id,\xe9\n".to_vec(), "the header of the CSV is not UTF-8: ", 0),
        (
            "semicolons",
            b"user_id;job_id\nu;a\n".to_vec(),
            "the CSV is separated by semicolons: save it separated by commas",
            0,
        ),
        ("tabs", b"user_id\tjob_id\nu\ta\n".to_vec(), "the CSV is separated by tabs: ", 0),
        ("no header", b"u,canary\nu,b\n".to_vec(), "the header of the CSV has no column user_id: ", 0),
        ("user_id twice", b"user_id,job_id,user_id\n".to_vec(), "the header of the CSV has user_id twice: keep one", 0),
        ("a column twice", b"user_id,job_id,a,a\n".to_vec(), "column 4 of the CSV has the name of another: ", 0),
        ("nothing", Vec::new(), "there are no jobs in the input: give CSV with a header, or NDJSON", 0),
        (
            "an array",
            b"[{\"user_id\":\"u\",\"job_id\":\"a\"}]".to_vec(),
            "the input is a JSON array: give one object on each line",
            0,
        ),
        (
            "an open quote",
            format!("{csv}u,\"canary\nu,b\nu,c\n").into_bytes(),
            "line 3 of the CSV has a quote that is not closed: close it",
            1,
        ),
        (
            "an open quote in the header",
            b"user_id,\"job_id\nu,canary\n".to_vec(),
            "line 1 of the CSV has a quote that is not closed",
            0,
        ),
        (
            "two open quotes, one in the header",
            b"user_id,job_id,\"n\nu,a,\"canary\n".to_vec(),
            "the header of the CSV has line ends in quotes, and text behind a quote that closes",
            0,
        ),
        (
            "an open quote after CRLF",
            b"user_id,job_id\r\nu,a\r\n\r\nu,\"canary\r\nu,b\r\n".to_vec(),
            "line 4 of the CSV has a quote that is not closed",
            1,
        ),
        (
            "an open quote in a large file",
            long.into_bytes(),
            "line 3 of the CSV is longer than 1 MiB: close its quotes",
            1,
        ),
    ] {
        let store = Store::with("unreadable", 0);
        let (code, out, err, waiting) = import(&store, &input, &[]);
        let said = err.strip_prefix("smileid: invalid_input: ").unwrap_or_else(|| panic!("{name}: {err}"));
        assert!(said.starts_with(problem) && !err.contains("canary"), "{name}: {err}");
        assert_eq!((code, out.as_str(), waiting), (2, "", jobs.into()), "{name}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_was_read_goes_in_when_refused_lines_cannot_be_written() {
    let store = Store::with("rejects-full", 0);
    let (jobs, rejects) = (store.0.join("jobs.csv"), store.0.join("rejects.csv"));
    std::fs::write(&jobs, format!("user_id,job_id\nu,a\n{}", format!(",{}\n", "x".repeat(1000)).repeat(1000))).unwrap();
    // The system refuses what a file has beyond 600 KiB, as it refuses a write to a full disk.
    let command = store.smileid(&["import", jobs.to_str().unwrap(), "--rejects", rejects.to_str().unwrap()]).command();
    let mut limited = std::process::Command::new("bash");
    limited
        .args(["-c", "ulimit -f 600; trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args());
    limited.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ran = limited.output().unwrap();
    let err = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(2), "{err}");
    assert!(err.contains("the file of --rejects cannot be written"), "{err}");
    let counts: Value = serde_json::from_str(&store.smileid(&["status", "--output", "json"]).run().out).unwrap();
    assert_eq!(counts["waiting"], 1);
}
