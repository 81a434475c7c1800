//! The body of target `reply`: a reply's body is decoded or refused, everything in it can be asked for, and its JSON is strict.
//! Whether it is true is the session's subject.

use smileid_core::json::Options;
use smileid_core::reply::{Antifraud, Decisions, DecodeOptions, Entry, JobStatus};

/// Decodes `data` at each level and asks for everything.
pub fn run(data: &[u8]) {
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

fn ask(entry: Entry<'_>) {
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
