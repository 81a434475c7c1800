//! Random event sequences against a small reference model of what a session promises, in virtual time.
//!
//! However it is driven (lost attempts, early steps, replies nobody asked for, clocks that jump), a session must: poll at most once
//! per minimum interval in a wait; send nothing after its deadline; never sleep past it; end; and give a final answer only for a
//! reply that a reference check of the proof accepts. `SMILEID_SOAK=1` in the environment runs a million sequences instead of some
//! thousands.

use core::time::Duration;

use smileid_core::message::Response;
use smileid_core::policy::{NotFoundPolicy, WaitPolicy, limits};
use smileid_core::session::{Answer, Session, Step};
use smileid_core::time::Moment;
use smileid_core::transport::{TransportError, TransportErrorKind as T};
use smileid_tests::{NOON, Reply, config, query};

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// A reply, and whether the reference check accepts it as final when it arrives at once.
fn exchange(random: &mut Random, now: Moment) -> (Result<Response, TransportError>, bool) {
    let kinds = [T::Connect, T::Timeout, T::Closed, T::Cancelled, T::TooLarge, T::Tls, T::Other];
    let pick = random.below(28);
    let reply = match pick {
        0..=6 => {
            let kind = kinds[usize::try_from(pick).unwrap_or(0)];
            return (Err(TransportError::new(kind)), false);
        }
        7..=13 => Reply::pending(),
        14 => Reply::pending().key("other"),
        15 => Reply::approved().key("other"),
        16 => Reply::approved().signature("null"),
        17 => Reply::approved().signed_ago(301_000),
        18 => Reply::final_about("user-8", "job-7"),
        19 => Reply::error(400, "2304"),
        20 => Reply::error(400, "2405"),
        21 => Reply::pending().status(429).header("Retry-After", if random.chance(50) { "3" } else { "-1" }),
        22 => Reply::error(503, "x"),
        23 => Reply::members(r#""job_complete":"#),
        24 => Reply::members(""),
        25 => Reply::approved().status(404),
        _ => return (Ok(Reply::approved().signed_ago(-1).at(now)), true),
    };
    (Ok(reply.at(now)), false)
}

fn one_sequence(seed: u64) {
    let random = &mut Random(seed);
    let deadline = Duration::from_millis(random.below(60_000));
    let waits = random.chance(70);
    let interval = Duration::from_millis(random.below(5000));
    let mut policy = WaitPolicy::default().with_interval(interval).with_deadline(deadline);
    if random.chance(50) {
        policy = policy.with_not_found(NotFoundPolicy::Pending);
    }
    let config = config().with_call_deadline(deadline).with_jitter_seed(seed);
    let mut session =
        if waits { Session::wait(&config, query(), policy) } else { Session::job_status(&config, query()) };

    let (mut passed, mut wall_jump) = (Duration::ZERO, 0i64);
    let mut last_sent: Option<Duration> = None;
    let mut accepted = false;
    let mut sends = 0;
    for _event in 0..10_000 {
        if random.chance(2) {
            wall_jump += i64::try_from(random.below(7_200_000)).unwrap() - 3_600_000;
        }
        let now = Moment::new(NOON + wall_jump + i64::try_from(passed.as_millis()).unwrap(), passed);
        if random.chance(3) {
            // A reply nobody asked for must change nothing, unless a request is out.
            session.woken(now, Ok(()));
        }
        match session.step(now) {
            Step::Send(request) => {
                sends += 1;
                assert!(
                    passed < deadline || deadline.is_zero() && passed.is_zero(),
                    "seed {seed}: sent past the deadline"
                );
                assert!(request.timeout <= deadline - passed, "seed {seed}: the attempt may outlive the deadline");
                assert!(request.timeout <= limits::ATTEMPT_TIMEOUT, "seed {seed}");
                if let (true, Some(last)) = (waits, last_sent) {
                    assert!(
                        passed - last >= limits::MIN_POLL_INTERVAL,
                        "seed {seed}: polled again after {:?}",
                        passed - last
                    );
                }
                last_sent = Some(passed);
                let timeout = request.timeout;
                if random.chance(5) {
                    // The driver loses the attempt.
                    passed += Duration::from_millis(random.below(500));
                    continue;
                }
                let took = Duration::from_millis(random.below(3000));
                let (reply, good) = if took >= timeout {
                    (Err(TransportError::new(T::Timeout)), false)
                } else {
                    let arrives =
                        Moment::new(now.unix_millis() + i64::try_from(took.as_millis()).unwrap(), passed + took);
                    exchange(random, arrives)
                };
                passed += took.min(timeout);
                let now = Moment::new(NOON + wall_jump + i64::try_from(passed.as_millis()).unwrap(), passed);
                session.receive(now, reply);
                accepted = good;
            }
            Step::Wait(duration) => {
                assert!(!duration.is_zero(), "seed {seed}: a wait of nothing");
                assert!(passed + duration <= deadline, "seed {seed}: sleeps past the deadline");
                // Sometimes the sleep is cut short.
                passed += if random.chance(10) { duration / 2 } else { duration };
            }
            Step::Done(outcome) => {
                match outcome {
                    Ok(Answer::Final(_)) => assert!(accepted, "seed {seed}: a final answer without proof"),
                    Ok(Answer::Pending(_)) => assert!(!waits, "seed {seed}: a wait ended pending"),
                    Err(_) => assert!(!accepted, "seed {seed}: a proven answer was refused"),
                }
                assert!(passed <= deadline + limits::ATTEMPT_TIMEOUT, "seed {seed}: ended late");
                if !waits {
                    assert!(sends <= 3 + 60, "seed {seed}: a call sent {sends} times");
                }
                assert!(matches!(session.step(now), Step::Done(Err(_))), "seed {seed}: an ended session goes on");
                return;
            }
        }
    }
    panic!("seed {seed}: did not end");
}

#[test]
fn no_sequence_breaks_a_promise() {
    let sequences = if std::env::var_os("SMILEID_SOAK").is_some() { 1_000_000 } else { 5_000 };
    for seed in 0..sequences {
        one_sequence(seed);
    }
}
