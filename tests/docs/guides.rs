//! The guide to operating says what the code does: each default of its table, word for word.

use core::time::Duration;

use smileid_core::{DecodeOptions, RetryPolicy, WaitPolicy, limits};
use smileid_http_blocking::TransportOptions;

const PAGE: &str = include_str!("../../docs/guide/operating.md");

fn seconds(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{} s", duration.as_secs())
    }
}

#[test]
fn the_table_of_defaults_is_the_codes() {
    let options = TransportOptions::new();
    let wait = WaitPolicy::DEFAULT;
    let expected = [
        ("connecting (name, socket, TLS)", seconds(options.connect_timeout())),
        ("one attempt", seconds(limits::ATTEMPT_TIMEOUT)),
        ("one call, retries and sleeps included", seconds(limits::CALL_DEADLINE)),
        ("one wait", seconds(wait.deadline())),
        ("interval between polls", seconds(wait.interval())),
        ("shortest interval", seconds(limits::MIN_POLL_INTERVAL)),
        ("longest interval when it backs off", seconds(limits::MAX_POLL_INTERVAL)),
        ("failed polls in a row that a wait survives", wait.error_budget().to_string()),
        ("attempts of one call", RetryPolicy::DEFAULT.max_attempts().to_string()),
        ("first back-off, drawn from zero to", seconds(limits::RETRY_BASE)),
        ("first back-off after a 429, at least", seconds(limits::THROTTLED_BASE)),
        ("longest back-off", seconds(limits::RETRY_CAP)),
        ("`Retry-After` is obeyed up to", seconds(limits::RETRY_AFTER_CAP)),
        ("retries that a client may spend while no call succeeds", limits::RETRY_BUDGET.to_string()),
        ("age of a final answer's signature, each way", seconds(limits::FRESHNESS)),
        ("requests in flight", options.max_in_flight().to_string()),
        ("idle connections kept", options.max_idle().to_string()),
        ("an idle connection is kept for", seconds(options.idle_timeout())),
        ("head of a reply", format!("{} KiB", options.max_head_bytes() / 1024)),
        ("fields in the head of a reply", TransportOptions::MAX_HEADERS.to_string()),
        ("body of a reply, uncompressed", format!("{} MiB", DecodeOptions::default().max_bytes() / 1024 / 1024)),
    ];
    for (what, value) in &expected {
        let row = format!("\n| {what} | {value} | ");
        assert!(PAGE.contains(&row), "docs/guide/operating.md lacks:{row}");
    }
    let table = PAGE.split_once("| default |").and_then(|(_, rest)| rest.split("\n\n").next()).unwrap();
    assert_eq!(table.matches("\n| ").count(), expected.len(), "rows that nothing checks");
}
