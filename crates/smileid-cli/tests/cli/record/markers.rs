//! What varies from run to run in what the command says, and the marker in its place in a recording.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use smileid_core::Timestamp;

use crate::common;

/// A pattern, and what is put in its place; `$1` is its first group. `TODAY` in a pattern is one of the days around now: other dates
/// are the cases' own, and stay.
const MARKERS: [(&str, &str); 17] = [
    (r"127\.0\.0\.1:\d{4,5}", "127.0.0.1:PORT"),
    (r"\b(?:TODAY)T\d\d:\d\d:\d\d\.\d{3}Z", "TIME"),
    (r#"("timestamp":"TIME","(?:signature|sec_key)":")[A-Za-z0-9+/]{43}=""#, "${1}SIGNATURE\""),
    (r#"(signature"?:? *"?)[A-Za-z0-9+/]{8}…"#, "${1}SIGNATUR…"),
    (r"signed \d+(?:\.\d)? (?:s|min|days)(?: \d+ s)? (?:ago|ahead of this clock|(?:before|after) now)", "signed SPAN"),
    (r"time spent: \d+\.\d s", "time spent: SPAN"),
    (r"requests: \d+", "requests: N"),
    (r"\([^()]*\(os error \d+\)\)", "(WHY)"),
    (r"\b\d+ trusted certificate", "N trusted certificate"),
    (r"\b0\.1\.0\b", "VERSION"),
    (r"\b[0-9a-f]{32}\b", "RANDOM"),
    (r#"("seconds":)\d+\.\d+"#, "${1}SECONDS"),
    (r"\b[0-9a-f]{64}\b", "SHA256"),
    (r"oldest due  since \d+ s", "oldest due  since SPAN"),
    (r#"("oldest_due_s":)\d+"#, "${1}SECONDS"),
    (r"asked (\d+) times in \d+ s", "asked $1 times in SPAN"),
    (r#"("sha256":"|sha256 )[0-9a-f]{64}"#, "${1}SHA256"),
];

/// A day, in milliseconds.
const DAY: i64 = 86_400_000;

static COMPILED: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let day = |ahead| Timestamp::at(common::moment(ahead)).as_str()[..10].to_owned();
    let today = [-DAY, 0, DAY].map(day).join("|");
    let compiled =
        |(pattern, marker): (&str, &'static str)| (Regex::new(&pattern.replace("TODAY", &today)).unwrap(), marker);
    MARKERS.map(compiled).into()
});

/// `text` with markers for what varies, `folder` among it.
pub(crate) fn put(text: &str, folder: &Path) -> String {
    let folder = folder.to_str().unwrap();
    // In JSON a path of Windows has each backslash twice.
    let text = text.replace(folder, "DIR").replace(&folder.replace('\\', r"\\"), "DIR");
    // Windows ignores the case of a variable's name, so the first spelling that is looked for is found.
    let text = if cfg!(windows) {
        text.replace("(all_proxy)", "(ALL_PROXY)").replace("no_proxy names", "NO_PROXY names")
    } else {
        text
    };
    COMPILED.iter().fold(text, |text, (pattern, marker)| pattern.replace_all(&text, *marker).into_owned())
}
