//! The `snake_case` names that callbacks use for the fields of a result. How a value is read does not depend on its name's spelling.

/// Every other spelling that is known, beside the documented one.
const SNAKE_CASE: [(&str, &str); 27] = [
    ("result_code", "ResultCode"),
    ("result_text", "ResultText"),
    ("result_type", "ResultType"),
    ("smile_job_id", "SmileJobID"),
    ("json_version", "JSONVersion"),
    ("is_final_result", "IsFinalResult"),
    ("is_machine_result", "IsMachineResult"),
    ("confidence_value", "ConfidenceValue"),
    ("partner_params", "PartnerParams"),
    ("actions", "Actions"),
    ("antifraud", "Antifraud"),
    ("country", "Country"),
    ("id_type", "IDType"),
    ("full_name", "FullName"),
    ("dob", "DOB"),
    ("gender", "Gender"),
    ("address", "Address"),
    ("phone_number", "PhoneNumber"),
    ("phone_number2", "PhoneNumber2"),
    ("phone_number_2", "PhoneNumber2"),
    ("id_number", "IDNumber"),
    ("expiration_date", "ExpirationDate"),
    ("secondary_id_number", "SecondaryIDNumber"),
    ("photo", "Photo"),
    ("document", "Document"),
    ("kyc_receipt", "KYCReceipt"),
    ("image_links", "ImageLinks"),
];

/// Returns the spelling as a constant and the documented name it means.
pub(super) fn snake_case(key: &str) -> Option<(&'static str, &'static str)> {
    SNAKE_CASE.into_iter().find(|(snake, _)| *snake == key)
}

/// Returns the other spellings of a documented name.
pub(super) fn others(name: &str) -> impl Iterator<Item = &'static str> {
    SNAKE_CASE.into_iter().filter(move |(_, documented)| *documented == name).map(|(snake, _)| snake)
}
