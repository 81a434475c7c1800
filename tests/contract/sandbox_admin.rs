//! The sandbox's admin API and page over real sockets: jobs, journal, callbacks, faults, clock, pictures, and who is let in.

use core::net::SocketAddr;
use core::time::Duration;

use serde_json::{Value, json};
use smileid_core::{Callback, Credentials, Freshness, Signer};
use smileid_sandbox::faults::Fault;
use smileid_sandbox::{Job, Product, Sandbox, Stage};
use smileid_tests::plain_http::{Listener, Plain, ask, ask_json, now, wait_until};

/// A signed question about a job.
fn question(credentials: &Credentials, job: &str) -> String {
    let signed = Signer::new(credentials).authorize(now());
    json!({
        "timestamp": signed.timestamp().as_str(), "signature": signed.value(), "partner_id": credentials.partner_id().as_str(),
        "user_id": "user-7", "job_id": job, "image_links": true, "history": true,
    })
    .to_string()
}

fn poll(sandbox: &Sandbox, job: &str) -> Plain {
    let body = question(sandbox.credentials(), job);
    ask(sandbox.address(), "POST", "/v1/job_status", &["Content-Type: application/json"], &body)
}

#[test]
fn jobs_are_made_told_moved_and_forgotten() {
    let sandbox = Sandbox::builder().start().unwrap();
    let at = sandbox.address();
    let job = json!({
        "user_id": "user-7", "job_id": "a/b c%", "product": "document_verification", "stages": ["pending 1", "approved"],
        "odd": ["code_number"], "params": {"own": "x"},
    });
    let (status, made) = ask_json(at, "POST", "/sandbox/jobs", &job.to_string());
    assert_eq!((status, &made["stage"], &made["job_type"]), (201, &"pending".into(), &json!(6)), "{made}");
    assert_eq!(poll(&sandbox, "a/b c%").json()["job_complete"], json!(false));
    let answer = poll(&sandbox, "a/b c%").json();
    assert_eq!((&answer["code"], &answer["result"]["PartnerParams"]["own"]), (&json!(2302), &"x".into()));
    let path = "/sandbox/jobs/user-7/a%2Fb%20c%25";
    let (_, summary) = ask_json(at, "GET", path, "");
    assert_eq!(
        (&summary["polls"], &summary["stage"], &summary["final"]),
        (&json!(2), &"approved".into(), &json!(true))
    );
    let (status, moved) = ask_json(at, "PUT", &format!("{path}/stage"), r#"{"stage": "rejected"}"#);
    assert_eq!((status, &moved["stage"]), (200, &"rejected".into()));
    assert_eq!(poll(&sandbox, "a/b c%").json()["job_success"], json!(false));
    let (_, list) = ask_json(at, "GET", "/sandbox/jobs?limit=1", "");
    assert_eq!((&list["total"], &list["jobs"][0]["job_id"]), (&json!(2), &"a/b c%".into()));
    assert_eq!(ask_json(at, "DELETE", path, "").0, 200);
    assert_eq!(ask_json(at, "DELETE", path, "").0, 404);
    assert_eq!(poll(&sandbox, "a/b c%").json()["code"], "2304");
}

#[test]
fn mistakes_are_told_with_the_allowed_words() {
    let sandbox = Sandbox::builder().start().unwrap();
    let cases = [
        ("POST", "/sandbox/jobs", "{", 400, "line 1: this is not JSON"),
        ("POST", "/sandbox/jobs", r#"{"user_id": "u"}"#, 400, "no job_id"),
        (
            "POST",
            "/sandbox/jobs",
            "{\"user_id\": \"u\", \"job_id\": \"j\",\n\"stages\": [\"done\"]}",
            400,
            "line 2: there is no stage",
        ),
        ("PUT", "/sandbox/jobs/u/j/stage", r#"{"stage": "approved"}"#, 404, "no such job"),
        ("PUT", "/sandbox/jobs/u/j/stage", r#"{"state": "approved"}"#, 400, "allowed is stage"),
        ("POST", "/sandbox/jobs/u/j/callback", "{}", 404, "no such job"),
        ("PUT", "/sandbox/faults/nonsense", "{}", 404, "allowed are stall_before_head"),
        ("PUT", "/sandbox/faults/status_503", r#"{"probability": 2}"#, 400, "from 0 to 1"),
        ("POST", "/sandbox/clock", r#"{"advance": "10s"}"#, 409, "clock is real"),
        ("POST", "/sandbox/scenario", "seed = 1", 409, "for the start"),
        ("POST", "/sandbox/scenario", "jobs = 1", 400, "line 1: a list"),
        ("GET", "/sandbox/jobs?limit=x", "", 400, "limit is a whole number"),
        ("GET", "/sandbox/nothing", "", 404, "openapi.json"),
        ("PATCH", "/sandbox/jobs", "", 405, "GET, POST"),
        ("POST", "/", "{}", 405, "GET"),
    ];
    for (method, path, body, status, words) in cases {
        let (got, answer) = ask_json(sandbox.address(), method, path, body);
        assert_eq!(got, status, "{method} {path}: {answer}");
        assert!(answer["error"].as_str().unwrap().contains(words), "{method} {path}: {answer}");
    }
    assert_eq!(sandbox.requests(), 0, "the admin API is not in the journal");
}

#[test]
fn other_pages_and_other_names_are_kept_out() {
    let sandbox = Sandbox::builder().start().unwrap();
    let at = sandbox.address();
    let port = at.port();
    let (evil, near) = ("Host: evil.example".to_owned(), format!("Host: localhost:{port}"));
    let status = |fields: &[&str], path| ask(at, "GET", path, fields, "").status;
    for path in ["/", "/page.js", "/sandbox/journal", "/sandbox/openapi.json"] {
        assert_eq!(status(&[], path), 200, "{path}");
        assert_eq!(status(&[&near], path), 200, "{path}");
        assert_eq!(status(&[&evil], path), 403, "{path}");
        assert_eq!(status(&["Origin: http://evil.example"], path), 403, "{path}");
        assert_eq!(status(&["Origin: null"], path), 403, "{path}");
        assert_eq!(status(&["Sec-Fetch-Site: cross-site"], path), 403, "{path}");
    }
    let form = ask(at, "POST", "/sandbox/jobs", &["Content-Type: text/plain"], "{}");
    assert_eq!(form.status, 415);
    let preflight = ask(at, "OPTIONS", "/sandbox/jobs", &["Origin: http://evil.example"], "");
    assert!(preflight.status == 403 && preflight.field("access-control-allow-origin").is_none());
    let page = ask(at, "GET", "/", &[], "");
    assert!(page.field("content-security-policy").unwrap().contains("default-src 'none'"));
    assert!(
        !page.text().contains("http://")
            || page.text().matches("http://").count() == page.text().matches("http://127.0.0.1").count()
    );
}

#[test]
fn the_journal_tells_each_request_with_its_judgement_and_nothing_personal() {
    let sandbox = Sandbox::builder()
        .job(Job::new("user-7", "job-7").product(Product::EnhancedKyc).param("optional_info", "canary").approved())
        .start()
        .unwrap();
    let answer = poll(&sandbox, "job-7").json();
    let name = answer["result"]["FullName"].as_str().unwrap().to_owned();
    let body = question(sandbox.credentials(), "job-7").replace("user-7", "user-8");
    let refused = ask(sandbox.address(), "POST", "/v1/job_status", &[], &body.replace("\"023\"", "\"23\""));
    let reason = refused.field("x-sandbox-reason").unwrap().to_owned();
    assert!(refused.status == 400 && reason.contains("leading zeros"), "{reason}");
    assert_eq!(ask(sandbox.address(), "GET", "/v1/services", &[], "").status, 403);
    let summary = ask(sandbox.address(), "GET", "/sandbox/journal", &[], "");
    let journal = summary.json();
    let of = |nth: usize, name: &str| journal["exchanges"][nth][name].clone();
    assert_eq!(
        (of(0, "judgement"), of(0, "status"), of(0, "path")),
        ("accepted".into(), json!(200), "/v1/job_status".into())
    );
    assert_eq!((of(1, "judgement"), of(1, "code"), of(1, "reason")), ("refused".into(), "2405".into(), reason.into()));
    assert_eq!((of(2, "method"), of(2, "path"), of(2, "status")), ("GET".into(), "/v1/services".into(), json!(403)));
    assert_eq!(of(0, "answer")["result"]["ResultCode"], "1012");
    let personal =
        [name.as_str(), "canary", answer["signature"].as_str().unwrap(), answer["result"]["DOB"].as_str().unwrap()];
    for canary in personal {
        assert!(!summary.text().contains(canary), "{canary}");
    }
    assert_eq!(
        ask_json(sandbox.address(), "GET", "/sandbox/journal?after=1&limit=1", "").1["exchanges"][0]["number"],
        json!(2)
    );
    assert_eq!(ask_json(sandbox.address(), "DELETE", "/sandbox/journal", "").0, 200);
    assert_eq!(ask_json(sandbox.address(), "GET", "/sandbox/journal", "").1, json!({"requests": 3, "exchanges": []}));
}

#[test]
fn callbacks_are_signed_sent_again_and_replayed() {
    let listener = Listener::start(&[503, 200]);
    let sandbox = Sandbox::builder()
        .job(
            Job::new("user-7", "job-7")
                .product(Product::BiometricKyc)
                .pending(1)
                .then(Stage::IdLeg, 1)
                .approved()
                .callback_url(listener.url()),
        )
        .start()
        .unwrap();
    let _pending = poll(&sandbox, "job-7");
    let verified = |body: &Value| {
        let taken =
            Callback::receive(body.to_string().into_bytes(), sandbox.credentials(), now(), Freshness::DEFAULT).unwrap();
        taken.result().result_code().unwrap().into_owned()
    };
    let (first, again) = (listener.next(), listener.next());
    assert_eq!((verified(&first), verified(&again)), ("1012".into(), "1012".into()));
    let _id_leg = poll(&sandbox, "job-7");
    assert_eq!(verified(&listener.next()), "0810");
    let (status, _) = ask_json(sandbox.address(), "POST", "/sandbox/jobs/user-7/job-7/callback", "{}");
    assert_eq!((status, verified(&listener.next())), (202, "0810".into()));
    wait_until(|| sandbox.callbacks().iter().all(|callback| callback.done));
    let attempts: Vec<_> = sandbox.callbacks().iter().map(|callback| callback.attempts.clone()).collect();
    assert_eq!(attempts, [vec![Ok(503), Ok(200)], vec![Ok(200)], vec![Ok(200)]]);
    let (_, summary) = ask_json(sandbox.address(), "GET", "/sandbox/callbacks", "");
    assert_eq!(
        (&summary["callbacks"][0]["attempts"][0]["status"], &summary["callbacks"][2]["delivered"]),
        (&json!(503), &json!(true))
    );
    let bad = Sandbox::builder().callback_url("https://example.com/").start().map(|_| ()).unwrap_err();
    assert!(bad.to_string().contains("plain http on this machine"));
}

#[test]
fn time_that_is_told_moves_jobs_expires_pictures_and_calls_back() {
    let listener = Listener::start(&[200]);
    let scenario = format!(
        "clock = \"virtual\"\ncallback_url = \"{}\"\nimage_links_live = \"1m\"\n[[jobs]]\nuser_id = \"user-7\"\njob_id = \"job-7\"\n\
         stages = [\"provisional 10s\", \"approved\"]\n",
        listener.url()
    );
    let sandbox = Sandbox::builder().scenario(&scenario).unwrap().start().unwrap();
    assert_eq!(listener.next()["ResultCode"], "0814");
    let answer = poll(&sandbox, "job-7").json();
    assert_eq!(answer["result"]["ResultCode"], "0814");
    let link = answer["image_links"]["selfie_image"].as_str().unwrap().to_owned();
    let path = link.strip_prefix(&format!("http://{}", sandbox.address())).unwrap();
    let picture = |at: SocketAddr| ask(at, "GET", path, &[], "");
    let seen = picture(sandbox.address());
    assert_eq!((seen.status, seen.field("content-type")), (200, Some("image/png")));
    let (status, clock) = ask_json(sandbox.address(), "POST", "/sandbox/clock", r#"{"advance": "10s"}"#);
    assert_eq!((status, clock), (200, json!({"jobs_ms": 10_000})));
    assert_eq!(listener.next()["ResultCode"], "0840");
    assert_eq!(sandbox.stage("user-7", "job-7"), Some(Stage::Approved));
    assert!(sandbox.advance(Duration::from_secs(51)));
    assert_eq!(picture(sandbox.address()).status, 403);
}

#[test]
fn time_that_goes_by_calls_back_though_nobody_asks() {
    let listener = Listener::start(&[200]);
    let job =
        Job::new("user-7", "job-7").pending_for(Duration::from_millis(30)).approved().callback_url(listener.url());
    let sandbox = Sandbox::builder().job(job).start().unwrap();
    assert_eq!(listener.next()["ResultCode"], "0840");
    assert_eq!((sandbox.requests(), sandbox.stage("user-7", "job-7")), (0, Some(Stage::Approved)));
    assert!(!sandbox.advance(Duration::from_secs(1)), "this clock is real");
}

#[test]
fn faults_strike_by_name_and_pass() {
    let sandbox = Sandbox::builder().start().unwrap();
    let at = sandbox.address();
    let (status, on) = ask_json(at, "PUT", "/sandbox/faults/status_503", r#"{"probability": 1, "times": 1}"#);
    assert_eq!((status, &on["times"]), (200, &json!(1)));
    let struck = poll(&sandbox, "approved-1");
    assert_eq!((struck.status, struck.field("x-sandbox-fault")), (503, Some("status_503")));
    assert_eq!(poll(&sandbox, "approved-1").status, 200);
    assert!(sandbox.set_fault(Fault::FinMidBody, 1.0, None) && !sandbox.set_fault(Fault::Refused, 1.0, None));
    let cut = poll(&sandbox, "approved-1");
    let length: usize = cut.field("content-length").unwrap().parse().unwrap();
    assert!(cut.status == 200 && cut.body.len() < length);
    let (_, faults) = ask_json(at, "GET", "/sandbox/faults", "");
    let on: Vec<_> = faults["faults"].as_array().unwrap().iter().filter(|f| f["probability"] != json!(0)).collect();
    assert_eq!((on.len(), &on[0]["name"]), (1, &"fin_mid_body".into()));
    assert_eq!(ask_json(at, "DELETE", "/sandbox/faults/fin_mid_body", "").0, 200);
    assert_eq!(poll(&sandbox, "approved-1").status, 200);
    let (_, journal) = ask_json(at, "GET", "/sandbox/journal", "");
    let met: Vec<_> = journal["exchanges"].as_array().unwrap().iter().map(|e| e["fault"].clone()).collect();
    assert_eq!(met, ["status_503".into(), Value::Null, "fin_mid_body".into(), Value::Null]);
}
