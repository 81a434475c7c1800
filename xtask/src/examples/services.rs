//! The examples that are a workspace of their own: built there, into the product's own folder, then tried as processes.

use super::collector::Collector;
use super::program::Program;
use super::world::{USER, World};
use super::{Place, callbacks};
use crate::report::{Step, Stop};
use crate::{shell, tools};

const MANIFEST: &str = "examples/services/Cargo.toml";

/// What spans and metrics tell in any form.
const TOLD: [&str; 3] = ["service.name", "smileid.outcome", "http.response.status_code"];

/// A number that is exported as one, and not as text.
const NUMBER: &str = "http.response.status_code: I64(200)";

/// The words of what is in that workspace.
pub(super) const WORDS: [&str; 3] = ["axum", "actix", "telemetry"];

pub(super) fn axum(place: &Place) -> Step {
    had(place)?;
    callbacks::service(place, "axum-callbacks")
}

pub(super) fn actix(place: &Place) -> Step {
    had(place)?;
    callbacks::service(place, "actix-callbacks")
}

/// Spans and metrics, to standard output and to a collector: what is to be there is there, and nothing of the person is.
pub(super) fn telemetry(place: &Place) -> Step {
    had(place)?;
    let world = World::start(place, "telemetry")?;
    world.add_job("mine", "approved", None)?;
    let canaries = world.canaries("mine")?;
    let ask = || {
        let mut command = world.command(&place.program("telemetry"));
        command.args([USER, "mine"]);
        command
    };
    let told = Program::run(&mut ask(), "")?;
    told.exits(0)?;
    holds_all(&told.out, &["final: approved", "onboarding", "smileid.verdict: approved", NUMBER])?;
    canaries.absent_from(&told.written())?;

    let collector = Collector::start()?;
    let told = Program::run(ask().env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint()), "")?;
    told.exits(0)?.tells("final: approved\n")?;
    let posted = collector.taken()?;
    for (path, more) in [("/v1/traces", "smileid call"), ("/v1/metrics", "smileid.verdict")] {
        let text: String =
            posted.iter().filter(|posted| posted.path == path).map(|posted| posted.text.as_str()).collect();
        holds_all(&text, &[more, "onboarding"])?;
        canaries.absent_from(&text)?;
    }
    // A collector that is not there costs the answer nothing.
    let told = Program::run(ask().env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), "")?;
    told.exits(0)?.tells("final: approved\n")?;
    Ok("to standard output, to a collector, to nobody".to_owned())
}

fn holds_all(text: &str, more: &[&str]) -> Result<(), Stop> {
    let missing = TOLD.iter().chain(more).find(|words| !text.contains(**words));
    missing.map_or(Ok(()), |words| Err(Stop::Failed(format!("`{words}` is not told"))))
}

/// What the product's own workspace is held to, and its lock file does not reach.
pub(super) fn clean(place: &Place) -> Step {
    had(place)?;
    tools::component("rustfmt")?;
    tools::component("clippy")?;
    shell::run(&mut shell::cargo(&place.root, &["fmt", "--all", "--check", "--manifest-path", MANIFEST]))?;
    let mut command = shell::cargo(&place.root, &["clippy", "--all-targets", "--locked", "--manifest-path", MANIFEST]);
    shell::run(command.arg("--target-dir").arg(&place.target).args(["--", "-D", "warnings"]))
}

/// What the product's dependencies are held to, by the same `deny.toml`.
pub(super) fn deny(place: &Place) -> Step {
    had(place)?;
    tools::installed(&place.root, "cargo-deny", &["deny", "--version"])?;
    let mut command = shell::cargo(&place.root, &["deny", "--manifest-path", MANIFEST, "--offline", "check"]);
    shell::run(command.args(["licenses", "sources", "bans"]))
}

/// What the services share has tests of its own.
pub(super) fn tests(place: &Place) -> Step {
    had(place)?;
    // Of the whole workspace, for the same choice of features as above.
    let fixed = ["test", "--locked", "--manifest-path", MANIFEST, "--workspace", "--lib"];
    shell::run(shell::cargo(&place.root, &fixed).arg("--target-dir").arg(&place.target))
}

/// All at once: built one by one, what they share would be built anew for each choice of its features.
pub(super) fn built(place: &Place) -> Step {
    had(place)?;
    let fixed = ["build", "--locked", "--manifest-path", MANIFEST];
    shell::run(shell::cargo(&place.root, &fixed).arg("--target-dir").arg(&place.target))
}

/// Whether its dependencies can be had: they are more than the product's.
fn had(place: &Place) -> Result<(), Stop> {
    let host = shell::capture(std::process::Command::new("rustc").arg("-vV")).unwrap_or_default();
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let fixed = ["fetch", "--locked", "--manifest-path", MANIFEST, "--target", host];
    let fetched = shell::capture(&mut shell::cargo(&place.root, &fixed));
    fetched.map(|_| ()).map_err(|said| {
        if said.contains("needs to be updated") {
            return Stop::Failed(format!(
                "its lock file is behind: run `cargo update --workspace --manifest-path {MANIFEST}`\n{said}"
            ));
        }
        Stop::Skipped("the dependencies of examples/services cannot be had here".to_owned())
    })
}
