//! The limiter's arithmetic: exact over any interval, lowered for everyone, and safe against a clock that goes back.

use super::*;

const START: i64 = 1_791_115_200_000_000_000;
const SECOND: i64 = 1_000_000_000;

#[test]
fn rates_are_read_and_written() {
    for (text, thousandths, written) in [
        ("50/s", 50_000, "50/s"),
        ("50", 50_000, "50/s"),
        ("0.5/s", 500, "0.5/s"),
        ("0.001/s", 1, "0.001/s"),
        ("300/min", 5_000, "5/s"),
        ("5000/h", 1_388, "1.388/s"),
        ("1000000/s", 1_000_000_000, "1000000/s"),
    ] {
        let rate: Rate = text.parse().unwrap();
        assert_eq!((rate.in_kilosecond(), rate.to_string()), (thousandths, written.to_owned()), "{text}");
    }
    for text in [
        "", "0", "0/s", "-1/s", "+1/s", "1/d", "/s", "1.0001/s", ".5/s", "5./s", "1e3/s", "1000001/s",
        "99999999999999999999", "ten",
    ] {
        assert!(text.parse::<Rate>().is_err(), "{text}");
    }
}

/// Takes as often as `step` nanoseconds, for `seconds`, and returns the grants with their times.
fn grants(limiter: &mut Limiter, step: i64, seconds: i64) -> Vec<(i64, u32)> {
    let times = (0..seconds * SECOND / step).map(|n| START + n * step);
    times.map(|now| (now, limiter.take(now, u32::MAX))).filter(|(_, granted)| *granted > 0).collect()
}

#[test]
fn no_interval_has_more_than_the_rate_and_the_burst() {
    for rate in [1, 3, 7, 50, 333, 1_000] {
        for step in [1_000_000, 3_333_333, 17_000_000, 249_000_000] {
            let mut limiter = Limiter::new(Rate::per_second(rate));
            let granted = grants(&mut limiter, step, 60);
            let total: u64 = granted.iter().map(|(_, n)| u64::from(*n)).sum();
            let (most, burst) = (u64::from(rate) * 60, u64::from(rate) / 4 + 1);
            assert!(total <= most + burst, "{rate}/s by {step} ns: {total} of {most}");
            assert!(total * 100 >= most * 98, "{rate}/s by {step} ns: only {total} of {most}");
            for (at, (from, _)) in granted.iter().enumerate().step_by(granted.len() / 20 + 1) {
                let ten_seconds: u64 = granted
                    .iter()
                    .skip(at)
                    .take_while(|(time, _)| *time < from + 10 * SECOND)
                    .map(|(_, n)| u64::from(*n))
                    .sum();
                assert!(ten_seconds <= u64::from(rate) * 10 + burst, "{rate}/s by {step} ns: {ten_seconds} in 10 s");
            }
        }
    }
}

#[test]
fn a_pause_saves_up_no_more_than_the_burst() {
    let mut limiter = Limiter::new(Rate::per_second(100));
    assert_eq!(limiter.take(START, u32::MAX), 26);
    assert_eq!(limiter.take(START + 3600 * SECOND, u32::MAX), 26);
}

#[test]
fn what_was_not_asked_is_not_spent() {
    let mut limiter = Limiter::new(Rate::per_second(100));
    assert_eq!((limiter.available(START), limiter.take(START, 5), limiter.available(START)), (26, 5, 21));
}

#[test]
fn a_throttled_answer_halves_the_rate_for_a_minute() {
    let mut limiter = Limiter::new(Rate::per_second(100));
    limiter.throttled(START, None);
    // Replies that were on their way together count once.
    limiter.throttled(START + SECOND / 2, None);
    assert_eq!(limiter.allowed(START + SECOND / 2), Rate::per_kilosecond(50_833));
    limiter.throttled(START + SECOND, None);
    assert_eq!(limiter.allowed(START + SECOND), Rate::per_kilosecond(25_833));
    let allowed: Vec<u64> =
        [15, 30, 45, 46, 600].map(|s| limiter.allowed(START + s * SECOND).in_kilosecond() / 1000).to_vec();
    assert_eq!(allowed, [49, 74, 99, 100, 100]);
}

#[test]
fn many_throttled_answers_never_stop_the_run() {
    let mut limiter = Limiter::new(Rate::per_second(1));
    for n in 0..100 {
        limiter.throttled(START + n * SECOND, None);
    }
    assert!(limiter.allowed(START + 100 * SECOND) >= Rate::per_kilosecond(1));
    assert_eq!(limiter.allowed(START + 160 * SECOND), Rate::per_second(1));
}

#[test]
fn retry_after_holds_everyone_up_to_ten_minutes() {
    let mut limiter = Limiter::new(Rate::per_second(100));
    limiter.throttled(START, Some(Duration::from_secs(20)));
    limiter.throttled(START, Some(Duration::from_secs(5)));
    assert_eq!((limiter.available(START + 19 * SECOND), limiter.ready_at(START)), (0, START + 20 * SECOND));
    assert!(limiter.available(START + 20 * SECOND) > 0);
    limiter.throttled(START, Some(Duration::MAX));
    assert_eq!(limiter.ready_at(START), START + 600 * SECOND);
}

#[test]
fn a_clock_that_goes_back_holds_nobody_for_long() {
    let mut limiter = Limiter::new(Rate::per_second(100));
    assert_eq!(limiter.take(START, 99), 26);
    limiter.throttled(START, Some(Duration::from_secs(600)));
    let back = START - 86_400 * SECOND;
    assert!(limiter.available(back) > 0 && limiter.ready_at(back) <= back + SECOND);
    // A step back that is shorter than a second is waited out: no burst for each correction.
    let mut limiter = Limiter::new(Rate::per_second(100));
    assert_eq!((limiter.take(START, 99), limiter.available(START - SECOND / 2), limiter.available(START)), (26, 0, 0));
}

#[test]
fn a_rate_that_is_set_holds_from_then_on() {
    let mut limiter = Limiter::new(Rate::per_second(1));
    assert_eq!(limiter.take(START, 9), 1);
    limiter.set(Rate::per_second(100));
    assert_eq!(limiter.take(START + SECOND / 10, 99), 26);
    limiter.set(Rate::per_second(2));
    assert_eq!(limiter.take(START + SECOND, 99), 1);
}

#[test]
fn times_at_the_edge_do_not_overflow() {
    for now in [i64::MIN, -1, 0, i64::MAX] {
        let mut limiter = Limiter::new(Rate::MAX);
        let _granted = limiter.take(now, u32::MAX);
        limiter.throttled(now, Some(Duration::MAX));
        let _ready = (limiter.ready_at(now), limiter.allowed(i64::MAX), limiter.available(i64::MIN));
    }
}
