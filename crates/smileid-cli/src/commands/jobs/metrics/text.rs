//! What the server says: Prometheus text, and JSON for the page. It contains counts and no ids.

use core::fmt::Write as _;

use smileid_jobs::Counts;

use super::super::status;
use super::super::watch::Seen;

/// The metrics in Prometheus' text format 0.0.4.
pub(super) fn prometheus(seen: &Seen) -> String {
    let mut text = Text::default();
    if let Some(counts) = &seen.counts {
        stored(&mut text, counts);
    }
    let progress = &seen.progress;
    for (name, help, count) in [
        ("smileid_jobs_polls_total", "Questions that this run asked.", progress.asked),
        ("smileid_jobs_poll_failures_total", "Questions of this run that failed and are asked again.", progress.failed),
        ("smileid_jobs_throttled_total", "Replies by which the service asked for fewer requests.", progress.throttled),
        ("smileid_jobs_settled_total", "Jobs that this run settled.", progress.recorded.settled),
        ("smileid_jobs_fenced_total", "Outcomes that came too late and were refused.", progress.recorded.fenced),
    ] {
        text.family(name, "counter", help);
        text.line(name, None, &count);
    }
    text.gauge(
        "smileid_jobs_in_flight",
        "Jobs that this run has claimed and has no answer for yet.",
        &progress.in_flight,
    );
    text.gauge("smileid_jobs_rate", "Questions a second of this run now.", &format_args!("{:.3}", seen.rate()));
    text.0
}

/// What the whole store says.
fn stored(text: &mut Text, counts: &Counts) {
    text.family("smileid_jobs", "gauge", "Jobs in the store, by state.");
    for (state, jobs) in [("waiting", counts.waiting), ("settled", counts.settled), ("needs_you", counts.needing_you())]
    {
        text.line("smileid_jobs", Some(("state", state)), &jobs);
    }
    text.family("smileid_jobs_verdicts", "gauge", "Settled jobs, by verdict.");
    for (verdict, jobs) in status::VERDICTS.into_iter().zip(counts.verdicts) {
        text.line("smileid_jobs_verdicts", Some(("verdict", verdict)), &jobs);
    }
    text.family("smileid_jobs_needs_you", "gauge", "Jobs that need a person, by kind of error.");
    for (kind, jobs) in &counts.needs_you {
        text.line("smileid_jobs_needs_you", Some(("kind", kind.as_str())), jobs);
    }
    text.gauge("smileid_jobs_due", "Waiting jobs that are due.", &counts.due);
    text.gauge("smileid_jobs_provisional", "Waiting jobs whose last answer may still change.", &counts.provisional);
    let set = status::per_second(counts.rate);
    text.gauge("smileid_jobs_rate_set", "Questions a second that were set for all runs.", &set);
    let allowed = status::per_second(counts.allowed);
    text.gauge("smileid_jobs_rate_allowed", "Questions a second that all runs may ask now.", &allowed);
    let oldest = counts.oldest_due.unwrap_or_default().as_secs_f64();
    text.gauge("smileid_jobs_oldest_due_seconds", "How long the oldest due job has been due.", &oldest);
    let eta = status::eta(counts).as_secs_f64();
    text.gauge("smileid_jobs_eta_seconds", "How long the due jobs take at the allowed rate.", &eta);
    let paused = u8::from(counts.paused.is_some());
    text.gauge("smileid_jobs_paused", "1 if the store is paused.", &paused);
}

/// The counts, the progress and the history, for the page.
pub(super) fn json(seen: &Seen) -> String {
    let counts = seen.counts.as_ref().map_or_else(|| "null".to_owned(), status::json);
    let points = seen.history.points().iter().map(|point| {
        let allowed = smileid_jobs::Rate::per_kilosecond(point.allowed);
        format!(
            "[{:.1},{:.2},{},{},{}]",
            point.at.as_secs_f64(),
            point.rate,
            status::per_second(allowed),
            point.eta.as_secs(),
            point.oldest.as_secs()
        )
    });
    let points: Vec<String> = points.collect();
    let progress = &seen.progress;
    format!(
        "{{\"counts\":{counts},\"polls\":{},\"failed\":{},\"throttled\":{},\"in_flight\":{},\"rate\":{:.2},\"history\":[{}]}}",
        progress.asked,
        progress.failed,
        progress.throttled,
        progress.in_flight,
        seen.rate(),
        points.join(",")
    )
}

/// Prometheus text as it grows. Label values are words of this program and need no escape.
#[derive(Default)]
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // A `String` accepts whatever is written to it.
        let _written = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    fn line(&mut self, name: &str, label: Option<(&str, &str)>, value: &dyn core::fmt::Display) {
        let _written = match label {
            Some((label, word)) => writeln!(self.0, "{name}{{{label}=\"{word}\"}} {value}"),
            None => writeln!(self.0, "{name} {value}"),
        };
    }

    fn gauge(&mut self, name: &str, help: &str, value: &dyn core::fmt::Display) {
        self.family(name, "gauge", help);
        self.line(name, None, value);
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use smileid_core::ErrorKind;
    use smileid_jobs::Pause;

    use super::*;

    #[test]
    fn the_text_is_what_prometheus_reads() {
        let mut counts = Counts::default();
        (counts.waiting, counts.due, counts.settled, counts.verdicts) = (500, 200, 7, [4, 0, 2, 1]);
        counts.needs_you = vec![(ErrorKind::NotFound, 2)];
        counts.oldest_due = Some(Duration::from_millis(4500));
        counts.paused = Some(Pause::Asked);
        let mut seen = Seen::default();
        seen.counts = Some(counts);
        seen.progress.asked = 9;
        let text = prometheus(&seen);
        for line in [
            "smileid_jobs{state=\"waiting\"} 500",
            "smileid_jobs{state=\"settled\"} 7",
            "smileid_jobs{state=\"needs_you\"} 2",
            "smileid_jobs_verdicts{verdict=\"approved\"} 4",
            "smileid_jobs_needs_you{kind=\"not_found\"} 2",
            "smileid_jobs_due 200",
            "smileid_jobs_rate_allowed 50",
            "smileid_jobs_oldest_due_seconds 4.5",
            "smileid_jobs_eta_seconds 4",
            "smileid_jobs_paused 1",
            "smileid_jobs_polls_total 9",
        ] {
            assert!(text.lines().any(|own| own == line), "{line} is not in\n{text}");
        }
        // Each sample follows the type of its family, and each family comes once.
        let mut families = std::collections::HashSet::new();
        let mut family = "";
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                family = rest.split(' ').next().unwrap();
                assert!(families.insert(family), "{family}");
            } else if !line.starts_with('#') {
                assert_eq!(line.split(['{', ' ']).next(), Some(family));
            }
        }
        assert!(!prometheus(&Seen::default()).contains("smileid_jobs{"), "what is not counted is not said");
        let page: serde_json::Value = serde_json::from_str(&json(&seen)).unwrap();
        assert_eq!((&page["counts"]["due"], &page["polls"]), (&200.into(), &9.into()));
    }
}
