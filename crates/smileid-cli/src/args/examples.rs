//! Examples at the end of each command's help, from `examples.txt`. A test runs each unchanged, in a folder with the files it names,
//! against the sandbox that the sandbox's first example starts.

/// Below each command, and below the program's name, its lines as they are shown.
const EXAMPLES: &str = include_str!("examples.txt");

/// Returns the examples of a command as the end of its help, if it has any. One within another is named as `v3 status`.
pub(super) fn of(command: &str) -> Option<String> {
    let mut shown =
        EXAMPLES.lines().skip_while(|line| *line != command).skip(1).take_while(|line| line.starts_with(' '));
    let first = shown.next()?;
    Some(shown.fold(format!("Examples:\n{first}"), |text, line| text + "\n" + line))
}
