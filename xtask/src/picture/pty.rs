//! A terminal that is no window: a command that writes to it takes it for one, and colours its words. It draws nothing.

use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// Wide enough that no line is broken.
const SIZE: Winsize = Winsize { ws_row: 60, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0 };

/// What a command prints on a terminal. It must end well.
pub(super) fn printed(command: &mut Command) -> Result<String, String> {
    let failed = |error: &dyn core::fmt::Display| format!("a pseudo-terminal: {error}");
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).map_err(|error| failed(&error))?;
    grantpt(&master).and_then(|()| unlockpt(&master)).map_err(|error| failed(&error))?;
    let name = ptsname(&master, Vec::new()).map_err(|error| failed(&error))?;
    let path = std::ffi::OsStr::from_bytes(name.as_bytes());
    let terminal = OpenOptions::new().read(true).write(true).open(path).map_err(|error| failed(&error))?;
    tcsetwinsize(&terminal, SIZE).map_err(|error| failed(&error))?;
    let other = terminal.try_clone().map_err(|error| failed(&error))?;
    let mut child =
        command.stdin(Stdio::null()).stdout(terminal).stderr(other).spawn().map_err(|error| failed(&error))?;
    // The command's own copies are the last ones: its end is the end of what can be read.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut bytes = Vec::new();
    let mut reader = File::from(master);
    let mut piece = [0; 4096];
    // Where nobody has the terminal open any more, Linux tells so by an error.
    while let Ok(read @ 1..) = reader.read(&mut piece) {
        bytes.extend_from_slice(piece.get(..read).unwrap_or_default());
    }
    let status = child.wait().map_err(|error| failed(&error))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    if status.success() { Ok(text) } else { Err(format!("the command ended with {status}:\n{text}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_takes_it_for_a_terminal() {
        let mut command = Command::new("sh");
        let told = printed(command.args(["-c", "test -t 1 && test -t 2 && echo yes"])).unwrap();
        assert_eq!(told, "yes\r\n");
        assert!(printed(Command::new("sh").args(["-c", "echo no; exit 3"])).unwrap_err().contains("no"));
    }
}
