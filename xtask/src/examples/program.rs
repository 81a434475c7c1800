//! A process that is started, listened to line by line, told to stop, and never left behind. What it says is judged elsewhere.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::report::Stop;

/// How long a program may take for anything it is expected to do, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A line that a program wrote.
enum Line {
    Out(String),
    Err(String),
}

/// A running program.
pub(super) struct Program {
    child: Child,
    name: String,
    lines: Receiver<Line>,
    out: String,
    err: String,
}

/// What a program came to.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) out: String,
    pub(super) err: String,
}

impl Program {
    /// Starts it, with `input` for its standard input.
    pub(super) fn start(command: &mut Command, input: &str) -> Result<Self, Stop> {
        let name = command.get_program().to_string_lossy().into_owned();
        let name = name.rsplit('/').next().unwrap_or_default().to_owned();
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().map_err(|error| Stop::Failed(format!("{name} did not start: {error}")))?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that does not want its input may be gone already.
            let _written = stdin.write_all(input.as_bytes());
        }
        let (sender, lines) = mpsc::channel();
        if let Some(stdout) = child.stdout.take() {
            listen(stdout, sender.clone(), Line::Out);
        }
        if let Some(stderr) = child.stderr.take() {
            listen(stderr, sender, Line::Err);
        }
        Ok(Self { child, name, lines, out: String::new(), err: String::new() })
    }

    /// Starts it and lets it come to its end.
    pub(super) fn run(command: &mut Command, input: &str) -> Result<Ended, Stop> {
        Self::start(command, input)?.ended()
    }

    /// The next line that holds all the words, of either stream.
    pub(super) fn line(&mut self, words: &[&str]) -> Result<String, Stop> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.next(until) {
                Ok(line) if words.iter().all(|word| line.contains(word)) => return Ok(line),
                Ok(_) => {}
                Err(end) => {
                    let why = if end == RecvTimeoutError::Timeout { "in time" } else { "before it ended" };
                    return Err(self.failed(&format!("did not write a line with {} {why}", words.join(" and "))));
                }
            }
        }
    }

    /// Tells it to stop, as a supervisor does.
    pub(super) fn terminate(&self) -> Result<(), Stop> {
        let told = Command::new("kill").arg(self.child.id().to_string()).status();
        match told {
            Ok(status) if status.success() => Ok(()),
            _ => Err(Stop::Failed(format!("{} could not be told to stop", self.name))),
        }
    }

    /// Waits for its end.
    pub(super) fn ended(mut self) -> Result<Ended, Stop> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.next(until) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return Err(self.failed("did not end in time")),
                // Both streams are at their end, and so is the program, or about to be.
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let status = self.child.wait().map_err(|error| self.failed(&error.to_string()))?;
        Ok(Ended { status, out: core::mem::take(&mut self.out), err: core::mem::take(&mut self.err) })
    }

    fn next(&mut self, until: Instant) -> Result<String, RecvTimeoutError> {
        let (kept, line) = match self.lines.recv_timeout(until.saturating_duration_since(Instant::now()))? {
            Line::Out(line) => (&mut self.out, line),
            Line::Err(line) => (&mut self.err, line),
        };
        kept.push_str(&line);
        kept.push('\n');
        Ok(line)
    }

    fn failed(&self, what: &str) -> Stop {
        Stop::Failed(format!("{} {what}; it wrote:\n{}{}", self.name, self.out, self.err))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // One that has ended by itself needs no end.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

impl Ended {
    /// All that it wrote.
    pub(super) fn written(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// That its exit is this one.
    pub(super) fn exits(&self, code: i32) -> Result<&Self, Stop> {
        if self.status.code() == Some(code) {
            return Ok(self);
        }
        Err(Stop::Failed(format!("it ended with {}, not {code}; it wrote:\n{}", self.status, self.written())))
    }

    /// That its standard output is this text.
    pub(super) fn tells(&self, text: &str) -> Result<&Self, Stop> {
        if self.out == text {
            return Ok(self);
        }
        Err(Stop::Failed(format!("it told\n{}and not\n{text}", self.written())))
    }

    /// That its standard error begins so.
    pub(super) fn complains(&self, text: &str) -> Result<&Self, Stop> {
        if self.err.starts_with(text) {
            return Ok(self);
        }
        Err(Stop::Failed(format!("it complained\n{}and not of {text}", self.err)))
    }
}

fn listen(stream: impl Read + Send + 'static, to: Sender<Line>, kind: fn(String) -> Line) {
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n') {
            let Ok(line) = line else { return };
            if to.send(kind(String::from_utf8_lossy(&line).into_owned())).is_err() {
                return;
            }
        }
    });
}
