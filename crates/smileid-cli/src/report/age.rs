//! How long ago something was signed, as a person says it. Whether that is too long, the core decides.

/// `12 s before` or `0.4 s after`, of `signed` against `now`, both in milliseconds since the Unix epoch.
pub(crate) fn apart(signed: i64, now: i64) -> String {
    let side = if signed <= now { "before" } else { "after" };
    format!("{} {side}", span(signed.abs_diff(now)))
}

/// `signed 12 s ago`.
pub(crate) fn ago(signed: i64, now: i64) -> String {
    let time = span(signed.abs_diff(now));
    if signed <= now { format!("{time} ago") } else { format!("{time} ahead of this clock") }
}

fn span(millis: u64) -> String {
    const SECOND: u64 = 1000;
    const MINUTE: u64 = 60 * SECOND;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let of = |unit: u64| millis / unit;
    match millis {
        0..10_000 => format!("{}.{} s", of(SECOND), millis % SECOND / 100),
        _ if millis < 2 * MINUTE => format!("{} s", of(SECOND)),
        _ if millis < 2 * HOUR => format!("{} min {} s", of(MINUTE), millis % MINUTE / SECOND),
        _ if millis < 2 * DAY => format!("{} h {} min", of(HOUR), millis % HOUR / MINUTE),
        _ => format!("{} days", of(DAY)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_exact_as_they_matter() {
        for (millis, expected) in [
            (0, "0.0 s"),
            (999, "0.9 s"),
            (9_999, "9.9 s"),
            (10_000, "10 s"),
            (119_999, "119 s"),
            (301_000, "5 min 1 s"),
            (7_199_999, "119 min 59 s"),
            (7_200_000, "2 h 0 min"),
            (172_800_000, "2 days"),
            (u64::MAX, "213503982334 days"),
        ] {
            assert_eq!(span(millis), expected);
        }
        assert_eq!((apart(5, 5), apart(0, 1_500)), ("0.0 s before".into(), "1.5 s before".into()));
        assert_eq!((ago(0, 1_500), ago(1_500, 0)), ("1.5 s ago".into(), "1.5 s ahead of this clock".into()));
        assert_eq!(apart(i64::MIN, i64::MAX), "213503982334 days before");
    }
}
