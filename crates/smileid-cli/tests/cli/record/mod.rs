//! Recorded cases: a file with what is set up, the command lines, and what each said. How they are read, run and written again is
//! here; what varies from run to run, in `markers.rs`.
//!
//! A line begins with what it is: `$` a command, `@` what is set up for it, `<` its standard input; and recorded `?` its exit,
//! `>` its standard output, `!` its standard error. Lines before the first of these say what the case is about. Each `@ file` is a line
//! of the file that it names.

pub(crate) mod markers;
pub(crate) mod schema;
mod service;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::common::{KEY, PARTNER, Run};
use service::Service;

/// A file's cases.
pub(crate) struct Recording {
    pub(crate) path: PathBuf,
    about: Vec<String>,
    blocks: Vec<Block>,
    /// The file as it is.
    text: String,
}

/// A command line, and what is recorded of it.
struct Block {
    /// `@` and `<` lines, as they stand.
    setup: Vec<String>,
    command: String,
}

/// What a command said when it was run now.
pub(crate) struct Said {
    /// The recording's file.
    pub(crate) path: PathBuf,
    pub(crate) command: String,
    pub(crate) exit: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Recording {
    pub(crate) fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let (mut about, mut blocks, mut setup) = (Vec::new(), Vec::new(), Vec::new());
        for line in text.lines() {
            match line.split_at_checked(1) {
                Some(("$", command)) => {
                    blocks.push(Block { setup: core::mem::take(&mut setup), command: command.trim().to_owned() });
                }
                Some(("@" | "<", _)) => setup.push(line.to_owned()),
                Some(("?" | ">" | "!", _)) => {}
                _ if blocks.is_empty() && setup.is_empty() => about.push(line.to_owned()),
                _ => assert!(line.is_empty(), "{}: what is {line:?}?", path.display()),
            }
        }
        assert!(setup.is_empty() && !blocks.is_empty(), "{}: it ends without a command", path.display());
        while about.last().is_some_and(String::is_empty) {
            about.pop();
        }
        Self { path: path.to_owned(), about, blocks, text }
    }

    /// Runs every command of it. What comes back first is the file as it would be recorded now.
    pub(crate) fn run(&self) -> (String, Vec<Said>) {
        let folder = tempfile::tempdir().unwrap();
        let mut recorded = self.about.iter().fold(String::new(), |text, line| text + line + "\n");
        let mut all = Vec::new();
        for block in &self.blocks {
            let said = Said { path: self.path.clone(), ..block.run(&folder) };
            recorded.push('\n');
            block.setup.iter().for_each(|line| recorded += &format!("{line}\n"));
            recorded += &format!("$ {}\n? {}\n", block.command, said.exit);
            for (sign, text) in [('>', &said.out), ('!', &said.err)] {
                assert!(text.is_empty() || text.ends_with('\n'), "{}: a last line without end", self.path.display());
                for line in markers::put(text, folder.path()).lines() {
                    recorded += format!("{sign} {line}").trim_end();
                    recorded.push('\n');
                }
            }
            all.push(said);
        }
        (recorded, all)
    }

    /// Where the recording and `now` first differ, if they do.
    pub(crate) fn difference(&self, now: &str) -> Option<String> {
        if self.text == now {
            return None;
        }
        let (mut was, mut is) = (self.text.lines(), now.lines());
        let mut number = 0;
        let (was, is) = loop {
            number += 1;
            match (was.next(), is.next()) {
                (was, is) if was == is && was.is_some() => {}
                differ => break differ,
            }
        };
        let shown = |line: Option<&str>| line.unwrap_or("(the end)").to_owned();
        Some(format!("{}:{number}:\n  recorded  {}\n  now       {}", self.path.display(), shown(was), shown(is)))
    }
}

impl Block {
    fn run(&self, folder: &TempDir) -> Said {
        let mut service = Service::default();
        let (mut environment, mut no_key, mut input) = (Vec::new(), false, String::new());
        let mut files: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for line in &self.setup {
            let (sign, rest) = line.split_at(1);
            let rest = rest.strip_prefix(' ').unwrap_or(rest);
            let (word, more) = rest.split_once(' ').unwrap_or((rest, ""));
            match (sign, word) {
                ("<", _) => input += &format!("{}\n", service::filled(rest)),
                (_, "bare") => no_key = true,
                (_, "env") => environment.push(more.split_once('=').unwrap()),
                (_, "file") => {
                    let (name, line) = more.split_once(' ').unwrap();
                    files.entry(name).or_default().push(service::filled(line));
                }
                _ => service.set_up(word, more),
            }
        }
        for (name, lines) in files {
            std::fs::write(folder.path().join(name), lines.join("\n")).unwrap();
        }
        let base = service.start();
        let place = |text: &str| text.replace("$BASE", &base).replace("$DIR", folder.path().to_str().unwrap());
        let (command, head) = self.command.split_once(" | head -").unwrap_or((&self.command, ""));
        let command = place(command);
        let words: Vec<&str> = command.split_whitespace().skip(1).map(|w| if w == "\"\"" { "" } else { w }).collect();
        let mut run = Run::new(&words).input(input.as_bytes());
        if !no_key {
            run = run.env("SMILEID_PARTNER_ID", PARTNER).env("SMILEID_API_KEY", KEY);
        }
        for (name, value) in environment {
            run = run.env(name, &place(&service::filled(value)));
        }
        let mut said = if words.first() == Some(&"sandbox") && !words.contains(&"--help") {
            until_it_waits(run.command())
        } else {
            let ran = run.run();
            Said { path: PathBuf::new(), command: String::new(), exit: ran.code, out: ran.out, err: ran.err }
        };
        if let Ok(lines) = head.parse() {
            said.out = said.out.lines().take(lines).fold(String::new(), |text, line| text + line + "\n");
        }
        Said { command, ..said }
    }
}

/// A command that goes on until it is killed: what it says first.
fn until_it_waits(mut command: Command) -> Said {
    use std::io::{BufRead, BufReader};
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut err) = (String::new(), String::new());
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut out).unwrap();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut err).unwrap();
    // One that has ended keeps its own exit; one that goes on ends by our hand, and that is recorded as 0.
    let ended = child.try_wait().unwrap().and_then(|status| status.code()).filter(|_| out.is_empty());
    child.kill().unwrap();
    child.wait().unwrap();
    Said { path: PathBuf::new(), command: String::new(), exit: ended.unwrap_or(0), out, err }
}
