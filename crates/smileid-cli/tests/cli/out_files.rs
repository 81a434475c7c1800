//! The files that `sandbox --api-key-out` and `--ca-out` write: new, whole, for their owner only, and never a configured key.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;

use crate::common::Run;

/// A folder of one test, taken away with it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A run of `sandbox` in this folder, with these words after it.
    fn sandbox(&self, words: &str) -> Run {
        let mut command = Run::new(&["sandbox"]);
        command = command.args(&words.split_whitespace().collect::<Vec<_>>());
        command.within(self.0.path())
    }

    /// Starts a sandbox, waits for its first line, and stops it.
    fn started(&self, words: &str) {
        let mut command = self.sandbox(words).command();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut base = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut base).unwrap();
        child.kill().unwrap();
        let said = child.wait_with_output().unwrap().stderr;
        assert!(base.starts_with("http"), "{words}: {}", String::from_utf8_lossy(&said));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

#[test]
fn files_are_new_whole_and_their_owners_only() {
    let folder = Folder::new();
    folder.started("--tls --ca-out ca.pem --api-key-out key.txt");
    assert_eq!(folder.names(), ["ca.pem", "key.txt"]);
    assert_eq!(folder.text("key.txt").len(), 32);
    assert!(folder.text("ca.pem").ends_with("-----END CERTIFICATE-----\n"), "{}", folder.text("ca.pem"));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder.path("key.txt")), mode(&folder.path("ca.pem"))), (0o600, 0o600));
    // A configured key that does not exist yet may be made.
    let words = "--api-key-out other.txt --api-key-file other.txt";
    folder.started(words);
    assert_eq!(folder.text("other.txt").len(), 32);
}

#[test]
fn nothing_that_exists_is_replaced_without_force() {
    let folder = Folder::new();
    for name in ["key.txt", "ca.pem"] {
        fs::write(folder.path(name), "kept").unwrap();
    }
    fs::create_dir(folder.path("folder")).unwrap();
    symlink("nowhere", folder.path("dangling")).unwrap();
    symlink("ca.pem", folder.path("link")).unwrap();
    for (words, message) in [
        ("--api-key-out key.txt", "key.txt exists, and --api-key-out replaces nothing"),
        ("--tls --ca-out ca.pem", "--force to replace it"),
        // Both are checked before either is written.
        ("--tls --api-key-out new.txt --ca-out ca.pem", "ca.pem exists"),
        ("--tls --api-key-out new.txt --ca-out none/ca.pem", "there is no such folder"),
        ("--api-key-out dangling", "dangling exists"),
        ("--tls --ca-out link", "link exists"),
        ("--api-key-out folder --force", "it is a folder"),
        ("--api-key-out /dev/null --force", "a device or a pipe"),
        ("--api-key-out .. --force", "cannot be written"),
        ("--api-key-out -", "give the path of a file"),
        ("--tls --api-key-out new.txt --ca-out ./new.txt", "give each a separate path"),
        ("--tls --api-key-out ca.pem --ca-out link --force", "give each a separate path"),
    ] {
        let ran = folder.sandbox(words).run();
        assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (2, "", 1), "{words}: {}", ran.err);
        assert!(ran.err.starts_with("smileid: invalid_input: ") && ran.err.contains(message), "{words}: {}", ran.err);
        assert_eq!(folder.names(), ["ca.pem", "dangling", "folder", "key.txt", "link"], "{words}");
        assert_eq!((folder.text("key.txt"), folder.text("ca.pem")), ("kept".into(), "kept".into()), "{words}");
    }
    folder.started("--tls --api-key-out key.txt --ca-out link --force");
    assert_eq!(folder.text("key.txt").len(), 32);
    // The link is replaced, not what it leads to.
    assert!(folder.text("link").starts_with("-----BEGIN") && folder.text("ca.pem") == "kept");
}

#[test]
fn a_configured_key_is_never_replaced_by_whatever_path_it_is_named() {
    let folder = Folder::new();
    fs::create_dir(folder.path("sub")).unwrap();
    fs::write(folder.path("key.txt"), "kept").unwrap();
    symlink("key.txt", folder.path("link")).unwrap();
    symlink("nowhere", folder.path("dangling")).unwrap();
    fs::hard_link(folder.path("key.txt"), folder.path("hard")).unwrap();
    let profiles = "[default]\npartner_id = \"1\"\n[live]\nprevious_api_key_file = \"sub/../key.txt\"\n";
    fs::write(folder.path("profiles.toml"), profiles).unwrap();
    let absolute = folder.path("key.txt");
    let names = folder.names();
    for (words, variable) in [
        ("--api-key-out key.txt --api-key-file key.txt", ""),
        ("--api-key-out key.txt --api-key-file ./sub/../key.txt", ""),
        ("--api-key-out sub/../key.txt", "SMILEID_API_KEY_FILE"),
        ("--api-key-out link", "SMILEID_API_KEY_FILE"),
        ("--api-key-out hard", "SMILEID_API_KEY_FILE"),
        ("--api-key-out key.txt --api-key-file link", ""),
        ("--api-key-out key.txt --api-key-file hard", ""),
        ("--api-key-out dangling --api-key-file dangling", ""),
        ("--tls --ca-out key.txt", "SMILEID_API_KEY_FILE"),
        ("--tls --ca-out link", "SMILEID_PREVIOUS_API_KEY_FILE"),
        ("--api-key-out key.txt --previous-api-key-file key.txt", ""),
        // A flag counts before the variable, and the variable's key is a configured key all the same.
        ("--api-key-out key.txt --api-key-file other.txt", "SMILEID_API_KEY_FILE"),
        ("--api-key-out key.txt --profile-file profiles.toml", ""),
        ("--api-key-out key.txt --profile-file profiles.toml --profile live", ""),
    ] {
        for force in ["", " --force"] {
            let run = folder.sandbox(&format!("{words}{force}"));
            let run = if variable.is_empty() { run } else { run.env(variable, absolute.to_str().unwrap()) };
            let ran = run.run();
            assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{words}{force}: {}", ran.err);
            assert!(ran.err.contains("of a configured API key"), "{words}{force}: {}", ran.err);
            assert_eq!((folder.names(), folder.text("key.txt")), (names.clone(), "kept".into()), "{words}{force}");
        }
    }
    assert!(folder.path("dangling").is_symlink());
}

#[test]
fn a_scenario_without_end_is_read_no_further_than_its_limit() {
    let folder = Folder::new();
    for name in ["/dev/zero", "long"] {
        fs::write(folder.path("long"), "#".repeat((1 << 20) + 1)).unwrap();
        let ran = folder.sandbox(&format!("--scenario {name}")).run();
        assert!(ran.code == 2 && ran.err.contains("file too large"), "{name}: {}", ran.err);
    }
    fs::write(folder.path("fits"), "#".repeat(1 << 20)).unwrap();
    folder.started("--scenario fits");
}
