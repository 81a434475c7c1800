//! The line that moves on a terminal while something takes time, on standard error. Off a terminal there is none. What it says is the
//! caller's.

use core::convert::Infallible;
use core::time::Duration;
use std::io::{self, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};

use console::{Term, truncate_str};

use crate::output;

/// How often it is written: it may show tenths of a second.
const TICK: Duration = Duration::from_millis(100);

/// The width if the terminal does not report one.
const USUAL_WIDTH: usize = 80;

/// Columns left free, for the `^C` that a terminal writes by itself: past the edge it would push the line up, out of our reach.
const SPARE: usize = 3;

/// A line that is written anew until this is dropped; then it is gone from the terminal, and so is the thread that wrote it.
pub(crate) struct Live {
    // It says nothing: its end is the sign.
    stop: Option<Sender<Infallible>>,
    writer: Option<JoinHandle<()>>,
}

impl Live {
    /// What `text` says at the time, cut to the terminal's width. None if standard error accepts no escape sequences.
    pub(crate) fn line(text: impl Fn() -> String + Send + 'static) -> Option<Self> {
        if !output::takes_escapes(&io::stderr()) {
            return None;
        }
        let (stop, stopped) = mpsc::channel::<Infallible>();
        let writer = thread::Builder::new().spawn(move || {
            loop {
                write(&text());
                if stopped.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        });
        // Without a thread there is no line, and the work goes on.
        Some(Self { stop: Some(stop), writer: Some(writer.ok()?) })
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ended = self.writer.take().map(JoinHandle::join);
        clear();
    }
}

/// Clears the cursor's line, if standard error accepts escape sequences.
pub(crate) fn clear() {
    if output::takes_escapes(&io::stderr()) {
        write("");
    }
}

fn write(text: &str) {
    let width = Term::stderr().size_checked().map_or(USUAL_WIDTH, |(_, columns)| usize::from(columns));
    let text = truncate_str(text, width.saturating_sub(SPARE), "…");
    let mut terminal = io::stderr().lock();
    // What was there is written over and the rest cleared, in one piece: nothing flickers. A terminal that is gone needs no line.
    let _told = terminal.write_all(format!("\r{text}\x1b[K").as_bytes()).and_then(|()| terminal.flush());
}
