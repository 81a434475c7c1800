//! Nothing personal and no secret reaches a log: forty planted values, every outcome and fault, every sink. The command's own output
//! is tested beside the command.

use core::fmt::{Debug, Display, Write};
use core::time::Duration;
use std::sync::{Arc, Mutex};

use smileid_core::{
    Answer, Antifraud, ApiKey, Callback, Config, Credentials, Decisions, DecodeOptions, Environment, Freshness,
    HmacKey, IdPolicy, JobResult, JobStatus, JobStatusQuery, Moment, PartnerId, Personal, ProofClaim, ProofField,
    Request, Response, Session, Signer, Step, Timestamp, TransportError, TransportErrorKind as T, WaitPolicy,
    json::Options,
};
use smileid_tests::{NOON, run};

/// Forty values that must never be shown; each has a telling name.
const CANARIES: &str = "
    cnr-api-key cnr-previous-key cnr-user-id cnr-job-id cnr-full-name cnr-date-of-birth cnr-gender cnr-address
    cnr-phone-number cnr-phone-number-2 cnr-id-number cnr-secondary-id cnr-id-type cnr-country cnr-expiration
    cnr-photo cnr-document cnr-full-data cnr-full-data-nested cnr-partners-own-field cnr-partners-nested-field
    cnr-suspect-user cnr-suspect-reason cnr-action-outcome cnr-result-text cnr-result-type cnr-smile-job-id
    cnr-unknown-code cnr-error-text cnr-message cnr-link-path cnr-link-query cnr-link-error cnr-receipt
    cnr-unknown-member cnr-history-name cnr-header-value cnr-redirect-query cnr-timestamp cnr-signature
";

/// Where something is shown, and what.
#[derive(Default)]
struct Sinks(Vec<(String, String)>);

impl Sinks {
    fn debug(&mut self, sink: &str, value: &impl Debug) {
        self.0.push((format!("{sink} {{:?}}"), format!("{value:?} {value:#?}")));
    }

    fn display(&mut self, sink: &str, value: &impl Display) {
        self.0.push((format!("{sink} {{}}"), value.to_string()));
    }

    /// An error and every cause beneath it, in both forms.
    fn chain(&mut self, sink: &str, error: &(dyn core::error::Error + 'static)) {
        let (mut text, mut next) = (String::new(), Some(error));
        while let Some(error) = next {
            write!(text, "{error} {error:?} {error:#?} ").unwrap();
            next = error.source();
        }
        self.0.push((format!("{sink} chain"), text));
    }

    /// How often each of `secrets` was shown, by sink.
    fn hits(&self, secrets: &[String]) -> Vec<String> {
        let shown = |(sink, text): &(String, String)| {
            secrets
                .iter()
                .filter(|s| text.contains(s.as_str()))
                .map(|s| format!("{s} in {sink}: {text}"))
                .collect::<Vec<_>>()
        };
        self.0.iter().flat_map(shown).collect()
    }
}

fn credentials() -> Credentials {
    Credentials::new(PartnerId::new("023").unwrap(), ApiKey::new("cnr-api-key").unwrap())
        .with_previous_api_key(ApiKey::new("cnr-previous-key").unwrap())
}

fn query() -> JobStatusQuery {
    JobStatusQuery::new("cnr-user-id", "cnr-job-id").unwrap().with_history().with_image_links()
}

/// A result full of canaries.
const RESULT: &str = r#"{"ResultCode":"0810","ResultText":"cnr-result-text","ResultType":"cnr-result-type","SmileJobID":"cnr-smile-job-id",
    "JSONVersion":"1","IsFinalResult":"true","ConfidenceValue":"99","FullName":"cnr-full-name","DOB":"cnr-date-of-birth","Gender":"cnr-gender",
    "Address":"cnr-address","PhoneNumber":"cnr-phone-number","PhoneNumber2":"cnr-phone-number-2","IDNumber":"cnr-id-number",
    "Secondary_ID_Number":"cnr-secondary-id","IDType":"cnr-id-type","Country":"cnr-country","ExpirationDate":"cnr-expiration",
    "Photo":"cnr-photo","Document":"cnr-document","KYCReceipt":"cnr-receipt","FullData":{"a":"cnr-full-data","b":{"c":["cnr-full-data-nested"]}},
    "Actions":{"Liveness_Check":"cnr-action-outcome"},"Antifraud":{"SuspectUsers":[{"user_id":"cnr-suspect-user","reason":"cnr-suspect-reason"}]},
    "PartnerParams":{"user_id":"cnr-user-id","job_id":"cnr-job-id","job_type":1,"own":"cnr-partners-own-field","more":{"x":"cnr-partners-nested-field"}},
    "Unknown":"cnr-unknown-member"}"#;

/// Everything a reply can hold beside its result, timestamp and proof.
fn members(complete: &str) -> String {
    format!(
        r#""job_complete":{complete},"job_success":true,"code":"cnr-unknown-code","error":"cnr-error-text","message":"cnr-message",
        "result":{RESULT},"history":[{{"FullName":"cnr-history-name","ResultText":"cnr-result-text"}}],
        "image_links":{{"selfie_image":"https://i.example/cnr-link-path?sig=cnr-link-query","error":"cnr-link-error"}},
        "kyc_receipt":"cnr-receipt","unknown":["cnr-unknown-member"]"#
    )
}

/// The timestamp and the signature that a reply can carry, as JSON.
fn pairs(now: Moment) -> Vec<(String, String)> {
    let signed = |key: &str, at: Moment| {
        let timestamp = Timestamp::at(at);
        let key = HmacKey::new(&ApiKey::new(key).unwrap());
        let signature = key.sign(timestamp.as_str(), &PartnerId::new("023").unwrap());
        (format!("\"{}\"", timestamp.as_str()), format!("\"{}\"", signature.as_str()))
    };
    let at = |ago: i64| Moment::new(now.unix_millis() - ago, now.monotonic());
    vec![
        signed("cnr-api-key", at(1)),
        signed("cnr-previous-key", at(1)),
        signed("another key", at(1)),
        signed("cnr-api-key", at(400_000)),
        signed("cnr-api-key", at(-400_000)),
        ("\"cnr-timestamp\"".into(), "\"cnr-signature\"".into()),
        ("\"cnr-timestamp\"".into(), format!("\"{}\"", "ab".repeat(32))),
        ("null".into(), "null".into()),
        ("[\"cnr-timestamp\"]".into(), "{\"a\":\"cnr-signature\"}".into()),
    ]
}

/// Every body: final, pending, undecided, refused, unreadable, signed in every way.
fn bodies(now: Moment) -> Vec<Vec<u8>> {
    let mut bodies = Vec::new();
    for (timestamp, signature) in pairs(now) {
        for complete in ["true", "false", "\"cnr-unknown-member\"", "null"] {
            let body = format!(r#"{{"timestamp":{timestamp},{},"signature":{signature}}}"#, members(complete));
            bodies.push(body.replace("cnr-user-id\",\"job_id", "another\",\"job_id").into_bytes());
            bodies.push(body.into_bytes());
        }
    }
    let whole = String::from_utf8(bodies[1].clone()).unwrap();
    for cut in (1..whole.len()).step_by(37) {
        bodies.push(whole.as_bytes()[..cut].to_vec());
    }
    for code in ["2301", "2303", "2304", "2305", "2307", "2310", "2313", "2204", "2205", "2405", "2213", "2215", "2220"]
    {
        bodies.push(
            format!(r#"{{"code":"{code}",{}}}"#, members("true").replace(r#""code":"cnr-unknown-code","#, ""))
                .into_bytes(),
        );
    }
    for broken in [
        "<html>cnr-error-text</html>",
        "\"cnr-error-text\"",
        "[\"cnr-error-text\"]",
        r#"{"result":"cnr-result-text","job_complete":tru"#,
        r#"{"cnr-unknown-member":1,"cnr-unknown-member":2}"#,
        r#"{"code":"cnr-unknown-code","code":"cnr-unknown-code"}"#,
        r#"{"FullName":"cnr-full-name\x"}"#,
        r#"{"a":1}cnr-error-text"#,
        r#"{"code":cnr-unknown-code}"#,
    ] {
        bodies.push(broken.as_bytes().to_vec());
    }
    bodies.push(b"{\"FullName\":\"cnr-full-name\xFF\"}".to_vec());
    bodies
}

fn look_at_entry(sinks: &mut Sinks, entry: JobResult<'_>) {
    sinks.debug("entry", &entry);
    sinks.debug("members", &entry.members());
    sinks.debug("partner params", &entry.partner_params());
    sinks.debug("own fields", &entry.partner_params().own().map(|(_, raw)| raw).collect::<Vec<_>>());
    sinks.debug("names", &(entry.full_name(), entry.gender(), entry.address(), entry.photo(), entry.document()));
    sinks.debug(
        "numbers",
        &(entry.id_number(), entry.phone_number(), entry.phone_number_2(), entry.secondary_id_number()),
    );
    sinks
        .debug("dates", &(entry.date_of_birth(), entry.expiration_date(), entry.date_of_birth().map(Personal::expose)));
    sinks.debug("open", &(entry.full_data(), entry.image_links(), entry.antifraud(), entry.kyc_receipt()));
    sinks.debug("actions", &entry.actions().collect::<Vec<_>>());
    for suspect in entry.antifraud().into_iter().flat_map(Antifraud::suspect_users) {
        sinks.debug("suspect", &(suspect, suspect.user_id()));
    }
}

fn look_at_status(sinks: &mut Sinks, status: &JobStatus) {
    sinks.debug("status", status);
    sinks.debug("status's parts", &(status.image_links(), status.kyc_receipt(), status.members(), status.claim()));
    sinks.debug("links", &status.image_links().map(|links| links.iter().map(|(_, link)| link).collect::<Vec<_>>()));
    sinks.debug("repairs and readings", &(status.repairs(), status.readings()));
    status.result().into_iter().chain(status.history()).for_each(|entry| look_at_entry(sinks, entry));
}

fn look_at_outcome(sinks: &mut Sinks, outcome: &Result<Answer, smileid_core::Error>) {
    sinks.debug("outcome", outcome);
    match outcome {
        Ok(answer) => {
            look_at_status(sinks, answer.status());
            if let Some(verified) = answer.verified() {
                sinks.debug("proof", verified.proof());
                sinks.debug("verdict", &verified.verdict());
            }
        }
        Err(error) => {
            sinks.chain("error", error);
            sinks.debug("last answer", &error.last_answer());
            sinks.debug("code", &error.code());
        }
    }
}

fn respond(status: u16, body: &[u8]) -> Response {
    Response::new(status, body.to_vec())
        .with_header("Location", "https://other.example/?t=cnr-redirect-query#cnr-redirect-query")
        .with_header("Retry-After", "cnr-header-value")
        .with_header("X-Request-Id", "cnr-header-value, which is no id")
        .with_header("Request-Id", "4f1d0c6e-cnr-user-id")
        .with_header("Date", "cnr-header-value")
        .with_header("Set-Cookie", "cnr-header-value")
}

/// Whatever was signed on the way is a secret as well.
fn signature_in(request: &Request) -> String {
    let body = String::from_utf8(request.body.clone()).unwrap();
    body.split("\"signature\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn nothing_planted_is_shown_by_any_outcome_in_any_sink() {
    let spans = crate::spans::Spans::default();
    let mut sinks = Sinks::default();
    let signatures = Arc::new(Mutex::new(Vec::new()));
    let observed = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&observed);
    let config = Config::new(&credentials(), &Environment::Sandbox)
        .with_ids(IdPolicy::WherePresent)
        .with_call_deadline(Duration::from_secs(5))
        .with_observer(move |attempt| sink.lock().unwrap().push(*attempt));
    let clean = config
        .clone()
        .with_decode_options(DecodeOptions::default().with_json(Options::LAX).with_decisions(Decisions::Clean));
    tracing::dispatcher::with_default(&spans.dispatch(), || {
        for status in [200, 202, 301, 307, 400, 401, 403, 404, 408, 413, 429, 500, 503, 999] {
            let count = bodies(Moment::new(NOON, Duration::ZERO)).len();
            for index in 0..count {
                for config in [&config, &clean] {
                    let run = run(Session::job_status(config, query()), |_, request, now| {
                        sinks.debug("request", request);
                        signatures.lock().unwrap().push(signature_in(request));
                        (Duration::from_millis(5), Ok(respond(status, &bodies(now)[index])))
                    });
                    look_at_outcome(&mut sinks, &run.outcome);
                    if status != 200 {
                        break;
                    }
                }
            }
        }
        for kind in [T::Connect, T::Timeout, T::Closed, T::Cancelled, T::TooLarge, T::Tls, T::Other] {
            let run = run(Session::wait(&config, query(), WaitPolicy::default()), |n, _, now| {
                let pending = respond(200, &bodies(now)[3]);
                (Duration::from_millis(5), if n == 0 { Ok(pending) } else { Err(TransportError::new(kind)) })
            });
            look_at_outcome(&mut sinks, &run.outcome);
        }
    });
    for attempt in observed.lock().unwrap().iter() {
        sinks.debug("observer", attempt);
    }
    for recorded in spans.all() {
        sinks.debug(recorded.name, &(recorded.parent, recorded.fields));
    }
    assert!(spans.all().len() > 1000 && sinks.0.len() > 10_000, "{} {}", spans.all().len(), sinks.0.len());

    let mut secrets: Vec<String> = CANARIES.split_whitespace().map(str::to_owned).collect();
    secrets.extend(signatures.lock().unwrap().drain(..));
    secrets.sort();
    secrets.dedup();
    assert_eq!(sinks.hits(&secrets), Vec::<String>::new());
}

#[test]
fn nothing_planted_is_shown_by_what_is_given_or_made_before_a_call() {
    let mut sinks = Sinks::default();
    let now = Moment::new(NOON, Duration::ZERO);
    let signer = Signer::new(&credentials());
    let authorization = signer.authorize(now);
    let config = Config::new(&credentials(), &Environment::Sandbox);
    sinks.debug("credentials", &(credentials(), ApiKey::new("cnr-api-key").unwrap()));
    sinks.debug("signer", &(&signer, HmacKey::new(&ApiKey::new("cnr-api-key").unwrap())));
    sinks.debug("authorization", &authorization);
    sinks.debug("config", &config);
    sinks.debug("query", &query());
    let claim = ProofClaim { timestamp: ProofField::Text("cnr-timestamp"), proof: ProofField::Text("cnr-signature") };
    sinks.debug("claim", &(claim, claim.classify(&signer)));
    let mut session = Session::wait(&config, query(), WaitPolicy::default());
    sinks.debug("session", &session);
    assert!(matches!(session.step(now), Step::Send(_)));
    sinks.debug("session in flight", &session);
    session.receive(now, Ok(respond(200, &bodies(now)[3])));
    sinks.debug("session pending", &session);
    for bad in ["cnr-api-key\n", "cnr-previous-key\0"] {
        sinks.chain("bad key", &ApiKey::new(bad).unwrap_err());
    }
    for bad in ["cnr-user-id\n", &"cnr-user-id".repeat(200)] {
        sinks.chain("bad id", &JobStatusQuery::new(bad, "cnr-job-id").unwrap_err());
        sinks.chain("bad id", &smileid_core::Error::from(JobStatusQuery::new("u", bad).unwrap_err()));
    }
    for bad in ["https://cnr-api-key@h/", "https://h/?cnr-link-query", "ftp://cnr-link-path", "http://h/cnr-link-path"]
    {
        sinks.chain("bad URL", &smileid_core::BaseUrl::parse(bad).unwrap_err());
    }
    sinks.chain("bad time", &Timestamp::parse("cnr-timestamp").unwrap_err());
    let mut secrets: Vec<String> = CANARIES.split_whitespace().map(str::to_owned).collect();
    secrets.push(authorization.value().to_owned());
    assert_eq!(sinks.hits(&secrets), Vec::<String>::new());
}

#[test]
fn nothing_planted_is_shown_by_a_callback() {
    let mut sinks = Sinks::default();
    let now = Moment::new(NOON, Duration::ZERO);
    for (timestamp, signature) in pairs(now) {
        let body = format!(
            "{},\"timestamp\":{timestamp},\"signature\":{signature}}}",
            RESULT.trim_end_matches('}').trim_end()
        );
        for cut in [body.len(), body.len() - 1, body.len() / 2, 0] {
            let body = body.as_bytes()[..cut].to_vec();
            match Callback::receive(body, &credentials(), now, Freshness::DEFAULT) {
                Ok(callback) => {
                    sinks.debug("callback", &callback);
                    look_at_entry(&mut sinks, callback.result());
                }
                Err(error) => sinks.chain("callback", &error),
            }
        }
    }
    let secrets: Vec<String> = CANARIES.split_whitespace().map(str::to_owned).collect();
    assert_eq!(sinks.hits(&secrets), Vec::<String>::new());
}

#[test]
fn the_search_finds_what_is_shown() {
    let mut sinks = Sinks::default();
    sinks.display("here", &"a cnr-photo");
    assert_eq!(sinks.hits(&["cnr-photo".into(), "cnr-gender".into()]), ["cnr-photo in here {}: a cnr-photo"]);
    let bodies: Vec<_> = bodies(Moment::new(NOON, Duration::ZERO)).concat();
    let planted = String::from_utf8_lossy(&bodies).into_owned();
    let elsewhere = ["cnr-api-key", "cnr-previous-key", "cnr-header-value", "cnr-redirect-query"];
    assert_eq!(CANARIES.split_whitespace().count(), 40);
    for canary in CANARIES.split_whitespace().filter(|canary| !elsewhere.contains(canary)) {
        assert!(planted.contains(canary), "{canary} was never planted");
    }
}
