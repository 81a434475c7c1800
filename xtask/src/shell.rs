//! Runs other programs, each shown before it runs. It decides nothing about what they mean.

use std::io::{self, BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use crate::report::{Step, Stop};

/// `cargo ARGS` in the repository's root, by the toolchain that runs this task.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root).args(arguments);
    command
}

/// Shows and runs the command, its output passed through.
pub(crate) fn run(command: &mut Command) -> Step {
    println!("$ {}", shown(command));
    let status = command.status();
    ended(command, status)
}

/// Shows and runs the command; its standard error is passed through line by line, and read on the way. A failure is in the status.
pub(crate) fn run_reading(command: &mut Command, mut read: impl FnMut(&str)) -> Result<ExitStatus, Stop> {
    println!("$ {}", shown(command));
    let failed =
        |command: &Command, error: &dyn core::fmt::Display| Stop::Failed(format!("{}: {error}", name(command)));
    let mut child = command.stderr(Stdio::piped()).spawn().map_err(|error| failed(command, &error))?;
    let lines = child.stderr.take().map(|stream| BufReader::new(stream).split(b'\n'));
    for line in lines.into_iter().flatten() {
        let line = line.map_err(|error| failed(command, &error))?;
        let line = String::from_utf8_lossy(&line);
        eprintln!("{line}");
        read(&line);
    }
    child.wait().map_err(|error| failed(command, &error))
}

fn ended(command: &Command, status: io::Result<ExitStatus>) -> Step {
    match status {
        Ok(status) if status.success() => Ok(String::new()),
        Ok(status) => Err(Stop::Failed(format!("{} ended with {status}", name(command)))),
        Err(error) => Err(Stop::Failed(format!("{} did not run: {error}", name(command)))),
    }
}

/// The command as one would type it, with the variables it sets.
fn shown(command: &Command) -> String {
    let variables = command.get_envs().filter_map(|(key, value)| {
        let value = value?.to_string_lossy();
        Some(format!("{}={value:?}", key.to_string_lossy()))
    });
    let words = core::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned());
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

fn name(command: &Command) -> String {
    let first = command.get_args().find(|argument| !argument.to_string_lossy().starts_with('-'));
    let program = command.get_program().to_string_lossy();
    match first {
        Some(first) => format!("`{program} {}`", first.to_string_lossy()),
        None => format!("`{program}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_typed() {
        let mut command = cargo(Path::new("."), &["doc", "--workspace"]);
        command.env("RUSTDOCFLAGS", "-D warnings").env_remove("CARGO");
        assert_eq!(shown(&command), "RUSTDOCFLAGS=\"-D warnings\" cargo doc --workspace");
        assert_eq!(name(&command), "`cargo doc`");
    }

    #[test]
    fn what_cannot_start_and_what_fails_are_failures() {
        assert!(matches!(run(&mut Command::new("no-such-program-here")), Err(Stop::Failed(_))));
        let mut failing = cargo(Path::new("."), &["no-such-cargo-command"]);
        assert!(matches!(run(&mut failing), Err(Stop::Failed(_))));
        let mut said = Vec::new();
        assert!(run_reading(&mut failing, |line| said.push(line.to_owned())).is_ok_and(|status| !status.success()));
        assert!(said.iter().any(|line| line.contains("no-such-cargo-command")), "{said:?}");
    }
}
