//! Every shape of reply the sandbox knows, as the command tells it: in JSON it is of its schema, and the text identifies no person.

use crate::common::{KEY, PARTNER, Ran, Run};
use crate::record::schema;
use serde_json::Value;
use smileid_core::{ApiKey, Credentials, PartnerId};
use smileid_sandbox::{Odd, Product, Sandbox};

/// Members whose values are a person's, or a link to their pictures.
const PERSONAL: [&str; 20] = [
    "FullName", "FirstName", "LastName", "OtherName", "DOB", "Address", "PhoneNumber", "PhoneNumber2", "IDNumber",
    "Secondary_ID_Number", "Photo", "Document", "user_id", "job_id", "selfie_image", "id_card_image", "id_card_back",
    "liveness_image", "kyc_receipt", "kyb_receipt",
];

/// Jobs by their ids: each outcome, each product, each oddity.
fn jobs() -> Vec<String> {
    let outcomes = [
        "approved", "provisional", "rejected", "no_verdict", "pending", "no_zip_file", "id_leg", "not_found",
        "disabled",
    ];
    let mut jobs: Vec<String> = outcomes.iter().map(|outcome| format!("{outcome}-canary1")).collect();
    for product in Product::ALL {
        jobs.extend(["approved", "rejected"].map(|outcome| format!("{}-{outcome}-canary1", product.as_str())));
    }
    jobs.extend(Odd::ALL.iter().map(|odd| format!("odd-{}-approved-canary1", odd.name())));
    jobs
}

fn ask(sandbox: &Sandbox, job: &str, more: &[&str]) -> Ran {
    let base = sandbox.base_url();
    let usual =
        ["status", "--base-url", &base, "--user-id", "canary-user", "--job-id", job, "--history", "--image-links"];
    Run::new(&usual).args(more).credentials().run()
}

/// Every text under one of the personal members, wherever it is.
fn personal(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    // How a step about it went is no person's value.
                    _ if name == "Actions" => {}
                    Value::String(text) if PERSONAL.contains(&name.as_str()) && text.len() > 3 => {
                        found.push(text.clone());
                    }
                    _ => personal(member, found),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| personal(element, found)),
        _ => {}
    }
}

#[test]
fn every_shape_is_printed_well() {
    let credentials = Credentials::new(PartnerId::new(PARTNER).unwrap(), ApiKey::new(KEY).unwrap());
    let sandbox = Sandbox::builder().credentials(credentials).start().unwrap();
    let judge = schema::folder().is_dir().then(schema::Judge::new);
    let (mut answers, mut people) = (0, 0);
    for job in jobs() {
        let ran = ask(&sandbox, &job, &["--output", "json"]);
        let (name, printed) = if ran.code == 0 { ("answer", &ran.out) } else { ("error", &ran.err) };
        let printed: Value = serde_json::from_str(printed).unwrap();
        let wrong = judge.as_ref().and_then(|judge| judge.wrong(name, &printed));
        assert_eq!(wrong, None, "{job}: {printed}");
        answers += usize::from(ran.code == 0);
        let mut values = Vec::new();
        personal(&printed["reply"], &mut values);
        people += values.len();
        let text = ask(&sandbox, &job, &[]);
        assert_eq!(text.code, ran.code, "{job}: {}", text.err);
        for value in values.iter().map(String::as_str).chain(["canary", "https://", "http://", "\x1b"]) {
            assert!(
                !text.out.contains(value) && !text.err.contains(value),
                "{job}: {value} in {}{}",
                text.out,
                text.err
            );
        }
    }
    assert!(answers > 40 && people > 300, "{answers} answers with {people} personal values");
}
