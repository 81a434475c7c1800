//! Receiving a callback with its proof, step by step as for a reply. Answering the HTTP request that brought it is the caller's.

use alloc::vec::Vec;

use super::judge::unproven;
use super::{Config, Verified};
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::policy::{Freshness, Replay};
use crate::reply::{Callback, DecodeOptions, StaleCallback};
use crate::signature::{HeaderPair, Proof, Signer};
use crate::time::Moment;

impl Callback {
    /// Reads a callback's body and shows who sent it, and when.
    ///
    /// The proof covers the timestamp and the partner id and no byte of the body: serve the callback's URL only over https, and ask
    /// for the job's status before deciding anything that matters.
    ///
    /// ```
    /// # use smileid_core::{ApiKey, Callback, Credentials, ErrorKind, Freshness, Moment, PartnerId};
    /// # use core::time::Duration;
    /// # let credentials = Credentials::new(PartnerId::new("023")?, ApiKey::new("key")?);
    /// # let now = Moment::new(1_791_115_200_000, Duration::ZERO);
    /// let body = br#"{"ResultCode":"0810","timestamp":"2026-10-04T12:00:00.000Z"}"#.to_vec();
    /// let error = Callback::receive(body, &credentials, now, Freshness::DEFAULT).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Unproven);
    /// # Ok::<(), smileid_core::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    /// Of kind `malformed`, `unproven`, `signature` or `replay`. [`Error::stale_callback`] returns one that is only too old:
    /// a reason to ask.
    pub fn receive(
        body: Vec<u8>,
        credentials: &Credentials,
        now: Moment,
        tolerance: Freshness,
    ) -> Result<Verified<Self>, Error> {
        Self::receive_with(body, HeaderPair::NONE, credentials, now, tolerance)
    }

    /// Does the same as [`Callback::receive`] for a callback whose timestamp and signature may have come in its HTTP headers.
    ///
    /// # Errors
    /// Those of [`Callback::receive`]; of kind `signature` if half of the pair is in the body and half in the headers, or if both carry
    /// it and disagree.
    pub fn receive_with(
        body: Vec<u8>,
        headers: HeaderPair<'_>,
        credentials: &Credentials,
        now: Moment,
        tolerance: Freshness,
    ) -> Result<Verified<Self>, Error> {
        received(body, headers, &Signer::new(credentials), now, tolerance, &DecodeOptions::default())
    }
}

impl Config {
    /// Does the same as [`Callback::receive`], with the keys that are prepared already, and with this configuration's
    /// [callback freshness](Config::with_callback_freshness) and limits.
    ///
    /// # Errors
    /// Of kind `malformed`, `unproven`, `signature` or `replay`; [`Error::stale_callback`] returns one that is only too old.
    pub fn receive_callback(&self, body: Vec<u8>, now: Moment) -> Result<Verified<Callback>, Error> {
        self.receive_callback_with(body, HeaderPair::NONE, now)
    }

    /// Does the same as [`Config::receive_callback`] for a callback whose pair may have come in its HTTP headers.
    ///
    /// # Errors
    /// Those of [`Config::receive_callback`]; of kind `signature` if half of the pair is in the body and half in the headers, or if
    /// both carry it and disagree.
    pub fn receive_callback_with(
        &self,
        body: Vec<u8>,
        headers: HeaderPair<'_>,
        now: Moment,
    ) -> Result<Verified<Callback>, Error> {
        let config = self.inner();
        received(body, headers, &config.signer, now, config.callback_freshness, &config.decode)
    }
}

fn received(
    body: Vec<u8>,
    headers: HeaderPair<'_>,
    signer: &Signer,
    now: Moment,
    tolerance: Freshness,
    options: &DecodeOptions,
) -> Result<Verified<Callback>, Error> {
    let callback = Callback::decode(body, options).map_err(|error| {
        Error::new(ErrorKind::Malformed, alloc::format!("the callback cannot be read: {error}")).with_source(error)
    })?;
    let claim = callback.claim().with_headers(headers);
    let proof = claim.and_then(|claim| claim.classify(signer)).map_err(unproven)?;
    match proof.admit(now, tolerance) {
        Ok(fresh) => Ok(Verified::received(callback, fresh)),
        Err(replay) => Err(untimely(callback, proof, replay)),
    }
}

/// A valid proof is a reason to ask even if the callback is refused: asking is safe, whatever the sender.
fn untimely(callback: Callback, proof: Proof, replay: Replay) -> Error {
    let message = match replay {
        Replay::TooOld { .. } | Replay::TooNew { .. } | Replay::UnreadableTime => {
            alloc::format!(
                "the callback's proof holds and its time is refused: {replay}; do not act on it, ask for the job's status"
            )
        }
        Replay::Reflected => {
            alloc::format!(
                "the callback is not accepted: {replay}; one in a thousand looks so by chance: ask for the job's status"
            )
        }
    };
    Error::new(ErrorKind::Replay, message).with_source(replay).stale(StaleCallback::new(callback, proof))
}
