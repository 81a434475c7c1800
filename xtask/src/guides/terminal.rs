//! A terminal for a page: a shell that keeps what was exported, and servers that run beside it until it is closed. It compares nothing.

use core::time::Duration;
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

/// Ends each command's output; its status follows.
const MARK: &str = "\u{1e}";

/// Where the servers' output goes, each to a file with its number, in the page's own folder.
const SERVED: &str = ".served";

/// How long a server that has told its address may take to show the rest.
const GRACE: Duration = Duration::from_secs(5);

/// How often a server's output is looked at until it shows what is expected.
const LOOK: Duration = Duration::from_millis(50);

/// A shell with its folder and its servers. All of it ends when it is dropped.
pub(super) struct Terminal {
    shell: Child,
    input: ChildStdin,
    lines: Receiver<String>,
    servers: u32,
    folder: PathBuf,
}

/// What a command came to: both its outputs as one, and its exit.
pub(super) struct Typed {
    pub(super) lines: Vec<String>,
    pub(super) exit: i32,
}

impl Terminal {
    /// A shell in `folder` whose programs are first looked for in `programs`.
    pub(super) fn open(folder: &Path, programs: Option<&Path>) -> Result<Self, String> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = programs.map(Path::to_path_buf).into_iter().chain(std::env::split_paths(&path));
        let path = std::env::join_paths(folders).map_err(|error| error.to_string())?;
        let mut command = Command::new("sh");
        command.current_dir(folder).env("PATH", path).env("TERM", "dumb");
        // Neither whoever runs this nor the outer cargo decides what a newcomer sees.
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_ours(name)) {
            command.env_remove(name);
        }
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut shell = command.spawn().map_err(|error| format!("sh did not start: {error}"))?;
        let (Some(input), Some(output)) = (shell.stdin.take(), shell.stdout.take()) else {
            return Err("sh has no input or no output".to_owned());
        };
        let (sender, lines) = channel();
        // It ends with the shell and all that writes to the shell's output.
        thread::spawn(move || {
            let lines = BufReader::new(output).split(b'\n').map_while(Result::ok);
            lines.map(|line| String::from_utf8_lossy(&line).into_owned()).try_for_each(|line| sender.send(line))
        });
        let mut terminal = Self { shell, input, lines, servers: 0, folder: folder.to_path_buf() };
        terminal.write("exec 2>&1\n")?;
        Ok(terminal)
    }

    /// Types a command and waits for its end, for so long at the most.
    pub(super) fn run(&mut self, command: &str, most: Duration) -> Result<Typed, String> {
        // The command does not read what is typed next.
        self.write(&format!("{{ {command}\n}} </dev/null\nprintf '\\n{MARK}%s\\n' \"$?\"\n"))?;
        let end = Instant::now() + most;
        let mut lines: Vec<String> = Vec::new();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).map_err(|_| format!("it did not end within {most:?}"))?;
            if let Some(exit) = line.strip_prefix(MARK) {
                // The mark's own line begins with an end of line, which a whole last line leaves empty.
                if lines.last().is_some_and(String::is_empty) {
                    lines.pop();
                }
                return Ok(Typed { lines, exit: exit.parse().unwrap_or(-1) });
            }
            lines.push(line);
        }
    }

    /// Starts a server and looks at its output until that is as wanted, for so long at the most.
    pub(super) fn serve(
        &mut self,
        command: &str,
        most: Duration,
        wanted: impl Fn(&[String]) -> bool,
    ) -> Result<Vec<String>, String> {
        self.servers += 1;
        let file = self.folder.join(format!("{SERVED}-{}", self.servers));
        let file = file.display();
        self.run(&format!(": >{file}; {command} </dev/null >>{file} 2>&1 &"), most)?;
        let mut end = Instant::now() + most;
        let mut is_up = false;
        loop {
            let shown = self.run(&format!("cat {file}"), most)?.lines;
            if wanted(&shown) {
                return Ok(shown);
            }
            if !is_up && shown.iter().any(|line| line.contains("://127.0.0.1:")) {
                is_up = true;
                end = end.min(Instant::now() + GRACE);
            }
            if Instant::now() >= end {
                return Err(format!("it only printed:\n{}", shown.join("\n")));
            }
            thread::sleep(LOOK);
        }
    }

    fn write(&mut self, text: &str) -> Result<(), String> {
        let written = self.input.write_all(text.as_bytes()).and_then(|()| self.input.flush());
        written.map_err(|error| format!("sh does not read: {error}"))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // The shell leads a group of its own: whatever it started is in it. What has ended already needs no end.
        let group = format!("-{}", self.shell.id());
        let _ended = Command::new("kill").args(["-TERM", "--", &group]).stderr(Stdio::null()).status();
        let _ended = self.shell.kill().and_then(|()| self.shell.wait());
    }
}

/// Variables that decide what the command or a cargo beneath does.
fn is_ours(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with("SMILEID_")
        || name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || matches!(&*name, "CARGO" | "RUSTC" | "RUSTDOC" | "RUST_LOG" | "NO_COLOR")
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(60);

    fn terminal() -> Terminal {
        Terminal::open(&std::env::temp_dir(), None).unwrap()
    }

    #[test]
    fn what_was_exported_is_kept_and_both_outputs_are_one() {
        let mut terminal = terminal();
        assert_eq!(terminal.run("export A=7", SOON).unwrap().exit, 0);
        let typed = terminal.run("echo \"$A\"; echo b >&2; printf c; false", SOON).unwrap();
        assert_eq!((typed.lines.join("|").as_str(), typed.exit), ("7|b|c", 1));
        assert!(terminal.run("true", SOON).is_ok_and(|typed| typed.lines.is_empty()));
    }

    #[test]
    fn what_does_not_end_is_told_and_ended() {
        let mut terminal = terminal();
        assert!(terminal.run("sleep 600", Duration::from_millis(50)).is_err());
    }
}
