//! What each oddity does to a reply, which is well formed before.

use serde_json::json;

use super::person::{Dice, Person};
use super::result::id_leg;
use crate::model::{Job, Odd};
use crate::tree::{Json, Map, MapExt as _};

const FREE_TEXT: &str = "Partner can put whatever they want as long as it is a string";

impl Odd {
    /// Changes a reply that is not signed yet.
    pub(crate) fn shape(self, reply: &mut Map, job: &Job, seed: u64) {
        match self {
            Self::CompletionAsText => {
                for name in ["job_complete", "job_success"] {
                    if let Some(Json::Bool(yes)) = reply.get(name) {
                        let text = yes.to_string();
                        reply.set(name, text);
                    }
                }
            }
            Self::CodeNumber => reply.set("code", 2302),
            Self::CodeMissing => drop(reply.take("code")),
            Self::ResultText => reply.set("result", "No zip uploaded"),
            Self::ResultEmpty => reply.set("result", Map::new()),
            Self::ResultNull => reply.set("result", Json::Null),
            Self::ResultMissing => drop(reply.take("result")),
            Self::IdLegComplete => reply.set("result", id_leg(job, seed)),
            Self::HistoryMissing => drop(reply.take("history")),
            Self::HistoryEmpty => reply.set("history", Json::Array(Vec::new())),
            Self::HistoryMixed if reply.get("history").is_some() => reply.set("history", mixed_history(job, seed)),
            Self::LinksMissing => drop(reply.take("image_links")),
            Self::LinksEmpty => reply.set("image_links", Map::new()),
            Self::LinksError => {
                reply.set("image_links", json!({"error": "Unable to retrieve images for this job"}));
            }
            Self::LinksMore => more_links(reply),
            Self::Receipts => set_all(reply, json!({"kyc_receipt": {"receipt": "0000000000"}, "kyb_receipt": null})),
            Self::UnknownKeys => {
                reply.set("x_unknown", json!({"nested": [null, 1e3]}));
                with_result(reply, |result| result.set("XUnknown", 12_345_678_901_234_567_890_u64));
            }
            _ => with_result(reply, |result| self.shape_result(result, job, seed)),
        }
    }

    fn shape_result(self, result: &mut Map, job: &Job, seed: u64) {
        match self {
            Self::ResultCodeMissing => drop(result.take("ResultCode")),
            Self::JobTypeText => with_params(result, |p| p.set("job_type", job.product.job_type().to_string())),
            Self::JobTypeMissing => with_params(result, |p| drop(p.take("job_type"))),
            Self::PartnerParamsMissing => drop(result.take("PartnerParams")),
            Self::PartnerParamsMixed => with_params(result, |params| {
                params.set("optional_info", FREE_TEXT);
                set_all(params, json!({"a_number": 7, "a_list": [true, null], "an_object": {"k": "v"}}));
            }),
            Self::FlagsAsBooleans => set_all(result, json!({"IsFinalResult": true, "IsMachineResult": true})),
            Self::NotFinalResult => result.set("IsFinalResult", "false"),
            Self::ConfidenceNumber => result.set("ConfidenceValue", 99.5),
            Self::ConfidenceDecimals => result.set("ConfidenceValue", "97.000000"),
            Self::ConfidenceMissing => drop(result.take("ConfidenceValue")),
            Self::ActionsPartial => result.set("Actions", json!({"Liveness_Check": "Passed"})),
            Self::ActionsEmpty => result.set("Actions", Map::new()),
            Self::ActionsMissing => drop(result.take("Actions")),
            Self::ActionsUnknown => result.set("Actions", json!({"Telepathy_Check": "Rather Likely"})),
            Self::Placeholders => {
                set_all(
                    result,
                    json!({"FullName": "Not Available", "Gender": "N/A", "PhoneNumber2": "Not Applicable"}),
                );
                set_all(result, json!({"Address": "", "DOB": "NaN-NaN-NaN", "Photo": null}));
            }
            Self::DatesUnpadded => set_all(result, json!({"DOB": "1990-1-8", "ExpirationDate": "2033-1-28"})),
            Self::DatesWhole => {
                set_all(result, json!({"DOB": "1990-01-08T00:00:00.000Z", "ExpirationDate": "2033-01-28T00:00:00"}));
            }
            Self::FullData => {
                let Person { name, phone, .. } = Person::invent(&mut Dice::of(seed, &["person", &job.user]));
                let home = json!({"city": "Sandbox City", "verified": true});
                let data = json!({"fullName": name, "isDeceased": false, "phones": [phone], "residence": home});
                result.set("FullData", data);
            }
            Self::LargePhoto => {
                result.set("Photo", "QUJD".repeat(75_000));
                result.set("Document", "REVG".repeat(75_000));
            }
            Self::AntifraudList => {
                let suspect = json!({"user_id": "another-user", "reason": "Same face"});
                result.set("Antifraud", json!({"SuspectUsers": [suspect]}));
            }
            Self::AntifraudSummary => {
                let suspect = json!({"user_id": "another-user", "reasons": ["Same face", "Same device"]});
                let secure = json!({"result": "review", "SuspectUsers": [suspect]});
                result.set("Antifraud", json!({"summary": {"result": "review"}, "smile_secure": secure}));
            }
            _ => {}
        }
    }

    /// Another way of signing, or `None` if the reply is signed as usual.
    pub(crate) const fn stamped(self) -> Option<Stamped> {
        Some(match self {
            Self::ProofAsSecKey => Stamped::AsSecKey,
            Self::ProofUnkeyed => Stamped::Unkeyed,
            Self::ProofOneDigitShort => Stamped::OneDigitShort,
            Self::TimestampMicros => Stamped::Micros,
            Self::TimestampOffset => Stamped::Offset,
            Self::TimestampSpaces => Stamped::Spaces,
            Self::TimestampSeconds => Stamped::Seconds,
            Self::TimestampMillis => Stamped::Millis,
            Self::TimestampNumber => Stamped::Number,
            _ => return None,
        })
    }

    /// Breaks the text of a reply that is signed.
    pub(crate) fn break_text(self, text: String) -> String {
        match self {
            Self::TrailingCommas => text.replace('}', ",}").replace("{,}", "{}"),
            Self::ExtraCloser => text + "\n}",
            Self::MissingComma => text.replacen("\",\"", "\" \"", 1),
            Self::BadEscape => text.replacen("\"result\":", "\"note\":\"C:\\Cards\",\"result\":", 1),
            Self::AngleBrackets => text.replacen("\"job_success\":true", "\"job_success\":<true || false>", 1),
            _ => text,
        }
    }

    /// A refusal in place of the reply: status, type and body.
    pub(crate) const fn broken(self) -> Option<Broken> {
        const JSON: &str = "application/json";
        let (status, content_type, body) = match self {
            Self::ErrorCodeNumber => (400, JSON, r#"{"code":2304,"error":"Job not found"}"#),
            Self::ErrorQuotes => {
                let body = r#"{"code":"2213","error":"child \"user_id\" fails because [\"user_id\" is not allowed to be empty]"}"#;
                (400, JSON, body)
            }
            Self::ErrorNotAuthorized => (400, JSON, r#"{"code":"2204","error":"You are not authorized to do that."}"#),
            Self::ErrorGateway => (502, JSON, r#"{"message":"Internal server error"}"#),
            Self::ErrorHtml => (
                502,
                "text/html",
                "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>",
            ),
            Self::ErrorEmpty => (400, JSON, ""),
            _ => return None,
        };
        Some(Broken { status, content_type, body })
    }
}

/// A refusal that replaces a reply.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Broken {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: &'static str,
}

/// How a reply is signed, if not as usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stamped {
    AsSecKey,
    Unkeyed,
    OneDigitShort,
    Micros,
    Offset,
    Spaces,
    Seconds,
    Millis,
    Number,
}

fn set_all(members: &mut Map, values: Json) {
    if let Json::Object(values) = values {
        members.extend(values);
    }
}

fn with_result(reply: &mut Map, change: impl FnOnce(&mut Map)) {
    if let Some(result) = reply.map_mut("result") {
        change(result);
    }
}

fn with_params(result: &mut Map, change: impl FnOnce(&mut Map)) {
    if let Some(params) = result.map_mut("PartnerParams") {
        change(params);
    }
}

/// As many images as a job can have, all of them the selfie.
fn more_links(reply: &mut Map) {
    let Some(links) = reply.map_mut("image_links") else { return };
    let Some(selfie) = links.get("selfie_image").cloned() else { return };
    for name in ["id_card_image", "id_card_back", "liveness_image"] {
        links.set(name, selfie.clone());
    }
}

/// The shapes of the document's own history.
fn mixed_history(job: &Job, seed: u64) -> Json {
    let person = Person::invent(&mut Dice::of(seed, &["person", &job.user]));
    let params = json!({"job_id": job.id, "user_id": "another-user", "job_type": "1", "optional_info": FREE_TEXT});
    let (_, country, id_type) = person.country;
    json!([
        {
            "ResultCode": "1210", "ResultText": "Enroll User", "ResultType": "DIVA", "SmileJobID": "0000000857",
            "JSONVersion": "1.0.0", "IsFinalResult": "true", "PartnerParams": params,
        },
        {
            "ResultCode": "0814", "ResultText": "Provisional Enroll - Under Review", "SmileJobID": "0000000857",
            "ConfidenceValue": "97.000000", "PartnerParams": params,
        },
        {
            "DOB": person.birth, "IDType": id_type, "Country": country, "FullName": person.name,
            "ExpirationDate": "Not Available", "IDNumber": person.id_number, "ResultCode": "1012",
            "ResultText": "ID Validated", "ResultType": "ID Verification", "SmileJobID": "0000000857",
            "PartnerParams": params,
        },
    ])
}
