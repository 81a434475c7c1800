//! A query and an authorization become the request that is sent. Every field of the body is written here, once.

use alloc::string::String;
use core::fmt::{self, Write};
use core::time::Duration;

use super::JobStatusQuery;
use crate::credentials::PartnerId;
use crate::json::write_str;
use crate::message::Request;
use crate::signature::Authorization;
use crate::time::TimestampForm;

/// Builds the `POST` of the document: timestamp, proof, ids and flags, in the document's order.
pub(crate) fn signed(
    url: &str,
    partner_id: &PartnerId,
    query: &JobStatusQuery,
    authorization: &Authorization,
    timeout: Duration,
    max_response_bytes: usize,
) -> Request {
    let body = body(partner_id, query, authorization).into_bytes();
    let mut request = Request::post(url.into(), body, timeout, max_response_bytes);
    request.headers.append("Content-Type", "application/json");
    request.headers.append("Accept", "application/json");
    // Gateways compress replies unless they are asked not to.
    request.headers.append("Accept-Encoding", "identity");
    request
}

fn body(partner_id: &PartnerId, query: &JobStatusQuery, authorization: &Authorization) -> String {
    let mut out = String::with_capacity(256 + query.user_id().len() + query.job_id().len());
    // A `String` takes whatever is written to it: there is no error to report.
    let _written = write_body(&mut out, partner_id, query, authorization);
    out
}

fn write_body(
    out: &mut impl Write,
    partner_id: &PartnerId,
    query: &JobStatusQuery,
    authorization: &Authorization,
) -> fmt::Result {
    let timestamp = authorization.timestamp();
    out.write_str("{\"timestamp\":")?;
    match timestamp.form() {
        // The legacy scheme writes a number; its digits are what was signed.
        TimestampForm::UnixMillis | TimestampForm::UnixSeconds => out.write_str(timestamp.as_str())?,
        _ => write_str(out, timestamp.as_str())?,
    }
    for (name, value) in [
        (authorization.field(), authorization.value()),
        ("user_id", query.user_id()),
        ("job_id", query.job_id()),
        ("partner_id", partner_id.as_str()),
    ] {
        out.write_str(",\"")?;
        out.write_str(name)?;
        out.write_str("\":")?;
        write_str(out, value)?;
    }
    out.write_str(",\"image_links\":")?;
    out.write_str(flag(query.wants_image_links()))?;
    out.write_str(",\"history\":")?;
    out.write_str(flag(query.wants_history()))?;
    out.write_str("}")
}

const fn flag(set: bool) -> &'static str {
    if set { "true" } else { "false" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::{ApiKey, Credentials};
    use crate::signature::Signer;
    use crate::time::Moment;

    fn request(query: &JobStatusQuery) -> Request {
        let signer = Signer::new(&Credentials::new(PartnerId::new("001").unwrap(), ApiKey::new("key").unwrap()));
        let authorization = signer.authorize(Moment::new(1_791_115_200_000, Duration::ZERO));
        signed("https://h/v1/job_status", signer.partner_id(), query, &authorization, Duration::from_secs(3), 99)
    }

    #[test]
    fn the_body_is_the_documents_with_both_flags_as_booleans() {
        let sent = request(&JobStatusQuery::new("u", "j").unwrap().with_history());
        assert_eq!(
            core::str::from_utf8(&sent.body).unwrap(),
            r#"{"timestamp":"2026-10-04T12:00:00.000Z","signature":"nD5rG9g/uEMJghiwVnQ2YG6BV8Dw0pjvNGG9+nGHVUE=","user_id":"u","job_id":"j","partner_id":"001","image_links":false,"history":true}"#
        );
        assert_eq!((sent.timeout, sent.max_response_bytes), (Duration::from_secs(3), 99));
        assert_eq!(sent.headers.first("content-type"), Some("application/json"));
        assert_eq!(sent.headers.all("accept-encoding").collect::<alloc::vec::Vec<_>>(), ["identity"]);
    }

    #[test]
    fn ids_cannot_break_out_of_their_text() {
        let sent = request(&JobStatusQuery::new("\"},{\"a\":\"\\", "é\u{2028}").unwrap());
        let text = core::str::from_utf8(&sent.body).unwrap();
        assert!(text.contains(r#""user_id":"\"},{\"a\":\"\\","job_id":"é"#), "{text}");
    }
}
