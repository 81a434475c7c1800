//! Response bodies as files. The `.told` file beside each contains the expected result. To add a case, add a file.
//!
//! `ok` are replies as documented (the document's own has its two trailing commas), `odd` those that are read leniently, `err` those
//! that are refused. Where a `.told` file is missing or wrong, the failure shows what it should hold.

use core::fmt::Write;
use std::fs;
use std::path::Path;

use smileid_core::{
    DecodeOptions, Flag, JobStatus, ReplyError,
    json::{Checked, JsonErrorKind, Options},
};

fn flag(flag: Flag) -> &'static str {
    match flag {
        Flag::True => "true",
        Flag::False => "false",
        Flag::Missing => "missing",
        _ => "unknown",
    }
}

fn summary(body: Vec<u8>) -> String {
    let mut summary = String::new();
    let status = match JobStatus::decode(body, &DecodeOptions::default()) {
        Ok(status) => status,
        Err(ReplyError::Json(error)) => return format!("refused {} {}\n", error.kind().as_str(), error.offset()),
        Err(error) => return format!("refused: {error}\n"),
    };
    let line = |summary: &mut String, name: &str, value: &str| writeln!(summary, "{name} {value}").unwrap();
    line(&mut summary, "job_complete", flag(status.job_complete()));
    line(&mut summary, "job_success", flag(status.job_success()));
    if let Some(code) = status.code() {
        line(&mut summary, "code", &code);
    }
    if let Some(text) = status.result_text() {
        line(&mut summary, "result is text:", &text);
    }
    for (name, entry) in status
        .result()
        .map(|r| ("result".into(), r))
        .into_iter()
        .chain(status.history().enumerate().map(|(i, entry)| (format!("entry {i}"), entry)))
    {
        let code = entry.result_code_info().map(|c| format!("{} {}", c.code, c.category.as_str()));
        let job_type = entry.partner_params().job_type();
        writeln!(
            summary,
            "{name}: {} {job_type:?} final {}",
            code.as_deref().unwrap_or("-"),
            flag(entry.is_final_result())
        )
        .unwrap();
        for action in entry.actions() {
            writeln!(summary, "  {}: {} ({action:?})", action.name_text(), action.outcome_text()).unwrap();
        }
    }
    for repair in status.repairs().list() {
        writeln!(summary, "repair {} {}", repair.kind.as_str(), repair.offset).unwrap();
    }
    for reading in status.readings().list() {
        writeln!(summary, "reading {} {} {}", reading.kind.as_str(), reading.field, reading.offset).unwrap();
    }
    if status.readings().count() > status.readings().list().len() {
        writeln!(summary, "readings in all {}", status.readings().count()).unwrap();
    }
    summary
}

fn bodies(folder: &str) -> Vec<(String, Vec<u8>, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("wire").join(folder);
    let mut bodies = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "json") {
            let summary = fs::read_to_string(path.with_extension("told")).unwrap_or_default();
            bodies.push((path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap(), summary));
        }
    }
    bodies.sort();
    assert!(!bodies.is_empty());
    bodies
}

#[test]
fn every_body_is_read_as_told() {
    let mut wrong = String::new();
    for folder in ["ok", "odd", "err"] {
        for (name, body, expected) in bodies(folder) {
            let found = summary(body);
            assert_eq!(found.starts_with("refused"), folder == "err", "{folder}/{name}: {found}");
            if found != expected {
                writeln!(wrong, "=== {folder}/{name}.told\n{found}").unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "read otherwise than recorded:\n{wrong}");
}

#[test]
fn documented_replies_have_no_readings_but_placeholders_and_their_json_is_strict_and_says_the_same() {
    for (name, body, _) in bodies("ok").into_iter().chain(bodies("odd")) {
        let status = JobStatus::decode(body, &DecodeOptions::default()).unwrap();
        let json = status.expose_json().into_bytes();
        assert!(Checked::new(&json, Options::STRICT).unwrap().repairs().is_empty());
        let again = JobStatus::decode(json.clone(), &DecodeOptions::default().with_json(Options::STRICT)).unwrap();
        let kinds = |s: &JobStatus| s.readings().list().iter().map(|r| (r.kind, r.field.clone())).collect::<Vec<_>>();
        assert_eq!(kinds(&again), kinds(&status), "{name}");
        assert_eq!(again.expose_json().into_bytes(), json, "{name}");
    }
    for (name, body, _) in bodies("ok") {
        let status = JobStatus::decode(body, &DecodeOptions::default()).unwrap();
        let lenient = status.readings().list().iter().any(|r| r.kind.as_str() != "placeholder");
        assert!(!lenient, "{name}: {:?}", status.readings());
    }
}

#[test]
fn every_beginning_of_a_body_is_refused() {
    for (name, body, _) in bodies("ok") {
        let end = body.iter().rposition(|b| *b == b'}').unwrap();
        for cut in 0..end {
            let error = JobStatus::decode(body[..cut].to_vec(), &DecodeOptions::default()).unwrap_err();
            let ReplyError::Json(error) = error else { panic!("{name} cut at {cut}: {error}") };
            let known =
                [JsonErrorKind::Truncated, JsonErrorKind::Empty, JsonErrorKind::Blank, JsonErrorKind::InvalidUtf8];
            assert!(known.contains(&error.kind()), "{name} cut at {cut}: {error}");
        }
    }
}
