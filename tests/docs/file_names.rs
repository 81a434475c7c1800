//! The names of the repository's files: every system can check out a clone, Windows included.

use std::collections::HashMap;
use std::process::Command;

/// Names that Windows keeps for devices, whatever ending follows.
const DEVICES: [&str; 8] = ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$", "$idle$"];

/// The longest path that Windows takes by default, less a usual place for a clone.
const LONGEST: usize = 180;

/// Why a path cannot be checked out everywhere.
fn problem(path: &str) -> Option<&'static str> {
    if path.len() > LONGEST {
        return Some("is too long");
    }
    path.split('/').find_map(|name| {
        let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
        let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
        let is_port =
            port.is_some_and(|n| ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"].contains(&n));
        if DEVICES.contains(&stem.as_str()) || is_port {
            Some("is the name of a device")
        } else if name.is_empty() || name.ends_with(['.', ' ']) {
            Some("ends with a dot or a space")
        } else if name.contains(|c: char| c.is_control() || "<>:\"|?*\\".contains(c)) {
            Some("has a character that Windows does not allow")
        } else {
            None
        }
    })
}

#[test]
fn names_that_windows_refuses_are_recognised() {
    for path in "
        nul tests/wire/err/nul.json a/NUL con.txt aux/a PRN.tar.gz com1 Com9.x lpt0 a./b b. a:b a? a*b a|b a<b
        a//b
    "
    .split_whitespace()
    .chain(["com¹.a", "nul .txt", "a /b", "a\"b", "a\\b", "a\u{7}b"])
    {
        assert!(problem(path).is_some(), "{path:?}");
    }
    assert!(problem(&"x".repeat(LONGEST + 1)).is_some());
    for path in "null.json nul-byte.json a.nul console.rs com.rs com10 auxiliary .gitignore"
        .split_whitespace()
        .chain(["a b", "é.json"])
    {
        assert_eq!(problem(path), None, "{path:?}");
    }
}

#[test]
fn every_file_has_a_name_for_every_system_and_none_differ_in_case_only() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let listed = Command::new("git").args(["-C", root, "ls-files", "-z"]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let paths: Vec<&str> = listed.split_terminator('\0').collect();
    assert!(paths.contains(&"Cargo.toml"), "this is a clone of the repository");
    let mut seen = HashMap::new();
    for path in paths {
        assert_eq!(problem(path), None, "{path}");
        // A folder too may differ in case only.
        let folders = path.char_indices().filter(|(_, c)| *c == '/').map(|(end, _)| path.split_at(end).0);
        for part in folders.chain([path]) {
            let other = *seen.entry(part.to_lowercase()).or_insert(part);
            assert_eq!(other, part, "two names that differ in case only");
        }
    }
}
