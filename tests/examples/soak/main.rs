//! The long figures of the reliability bar, measured: `cargo xtask soak`. It prints a page and fails where a bound does not hold.

mod bomb;
mod budget;
mod deadline;
mod year;

use std::process::ExitCode;

const HEAD: &str = "\
# Long measurements

What the tests assert with wide bounds, so that a busy machine does not fail them, measured here. `cargo xtask soak --record` writes
this page; it takes about a minute once built.
";

/// One part of the page and what went beyond its bound.
type Part = (String, Vec<String>);

fn main() -> ExitCode {
    let parts: [fn() -> Part; 4] = [deadline::measure, bomb::measure, budget::measure, year::measure];
    let mut beyond = Vec::new();
    print!("{HEAD}");
    for part in parts {
        let (text, failures) = part();
        print!("\n{text}");
        beyond.extend(failures);
    }
    for failure in &beyond {
        eprintln!("beyond its bound: {failure}");
    }
    if beyond.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
