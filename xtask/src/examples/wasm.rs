//! The example in WebAssembly: built for its target, then run by Node as a user would.

use std::process::Command;

use super::Place;
use super::light::four_waits;
use super::program::Program;
use super::world::World;
use crate::report::{Step, Stop};
use crate::{shell, tools};

const TARGET: &str = "wasm32-unknown-unknown";
/// The first that has `AbortSignal.any`.
const OLDEST_NODE: (u32, u32) = (20, 3);

pub(super) fn fetch(place: &Place) -> Step {
    node()?;
    tools::target(TARGET)?;
    let fixed = ["build", "--locked", "--package", "wasm-fetch", "--target", TARGET];
    shell::run(&mut shell::cargo(&place.root, &fixed))?;
    let world = World::start(place, "wasm")?;
    world.add_job("mine", "approved", None)?;
    let ask = |user_id: &str, job_id: &str| {
        let mut command = world.command("node".as_ref());
        command.arg(place.root.join("examples/wasm/ask.mjs"));
        command.arg(place.target.join(TARGET).join("debug/wasm_fetch.wasm")).args([user_id, job_id]);
        Program::run(&mut command, "")
    };
    four_waits(&world, ask)?;
    world.fault("status_307_other_host")?;
    ask("u", "approved-1")?.exits(1)?.complains("redirected: ")?;
    // What passes is asked again, and the answer is had.
    for fault in ["status_503", "oversize_plain", "fin_mid_body"] {
        world.fault(fault)?;
        ask("u", "approved-2")?.exits(0)?.tells("final: approved\n")?;
    }
    Ok("8 waits".to_owned())
}

fn node() -> Result<(), Stop> {
    let version = shell::capture(Command::new("node").arg("--version")).unwrap_or_default();
    match read(&version) {
        Some(version) if version >= OLDEST_NODE => Ok(()),
        Some(_) => Err(Stop::Skipped("this Node is older than 20.3".to_owned())),
        None => Err(Stop::Skipped("node cannot be had here".to_owned())),
    }
}

fn read(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_version_is_read() {
        assert_eq!(read("v20.20.2\n"), Some((20, 20)));
        assert!(read("").is_none() && read("20.1").is_none());
    }
}
