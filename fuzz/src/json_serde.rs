//! The body of target `json_serde`: at Strict the JSON reader accepts what `serde_json` accepts, and reads the same values.
//! The listed differences are left out: duplicate keys, depth and the limits.

use serde_json::Value;
use smileid_core::json::{Checked, JsonErrorKind as E, Options};

/// Compares the two readers over `data`.
pub fn run(data: &[u8]) {
    let theirs = serde_json::from_slice::<Value>(data);
    match Checked::new(data, Options::STRICT) {
        Ok(ours) => {
            assert!(ours.repairs().is_empty(), "Strict repairs");
            let theirs = theirs.expect("accepted here and refused by serde_json");
            let written: Value = serde_json::from_str(&ours.to_json()).expect("written JSON that serde_json refuses");
            assert_eq!(written, theirs, "another value");
        }
        Err(error) if matches!(error.kind(), E::DuplicateKey | E::TooDeep | E::TooManyMembers | E::TooLarge) => {}
        Err(error) => assert!(theirs.is_err(), "refused here and accepted by serde_json: {error}"),
    }
}
