//! Reads the command line. Its mistakes are clap's messages, in one line and without any word that may be a key or an id.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, FromArgMatches};

use crate::args::{Cli, Format, described};
use crate::failure::Failure;
use crate::output::{self, Paint};

/// Returns the command line, or the exit status after help, version or a failure was printed.
pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Cli, u8> {
    let arguments: Vec<OsString> = arguments.collect();
    let refused = |failure: &Failure| {
        failure.print(wanted(&arguments));
        failure.exit()
    };
    if names_a_key(&arguments) {
        let message = "a key is never an argument, where every user of the machine can read it: give --api-key-file PATH \
                       (- for standard input), SMILEID_API_KEY_FILE, or SMILEID_API_KEY";
        return Err(refused(&Failure::invalid(message)));
    }
    let described = described();
    if let Some(message) = without_value(&described, &arguments) {
        return Err(refused(&Failure::invalid(message)));
    }
    let parsed = described.try_get_matches_from(&arguments).and_then(|found| Cli::from_arg_matches(&found));
    parsed.map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = error.render();
            let text = if Paint::for_stdout().is_on() { text.ansi().to_string() } else { text.to_string() };
            output::data(&text).map_or_else(|failure| refused(&failure), |()| 0)
        }
        _ => refused(&Failure::invalid(explained(error, &arguments))),
    })
}

/// The form of failures, which is needed before the command line is understood: JSON if `--output json` is anywhere on it.
fn wanted(arguments: &[OsString]) -> Format {
    let is_json = |value: &str| value.eq_ignore_ascii_case("json");
    let words: Vec<&str> = arguments.iter().map(|word| word.to_str().unwrap_or_default()).collect();
    let apart = words.windows(2).any(|pair| matches!(pair, ["--output", value] if is_json(value)));
    let joined = || words.iter().filter_map(|word| word.strip_prefix("--output=")).any(is_json);
    if apart || joined() { Format::Json } else { Format::Text }
}

/// A flag whose value is missing, so that the next flag would be taken for it: ids may start with a dash.
fn without_value(described: &Command, arguments: &[OsString]) -> Option<String> {
    let words: Vec<&str> = arguments.iter().skip(1).map(|word| word.to_str().unwrap_or_default()).collect();
    let command = words.iter().find_map(|word| described.find_subcommand(word))?;
    let flag = |word: &str| {
        let name = word.strip_prefix("--")?.split('=').next()?;
        command.get_arguments().chain(described.get_arguments()).find(|argument| argument.get_long() == Some(name))
    };
    let mut words = words.into_iter().take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        let Some(argument) = flag(word).filter(|argument| argument.get_action().takes_values() && !word.contains('='))
        else {
            continue;
        };
        let value = words.next()?;
        if flag(value).is_some() || matches!(value, "--help" | "-h") {
            let value_name = argument.get_value_names().and_then(<[_]>::first).map_or("VALUE", |name| name.as_str());
            let command = command.get_name();
            return Some(format!(
                "{word} <{value_name}> needs a value (one that is spelt like a flag is given with {word}=); see smileid {command} --help"
            ));
        }
    }
    None
}

fn names_a_key(arguments: &[OsString]) -> bool {
    let flags = arguments.iter().take_while(|a| *a != "--");
    flags.filter_map(|a| a.to_str()).any(|a| {
        let name = a.split('=').next().unwrap_or_default();
        matches!(name, "--api-key" | "--apikey" | "--api_key" | "--key" | "--previous-api-key")
    })
}

/// The longest word that a message repeats, in bytes: no flag is longer, and most keys are.
const LONGEST: usize = 24;

/// What other programs call a flag, and what to type here.
const CUSTOMARY: [(&str, &str); 13] = [
    ("json", "--output json"),
    ("format", "--output text or --output json"),
    ("sandbox", "--environment sandbox"),
    ("production", "--environment production"),
    ("url", "--base-url URL"),
    ("host", "--base-url URL"),
    ("watch", "smileid wait"),
    ("strict", "--level strict"),
    ("lax", "--level lax"),
    ("port", "--listen 127.0.0.1:PORT"),
    ("config", "--profile-file PATH"),
    ("shell", "smileid completions SHELL"),
    ("insecure", "--ca-file PEM with the authority to trust: certificates are always checked"),
];

/// Returns clap's own message on one line, without any word that may be a value, and names the help to read.
fn explained(mut error: clap::Error, arguments: &[OsString]) -> String {
    let words: Vec<&str> = arguments.iter().skip(1).filter_map(|word| word.to_str()).collect();
    let mut hint = String::new();
    if error.kind() == ErrorKind::UnknownArgument {
        let given = context(&error, ContextKind::InvalidArg);
        if let Some((_, instead)) = CUSTOMARY.iter().find(|(flag, _)| given.strip_prefix("--") == Some(flag)) {
            hint = format!("; type {instead}");
        }
        if is_short(&given) {
            // clap names only the first letter.
            let word = words.iter().find(|word| word.starts_with(&given) && !word.starts_with("--"));
            hint = word
                .filter(|_| reads_a_file(&words))
                .map_or_else(String::new, |word| format!("; a file of that name is ./{word}"));
        } else if !given.strip_prefix("--").is_some_and(is_harmless) {
            error.insert(ContextKind::InvalidArg, ContextValue::String("…".to_owned()));
        }
    }
    for kind in [ContextKind::InvalidValue, ContextKind::InvalidSubcommand] {
        if !context(&error, kind).is_empty() && error.kind() != ErrorKind::MissingSubcommand {
            error.insert(kind, ContextValue::String("…".to_owned()));
        }
    }
    // Some of these repeat the word as an argument after `--`; others name the command that has the flag.
    if let Some(ContextValue::StyledStrs(mut tips)) = error.remove(ContextKind::Suggested) {
        tips.retain(|tip| tip.to_string().ends_with("exists") && context(&error, ContextKind::InvalidArg) != "…");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
    }
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let end = ["\n\nUsage:", "\n\nFor more"].into_iter().filter_map(|mark| text.find(mark)).min().unwrap_or(text.len());
    let mut line = String::new();
    for part in text.get(..end).unwrap_or_default().lines().map(str::trim).filter(|part| !part.is_empty()) {
        line += if line.is_empty() {
            ""
        } else if part.starts_with("tip:") {
            "; "
        } else {
            " "
        };
        line += part;
    }
    format!("{line}{hint}; see {} --help", path(&words))
}

fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(word)) => word.clone(),
        _ => String::new(),
    }
}

fn is_short(given: &str) -> bool {
    given.len() == 2 && given.starts_with('-') && given.ends_with(|c: char| c.is_ascii_lowercase())
}

/// Whether a word can only be a flag's name, mistyped: small letters and dashes. Anything else may be a key or an id.
fn is_harmless(word: &str) -> bool {
    (1..=LONGEST).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'_')
}

/// The commands among the words, outermost first.
fn commands(words: &[&str]) -> Vec<Command> {
    let mut found = vec![described()];
    for word in words {
        if let Some(inner) = found.last().and_then(|command| command.find_subcommand(word)).cloned() {
            found.push(inner);
        }
    }
    found
}

fn path(words: &[&str]) -> String {
    commands(words).iter().map(Command::get_name).collect::<Vec<_>>().join(" ")
}

fn reads_a_file(words: &[&str]) -> bool {
    let is_file = |argument: &clap::Arg| argument.get_value_hint() == clap::ValueHint::FilePath;
    commands(words).last().is_some_and(|command| command.get_positionals().any(is_file))
}
