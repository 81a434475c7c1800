//! Figures by store, and the ratios between them against the bar: a table each.

use std::collections::BTreeMap;

/// What every round gave of each store, by its name and the figure's.
#[derive(Default)]
pub struct Figures(BTreeMap<(&'static str, String), Vec<f64>>);

impl Figures {
    pub fn add(&mut self, store: &'static str, name: &str, value: f64) {
        self.0.entry((store, name.to_owned())).or_default().push(value);
    }

    fn of(&self, (store, name): (&'static str, &str)) -> Option<&[f64]> {
        self.0.get(&(store, name.to_owned())).map(Vec::as_slice)
    }

    /// Prints the medians: a line for each store, a column for each name.
    pub fn print(&self, names: &[(&str, &str)]) {
        let mut stores: Vec<_> = self.0.keys().map(|(store, _)| *store).collect();
        stores.dedup();
        println!("\n| store | {} |", names.iter().map(|(_, title)| *title).collect::<Vec<_>>().join(" | "));
        println!("|---|{}", "---|".repeat(names.len()));
        for store in stores {
            let cell =
                |(name, _): &(&str, &str)| self.of((store, name)).map_or("–".to_owned(), |all| shown(median(all)));
            println!("| {store} | {} |", names.iter().map(cell).collect::<Vec<_>>().join(" | "));
        }
    }
}

/// A ratio, and what it must be: at least the goal if the goal is above what will do, otherwise at most.
pub struct Bar {
    pub what: &'static str,
    pub ours: (&'static str, &'static str),
    /// Nothing: the figure is compared as it is.
    pub over: Option<(&'static str, &'static str)>,
    pub goal: f64,
    pub will_do: f64,
}

/// Prints the ratios, and how many are beyond what will do.
pub fn judge(figures: &Figures, bars: &[Bar]) {
    println!("\n| median ratio | measured | goal | will do | |\n|---|---|---|---|---|");
    let mut missed = 0;
    for Bar { what, ours, over, goal, will_do } in bars {
        let (Some(mine), theirs) = (figures.of(*ours), over.map(|over| figures.of(over))) else { continue };
        let ratio = match theirs {
            None => median(mine),
            // What drifts on the machine in a round drifts in both.
            Some(Some(theirs)) => {
                median(&mine.iter().zip(theirs).map(|(mine, theirs)| mine / theirs).collect::<Vec<_>>())
            }
            Some(None) => continue,
        };
        let (sign, reaches): (_, fn(f64, f64) -> bool) =
            if goal >= will_do { ("≥", |it, bar| it >= bar) } else { ("≤", |it, bar| it <= bar) };
        let word = match (reaches(ratio, *goal), reaches(ratio, *will_do)) {
            (true, _) => "goal",
            (_, true) => "will do",
            _ => "missed",
        };
        missed += usize::from(word == "missed");
        println!("| {what} | {} | {sign} {goal} | {will_do} | {word} |", shown(ratio));
    }
    println!("\n{missed} ratios are beyond what will do");
}

fn shown(value: f64) -> String {
    if value >= 100.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
