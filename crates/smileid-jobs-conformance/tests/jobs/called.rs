//! Callbacks beside a run: how soon their jobs are asked for, by both drivers. Time is virtual.

use core::time::Duration;
use std::sync::{Arc, Mutex};

use smileid_conformance::FakeClock;
use smileid_core::{
    AsyncTransport, Clock, Config, Environment, JobStatusQuery, Moment, Request, Response, Transport, TransportError,
};
use smileid_jobs::{
    AsyncJobStore, Driver, Ended, Flow, MemoryStore, Mode, NewJob, Pace, Policy, Progress, Rate, Woken,
};
use smileid_jobs_conformance::answers::{SIGNED_AT, credentials, final_members, signed};

use crate::finish;

/// How far time moves at a time, for the blocking driver.
const STEP: Duration = Duration::from_millis(25);
/// How long it may take until a callback is noticed.
const NOTICED: Duration = Duration::from_millis(100);

/// A service for which the job `called` is pending until its callback, and every other is final. It notes who asks when.
#[derive(Clone)]
struct Service {
    clock: FakeClock,
    /// When the callback came, and after how many questions.
    called_at: Arc<Mutex<Option<(Duration, usize)>>>,
    asked: Arc<Mutex<Vec<(bool, Duration)>>>,
}

impl Service {
    fn reply(&self, request: &Request) -> Response {
        let is_called = String::from_utf8(request.body.clone()).unwrap().contains(r#""job_id":"called""#);
        self.asked.lock().unwrap().push((is_called, self.clock.now().monotonic()));
        if is_called && self.called_at.lock().unwrap().is_none() {
            return signed(r#""job_complete":false,"job_success":false"#).unwrap();
        }
        signed(&final_members(true, "0810")).unwrap()
    }

    /// The callback comes.
    fn call(&self, store: &MemoryStore<FakeClock>) {
        *self.called_at.lock().unwrap() = Some((self.clock.now().monotonic(), self.asked.lock().unwrap().len()));
        let query = JobStatusQuery::new("user", "called").unwrap();
        assert_eq!(finish(AsyncJobStore::wake(store, &query)).unwrap(), Woken::Due);
    }

    /// How long after the callback its job was asked for, and how many others were asked for in between.
    fn delay(&self) -> (Duration, usize) {
        let ((called_at, before), asked) = (self.called_at.lock().unwrap().unwrap(), self.asked.lock().unwrap());
        let after = &asked[before..];
        let others = after.iter().position(|(is_called, _)| *is_called).unwrap();
        (after[others].1.saturating_sub(called_at), others)
    }
}

impl Clock for Service {
    fn now(&self) -> Moment {
        Moment::new(SIGNED_AT, self.clock.now().monotonic())
    }
}

impl Transport for Service {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        Ok(self.reply(request))
    }

    fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        self.clock.advance(duration);
        Ok(())
    }
}

impl AsyncTransport for Service {
    async fn send(&self, request: &Request) -> Result<Response, TransportError> {
        Ok(self.reply(request))
    }

    async fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        self.clock.advance(duration);
        Ok(())
    }
}

/// Runs both drivers over the job `called` and as many others, until all are settled. The callback comes after so many questions.
fn both(others: usize, rate: Rate, after: u64, check: impl Fn(&str, Duration, usize)) {
    // By itself the job is asked for an hour later.
    let policy = Policy::default().with_pace(Pace::DEFAULT.with_first(Duration::from_secs(3600)));
    let driver = Driver::new(policy, "test").with_in_flight(4);
    let config = Config::new(&credentials().unwrap(), &Environment::Sandbox);
    for twin in ["blocking", "async"] {
        let service = Service { clock: FakeClock::at(SIGNED_AT), called_at: Arc::default(), asked: Arc::default() };
        let store = MemoryStore::new(service.clock.clone());
        let ids = ["called".to_owned()].into_iter().chain((0..others).map(|n| format!("job-{n}")));
        let jobs: Vec<NewJob> = ids.map(|id| NewJob::new("user", id).unwrap()).collect();
        finish(AsyncJobStore::import(&store, &jobs, Mode::Write)).unwrap();
        finish(AsyncJobStore::set_rate(&store, rate)).unwrap();
        let mut called = false;
        let mut watch = |progress: &Progress| {
            if twin == "blocking" {
                service.clock.advance(STEP);
            }
            if !called && progress.recorded.again > 0 && progress.asked >= after {
                called = true;
                service.call(&store);
            }
            Flow::GoOn
        };
        let ended = if twin == "blocking" {
            driver.run(&mut &store, &service, &config, &mut watch)
        } else {
            finish(driver.run_async(&store, &service, &config, watch))
        };
        assert_eq!(ended.unwrap(), Ended::Empty, "{twin}");
        let (delay, between) = service.delay();
        check(twin, delay, between);
    }
}

#[test]
fn a_run_that_waits_asks_for_a_called_job_within_a_tenth_of_a_second() {
    both(0, Rate::DEFAULT, 1, |twin, delay, _| {
        assert!(delay <= NOTICED + STEP, "{twin}: {delay:?}");
    });
}

#[test]
fn the_question_after_a_callback_takes_a_token() {
    // A question a second: the first leaves a quarter of the next one's time, which is the burst.
    both(0, Rate::per_second(1), 1, |twin, delay, _| {
        let least = Duration::from_millis(500);
        assert!(delay >= least && delay <= Duration::from_millis(750) + NOTICED, "{twin}: {delay:?}");
    });
}

#[test]
fn a_called_job_comes_before_a_backlog() {
    both(500, Rate::DEFAULT, 100, |twin, delay, between| {
        // What is claimed already: four in flight, and what is asked in 50 ms.
        assert!(between <= 8 && delay <= Duration::from_millis(200), "{twin}: {between} others in {delay:?}");
    });
}
