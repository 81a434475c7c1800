//! `cargo xtask picture`: the terminal as the README shows it, drawn from what the command prints on one. What differs between two runs
//! (a port, the time, a signature) is set to one value; nothing else is touched.

#[cfg_attr(not(unix), path = "no_pty.rs")]
mod pty;

use std::fs;
use std::path::Path;

use anstyle_svg::{Term, WIN10_CONSOLE};

use crate::report::{Report, Step, Stop};
use crate::{guides, workspace};

/// Each picture, and what is typed in it. The jobs are those of the guides' sandbox.
const PICTURES: [(&str, &str); 2] = [
    ("docs/terminal-demo.svg", "smileid demo"),
    ("docs/terminal-status.svg", "smileid status --user-id user-7 --job-id loan-7 --history"),
];

/// As wide as the longest line needs, in pixels.
const WIDTH: usize = 920;

/// What stands for each run's own values.
const PORT: &str = "8080";
const TIMESTAMP: &str = "2026-10-04T12:00:00.000Z";
const SIGNATURE: &str = "nD5rG9g/… (44 characters)";

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    let root = workspace::root();
    match rest {
        [] => report.step("picture", || each(&root, write)),
        [check] if check == "--check" => report.step("picture", || checked(&root)),
        [other, ..] => return Err(format!("`picture` takes --check, or nothing, got `{other}`")),
    }
    Ok(())
}

/// Whether the pictures are what the command prints now.
pub(crate) fn checked(root: &Path) -> Step {
    each(root, compare)
}

fn write(path: &Path, svg: &str) -> Result<(), String> {
    fs::write(path, svg).map_err(|error| format!("{}: {error}", path.display()))
}

fn compare(path: &Path, svg: &str) -> Result<(), String> {
    match fs::read_to_string(path) {
        Ok(there) if there == svg => Ok(()),
        _ => Err(format!("{} is not what the command prints now: `cargo xtask picture` draws it anew", path.display())),
    }
}

fn each(root: &Path, take: fn(&Path, &str) -> Result<(), String>) -> Step {
    let program = guides::program(root)?;
    let sandbox = guides::Served::start(&program).map_err(Stop::Failed)?;
    let mut wrong = Vec::new();
    for (path, typed) in PICTURES {
        let arguments: Vec<&str> = typed.split(' ').skip(1).collect();
        let mut command = std::process::Command::new(&program);
        command.args(&arguments).env_clear().env("TERM", "xterm-256color");
        command.envs([("SMILEID_BASE_URL", sandbox.base_url.as_str()), ("SMILEID_PARTNER_ID", "023")]);
        command.env("SMILEID_API_KEY", "sandbox-api-key");
        // The first answer moves the job on: the second is the one with a history.
        pty::printed(&mut command).map_err(Stop::Failed)?;
        let printed = pty::printed(&mut command).map_err(Stop::Failed)?;
        let svg = drawn(typed, &settled(&printed));
        if let Err(what) = take(&root.join(path), &svg) {
            wrong.push(what.replace(&format!("{}/", root.display()), ""));
        }
    }
    if wrong.is_empty() { Ok(format!("{} pictures", PICTURES.len())) } else { Err(Stop::Failed(wrong.join("; "))) }
}

fn drawn(typed: &str, printed: &str) -> String {
    let term = Term::new().palette(WIN10_CONSOLE).min_width_px(WIDTH);
    let svg = term.render_svg(&format!("\x1b[1m$ {typed}\x1b[0m\n{printed}"));
    // Faint words are to be read as well.
    svg.replace("opacity: 0.4;", "opacity: 0.7;")
}

/// The output with each run's own values set to one.
fn settled(printed: &str) -> String {
    let printed = printed.replace("\r\n", "\n");
    let lines = printed.lines().map(|line| {
        let line = between(line, "127.0.0.1:", |c| c.is_ascii_digit(), PORT);
        let line = between(&line, "  timestamp    ", |_| true, TIMESTAMP);
        let line = between(&line, "  signature    ", |_| true, SIGNATURE);
        between(&line, "signed ", |c| c.is_ascii_digit() || c == '.', "0.0")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The line with what follows `before`, as far as it belongs, replaced; where nothing that belongs follows, the line as it is.
fn between(line: &str, before: &str, belongs: fn(char) -> bool, value: &str) -> String {
    let Some((start, rest)) = line.split_once(before) else { return line.to_owned() };
    let end = rest.find(|c: char| !belongs(c)).unwrap_or(rest.len());
    match rest.get(end..) {
        Some(tail) if end > 0 => [start, before, value, tail].concat(),
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runs_own_values_are_set_and_nothing_else() {
        let printed = "request        POST http://127.0.0.1:37575/v1/job_status\r\n  timestamp    2026-11-25T20:24:41.432Z\r\n\
                       \x20 signature    Pr8fn82s… (44 characters)\r\n\x1b[2mproof\x1b[0m hmac, by the current key, signed 0.3 s ago\r\n\
                       the reply is signed anew";
        let expected = "request        POST http://127.0.0.1:8080/v1/job_status\n  timestamp    2026-10-04T12:00:00.000Z\n\
                        \x20 signature    nD5rG9g/… (44 characters)\n\x1b[2mproof\x1b[0m hmac, by the current key, signed 0.0 s ago\n\
                        the reply is signed anew";
        assert_eq!(settled(printed), expected);
    }

    #[test]
    fn a_picture_holds_the_text_and_the_colours() {
        let svg = drawn("smileid demo", "\x1b[32mapproved\x1b[0m & more");
        assert!(svg.starts_with("<svg ") && svg.contains("$ smileid demo") && svg.contains("approved"), "{svg}");
        assert!(svg.contains("&amp; more") && svg.contains("fg-green"), "{svg}");
    }
}
