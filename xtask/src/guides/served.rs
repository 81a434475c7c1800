//! The guides' sandbox for whoever needs it without a page: running for as long as the value is held.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::Folder;
use super::pages::SCENARIO;

/// A running `smileid sandbox` with the guides' jobs, partner 023 and the key that is no secret.
pub(crate) struct Served {
    child: Child,
    pub(crate) base_url: String,
    _folder: Folder,
}

impl Served {
    pub(crate) fn start(program: &Path) -> Result<Self, String> {
        let folder = Folder::make("served")?;
        folder.write("sandbox.toml", SCENARIO)?;
        let mut command = Command::new(program);
        command.args(["sandbox", "--scenario", "sandbox.toml"]).current_dir(&folder.path).env_clear();
        let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| format!("smileid sandbox: {error}"))?;
        let mut base_url = String::new();
        if let Some(stdout) = child.stdout.take() {
            // Where it cannot be read the URL is empty, which is told below.
            let _read = BufReader::new(stdout).read_line(&mut base_url);
        }
        let served = Self { child, base_url: base_url.trim().to_owned(), _folder: folder };
        if served.base_url.is_empty() { Err("`smileid sandbox` printed no base URL".to_owned()) } else { Ok(served) }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // One that has ended by itself needs no end.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}
