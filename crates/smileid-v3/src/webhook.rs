//! A webhook of v3, proven by the pair in its headers. It is a reason to ask, and carries no decision.

use alloc::format;
use alloc::string::String;
use core::fmt;

use smileid_core::{
    __internal::new_error as error, Credentials, Error, ErrorKind, Freshness, HeaderPair, Moment, Notice, Verified,
    json::Options,
};

use crate::decided::Decision;
use crate::fields;
use crate::partner::{PartnerForm, Signers};

/// The headers of a webhook that matter: `Response-Timestamp` and `Response-Signature`, and the ids beside them.
#[derive(Debug, Clone, Copy)]
pub struct WebhookHeaders<'h> {
    pair: HeaderPair<'h>,
    job_id: Option<&'h [u8]>,
    user_id: Option<&'h [u8]>,
}

impl<'h> WebhookHeaders<'h> {
    /// Creates headers with only the pair.
    #[must_use]
    pub const fn new(pair: HeaderPair<'h>) -> Self {
        Self { pair, job_id: None, user_id: None }
    }

    /// Reads the headers by `header`, which returns the value of the header of a name in lower case, `None` if it is absent.
    #[must_use]
    pub fn from_headers(header: impl Fn(&'static str) -> Option<&'h [u8]>) -> Self {
        Self { pair: HeaderPair::from_headers(&header), job_id: header("job-id"), user_id: header("user-id") }
    }
}

smileid_core::__words! {
    /// Which of a job's webhooks this is.
    #[non_exhaustive]
    pub enum WebhookStage {
        /// The job is not decided yet: another webhook follows.
        Processing = "processing",
        /// The job is decided. Ask for its status.
        Ended = "ended",
        /// The status is missing or unknown. Ask for it.
        Unknown = "unknown",
    }
}

/// What the service posts when a job's state changes.
///
/// The signature covers the time and the partner id, and no byte of the body or of another header. So a webhook has no decision: ask for the
/// job's status.
pub struct Webhook {
    stage: WebhookStage,
    reason: Option<String>,
    product: Option<String>,
    job_id: Option<String>,
    user_id: Option<String>,
    partner_form: PartnerForm,
}

impl Notice for Webhook {}

impl Webhook {
    /// Checks a webhook's proof, for code that has no [`Config`](crate::Config). The partner id may have its zeros.
    ///
    /// ```
    /// # use smileid_core::{ApiKey, Credentials, ErrorKind, Freshness, HeaderPair, Moment, PartnerId};
    /// # use smileid_v3::{Webhook, WebhookHeaders};
    /// # let credentials = Credentials::new(PartnerId::new("023")?, ApiKey::new("key")?);
    /// # let now = Moment::new(1_791_115_200_000, core::time::Duration::ZERO);
    /// let headers = WebhookHeaders::new(HeaderPair::new(Some("2026-10-04T12:00:00.000Z"), None));
    /// let error = Webhook::receive(br#"{"status":"clear"}"#, headers, &credentials, now, Freshness::DEFAULT).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Unproven);
    /// # Ok::<(), smileid_core::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    /// Of kind `malformed`, `unproven`, `signature` or `replay`. One that is only too old is still a reason to ask.
    pub fn receive(
        body: &[u8],
        headers: WebhookHeaders<'_>,
        credentials: &Credentials,
        now: Moment,
        tolerance: Freshness,
    ) -> Result<Verified<Self>, Error> {
        Self::received(body, headers, &Signers::new(credentials), now, tolerance)
    }

    pub(crate) fn received(
        body: &[u8],
        headers: WebhookHeaders<'_>,
        signers: &Signers,
        now: Moment,
        tolerance: Freshness,
    ) -> Result<Verified<Self>, Error> {
        let names = ["status", "reason", "product", "job_id", "user_id"];
        let [status, reason, product, job_id, user_id] = fields::read(body, Options::DOCUMENTED, names)
            .map_err(|why| error(ErrorKind::Malformed, format!("the webhook cannot be read: {why}")))?;
        let (proof, partner_form) = signers
            .classify(headers.pair.claim())
            .map_err(|why| error(why.kind(), format!("the webhook is not proven: {why}")).with_source(why))?;
        let fresh = proof.admit(now, tolerance).map_err(|replay| {
            let message = format!("the webhook's proof holds and is not accepted: {replay}; ask for the job's status");
            error(ErrorKind::Replay, message).with_source(replay)
        })?;
        let id = |header: Option<&[u8]>, field: &fields::Field<'_>| {
            let header = header.and_then(|value| core::str::from_utf8(value).ok());
            header.or_else(|| field.text()).map(String::from)
        };
        let webhook = Self {
            stage: match status.text() {
                Some("processing") => WebhookStage::Processing,
                Some(word) if Decision::parse(word).is_some() => WebhookStage::Ended,
                _ => WebhookStage::Unknown,
            },
            reason: reason.text().map(Into::into),
            product: product.text().map(Into::into),
            job_id: id(headers.job_id, &job_id),
            user_id: id(headers.user_id, &user_id),
            partner_form,
        };
        Ok(Verified::notice(webhook, fresh))
    }

    /// Returns which of a job's webhooks this is.
    #[must_use]
    pub const fn stage(&self) -> WebhookStage {
        self.stage
    }

    /// Returns the service's reason, to be shown to people. The set of reasons is open.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Returns the product, as the service names it.
    #[must_use]
    pub fn product(&self) -> Option<&str> {
        self.product.as_deref()
    }

    /// Returns the job id from the header `Job-ID`, or else from the body. Nothing proves it.
    #[must_use]
    pub fn job_id(&self) -> Option<&str> {
        self.job_id.as_deref()
    }

    /// Returns the user id from the header `User-ID`, or else from the body. Nothing proves it.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    /// Returns the form of the partner id that the signature is over.
    #[must_use]
    pub const fn partner_form(&self) -> PartnerForm {
        self.partner_form
    }
}

/// Shows no id and nothing personal.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("stage", &self.stage)
            .field("partner_form", &self.partner_form)
            .finish_non_exhaustive()
    }
}
