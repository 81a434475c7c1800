//! The command on a terminal, a pseudo one: what moves on it, what stays, its colours, and Ctrl-C as a person presses it.

use core::num::NonZero;
use core::sync::atomic::{AtomicBool, Ordering};
use std::io::{Read, Write};
use std::process::{self, Child, Stdio};
use std::sync::{Arc, mpsc};

use crate::common::{JOB, Run, Server, Temp, USER, final_reply, http};
use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};
use smileid_sandbox::certificates::Authority;
use smileid_sandbox::faults::{ImageFault, ImageServer};
use vt100::{Color, Parser};

const APPROVED: &str = r#""ResultCode":"0810""#;
const ROWS: u16 = 40;

/// Runs a command and reports its exit status. Linux discards what is not read yet when the last process of a terminal
/// ends; so the shell stays until it is killed.
const SHELL: &str = r#"trap : INT; "$0" "$@"; printf '\033]%d\007' $? >/dev/tty; read -r _ </dev/tty"#;

/// A command on a terminal, and the screen as a person sees it.
struct OnTerminal {
    child: Child,
    terminal: Pty,
    screen: Parser,
    /// Every byte that came.
    sent: Vec<u8>,
}

impl OnTerminal {
    /// Returns none, and says so, if this machine gives no pseudo-terminal.
    #[expect(clippy::print_stdout, reason = "a test says that it was skipped")]
    fn start(run: Run, columns: u16, standard_output: Option<Stdio>) -> Option<Self> {
        let Ok((terminal, side)) = open() else {
            println!("skipped: no pseudo-terminal is to be had here");
            return None;
        };
        terminal.resize(Size::new(ROWS, columns)).unwrap();
        let asked = run.command();
        let mut shell = process::Command::new("sh");
        shell.args(["-c", SHELL]).arg(asked.get_program()).args(asked.get_args());
        for (name, value) in asked.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        let mut command = Command::from(shell);
        if let Some(other) = standard_output {
            command = command.stdout(other);
        }
        let child = command.spawn(side).unwrap();
        Some(Self { child, terminal, screen: Parser::new(size(ROWS), size(columns), 0), sent: Vec::new() })
    }

    /// Reads on. False if the command has ended.
    fn read(&mut self) -> bool {
        if self.code().is_some() {
            return false;
        }
        let mut piece = [0; 4096];
        match self.terminal.read(&mut piece) {
            Ok(read) if read > 0 => {
                let piece = piece.get(..read).unwrap();
                self.screen.process(piece);
                self.sent.extend_from_slice(piece);
                true
            }
            // Linux ends a terminal without its other side with an error.
            _ => false,
        }
    }

    /// The exit status that the shell reported, and where it did.
    fn code(&self) -> Option<(usize, i32)> {
        let before = self.sent.strip_suffix(b"\x07")?;
        let at = before.windows(2).rposition(|two| two == b"\x1b]")?;
        Some((at, str::from_utf8(before.get(at + 2..)?).ok()?.parse().ok()?))
    }

    fn shown(&self) -> String {
        self.screen.screen().contents()
    }

    #[track_caller]
    fn until(&mut self, text: &str) {
        while !self.shown().contains(text) {
            assert!(self.read(), "the command ended before {text:?} was shown:\n{}", self.shown());
        }
    }

    /// To the end: what stays on the screen, and the exit.
    fn end(mut self) -> (Vec<u8>, Parser, i32) {
        while self.read() {}
        let (at, code) = self.code().unwrap();
        self.sent.truncate(at);
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        (self.sent, self.screen, code)
    }
}

fn size(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}

/// Pending until the flag is set.
fn pending_until(done: &Arc<AtomicBool>) -> Server {
    let done = Arc::clone(done);
    Server::start(move |_, _| {
        let body = r#"{"job_complete":false}"#.to_owned();
        http(200, "", if done.load(Ordering::SeqCst) { final_reply("true", APPROVED) } else { body })
    })
}

#[test]
fn a_wait_shows_a_line_that_is_gone_in_the_end() {
    for columns in [80, 31] {
        let done = Arc::new(AtomicBool::new(false));
        let server = pending_until(&done);
        let run = Run::wait(&server.base, &["--interval", "250ms", "--deadline", "1m"]);
        let Some(mut waiting) = OnTerminal::start(run, columns, None) else { return };
        if columns == 80 {
            waiting.until("polls · pending · next in 0.");
        } else {
            waiting.until("of 60.0 s · 1…");
        }
        // It never goes to a second line.
        assert_eq!(waiting.shown().lines().count(), 1, "{}", waiting.shown());
        assert!(!waiting.screen.screen().hide_cursor());
        done.store(true, Ordering::SeqCst);
        let (_, screen, code) = waiting.end();
        let stays = screen.screen().contents();
        assert_eq!(code, 0, "{stays}");
        assert!(stays.contains("approved") && !stays.contains("waiting"), "{stays}");
    }
}

#[test]
fn ctrl_c_ends_a_wait_with_130_and_a_clean_line() {
    for columns in [80, 25] {
        let server = pending_until(&Arc::default());
        let run = Run::wait(&server.base, &["--interval", "50s", "--deadline", "1m"]);
        let Some(mut waiting) = OnTerminal::start(run, columns, None) else { return };
        waiting.until(if columns == 80 { "1 poll · pending · next in " } else { "waiting 0." });
        // As the key does it: the terminal itself makes a signal of it, and shows ^C.
        waiting.terminal.write_all(b"\x03").unwrap();
        let (_, screen, code) = waiting.end();
        let stays = screen.screen().contents();
        assert_eq!(code, 130, "{stays}");
        assert!(stays.starts_with("smileid: cancelled: ") && !stays.contains("waiting"), "{stays}");
        assert!(!stays.contains("^C") && !screen.screen().hide_cursor(), "{stays}");
    }
}

#[test]
fn ctrl_c_ends_a_question_that_is_not_answered() {
    let (asked, heard) = mpsc::channel();
    let silent = Server::raw(move |stream, _| {
        let _sent = asked.send(());
        let _end = std::io::copy(stream, &mut std::io::sink());
    });
    let Some(mut asking) = OnTerminal::start(Run::status(&silent.base, &[]), 80, None) else { return };
    heard.recv().unwrap();
    asking.terminal.write_all(b"\x03").unwrap();
    let (_, screen, code) = asking.end();
    let stays = screen.screen().contents();
    assert!(code == 130 && stays.starts_with("smileid: cancelled: ") && !stays.contains("^C"), "{code}: {stays}");
}

#[test]
fn verdicts_have_their_colours() {
    let (green, red, yellow, blue) = (Color::Idx(2), Color::Idx(1), Color::Idx(3), Color::Idx(4));
    for (success, result, word, colour) in [
        ("", "", "pending", blue),
        ("true", APPROVED, "approved", green),
        ("false", r#""ResultCode":"0811""#, "rejected", red),
        ("true", r#""ResultCode":"0814""#, "provisional", yellow),
        ("true", "\"ResultText\":\"Approved\"", "undetermined", yellow),
    ] {
        let reply = move || match success {
            "" => r#"{"job_complete":false}"#.to_owned(),
            _ => final_reply(success, result),
        };
        let server = Server::start(move |_, _| http(200, "", reply()));
        let Some(asked) = OnTerminal::start(Run::status(&server.base, &[]), 100, None) else { return };
        let (_, screen, code) = asked.end();
        let screen = screen.screen();
        let lines = screen.contents();
        let (row, line) = (0..).zip(lines.lines()).find(|(_, line)| line.contains(word)).unwrap();
        let column = u16::try_from(line.find(word).unwrap()).unwrap();
        assert_eq!((code, screen.cell(row, column).unwrap().fgcolor()), (0, colour), "{lines}");
    }
}

#[test]
fn no_escape_goes_where_none_is_wanted() {
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let server = Server::start(|_, number| match number {
            0 => http(200, "", r#"{"job_complete":false}"#),
            _ => http(200, "", final_reply("true", APPROVED)),
        });
        let run = Run::wait(&server.base, &["--interval", "250ms"]).env(name, value);
        let Some(waiting) = OnTerminal::start(run, 80, None) else { return };
        let (sent, _, code) = waiting.end();
        let sent = String::from_utf8(sent).unwrap();
        assert_eq!(code, 0, "{sent}");
        assert!(!sent.contains('\x1b') && sent.replace("\r\n", "").find('\r').is_none(), "{sent:?}");
        assert!(sent.contains("approved") && !sent.contains("waiting"), "{sent}");
    }
}

#[test]
fn json_output_shows_no_line() {
    let server = Server::start(|_, number| match number {
        0 => http(200, "", r#"{"job_complete":false}"#),
        _ => http(200, "", final_reply("true", APPROVED)),
    });
    let run = Run::wait(&server.base, &["--interval", "250ms", "--output", "json"]);
    let Some(waiting) = OnTerminal::start(run, 80, Some(Stdio::null())) else { return };
    let (sent, _, code) = waiting.end();
    assert_eq!((String::from_utf8(sent).unwrap().as_str(), code), ("", 0));
}

#[test]
fn images_have_a_bar_and_ctrl_c_leaves_nothing_of_it() {
    let out = std::env::temp_dir().join(format!("smileid-cli-bar-{}", process::id()));
    let authority = Authority::new().unwrap();
    let ca = Temp::new("bar-ca.pem", authority.pem());
    let silent = ImageServer::start(&authority, Some(ImageFault::Silent)).unwrap();
    let link = silent.link("selfie");
    let server = Server::start(move |_, _| {
        let reply =
            final_reply("true", APPROVED).replacen('{', &format!(r#"{{"image_links":{{"selfie_image":"{link}"}},"#), 1);
        http(200, "", reply)
    });
    let usual = ["images", "--base-url", &server.base, "--user-id", USER, "--job-id", JOB, "--allow-loopback"];
    let run = Run::new(&usual).args(&["--out", out.to_str().unwrap(), "--ca-file", ca.text()]).credentials();
    let Some(mut fetching) = OnTerminal::start(run, 80, None) else { return };
    fetching.until("fetching [--------------------] · ");
    while silent.requests().is_empty() {
        assert!(fetching.read(), "{}", fetching.shown());
    }
    fetching.terminal.write_all(b"\x03").unwrap();
    let (_, screen, code) = fetching.end();
    let stays = screen.screen().contents();
    let _gone = std::fs::remove_dir_all(&out);
    assert_eq!(code, 130, "{stays}");
    assert!(stays.contains("smileid: cancelled: ") && !stays.contains("fetching ["), "{stays}");
}
