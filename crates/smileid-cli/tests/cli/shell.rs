//! `completions`, `man` and `help`: each names every command and every flag, and each is read without complaint by what it is made for.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::common::Run;

const TOPICS: [&str; 4] = ["exit-codes", "configuration", "environment", "profiles"];

fn told(arguments: &[&str]) -> String {
    let ran = Run::new(arguments).run();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
    ran.out
}

/// The commands, as the program's own help lists them.
fn commands() -> Vec<String> {
    let help = told(&["--help"]);
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
        let script = told(&["completions", shell]);
        for command in &every {
            assert!(script.contains(command.as_str()), "{shell}: {command}");
            let flags = flags(&told(&["help", command]));
            assert!(flags.contains("--output") && flags.contains("--help"), "{flags:?}");
            for flag in flags {
                // fish has `-l name`.
                let named = script.contains(&flag) || script.contains(&format!("-l {}", flag.trim_start_matches('-')));
                assert!(named, "{shell}: {command} {flag}");
            }
        }
        for topic in TOPICS {
            assert!(script.contains(topic), "{shell}: {topic}");
        }
    }
    let fish = told(&["completions", "fish"]);
    for (command, word) in [("help", "exit-codes"), ("man", "status"), ("completions", "zsh")] {
        let line = format!("using_subcommand {command}\" -f -a '{word}'");
        assert!(fish.contains(&line), "{line}");
    }
}

#[test]
fn shells_can_read_their_completions() {
    for (shell, how) in [("bash", &["-n"][..]), ("zsh", &["-n"]), ("fish", &["--no-execute"])] {
        if let Some(said) = read_by(shell, how, &told(&["completions", shell])) {
            assert_eq!(said, "", "{shell}");
        }
    }
}

#[test]
fn the_manual_names_every_command_flag_and_topic_on_one_page() {
    let page = told(&["man"]);
    let plain = page.replace("\\-", "-");
    assert_eq!(page.lines().filter(|line| line.starts_with(".TH ")).count(), 1);
    for command in commands() {
        assert!(plain.contains(&format!(".SS \"smileid {command}\"")), "{command}");
        for flag in flags(&told(&["help", &command])) {
            assert!(plain.contains(&flag), "{command} {flag}");
        }
    }
    for section in ["NAME", "SYNOPSIS", "COMMANDS", "EXIT STATUS", "CONFIGURATION", "ENVIRONMENT", "FILES", "EXAMPLES"]
    {
        let heading = [format!(".SH {section}\n"), format!(".SH \"{section}\"\n")];
        assert!(heading.iter().any(|heading| page.contains(heading)), "{section}");
    }
    assert!(plain.contains("SMILEID_API_KEY_FILE") && plain.contains("profiles.toml") && page.is_ascii());
}

#[test]
fn the_manual_is_rendered_without_a_warning() {
    let mut pages = vec![told(&["man"])];
    pages.extend(commands().iter().map(|command| told(&["man", command])));
    for page in pages {
        if let Some(said) = read_by("groff", &["-ww", "-man", "-Tascii"], &page) {
            assert_eq!(said, "", "{}", page.lines().find(|line| line.starts_with(".TH")).unwrap());
        }
    }
}

#[test]
fn help_tells_of_every_command_and_topic() {
    let list = told(&["--help"]);
    for topic in TOPICS {
        assert!(list.contains(&format!("smileid help {topic} ")), "{topic}");
        let text = told(&["help", topic]);
        assert!(text.lines().count() > 5 && text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
    for command in commands() {
        assert_eq!(told(&["help", &command]), told(&[&command, "--help"]), "{command}");
    }
    assert_eq!(told(&["help"]), list);
}

#[test]
fn every_variable_that_help_names_is_in_the_list_of_variables() {
    let variables = told(&["help", "environment"]);
    let mut all = told(&["help", "configuration"]) + &told(&["help", "profiles"]);
    for command in commands() {
        all += &told(&["help", &command]);
    }
    let named: BTreeSet<&str> =
        all.split(|c: char| !c.is_ascii_uppercase() && c != '_').filter(|word| word.starts_with("SMILEID_")).collect();
    assert_eq!(named.len(), 8, "{named:?}");
    for name in named {
        assert!(variables.contains(name), "{name}");
    }
}

#[test]
fn neither_needs_a_configuration_or_a_home() {
    for arguments in [&["completions", "bash"][..], &["man"], &["help", "profiles"], &["--help"]] {
        let ran = Run::new(arguments)
            .env("SMILEID_PROFILE", "no-such-profile")
            .env("SMILEID_PROFILE_FILE", "no-such-file")
            .env("SMILEID_API_KEY_FILE", "no-such-file")
            .run();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
    }
}
