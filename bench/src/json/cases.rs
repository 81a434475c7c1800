//! The rows of the table: every reader over one document. Rows whose reader refuses the document are left out by the caller.

use std::hint::black_box;

use smileid_core::{
    DecodeOptions, JobStatus,
    json::{self, Options},
};

use super::documents::Document;
use super::model::{Borrowed, Reply};
use super::naive;
use crate::measure::Case;

type Own = Reply<String>;
type Bor<'a> = Reply<Borrowed<'a>>;

pub const OURS_OWN: &str = "ours, owned";
pub const OURS_BOR: &str = "ours, borrowed, from_str";
pub const OURS_BOR_BYTES: &str = "ours, borrowed, from_slice";
pub const JOB_STATUS: &str = "ours, JobStatus (its own copy)";
pub const SERDE_OWN: &str = "serde_json owned";
pub const SERDE_BOR: &str = "serde_json borrowed, from_str";
pub const SERDE_NAIVE: &str = "serde_json, derive with flatten";
pub const LENIENT_OWN: &str = "serde_json_lenient owned";
pub const LENIENT_BOR: &str = "serde_json_lenient borrowed";
pub const SONIC_OWN: &str = "sonic-rs owned (unsafe SIMD)";
pub const SONIC_BOR: &str = "sonic-rs borrowed (unsafe SIMD)";
pub const SIMD_OWN: &str = "simd-json owned (with its copy)";
pub const SIMD_BOR: &str = "simd-json borrowed (with its copy)";
pub const JSON5_OWN: &str = "json5 owned";
pub const FLOOR: &str = "floor: one UTF-8 check";

/// The rows in the table's order.
pub const ROWS: [&str; 15] = [
    OURS_OWN, OURS_BOR, OURS_BOR_BYTES, JOB_STATUS, SERDE_OWN, SERDE_BOR, SERDE_NAIVE, LENIENT_OWN, LENIENT_BOR,
    SONIC_OWN, SONIC_BOR, SIMD_OWN, SIMD_BOR, JSON5_OWN, FLOOR,
];

/// The peers that this build leaves out.
pub const LEFT_OUT: &[&str] = &[
    #[cfg(not(feature = "json5"))]
    "json5",
    #[cfg(not(feature = "serde_json_lenient"))]
    "serde_json_lenient",
    #[cfg(not(feature = "simd-json"))]
    "simd-json",
    #[cfg(not(feature = "sonic-rs"))]
    "sonic-rs",
];

/// Every reader over one document, but for those that refuse it. Where it is not strict, ours tolerate it and say what they repaired.
#[must_use]
pub fn of(document: &Document) -> Vec<Case<'_>> {
    let (text, bytes) = (document.text.as_str(), document.text.as_bytes());
    let options = if document.strict { Options::STRICT } else { Options::DOCUMENTED };
    let decode = DecodeOptions::default().with_json(options);
    let mut cases = Cases { letter: document.letter, cases: Vec::new() };
    cases.add(OURS_OWN, move || json::from_slice_with::<Own>(black_box(bytes), options));
    cases.add(OURS_BOR, move || json::from_str_with::<Bor<'_>>(black_box(text), options));
    cases.add(OURS_BOR_BYTES, move || json::from_slice_with::<Bor<'_>>(black_box(bytes), options));
    cases.add(JOB_STATUS, move || JobStatus::decode(black_box(bytes).to_vec(), &decode));
    cases.add(SERDE_OWN, move || serde_json::from_slice::<Own>(black_box(bytes)));
    cases.add(SERDE_BOR, move || serde_json::from_str::<Bor<'_>>(black_box(text)));
    cases.add(SERDE_NAIVE, move || serde_json::from_slice::<naive::Reply>(black_box(bytes)));
    cases.peers(text, bytes);
    cases.add(FLOOR, move || std::str::from_utf8(black_box(bytes)));
    cases.cases
}

struct Cases<'a> {
    letter: char,
    cases: Vec<Case<'a>>,
}

impl<'a> Cases<'a> {
    /// Adds a row, unless its reader refuses the document.
    fn add<T, E>(&mut self, row: &'static str, read: impl Fn() -> Result<T, E> + 'a) {
        if read().is_ok() {
            let run = Box::new(move || drop(black_box(read())));
            self.cases.push(Case { document: self.letter, row, run });
        }
    }

    #[allow(
        unused_variables,
        clippy::unused_self,
        clippy::needless_pass_by_ref_mut,
        reason = "each peer may be left out"
    )]
    fn peers(&mut self, text: &'a str, bytes: &'a [u8]) {
        #[cfg(feature = "serde_json_lenient")]
        {
            self.add(LENIENT_OWN, move || serde_json_lenient::from_slice::<Own>(black_box(bytes)));
            self.add(LENIENT_BOR, move || serde_json_lenient::from_slice::<Bor<'_>>(black_box(bytes)));
        }
        #[cfg(feature = "sonic-rs")]
        {
            self.add(SONIC_OWN, move || sonic_rs::from_slice::<Own>(black_box(bytes)));
            self.add(SONIC_BOR, move || sonic_rs::from_slice::<Bor<'_>>(black_box(bytes)));
        }
        #[cfg(feature = "simd-json")]
        {
            self.add(SIMD_OWN, move || simd_json::serde::from_slice::<Own>(&mut black_box(bytes).to_vec()));
            // What it reads borrows from the copy, which ends here.
            self.add(SIMD_BOR, move || {
                simd_json::serde::from_slice::<Bor<'_>>(&mut black_box(bytes).to_vec())
                    .map(|reply| drop(black_box(reply)))
            });
        }
        #[cfg(feature = "json5")]
        self.add(JSON5_OWN, move || json5::from_str::<Own>(black_box(text)));
    }
}
