//! What goes to standard output: data, and colour if it is a terminal.

use std::ffi::OsStr;
use std::io::{self, ErrorKind, IsTerminal, Write};

use console::Term;
use smileid_core::Category;

use crate::failure::{Failure, Kind};

/// Writes data to standard output. A reader that has gone away is no failure: it has all it wanted.
pub(crate) fn data(text: &str) -> Result<(), Failure> {
    written(stdout().and_then(|mut out| out.write_all(text.as_bytes()).and_then(|()| out.flush())))
}

/// Standard output. On Unix not by the standard library's handle, which reports success if the descriptor cannot be written.
#[cfg(unix)]
pub(crate) fn stdout() -> io::Result<std::fs::File> {
    use std::os::fd::AsFd;
    io::stdout().as_fd().try_clone_to_owned().map(std::fs::File::from)
}

/// Standard output. The standard library's handle knows how to write UTF-8 to a console.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
pub(crate) fn stdout() -> io::Result<io::Stdout> {
    Ok(io::stdout())
}

/// What became of writing to standard output.
pub(crate) fn written(outcome: io::Result<()>) -> Result<(), Failure> {
    match outcome {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::new(
            Kind::Internal,
            format!("standard output cannot be written: {error}; redirect it elsewhere"),
        )),
        _ => Ok(()),
    }
}

/// Reports whether a stream accepts escape sequences, for colour or animation: only a terminal does, unless `NO_COLOR` is set or the
/// terminal says that it has none.
pub(crate) fn takes_escapes(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && escapes_suit(std::env::var_os("NO_COLOR").as_deref(), std::env::var_os("TERM").as_deref())
}

/// An empty `NO_COLOR` counts as none.
fn escapes_suit(no_color: Option<&OsStr>, term: Option<&OsStr>) -> bool {
    no_color.is_none_or(OsStr::is_empty) && term.is_none_or(|term| term != "dumb")
}

/// Returns the columns of standard output, if it is a terminal.
pub(crate) fn width() -> Option<usize> {
    Term::stdout().size_checked().map(|(_, columns)| usize::from(columns))
}

/// Whether to colour what is written to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paint {
    on: bool,
}

/// A colour with a meaning.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Colour {
    Good,
    Doubtful,
    Bad,
    Calm,
    Faint,
}

impl Colour {
    /// What a result code's category looks like.
    pub(crate) const fn of(category: Category) -> Self {
        match category {
            Category::Approved => Self::Good,
            Category::Rejected => Self::Bad,
            _ => Self::Doubtful,
        }
    }
}

impl Paint {
    /// No colour.
    #[cfg(test)]
    pub(crate) const OFF: Self = Self { on: false };

    /// Colour if standard output accepts escape sequences.
    pub(crate) fn for_stdout() -> Self {
        Self { on: takes_escapes(&io::stdout()) }
    }

    /// Whether anything is coloured.
    pub(crate) const fn is_on(self) -> bool {
        self.on
    }

    /// `text` in a colour, or as it is.
    pub(crate) fn paint(self, colour: Colour, text: &str) -> String {
        let number = match colour {
            Colour::Good => "32",
            Colour::Doubtful => "33",
            Colour::Bad => "31",
            Colour::Calm => "34",
            Colour::Faint => "2",
        };
        if self.on { format!("\x1b[{number}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_color_and_dumb_terminals_are_obeyed() {
        for (no_color, term, suit) in [
            (None, None, true),
            (None, Some("xterm"), true),
            (Some(""), Some("xterm"), true),
            (Some("1"), Some("xterm"), false),
            (Some("0"), None, false),
            (None, Some("dumb"), false),
        ] {
            let found = escapes_suit(no_color.map(OsStr::new), term.map(OsStr::new));
            assert_eq!(found, suit, "NO_COLOR={no_color:?} TERM={term:?}");
        }
    }

    #[test]
    fn colour_is_left_out_where_it_is_off() {
        assert_eq!(Paint { on: false }.paint(Colour::Good, "approved"), "approved");
        assert_eq!(Paint { on: true }.paint(Colour::Good, "approved"), "\x1b[32mapproved\x1b[0m");
    }
}
