//! The body of target `callback`: no bytes that were not signed become a verified callback, and all are read or refused.

use core::time::Duration;

use smileid_core::credentials::{ApiKey, Credentials, PartnerId};
use smileid_core::policy::Freshness;
use smileid_core::reply::{Callback, DecodeOptions};
use smileid_core::time::Moment;

/// Receives `data` with a key that no input knows.
pub fn run(data: &[u8]) {
    if let Ok(callback) = Callback::decode(data.to_vec(), &DecodeOptions::default()) {
        let _asked =
            (callback.stage(), callback.claim(), format!("{callback:?}"), callback.result().members().iter().count());
    }
    let (Ok(partner), Ok(key)) = (PartnerId::new("023"), ApiKey::new("a key that stands in no corpus")) else { return };
    let credentials = Credentials::new(partner, key);
    let now = Moment::new(1_791_115_200_000, Duration::ZERO);
    let received = Callback::receive(data.to_vec(), &credentials, now, Freshness::within(Duration::MAX));
    assert!(received.is_err(), "verified without the key");
}
