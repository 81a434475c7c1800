//! `smileid jobs status`: the jobs by state, the rate, and how long it will take.

use core::time::Duration;
use std::thread;

use smileid_jobs::{Counts, Pause, Rate};

use super::address;
use crate::args::{Format, JobsStatusArgs};
use crate::commands::DONE;
use crate::failure::Failure;
use crate::interrupt;
use crate::output;

/// How often `--watch` counts.
const EVERY: Duration = Duration::from_secs(1);

pub(super) fn run(args: &JobsStatusArgs, format: Format) -> Result<u8, Failure> {
    let mut store = address::open(&args.store)?;
    if args.watch {
        interrupt::ends_the_program();
    }
    loop {
        let counts = store.counts()?;
        output::data(&match format {
            Format::Text => text(&counts),
            Format::Json => json(&counts) + "\n",
        })?;
        if !args.watch {
            return Ok(DONE);
        }
        thread::sleep(EVERY);
    }
}

/// The words of the verdicts, in the order of their counts.
pub(super) const VERDICTS: [&str; 4] = ["approved", "provisional", "rejected", "undetermined"];

/// How long the due jobs take at the allowed rate, one question each.
pub(super) fn eta(counts: &Counts) -> Duration {
    let millis = u128::from(counts.due) * 1_000_000 / u128::from(counts.allowed.in_kilosecond());
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

/// A rate as a number of questions a second.
pub(super) fn per_second(rate: Rate) -> String {
    rate.to_string().trim_end_matches("/s").to_owned()
}

fn text(counts: &Counts) -> String {
    let verdicts = listed(VERDICTS.iter().zip(counts.verdicts).filter(|(_, jobs)| *jobs > 0));
    let kinds = listed(counts.needs_you.iter().map(|(kind, jobs)| (kind.as_str(), *jobs)));
    let lowered = if counts.allowed < counts.rate { format!(" (now {})", counts.allowed) } else { String::new() };
    let mut lines = vec![
        format!("waiting     {} ({} due, {} provisional)", counts.waiting, counts.due, counts.provisional),
        format!("settled     {}{verdicts}", counts.settled),
        format!("needs you   {}{kinds}", counts.needing_you()),
        format!("rate        {}{lowered}", counts.rate),
    ];
    if let Some(oldest) = counts.oldest_due {
        lines.push(format!("oldest due  since {}", span(oldest)));
        lines.push(format!("time left   {} for the due jobs", span(eta(counts))));
    }
    match counts.paused {
        Some(Pause::Asked) => lines.push("paused      smileid jobs resume goes on".to_owned()),
        Some(Pause::Stopped(kind)) => {
            lines.push(format!("paused      by {kind}: fix the cause, then smileid jobs resume"));
        }
        None => {}
    }
    lines.join("\n") + "\n"
}

fn listed<W: core::fmt::Display>(words: impl Iterator<Item = (W, u64)>) -> String {
    let words: Vec<String> = words.map(|(word, jobs)| format!("{jobs} {word}")).collect();
    if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) }
}

/// `45 s`, `12 min`, `3 h 05 min`, `4 d 02 h`.
pub(super) fn span(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds @ 7200..172_800 => format!("{} h {:02} min", seconds / 3600, seconds % 3600 / 60),
        seconds => format!("{} d {:02} h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}

/// The counts as one JSON object.
pub(super) fn json(counts: &Counts) -> String {
    let verdicts = VERDICTS.iter().zip(counts.verdicts).map(|(word, jobs)| format!("\"{word}\":{jobs}"));
    let kinds = counts.needs_you.iter().map(|(kind, jobs)| format!("\"{kind}\":{jobs}"));
    let paused = match counts.paused {
        None => "null".to_owned(),
        Some(Pause::Asked) => "\"asked\"".to_owned(),
        Some(Pause::Stopped(kind)) => format!("\"{kind}\""),
    };
    let oldest = counts.oldest_due.map_or_else(|| "null".to_owned(), |oldest| oldest.as_secs().to_string());
    format!(
        "{{\"waiting\":{},\"due\":{},\"provisional\":{},\"settled\":{},\"verdicts\":{{{}}},\"needs_you\":{{{}}},\"oldest_due_s\":{oldest},\
         \"eta_s\":{},\"rate\":{},\"allowed\":{},\"paused\":{paused}}}",
        counts.waiting,
        counts.due,
        counts.provisional,
        counts.settled,
        verdicts.collect::<Vec<_>>().join(","),
        kinds.collect::<Vec<_>>().join(","),
        eta(counts).as_secs(),
        per_second(counts.rate),
        per_second(counts.allowed),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_written_for_people_and_for_scripts() {
        let mut counts = Counts::default();
        counts.waiting = 5;
        counts.due = 3;
        counts.settled = 7;
        counts.verdicts = [4, 0, 2, 1];
        counts.needs_you = vec![(smileid_core::ErrorKind::NotFound, 2)];
        counts.oldest_due = Some(Duration::from_secs(4000));
        counts.paused = Some(Pause::Stopped(smileid_core::ErrorKind::Credentials));
        let expected = "waiting     5 (3 due, 0 provisional)\n\
                        settled     7 (4 approved, 2 rejected, 1 undetermined)\n\
                        needs you   2 (2 not_found)\n\
                        rate        50/s\n\
                        oldest due  since 66 min\n\
                        time left   0 s for the due jobs\n\
                        paused      by credentials: fix the cause, then smileid jobs resume\n";
        assert_eq!(text(&counts), expected);
        let expected = r#"{"waiting":5,"due":3,"provisional":0,"settled":7,"verdicts":{"approved":4,"provisional":0,"rejected":2,"undetermined":1},"needs_you":{"not_found":2},"oldest_due_s":4000,"eta_s":0,"rate":50,"allowed":50,"paused":"credentials"}"#;
        assert_eq!(json(&counts), expected);
    }

    #[test]
    fn spans_have_the_units_that_matter() {
        let spans =
            [0, 119, 120, 7199, 7200, 172_799, 172_800, 900_000].map(|seconds| span(Duration::from_secs(seconds)));
        assert_eq!(spans, ["0 s", "119 s", "2 min", "119 min", "2 h 00 min", "47 h 59 min", "2 d 00 h", "10 d 10 h"]);
    }
}
