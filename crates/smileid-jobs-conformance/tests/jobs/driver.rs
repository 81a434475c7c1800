//! The two drivers over the model store: the same jobs, the same service, the same end. Time is virtual.

use core::cell::Cell;
use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use smileid_conformance::FakeClock;
use smileid_core::{
    AsyncTransport, Clock, Config, Environment, ErrorKind, Moment, Request, Response, Transport, TransportError,
    TransportErrorKind,
};
use smileid_jobs::{
    Cursor, Driver, Ended, Flow, JobStore, MemoryStore, NewJob, Policy, Progress, Rate, StoreError, StoreErrorKind,
};
use smileid_jobs_conformance::answers::{SIGNED_AT, credentials, final_members, signed};

use crate::finish;
use crate::watched::Watched;

/// A service that answers by the first letter of the job's id, and counts.
#[derive(Clone)]
struct Service {
    clock: FakeClock,
    asked: Arc<Mutex<HashMap<String, u32>>>,
}

impl Service {
    fn new() -> Self {
        Self { clock: FakeClock::at(SIGNED_AT), asked: Arc::default() }
    }

    fn reply(&self, request: &Request) -> Result<Response, TransportError> {
        let body = String::from_utf8(request.body.clone()).unwrap();
        let id = body.split("\"job_id\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let count = {
            let mut asked = self.asked.lock().unwrap();
            let count = asked.entry(id.clone()).or_default();
            *count += 1;
            *count
        };
        match (id.chars().next().unwrap(), count) {
            ('p', 1..3) => Ok(signed(r#""job_complete":false,"job_success":false"#).unwrap()),
            ('f', 1) => Err(TransportError::new(TransportErrorKind::Connect)),
            ('t', 1) => Ok(Response::new(429, Vec::new())),
            ('n', _) => Ok(Response::new(400, br#"{"code":"2304","error":"no job"}"#.to_vec())),
            ('c', _) => Ok(Response::new(401, Vec::new())),
            ('x', 1) => panic!("a transport that panics"),
            _ => Ok(signed(&final_members(true, "0810")).unwrap()),
        }
    }

    fn asked(&self) -> u32 {
        self.asked.lock().unwrap().values().sum()
    }
}

impl Clock for Service {
    fn now(&self) -> Moment {
        // Answers are signed at one time, so that wall time does not move here; the store's moves on.
        Moment::new(SIGNED_AT, self.clock.now().monotonic())
    }
}

impl Transport for Service {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        self.reply(request)
    }

    fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        self.clock.advance(duration);
        Ok(())
    }
}

impl AsyncTransport for Service {
    async fn send(&self, request: &Request) -> Result<Response, TransportError> {
        self.reply(request)
    }

    async fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        self.clock.advance(duration);
        Ok(())
    }
}

type Store = MemoryStore<FakeClock>;

fn filled(service: &Service, ids: &[&str]) -> Store {
    let mut store = MemoryStore::new(service.clock.clone());
    let jobs: Vec<NewJob> = ids.iter().map(|id| NewJob::new("user", *id).unwrap()).collect();
    JobStore::import(&mut store, &jobs, smileid_jobs::Mode::Write).unwrap();
    JobStore::set_rate(&mut store, Rate::per_second(1000)).unwrap();
    store
}

fn config() -> Config {
    Config::new(&credentials().unwrap(), &Environment::Sandbox)
}

fn both(ids: &[&str], check: impl Fn(&str, Result<Ended, StoreError>, &mut Store, &Service)) {
    let driver = Driver::new(Policy::default(), "test").with_in_flight(4);
    let service = Service::new();
    let mut store = filled(&service, ids);
    // The blocking driver waits in real time: the watcher lets virtual time pass.
    let clock = service.clock.clone();
    let ended = driver.run(&mut store, &service, &config(), &mut |_: &Progress| {
        clock.advance(Duration::from_secs(2));
        Flow::GoOn
    });
    check("blocking", ended, &mut store, &service);

    let service = Service::new();
    let mut store = filled(&service, ids);
    let ended = finish(driver.run_async(&store, &service, &config(), |_| Flow::GoOn));
    check("async", ended, &mut store, &service);
}

fn exported(store: &mut Store) -> Vec<String> {
    let rows = JobStore::answers_after(store, &Cursor::START, 1000).unwrap().rows;
    let mut ids: Vec<String> = rows.into_iter().map(|row| row.job_id).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn every_job_ends_settled_or_with_a_person() {
    both(&["a1", "a2", "p1", "f1", "t1", "n1", "a3", "a4"], |twin, ended, store, service| {
        assert_eq!(ended.unwrap(), Ended::Empty, "{twin}");
        assert_eq!(exported(store), ["a1", "a2", "a3", "a4", "f1", "p1", "t1"], "{twin}");
        let counts = JobStore::counts(store).unwrap();
        assert_eq!((counts.waiting, counts.needs_you), (0, vec![(ErrorKind::NotFound, 1)]), "{twin}");
        // Four at once, three for p1, two each for f1 and t1, one for n1: nothing is sent again inside a call.
        assert_eq!(service.asked(), 12, "{twin}");
    });
}

#[test]
fn refused_credentials_stop_the_run_before_the_next_claim() {
    let ids: Vec<String> = ["c0".to_owned()].into_iter().chain((0..100).map(|n| format!("c{n}x"))).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    both(&ids, |twin, ended, store, service| {
        assert_eq!(ended.unwrap(), Ended::Stopped(ErrorKind::Credentials), "{twin}");
        assert!(service.asked() <= 4, "{twin}: {} were asked", service.asked());
        let counts = JobStore::counts(store).unwrap();
        assert_eq!((counts.waiting, counts.settled, counts.needing_you()), (101, 0, 0), "{twin}");
        assert_eq!(counts.paused, Some(smileid_jobs::Pause::Stopped(ErrorKind::Credentials)), "{twin}");
    });
}

#[test]
fn a_panic_while_asking_is_one_jobs_matter() {
    both(&["a1", "x1", "a2"], |twin, ended, store, _| {
        assert_eq!(ended.unwrap(), Ended::Empty, "{twin}");
        assert_eq!(exported(store), ["a1", "a2"], "{twin}");
        assert_eq!(JobStore::counts(store).unwrap().needs_you, vec![(ErrorKind::Internal, 1)], "{twin}");
    });
}

#[test]
fn a_run_that_is_to_finish_gives_back_what_it_did_not_ask() {
    let driver = Driver::new(Policy::default(), "test").with_in_flight(2);
    let ids: Vec<String> = (0..50).map(|n| format!("a{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let service = Service::new();
    let mut store = filled(&service, &ids);
    let mut seen = 0;
    let ended = driver.run(&mut store, &service, &config(), &mut |progress| {
        seen = progress.asked;
        if progress.asked >= 6 { Flow::Finish } else { Flow::GoOn }
    });
    assert_eq!(ended.unwrap(), Ended::Finished);
    let counts = JobStore::counts(&mut store).unwrap();
    assert_eq!((counts.settled, counts.waiting), (u64::from(service.asked()), 50 - u64::from(service.asked())));
    assert!(service.asked() < 12 && seen >= 6);
    // Whatever was given back is due at once.
    assert_eq!(counts.due, counts.waiting);
}

#[test]
fn a_store_that_is_paused_is_not_asked_from() {
    let service = Service::new();
    let mut store = filled(&service, &["a1"]);
    JobStore::pause(&mut store).unwrap();
    let (driver, mut looks) = (Driver::new(Policy::default(), "test"), 0);
    let ended = finish(driver.run_async(&store, &service, &config(), |progress| {
        looks += i32::from(progress.paused.is_some());
        if looks >= 3 { Flow::Finish } else { Flow::GoOn }
    }));
    assert_eq!((ended.unwrap(), service.asked()), (Ended::Finished, 0));
    JobStore::resume(&mut store).unwrap();
    assert_eq!(finish(driver.run_async(&store, &service, &config(), |_| Flow::GoOn)).unwrap(), Ended::Empty);
    assert_eq!(service.asked(), 1);
}

#[test]
fn a_run_that_is_to_end_does_not_wait_for_a_store_that_is_lost() {
    let service = Service::new();
    let mut store = Watched::new(filled(&service, &["a1"]), |_| true);
    store.lost = true;
    let driver = Driver::new(Policy::default(), "test");
    let looks = Cell::new(0);
    let watch = |_: &Progress| {
        looks.set(looks.get() + 1);
        if looks.get() > 1 { Flow::Finish } else { Flow::GoOn }
    };
    let blocking = driver.run(&mut store, &service, &config(), &mut |progress| watch(progress));
    looks.set(0);
    let twin = finish(driver.run_async(&store, &service, &config(), watch));
    for ended in [blocking, twin] {
        assert_eq!(ended.unwrap_err().kind(), StoreErrorKind::Lost);
    }
    assert!(service.clock.now().monotonic() <= Duration::from_secs(2), "{:?}", service.clock.now());
}

#[test]
fn a_run_that_is_to_end_records_what_it_has() {
    let service = Service::new();
    let driver = Driver::new(Policy::default(), "test");
    let watch = |progress: &Progress| if progress.asked > 0 { Flow::Finish } else { Flow::GoOn };
    for kind in [StoreErrorKind::Lost, StoreErrorKind::Busy] {
        let store = || {
            let mut store = Watched::new(filled(&service, &["a1"]), |_| true);
            store.fails = Mutex::new(Some(kind));
            store
        };
        let mut blocking = store();
        driver.run(&mut blocking, &service, &config(), &mut |progress| watch(progress)).unwrap();
        let twin = store();
        finish(driver.run_async(&twin, &service, &config(), watch)).unwrap();
        for mut store in [blocking, twin] {
            assert_eq!(JobStore::counts(&mut store).unwrap().settled, 1, "{kind:?}");
        }
    }
}
