//! The long figures of the reliability bar, measured: `cargo xtask nightly soak`. It prints a page and fails where a bound does not hold.

mod bomb;
#[path = "../../support/bomb.rs"]
mod bomb_cost;
mod budget;
mod deadline;
mod endure;
#[path = "../../support/stacks.rs"]
mod stacks;
mod year;

use std::process::ExitCode;
use std::{env, fs, thread};

const HEAD: &str = "\
# Long measurements

What the tests assert with wide bounds, so that a busy machine does not fail them, measured here. `cargo xtask nightly soak` writes
this page; it takes about a minute once built.
";

/// One part of the page and what went beyond its bound.
type Part = (String, Vec<String>);

fn main() -> ExitCode {
    let parts: [fn() -> Part; 5] = [deadline::measure, bomb::measure, budget::measure, year::measure, endure::measure];
    let mut page = HEAD.to_owned();
    let mut beyond = Vec::new();
    for part in parts {
        let (text, failures) = part();
        println!("{text}");
        page.push('\n');
        page.push_str(&text);
        beyond.extend(failures);
    }
    for failure in &beyond {
        eprintln!("beyond its bound: {failure}");
    }
    // With a path given, the page goes there, unless it would record what does not hold.
    if let Some(path) = env::args().nth(1).filter(|_| beyond.is_empty()) {
        fs::write(path, format!("{page}\n{}", machine())).unwrap();
    }
    if beyond.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What it was measured on, as far as figures depend on it.
fn machine() -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown");
    format!("Measured on {} {} with {cores} cores, at a load of {load}.\n", env::consts::OS, env::consts::ARCH)
}
