//! The verdict of a proven final answer, for every code that is known and for what is none. How an answer gets there is
//! `outcomes.rs`'s.

use std::collections::BTreeSet;

use smileid_core::RESULT_CODES;
use smileid_tests::{APPROVED_RESULT as APPROVED, Reply, check_outcomes as check};

/// Codes that mean the same for every product, with the verdicts for `job_success` true, false and missing.
const FOR_EVERY_PRODUCT: [(&[&str], [&str; 3]); 5] = [
    (
        &["0810", "0820", "0840", "1210", "1220", "1240"],
        ["approved", "undetermined (contradiction)", "undetermined (success_missing)"],
    ),
    (
        &["0814", "0815", "0822", "0824", "0825", "1213"],
        ["provisional", "provisional", "undetermined (success_missing)"],
    ),
    (
        &[
            "0811", "0813", "0821", "0823", "0841", "0903", "0907", "0911", "0912", "0921", "0922", "1013", "1022",
            "1211", "1212", "1214", "1221", "1222", "1241", "1242",
        ],
        ["undetermined (contradiction)", "rejected", "undetermined (success_missing)"],
    ),
    (
        &["1014", "1015", "1016"],
        ["undetermined (no_verdict_code)", "undetermined (no_verdict_code)", "undetermined (success_missing)"],
    ),
    (
        &["0001", "0908", "1017", "1030", "1031", "5210", "5211", "5212"],
        ["undetermined (other_code)", "undetermined (other_code)", "undetermined (success_missing)"],
    ),
];

/// `job_type` as JSON. The last three are absent or in no known form.
const JOB_TYPES: [&str; 17] =
    ["1", "2", "4", "5", "6", "7", "8", "9", "10", "11", "12", "15", "\"6\"", "99", "null", "[5]", "true"];

/// The verdicts for true and false on these job types.
type OnProducts = (&'static [&'static str], [&'static str; 2]);

/// Codes whose meaning depends on the product, with the verdicts for true and false on these products; else the last two.
const BY_PRODUCT: [(&str, &[OnProducts], [&str; 2]); 7] = [
    (
        "0812",
        &[
            (&["1"], ["provisional", "provisional"]),
            (&["6", "11", "\"6\""], ["undetermined (contradiction)", "rejected"]),
        ],
        ["undetermined (other_code)", "undetermined (other_code)"],
    ),
    (
        "0816",
        &[
            (&["1"], ["provisional", "provisional"]),
            (&["6", "11", "\"6\""], ["undetermined (contradiction)", "rejected"]),
        ],
        ["undetermined (other_code)", "undetermined (other_code)"],
    ),
    (
        "0817",
        &[
            (&["1"], ["provisional", "provisional"]),
            (&["6", "11", "\"6\""], ["undetermined (attention)", "undetermined (attention)"]),
        ],
        ["undetermined (other_code)", "undetermined (other_code)"],
    ),
    ("1012", ID_CODE, ["undetermined (id_leg)", "undetermined (contradiction)"]),
    ("1020", ID_CODE, ["undetermined (id_leg)", "undetermined (contradiction)"]),
    ("1021", ID_CODE, ["undetermined (id_leg)", "undetermined (contradiction)"]),
    (
        "1023",
        &[(&["10", "15"], ["undetermined (other_code)", "undetermined (other_code)"])],
        ["undetermined (contradiction)", "rejected"],
    ),
];

const ID_CODE: &[OnProducts] = &[(&["5", "7"], ["approved", "undetermined (contradiction)"])];

fn entry(code: &str, job_type: &str, rest: &str) -> String {
    format!(r#"{{"ResultCode":"{code}","PartnerParams":{{"job_type":{job_type}}}{rest}}}"#)
}

#[test]
fn the_verdict_is_taken_from_success_and_code_together() {
    for (codes, verdicts) in FOR_EVERY_PRODUCT {
        for code in codes {
            for (success, verdict) in ["true", "false", "null"].iter().zip(verdicts) {
                let expected = format!("final hmac {verdict}");
                for job_type in JOB_TYPES {
                    check(&[(Reply::complete(success, &entry(code, job_type, "")), &expected)]);
                }
                check(&[
                    (Reply::complete(success, &format!(r#"{{"ResultCode":"{code}"}}"#)), &expected),
                    (Reply::complete(success, &entry(code, "4", r#","IsFinalResult":"true""#)), &expected),
                ]);
                let not_final = "final hmac undetermined (not_final_result)";
                for flag in ["false", r#""false""#, r#""no""#, "0", "[]", r#""""#] {
                    let entry = entry(code, "4", &format!(r#","IsFinalResult":{flag}"#));
                    check(&[(Reply::complete(success, &entry), not_final)]);
                }
            }
        }
    }
}

#[test]
fn a_code_that_depends_on_the_product_is_read_by_job_type() {
    for (code, products, otherwise) in BY_PRODUCT {
        for job_type in JOB_TYPES {
            let own = products.iter().find(|(job_types, _)| job_types.contains(&job_type));
            let verdicts = own.map_or(otherwise, |(_, verdicts)| *verdicts);
            for (success, verdict) in ["true", "false"].iter().zip(verdicts) {
                check(&[(Reply::complete(success, &entry(code, job_type, "")), &format!("final hmac {verdict}"))]);
            }
        }
        let no_job_type = Reply::complete("true", &format!(r#"{{"ResultCode":"{code}"}}"#));
        check(&[(no_job_type, &format!("final hmac {}", otherwise[0]))]);
    }
    // These are the digits of no product.
    for job_type in [r#""05""#, "5.0", r#"" 5""#, r#""5 ""#] {
        check(&[(Reply::complete("true", &entry("1012", job_type, "")), "final hmac undetermined (id_leg)")]);
    }
}

#[test]
fn every_known_code_is_in_one_of_the_tables() {
    let everywhere = FOR_EVERY_PRODUCT.iter().flat_map(|(codes, _)| codes.iter());
    let listed: BTreeSet<_> = everywhere.copied().chain(BY_PRODUCT.iter().map(|(code, ..)| *code)).collect();
    let known: BTreeSet<_> = RESULT_CODES.iter().map(|info| info.code).collect();
    assert_eq!(listed, known);
}

#[test]
fn what_is_no_known_code_or_no_success_determines_nothing() {
    for code in
        ["810", r#""810""#, r#"" 0810""#, r#""0810 ""#, "1210.0", r#""""#, r#""9999""#, r#"["0810"]"#, "true", "{}"]
    {
        let reply = Reply::complete("true", &format!(r#"{{"ResultCode":{code},"ResultText":"Approved"}}"#));
        check(&[(reply, "final hmac undetermined (unknown_code)")]);
    }
    for result in [
        "{}",
        r#"{"ResultCode":null}"#,
        "null",
        r#""Approved""#,
        "[]",
        "7",
        r#"{"ResultText":"Enroll User"}"#,
        r#"{"ResultText":"Enroll User","IsFinalResult":"true"}"#,
    ] {
        check(&[
            (Reply::complete("true", result), "final hmac undetermined (no_result_code)"),
            (Reply::complete("false", result), "final hmac undetermined (no_result_code)"),
            (Reply::complete("null", result), "final hmac undetermined (success_missing)"),
        ]);
    }
    for success in ["null", "1", "0", r#""yes""#, r#""""#, "[]", r#"{"a":true}"#] {
        check(&[(Reply::complete(success, APPROVED), "final hmac undetermined (success_missing)")]);
    }
    check(&[
        (Reply::complete("true", r#"{"ResultCode":1210}"#), "final hmac approved"),
        (Reply::complete("\"true\"", APPROVED), "final hmac approved"),
        (Reply::complete("\"true\"", r#"{"ResultCode":"1210"}"#), "final hmac approved"),
        (Reply::complete("true", &entry("1012", "\"7\"", "")), "final hmac approved"),
        (Reply::complete("true", r#"{"ResultCode":"0810","IsFinalResult":null}"#), "final hmac approved"),
        (Reply::complete("\"false\"", APPROVED), "final hmac undetermined (contradiction)"),
        (
            Reply::members(&format!(r#""job_complete":true,"result":{APPROVED}"#)),
            "final hmac undetermined (success_missing)",
        ),
    ]);
}
