//! `docs/benchmarks.md` and its plots, written from what the benches printed. It measures nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::plot;
use crate::report::{Step, Stop};
use crate::shell;

/// A plot: its file, its title, the bench and the column it draws, and how many columns name a row.
const PLOTS: [(&str, &str, &str, &str, usize); 5] = [
    ("json-sample.svg", "Reading the document's sample without its trailing commas (a), µs", "json", "a", 1),
    ("json-photo.svg", "Reading a reply with a 300 KiB photo (e), µs", "json", "e", 1),
    ("sign.svg", "Signing, ns", "sign", "ns, median", 1),
    ("call.svg", "A whole call over loopback, µs of processor time", "call", "CPU per call, µs", 2),
    ("wait.svg", "Bytes per waiting job", "wait", "bytes per job", 1),
];

/// What stands before each bench's tables.
const ABOUT: [(&str, &str); 6] = [
    (
        "json",
        "Typed decoding of the same documents into the same fields, duplicate keys refused by ours and taken by all others. Times are \
         medians of interleaved rounds, in µs; ratios are medians of the rounds' ratios.",
    ),
    ("sign", "The 44 characters of one request's signature. Ours is the public function, with its key prepared."),
    (
        "call",
        "One whole call over loopback to a server in another process: ours signs, sends, reads, decodes, proves and judges; the bare libraries send \
         the same signed bytes and read the reply. Processor time of the client's process. One call at a time runs on one thread, its server on \
         another processor; many run on two threads. The goal is 1.05 of the bare library, and where a ratio is above it, it is missed. Blocking is \
         at it, since the request leaves in one piece. Async misses it with many in flight: beside reqwest's own call, decoding, proving and \
         judging show. Two more rows tell whose the difference is: the same work written by hand over reqwest, without retries and without \
         tolerance, and our client over hyper, which is what reqwest is made of.",
    ),
    (
        "wait",
        "Jobs waiting in one process, polled every two seconds by a transport that answers at once: what is measured is the waiting.",
    ),
    (
        "start",
        "The `smileid` command from its start to its end, in a release build. `demo` starts a sandbox, asks it and ends it. The goal for \
         `--help` is 10 ms.",
    ),
    ("build", "Development builds into an empty folder, dependencies included, their sources at hand."),
];

pub(super) fn write(root: &Path, printed: &[(&str, String)]) -> Step {
    let failed = |error: std::io::Error| Stop::Failed(format!("docs/benchmarks: {error}"));
    let folder = root.join("docs/benchmarks");
    fs::create_dir_all(&folder).map_err(failed)?;
    for (name, text) in printed {
        // Kept, so that a later run of one bench leaves the figures of the others as they were.
        fs::write(folder.join(format!("{name}.txt")), text).map_err(failed)?;
    }
    let mut page = String::from(
        "# Benchmarks\n\nUs and the peers in the same run, interleaved. Written by `cargo xtask bench --record`; repeat one part with \
         `cargo xtask bench json` (or `sign`, `call`, `wait`, `build`, `start`), which prints its tables. Absolute figures are one machine's: \
         read the ratios.\n\n",
    );
    page += &machine(root);
    for (name, about) in ABOUT {
        let Ok(text) = fs::read_to_string(folder.join(format!("{name}.txt"))) else { continue };
        page += &format!("\n## {name}\n\n{about}\n\n");
        for (file, title, bench, column, named) in PLOTS.into_iter().filter(|plot| plot.2 == name) {
            let rows = plot::rows(&text, column, named);
            if rows.is_empty() {
                return Err(Stop::Failed(format!("bench {bench} printed no column `{column}`")));
            }
            fs::write(folder.join(file), plot::bars(title, &rows, is_ours)).map_err(failed)?;
            page += &format!("![{title}](benchmarks/{file})\n\n");
        }
        page += text.trim();
        page.push('\n');
    }
    fs::write(root.join("docs/benchmarks.md"), page).map_err(failed)?;
    Ok(format!("{} benches", printed.len()))
}

/// Whether a row is ours: it begins so in every bench.
fn is_ours(row: &str) -> bool {
    row.starts_with("smileid") || row.starts_with("ours")
}

/// Processor, cores, compiler.
fn machine(root: &Path) -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map(|(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let compiler = shell::capture(Command::new("rustc").current_dir(root).arg("--version")).unwrap_or_default();
    format!(
        "The machine: {}, {cores} cores, {}, {}; release builds with thin LTO.\n",
        model.unwrap_or("a processor of unknown make"),
        std::env::consts::OS,
        compiler.trim()
    )
}
