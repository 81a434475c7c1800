//! The scenarios of callbacks.

use smileid_core::ErrorKind;
use smileid_jobs::Woken;

use crate::Step::{Advance, Claim, ClaimSome, Counts, Crash, Due, Export, Fenced, Import, Record, Wake, WasWoken};
use crate::What::{Again, NeedsYou, Released, Settled};
use crate::{Scenario, scenario};

pub(crate) const MAKES_DUE: Scenario = scenario(
    "a_callback_makes_a_job_due_now",
    &[
        Import(&["a", "b", "c"], 3, 0),
        Claim(10, 60, "w", &["a", "b", "c"]),
        Record("w", &[("a", Again(3600)), ("b", Settled), ("c", NeedsYou(ErrorKind::NotFound))]),
        Wake("a", Woken::Due),
        Wake("b", Woken::Settled),
        Wake("c", Woken::Due),
        Wake("d", Woken::Unknown),
        ClaimSome(10, "w", 2),
        Counts(2, 1, 0),
    ],
);

pub(crate) const COMES_FIRST: Scenario = scenario(
    "a_callback_puts_its_job_before_those_that_are_due_by_themselves",
    &[
        Import(&["a", "b", "c", "d", "e"], 5, 0),
        Claim(1, 3600, "w", &["a"]),
        Record("w", &[("a", NeedsYou(ErrorKind::NotFound))]),
        Advance(100),
        Wake("d", Woken::Due),
        WasWoken(true),
        WasWoken(false),
        Advance(1),
        Wake("a", Woken::Due),
        Advance(1),
        Wake("c", Woken::Due),
        Wake("c", Woken::Due),
        WasWoken(true),
        Due(5, 102),
        Claim(2, 60, "w", &["d", "a"]),
        Claim(2, 60, "w", &["c", "b"]),
        // A callback for a job in flight counts when the question is answered.
        Wake("b", Woken::Due),
        Record("w", &[("b", Again(3600)), ("c", Again(0)), ("d", Again(3600))]),
        Advance(1),
        Claim(1, 60, "w", &["b"]),
        Claim(1, 60, "w", &["e"]),
        Claim(1, 60, "w", &["c"]),
        Record("w", &[("a", Settled), ("b", Again(3600)), ("c", Settled), ("e", Settled)]),
        Crash,
        Advance(3601),
        Claim(5, 60, "w", &["d", "b"]),
    ],
);

pub(crate) const GIVEN_BACK: Scenario = scenario(
    "a_called_job_that_is_given_back_keeps_its_place",
    &[
        Import(&["a", "b", "c"], 3, 0),
        Advance(1),
        Wake("c", Woken::Due),
        Claim(1, 60, "w", &["c"]),
        Record("w", &[("c", Released)]),
        Claim(1, 60, "w", &["c"]),
        Claim(1, 60, "w", &["a"]),
        Record("w", &[("a", Released)]),
        Claim(2, 60, "w", &["a", "b"]),
    ],
);

pub(crate) const ONCE_A_MINUTE: Scenario = scenario(
    "callbacks_for_one_job_put_it_before_all_others_once_a_minute",
    &[
        Import(&["a", "b", "c"], 3, 0),
        Advance(10),
        Wake("c", Woken::Due),
        Claim(1, 60, "w", &["c"]),
        Record("w", &[("c", Again(3600))]),
        Advance(59),
        Wake("c", Woken::Due),
        Claim(1, 60, "w", &["a"]),
        Wake("a", Woken::Due),
        Advance(1),
        Wake("a", Woken::Due),
        Record("w", &[("a", Again(3600))]),
        Claim(1, 60, "w", &["a"]),
        Claim(2, 60, "w", &["b", "c"]),
        Record("w", &[("a", Settled), ("b", Again(0)), ("c", Again(3600))]),
        Advance(61),
        Wake("c", Woken::Due),
        Claim(1, 60, "w", &["c"]),
    ],
);

pub(crate) const DURING_A_QUESTION: Scenario = scenario(
    "a_callback_during_a_question_counts_whatever_its_outcome",
    &[
        Import(&["a", "b", "c"], 3, 0),
        Claim(3, 60, "w", &["a", "b", "c"]),
        Wake("b", Woken::Due),
        Wake("c", Woken::Due),
        Record("w", &[("a", NeedsYou(ErrorKind::NotFound)), ("b", NeedsYou(ErrorKind::NotFound)), ("c", Settled)]),
        Counts(1, 1, 1),
        Claim(10, 60, "w", &["b"]),
        Fenced("w", &[("a", Settled)]),
        Record("w", &[("b", Settled)]),
        Export(&["c", "b"]),
    ],
);
