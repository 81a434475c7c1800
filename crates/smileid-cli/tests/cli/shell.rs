//! `completions`, `man` and `help`: each names every command and flag, and shells and groff read the output without complaint.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::common::Run;

fn stdout(arguments: &[&str]) -> String {
    let ran = Run::new(arguments).run();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
    ran.out
}

/// The commands, as the program's own help lists them.
fn commands() -> Vec<String> {
    let help = stdout(&["--help"]);
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let list = list.split("\n\n").next().unwrap();
    list.lines().map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

/// The long flags that a help text lists.
fn flags(help: &str) -> BTreeSet<String> {
    let listed = help.lines().map(str::trim_start).filter(|line| line.starts_with('-') && !line.starts_with("- "));
    listed.filter_map(|line| Some(line.split_whitespace().find(|word| word.starts_with("--"))?.to_owned())).collect()
}

/// What a program says of a text that it is to read, or none where there is no such program.
fn read_by(program: &str, arguments: &[&str], text: &str) -> Option<String> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        eprintln!("left out: there is no {program} here");
        return None;
    };
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Some(if output.status.success() { said } else { format!("{said} ({})", output.status) })
}

#[test]
fn completions_name_every_command_and_flag() {
    let every = commands();
    assert!(every.len() >= 12 && every.contains(&"doctor".to_owned()), "{every:?}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = stdout(&["completions", shell]);
        for command in &every {
            assert!(script.contains(command.as_str()), "{shell}: {command}");
            let flags = if command == "help" { BTreeSet::new() } else { flags(&stdout(&["help", command])) };
            assert!(command == "help" || flags.contains("--output") && flags.contains("--help"), "{flags:?}");
            for flag in flags {
                // fish has `-l name`.
                let named = script.contains(&flag) || script.contains(&format!("-l {}", flag.trim_start_matches('-')));
                assert!(named, "{shell}: {command} {flag}");
            }
        }
    }
}

#[test]
fn shells_can_read_their_completions() {
    for (shell, how) in [("bash", &["-n"][..]), ("zsh", &["-n"]), ("fish", &["--no-execute"])] {
        if let Some(said) = read_by(shell, how, &stdout(&["completions", shell])) {
            assert_eq!(said, "", "{shell}");
        }
    }
}

#[test]
fn manual_pages_name_every_command_and_flag() {
    let page = stdout(&["man"]).replace("\\-", "-");
    for command in commands() {
        assert!(page.contains(&command), "{command}");
        if command == "help" {
            continue;
        }
        let page = stdout(&["man", &command]);
        assert!(page.is_ascii() && page.contains(&format!(".TH smileid-{command} 1")), "{page}");
        for flag in flags(&stdout(&["help", &command])) {
            assert!(page.replace("\\-", "-").contains(&flag), "{command} {flag}");
        }
    }
    for words in ["SMILEID_API_KEY_FILE", "profiles.toml", "Exit status", "smileid demo"] {
        assert!(page.contains(words) && page.is_ascii(), "{words}");
    }
}

#[test]
fn manual_pages_render_without_a_warning() {
    let mut pages = vec![stdout(&["man"])];
    pages.extend(commands().iter().filter(|command| *command != "help").map(|command| stdout(&["man", command])));
    for page in pages {
        if let Some(said) = read_by("groff", &["-ww", "-man", "-Tascii"], &page) {
            assert_eq!(said, "", "{}", page.lines().find(|line| line.starts_with(".TH")).unwrap());
        }
    }
}

#[test]
fn help_of_a_command_has_two_spellings() {
    for command in commands().iter().filter(|command| *command != "help") {
        assert_eq!(stdout(&["help", command]), stdout(&[command, "--help"]), "{command}");
    }
    assert_eq!(stdout(&["help"]), stdout(&["--help"]));
}

#[test]
fn neither_needs_a_configuration_or_a_home() {
    for arguments in [&["completions", "bash"][..], &["man"], &["help", "jobs"], &["--help"]] {
        let ran = Run::new(arguments)
            .env("SMILEID_PROFILE", "no-such-profile")
            .env("SMILEID_PROFILE_FILE", "no-such-file")
            .env("SMILEID_API_KEY_FILE", "no-such-file")
            .run();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
    }
}

#[test]
fn help_and_version_succeed() {
    for arguments in
        [&["--help"][..], &["-h"], &["--version"], &["status", "--help"], &["sandbox", "-h"], &["help", "wait"]]
    {
        let ran = Run::new(arguments).run();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
        assert!(ran.out.contains("smileid") && !ran.out.contains('\x1b'), "{}", ran.out);
    }
}
