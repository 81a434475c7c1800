//! The sandbox's v3 API over plain sockets: tokens, the six pairs of status and word, its envelopes, its faults, its webhooks.

use core::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use smileid_core::{ProofClaim, ProofField, Signer};
use smileid_sandbox::faults::{Fault, V3Fault};
use smileid_sandbox::{Job, Sandbox, Stage, v3_job_id};
use smileid_tests::plain_http::{Listener, Plain, ask, ask_json};

const KEY: &str = "smileid-api-key: sandbox-api-key";
const PARTNER: &str = "smileid-partner-id: 23";

fn token(sandbox: &Sandbox) -> String {
    let reply = ask(sandbox.address(), "POST", "/v3/token", &[PARTNER, KEY], "");
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["token"].as_str().unwrap().to_owned()
}

fn status(sandbox: &Sandbox, token: &str, job_id: &str) -> Plain {
    ask(sandbox.address(), "GET", &format!("/v3/status/{job_id}"), &[&format!("SmileID-Token: {token}")], "")
}

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn tokens_have_the_vendors_claims_and_end_by_the_jobs_clock() {
    let sandbox = Sandbox::builder().virtual_time().v3_tokens_live(Duration::from_secs(600)).start().unwrap();
    let token = token(&sandbox);
    assert_eq!(token.split('.').count(), 3);
    let claims = claims(&token);
    let names: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["aud", "iss", "exp", "iat", "nbf", "key_id", "partner_id", "payload", "api_url"]);
    let (exp, iat) = (claims["exp"].as_i64().unwrap(), claims["iat"].as_i64().unwrap());
    assert_eq!((exp - iat, &claims["nbf"]), (600, &claims["iat"]));
    assert_eq!((&claims["aud"], &claims["iss"]), (&json!("smileid-api"), &json!("smileid-auth")));
    assert_eq!(claims["partner_id"], "23");
    assert_eq!(claims["api_url"], format!("{}/v3", sandbox.v3_base_url()));
    let id = v3_job_id();
    sandbox.advance(Duration::from_millis(599_999));
    assert_eq!(status(&sandbox, &token, &id).status, 404);
    sandbox.advance(Duration::from_millis(1));
    let ended = status(&sandbox, &token, &id);
    assert_eq!((ended.status, &ended.json()["status"]), (401, &json!("Unauthorized")));
    assert!(ended.field("x-sandbox-reason").unwrap().contains("ended"));
}

#[test]
fn requests_for_a_token_are_judged() {
    let sandbox = Sandbox::builder().start().unwrap();
    let cases: [(&[&str], u16, &str, &str); 8] = [
        (&[PARTNER], 400, "Bad Request", "both needed"),
        (&[KEY], 400, "Bad Request", "both needed"),
        (&["smileid-partner-id: 023", KEY], 400, "Bad Request", "23 for partner 023"),
        (&["smileid-partner-id: x", KEY], 400, "Bad Request", "leading zeros"),
        (&["smileid-partner-id: 24", KEY], 401, "Unauthorized", "partner id"),
        (&[PARTNER, "smileid-api-key: another"], 401, "Unauthorized", "the key is another"),
        (&[PARTNER, KEY, "Content-Type: application/json"], 415, "Unsupported Media Type", "multipart"),
        (&[PARTNER, KEY, "Content-Type: multipart/form-data; boundary=x"], 200, "", ""),
    ];
    for (fields, status, phrase, reason) in cases {
        let reply = ask(sandbox.address(), "POST", "/v3/token", fields, "");
        assert_eq!(reply.status, status, "{fields:?}: {}", reply.text());
        assert_eq!(reply.json()["status"].as_str().unwrap_or_default(), phrase, "{fields:?}");
        assert!(reply.field("x-sandbox-reason").unwrap_or_default().contains(reason), "{fields:?}: {}", reply.head);
    }
    let long = ask(sandbox.address(), "POST", "/v3/token", &[PARTNER, KEY], &"x".repeat(1 << 20 | 1));
    assert_eq!((long.status, &long.json()["status"]), (413, &json!("payload_too_large")));
    assert!(!format!("{:?}", sandbox.journal()).contains("sandbox-api-key"));
}

#[test]
fn each_stage_has_its_pair_of_status_and_word() {
    let sandbox = Sandbox::builder().start().unwrap();
    let token = token(&sandbox);
    let cases = [
        (Stage::Pending, 202, "processing", "Job is still processing"),
        (Stage::IdLeg, 202, "processing", "Job is still processing"),
        (Stage::Approved, 200, "clear", "Job completed"),
        (Stage::Rejected, 200, "block", "Job completed"),
        (Stage::Provisional, 200, "attention", "Job completed"),
        (Stage::NoVerdict, 200, "error", "Job completed"),
        (Stage::NotFound, 404, "not_found", "Job not found"),
        (Stage::SystemError, 500, "Internal Server Error", "Internal Server Error"),
    ];
    for (stage, http, word, message) in cases {
        let id = v3_job_id();
        sandbox.add_job(Job::new("user-7", &id).then(stage.clone(), 1));
        let reply = status(&sandbox, &token, &id);
        let body = reply.json();
        assert_eq!((reply.status, &body["status"], &body["message"]), (http, &json!(word), &json!(message)), "{stage}");
        assert_eq!(reply.field("api_version"), Some("v3.952.0"));
        if http != 500 {
            let user = if http == 404 { "unknown" } else { "user-7" };
            assert_eq!((&body["job_id"], &body["user_id"]), (&json!(id), &json!(user)), "{stage}");
            assert_eq!((reply.field("job_id"), reply.field("user_id")), (Some(&*id), Some(user)));
            let names: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(names, ["status", "job_id", "user_id", "message", "created_at"]);
        }
    }
    let never = v3_job_id();
    let reply = status(&sandbox, &token, &never);
    assert_eq!(
        (reply.status, &reply.json()["job_id"], &reply.json()["user_id"]),
        (404, &json!(never), &json!("unknown"))
    );
}

#[test]
fn requests_for_a_status_are_judged_and_wrong_paths_are_the_gateways() {
    let sandbox = Sandbox::builder().start().unwrap();
    let (token, id) = (token(&sandbox), v3_job_id());
    let path = format!("/v3/status/{id}");
    let missing = ask(sandbox.address(), "GET", &path, &[], "");
    let slug = json!({"job_id": null, "message": "Unauthorized", "status": "unauthorized", "user_id": null});
    assert_eq!((missing.status, missing.json()), (401, slug));
    let (rest, last) = token.split_at(token.len() - 1);
    let changed = format!("{rest}{}", if last == "A" { "E" } else { "A" });
    for strange in ["x", "a.b.c", &changed, &format!("x{token}")] {
        let reply = status(&sandbox, strange, &id);
        assert_eq!((reply.status, &reply.json()["status"]), (401, &json!("Unauthorized")), "{strange}");
    }
    for bad in ["job-7", "job_", &id.to_uppercase(), &format!("{id}0"), "approved-1"] {
        let reply = status(&sandbox, &token, bad);
        assert_eq!((reply.status, &reply.json()["status"]), (400, &json!("Bad Request")), "{bad}");
    }
    for (method, path) in [
        ("GET", "/v3/token"),
        ("POST", path.as_str()),
        ("GET", "/v3/status"),
        ("GET", "/v3/"),
        ("GET", &format!("/v1{path}")[..]),
        ("POST", "/v3/status/a/b"),
    ] {
        let reply = ask(sandbox.address(), method, path, &[&format!("SmileID-Token: {token}")], "");
        let expected = if path.starts_with("/v1") { (403, "Missing Authentication Token") } else { (404, "Not Found") };
        assert_eq!((reply.status, reply.json()), (expected.0, json!({"message": expected.1})), "{method} {path}");
    }
}

/// Ids that were never created and say what they are; and a description that knows every status that is answered with.
#[test]
fn ids_speak_by_their_end_and_every_status_is_described() {
    let sandbox = Sandbox::builder().start().unwrap();
    let (_, description) = ask_json(sandbox.address(), "GET", "/openapi.json", "");
    let described = |path: &str, method: &str, status: u16| {
        let responses = &description["paths"][path][method]["responses"];
        assert!(responses.get(status.to_string()).is_some(), "{method} {path} {status}");
    };
    let token = token(&sandbox);
    let broken = v3_job_id();
    sandbox.add_job(Job::new("user-7", &broken).then(Stage::SystemError, 1));
    for (id, http, word) in [
        ("job_01m43cj1g0f3strfaebxgc1ear", 200, "clear"),
        ("job_01m43cj1g0f3strfaebxgb10ck", 200, "block"),
        ("job_01m43cj1g0f3strfaattent10n", 200, "attention"),
        ("job_01m43cj1g0f3strfaebxgerr0r", 200, "error"),
        ("job_01m43cj1g0f3strfpr0cess1ng", 202, "processing"),
        ("job_01m43cj1g0f3strfaebxg730mk", 404, "not_found"),
        (&broken, 500, "Internal Server Error"),
        ("approved-1", 400, "Bad Request"),
    ] {
        let reply = status(&sandbox, &token, id);
        assert_eq!((reply.status, &reply.json()["status"]), (http, &json!(word)), "{id}");
        described("/v3/status/{job_id}", "get", http);
    }
    let long = "x".repeat(1 << 20 | 1);
    let (path, other) = ("/v3/status/job_01m43cj1g0f3strfaebxgc1ear", "smileid-api-key: another");
    for (method, path, template, fields, body, expected) in [
        ("GET", path, "/v3/status/{job_id}", &[][..], "", 401),
        ("GET", path, "/v3/status/{job_id}", &[], &*long, 413),
        ("POST", "/v3/token", "/v3/token", &[PARTNER, KEY], "", 200),
        ("POST", "/v3/token", "/v3/token", &[PARTNER], "", 400),
        ("POST", "/v3/token", "/v3/token", &[PARTNER, other], "", 401),
        ("POST", "/v3/token", "/v3/token", &[PARTNER, KEY, "Content-Type: application/json"], "{}", 415),
        ("POST", "/v3/token", "/v3/token", &[PARTNER, KEY], &*long, 413),
    ] {
        let reply = ask(sandbox.address(), method, path, fields, body);
        assert_eq!(reply.status, expected, "{method} {path}: {}", reply.text());
        described(template, &method.to_ascii_lowercase(), expected);
    }
}

#[test]
fn one_scenario_serves_both_apis_by_one_clock() {
    let text = r#"
        clock = "virtual"
        v3_tokens_live = "1h"
        [[jobs]]
        user_id = "user-7"
        job_id = "approved-side-by-side"
        stages = ["approved"]
        [[jobs]]
        user_id = "user-8"
        job_id = "v3-new"
        stages = ["pending 10s", "provisional 10s", "approved"]
        [[faults]]
        name = "v3_unknown_word"
        times = 1
    "#;
    let sandbox = Sandbox::builder().scenario(text).unwrap().start().unwrap();
    let (_, list) = ask_json(sandbox.address(), "GET", "/sandbox/jobs?limit=1", "");
    let id = list["jobs"][0]["job_id"].as_str().unwrap();
    let token = token(&sandbox);
    let word = || status(&sandbox, &token, id).json()["status"].as_str().unwrap().to_owned();
    assert_eq!(word(), "queued");
    assert_eq!((word(), sandbox.stage("user-8", id)), ("processing".into(), Some(Stage::Pending)));
    sandbox.advance(Duration::from_secs(10));
    assert_eq!(word(), "attention");
    sandbox.advance(Duration::from_secs(10));
    assert_eq!(word(), "clear");
    let (made, job) = ask_json(sandbox.address(), "POST", "/sandbox/jobs", r#"{"user_id": "u", "job_id": "v3-new"}"#);
    assert_eq!(made, 201);
    assert_eq!(status(&sandbox, &token, job["job_id"].as_str().unwrap()).status, 202);
    let path = format!("/sandbox/jobs/user-8/{id}");
    assert_eq!(ask_json(sandbox.address(), "DELETE", &path, "").0, 200);
    assert_eq!(status(&sandbox, &token, id).status, 404);
    let late = ask(
        sandbox.address(),
        "POST",
        "/sandbox/scenario",
        &["Content-Type: application/toml"],
        "v3_tokens_live = \"1h\"",
    );
    assert_eq!(late.status, 409);
}

/// Whether a body is as it should be, given the id that was asked for.
type Holds<'h> = &'h dyn Fn(&str, &str) -> bool;

/// What makes each fault dangerous, in the bytes that it sends.
#[test]
fn each_fault_of_a_status_answers_as_its_name_says() {
    let other_job = |body: &str, id: &str| body.contains(r#""status":"clear""#) && !body.contains(id);
    let cases: [(V3Fault, u16, Holds); 23] = [
        (V3Fault::UnknownWord, 200, &|body, _| body.contains(r#""status":"queued""#)),
        (V3Fault::OtherCasing, 200, &|body, _| body.contains(r#""status":"Clear""#)),
        (V3Fault::OldForm, 200, &|body, _| body.contains(r#""status":"complete""#) && body.contains("state: clear")),
        (V3Fault::EmptyWord, 200, &|body, _| body.contains(r#""status":"""#)),
        (V3Fault::ClearWith202, 202, &|body, id| body.contains(r#""status":"clear""#) && body.contains(id)),
        (V3Fault::ProcessingWith200, 200, &|body, _| body.contains("processing")),
        (V3Fault::Envelope200, 200, &|body, _| body == r#"{"status":"error","message":"Internal Server Error"}"#),
        (V3Fault::Envelope500, 500, &|body, _| body.contains(r#""status":"Internal Server Error""#)),
        (V3Fault::Slug200, 200, &|body, _| body.contains(r#""status":"unauthorized""#) && body.contains("null")),
        (V3Fault::Slug401, 401, &|body, _| body.contains(r#""status":"unauthorized""#) && body.contains("null")),
        (V3Fault::Slug404, 404, &|body, _| body.contains(r#""status":"not_found""#) && body.contains("null")),
        (V3Fault::Path404, 404, &|body, _| body == r#"{"message":"Not Found"}"#),
        (V3Fault::OtherJobsId, 200, &other_job),
        (V3Fault::NoJobId, 200, &|body, id| other_job(body, id) && !body.contains("job_id")),
        (V3Fault::TwoWords, 200, &|body, id| body.matches(r#""status""#).count() == 2 && body.contains(id)),
        (V3Fault::TwoJobIds, 200, &|body, id| body.matches(r#""job_id""#).count() == 2 && body.contains(id)),
        (V3Fault::NotFoundForever, 404, &|body, id| body.contains("not_found") && body.contains(id)),
        (V3Fault::Storm401, 401, &|body, _| body.contains(r#""status":"Unauthorized""#)),
        (V3Fault::AllowList403, 403, &|body, _| body.contains(r#""status":"Forbidden""#)),
        (V3Fault::Limit429, 429, &|body, _| body.contains("Too Many Requests")),
        (V3Fault::Signed, 200, &|body, id| body.contains("clear") && body.contains(id)),
        (V3Fault::SignedWrong, 200, &|body, id| body.contains("clear") && body.contains(id)),
        (V3Fault::SignedHalf, 200, &|body, id| body.contains("clear") && body.contains(id)),
    ];
    let of_status: Vec<_> = V3Fault::ALL.iter().filter(|fault| !fault.is_of_token()).collect();
    assert_eq!(cases.iter().map(|(fault, ..)| fault).collect::<Vec<_>>(), of_status);
    let (sandbox, id) = (Sandbox::builder().start().unwrap(), v3_job_id());
    sandbox.add_job(Job::new("user-7", &id).approved());
    let token = token(&sandbox);
    for (fault, http, holds) in cases {
        assert!(sandbox.set_fault(fault, 1.0, Some(1)));
        let reply = status(&sandbox, &token, &id);
        assert_eq!((reply.status, reply.field("x-sandbox-fault")), (http, Some(fault.name())), "{fault}");
        assert!(holds(&reply.text(), &id), "{fault}: {}", reply.text());
        let pair = (reply.field("response-timestamp"), reply.field("response-signature"));
        let proven = match pair {
            (Some(timestamp), Some(signature)) => Some(is_proven(&sandbox, timestamp, signature)),
            (None, None) => None,
            _ => Some(fault != V3Fault::SignedHalf),
        };
        let expected = match fault {
            V3Fault::Signed => Some(true),
            V3Fault::SignedWrong | V3Fault::SignedHalf => Some(false),
            _ => None,
        };
        assert_eq!(proven, expected, "{fault}");
        assert_eq!(reply.field("retry-after"), (fault == V3Fault::Limit429).then_some("3"), "{fault}");
    }
    assert_eq!(status(&sandbox, &token, &id).status, 200);
}

#[test]
fn each_fault_of_a_token_answers_as_its_name_says() {
    let (sandbox, id) = (Sandbox::builder().start().unwrap(), v3_job_id());
    sandbox.add_job(Job::new("user-7", &id).approved());
    for fault in V3Fault::ALL.iter().copied().filter(|fault| fault.is_of_token()) {
        assert!(sandbox.set_fault(fault, 1.0, Some(1)));
        let reply = ask(sandbox.address(), "POST", "/v3/token", &[PARTNER, KEY], "");
        assert_eq!(reply.field("x-sandbox-fault"), Some(fault.name()));
        let body = reply.json();
        let token = body["token"].as_str().unwrap_or_default();
        let accepted = || status(&sandbox, token, &id).status;
        match fault {
            V3Fault::TokenOpaque => assert_eq!((token.split('.').count(), accepted()), (2, 200)),
            V3Fault::TokenEnded => {
                let claims = claims(token);
                assert!(claims["exp"].as_i64().unwrap() < claims["iat"].as_i64().unwrap() + 901);
                let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
                assert!(claims["exp"].as_u64().unwrap() < now - 3590, "{claims}");
                assert_eq!(accepted(), 401);
            }
            V3Fault::TokenOtherHost => assert_eq!(claims(token)["api_url"], "https://elsewhere.invalid/v3"),
            V3Fault::TokenOtherPartner => assert_eq!(claims(token)["partner_id"], "923"),
            V3Fault::TokenWithLineEnd => assert!(token.contains("\r\n"), "{token}"),
            V3Fault::TokenMissing => assert_eq!((reply.status, body.get("token")), (200, None)),
            V3Fault::Token401 => assert_eq!((reply.status, &body["status"]), (401, &json!("Unauthorized"))),
            _ => assert_eq!((fault, reply.status), (V3Fault::Token500, 500)),
        }
    }
}

#[test]
fn only_faults_of_the_family_status_strike_both_apis() {
    let sandbox = Sandbox::builder().fault(Fault::RstMidBody, 1.0, None).fault(Fault::Status503, 1.0, Some(1));
    let sandbox = sandbox.start().unwrap();
    assert_eq!(ask(sandbox.address(), "POST", "/v3/token", &[PARTNER, KEY], "").status, 503);
    assert_eq!(status(&sandbox, &token(&sandbox), &v3_job_id()).status, 404);
}

#[test]
fn webhooks_come_in_the_v3_form_first_as_processing() {
    let listener = Listener::start(&[200]);
    let (id, sandbox) = (v3_job_id(), Sandbox::builder().callback_url(listener.url()).virtual_time().start().unwrap());
    sandbox.add_job(Job::new("user-7", &id).param("order", "42").pending_for(Duration::from_secs(5)).rejected());
    let expected = [("processing", Value::Null), ("block", json!("face_verification_failed"))];
    for (nth, (word, reason)) in expected.into_iter().enumerate() {
        let (head, body) = listener.next_request();
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((&body["status"], &body["reason"]), (&json!(word), &reason));
        assert_eq!((&body["partner_params"], body.get("job_id")), (&json!({"order": "42"}), None));
        assert_eq!(body["completed_at"].is_null(), nth == 0);
        let field = |name: &str| {
            let fields = head.lines().filter_map(|line| line.split_once(": "));
            fields
                .into_iter()
                .find(|(own, _)| own.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.to_owned())
                .unwrap()
        };
        assert_eq!((field("Job-ID"), field("User-ID")), (id.clone(), "user-7".into()));
        assert!(is_proven(&sandbox, &field("Response-Timestamp"), &field("Response-Signature")));
        sandbox.advance(Duration::from_secs(5));
    }
    assert_eq!(sandbox.callbacks().len(), 2);
    assert!(sandbox.call_back("user-7", &id));
    assert!(listener.next_request().1.contains("block"));
}

fn is_proven(sandbox: &Sandbox, timestamp: &str, signature: &str) -> bool {
    let signer = Signer::new(sandbox.credentials());
    let claim = ProofClaim { timestamp: ProofField::Text(timestamp), proof: ProofField::Text(signature) };
    claim.classify(&signer).is_ok_and(|proof| proof.kind().as_str() == "hmac")
}
