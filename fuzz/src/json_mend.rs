//! The body of target `json_mend`: what a tolerant level accepts becomes strict JSON of the same value, and stays so.
//! Which deviations are accepted is the subject of `json`.

use smileid_core::json::{Checked, Options};

/// Mends `data` at each tolerant level.
pub fn run(data: &[u8]) {
    for options in [Options::DOCUMENTED, Options::LAX] {
        let Ok(checked) = Checked::new(data, options) else { continue };
        let json = checked.to_json();
        let again = Checked::new(json.as_bytes(), Options::STRICT).expect("mended JSON is not strict");
        assert_eq!(again.to_json(), json, "mended JSON changes when it is read again");
        serde_json::from_str::<serde_json::Value>(&json).expect("mended JSON that serde_json refuses");
        if checked.repairs().is_empty() {
            let value = |text: &[u8]| serde_json::from_slice::<serde_json::Value>(text).ok();
            assert_eq!(value(json.as_bytes()), value(data), "a value changed without a repair");
        }
    }
}
