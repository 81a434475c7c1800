//! Random event sequences against a small reference model of what a session promises, in virtual time.
//!
//! However it is driven (lost attempts, which count as failed ones, early steps, unsolicited replies, clocks that jump), a session must: poll at most once
//! per minimum interval in a wait; send nothing after its deadline; never sleep past it; end; give a final answer for a reply that
//! the model knows to be proven and for no other; and after each event go on or end as the model's few rules say, with the kind they
//! say. `SMILEID_CASES` in the environment is how many sequences are tried: some thousands without it, 1,000,000 in the soak.

use core::time::Duration;

use smileid_core::{
    Answer, Error, Moment, NotFoundPolicy, RetryPolicy, Session, Step, TransportError, TransportErrorKind as T,
    WaitPolicy, limits,
};
use smileid_tests::{NOON, Random, Reply, cases, config, looks_like_a_request, query};

/// What comes back, as the model sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Event {
    /// Proven, fresh, about the job.
    Good,
    /// Not final, whatever its proof.
    Pending,
    /// A failure that a call tries again and a wait survives.
    Passing(&'static str),
    /// The same, tried again only once in a call.
    Unreadable,
    /// Too large: a call ends, a wait counts it.
    Oversize,
    /// No such job.
    NotFound,
    /// A proof that is too old.
    Stale,
    /// The pair of the request that it answers, or of another by chance.
    Echo,
    /// Anything that ends both at once.
    Ends(&'static str),
}

const EVENTS: [Event; 25] = [
    Event::Good,
    Event::Pending,
    Event::Pending,
    Event::Pending,
    Event::Pending,
    Event::Pending,
    Event::Pending,
    Event::Pending,
    Event::Passing("connect"),
    Event::Passing("timeout"),
    Event::Passing("closed"),
    Event::Passing("other"),
    Event::Passing("503"),
    Event::Passing("2301"),
    Event::Passing("429"),
    Event::Passing("429 with Retry-After"),
    Event::Unreadable,
    Event::Oversize,
    Event::NotFound,
    Event::Stale,
    Event::Echo,
    Event::Ends("tls"),
    Event::Ends("cancelled"),
    Event::Ends("credentials"),
    Event::Ends("signature"),
];

impl Event {
    /// The kind of error it is.
    fn kind(self) -> &'static str {
        match self {
            Self::Good | Self::Pending => "",
            Self::Passing("503" | "2301") => "server",
            Self::Passing("429" | "429 with Retry-After") => "throttled",
            Self::Passing(_) => "transport",
            Self::Unreadable | Self::Oversize => "malformed",
            Self::NotFound => "not_found",
            Self::Stale | Self::Echo => "replay",
            Self::Ends(kind) => kind,
        }
    }

    /// The event as the session sees it: by chance, an answer that is signed with the key looks like a request.
    fn as_seen(self, now: Moment) -> Self {
        let ahead = match self {
            Self::Good => 1,
            Self::Stale => -301_000,
            _ => return self,
        };
        if looks_like_a_request(now.unix_millis() + ahead) { Self::Echo } else { self }
    }

    /// The exchange that shows it; of some there are several.
    fn exchange(self, random: &mut Random, request: &str) -> Result<Reply, T> {
        Ok(match self {
            Self::Good => Reply::approved().signed_ago(-1),
            Self::Pending => match random.below(4) {
                0 => Reply::pending().key("other"),
                1 => Reply::pending().signature("null"),
                _ => Reply::pending(),
            },
            Self::Passing("connect") => return Err(T::Connect),
            Self::Passing("timeout") => return Err(T::Timeout),
            Self::Passing("closed") => return Err(T::Closed),
            Self::Passing("503") => Reply::error(503, "x"),
            Self::Passing("2301") => Reply::error(400, "2301"),
            Self::Passing("429") => Reply::approved().status(429).header("Retry-After", "-1"),
            Self::Passing("429 with Retry-After") => Reply::pending().status(429).header("Retry-After", "3"),
            Self::Passing(_) => return Err(T::Other),
            Self::Unreadable => match random.below(3) {
                0 => Reply::members(r#""job_complete":"#),
                1 => Reply::members(r#""job_complete":null"#),
                _ => Reply::members(r#""job_complete":true,"job_complete":true"#),
            },
            Self::Oversize => return Err(T::TooLarge),
            Self::NotFound => Reply::error(400, "2304"),
            Self::Stale => Reply::approved().signed_ago(301_000),
            Self::Echo => Reply::approved().echoing(request),
            Self::Ends("tls") => return Err(T::Tls),
            Self::Ends("cancelled") => return Err(T::Cancelled),
            Self::Ends("credentials") => Reply::error(200, "2405"),
            Self::Ends(_) => Reply::approved().key("other"),
        })
    }
}

/// What must follow from an event.
#[derive(Debug, PartialEq)]
enum Next {
    /// It ends so; for a failure that would be tried again, the deadline may come instead.
    Ends(&'static str),
    /// It goes on, unless the deadline leaves no room for that.
    GoesOn,
}

/// All that decides what follows.
struct Model {
    waits: bool,
    deadline: Duration,
    attempts: u32,
    not_found_is_pending: bool,
    sent: u32,
    failures: u32,
    stale: u32,
    unreadable: u32,
    echoes: u32,
    last: Option<Event>,
}

impl Model {
    fn after(&mut self, event: Event, now: Duration) -> Next {
        let failed = !matches!(event, Event::Good | Event::Pending);
        if failed && now >= self.deadline && event != Event::Ends("cancelled") {
            return Next::Ends("deadline");
        }
        let used = self.sent - self.echoes;
        match event {
            Event::Good => return Next::Ends("final"),
            Event::Pending if !self.waits => return Next::Ends("pending"),
            Event::Pending => {}
            Event::Ends(kind) => return Next::Ends(kind),
            Event::NotFound if self.waits && self.not_found_is_pending => {}
            Event::NotFound => return Next::Ends("not_found"),
            Event::Stale | Event::Echo if self.waits && self.stale == 0 => self.stale = 1,
            Event::Echo if !self.waits && self.echoes == 0 => self.echoes = 1,
            Event::Stale | Event::Echo => return Next::Ends("replay"),
            Event::Oversize if !self.waits => return Next::Ends("malformed"),
            Event::Passing(_) | Event::Unreadable | Event::Oversize if self.waits => {
                self.failures += 1;
                return if self.failures > limits::WAIT_ERROR_BUDGET { Next::Ends(event.kind()) } else { Next::GoesOn };
            }
            Event::Unreadable => {
                self.unreadable += 1;
                return if self.unreadable > 1 || used >= self.attempts {
                    Next::Ends("malformed")
                } else {
                    Next::GoesOn
                };
            }
            _ => return if used >= self.attempts { Next::Ends(event.kind()) } else { Next::GoesOn },
        }
        self.failures = 0;
        Next::GoesOn
    }

    /// Holds the end against what must follow from the last event.
    fn check_end(&self, seed: u64, outcome: &Result<Answer, Error>, expected: &Next, passed: Duration) -> &'static str {
        let word = match outcome {
            Ok(answer) => answer.state().as_str(),
            Err(error) => error.kind().as_str(),
        };
        match *expected {
            Next::Ends(summary) => assert_eq!(word, summary, "seed {seed}: after {:?}", self.last),
            // No room before the deadline: a wait says so, a call gives the error it has.
            Next::GoesOn if self.waits || self.last.is_none() => {
                assert_eq!(word, "deadline", "seed {seed}");
                // The last poll is made shortly before the deadline.
                let room = limits::LAST_POLL_ROOM.min(self.deadline / 4) + limits::MIN_POLL_INTERVAL;
                assert!(passed + room >= self.deadline, "seed {seed}: gave up at {passed:?} of {:?}", self.deadline);
            }
            Next::GoesOn => {
                let kind = self.last.map_or("", Event::kind);
                assert!(word == kind || word == "deadline", "seed {seed}: {word} after {:?}", self.last);
            }
        }
        if let Err(error) = outcome {
            assert_eq!((error.polls(), error.elapsed()), (self.sent, passed), "seed {seed}");
        }
        word
    }
}

#[derive(Default)]
struct Seen {
    finals: u32,
    ends_told: u32,
}

fn one_sequence(seed: u64, reached: &mut Seen) {
    let random = &mut Random::new(seed);
    let deadline = Duration::from_millis(random.below(60_000));
    let waits = random.chance(70);
    let interval = Duration::from_millis(random.below(5000));
    let not_found_is_pending = random.chance(50);
    let mut policy = WaitPolicy::default().with_interval(interval).with_deadline(deadline);
    if not_found_is_pending {
        policy = policy.with_not_found(NotFoundPolicy::Pending);
    }
    let attempt_timeout = Duration::from_millis(1 + random.below(12_000));
    let attempts = u32::try_from(random.below(6)).unwrap();
    let config = config()
        .with_call_deadline(deadline)
        .with_attempt_timeout(attempt_timeout)
        .with_retry(RetryPolicy::DEFAULT.with_max_attempts(attempts))
        .with_jitter_seed(seed);
    let mut session =
        if waits { Session::wait(&config, query(), policy) } else { Session::job_status(&config, query()) };

    let attempts = attempts.max(1);
    let mut model = Model {
        waits,
        deadline,
        attempts,
        not_found_is_pending,
        sent: 0,
        failures: 0,
        stale: 0,
        unreadable: 0,
        echoes: 0,
        last: None,
    };
    let (mut passed, mut wall_jump) = (Duration::ZERO, 0i64);
    let mut last_sent = None::<Duration>;
    let mut expected = Next::GoesOn;
    let mut lost = false;
    for _step in 0..10_000 {
        if random.chance(2) {
            wall_jump += i64::try_from(random.below(7_200_000)).unwrap() - 3_600_000;
        }
        let at = |passed: Duration| Moment::new(NOON + wall_jump + i64::try_from(passed.as_millis()).unwrap(), passed);
        if last_sent.is_some() && random.chance(3) && !matches!(expected, Next::Ends(_)) && !lost {
            // An unsolicited reply changes nothing, nor does a completed sleep.
            session.receive(at(passed), Ok(Reply::approved().signed_ago(-1).at(at(passed))));
            session.woken(at(passed), Ok(()));
        }
        match session.step(at(passed)) {
            Step::Send(request) => {
                assert_eq!(expected, Next::GoesOn, "seed {seed}: goes on after {:?}", model.last);
                model.sent += 1;
                assert!(passed < deadline, "seed {seed}: sent past the deadline");
                assert!(request.timeout <= deadline - passed, "seed {seed}: the attempt may outlive the deadline");
                assert!(request.timeout <= attempt_timeout, "seed {seed}");
                let gap = last_sent.map(|last| passed - last);
                assert!(
                    !waits || gap.is_none_or(|gap| gap >= limits::MIN_POLL_INTERVAL),
                    "seed {seed}: polled after {gap:?}"
                );
                last_sent = Some(passed);
                let timeout = request.timeout;
                lost = random.chance(5);
                if lost {
                    // The driver loses the attempt: at its next step, it has failed.
                    passed += Duration::from_millis(random.below(500));
                    model.last = Some(Event::Passing("other"));
                    expected = model.after(Event::Passing("other"), passed);
                    continue;
                }
                let took = Duration::from_millis(random.below(3000)).min(timeout);
                passed += took;
                let event = if took == timeout { Event::Passing("timeout") } else { random.one_of(&EVENTS) };
                let exchange = event.exchange(random, core::str::from_utf8(&request.body).unwrap());
                let event = event.as_seen(at(passed));
                // A time-out is the deadline's where the deadline is what bounded the attempt.
                let the_deadlines = matches!(exchange, Err(T::Timeout)) && timeout == deadline - (passed - took);
                session.receive(at(passed), exchange.map(|r| r.at(at(passed))).map_err(TransportError::new));
                expected = if the_deadlines { Next::Ends("deadline") } else { model.after(event, passed) };
                model.last = Some(event);
            }
            Step::Wait(duration) => {
                lost = false;
                assert_eq!(expected, Next::GoesOn, "seed {seed}: waits after {:?}", model.last);
                assert!(!duration.is_zero(), "seed {seed}: a wait of nothing");
                assert!(passed + duration <= deadline, "seed {seed}: sleeps past the deadline");
                // Sometimes the sleep is cut short.
                passed += if random.chance(10) { duration / 2 } else { duration };
            }
            Step::Done(outcome) => {
                let word = model.check_end(seed, &outcome, &expected, passed);
                assert!(!waits || !matches!(outcome, Ok(Answer::Pending(_))), "seed {seed}: a wait ended pending");
                assert!(passed <= deadline || lost, "seed {seed}: ended late");
                reached.finals += u32::from(word == "final");
                reached.ends_told += u32::from(matches!(expected, Next::Ends(_)));
                assert!(
                    matches!(session.step(at(passed)), Step::Done(Err(_))),
                    "seed {seed}: an ended session goes on"
                );
                return;
            }
        }
    }
    panic!("seed {seed}: did not end");
}

#[test]
fn no_sequence_breaks_a_promise() {
    let mut seen = Seen::default();
    let count = cases(5_000);
    for seed in 0..count {
        one_sequence(seed, &mut seen);
    }
    // The sequences reach what they are about.
    assert!(
        u64::from(seen.finals) > count / 100 && u64::from(seen.ends_told) > count / 3,
        "{} {}",
        seen.finals,
        seen.ends_told
    );
}
