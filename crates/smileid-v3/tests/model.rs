//! Random sequences of events against a reference model: any number of clones, responses of every kind, futures that are dropped.

use core::time::Duration;
use std::collections::HashMap;

use smileid_core::{ErrorKind, Moment, RetryPolicy, Step, WaitPolicy};
use smileid_v3::{Answer, Config, Session};

use crate::common::{NOON, config, is_token, job};
use crate::world::{self, Random, Reply, Truth};

/// How many sequences run. The nightly run sets the variable to a million.
const SEQUENCES: u64 = 2_000;
const VARIABLE: &str = "SMILEID_CASES";
/// The events of one sequence, over all its sessions.
const EVENTS: usize = 60;
const ATTEMPT: Duration = Duration::from_secs(2);
const DEADLINE: Duration = Duration::from_secs(30);
const MIN_INTERVAL: Duration = Duration::from_millis(250);

/// One session and what the model knows about it.
struct Clone {
    session: Session,
    is_wait: bool,
    started: Option<Duration>,
    /// When it is stepped, or when the response to its request comes.
    at: Duration,
    out: Option<Out>,
    last_poll: Option<Duration>,
    /// 401s since the last answer.
    refusals: u32,
    last_truth: Option<Truth>,
    /// Whether the last poll was refused, so that the next one may follow at once.
    may_ask_again: bool,
}

/// A request that is out, and what will come of it.
enum Out {
    Token { token: Option<(String, Duration)>, reply: Reply },
    Status { truth: Truth, reply: Reply },
}

/// What the model knows about the shared token.
#[derive(Default)]
struct Model {
    fetching: usize,
    /// Each token that came: when it ends, none if it serves once and by whom.
    tokens: HashMap<String, (Option<Duration>, usize, u32)>,
    requests: u64,
}

#[test]
fn random_sequences_keep_to_the_model() {
    let sequences = std::env::var(VARIABLE).ok().map_or(SEQUENCES, |text| text.parse().unwrap());
    let mut finals = 0_u64;
    let mut shared = 0_u64;
    for seed in 0..sequences {
        let outcome = std::panic::catch_unwind(|| sequence(seed));
        let (ended, reused) = outcome.unwrap_or_else(|_| panic!("the sequence of seed {seed} breaks the model"));
        finals += ended;
        shared += reused;
    }
    assert!(finals > sequences / 20 && shared > sequences / 20, "{finals} {shared}: the sequences try too little");
}

fn sequence(seed: u64) -> (u64, u64) {
    let mut random = Random(seed);
    let config = config().with_settings(|settings| {
        let retry = RetryPolicy::DEFAULT.with_max_attempts(4);
        settings.with_attempt_timeout(ATTEMPT).with_call_deadline(DEADLINE).with_retry(retry).with_jitter_seed(seed)
    });
    let mut clones: Vec<_> = (0..=random.below(5)).map(|_| new_clone(&config, &mut random)).collect();
    let mut model = Model::default();
    let mut finals = 0;
    for _ in 0..EVENTS {
        let Some(next) = (0..clones.len()).min_by_key(|i| clones[*i].at) else { break };
        let now = clones[next].at;
        // A future may be dropped at any time.
        if random.below(60) == 0 {
            let dropped = clones.remove(next);
            model.fetching -= usize::from(matches!(dropped.out, Some(Out::Token { .. })));
            continue;
        }
        receive(&mut clones[next], now, &mut model, next, &mut random);
        match step(&mut clones[next], now, &mut model, &mut random) {
            None => {}
            Some(is_final) => {
                finals += u64::from(is_final);
                clones.remove(next);
            }
        }
    }
    let reused = model.tokens.values().filter(|(_, _, uses)| *uses > 1).count();
    (finals, u64::try_from(reused).unwrap())
}

fn new_clone(config: &Config, random: &mut Random) -> Clone {
    let is_wait = random.below(2) == 0;
    let policy = WaitPolicy::DEFAULT.with_interval(Duration::from_millis(random.below(3000))).with_deadline(DEADLINE);
    let session = if is_wait { Session::wait(config, job(), policy) } else { Session::status(config, job()) };
    let at = Duration::from_millis(random.below(1500));
    Clone {
        session,
        is_wait,
        started: None,
        at,
        out: None,
        last_poll: None,
        refusals: 0,
        last_truth: None,
        may_ask_again: false,
    }
}

fn moment(at: Duration) -> Moment {
    Moment::new(NOON + i64::try_from(at.as_millis()).unwrap(), at)
}

/// Hands a session the response that is due, or loses it.
fn receive(one: &mut Clone, now: Duration, model: &mut Model, who: usize, random: &mut Random) {
    let Some(out) = one.out.take() else { return };
    model.fetching -= usize::from(matches!(out, Out::Token { .. }));
    if random.below(30) == 0 {
        // The driver forgets to report it, and steps again.
        one.last_truth = Some(Truth::Noise);
        return;
    }
    match out {
        Out::Token { token, reply } => {
            if let Some((text, life)) = token {
                let end = (!life.is_zero()).then_some(now + life);
                model.tokens.insert(text, (end, who, 0));
            }
            one.session.receive(moment(now), reply);
            one.last_truth = None;
        }
        Out::Status { truth, reply } => {
            one.refusals = match truth {
                Truth::Refused => one.refusals + 1,
                Truth::Pending | Truth::Final => 0,
                _ => one.refusals,
            };
            one.last_truth = Some(truth);
            one.may_ask_again = truth == Truth::Refused;
            one.session.receive(moment(now), reply);
        }
    }
}

/// Steps a session, and checks what it does. Returns whether it ended, and if so with a decision.
fn step(one: &mut Clone, now: Duration, model: &mut Model, random: &mut Random) -> Option<bool> {
    let started = *one.started.get_or_insert(now);
    let request = match one.session.step(moment(now)) {
        Step::Wait(time) => {
            assert!(!time.is_zero() && now + time <= started + DEADLINE, "a wait of {time:?}");
            one.at = now + time;
            return None;
        }
        Step::Done(outcome) => {
            assert!(now <= started + DEADLINE + ATTEMPT, "it ended at {now:?}");
            match outcome {
                Ok(Answer::Final(_)) => assert_eq!(one.last_truth, Some(Truth::Final)),
                Ok(Answer::Pending(_)) => assert!(!one.is_wait && one.last_truth == Some(Truth::Pending)),
                Err(error) => {
                    assert_ne!(error.kind(), ErrorKind::Internal);
                    let ends = matches!(one.last_truth, Some(Truth::Ends(kind)) if kind != error.kind());
                    assert!(!ends || error.is_deadline(), "{error}");
                    assert!(one.last_truth != Some(Truth::Final) || error.is_deadline(), "an answer became {error}");
                }
            }
            return Some(one.last_truth == Some(Truth::Final));
        }
        Step::Send(request) => request,
    };
    assert!(request.timeout <= ATTEMPT && now < started + DEADLINE);
    assert!(one.refusals < 2, "it goes on after the second 401 in a row");
    model.requests += 1;
    let delay = Duration::from_millis(random.below(1000));
    one.at = now + delay.min(request.timeout);
    if is_token(request) {
        model.fetching += 1;
        assert_eq!(model.fetching, 1, "two token requests at a time");
        let (token, reply) = world::token(random, model.requests, one.at);
        one.out = Some(Out::Token { token, reply });
        return None;
    }
    let text = request.headers.first("smileid-token").unwrap();
    let (end, _, uses) = model.tokens.get_mut(text).unwrap();
    *uses += 1;
    match end {
        Some(end) => assert!(now < *end, "the token ended {:?} ago", now - *end),
        None => assert_eq!(*uses, 1, "a token for one use is used again"),
    }
    if let Some(last) = one.last_poll.filter(|_| one.is_wait && !one.may_ask_again) {
        assert!(now - last >= MIN_INTERVAL, "a poll {:?} after the last", now - last);
    }
    one.may_ask_again = false;
    one.last_poll = Some(now);
    let (truth, reply) = world::status(random);
    one.out = Some(Out::Status { truth, reply });
    None
}
