//! How many questions the policy saves against fixed intervals, and what that costs in time. Time is virtual.
//!
//! The mixture is that of a backlog whose callbacks were lost: of 1,000 jobs, 600 are final when they are imported, 300 become so
//! within 30 to 90 seconds, and 100 are with a person for 12 to 36 hours. `docs/guide/many-jobs.md` states it with the figures.

use smileid_core::JobStatusQuery;
use smileid_jobs::{Outcome, Policy, Record, ask_once};
use smileid_jobs_conformance::answers::{answer, final_members, signed};

/// The wait before each question of a client in seconds: these first, then the last for ever. Each official client gives up after
/// 20 or so; here it is started again until the job is settled.
const OFFICIAL: [(&str, &[i64]); 4] =
    [("Python", &[2, 2, 2, 4]), ("JavaScript", &[2, 2, 2, 2, 4]), ("Ruby", &[2, 2, 2, 2, 6]), ("PHP", &[2])];

/// How many jobs, and between which ages they become final, in milliseconds.
const MIXTURE: [(usize, i64, i64); 3] = [(600, 0, 0), (300, 30_000, 90_000), (100, 12 * HOUR, 36 * HOUR)];
const HOUR: i64 = 3_600_000;

/// What asking for one job took: its age when it became final, the delay until that was seen, and the questions.
#[derive(Clone, Copy)]
struct Asked {
    age: i64,
    delay: i64,
    polls: u64,
}

/// The ages at which the jobs become final, spread evenly over each class.
fn ages() -> impl Iterator<Item = i64> {
    MIXTURE.into_iter().flat_map(|(jobs, from, to)| {
        let jobs = i64::try_from(jobs).unwrap();
        (0..jobs).map(move |n| from + (to - from) * (2 * n + 1) / (2 * jobs))
    })
}

fn at_fixed_intervals(age: i64, waits: &[i64]) -> Asked {
    let last = waits.last().copied().unwrap();
    let (mut now, mut polls) = (0, 0);
    loop {
        now += waits.get(polls).copied().unwrap_or(last) * 1000;
        polls += 1;
        if now >= age {
            return Asked { age, delay: now - age, polls: polls as u64 };
        }
    }
}

fn by_policy(number: usize, age: i64, policy: &Policy) -> Asked {
    let query = JobStatusQuery::new("user", format!("job-{number}")).unwrap();
    let (mut now, mut polls, mut record) = (0, 0, Record::default());
    loop {
        polls += 1;
        let members = if now >= age { final_members(true, "0810") } else { r#""job_complete":false"#.to_owned() };
        let reply = answer(&query, Ok(signed(&members).unwrap()));
        match ask_once(&query, &record, reply, now, policy) {
            Outcome::Settled(_) => return Asked { age, delay: now - age, polls },
            Outcome::Again(again) => {
                record.count(again.why, now);
                now = again.due;
            }
            other => unreachable!("{other:?}"),
        }
    }
}

/// The delay that so many thousandths of the jobs do not exceed.
fn at(per_mille: usize, asked: &[Asked]) -> i64 {
    let mut delays: Vec<i64> = asked.iter().map(|asked| asked.delay).collect();
    delays.sort_unstable();
    delays.get((delays.len() - 1) * per_mille / 1000).copied().unwrap()
}

fn polls(asked: &[Asked]) -> u64 {
    asked.iter().map(|asked| asked.polls).sum()
}

#[test]
fn the_policy_asks_a_quarter_as_often_and_sees_answers_no_later() {
    let policy = Policy::default();
    let ours: Vec<Asked> = ages().enumerate().map(|(number, age)| by_policy(number, age, &policy)).collect();
    println!(
        "policy: {} polls, median delay {} ms, 99th percentile {} ms",
        polls(&ours),
        at(500, &ours),
        at(990, &ours)
    );
    for (name, waits) in OFFICIAL {
        let theirs: Vec<Asked> = ages().map(|age| at_fixed_intervals(age, waits)).collect();
        println!("{name}: {} polls, median delay {} ms", polls(&theirs), at(500, &theirs));
        assert!(polls(&ours) * 4 <= polls(&theirs), "{name}: {} against {}", polls(&ours), polls(&theirs));
        assert!(at(500, &ours) <= at(500, &theirs), "{name}");
    }
    // Each class on its own, so that the long jobs do not hide the short ones.
    let mut from = 0;
    for (jobs, ..) in MIXTURE {
        let class = ours.get(from..from + jobs).unwrap();
        println!("class of {jobs}: {} polls a job, median delay {} ms", polls(class) / jobs as u64, at(500, class));
        from += jobs;
    }
    // A job that is younger than 20 s is asked for every 2 s; after that no delay exceeds a tenth of the age.
    let late = ours.iter().filter(|asked| asked.delay > (asked.age / 10).max(2_000)).count();
    assert!(late * 100 <= ours.len(), "{late} of {} jobs were seen too late", ours.len());
    let mut shares: Vec<i64> =
        ours.iter().filter(|asked| asked.age >= 20_000).map(|asked| asked.delay * 1000 / asked.age).collect();
    shares.sort_unstable();
    let highest = shares.get(shares.len() * 99 / 100).copied().unwrap();
    println!("99th percentile of delay by age: {highest} thousandths");
    assert!(highest <= 100, "{highest} thousandths of the age");
}
