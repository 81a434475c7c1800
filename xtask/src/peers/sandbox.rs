//! A `smileid sandbox` that runs for as long as a value is held, for peers and examples to be driven against.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::report::Stop;
use crate::shell;

/// A running sandbox, and the files it wrote.
pub(crate) struct Sandbox {
    child: Child,
    pub(crate) base_url: String,
    pub(crate) key_file: PathBuf,
    pub(crate) ca_file: PathBuf,
}

impl Sandbox {
    /// Builds the command and starts it with these flags; it writes its key, and with `--tls` its authority, into `place`.
    pub(crate) fn start(root: &Path, place: &Path, name: &str, flags: &[&str]) -> Result<Self, Stop> {
        Self::start_built(root, place, name, flags, "dev")
    }

    /// The same as built with a profile.
    pub(crate) fn start_built(
        root: &Path,
        place: &Path,
        name: &str,
        flags: &[&str],
        profile: &str,
    ) -> Result<Self, Stop> {
        let built = ["build", "--quiet", "--package", "smileid-cli", "--locked", "--profile", profile];
        shell::run(&mut shell::cargo(root, &built))?;
        std::fs::create_dir_all(place).map_err(|error| failed(&error))?;
        let (key_file, ca_file) = (place.join(format!("{name}-key.txt")), place.join(format!("{name}-ca.pem")));
        let mut command = Command::new(program(root, profile));
        command.arg("sandbox").args(flags).arg("--force").arg("--api-key-out").arg(&key_file);
        if flags.contains(&"--tls") {
            command.arg("--ca-out").arg(&ca_file);
        }
        // Nothing of whoever runs this decides which partner is served.
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("SMILEID_") {
                command.env_remove(variable);
            }
        }
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| failed(&error))?;
        let mut base_url = String::new();
        if let Some(stdout) = child.stdout.take() {
            // Where it cannot be read the URL is empty, which is told below.
            let _read = BufReader::new(stdout).read_line(&mut base_url);
        }
        let sandbox = Self { child, base_url: base_url.trim().to_owned(), key_file, ca_file };
        if sandbox.base_url.is_empty() {
            return Err(Stop::Failed("`smileid sandbox` printed no base URL".to_owned()));
        }
        Ok(sandbox)
    }

    /// Its process's number.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn origin(&self) -> &str {
        self.base_url.trim_end_matches("/v1")
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // One that has ended by itself needs no end.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// The command as built with a profile.
pub(crate) fn program(root: &Path, profile: &str) -> PathBuf {
    let folder = if profile == "dev" { "debug" } else { profile };
    super::target(root).join(folder).join("smileid")
}

fn failed(error: &std::io::Error) -> Stop {
    Stop::Failed(format!("`smileid sandbox` did not start: {error}"))
}
