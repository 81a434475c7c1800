//! The goals: which row against which, on which document, and how far. The figures come from elsewhere.

use super::cases::{LENIENT_BOR, LENIENT_OWN, OURS_BOR, OURS_BOR_BYTES, OURS_OWN, SERDE_BOR, SERDE_OWN, SONIC_BOR};

/// A row on a document.
pub type Place = (&'static str, char);

/// One ratio to keep.
pub struct Goal {
    /// Ours.
    pub ours: Place,
    /// What it is measured against.
    pub against: Place,
    /// The ratio that is wanted.
    pub goal: f64,
    /// The ratio that will do, or `None` if the goal is for the record.
    pub floor: Option<f64>,
}

const fn goal(ours: Place, against: Place, goal: f64, floor: f64) -> Goal {
    Goal { ours, against, goal, floor: Some(floor) }
}

const fn moonshot(letter: char, goal: f64) -> Goal {
    Goal { ours: (OURS_BOR_BYTES, letter), against: (SONIC_BOR, letter), goal, floor: None }
}

/// All of them.
pub const GOALS: &[Goal] = &[
    goal((OURS_OWN, 'a'), (SERDE_OWN, 'a'), 0.75, 0.85),
    goal((OURS_OWN, 'c'), (SERDE_OWN, 'c'), 0.80, 0.90),
    goal((OURS_OWN, 'e'), (SERDE_OWN, 'e'), 0.45, 0.50),
    goal((OURS_OWN, 'f'), (SERDE_OWN, 'f'), 0.85, 0.90),
    goal((OURS_BOR, 'a'), (SERDE_BOR, 'a'), 0.95, 1.00),
    goal((OURS_BOR, 'c'), (SERDE_BOR, 'c'), 0.95, 1.00),
    goal((OURS_BOR, 'e'), (SERDE_BOR, 'e'), 0.50, 0.55),
    goal((OURS_OWN, 'b'), (OURS_OWN, 'a'), 1.03, 1.05),
    goal((OURS_OWN, 'd'), (OURS_OWN, 'c'), 1.03, 1.05),
    goal((OURS_BOR, 'b'), (OURS_BOR, 'a'), 1.03, 1.05),
    goal((OURS_BOR, 'd'), (OURS_BOR, 'c'), 1.03, 1.05),
    goal((OURS_OWN, 'b'), (LENIENT_OWN, 'b'), 0.65, 0.80),
    goal((OURS_OWN, 'd'), (LENIENT_OWN, 'd'), 0.65, 0.80),
    goal((OURS_BOR, 'b'), (LENIENT_BOR, 'b'), 0.65, 0.80),
    goal((OURS_BOR, 'd'), (LENIENT_BOR, 'd'), 0.65, 0.80),
    moonshot('a', 1.00),
    moonshot('c', 1.00),
    moonshot('e', 1.00),
    moonshot('f', 1.10),
];

/// The most allocations that reading document a into a `JobStatus` may take: the goal, and what will do.
pub const ALLOCATIONS: (u64, u64) = (4, 8);

/// The most memory that reading document c into a `JobStatus` may take, its body included, in multiples of the body.
pub const PEAK: (f64, f64) = (2.0, 3.0);
