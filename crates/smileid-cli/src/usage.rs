//! From the words of the command line to its types, or to what is wrong with them: told without repeating a word that may be a key
//! or an id.

use core::error::Error as _;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, FromArgMatches};

use crate::args::{Cli, Format, HELP_VALUE, described};
use crate::failure::Failure;
use crate::output::{self, Paint};
use crate::pages::{TOPICS, topic};
use crate::words::{harmless, meant, suggested};

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
        _ => refused(&Failure::invalid(Mistake::new(&error, &arguments).explained())),
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

/// What other programs call a flag, and what to type here.
const CUSTOMARY: [(&str, &str); 17] = [
    ("json", "--output json"),
    ("text", "--output text"),
    ("format", "--output text or --output json"),
    ("sandbox", "--environment sandbox"),
    ("production", "--environment production"),
    ("live", "--environment production"),
    ("url", "--base-url URL"),
    ("host", "--base-url URL"),
    ("endpoint", "--base-url URL"),
    ("watch", "smileid wait"),
    ("follow", "smileid wait"),
    ("strict", "--level strict"),
    ("lax", "--level lax"),
    ("port", "--listen 127.0.0.1:PORT"),
    ("config", "--profile-file PATH"),
    ("shell", "smileid completions bash, or another shell's name"),
    ("insecure", "--ca-file PEM with the authority to trust: certificates are always checked"),
];

/// A command line that is not understood.
struct Mistake<'e> {
    error: &'e clap::Error,
    described: Command,
    /// The words before `command`: the program's name, and the command that it is a command of.
    prefix: String,
    words: Vec<&'e str>,
    /// The command's name, where one was given.
    command: Option<String>,
}

impl<'e> Mistake<'e> {
    fn new(error: &'e clap::Error, arguments: &'e [OsString]) -> Self {
        let described = described();
        let words: Vec<&str> = arguments.iter().skip(1).filter_map(|word| word.to_str()).collect();
        let first = words.iter().position(|word| described.find_subcommand(word).is_some());
        let outer = first.and_then(|at| described.find_subcommand(words.get(at)?));
        // Of a command that has commands, such as `jobs`, it is those that can be mistaken.
        let (described, prefix, rest) = match outer.filter(|command| command.has_subcommands()) {
            Some(command) => (command.clone(), format!("smileid {}", command.get_name()), first.map_or(0, |at| at + 1)),
            None => (described.clone(), "smileid".to_owned(), 0),
        };
        let inner = words.iter().skip(rest).find_map(|word| described.find_subcommand(word));
        let command = inner.map(|command| command.get_name().to_owned());
        Self { error, described, prefix, words, command }
    }

    /// What is wrong, and where to read on.
    fn explained(&self) -> String {
        let problem = self.problem();
        let end = if problem.ends_with('?') { "" } else { ";" };
        match &self.command {
            Some(command) => format!("{problem}{end} see {} {command} --help", self.prefix),
            None => format!("{problem}{end} see {} --help", self.prefix),
        }
    }

    /// What is wrong, in words of our own: clap's repeat the value that was given.
    fn problem(&self) -> String {
        match self.error.kind() {
            ErrorKind::InvalidValue => self.value(),
            ErrorKind::ValueValidation => {
                // The validators' own words, which hold no value.
                let why = self.error.source();
                let why = why.map_or_else(|| "has a value it does not take".to_owned(), ToString::to_string);
                format!("{}: {why}", self.argument())
            }
            ErrorKind::UnknownArgument => self.unknown(),
            ErrorKind::InvalidSubcommand => {
                let given = self.context(ContextKind::InvalidSubcommand).concat();
                let all = self.commands();
                let topics = TOPICS.iter().map(|topic| topic.name);
                let known = all.iter().map(String::as_str).chain(topics).chain(["--version"]);
                let similar = if given == "version" { Some("--version") } else { meant(&given, known) };
                let similar = match similar.and_then(topic) {
                    Some(topic) => suggested(Some(&format!("help {}", topic.name))),
                    None => suggested(similar),
                };
                format!("no such command: the commands are {}{similar}", all.join(", "))
            }
            ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                format!("a command is missing, one of {}", self.commands().join(", "))
            }
            ErrorKind::MissingRequiredArgument => format!("missing: {}", self.argument()),
            ErrorKind::ArgumentConflict => {
                let argument = self.argument();
                if self.context(ContextKind::PriorArg).first() == Some(&argument) {
                    format!("{argument} is given twice: keep one")
                } else {
                    format!("{argument} cannot stand beside another argument that was given")
                }
            }
            ErrorKind::TooManyValues => format!("{} takes no value: leave off what stands behind it", self.argument()),
            ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
                format!("{} has too many values or too few", self.argument())
            }
            ErrorKind::InvalidUtf8 => "an argument is not UTF-8: type it anew".to_owned(),
            _ => "the command line is not understood".to_owned(),
        }
    }

    /// The argument that is wrong, as its own help names it; or those that are missing.
    fn argument(&self) -> String {
        let names = self.context(ContextKind::InvalidArg);
        if names.is_empty() { "an argument".to_owned() } else { names.join(", ") }
    }

    fn context(&self, kind: ContextKind) -> Vec<String> {
        match self.error.get(kind) {
            Some(ContextValue::Strings(words)) => words.clone(),
            Some(ContextValue::String(word)) => vec![word.clone()],
            _ => Vec::new(),
        }
    }

    fn commands(&self) -> Vec<String> {
        self.described.get_subcommands().map(|c| c.get_name().to_owned()).collect()
    }

    /// A value that is none of those there are, or none at all.
    fn value(&self) -> String {
        let (argument, valid) = (self.argument(), self.context(ContextKind::ValidValue));
        let given = self.context(ContextKind::InvalidValue).concat();
        if given.is_empty() {
            let one_of = if valid.is_empty() { String::new() } else { format!(", one of: {}", valid.join(", ")) };
            return format!("{argument} needs a value{one_of}");
        }
        let similar = suggested(meant(&given, valid.iter().map(String::as_str)));
        if argument.contains(HELP_VALUE) {
            return format!("no such command or topic: there are {}{similar}", valid.join(", "));
        }
        format!("{argument} takes one of: {}{similar}", valid.join(", "))
    }

    /// A flag that nobody has, that stands in the wrong place, or that belongs to another command; or a word too many.
    fn unknown(&self) -> String {
        let given = self.argument();
        let Some(name) = given.strip_prefix("--") else {
            return if given.starts_with('-') && given.len() > 1 { self.one_dash(&given) } else { self.too_many() };
        };
        let having = |name: &str| -> Vec<&str> {
            let all = self.described.get_subcommands();
            all.filter(|c| c.get_arguments().any(|a| a.get_long() == Some(name))).map(Command::get_name).collect()
        };
        // What a flag of some command is called is nobody's secret; other words may be.
        let owners = having(name);
        match (&self.command, owners.first()) {
            (Some(command), Some(_)) if self.precedes(&given, command) => {
                return format!("{given} stands behind the command: {} {command} {given} …", self.prefix);
            }
            (None, Some(first)) => {
                return format!("{given} stands behind the command: {} {first} {given} …", self.prefix);
            }
            (Some(command), Some(_)) if owners.contains(&command.as_str()) => {
                return format!("{given} stands behind --, where no flag is taken: give it before");
            }
            (Some(command), Some(_)) => {
                return format!("{given} is a flag of {}, not of {command}", owners.join(", "));
            }
            (_, None) => {}
        }
        if let Some((_, instead)) = CUSTOMARY.iter().find(|(flag, _)| *flag == name) {
            return format!("there is no flag {given}: type {instead}");
        }
        let command = self.command.as_deref().and_then(|command| self.described.find_subcommand(command));
        let known: Vec<String> = command.unwrap_or(&self.described).get_arguments().filter_map(long).collect();
        let known = known.iter().map(String::as_str).chain(["--output", "--help", "--version"]);
        match (harmless(name), meant(&given, known)) {
            (Some(_), Some(similar)) => format!("there is no flag {given}{}", suggested(Some(similar))),
            (None, Some(similar)) => format!("there is no such flag{}", suggested(Some(similar))),
            (_, None) => "there is no such flag".to_owned(),
        }
    }

    /// A word with one dash: a flag of other programs, or a file. The path of a file is repeated by those commands in any case.
    fn one_dash(&self, given: &str) -> String {
        let problem = "there is no such flag: all but -h and -V begin with two dashes";
        let command = self.command.as_deref().and_then(|command| self.described.find_subcommand(command));
        let reads_a_file =
            command.is_some_and(|c| c.get_positionals().any(|a| a.get_value_hint() == clap::ValueHint::FilePath));
        // clap names the first letter only.
        let whole = self.words.iter().find(|word| word.starts_with(given) && !word.starts_with("--"));
        match whole.filter(|_| reads_a_file) {
            Some(word) => format!("{problem}; a file of that name is given as ./{word}"),
            None => problem.to_owned(),
        }
    }

    /// Whether a flag was given before the command.
    fn precedes(&self, flag: &str, command: &str) -> bool {
        let place = |wanted: &str| self.words.iter().position(|w| w.split('=').next() == Some(wanted));
        place(flag).is_some_and(|flag| place(command).is_some_and(|command| flag < command))
    }

    /// A word where no word, or no further one, is taken.
    fn too_many(&self) -> String {
        let named = self.command.as_deref().and_then(|command| self.described.find_subcommand(command));
        let ids = named.is_some_and(|c| c.get_arguments().any(|a| a.get_long() == Some("job-id")));
        let why = if ids { ": the ids are given with --user-id and --job-id" } else { "" };
        format!("there is an argument too many{why}")
    }
}

fn long(argument: &clap::Arg) -> Option<String> {
    argument.get_long().map(|name| format!("--{name}"))
}
