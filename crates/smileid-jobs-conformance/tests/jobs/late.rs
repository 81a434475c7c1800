//! Questions that were claimed before a stall and are sent after it: they do not exceed the rate. Time is virtual.

use core::time::Duration;
use std::sync::{Arc, Mutex};

use smileid_conformance::FakeClock;
use smileid_core::{AsyncTransport, Clock, Config, Environment, Moment, Request, Response, TransportError};
use smileid_jobs::{Driver, Ended, Flow, JobStore, Limiter, MemoryStore, Mode, NewJob, Policy, Rate};
use smileid_jobs_conformance::answers::{SIGNED_AT, credentials, signed};

use crate::finish;

const WINDOW: Duration = Duration::from_secs(10);
const RUN: Duration = Duration::from_secs(13);

/// A service that answers within a millisecond that a job is pending. At some questions everything stalls together for 0.9 s: those that
/// were to be sent next wait as well, as when a machine is suspended.
#[derive(Clone)]
struct Stalling {
    clock: FakeClock,
    stalls: &'static [usize],
    sent: Arc<Mutex<Vec<Duration>>>,
}

impl Clock for Stalling {
    fn now(&self) -> Moment {
        Moment::new(SIGNED_AT, self.clock.now().monotonic())
    }
}

impl AsyncTransport for Stalling {
    async fn send(&self, _: &Request) -> Result<Response, TransportError> {
        let mut sent = self.sent.lock().unwrap();
        let stall = self.stalls.contains(&sent.len());
        sent.push(self.clock.now().monotonic());
        self.clock.advance(if stall { Duration::from_millis(900) } else { Duration::from_micros(900) });
        Ok(signed(r#""job_complete":false,"job_success":false"#).unwrap())
    }

    async fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        self.clock.advance(duration);
        Ok(())
    }
}

#[test]
fn what_is_sent_after_a_stall_does_not_exceed_the_rate() {
    let config = Config::new(&credentials().unwrap(), &Environment::Sandbox);
    for (rate, in_flight, stalls) in [
        // At the start, with a burst to be sent.
        (50, 4, &[0][..]),
        (50, 32, &[0]),
        (200, 4, &[0]),
        (200, 32, &[0]),
        // With what was claimed ahead.
        (50, 4, &[12]),
        (200, 32, &[500]),
    ] {
        let service = Stalling { clock: FakeClock::at(SIGNED_AT), stalls, sent: Arc::default() };
        let mut store = MemoryStore::new(service.clock.clone());
        let jobs = (0..rate * 3).map(|n| NewJob::new("user", format!("job-{n}")).unwrap());
        JobStore::import(&mut store, &jobs.collect::<Vec<_>>(), Mode::Write).unwrap();
        JobStore::set_rate(&mut store, Rate::per_second(rate)).unwrap();
        let driver = Driver::new(Policy::default(), "test").with_in_flight(in_flight);
        let ended = finish(driver.run_async(&store, &service, &config, |_| {
            if service.clock.now().monotonic() < RUN { Flow::GoOn } else { Flow::Finish }
        }));
        assert_eq!(ended.unwrap(), Ended::Finished);
        let sent = service.sent.lock().unwrap();
        let within = |from: usize| sent[from..].partition_point(|at| *at < sent[from] + WINDOW);
        let most = (0..sent.len()).map(within).max().unwrap();
        let rate = f64::from(rate);
        let (allowed, burst) = (rate * WINDOW.as_secs_f64(), rate * Limiter::BURST.as_secs_f64() + 1.0);
        let over = (f64::from(u32::try_from(most).unwrap()) - burst) / allowed - 1.0;
        println!("{rate}/s, {in_flight} in flight, stalls at {stalls:?}: {:+.2} %", over * 100.0);
        assert!(over <= 0.005, "{rate}/s with {in_flight} in flight: {most} in a window of {allowed} beside {burst}");
    }
}

#[test]
fn a_run_whose_every_step_is_slow_goes_on() {
    let config = Config::new(&credentials().unwrap(), &Environment::Sandbox);
    for rate in [1, 50] {
        let service = Stalling { clock: FakeClock::at(SIGNED_AT), stalls: &[], sent: Arc::default() };
        let mut store = MemoryStore::new(service.clock.clone());
        let jobs = (0..60).map(|n| NewJob::new("user", format!("job-{n}")).unwrap());
        JobStore::import(&mut store, &jobs.collect::<Vec<_>>(), Mode::Write).unwrap();
        JobStore::set_rate(&mut store, Rate::per_second(rate)).unwrap();
        let ended = finish(Driver::new(Policy::default(), "test").run_async(&store, &service, &config, |_| {
            service.clock.advance(Duration::from_millis(60));
            if service.clock.now().monotonic() < RUN { Flow::GoOn } else { Flow::Finish }
        }));
        assert_eq!(ended.unwrap(), Ended::Finished);
        let sent = service.sent.lock().unwrap().len();
        assert!(sent >= 12, "{rate}/s: {sent} questions in {RUN:?}");
    }
}
