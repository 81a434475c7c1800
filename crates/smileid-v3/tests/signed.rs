//! The pair in the headers: of a status response, where it may be missing, and of a webhook, which is nothing without it.

use smileid_conformance::Exchange;
use smileid_core::{
    ApiKey, Credentials, ErrorKind, Freshness, HeaderPair, Moment, PartnerId, Response, Signer, Timestamp,
};
use smileid_v3::{Answer, Client, Origin, OriginPolicy, PartnerForm, Webhook, WebhookHeaders, WebhookStage};

use crate::common::{JOB, KEY, NOON, clean, config, job, noon, service, status_reply};

const AT: &str = "2026-10-04T12:00:00.123Z";

/// The signature of `at` by the key of the tests.
fn signature(partner_id: &str, at: &str) -> String {
    let credentials = Credentials::new(PartnerId::new(partner_id).unwrap(), ApiKey::new(KEY).unwrap());
    Signer::new(&credentials).authorize_at(Timestamp::parse(at).unwrap()).value().to_owned()
}

fn ask(reply: Response, policy: OriginPolicy) -> Result<Answer, smileid_core::Error> {
    let settings = |settings: smileid_core::Config| settings.with_retry(smileid_core::RetryPolicy::NONE);
    Client::new(service(&noon(), vec![reply]), config().with_settings(settings).with_origin(policy)).status(job())
}

#[test]
fn status_with_a_valid_pair_is_signed() {
    for (partner_id, policy) in [("23", OriginPolicy::Any), ("023", OriginPolicy::RequireSigned)] {
        let reply = status_reply(200, "clear", JOB)
            .with_header("Response-Timestamp", AT)
            .with_header("Response-Signature", &signature(partner_id, AT));
        let Answer::Final(answer) = ask(reply, policy).unwrap() else { panic!("{partner_id}") };
        assert!(matches!(answer.origin(), Origin::Signed(proof) if proof.timestamp().as_str() == AT));
    }
}

#[test]
fn status_with_half_a_pair_or_a_wrong_one_is_refused_though_none_is_demanded() {
    let good = signature("23", AT);
    let old = "2026-10-04T11:00:00.123Z";
    for (headers, kind) in [
        (vec![("Response-Timestamp", AT)], ErrorKind::Signature),
        (vec![("Response-Signature", good.as_str())], ErrorKind::Signature),
        (vec![("Response-Timestamp", AT), ("Response-Signature", "x")], ErrorKind::Signature),
        (vec![("Response-Timestamp", AT), ("Response-Signature", &signature("24", AT))], ErrorKind::Signature),
        (
            vec![("Response-Timestamp", AT), ("Response-Signature", &good), ("Response-Signature", &good)],
            ErrorKind::Signature,
        ),
        (vec![("Response-Timestamp", old), ("Response-Signature", &signature("23", old))], ErrorKind::Replay),
    ] {
        let reply =
            headers.iter().fold(status_reply(200, "clear", JOB), |reply, (name, value)| reply.with_header(name, value));
        let error = ask(reply, OriginPolicy::Any).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        clean(&error);
    }
    let error = ask(status_reply(200, "clear", JOB), OriginPolicy::RequireSigned).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unproven, "{error}");
}

const NOW: Moment = Moment::new(NOON, core::time::Duration::ZERO);
const BODY: &[u8] =
    br#"{"status":"block","reason":"high_risk","product":"biometric_kyc","id_fields":{"first_name":"canary"}}"#;

fn receive(body: &[u8], signed_for: &str, given: &str, at: &str) -> Result<smileid_core::Verified<Webhook>, ErrorKind> {
    let credentials = Credentials::new(PartnerId::new(given).unwrap(), ApiKey::new(KEY).unwrap());
    let mac = signature(signed_for, at);
    let fields = [("response-timestamp", at), ("response-signature", &mac), ("job-id", JOB)];
    let headers = WebhookHeaders::from_headers(|name| {
        fields.iter().find(|field| field.0 == name).map(|field| field.1.as_bytes())
    });
    Webhook::receive(body, headers, &credentials, NOW, Freshness::DEFAULT).map_err(|error| {
        clean(&error);
        error.kind()
    })
}

#[test]
fn webhook_says_when_to_ask_and_nothing_to_decide_by() {
    let webhook = receive(BODY, "023", "023", AT).unwrap();
    assert_eq!(
        (webhook.stage(), webhook.reason(), webhook.product()),
        (WebhookStage::Ended, Some("high_risk"), Some("biometric_kyc"))
    );
    assert_eq!((webhook.job_id(), webhook.user_id()), (Some(JOB), None));
    assert_eq!(webhook.proof().timestamp().as_str(), AT);
    let shown = format!("{webhook:?}");
    assert!(!shown.contains("canary") && !shown.contains(JOB), "{shown}");
    for (body, stage) in [
        (&br#"{"status":"processing"}"#[..], WebhookStage::Processing),
        (br#"{"status":"Clear"}"#, WebhookStage::Unknown),
        (br#"{"status":"queued"}"#, WebhookStage::Unknown),
        (b"{}", WebhookStage::Unknown),
    ] {
        assert_eq!(receive(body, "23", "23", AT).unwrap().stage(), stage);
    }
}

#[test]
fn webhook_names_the_form_of_the_partner_id_that_was_signed() {
    for (signed_for, given, form) in [
        ("023", "023", PartnerForm::AsGiven),
        ("23", "023", PartnerForm::Integer),
        ("23", "23", PartnerForm::AsGiven),
        ("023", "23", PartnerForm::ThreeDigits),
    ] {
        assert_eq!(receive(BODY, signed_for, given, AT).unwrap().partner_form(), form, "{signed_for} {given}");
    }
    assert_eq!(receive(BODY, "24", "23", AT).unwrap_err(), ErrorKind::Signature);
}

#[test]
fn webhook_without_a_good_pair_is_refused() {
    assert_eq!(receive(BODY, "23", "23", "2026-10-04T11:00:00.123Z").unwrap_err(), ErrorKind::Replay);
    assert_eq!(receive(b"{", "23", "23", AT).unwrap_err(), ErrorKind::Malformed);
    assert_eq!(receive(b"[]", "23", "23", AT).unwrap_err(), ErrorKind::Malformed);
    let config = config();
    for pair in [HeaderPair::NONE, HeaderPair::new(Some(AT), None), HeaderPair::new(None, Some("x"))] {
        let error = config.receive_webhook(BODY, WebhookHeaders::new(pair), NOW).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unproven);
    }
    // A client's own transport gives the time.
    let transport = smileid_conformance::Scripted::answering(noon(), |_, _| Exchange::silence());
    let mac = signature("23", AT);
    let headers = WebhookHeaders::new(HeaderPair::new(Some(AT), Some(&mac)));
    assert!(Client::new(transport, config).receive_webhook(BODY, headers).is_ok());
}

/// The pair of a request that the v1 client signs with the same key at this moment.
fn pair_of_a_v1_request(partner_id: &str) -> (String, String) {
    let credentials = Credentials::new(PartnerId::new(partner_id).unwrap(), ApiKey::new(KEY).unwrap());
    let settings = smileid_core::Config::new(&credentials, &smileid_core::Environment::Sandbox);
    let query = smileid_core::JobStatusQuery::new("user-7", "job-7").unwrap();
    let mut session = smileid_core::Session::job_status(&settings, query);
    let smileid_core::Step::Send(request) = session.step(NOW) else { panic!("a request is sent") };
    let body = String::from_utf8(request.body.clone()).unwrap();
    let value = |name: &str| {
        let (_, rest) = body.split_once(&format!("\"{name}\":\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    (value("timestamp"), value("signature"))
}

/// v1 signs requests as webhooks and answers are signed. Who saw a request has a pair that holds.
#[test]
fn pair_of_a_v1_request_proves_no_webhook_and_no_status() {
    for partner_id in ["23", "023"] {
        let (timestamp, signature) = pair_of_a_v1_request(partner_id);
        let headers = WebhookHeaders::new(HeaderPair::new(Some(&timestamp), Some(&signature)));
        let error = config().receive_webhook(BODY, headers, NOW).unwrap_err();
        assert!(error.kind() == ErrorKind::Replay && error.to_string().contains("of a request"), "{error}");
        let reply = status_reply(200, "clear", JOB)
            .with_header("Response-Timestamp", &timestamp)
            .with_header("Response-Signature", &signature);
        assert_eq!(ask(reply, OriginPolicy::RequireSigned).unwrap_err().kind(), ErrorKind::Replay);
    }
}

#[test]
fn webhook_is_accepted_for_five_minutes_each_way_and_not_a_millisecond_more() {
    for (at, accepted) in [
        ("2026-10-04T11:55:00.000Z", true),
        ("2026-10-04T11:54:59.999Z", false),
        ("2026-10-04T12:05:00.000Z", true),
        ("2026-10-04T12:05:00.001Z", false),
    ] {
        let outcome = receive(BODY, "23", "23", at).map(|webhook| webhook.stage());
        assert_eq!(outcome.is_ok(), accepted, "{at}");
        assert!(accepted || outcome.is_err_and(|kind| kind == ErrorKind::Replay), "{at}");
    }
}
