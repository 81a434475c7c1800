//! Faults on demand: a server that fails in one named way, over real sockets, so that code can be shown to survive it.
//!
//! ```
//! use smileid_sandbox::faults::{Fault, FaultServer};
//!
//! let server = FaultServer::start(Fault::FinMidBody)?;
//! // Point a client at `server.base_url()`, with `server.credentials()`: every reply is cut short.
//! assert!(server.base_url().starts_with("http://127.0.0.1:"));
//!
//! // Only the first reply is cut short: a client that tries again recovers.
//! let passing = FaultServer::builder(Fault::FinMidBody).first(1).start()?;
//! # drop(passing);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! A server with a fault is dangerous to a careless client on purpose: if it can, it goes on to give a final, approved answer (to a
//! client that accepts its bad certificate, follows its redirect, or reads its second reply), so that a test sees a wrong "yes".
//!
//! It signs with [`FaultServer::credentials`] and answers any request about any job; it checks nothing. Whole replies can be had
//! without a socket, too: [`Fault::reply`].

mod body;
mod connect;
mod draft;
mod fault;
mod guests;
mod gzip;
mod head;
mod image;
mod image_server;
mod json;
mod keep_alive;
mod listening;
mod meaning;
mod proof;
mod question;
mod server;
mod shared;
mod status;
mod stream;
mod tls;
mod v3;
mod wire;

use smileid_core::Response;

pub use self::fault::{Family, Fault};
pub use self::image::ImageFault;
pub use self::image_server::ImageServer;
pub use self::question::FaultRequest;
pub use self::server::{FaultServer, FaultServerBuilder};
pub use self::v3::{RequestFault, V3Fault};

pub(crate) use self::guests::Guests;
pub(crate) use self::stream::Stream;
pub(crate) use self::v3::Service;

impl Fault {
    /// Returns the whole reply of a fault that is one, or `None` for a fault of the connection or of the bytes beneath.
    ///
    /// ```
    /// use smileid_sandbox::faults::{Fault, FaultRequest};
    /// # use smileid_core::{ApiKey, Credentials, Moment, PartnerId};
    /// # let credentials = Credentials::new(PartnerId::new("023")?, ApiKey::new("key")?);
    /// let question = FaultRequest::new(b"{}", &credentials, Moment::new(1_791_115_200_000, std::time::Duration::ZERO));
    /// assert_eq!(Fault::Status503.reply(&question).map(|reply| reply.status), Some(503));
    /// assert!(Fault::RstMidBody.reply(&question).is_none());
    /// # Ok::<(), smileid_core::InvalidInput>(())
    /// ```
    #[must_use]
    pub fn reply(self, question: &FaultRequest<'_>) -> Option<Response> {
        match self.family() {
            Family::Head => head::reply(self, question),
            Family::Body => body::reply(self, question),
            Family::Status => status::reply(self, question),
            Family::Json => json::reply(self, question),
            Family::Proof => proof::reply(self, question),
            Family::Meaning => meaning::reply(self, question),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use smileid_core::{ApiKey, Credentials, Moment, PartnerId};

    use super::*;

    #[test]
    fn every_fault_that_is_a_whole_reply_has_one_and_no_other_has() {
        let key = |text: &str| ApiKey::new(text).unwrap();
        let credentials = Credentials::new(PartnerId::new("023").unwrap(), key("key"));
        for credentials in [credentials.clone(), credentials.with_previous_api_key(key("old"))] {
            let question = FaultRequest::new(b"{}", &credentials, Moment::new(1_791_115_200_000, Duration::ZERO));
            for fault in Fault::ALL {
                let whole = match fault.family() {
                    Family::Status | Family::Json | Family::Proof | Family::Meaning => true,
                    Family::Connect | Family::Tls | Family::KeepAlive => false,
                    Family::Head => matches!(fault, Fault::Head70KiB | Fault::Headers2000 | Fault::Status999),
                    Family::Body => *fault == Fault::OversizePlain || *fault as u8 >= Fault::GzipBomb as u8,
                };
                assert_eq!(fault.reply(&question).is_some(), whole, "{fault}");
            }
        }
    }

    #[test]
    fn a_reply_is_never_the_requests_own_echo() {
        let credentials = Credentials::new(PartnerId::new("023").unwrap(), ApiKey::new("key").unwrap());
        let request = br#"{"timestamp":"2026-10-04T12:00:00.000Z","signature":"x","user_id":"u","job_id":"j"}"#;
        let at = |millis: i64| Moment::new(1_791_115_200_000 + millis, Duration::ZERO);
        for (now, signed) in [(at(0), "12:00:00.001Z"), (at(-5000), "12:00:00.001Z"), (at(7), "12:00:00.007Z")] {
            let reply = Fault::NeverComplete.reply(&FaultRequest::new(request, &credentials, now)).unwrap();
            assert!(String::from_utf8(reply.body).unwrap().contains(signed), "{signed}");
        }
    }
}
