//! The verdict of a proven final answer, for every code that is known and for what is none. How an answer gets there is
//! `outcomes.rs`'s.

use smileid_tests::{APPROVED_RESULT as APPROVED, Reply, check_outcomes as check};

#[test]
fn the_verdict_is_taken_from_success_and_code_together() {
    let result = |code: &str, rest: &str| format!(r#"{{"ResultCode":{code}{rest}}}"#);
    let job = |t: &str| format!(r#","PartnerParams":{{"job_type":{t}}}"#);
    let approved = ["0810", "0820", "0840", "1020", "1021", "1210", "1220", "1240"];
    let provisional = ["0812", "0814", "0815", "0816", "0817", "0822", "0824", "0825", "1213"];
    let rejected = ["0811", "0841", "0903", "0907", "1013", "1022", "1023", "1221", "1222", "1241", "1242"];
    let no_verdict = ["1014", "1015", "1016"];
    let other = ["0001", "1030", "5210", "5211", "5212"];
    let groups: [(&[&str], [&str; 3]); 5] = [
        (&approved, ["approved", "undetermined (contradiction)", "undetermined (success_missing)"]),
        (&provisional, ["provisional", "provisional", "undetermined (success_missing)"]),
        (&rejected, ["undetermined (contradiction)", "rejected", "undetermined (success_missing)"]),
        (
            &no_verdict,
            ["undetermined (no_verdict_code)", "undetermined (no_verdict_code)", "undetermined (success_missing)"],
        ),
        (&other, ["undetermined (unknown_code)", "undetermined (unknown_code)", "undetermined (success_missing)"]),
    ];
    for (codes, verdicts) in groups {
        for code in codes {
            for (success, verdict) in ["true", "false", "null"].iter().zip(verdicts) {
                let expected = format!("final hmac {verdict}");
                check(&[
                    (Reply::complete(success, &result(&format!("\"{code}\""), "")), &expected),
                    (
                        Reply::complete(success, &result(&format!("\"{code}\""), r#","IsFinalResult":"true""#)),
                        &expected,
                    ),
                ]);
                let not_final = "final hmac undetermined (not_final_result)";
                for flag in ["false", r#""false""#, r#""no""#, "0", "[]", r#""""#] {
                    let entry = result(&format!("\"{code}\""), &format!(r#","IsFinalResult":{flag}"#));
                    check(&[(Reply::complete(success, &entry), not_final)]);
                }
            }
        }
    }
    for (job_type, verdict) in [
        ("5", "approved"),
        (r#""5""#, "approved"),
        ("7", "approved"),
        (r#""7""#, "approved"),
        ("1", "undetermined (id_leg)"),
        (r#""1""#, "undetermined (id_leg)"),
        ("6", "undetermined (id_leg)"),
        ("11", "undetermined (id_leg)"),
        (r#""05""#, "undetermined (id_leg)"),
        ("5.0", "undetermined (id_leg)"),
        ("null", "undetermined (id_leg)"),
        ("[5]", "undetermined (id_leg)"),
    ] {
        let reply = Reply::complete("true", &result("\"1012\"", &job(job_type)));
        check(&[(reply, &format!("final hmac {verdict}"))]);
        let contradicted = Reply::complete("false", &result("\"1012\"", &job(job_type)));
        check(&[(contradicted, "final hmac undetermined (contradiction)")]);
    }
}

#[test]
fn what_is_no_known_code_or_no_success_determines_nothing() {
    for code in
        ["810", r#""810""#, r#"" 0810""#, r#""0810 ""#, "1210.0", r#""""#, r#""9999""#, r#"["0810"]"#, "true", "{}"]
    {
        let reply = Reply::complete("true", &format!(r#"{{"ResultCode":{code},"ResultText":"Approved"}}"#));
        check(&[(reply, "final hmac undetermined (unknown_code)")]);
    }
    for result in
        ["{}", r#"{"ResultCode":null}"#, "null", r#""Approved""#, "[]", "7", r#"{"ResultText":"Enroll User"}"#]
    {
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
        (Reply::complete("true", r#"{"ResultCode":"0810","IsFinalResult":null}"#), "final hmac approved"),
        (Reply::complete("\"false\"", APPROVED), "final hmac undetermined (contradiction)"),
        (
            Reply::members(&format!(r#""job_complete":true,"result":{APPROVED}"#)),
            "final hmac undetermined (success_missing)",
        ),
    ]);
}
