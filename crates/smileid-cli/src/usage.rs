//! From the words of the command line to its types, or to what is wrong with them: told without repeating a word that may be a key
//! or an id.

use core::error::Error as _;
use std::ffi::OsString;

use clap::FromArgMatches;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::args::{Cli, Format, described};
use crate::failure::Failure;
use crate::output;

/// The whole command line, or the exit status after help, version or a failure has been told.
pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Cli, u8> {
    let arguments: Vec<OsString> = arguments.collect();
    let refused = |failure: &Failure| {
        failure.tell(wanted(&arguments));
        failure.exit()
    };
    if names_a_key(&arguments) {
        let message = "a key is never an argument, where every user of the machine can read it: give --api-key-file PATH \
                       (- for standard input), SMILEID_API_KEY_FILE, or SMILEID_API_KEY";
        return Err(refused(&Failure::invalid(message)));
    }
    let parsed = described().try_get_matches_from(&arguments).and_then(|found| Cli::from_arg_matches(&found));
    parsed.map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match output::data(&error.render().to_string()) {
            Ok(()) => 0,
            Err(failure) => refused(&failure),
        },
        _ => refused(&Failure::invalid(explained(&error))),
    })
}

/// The form of failures, which is wanted before the command line is understood.
fn wanted(arguments: &[OsString]) -> Format {
    let follows =
        arguments.windows(2).any(|pair| matches!(pair, [name, value] if name == "--output" && value == "json"));
    if follows || arguments.iter().any(|a| a == "--output=json") { Format::Json } else { Format::Text }
}

fn names_a_key(arguments: &[OsString]) -> bool {
    let flags = arguments.iter().take_while(|a| *a != "--");
    flags.filter_map(|a| a.to_str()).any(|a| {
        let name = a.split('=').next().unwrap_or_default();
        matches!(name, "--api-key" | "--apikey" | "--api_key" | "--key" | "--previous-api-key")
    })
}

/// What is wrong, in words of our own: clap's repeat the value that was given.
fn explained(error: &clap::Error) -> String {
    let argument = || match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(name)) => name.clone(),
        Some(ContextValue::Strings(names)) => names.join(", "),
        _ => "an argument".to_owned(),
    };
    let listed = |kind| match error.get(kind) {
        Some(ContextValue::Strings(words)) => words.join(", "),
        Some(ContextValue::String(word)) => word.clone(),
        _ => String::new(),
    };
    let message = match error.kind() {
        ErrorKind::InvalidValue if !listed(ContextKind::ValidValue).is_empty() => {
            format!("{} takes one of: {}", argument(), listed(ContextKind::ValidValue))
        }
        ErrorKind::InvalidValue => format!("{} needs a value", argument()),
        ErrorKind::ValueValidation => {
            // The validators' own words, which hold no value.
            let why = error.source().map_or_else(|| "has a value it does not take".to_owned(), ToString::to_string);
            format!("{}: {why}", argument())
        }
        ErrorKind::UnknownArgument => unknown(&argument(), &listed(ContextKind::SuggestedArg)),
        ErrorKind::InvalidSubcommand => {
            let all: Vec<String> = commands().collect();
            format!("no such command: the commands are {}", all.join(", "))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let all: Vec<String> = commands().collect();
            format!("a command is missing, one of {}", all.join(", "))
        }
        ErrorKind::MissingRequiredArgument => format!("missing: {}", argument()),
        ErrorKind::ArgumentConflict => format!("{} cannot stand beside another argument that was given", argument()),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{} has too many values or too few", argument())
        }
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8".to_owned(),
        _ => "the command line is not understood".to_owned(),
    };
    format!("{message}; see smileid --help")
}

/// Names an unknown flag where it can be nothing but a mistyped one.
fn unknown(given: &str, similar: &str) -> String {
    let harmless = given.strip_prefix("--").is_some_and(|name| {
        (1..=24).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
    });
    let what = if harmless { format!("there is no flag {given}") } else { "there is an argument too many".to_owned() };
    if similar.is_empty() { what } else { format!("{what}; did you mean {similar}?") }
}

fn commands() -> impl Iterator<Item = String> {
    let names: Vec<String> = described().get_subcommands().map(|c| c.get_name().to_owned()).collect();
    names.into_iter()
}
