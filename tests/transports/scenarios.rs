//! The table of scenarios through four transports: both adapters on real sockets, a script in virtual time, and the example of a
//! stack of one's own. The table itself is `smileid_conformance::scenarios`.

use core::time::Duration;
use std::sync::Mutex;
use std::time::Instant;
use std::{fs, thread};

use own_stack::Plain;
use smileid_conformance::scenarios::{How, SCENARIOS, Scenario, Setup, Strikes};
use smileid_http_blocking::{Compression, TransportOptions};
use smileid_sandbox::faults::Family;
use tokio::runtime::{Builder, Handle};

use crate::stacks::{self, trusting};

/// How many scenarios are played at a time: most of them wait.
const AT_A_TIME: usize = 8;
/// Far longer than any scenario may take: three attempts of two seconds at the most, the sleeps between them skipped.
const HANG: Duration = Duration::from_secs(30);
/// How long the end of tasks and threads is awaited: far longer than it takes.
const PATIENCE: Duration = Duration::from_secs(10);

fn options(setup: &Setup<'_>) -> TransportOptions {
    let compression = if setup.gzip { Compression::Gzip } else { Compression::Off };
    trusting(setup.ca_pem).with_compression(compression)
}

/// Plays every scenario both ways, several at a time, and fails with all that went wrong.
fn play_all(play: impl Fn(&Scenario, Strikes) -> Result<(), String> + Sync) {
    let scenarios = Mutex::new(SCENARIOS.iter());
    let failures = Mutex::new(Vec::new());
    let work = || {
        while let Some(scenario) = { scenarios.lock().unwrap().next() } {
            let once = scenario.once.map(|_| Strikes::Once);
            for strikes in [Some(Strikes::Always), once].into_iter().flatten() {
                let started = Instant::now();
                let played = play(scenario, strikes).and_then(|()| match started.elapsed() {
                    took if took > HANG => Err(format!("{}: it took {took:?}", scenario.fault)),
                    _ => Ok(()),
                });
                failures.lock().unwrap().extend(played.err());
            }
        }
    };
    thread::scope(|scope| (0..AT_A_TIME).for_each(|_| drop(scope.spawn(work))));
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn blocking() {
    play_all(|scenario, strikes| {
        let played = scenario.play(strikes, |setup| stacks::blocking(&options(setup))).unwrap();
        played.check(scenario, strikes)
    });
    assert_no_thread_is_left();
}

/// The blocking transport's threads end soon after their calls. They are found by name, on Linux.
fn assert_no_thread_is_left() {
    let until = Instant::now() + PATIENCE;
    loop {
        let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
        let names = tasks.filter_map(|task| fs::read_to_string(task.path().join("comm")).ok());
        let left = names.filter(|name| name.trim() == "smileid-dial").count();
        if left == 0 {
            return;
        }
        assert!(Instant::now() < until, "{left} threads are left");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn asynchronous() {
    play_all(|scenario, strikes| {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let make = |setup: &Setup<'_>| stacks::asynchronous(&options(setup));
        let played = runtime.block_on(async {
            let played = scenario.play_async(strikes, make).await.unwrap();
            let ended = async {
                while Handle::current().metrics().num_alive_tasks() > 0 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            let ended = tokio::time::timeout(PATIENCE, ended).await;
            ended.map(|()| played).map_err(|_| format!("{}: a task is left", scenario.fault))
        })?;
        played.check(scenario, strikes)
    });
}

#[test]
fn scripted() {
    play_all(|scenario, strikes| scenario.play_scripted(strikes).check(scenario, strikes));
    let runtime = Builder::new_current_thread().build().unwrap();
    for scenario in SCENARIOS {
        let played = runtime.block_on(scenario.play_scripted_async(Strikes::Always));
        played.check(scenario, Strikes::Always).unwrap();
    }
}

/// The example speaks no TLS and no gzip, and keeps no connection: what is about those it cannot meet.
#[test]
fn own_stack() {
    play_all(|scenario, strikes| {
        let beyond =
            matches!(scenario.fault.family(), Family::Tls | Family::KeepAlive) || scenario.how == How::GzipCall;
        if beyond { Ok(()) } else { scenario.play(strikes, |_| Plain::new()).unwrap().check(scenario, strikes) }
    });
}
