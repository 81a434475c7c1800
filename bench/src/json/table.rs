//! The tables as text: times by row and document, ratios against the goals. It measures nothing.

use super::cases::{LEFT_OUT, ROWS};
use super::documents::Document;
use super::goals::{GOALS, Goal, Place};
use crate::measure::Times;

/// Prints what the documents are, and which peers are left out.
pub fn heading(documents: &[Document]) {
    for document in documents {
        println!("{} = {}, {} bytes", document.letter, document.about, document.text.len());
    }
    for peer in LEFT_OUT {
        println!("left out: {peer}");
    }
}

/// Prints a table with one line a row and one column a document.
pub fn by_row(title: &str, documents: &[Document], cell: impl Fn(Place) -> Option<String>) {
    println!();
    let letters: Vec<String> = documents.iter().map(|document| document.letter.to_string()).collect();
    println!("| {title} | {} |", letters.join(" | "));
    println!("|---|{}", "---|".repeat(documents.len()));
    for row in ROWS {
        let cells: Vec<Option<String>> = documents.iter().map(|document| cell((row, document.letter))).collect();
        if cells.iter().any(Option::is_some) {
            let cells: Vec<&str> = cells.iter().map(|cell| cell.as_deref().unwrap_or("refuses")).collect();
            println!("| {row} | {} |", cells.join(" | "));
        }
    }
}

/// Prints the ratios against the goals, and gives how many are beyond even what will do.
#[must_use]
pub fn against_goals(times: &[Times]) -> usize {
    println!();
    println!("| median ratio | measured | goal | will do | |");
    println!("|---|---|---|---|---|");
    GOALS.iter().filter(|goal| !line(goal, times)).count()
}

/// Prints one goal's line and returns whether the floor is reached. Rows that are left out are no failure.
fn line(goal: &Goal, times: &[Times]) -> bool {
    let find = |place: Place| times.iter().find(|times| (times.row, times.document) == place);
    let (Some(ours), Some(against)) = (find(goal.ours), find(goal.against)) else { return true };
    let ratio = ours.against(against);
    let floor = goal.floor.map_or_else(|| "reported".to_owned(), |floor| format!("{floor:.2}"));
    let reached = goal.floor.is_none_or(|floor| ratio <= floor);
    let verdict = if ratio <= goal.goal {
        "goal"
    } else if reached {
        "will do"
    } else {
        "short"
    };
    let ((ours, on), (row, other)) = (goal.ours, goal.against);
    println!("| {ours}, {on} / {row}, {other} | {ratio:.3} | {:.2} | {floor} | {verdict} |", goal.goal);
    reached
}
