//! Runs other programs, each shown before it runs. It decides nothing about what they mean.

use std::io::{BufRead as _, BufReader};
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
    match command.status() {
        Ok(status) if status.success() => Ok(String::new()),
        Ok(status) => Err(Stop::Failed(status.to_string())),
        Err(error) => Err(Stop::Failed(format!("it did not start: {error}"))),
    }
}

/// Shows and runs the command; its standard error is passed through line by line, and read on the way. A failure is in the status.
pub(crate) fn run_reading(command: &mut Command, mut read: impl FnMut(&str)) -> Result<ExitStatus, Stop> {
    println!("$ {}", shown(command));
    let failed = |error: std::io::Error| Stop::Failed(format!("it did not run: {error}"));
    let mut child = command.stderr(Stdio::piped()).spawn().map_err(failed)?;
    for line in child.stderr.take().map(|stream| BufReader::new(stream).split(b'\n')).into_iter().flatten() {
        let line = String::from_utf8_lossy(&line.map_err(failed)?).into_owned();
        eprintln!("{line}");
        read(&line);
    }
    child.wait().map_err(failed)
}

/// The command as one would type it, with the variables it sets.
fn shown(command: &Command) -> String {
    let variables =
        command.get_envs().filter_map(|(key, value)| Some(format!("{}='{}'", key.display(), value?.display())));
    let words = core::iter::once(command.get_program()).chain(command.get_args());
    variables.chain(words.map(|word| word.display().to_string())).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_typed() {
        let mut command = cargo(Path::new("."), &["doc", "--workspace"]);
        command.env("RUSTDOCFLAGS", "-D warnings").env_remove("CARGO");
        assert_eq!(shown(&command), "RUSTDOCFLAGS='-D warnings' cargo doc --workspace");
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
