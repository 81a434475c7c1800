//! `memory json`: prints each reader's allocations and its peak of memory. A separate program, because counting slows allocation.

use std::process::ExitCode;

use smileid_bench::json::cases::JOB_STATUS;
use smileid_bench::json::{cases, documents, goals, table};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// What one reading took.
struct Taken {
    document: char,
    row: &'static str,
    allocations: u64,
    peak: usize,
}

fn main() -> ExitCode {
    let documents = documents::all();
    let mut taken = Vec::new();
    for document in &documents {
        for mut case in cases::of(document) {
            // Whatever a reader sets up once is not counted.
            (case.run)();
            let profiler = dhat::Profiler::builder().testing().build();
            (case.run)();
            let stats = dhat::HeapStats::get();
            drop(profiler);
            let (allocations, peak) = (stats.total_blocks, stats.max_bytes);
            taken.push(Taken { document: case.document, row: case.row, allocations, peak });
        }
    }
    let find = |(row, letter)| taken.iter().find(|taken| (taken.row, taken.document) == (row, letter));
    table::by_row("allocations", &documents, |place| find(place).map(|taken| taken.allocations.to_string()));
    table::by_row("peak of memory, KiB", &documents, |place| {
        find(place).map(|taken| format!("{}.{}", taken.peak / 1024, taken.peak % 1024 * 10 / 1024))
    });
    println!("\nJobStatus takes a body as its own: the body, copied for it here, is in its figures.");
    if let Some(taken) = find((JOB_STATUS, 'a')) {
        let (goal, floor) = goals::ALLOCATIONS;
        let own = taken.allocations - 1;
        println!("JobStatus, a: {own} allocations beside the body's; goal {goal}, {floor} will do");
    }
    let body = documents.iter().find(|document| document.letter == 'c').map_or(1, |document| document.text.len());
    if let Some(taken) = find((JOB_STATUS, 'c')) {
        let (goal, floor) = goals::PEAK;
        #[expect(clippy::cast_precision_loss, reason = "a ratio with two digits")]
        let ratio = taken.peak as f64 / body as f64;
        println!("JobStatus, c: peak {ratio:.2} times the body, the body included; goal {goal}, {floor} will do");
    }
    ExitCode::SUCCESS
}
