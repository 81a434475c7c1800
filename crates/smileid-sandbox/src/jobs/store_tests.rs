//! Tests of the store: jobs made and spoken of, moved by polls, time and people, and the callbacks that follow.

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const START: Duration = Duration::ZERO;

fn stages(arrivals: &[Arrival]) -> Vec<String> {
    arrivals.iter().map(|a| format!("{} {} {}", a.seen.job.id, a.seen.stage(), a.url)).collect()
}

#[test]
fn jobs_are_known_only_to_their_user_unless_their_id_speaks() {
    let mut jobs = Jobs::default();
    jobs.insert(Job::new("u", "j").pending(2).provisional(1).approved(), START);
    let seen: Vec<_> = (0..5).map(|_| jobs.poll("u", "j", START).unwrap().stage().clone()).collect();
    assert_eq!(seen, [Stage::Pending, Stage::Pending, Stage::Provisional, Stage::Approved, Stage::Approved]);
    assert!(jobs.poll("u", "other", START).is_none() && jobs.poll("other", "j", START).is_none());
    assert!(jobs.poll("uj", "", START).is_none() && jobs.poll("", "uj", START).is_none());
    for user in ["u", "other"] {
        let mut at = || jobs.poll(user, "pending-2-approved-x", START).unwrap().stage().clone();
        assert_eq!([at(), at(), at()], [Stage::Pending, Stage::Pending, Stage::Approved]);
    }
    assert_eq!((jobs.len(), jobs.poll("u", "j", START).unwrap().polls), (3, 6));
}

#[test]
fn looking_counts_no_poll_and_a_job_added_again_begins_anew() {
    let mut jobs = Jobs::default();
    let job = Job::new("u", "j").pending(1).approved();
    jobs.insert(job.clone(), START);
    assert_eq!(jobs.look("u", "j", START).unwrap().stage(), &Stage::Pending);
    assert_eq!(jobs.list(0, 9, START).len(), 1);
    assert_eq!(jobs.poll("u", "j", START).unwrap().stage(), &Stage::Pending);
    assert_eq!(jobs.look("u", "j", START).unwrap().stage(), &Stage::Approved);
    jobs.insert(job, START);
    assert_eq!(jobs.look("u", "j", START).unwrap().stage(), &Stage::Pending);
    assert_eq!((jobs.len(), jobs.remove("u", "j"), jobs.remove("u", "j"), jobs.len()), (1, true, false, 0));
}

#[test]
fn people_move_a_job_anywhere_and_it_stays() {
    let mut jobs = Jobs::default();
    jobs.insert(Job::new("u", "j").pending(1).approved(), START);
    assert_eq!(jobs.move_to("u", "j", Stage::Rejected, START).unwrap().unwrap().stage(), &Stage::Rejected);
    for _ in 0..3 {
        assert_eq!(jobs.poll("u", "j", START).unwrap().stage(), &Stage::Rejected);
    }
    assert_eq!(jobs.move_to("u", "j", Stage::Pending, START).unwrap().unwrap().stage(), &Stage::Pending);
    assert!(jobs.move_to("u", "none", Stage::Pending, START).unwrap().is_none());
    let refused = (0..MOST_STEPS).find_map(|_| jobs.move_to("u", "j", Stage::Pending, START).err());
    assert!(refused.is_some());
}

#[test]
fn callbacks_follow_every_stage_the_service_reports() {
    let mut jobs = Jobs::default();
    let steps = |id: &str| {
        Job::new("u", id).pending(1).then_for(Stage::IdLeg, SECOND).then_for(Stage::Provisional, SECOND).approved()
    };
    jobs.insert(steps("silent"), START);
    jobs.insert(steps("own").callback_url("http://127.0.0.1:1/own"), START);
    assert!(jobs.take_arrivals().is_empty());
    jobs.callback_url = Some("http://127.0.0.1:1/all".into());
    for id in ["silent", "own"] {
        jobs.poll("u", id, START).unwrap();
    }
    let id_leg = ["silent id_leg http://127.0.0.1:1/all", "own id_leg http://127.0.0.1:1/own"];
    assert_eq!(stages(&jobs.take_arrivals()), id_leg);
    jobs.pass_time(SECOND / 2);
    assert!(jobs.take_arrivals().is_empty());
    jobs.remove("u", "silent");
    jobs.pass_time(SECOND * 5);
    let rest = ["own provisional http://127.0.0.1:1/own", "own approved http://127.0.0.1:1/own"];
    assert_eq!(stages(&jobs.take_arrivals()), rest);
    jobs.insert(Job::new("u", "done").approved(), START);
    assert_eq!(stages(&jobs.take_arrivals()), ["done approved http://127.0.0.1:1/all"]);
}

#[test]
fn callbacks_follow_just_the_stages_that_have_one() {
    for stage in Stage::NAMED {
        assert_eq!(stage.calls_back(), crate::model::Outcome::of(stage).is_some(), "{stage}");
    }
    let mut jobs = Jobs { callback_url: Some("http://127.0.0.1:1/all".into()), ..Jobs::default() };
    jobs.insert(Job::new("u", "document").then(Stage::Document, 1), START);
    assert!(jobs.take_arrivals().is_empty());
}

#[test]
fn the_newest_jobs_are_listed_first() {
    let mut jobs = Jobs::default();
    for n in 0..5 {
        jobs.insert(Job::new("u", n.to_string()).approved(), START);
    }
    let ids = |jobs: &mut Jobs, offset, limit| {
        jobs.list(offset, limit, START).iter().map(|seen| seen.job.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&mut jobs, 0, 2), ["4", "3"]);
    assert_eq!(ids(&mut jobs, 3, 9), ["1", "0"]);
    assert!(ids(&mut jobs, 5, 9).is_empty());
}

#[test]
fn jobs_that_were_never_created_are_bounded() {
    let mut jobs = Jobs::default();
    jobs.insert(Job::new("u", "made").approved(), START);
    for n in 0..=MOST_SPOKEN {
        jobs.poll("u", &format!("approved-{n}"), START).unwrap();
    }
    assert_eq!((jobs.len(), jobs.list(0, 9, START).len()), (2, 2));
    assert!(jobs.look("u", "made", START).is_some());
}

#[test]
fn made_jobs_are_bounded_by_number_and_by_bytes() {
    let mut jobs = Jobs::default();
    let usual = |n: usize| Job::new(format!("user-{n}"), format!("job-{n}")).pending(2).approved();
    assert!(jobs.has_room_for(&(0..MOST_MADE).map(usual).collect::<Vec<_>>()), "a hundred thousand usual jobs fit");
    assert!(!jobs.has_room_for(&(0..=MOST_MADE).map(usual).collect::<Vec<_>>()));
    let large = |n: usize| Job::new(format!("u{n}"), "j").param("p", "x".repeat(1 << 20)).approved();
    let mut count = 0;
    while jobs.has_room_for(&[large(count)]) {
        jobs.insert(large(count), START);
        count += 1;
    }
    assert!((120..=128).contains(&count), "{count}");
    // A small one still fits, and what is removed, replaced or moved is counted once.
    assert!(jobs.has_room_for(&[usual(0)]));
    jobs.insert(large(0), START);
    assert!(jobs.move_to("u0", "j", Stage::Members("x".repeat(1 << 19)), START).is_ok());
    assert_eq!(jobs.move_to("u0", "j", Stage::Members("x".repeat(1 << 20)), START).err(), Some(FULL));
    for n in 0..count {
        assert!(jobs.remove(&format!("u{n}"), "j"));
    }
    assert_eq!((jobs.made_bytes, jobs.spoken_bytes, jobs.len()), (0, 0, 0));
}

#[test]
fn jobs_known_by_their_ids_are_bounded_by_bytes() {
    let mut jobs = Jobs::default();
    let user = "é".repeat(1 << 16);
    for n in 0..1000 {
        assert!(jobs.poll(&user, &format!("approved-{n}"), START).is_some());
        assert!(jobs.spoken_bytes <= MOST_BYTES);
    }
    assert!(jobs.len() < 1000);
}
