//! How many answers a second the sandbox gives for a prepared job, its journal on and the load generator (wrk) beside it.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::Place;
use super::sandbox::{Sandbox, program};
use super::table::Table;
use crate::report::{Step, Stop};
use crate::shell;

const SCENARIO: &str = "[[jobs]]\nuser_id = \"user-7\"\njob_id = \"job-7\"\nstages = [\"approved\"]\n";
/// Enough to keep two threads at work.
const CONNECTIONS: &str = "-c32";
const SECONDS: &str = "-d8s";

/// Builds for release and measures.
pub(super) fn measure(place: &Place, _: &mut Table) -> Step {
    wrk()?;
    let failed = |error: std::io::Error| Stop::Failed(error.to_string());
    fs::create_dir_all(&place.scratch).map_err(failed)?;
    let scenario = place.scratch.join("throughput.toml");
    fs::write(&scenario, SCENARIO).map_err(failed)?;
    let flags = ["--scenario", &scenario.to_string_lossy()];
    let sandbox = Sandbox::start_built(&place.root, &place.scratch, "throughput", &flags, "release")?;
    let script = place.scratch.join("throughput.lua");
    fs::write(&script, lua(&signed(place, &sandbox)?)).map_err(failed)?;
    let before = cpu_ticks(sandbox.id());
    let mut load = Command::new("wrk");
    load.args(["-t1", CONNECTIONS, SECONDS, "--latency", "-s"])
        .arg(&script)
        .arg(format!("{}/job_status", sandbox.base_url));
    let told = shell::capture(&mut load).map_err(Stop::Failed)?;
    println!("{told}");
    let used = cpu_ticks(sandbox.id()).zip(before).map(|(after, before)| after - before);
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let rate = told.lines().find_map(|line| number(line.strip_prefix("Requests/sec:")?));
    let count = told.lines().find_map(|line| number(line.split_once(" requests in ")?.0));
    let (Some(rate), Some(count)) = (rate, count) else { return Err(Stop::Failed("wrk told no figure".to_owned())) };
    if told.contains("Non-2xx") {
        return Err(Stop::Failed("some requests were refused".to_owned()));
    }
    // A tick is a hundredth of a second wherever there is /proc.
    let each = used.map(|ticks| format!(", {:.1} µs of processor each", ticks * 10_000.0 / count));
    Ok(format!("{rate:.0} answers a second{}", each.unwrap_or_default()))
}

fn wrk() -> Result<(), Stop> {
    // Without arguments it tells how it is used, and fails; that it starts is enough.
    let there = || Command::new("wrk").output().is_ok();
    if !there() {
        let mut install = Command::new("apt-get");
        // Whatever fails of it is told by the program's absence.
        let _installed = shell::run(install.args(["install", "--yes", "--quiet=2", "wrk"]));
    }
    if there() { Ok(()) } else { Err(Stop::Skipped("wrk cannot be had here".to_owned())) }
}

/// A signed request, which is fresh for longer than the measurement takes.
fn signed(place: &Place, sandbox: &Sandbox) -> Result<String, Stop> {
    let mut sign = Command::new(program(&place.root, "release"));
    sign.args(["sign", "--partner-id", "023", "--api-key-file"]).arg(&sandbox.key_file);
    let text = shell::capture(&mut sign).map_err(Stop::Failed)?;
    let mut body: Value = serde_json::from_str(&text).map_err(|error| Stop::Failed(error.to_string()))?;
    let rest = serde_json::json!({ "partner_id": "023", "user_id": "user-7", "job_id": "job-7", "image_links": false, "history": false });
    if let (Some(body), Value::Object(rest)) = (body.as_object_mut(), rest) {
        body.extend(rest);
    }
    Ok(body.to_string())
}

fn lua(body: &str) -> String {
    format!("wrk.method = \"POST\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\nwrk.body = [[{body}]]\n")
}

/// The processor time a process has used; none where the system does not tell.
fn cpu_ticks(id: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some(ticks(11)? + ticks(12)?)
}
