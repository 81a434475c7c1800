//! Whether the program's logger would keep the bytes of our exchanges. `ureq` hands it all of them at its lowest level: ids, signatures
//! and, in replies, photos. Then nothing is sent.

use log::Level;

/// Whether a logger takes what ureq's protocol crate logs of the wire: "TRACE - wire level debug. NOT REDACTED!", says ureq's own page.
pub(crate) fn is_on() -> bool {
    log::log_enabled!(target: "ureq_proto::util", Level::Trace)
}

/// Whether a logger takes the whole of a request's URL, where it is a credential. `ureq` hands over path and query wherever its module
/// `util` may log at its lowest level, and stars where it may not.
pub(crate) fn shows_urls() -> bool {
    log::log_enabled!(target: "ureq::util", Level::Trace)
}
