//! What each oddity does to a reply, which is well formed before.

use super::person::{Dice, Person};
use super::result::id_leg;
use crate::model::{Job, Odd};
use crate::tree::{Json, Map, Members as _};

impl Odd {
    /// Changes a reply that is not signed yet.
    pub(crate) fn shape(self, reply: &mut Map, job: &Job, seed: u64) {
        match self {
            Self::CompletionAsText => {
                for name in ["job_complete", "job_success"] {
                    if let Some(Json::Bool(yes)) = reply.get(name) {
                        let text = if *yes { "true" } else { "false" };
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
                reply.set("image_links", Map::new().with("error", "Unable to retrieve images for this job"));
            }
            Self::LinksMore => more_links(reply),
            Self::Receipts => {
                reply.set("kyc_receipt", Map::new().with("receipt", "0000000000"));
                reply.set("kyb_receipt", Json::Null);
            }
            Self::UnknownKeys => {
                reply.set("x_unknown", Map::new().with("nested", vec![Json::Null, Json::from(1e3)]));
                with_result(reply, |result| result.set("XUnknown", 12_345_678_901_234_567_890_u64));
            }
            _ => with_result(reply, |result| self.shape_result(result, job, seed)),
        }
    }

    fn shape_result(self, result: &mut Map, job: &Job, seed: u64) {
        let person = || Person::invent(&mut Dice::of(seed, &["person", &job.user]));
        match self {
            Self::ResultCodeMissing => drop(result.take("ResultCode")),
            Self::JobTypeText => with_params(result, |p| p.set("job_type", job.product.job_type().to_string())),
            Self::JobTypeMissing => with_params(result, |p| drop(p.take("job_type"))),
            Self::PartnerParamsMissing => drop(result.take("PartnerParams")),
            Self::PartnerParamsMixed => with_params(result, |params| {
                params.set("optional_info", "Partner can put whatever they want as long as it is a string");
                params.set("a_number", 7);
                params.set("a_list", vec![Json::Bool(true), Json::Null]);
                params.set("an_object", Map::new().with("k", "v"));
            }),
            Self::FlagsAsBooleans => {
                result.set("IsFinalResult", true);
                result.set("IsMachineResult", true);
            }
            Self::NotFinalResult => result.set("IsFinalResult", "false"),
            Self::ConfidenceNumber => result.set("ConfidenceValue", 99.5),
            Self::ConfidenceDecimals => result.set("ConfidenceValue", "97.000000"),
            Self::ConfidenceMissing => drop(result.take("ConfidenceValue")),
            Self::ActionsPartial => result.set("Actions", Map::new().with("Liveness_Check", "Passed")),
            Self::ActionsEmpty => result.set("Actions", Map::new()),
            Self::ActionsMissing => drop(result.take("Actions")),
            Self::ActionsUnknown => result.set("Actions", Map::new().with("Telepathy_Check", "Rather Likely")),
            Self::Placeholders => {
                for (name, value) in
                    [("FullName", "Not Available"), ("Gender", "N/A"), ("PhoneNumber2", "Not Applicable")]
                {
                    result.set(name, value);
                }
                result.set("Address", "");
                result.set("DOB", "NaN-NaN-NaN");
                result.set("Photo", Json::Null);
            }
            Self::DatesUnpadded => {
                result.set("DOB", "1990-1-8");
                result.set("ExpirationDate", "2033-1-28");
            }
            Self::DatesWhole => {
                result.set("DOB", "1990-01-08T00:00:00.000Z");
                result.set("ExpirationDate", "2033-01-28T00:00:00");
            }
            Self::FullData => {
                let person = person();
                let nested = Map::new().with("city", "Sandbox City").with("verified", true);
                let data = Map::new()
                    .with("fullName", person.name)
                    .with("isDeceased", false)
                    .with("phones", vec![Json::from(person.phone)])
                    .with("residence", nested);
                result.set("FullData", data);
            }
            Self::LargePhoto => {
                result.set("Photo", "QUJD".repeat(75_000));
                result.set("Document", "REVG".repeat(75_000));
            }
            Self::AntifraudList => {
                let suspect = Map::new().with("user_id", "another-user").with("reason", "Same face");
                result.set("Antifraud", Map::new().with("SuspectUsers", vec![Json::from(suspect)]));
            }
            Self::AntifraudSummary => {
                let reasons = vec![Json::from("Same face"), Json::from("Same device")];
                let suspect = Map::new().with("user_id", "another-user").with("reasons", reasons);
                let secure = Map::new().with("result", "review").with("SuspectUsers", vec![Json::from(suspect)]);
                let summary = Map::new().with("result", "review");
                result.set("Antifraud", Map::new().with("summary", summary).with("smile_secure", secure));
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
fn mixed_history(job: &Job, seed: u64) -> Vec<Json> {
    let params = || {
        Map::new()
            .with("job_id", job.id.clone())
            .with("user_id", "another-user")
            .with("job_type", "1")
            .with("optional_info", "Partner can put whatever they want as long as it is a string")
    };
    let person = Person::invent(&mut Dice::of(seed, &["person", &job.user]));
    let whole = Map::new()
        .with("ResultCode", "1210")
        .with("ResultText", "Enroll User")
        .with("ResultType", "DIVA")
        .with("SmileJobID", "0000000857")
        .with("JSONVersion", "1.0.0")
        .with("IsFinalResult", "true")
        .with("PartnerParams", params());
    let short = Map::new()
        .with("ResultCode", "0814")
        .with("ResultText", "Provisional Enroll - Under Review")
        .with("SmileJobID", "0000000857")
        .with("ConfidenceValue", "97.000000")
        .with("PartnerParams", params());
    let (_, country, id_type) = person.country;
    let id = Map::new()
        .with("DOB", person.birth)
        .with("IDType", id_type)
        .with("Country", country)
        .with("FullName", person.name)
        .with("ExpirationDate", "Not Available")
        .with("IDNumber", person.id_number)
        .with("ResultCode", "1012")
        .with("ResultText", "ID Validated")
        .with("ResultType", "ID Verification")
        .with("SmileJobID", "0000000857")
        .with("PartnerParams", params());
    vec![whole.into(), short.into(), id.into()]
}
