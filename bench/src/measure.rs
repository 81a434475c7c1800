//! Measuring processor time: interleaved rounds over all cases, medians, and ratios taken round by round. It knows no case.

use std::time::Duration;

use cpu_time::ThreadTime;

/// One thing to measure.
pub struct Case<'a> {
    /// The document it works on, by its letter.
    pub document: char,
    /// The row of the table it is in.
    pub row: &'static str,
    /// One time round.
    pub run: Box<dyn FnMut() + 'a>,
}

/// How long and how often to measure.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// How often every case gets its turn.
    pub rounds: usize,
    /// How long a turn lasts, about.
    pub turn: Duration,
}

/// The times of one case, in nanoseconds, round by round.
pub struct Times {
    /// The document it worked on.
    pub document: char,
    /// Its row.
    pub row: &'static str,
    /// Nanoseconds for one time, one figure a round.
    pub rounds: Vec<f64>,
}

impl Times {
    /// The median time in microseconds.
    #[must_use]
    pub fn micros(&self) -> f64 {
        median(self.rounds.clone()) / 1e3
    }

    /// The median of the rounds' ratios: what drifts on the machine in a round drifts in both.
    #[must_use]
    pub fn against(&self, other: &Self) -> f64 {
        median(self.rounds.iter().zip(&other.rounds).map(|(mine, theirs)| mine / theirs).collect())
    }
}

/// Measures all cases, each a turn in every round, so that a busy moment of the machine strikes all alike.
#[must_use]
pub fn interleaved(mut cases: Vec<Case<'_>>, effort: Effort) -> Vec<Times> {
    let times: Vec<u32> = cases.iter_mut().map(|case| times_in(case, effort.turn)).collect();
    let mut rounds: Vec<Vec<f64>> = cases.iter().map(|_| Vec::with_capacity(effort.rounds)).collect();
    for round in 0..effort.rounds {
        // Every other round runs backwards, so that no case always follows the same one.
        let order: Vec<usize> =
            if round % 2 == 0 { (0..cases.len()).collect() } else { (0..cases.len()).rev().collect() };
        for index in order {
            rounds[index].push(nanos(&mut cases[index], times[index]));
        }
    }
    let named = cases.iter().zip(rounds);
    named.map(|(case, rounds)| Times { document: case.document, row: case.row, rounds }).collect()
}

/// How many times fit into a turn, after one to warm up.
fn times_in(case: &mut Case<'_>, turn: Duration) -> u32 {
    let one = nanos(case, 2).max(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded just before")]
    let times = (turn.as_secs_f64() * 1e9 / one).clamp(1.0, 1e8) as u32;
    times
}

/// Nanoseconds of processor time for one time: while others have the processor, it does not count.
fn nanos(case: &mut Case<'_>, times: u32) -> f64 {
    // One that is not counted: what ran before left caches and heap to its own liking.
    (case.run)();
    let start = ThreadTime::now();
    for _ in 0..times {
        (case.run)();
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(times)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.len() % 2, values.get(middle)) {
        (_, None) => f64::NAN,
        (1, Some(value)) => *value,
        (_, Some(value)) => f64::midpoint(values[middle - 1], *value),
    }
}
