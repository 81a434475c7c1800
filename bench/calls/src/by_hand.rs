//! The same call as a careful engineer would write it without us, on reqwest or ureq, `serde_json` and hmac: signed, bounded in time, decoded
//! into typed fields, its proof and freshness checked, its ids compared. It takes no sloppy JSON and retries nothing.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::server::{JOB, KEY, PARTNER, USER};

#[derive(Serialize)]
struct Ask<'a> {
    timestamp: &'a str,
    signature: &'a str,
    user_id: &'a str,
    job_id: &'a str,
    partner_id: &'a str,
    image_links: bool,
    history: bool,
}

#[derive(Deserialize)]
struct Fields {
    timestamp: String,
    signature: String,
    job_complete: bool,
    job_success: bool,
    code: String,
    result: Outcome,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Outcome {
    result_code: String,
    result_text: String,
    is_final_result: String,
    confidence_value: String,
    partner_params: Params,
}

#[derive(Deserialize)]
struct Params {
    user_id: String,
    job_id: String,
}

/// A client for one partner, over reqwest or over ureq.
#[derive(Clone)]
pub struct ByHand<H> {
    http: H,
    key: Hmac<Sha256>,
}

/// How long a call may take.
const TIMEOUT: Duration = Duration::from_secs(10);

impl ByHand<reqwest::Client> {
    /// Whether the job was approved.
    pub async fn approved(&self, url: &str) -> bool {
        let request = self.http.post(url).header("content-type", "application/json").timeout(TIMEOUT);
        let reply = request.body(self.ask()).send().await.unwrap();
        assert_eq!(reply.status(), 200);
        self.judge(&reply.bytes().await.unwrap())
    }
}

impl ByHand<ureq::Agent> {
    /// Whether the job was approved.
    pub fn approved(&self, url: &str) -> bool {
        let request = self.http.post(url).header("content-type", "application/json");
        let request = request.config().timeout_global(Some(TIMEOUT)).build();
        let mut reply = request.send(&self.ask()).unwrap();
        assert_eq!(reply.status(), 200);
        self.judge(&reply.body_mut().read_to_vec().unwrap())
    }
}

impl<H> ByHand<H> {
    pub fn new(http: H) -> Self {
        Self { http, key: Hmac::new_from_slice(KEY.as_bytes()).unwrap() }
    }

    /// The signed request's body.
    fn ask(&self) -> Vec<u8> {
        let timestamp = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let signature = STANDARD.encode(self.mac(&timestamp).finalize().into_bytes());
        let ask = Ask {
            timestamp: &timestamp,
            signature: &signature,
            user_id: USER,
            job_id: JOB,
            partner_id: PARTNER,
            image_links: false,
            history: false,
        };
        serde_json::to_vec(&ask).unwrap()
    }

    /// Whether a reply is proven, fresh, about this job, and says that it was approved.
    fn judge(&self, reply: &[u8]) -> bool {
        let reply_fields: Fields = serde_json::from_slice(reply).unwrap();
        self.mac(&reply_fields.timestamp).verify_slice(&STANDARD.decode(&reply_fields.signature).unwrap()).unwrap();
        let made = DateTime::parse_from_rfc3339(&reply_fields.timestamp).unwrap();
        assert!(made.signed_duration_since(Utc::now()).num_seconds().abs() <= 300);
        assert!(reply_fields.result.partner_params.user_id == USER && reply_fields.result.partner_params.job_id == JOB);
        assert!(
            reply_fields.code == "2302"
                && !reply_fields.result.result_text.is_empty()
                && !reply_fields.result.confidence_value.is_empty()
        );
        reply_fields.job_complete
            && reply_fields.job_success
            && reply_fields.result.is_final_result == "true"
            && reply_fields.result.result_code == "0810"
    }

    fn mac(&self, timestamp: &str) -> Hmac<Sha256> {
        let mut mac = self.key.clone();
        mac.update(timestamp.as_bytes());
        mac.update(PARTNER.as_bytes());
        mac.update(b"sid_request");
        mac
    }
}
