//! `cargo xtask peers`: the official clients, unmodified, against `smileid sandbox`; its `OpenAPI` document against its answers; its
//! page in a real browser. What they ask is in `xtask/peers/`; what cannot be had here is named and skipped.

pub(crate) mod clients;
pub(crate) mod sandbox;
mod table;
mod throughput;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::report::{Report, Step, Stop};
use crate::{shell, workspace};
use sandbox::Sandbox;
use table::Table;

/// A peer: the word by which it is asked for, its step's name, and what runs it.
type Peer = (&'static str, &'static str, fn(&Place, &mut Table) -> Step);

const PEERS: [Peer; 6] = [
    ("python", "Python smile-id-core 3.0.1, hmac", python_hmac),
    ("python-tls", "Python smile-id-core 3.0.1, hmac over TLS", python_hmac_tls),
    ("js", "JavaScript smile-identity-core 3.2.1, hmac over TLS", js_hmac),
    ("python-sec-key", "Python smile-id-core 1.0.6, sec_key", python_sec_key),
    ("openapi", "OpenAPI by schemathesis", openapi),
    ("page", "page in headless Chromium", page),
];

/// Asked for by name alone: it builds for release and wants a quiet machine.
const THROUGHPUT: Peer = ("throughput", "answers a second, by wrk", throughput::measure);

/// How many requests schemathesis makes for each operation.
const EXAMPLES: &str = "60";

/// Where things are.
struct Place {
    root: PathBuf,
    /// The scratch place.
    scratch: PathBuf,
}

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    let known = || PEERS.into_iter().chain([THROUGHPUT]);
    let words = || known().map(|(word, ..)| word).collect::<Vec<_>>().join(", ");
    let named = |name: &String| known().find(|(word, ..)| word == name);
    let wanted: Vec<Peer> = match rest {
        [] => PEERS.to_vec(),
        asked => asked
            .iter()
            .map(|name| named(name).ok_or_else(|| format!("no peer `{name}`; there are {}", words())))
            .collect::<Result<_, _>>()?,
    };
    steps(&workspace::root(), &wanted, report);
    Ok(())
}

/// Every peer, for CI.
pub(crate) fn all(root: &Path, report: &mut Report) {
    steps(root, &PEERS, report);
}

fn steps(root: &Path, wanted: &[Peer], report: &mut Report) {
    let place = Place { root: root.to_path_buf(), scratch: target(root).join("peers") };
    let mut table = Table::default();
    for (_, name, drive) in wanted {
        report.step(name, || drive(&place, &mut table));
    }
    if !table.is_empty() {
        print!("\n{}", table.to_markdown());
    }
}

/// Where cargo builds.
pub(crate) fn target(root: &Path) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}

fn python_hmac(place: &Place, table: &mut Table) -> Step {
    let programs = clients::python(&place.scratch, "python-3.0.1", "smile-id-core==3.0.1")?;
    let sandbox = Sandbox::start(&place.root, &place.scratch, "hmac", &[])?;
    let mut command = script(place, programs.join("python"), "python_hmac.py", &sandbox);
    table.drive(&mut command, "Python 3.0.1", "hmac")
}

fn python_hmac_tls(place: &Place, table: &mut Table) -> Step {
    let programs = clients::python(&place.scratch, "python-3.0.1", "smile-id-core==3.0.1")?;
    let sandbox = Sandbox::start(&place.root, &place.scratch, "tls", &["--tls"])?;
    let mut command = script(place, programs.join("python"), "python_hmac.py", &sandbox);
    command.env("REQUESTS_CA_BUNDLE", &sandbox.ca_file);
    table.drive(&mut command, "Python 3.0.1", "hmac, TLS")
}

fn js_hmac(place: &Place, table: &mut Table) -> Step {
    let home = clients::node(&place.scratch, "js-3.2.1", "smile-identity-core@3.2.1")?;
    let sandbox = Sandbox::start(&place.root, &place.scratch, "js", &["--tls"])?;
    let mut command = script(place, PathBuf::from("node"), "js_hmac.mjs", &sandbox);
    command.current_dir(home).env("NODE_EXTRA_CA_CERTS", &sandbox.ca_file);
    table.drive(&mut command, "JavaScript 3.2.1", "hmac, TLS")
}

fn python_sec_key(place: &Place, table: &mut Table) -> Step {
    let programs = clients::python(&place.scratch, "python-1.0.6", "smile-id-core==1.0.6")?;
    let sandbox = Sandbox::start(&place.root, &place.scratch, "sec-key", &["--scheme", "sec-key"])?;
    let mut command = script(place, programs.join("python"), "python_sec_key.py", &sandbox);
    table.drive(&mut command, "Python 1.0.6", "sec_key")
}

/// In two runs, each against a sandbox of its own: faults that the one switches on would break the answers of the other.
fn openapi(place: &Place, _: &mut Table) -> Step {
    const FAULTS: &str = "^/sandbox/(faults/|scenario)";
    let programs = clients::python(&place.scratch, "schemathesis", "schemathesis>=4,<5")?;
    for (name, choice) in [("openapi", "--exclude-path-regex"), ("openapi-faults", "--include-path-regex")] {
        let sandbox = Sandbox::start(&place.root, &place.scratch, name, &[])?;
        let mut command = Command::new(programs.join("schemathesis"));
        command.current_dir(&place.scratch);
        command.arg("run").arg(format!("{}/sandbox/openapi.json", sandbox.origin()));
        command.args([choice, FAULTS, "--checks", "all", "--max-examples", EXAMPLES, "--seed", "1", "--no-color"]);
        command.args(["--header", "Content-Type: application/json"]);
        command.env("SCHEMATHESIS_HOOKS", "schemathesis_hooks").env("PYTHONPATH", place.root.join("xtask/peers"));
        command.env("SANDBOX_KEY_FILE", &sandbox.key_file).env("PYTHONDONTWRITEBYTECODE", "1");
        shell::run(&mut command)?;
    }
    Ok("every answer is as described".to_owned())
}

fn page(place: &Place, table: &mut Table) -> Step {
    clients::chromium()?;
    let has_python = shell::capture(Command::new(clients::PYTHON).arg("--version"));
    has_python.map_err(|_| Stop::Skipped("python3 cannot be had here".to_owned()))?;
    let sandbox = Sandbox::start(&place.root, &place.scratch, "page", &[])?;
    let mut command = script(place, PathBuf::from(clients::PYTHON), "page.py", &sandbox);
    command.arg(place.scratch.join("sandbox-page.png"));
    table.drive(&mut command, "Chromium", "page")
}

/// One of our scripts, told where the sandbox is and where its key.
fn script(place: &Place, program: PathBuf, name: &str, sandbox: &Sandbox) -> Command {
    let mut command = Command::new(program);
    command.arg(place.root.join("xtask/peers").join(name)).arg(&sandbox.base_url).arg(&sandbox.key_file);
    // Python would write its compiled form beside the scripts.
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("NO_PROXY", "127.0.0.1,localhost");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_are_asked_for_by_their_words() {
        let mut report = Report::new("peers");
        let told = run(&["ruby".to_owned()], &mut report).unwrap_err();
        assert!(told.contains("no peer `ruby`") && told.contains("python-sec-key"), "{told}");
    }

    #[test]
    fn every_script_is_there() {
        let scripts = workspace::root().join("xtask/peers");
        for name in ["common.py", "python_hmac.py", "python_sec_key.py", "js_hmac.mjs", "page.py"] {
            assert!(scripts.join(name).is_file(), "{name}");
        }
    }
}
