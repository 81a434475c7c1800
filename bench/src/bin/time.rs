//! `time json [--quick] [--documents LETTERS]`: prints how long each reader takes, and the ratios against the goals.

use std::process::ExitCode;
use std::time::Duration;

use smileid_bench::json::{cases, documents, table};
use smileid_bench::measure::{self, Effort};

/// About two minutes.
const FULL: Effort = Effort { rounds: 151, turn: Duration::from_millis(8) };

/// Under half a minute, also where the machine is busy: guidance, no more.
const QUICK: Effort = Effort { rounds: 25, turn: Duration::from_millis(5) };

fn main() -> ExitCode {
    let mut effort = FULL;
    let mut documents = documents::all();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "json" => {}
            "--quick" => effort = QUICK,
            "--documents" => {
                let letters = arguments.next().unwrap_or_default();
                documents.retain(|document| letters.contains(document.letter));
            }
            other => {
                eprintln!("time: unknown argument `{other}`");
                return ExitCode::from(2);
            }
        }
    }
    table::heading(&documents);
    let times = measure::interleaved(documents.iter().flat_map(cases::of).collect(), effort);
    table::by_row("typed decode, µs, median", &documents, |(row, letter)| {
        let times = times.iter().find(|times| (times.row, times.document) == (row, letter));
        times.map(|times| format!("{:.2}", times.micros()))
    });
    let short = table::against_goals(&times);
    println!("\n{short} ratios are beyond what will do");
    ExitCode::SUCCESS
}
