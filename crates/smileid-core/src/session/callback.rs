//! Receiving a callback with its proof, step by step as for a reply. Answering the HTTP request that brought it is the caller's.

use alloc::vec::Vec;

use super::judge::{replayed, unproven};
use super::{Config, Verified};
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::policy::Freshness;
use crate::reply::{Callback, DecodeOptions};
use crate::signature::Signer;
use crate::time::Moment;

impl Callback {
    /// Reads a callback's body and shows who sent it, and when.
    ///
    /// The proof covers the timestamp and the partner id and no byte of the body: serve the callback's URL over https alone, and ask
    /// for the job's status before deciding anything that matters.
    ///
    /// ```
    /// # use smileid_core::{credentials::{ApiKey, Credentials, PartnerId}, error::ErrorKind, policy::Freshness, reply::Callback, time::Moment};
    /// # use core::time::Duration;
    /// # let credentials = Credentials::new(PartnerId::new("023")?, ApiKey::new("key")?);
    /// # let now = Moment::new(1_791_115_200_000, Duration::ZERO);
    /// let body = br#"{"ResultCode":"0810","timestamp":"2026-10-04T12:00:00.000Z"}"#.to_vec();
    /// let error = Callback::receive(body, &credentials, now, Freshness::DEFAULT).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Unproven);
    /// # Ok::<(), smileid_core::input::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    /// Of kind `malformed`, `unproven`, `signature` or `replay`; of kind `invalid_input` where the credentials do not suit their scheme.
    pub fn receive(
        body: Vec<u8>,
        credentials: &Credentials,
        now: Moment,
        tolerance: Freshness,
    ) -> Result<Verified<Self>, Error> {
        received(body, &Signer::new(credentials)?, now, tolerance, &DecodeOptions::default())
    }
}

impl Config {
    /// The same as [`Callback::receive`], with the keys that are prepared already, and with this configuration's tolerance and limits.
    ///
    /// # Errors
    /// Of kind `malformed`, `unproven`, `signature` or `replay`.
    pub fn receive_callback(&self, body: Vec<u8>, now: Moment) -> Result<Verified<Callback>, Error> {
        let config = self.inner();
        received(body, &config.signer, now, config.freshness, &config.decode)
    }
}

fn received(
    body: Vec<u8>,
    signer: &Signer,
    now: Moment,
    tolerance: Freshness,
    options: &DecodeOptions,
) -> Result<Verified<Callback>, Error> {
    let callback = Callback::decode(body, options).map_err(|error| {
        Error::new(ErrorKind::Malformed, alloc::format!("the callback cannot be read: {error}")).with_source(error)
    })?;
    let proof = callback.claim().classify(signer).map_err(unproven)?;
    // Nothing was sent for it, so there is no request of ours that could come back.
    let fresh = proof.admit(now, &[], tolerance).map_err(|replay| replayed(replay, None, now))?;
    Ok(Verified::received(callback, fresh))
}
