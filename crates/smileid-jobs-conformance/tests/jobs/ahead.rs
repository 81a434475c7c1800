//! Jobs that are claimed ahead: no worker waits for the store while there is work, and they are given back when they must not be asked for.

use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::{Arc, Mutex};

use smileid_conformance::FakeClock;
use smileid_core::{
    Answer, AsyncTransport, Clock, Config, Environment, Error, JobStatusQuery, Moment, Request, Response,
    TransportError,
};
use smileid_jobs::{AsyncJobStore, Driver, Ended, Flow, JobStore, MemoryStore, Mode, NewJob, Policy, Rate};
use smileid_jobs_conformance::answers::{SIGNED_AT, answer, credentials, final_members, signed};

use crate::finish;
use crate::watched::{Call, Watched};

fn filled(clock: &FakeClock, jobs: usize) -> MemoryStore<FakeClock> {
    let mut store = MemoryStore::new(clock.clone());
    let jobs: Vec<NewJob> = (0..jobs).map(|n| NewJob::new("user", format!("job-{n:05}")).unwrap()).collect();
    JobStore::import(&mut store, &jobs, Mode::Write).unwrap();
    JobStore::set_rate(&mut store, Rate::MAX).unwrap();
    store
}

fn settled(query: &JobStatusQuery) -> Result<Answer, Error> {
    answer(query, Ok(signed(&final_members(true, "0810"))?))
}

fn driver(in_flight: u32) -> Driver {
    Driver::new(Policy::default(), "test").with_in_flight(in_flight)
}

/// A service that takes a millisecond to answer. It answers one question by a status of an error, after 429 it asks to be left alone.
#[derive(Clone)]
struct Service {
    clock: FakeClock,
    asked: Arc<AtomicU32>,
    refuses: Option<(u32, u16)>,
    held_until: Arc<Mutex<Duration>>,
    asked_while_held: Arc<AtomicU32>,
    /// How long a question takes that is answered by 504.
    stall: Duration,
}

impl Service {
    fn new(refuses: Option<(u32, u16)>) -> Self {
        Self {
            clock: FakeClock::at(SIGNED_AT),
            asked: Arc::default(),
            refuses,
            held_until: Arc::default(),
            asked_while_held: Arc::default(),
            stall: Duration::ZERO,
        }
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Clock for Service {
    fn now(&self) -> Moment {
        Moment::new(SIGNED_AT, self.clock.now().monotonic())
    }
}

impl AsyncTransport for Service {
    async fn send(&self, _: &Request) -> Result<Response, TransportError> {
        self.clock.advance(Duration::from_millis(1));
        let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let (now, mut held_until) = (self.clock.now().monotonic(), self.held_until.lock().unwrap());
        self.asked_while_held.fetch_add(u32::from(now < *held_until), Ordering::SeqCst);
        if let Some((_, status)) = self.refuses.filter(|(at, _)| *at == number) {
            match status {
                429 => *held_until = now + Duration::from_secs(30),
                504 => self.clock.advance(self.stall),
                _ => {}
            }
            return Ok(Response::new(status, Vec::new()).with_header("retry-after", "30"));
        }
        Ok(signed(&final_members(true, "0810")).unwrap())
    }

    async fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        self.clock.advance(duration);
        Ok(())
    }
}

#[test]
fn jobs_are_claimed_in_large_steps_once_the_speed_is_known() {
    // A thousand questions a second: 50 in the time that is claimed ahead.
    let service = Service::new(None);
    let claims = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&claims);
    let store = Watched::new(filled(&service.clock, 2000), move |call| {
        if let Call::Claimed(jobs) = call {
            seen.lock().unwrap().push(jobs);
        }
        true
    });
    let config = Config::new(&credentials().unwrap(), &Environment::Sandbox);
    let ended = finish(driver(1).run_async(&store, &service, &config, |_| Flow::GoOn)).unwrap();
    assert_eq!((ended, service.asked()), (Ended::Empty, 2000));
    let claims = claims.lock().unwrap();
    let small = claims.iter().take_while(|jobs| **jobs < 25).count();
    // Until the speed is known they are made one by one; at the end there are fewer left.
    assert!(small <= 60, "{claims:?}");
    assert!((40..100).contains(&(claims.len() - small)) && claims.iter().all(|jobs| *jobs <= 51), "{claims:?}");
}

/// Runs over a store that holds up each of these calls until ten more questions were asked.
fn held_up(which: impl Fn(Call) -> bool + Send + 'static) {
    let service = Service::new(None);
    let (asked, mut until) = (Arc::clone(&service.asked), None);
    let store = Watched::new(filled(&service.clock, 1000), move |call| {
        let asked = asked.load(Ordering::SeqCst);
        // First it has to learn the speed, and at the end there are no ten more.
        if !which(call) || !(500..950).contains(&asked) {
            return true;
        }
        asked >= *until.get_or_insert(asked + 10) && until.take().is_some()
    });
    let config = Config::new(&credentials().unwrap(), &Environment::Sandbox);
    let ended = finish(driver(4).run_async(&store, &service, &config, |_| Flow::GoOn)).unwrap();
    assert_eq!(ended, Ended::Empty);
    assert_eq!(finish(AsyncJobStore::counts(&store)).unwrap().settled, 1000);
}

#[test]
fn questions_go_on_while_a_batch_is_recorded() {
    held_up(|call| matches!(call, Call::Record(_)));
}

#[test]
fn questions_go_on_while_a_claim_is_made() {
    held_up(|call| matches!(call, Call::Claim(_)));
}

#[test]
fn an_async_run_that_ends_gives_back_what_was_claimed_ahead() {
    for (refuses, ends) in
        [(Some((500, 401)), Ended::Stopped(smileid_core::ErrorKind::Credentials)), (None, Ended::Finished)]
    {
        let service = Service::new(refuses);
        let store = filled(&service.clock, 1000);
        let config = Config::new(&credentials().unwrap(), &Environment::Sandbox);
        let mut most = 0;
        let ended = finish(driver(1).run_async(&store, &service, &config, |progress| {
            most = most.max(progress.in_flight);
            if progress.asked >= 600 { Flow::Finish } else { Flow::GoOn }
        }));
        assert_eq!(ended.unwrap(), ends);
        assert!(most > 1, "nothing was claimed ahead");
        let counts = finish(AsyncJobStore::counts(&store)).unwrap();
        let settled = service.asked() - u32::from(refuses.is_some());
        assert_eq!((counts.settled, counts.waiting), (u64::from(settled), u64::from(1000 - settled)));
        assert_eq!(counts.due, counts.waiting, "what was given back is due at once");
        assert!(refuses.is_none_or(|(number, _)| service.asked() == number), "asked after the run stopped");
    }
}

#[test]
fn a_claim_that_is_under_way_when_the_service_wants_fewer_requests_is_given_back() {
    let service = Service::new(Some((500, 429)));
    let asked = Arc::clone(&service.asked);
    // A claim that begins shortly before the wish ends after it, and before it is recorded.
    let store = Watched::new(filled(&service.clock, 1000), move |call| {
        let asked = asked.load(Ordering::SeqCst);
        !(matches!(call, Call::Claim(_)) && (480..500).contains(&asked))
    });
    let config = Config::new(&credentials().unwrap(), &Environment::Sandbox);
    let ended = finish(driver(8).run_async(&store, &service, &config, |_| Flow::GoOn)).unwrap();
    assert_eq!(ended, Ended::Empty);
    let asked_while_held = service.asked_while_held.load(Ordering::SeqCst);
    assert!(asked_while_held <= 7, "{asked_while_held}: more than were in flight beside it");
    assert_eq!(finish(AsyncJobStore::counts(&store)).unwrap().settled, 1000);
}

/// Builds up speed with questions of a millisecond, and answers the one with this number by something else.
fn interrupted_at(
    number: u32,
    clock: &FakeClock,
    asked: &AtomicU32,
    other: impl Fn(&JobStatusQuery) -> Result<Answer, Error> + Sync,
) -> impl Fn(&JobStatusQuery) -> Result<Answer, Error> + Sync {
    move |query| {
        clock.advance(Duration::from_millis(1));
        if asked.fetch_add(1, Ordering::SeqCst) + 1 == number { other(query) } else { settled(query) }
    }
}

#[test]
fn a_stop_gives_back_what_was_claimed_ahead() {
    let clock = FakeClock::at(SIGNED_AT);
    let asked = AtomicU32::new(0);
    let mut store = filled(&clock, 1000);
    let refused = |query: &JobStatusQuery| answer(query, Ok(Response::new(401, Vec::new())));
    let most = AtomicUsize::new(0);
    let ask = interrupted_at(500, &clock, &asked, refused);
    let mut watch = |progress: &smileid_jobs::Progress| {
        most.fetch_max(usize::try_from(progress.in_flight).unwrap(), Ordering::SeqCst);
        Flow::GoOn
    };
    let ended = driver(1).run_with(&mut store, &clock, &ask, &mut watch).unwrap();
    assert_eq!(ended, Ended::Stopped(smileid_core::ErrorKind::Credentials));
    assert!(most.into_inner() > 1, "nothing was claimed ahead");
    assert_eq!(asked.load(Ordering::SeqCst), 500);
    let counts = JobStore::counts(&mut store).unwrap();
    assert_eq!((counts.settled, counts.waiting), (499, 501));
    assert_eq!(counts.due, counts.waiting, "what was given back is due at once");
}

#[test]
fn a_wish_for_fewer_requests_gives_back_what_was_claimed_ahead() {
    let clock = FakeClock::at(SIGNED_AT);
    let asked = AtomicU32::new(0);
    let (held, after) = (Mutex::new(None), AtomicU32::new(0));
    let mut store = filled(&clock, 1000);
    let throttled = |query: &JobStatusQuery| {
        *held.lock().unwrap() = Some(clock.now().monotonic() + Duration::from_secs(30));
        answer(query, Ok(Response::new(429, Vec::new()).with_header("retry-after", "30")))
    };
    let throttling = interrupted_at(500, &clock, &asked, throttled);
    let ask = |query: &JobStatusQuery| {
        let early = held.lock().unwrap().is_some_and(|held| clock.now().monotonic() < held);
        after.fetch_add(u32::from(early), Ordering::SeqCst);
        throttling(query)
    };
    let mut watch = |_: &smileid_jobs::Progress| {
        // The clock stays while no one asks.
        if held.lock().unwrap().is_some() {
            clock.advance(Duration::from_secs(29));
        }
        Flow::GoOn
    };
    let ended = driver(1).run_with(&mut store, &clock, &ask, &mut watch).unwrap();
    assert_eq!(ended, Ended::Empty);
    assert_eq!(after.into_inner(), 0, "asked while the service wanted to be left alone");
    assert_eq!(JobStore::counts(&mut store).unwrap().settled, 1000);
}

#[test]
fn what_waited_for_a_second_or_for_an_eighth_of_its_lease_is_given_back() {
    for (lease, stall, is_given_back) in
        [(120_000, 800, false), (120_000, 1000, true), (4000, 400, false), (4000, 500, true)]
    {
        let mut service = Service::new(Some((500, 504)));
        service.stall = Duration::from_millis(stall);
        let claimed = Arc::new(AtomicUsize::new(0));
        let sum = Arc::clone(&claimed);
        let store = Watched::new(filled(&service.clock, 1000), move |call| {
            if let Call::Claimed(jobs) = call {
                sum.fetch_add(jobs, Ordering::SeqCst);
            }
            true
        });
        let config = Config::new(&credentials().unwrap(), &Environment::Sandbox);
        let driver = driver(1).with_lease(Duration::from_millis(lease));
        assert_eq!(finish(driver.run_async(&store, &service, &config, |_| Flow::GoOn)).unwrap(), Ended::Empty);
        // The one that failed is claimed again in any case. So is the last of 51 that were claimed when the speed was known: it waited for 50 ms.
        let again = claimed.load(Ordering::SeqCst) - 1001;
        assert_eq!(again > 1, is_given_back, "{again} jobs were given back after {stall} ms");
    }
}
