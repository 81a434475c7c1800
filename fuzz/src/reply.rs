//! The body of target `reply`: a reply's body is decoded or refused, everything in it can be asked for, and its JSON is strict.
//! Signed on the way, it is approved only if another reader of JSON finds nothing in it that speaks against it.

use core::time::Duration;
use std::sync::LazyLock;

use serde_json::Value;
use smileid_core::{
    Answer, Antifraud, Config, Decisions, DecodeOptions, JobResult, JobStatus, Reason, RetryPolicy, Session, Verdict,
    json::Options,
};
use smileid_tests::{JOB, Reply, USER, config, query, run as run_session};

/// Decodes `data` at each level and asks for everything; signed on the way, judges what it says.
pub fn run(data: &[u8]) {
    signed(data);
    for json in [Options::STRICT, Options::DOCUMENTED, Options::LAX] {
        let options = DecodeOptions::default().with_json(json);
        let clean = JobStatus::decode(data.to_vec(), &options.with_decisions(Decisions::Clean));
        let Ok(status) = JobStatus::decode(data.to_vec(), &options) else {
            assert!(clean.is_err(), "clean decisions accept more");
            continue;
        };
        assert_eq!(status.expose_body().as_bytes(), data);
        let _asked = (status.claim(), status.timestamp(), status.code(), status.result_text(), format!("{status:?}"));
        let _receipts = (status.kyc_receipt().is_some(), status.kyb_receipt().is_some());
        let flags = (status.job_complete(), status.job_success());
        let entries = status.history().count();
        for entry in status.result().into_iter().chain(status.history()) {
            ask(entry);
        }
        if let Some(links) = status.image_links() {
            let _asked = (links.selfie_host(), links.iter().count(), links.error(), format!("{links:?}"));
        }
        assert!(status.readings().list().iter().all(|r| r.offset < data.len()), "a reading behind the end");
        let again =
            JobStatus::decode(status.expose_json().into_bytes(), &DecodeOptions::default().with_json(Options::STRICT))
                .expect("the reply's JSON is not strict");
        assert_eq!((again.job_complete(), again.job_success()), flags, "a decision changed");
        assert_eq!((again.code(), again.history().count()), (status.code(), entries));
        let names = |s: &JobStatus| s.members().iter().map(|(k, _)| k.into_owned()).collect::<Vec<_>>();
        assert_eq!(names(&again), names(&status), "a member was lost or moved");
    }
}

/// The codes that can approve, of any product.
const APPROVING: [&str; 9] = ["0810", "0820", "0840", "1210", "1220", "1240", "1012", "1020", "1021"];

static ONE_ATTEMPT: LazyLock<Config> = LazyLock::new(|| config().with_retry(RetryPolicy::NONE));

fn signed(data: &[u8]) {
    // No other reply is final.
    if !data.windows(8).any(|window| window == b"complete") {
        return;
    }
    let Some(members) = core::str::from_utf8(data).ok().and_then(|text| text.trim_start().strip_prefix('{')) else {
        return;
    };
    let Some(members) = members.trim_end().strip_suffix('}') else { return };
    let reply = Reply::members(members);
    let exchange = |_, _: &_, now| (Duration::from_millis(5), Ok(reply.at(now)));
    let Ok(Answer::Final(status)) = run_session(Session::job_status(&ONE_ATTEMPT, query()), exchange).outcome else {
        return;
    };
    let (plain, joined) = (status.verdict(), status.joined_verdict());
    let Ok(root) = serde_json::from_str::<Value>(&status.expose_json()) else { return };
    assert!(is_true(&root["job_complete"]), "final, though job_complete does not say so: {}", root["job_complete"]);
    let result = &root["result"];
    for object in [&root, result] {
        let Some(members) = object.as_object() else { continue };
        for (key, value) in members.iter().filter(|(_, value)| !value.is_null()) {
            let other = |asked: &str| *value != asked;
            match key.replace('_', "").to_ascii_lowercase().as_str() {
                "userid" => assert!(!other(USER), "final, about another user"),
                "jobid" => assert!(!other(JOB), "final, about another job"),
                "partnerparams" => assert!(value.is_object(), "final, though it may be about another job"),
                _ => {}
            }
        }
    }
    let code = result["ResultCode"].as_str();
    let says_yes = is_true(&root["job_success"]) && code.is_some_and(|code| APPROVING.contains(&code));
    let denied = root["code"] == "2314"
        || result["IsFinalResult"] == false
        || result["IsFinalResult"] == "false"
        || result["Actions"]["Liveness_Check"] == "Failed";
    for verdict in [plain, joined] {
        assert!(verdict != Verdict::Approved || says_yes && !denied, "approved, though the reply denies it");
    }
    let entries = root["history"].as_array().map_or(0, Vec::len);
    let joins = matches!(plain, Verdict::Approved | Verdict::Undetermined(Reason::IdLeg)) && entries > 0;
    assert!(joined == plain || joins, "joined without a leg to join");
    let other_leg = || {
        root["history"].as_array().into_iter().flatten().any(|entry| {
            let ids = &entry["PartnerParams"];
            let approving = entry["ResultCode"].as_str().is_some_and(|code| APPROVING[..6].contains(&code));
            approving && ids["user_id"] == result["PartnerParams"]["user_id"] && ids["job_id"] == JOB
        })
    };
    assert!(joined != Verdict::Approved || plain == Verdict::Approved || other_leg(), "joined with nothing");
}

fn is_true(value: &Value) -> bool {
    *value == true || value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

fn ask(entry: JobResult<'_>) {
    let _asked = (
        (entry.result_code(), entry.result_code_info(), entry.result_text(), entry.result_type(), entry.smile_job_id()),
        (entry.confidence(), entry.is_final_result(), entry.is_machine_result()),
        (entry.actions().map(|a| (a.name(), a.outcome(), format!("{a:?}"))).count(), entry.image_links().is_some()),
        (entry.full_name().is_some(), entry.photo().is_some(), entry.full_data().is_some()),
        (entry.date_of_birth().map(|d| d.expose().date()), entry.expiration_date().map(|d| d.expose().date())),
        (entry.partner_params().job_type(), entry.partner_params().own().count(), format!("{entry:?}")),
    );
    for suspect in entry.antifraud().into_iter().flat_map(Antifraud::suspect_users) {
        let _asked = (suspect.user_id().is_some(), suspect.reasons().count(), format!("{suspect:?}"));
    }
    assert!(entry.confidence_value().is_none_or(f64::is_finite), "a confidence that is not finite");
}
