//! The values of flags: words of a fixed choice, times and timestamps. No message repeats a value.
#![expect(clippy::doc_markdown, reason = "these lines are the help that people read on a terminal")]

use core::time::Duration;

use clap::ValueEnum;
use smileid_core::{BaseUrl, Timestamp, limits};

/// The form of answers and failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For scripts: one object on one line
    Json,
}

/// The vendor's environments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EnvironmentArg {
    /// The vendor's hosted test environment
    Sandbox,
    /// The live service
    Production,
}

/// How requests are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemeArg {
    /// signature: HMAC-SHA256
    Hmac,
    /// sec_key: the legacy scheme
    SecKey,
}

/// What an unknown job means to a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NotFoundArg {
    /// Keep asking: it may not exist yet
    Pending,
    /// End the wait
    End,
}

/// How much invalid JSON to tolerate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelArg {
    /// RFC 8259 and no duplicate keys
    Strict,
    /// Also what the vendor's documents show: trailing commas
    Documented,
    /// Also comments, lone surrogates and raw white space
    Lax,
}

/// What to do about a duplicate key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DuplicateKeysArg {
    /// Refuse the document
    Refuse,
    /// Keep the first, except in a field that decides
    KeepFirst,
}

/// The longest time that is accepted: a year. Longer ones are mistakes.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// A time: `30s`, `1.5s`, `500ms`, `2m`, `1h`; a bare number is seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    const FORM: &str = "not a time: write 500ms, 30s, 2m or 1h";
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits).ok_or(FORM)?;
    let seconds = match unit {
        "ms" => 0.001,
        "s" | "" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return Err(FORM.into()),
    };
    let number: f64 = number.parse().map_err(|_| FORM)?;
    match Duration::try_from_secs_f64(number * seconds) {
        Ok(time) if time.is_zero() => Err("has to be more than zero: write 500ms, 30s, 2m or 1h".into()),
        Ok(time) if time <= LONGEST => Ok(time),
        // Finite or not, what a `Duration` cannot contain is longer.
        _ => Err("is longer than a year, the longest time that is accepted: write at most 365d".into()),
    }
}

/// A time between polls: no job is polled more often than four times a second.
pub(super) fn interval(text: &str) -> Result<Duration, String> {
    let interval = duration(text)?;
    if interval < limits::MIN_POLL_INTERVAL {
        return Err("is shorter than 250ms, the shortest time between two polls of a job".into());
    }
    Ok(interval)
}

/// A number of bytes.
pub(super) fn bytes(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0 && text.bytes().all(|b| b.is_ascii_digit()));
    number.ok_or_else(|| "not a number of bytes: write it in digits, 10485760 for 10 MiB".to_owned())
}

/// A timestamp in any form that is read from replies; its text is kept.
pub(super) fn timestamp(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|error| error.to_string())
}

/// A host, as a name or a URL.
pub(super) fn host(text: &str) -> Result<String, String> {
    let url = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    BaseUrl::parse(&url).map_err(|_| "not a host: write a name, api.example.com, or an https URL")?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units_and_bounds() {
        for (text, millis) in [
            ("500ms", 500),
            ("30s", 30_000),
            ("1.5s", 1_500),
            ("2", 2_000),
            ("2m", 120_000),
            ("1h", 3_600_000),
            ("365d", 31_536_000_000),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in
            ["", "s", "0", "0s", "-1s", "1 s", "1e9s", "366d", "1w", "1.2.3s", ".", "NaN", "inf", "1S", "é", "١s"]
        {
            assert!(duration(text).is_err(), "{text}");
        }
        assert!(duration("canary").unwrap_err().find("canary").is_none());
        let long = "9".repeat(400) + "d";
        for (text, why) in [
            ("366d", "longer than a year"),
            ("8761h", "at most 365d"),
            ("31536001", "longer than a year"),
            ("99999999999999999999d", "longer than a year"),
            (&long, "longer than a year"),
            ("0", "more than zero"),
            ("0.0000000001s", "more than zero"),
            ("1y", "not a time"),
            ("2030-01-01", "not a time"),
        ] {
            assert!(duration(text).is_err_and(|message| message.contains(why)), "{text}");
        }
    }

    #[test]
    fn bytes_are_digits() {
        assert_eq!(bytes("10485760"), Ok(10_485_760));
        for text in ["", "0", "-1", "+1", "1k", "10 MiB", "1e6", "99999999999999999999999", "canary"] {
            assert!(bytes(text).is_err_and(|message| !message.contains("canary")), "{text}");
        }
    }

    #[test]
    fn polls_are_at_least_250_ms_apart() {
        assert!(interval("249ms").is_err());
        assert_eq!(interval("250ms"), Ok(Duration::from_millis(250)));
        assert!(interval("0.2s").is_err());
    }
}
