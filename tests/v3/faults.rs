//! What a call and a wait of v3 make of each fault, over both transports on real sockets. The pauses between requests are skipped.

use core::time::Duration;

use smileid_conformance::Hurried;
use smileid_core::{Clock, Credentials, Error, PartnerId, WaitPolicy};
use smileid_http_blocking::BaseUrl;
use smileid_sandbox::faults::V3Fault;
use smileid_sandbox::{Job, Sandbox, v3_job_id};
use smileid_v3::{Answer, AsyncClient, Client, Config, Decided, FromService, JobRef};

use crate::stacks::{asynchronous, blocking, on_tokio, plain};
use crate::table::ROWS;

/// How a client meets a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// One call, and the fault strikes each request.
    Call,
    /// A wait of ten seconds, and the fault strikes each request.
    Wait,
    /// One call, and the fault strikes once.
    Once,
}

/// What came of it, the service's word or the kind of the error, and after how many requests, those for tokens included.
type Seen = (&'static str, u64);

/// A sandbox with an approved job and a fault, and the configuration of a client that has no token yet.
struct Setting {
    sandbox: Sandbox,
    config: Config,
    job: JobRef,
}

impl Setting {
    fn new(fault: V3Fault, how: How) -> Self {
        let id = v3_job_id();
        let times = (how == How::Once).then_some(1);
        let sandbox = Sandbox::builder().job(Job::new("user-7", &id).approved()).fault(fault, 1.0, times);
        let sandbox = sandbox.start().unwrap();
        let key = sandbox.credentials().api_key().clone();
        let base = BaseUrl::parse(&sandbox.v3_base_url()).unwrap();
        let config = Config::new(&Credentials::new(PartnerId::new("23").unwrap(), key), &base.into()).unwrap();
        Self { config, job: JobRef::new(id).unwrap(), sandbox }
    }

    fn blocking(&self, how: How) -> Seen {
        let client = Client::new(Hurried::new(blocking(&plain())), self.config.clone());
        let word = match how {
            How::Wait => of_wait(&client.wait_with(self.job.clone(), policy())),
            _ => of_call(&client.status(self.job.clone())),
        };
        (word, self.sandbox.requests())
    }

    fn asynchronous(&self, how: How) -> Seen {
        let transport = Hurried::new(asynchronous(&plain()));
        let client = AsyncClient::new(transport, self.config.clone());
        let word = on_tokio(async {
            match how {
                How::Wait => of_wait(&client.wait_with(self.job.clone(), policy()).await),
                _ => of_call(&client.status(self.job.clone()).await),
            }
        });
        (word, self.sandbox.requests())
    }
}

/// Ten seconds, as in the table of v1.
fn policy() -> WaitPolicy {
    WaitPolicy::DEFAULT.with_deadline(Duration::from_secs(10))
}

fn of_call(answer: &Result<Answer, Error>) -> &'static str {
    match answer {
        Ok(Answer::Final(decided)) => decided.decision().as_str(),
        Ok(Answer::Pending(_)) => "pending",
        Err(error) => error.kind().as_str(),
    }
}

fn of_wait(answer: &Result<FromService<Decided>, Error>) -> &'static str {
    match answer {
        Ok(decided) => decided.decision().as_str(),
        Err(error) => error.kind().as_str(),
    }
}

#[test]
fn every_fault_comes_to_what_the_table_says_over_both_transports() {
    let faults: Vec<_> = ROWS.iter().map(|row| row.fault).collect();
    assert_eq!(faults, V3Fault::ALL);
    let mut wrong = Vec::new();
    for row in ROWS {
        for (how, (word, least, most)) in [(How::Call, row.call), (How::Wait, row.wait), (How::Once, row.once)] {
            for (name, play) in [("blocking", Setting::blocking as fn(&_, _) -> _), ("async", Setting::asynchronous)] {
                let (seen, requests) = play(&Setting::new(row.fault, how), how);
                if seen != word || !(least..=most).contains(&requests) {
                    wrong.push(format!("{} {how:?} {name}: {seen} after {requests} requests", row.fault));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// An unknown word, an envelope or another job's status is never a decision, however often it comes.
#[test]
fn only_a_reply_that_is_sound_is_a_decision() {
    for row in ROWS.iter().filter(|row| row.fault != V3Fault::Signed && row.fault != V3Fault::TokenOpaque) {
        for (word, ..) in [row.call, row.wait] {
            assert!(!["clear", "block", "attention", "error"].contains(&word), "{}", row.fault);
        }
    }
}

/// One configuration over transports that were made at different times: a token ends at the same time for all.
#[test]
fn transports_made_apart_count_time_from_one_origin() {
    let earlier = blocking(&plain());
    let before = loop {
        let now = earlier.now().monotonic();
        if now >= Duration::from_millis(2) {
            break now;
        }
    };
    let later = blocking(&plain());
    let asynchronous = asynchronous(&plain());
    assert!(later.now().monotonic() >= before);
    assert!(asynchronous.now().monotonic() >= before);
}
