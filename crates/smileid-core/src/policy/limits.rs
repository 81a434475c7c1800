//! Every default and every bound of policy, each with its reason. Other modules use these constants and no numbers.

use core::time::Duration;

/// How long one attempt may take: the service answers in well under a second; ten allow for a bad mobile link.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long one call may take, retries included: the usual patience of a server handling a user's request.
pub const CALL_DEADLINE: Duration = Duration::from_secs(30);

/// How long a wait may take: most jobs are decided within a minute; the official SDKs give up after 30 to 104 seconds.
pub const WAIT_DEADLINE: Duration = Duration::from_secs(120);

/// The time between the polls of a wait: what the official SDKs begin with.
pub const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// No job is polled more often than this, whatever is asked for: four times a second is as fast as a person notices.
pub const MIN_POLL_INTERVAL: Duration = Duration::from_millis(250);

/// The longest time a wait lets pass between two polls when it backs off.
pub const MAX_POLL_INTERVAL: Duration = Duration::from_secs(20);

/// How long before the deadline a wait makes its last poll when the delay would not fit: time for one answer, on a slow link too.
/// In waits shorter than four of it, it is a quarter of the wait.
pub const LAST_POLL_ROOM: Duration = Duration::from_secs(1);

/// How many polls in a row may fail before a wait ends: backing off from the default interval they fill nearly the default
/// deadline, so the deadline is the usual end and the budget ends long waits for a dead service.
pub const WAIT_ERROR_BUDGET: u32 = 8;

/// The most attempts of one call.
pub const MAX_ATTEMPTS: u32 = 3;

/// The first back-off is drawn from zero to this.
pub const RETRY_BASE: Duration = Duration::from_millis(50);

/// The first back-off after a 429 is at least this: the service asked for fewer requests.
pub const THROTTLED_BASE: Duration = Duration::from_secs(1);

/// No back-off is longer than this.
pub const RETRY_CAP: Duration = Duration::from_secs(20);

/// A `Retry-After` is obeyed up to this; beyond it a hostile or broken header would stall us.
pub const RETRY_AFTER_CAP: Duration = Duration::from_secs(60);

/// How far a reply's timestamp may be from this machine's clock, each way: the usual figure of webhook standards.
pub const FRESHNESS: Duration = Duration::from_secs(300);

/// How long before the present a request says it was signed. A service on this machine answers within the millisecond, and the
/// signature being a function of only the time, an honest answer of that millisecond would carry the request's own pair.
pub const SIGNED_BEFORE: Duration = Duration::from_millis(10);

/// How many retries a client and all its clones may spend while none of their calls succeeds: 1 % of 10,000 calls and a margin.
pub const RETRY_BUDGET: u32 = 50;
