//! The body of target `request`: any ids that are taken arrive as they were given, in a body that is strict JSON.

use core::time::Duration;

use serde_json::Value;
use smileid_core::{JobStatusQuery, Moment, Session, Step};

/// Takes the first line for a user id and the rest for a job id.
pub fn run(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let (user, job) = text.split_once('\n').unwrap_or((text, "job"));
    let Ok(query) = JobStatusQuery::new(user, job) else {
        let refused =
            |id: &str| id.is_empty() || id.len() > JobStatusQuery::MAX_ID_LEN || id.chars().any(char::is_control);
        assert!(refused(user) || refused(job), "a good id was refused");
        return;
    };
    let mut session = Session::job_status(&smileid_tests::config(), query.with_history());
    let Step::Send(request) = session.step(Moment::new(1_791_115_200_000, Duration::ZERO)) else { return };
    let sent: Value = serde_json::from_slice(&request.body).expect("a body that is no JSON");
    let field = |name: &str| sent.get(name).and_then(Value::as_str);
    assert_eq!((field("user_id"), field("job_id"), field("partner_id")), (Some(user), Some(job), Some("023")));
    assert_eq!((sent.get("history"), sent.get("image_links")), (Some(&Value::Bool(true)), Some(&Value::Bool(false))));
    assert_eq!(sent.as_object().map(serde_json::Map::len), Some(7), "another number of fields");
}
