//! `count json LETTER ROW ROUNDS`: reads one document so often in one way and prints nothing, for a tool that counts instructions.

use std::process::ExitCode;

use smileid_bench::json::{cases, documents};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [command, json, letter, row, rounds] = arguments.as_slice() else { return fail("four words are needed") };
    if command != "count" || json != "json" {
        return fail("count json LETTER ROW ROUNDS");
    }
    let documents = documents::all();
    let Some(document) = documents.iter().find(|document| letter.starts_with(document.letter)) else {
        return fail("no such document");
    };
    let Some(mut case) = cases::of(document).into_iter().find(|case| case.row == row) else {
        return fail("no such row, or it refuses the document");
    };
    let Ok(rounds) = rounds.parse::<u32>() else { return fail("no number of rounds") };
    for _ in 0..rounds {
        (case.run)();
    }
    ExitCode::SUCCESS
}

fn fail(what: &str) -> ExitCode {
    eprintln!("count: {what}");
    ExitCode::from(2)
}
