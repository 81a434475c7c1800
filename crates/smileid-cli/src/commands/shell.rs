//! `smileid completions`, `smileid man` and `smileid help`: made from the description of the command line and from the topics, so that
//! they cannot say anything else. They read no configuration.

use core::fmt::Write as _;
use std::io;

use clap::{Arg, Command};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::DONE;
use crate::args::examples::{self, Example};
use crate::args::{HELP_VALUE, described};
use crate::failure::{Failure, Kind};
use crate::output::{self, Paint};
use crate::pages::{TOPICS, rendered, topic};

pub(super) fn completions(shell: Shell) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut described(), "smileid", &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if shell == Shell::Fish {
        script += &fish_words();
    }
    output::data(&script)?;
    Ok(DONE)
}

/// The words of a fixed choice that stand without a flag, which the generator for fish leaves out.
fn fish_words() -> String {
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
    let mut lines = String::new();
    for command in built().get_subcommands() {
        for value in command.get_positionals().flat_map(Arg::get_possible_values) {
            let about = value.get_help().map(ToString::to_string).unwrap_or_default();
            let _written = writeln!(
                lines,
                "complete -c smileid -n \"__fish_smileid_using_subcommand {}\" -f -a '{}' -d '{}'",
                command.get_name(),
                quoted(value.get_name()),
                quoted(&about)
            );
        }
    }
    lines
}

/// The help of the program, of a command, or a topic.
pub(super) fn help(word: Option<&str>) -> Result<u8, Failure> {
    let mut command = built();
    let text = match (word, word.and_then(topic)) {
        (_, Some(topic)) => topic.text(),
        (None, None) => shown(&mut command),
        (Some(name), None) => shown(command.find_subcommand_mut(name).ok_or_else(unknown)?),
    };
    output::data(&text)?;
    Ok(DONE)
}

/// Help with its headings set off where standard output is a terminal.
fn shown(command: &mut Command) -> String {
    let help = command.render_long_help();
    if Paint::for_stdout().is_on() { help.ansi().to_string() } else { help.to_string() }
}

/// The whole manual, or the page of one command.
pub(super) fn man(name: Option<&str>) -> Result<u8, Failure> {
    let command = built();
    let page = match name {
        None => manual(&command),
        Some(name) => command.find_subcommand(name).ok_or_else(unknown).map(page_of)?,
    };
    let page =
        page.map_err(|error| Failure::new(Kind::Internal, format!("the manual cannot be made: {}", error.kind())))?;
    output::data(&page)?;
    Ok(DONE)
}

fn built() -> Command {
    let mut command = described();
    command.build();
    command
}

/// The words were checked when the command line was read.
fn unknown() -> Failure {
    Failure::invalid(format!("there is no such {HELP_VALUE}; see smileid help"))
}

/// The page of one command.
fn page_of(command: &Command) -> io::Result<String> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let mut page = beginning_of(command, &name)?;
    let mut rest = Roff::new();
    shown_examples(&mut rest, examples::of(command.get_name()));
    rest.control("SH", ["SEE ALSO"]);
    rest.text([roman("smileid(1), where exits, configuration and files are told")]);
    page += &rest.render();
    Ok(joined(&page))
}

/// All of it on one page: what commands share is told once, behind them.
fn manual(command: &Command) -> io::Result<String> {
    let mut page = beginning_of(command, "smileid")?;
    page += ".SH COMMANDS\n";
    for sub in command.get_subcommands() {
        page += &section_of(sub)?;
    }
    // The flags of the configuration, from a command that takes them all.
    if let Some(all) = command.get_subcommands().find(|sub| takes_connection(sub)) {
        let shared = hiding(all, |arg| arg.get_help_heading().is_none());
        page += &text_of(|out| Man::new(shared).render_options_section(out))?;
    }
    let mut rest = Roff::new();
    for topic in &TOPICS {
        rest.control("SH", [topic.section]);
        rendered(&mut rest, &topic.blocks());
    }
    let all = examples::FIRST.iter().chain(command.get_subcommands().flat_map(|sub| examples::of(sub.get_name())));
    shown_examples(&mut rest, all);
    page += &rest.render();
    Ok(joined(&page))
}

/// One command in the manual: what it does, and the flags that it alone has.
fn section_of(command: &Command) -> io::Result<String> {
    let mut head = Roff::new();
    head.control("SS", [format!("smileid {}", command.get_name()).as_str()]);
    if let Some(about) = command.get_about() {
        head.text([roman(format!("{about}."))]);
    }
    if command.get_arguments().any(|arg| arg.get_help_heading().is_some() && !arg.is_hide_set()) {
        let also = if takes_connection(command) { "CREDENTIALS and CONNECTION" } else { "CREDENTIALS" };
        head.text([roman(format!("It also takes the flags under {also}."))]);
    }
    let common = |arg: &Arg| arg.get_help_heading().is_some() || matches!(arg.get_id().as_str(), "output" | "help");
    let own = hiding(command, common);
    let options = text_of(|out| Man::new(own).render_options_section(out))?;
    // The heading of a page of its own would be a chapter here.
    let options: String = options.split_inclusive('\n').filter(|line| !line.starts_with(".SH ")).collect();
    Ok(head.render() + &options)
}

fn takes_connection(command: &Command) -> bool {
    command.get_arguments().any(|arg| arg.get_id() == "base_url" && !arg.is_hide_set())
}

/// The same command without the flags that are told elsewhere.
fn hiding(command: &Command, elsewhere: impl Fn(&Arg) -> bool) -> Command {
    command.clone().mut_args(|arg| {
        let hidden = arg.is_hide_set() || elsewhere(&arg);
        arg.hide(hidden)
    })
}

fn shown_examples(page: &mut Roff, examples: impl IntoIterator<Item = &'static Example>) {
    page.control("SH", ["EXAMPLES"]);
    let mut told: Vec<&str> = Vec::new();
    for example in examples {
        if told.contains(&example.line) {
            continue;
        }
        told.push(example.line);
        page.control("PP", []);
        page.text([roman(format!("{}:", example.about))]);
        page.control("PP", []);
        page.control("RS", ["4"]);
        page.control("nf", []);
        page.text([roman(example.line)]);
        page.control("fi", []);
        page.control("RE", []);
    }
}

/// A page as far as clap can tell it: its title, what the command is for, and its flags.
fn beginning_of(command: &Command, title: &str) -> io::Result<String> {
    let source = format!("smileid {}", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).title(title).source(source).manual("Smile ID job status");
    text_of(|out| {
        man.render_title(out)?;
        man.render_name_section(out)?;
        man.render_synopsis_section(out)?;
        man.render_description_section(out)?;
        man.render_options_section(out)
    })
}

fn text_of(render: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<String> {
    let mut page = Vec::new();
    render(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// The pieces as one page. Each was begun with the same definitions, which have to stand once, at the top; and what is beyond ASCII is
/// told by its number, which every reader of such pages understands.
fn joined(page: &str) -> String {
    let defines = |line: &str| line.starts_with(".ie \\n(.g .ds Aq") || line.starts_with(".el .ds Aq");
    let (first, rest): (Vec<&str>, Vec<&str>) = page.split_inclusive('\n').partition(|line| defines(line));
    let page: String = first.into_iter().take(2).chain(rest).collect();
    let mut ascii = String::with_capacity(page.len());
    for c in page.chars() {
        if c.is_ascii() {
            ascii.push(c);
        } else {
            let _written = write!(ascii, "\\[u{:04X}]", u32::from(c));
        }
    }
    ascii
}
