//! What a fault's reply depends on: the request, the keys, the time. Read leniently: a fault answers any request.

use serde_json::Value;
use smileid_core::{ApiKey, Credentials, HmacKey, Moment, PartnerId, Signer, Timestamp};

/// Where a redirect leads that stays on the host.
pub(super) const STRAY_PATH: &str = "/v1/elsewhere";

/// A request as a fault sees it.
#[derive(Debug)]
pub struct FaultRequest<'q> {
    /// As JSON texts, quotes included.
    pub(super) user: String,
    pub(super) job: String,
    pub(super) timestamp: String,
    pub(super) signature: String,
    pub(super) credentials: &'q Credentials,
    pub(super) now: Moment,
    pub(super) nth: u64,
    pub(super) here: String,
    pub(super) elsewhere: String,
}

impl<'q> FaultRequest<'q> {
    /// Returns the first request, with this body, to a service that signs with `credentials` at `now`.
    #[must_use]
    pub fn new(body: &[u8], credentials: &'q Credentials, now: Moment) -> Self {
        let request: Value = serde_json::from_slice(body).unwrap_or_default();
        let member = |name: &str| request.get(name).cloned().unwrap_or_else(|| "".into()).to_string();
        Self {
            user: member("user_id"),
            job: member("job_id"),
            timestamp: member("timestamp"),
            signature: member("signature"),
            credentials,
            now,
            nth: 0,
            here: "/v1/job_status".to_owned(),
            elsewhere: "https://elsewhere.invalid/v1/job_status".to_owned(),
        }
    }

    /// Sets how many requests came before: some faults change from one to the next.
    #[must_use]
    pub const fn after(mut self, before: u64) -> Self {
        self.nth = before;
        self
    }

    /// Sets the service's URLs: its own, and one on another host that it redirects to.
    #[must_use]
    pub fn at_urls(mut self, here: &str, elsewhere: &str) -> Self {
        (self.here, self.elsewhere) = (here.to_owned(), elsewhere.to_owned());
        self
    }

    /// The present for a reply, in milliseconds since the Unix epoch: later than the request in any case. On loopback both may fall
    /// into one millisecond, and a reply with the request's own timestamp is an echo.
    pub(super) fn millis(&self) -> i64 {
        let asked = Timestamp::parse(self.timestamp.trim_matches('"')).map_or(0, |t| t.unix_millis());
        self.now.unix_millis().max(asked.saturating_add(1))
    }

    /// Timestamp and signature, as JSON texts, made with the service's key so many milliseconds from now.
    pub(super) fn signed(&self, shift: i64) -> (String, String) {
        self.signed_as(self.credentials, shift)
    }

    /// Returns the same, made with other credentials.
    pub(super) fn signed_as(&self, credentials: &Credentials, shift: i64) -> (String, String) {
        let at = Moment::new(self.millis().saturating_add(shift), self.now.monotonic());
        let authorization = Signer::new(credentials).authorize(at);
        (format!("\"{}\"", authorization.timestamp().as_str()), format!("\"{}\"", authorization.value()))
    }

    /// The present as a number of milliseconds, and the signature over its digits.
    pub(super) fn signed_number(&self) -> (String, String) {
        let digits = self.millis().to_string();
        let key = HmacKey::new(self.credentials.api_key());
        let signature = key.sign(&digits, self.credentials.partner_id());
        (digits, format!("\"{}\"", signature.as_str()))
    }

    /// The partner's previous key, or a stranger's if there is none.
    pub(super) fn second_key(&self) -> Option<Credentials> {
        let key = match self.credentials.previous_api_key() {
            Some(key) => key.clone(),
            None => ApiKey::new("a key that is not the partner's").ok()?,
        };
        Some(Credentials::new(self.credentials.partner_id().clone(), key))
    }

    /// The same key for another partner.
    pub(super) fn other_partner(&self) -> Option<Credentials> {
        let other = format!("9{}", self.credentials.partner_id().as_str().get(..8).unwrap_or("1"));
        Some(Credentials::new(PartnerId::new(other).ok()?, self.credentials.api_key().clone()))
    }
}
