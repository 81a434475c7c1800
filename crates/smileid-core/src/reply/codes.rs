//! What the codes of the job status call mean, as data. The set is open. Result codes of products are in `result_codes.rs`.

use crate::kind::ErrorKind;

/// What is known of a code of the job status call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodeInfo {
    /// The code, as text.
    pub code: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What to do about it.
    pub next: &'static str,
    /// The error it leads to, or `None` if it is no refusal.
    pub kind: Option<ErrorKind>,
    /// Where this is known from.
    pub source: Source,
}

__words! {
    /// Where the meaning of a code is known from.
    #[non_exhaustive]
    pub enum Source {
        /// The table of the job status document.
        Document = "document",
        /// Seen in replies and reported by integrators.
        Seen = "seen",
        /// The vendor's product documents.
        Product = "product",
        /// Tables of integrators, which contradict each other.
        Integrators = "integrators",
    }
}

impl Source {
    /// Returns how far you can rely on a meaning from this source.
    #[must_use]
    pub const fn confidence(self) -> SourceConfidence {
        match self {
            Self::Document | Self::Product | Self::Seen => SourceConfidence::High,
            Self::Integrators => SourceConfidence::Low,
        }
    }
}

__words! {
    /// How far you can rely on a meaning.
    pub enum SourceConfidence {
        /// The vendor says so, or replies show it.
        High = "high",
        /// Integrators say so, and contradict each other.
        Low = "low",
    }
}

const fn row(
    code: &'static str,
    kind: Option<ErrorKind>,
    source: Source,
    meaning: &'static str,
    next: &'static str,
) -> CodeInfo {
    CodeInfo { code, meaning, next, kind, source }
}

const CHECK_CREDENTIALS: &str = "check that the API key is this environment's and used as it is (not base64-decoded), that the partner \
                                 id has its leading zeros, and that the clock is right and in UTC";

const CHECK_ALLOW_LIST: &str = "check whether an IP allow list in the Smile ID portal leaves this machine's address out; else check the API \
                                key, its environment, the partner id with its zeros, and the clock";

/// Every code of the job status call that is known.
pub const CODES: &[CodeInfo] = {
    use ErrorKind::{Credentials, Disabled, NotFound, Request, Server};
    use Source::{Document, Seen};
    &[
        row("2301", Some(Server), Document, "system error", "ask again later"),
        row("2302", None, Document, "success", "read job_complete: this code does not say whether the job is complete"),
        row("2303", Some(Request), Document, "invalid JSON", "a proxy may alter requests; else please report it"),
        row(
            "2304",
            Some(NotFound),
            Document,
            "job not found",
            "check user_id, job_id and the environment; a new job may not be there yet",
        ),
        row("2305", Some(Credentials), Document, "invalid sec_key", CHECK_CREDENTIALS),
        row("2307", Some(Disabled), Document, "enrolled user is disabled", "enable the user in the Smile ID portal"),
        row("2310", Some(NotFound), Document, "no enrolled user found", "check user_id and the environment"),
        row("2313", Some(Request), Document, "missing required parameters", "check user_id and job_id"),
        row("2314", None, Seen, "no zip file received", "the upload is not processed yet: the job is pending"),
        row(
            "2204",
            Some(Request),
            Seen,
            "wrong data type, or not authorized",
            "check the ids; else check the credentials",
        ),
        row(
            "2206",
            Some(Request),
            Seen,
            "the submission is refused as one that was made before",
            "ask for the job that was submitted first; give each new job its own job_id",
        ),
        row("2205", Some(Credentials), Seen, "not authorized", CHECK_CREDENTIALS),
        row("2405", Some(Credentials), Seen, "not authorized", CHECK_CREDENTIALS),
        row("2213", Some(Request), Seen, "missing parameter", "check user_id and job_id"),
        row("2401", Some(Server), Seen, "system error", "ask again later"),
        row(
            "2413",
            Some(Request),
            Seen,
            "missing parameter, or not authorized",
            "check user_id and job_id; else check whether an IP allow list leaves this machine out",
        ),
        row("2215", Some(Request), Seen, "job already exists", "give each job its own job_id"),
        row("2220", Some(Request), Seen, "production is not enabled for this partner", "ask Smile ID to enable it"),
    ]
};

/// Returns what is known of `code`, or `None` for an unknown one, which decides nothing.
#[must_use]
pub fn code_info(code: &str) -> Option<&'static CodeInfo> {
    CODES.iter().find(|c| c.code == code)
}

/// A refusing code of a reply, and the error it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) kind: ErrorKind,
    pub(crate) info: &'static CodeInfo,
    pub(crate) meaning: &'static str,
    pub(crate) next: &'static str,
}

/// Returns the error that `code` leads to, if it refuses the request.
///
/// 2204 and 2413 mean two things each, distinguished by the HTTP status and by whether a text of the reply speaks of authorization.
pub(crate) fn refusal(code: &str, http_status: u16, of_authorization: impl FnOnce() -> bool) -> Option<Refusal> {
    let info = code_info(code)?;
    let kind = info.kind?;
    let two_meanings = matches!(code, "2204" | "2413");
    if two_meanings && (matches!(http_status, 401 | 403) || of_authorization()) {
        let next = if code == "2413" { CHECK_ALLOW_LIST } else { CHECK_CREDENTIALS };
        return Some(Refusal { kind: ErrorKind::Credentials, info, meaning: "not authorized", next });
    }
    Some(Refusal { kind, info, meaning: info.meaning, next: info.next })
}

/// "Not authorized", "unauthorised", "authorization …"; an "ID authority" is none of them.
pub(super) fn speaks_of_authorization(text: &str) -> bool {
    contains(text, b"authoriz") || contains(text, b"authoris")
}

/// The same, and what speaks of a signature.
pub(crate) fn speaks_of_credentials(text: &str) -> bool {
    speaks_of_authorization(text) || contains(text, b"signature")
}

fn contains(text: &str, stem: &[u8]) -> bool {
    text.as_bytes().windows(stem.len()).any(|word| word.eq_ignore_ascii_case(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_2204_and_2413_are_told_apart_by_text_and_status() {
        let speaks = |text| (speaks_of_authorization(text), speaks_of_credentials(text));
        for text in ["You are not authorized to do that.", "Unauthorised", "NOT AUTHORIZED", "Authorization failed"] {
            assert_eq!(speaks(text), (true, true), "{text}");
        }
        for text in ["Invalid signature", "SIGNATURE mismatch"] {
            assert_eq!(speaks(text), (false, true), "{text}");
        }
        for text in ["wrong data type", "", "auth", "no such ID authority", "author", "Missing Authentication Token"] {
            assert_eq!(speaks(text), (false, false), "{text}");
        }
        for code in ["2204", "2413"] {
            let kind = |status, speaks: bool| refusal(code, status, || speaks).unwrap().kind;
            for status in [200, 400, 404] {
                let kinds = (kind(status, false), kind(status, true));
                assert_eq!(kinds, (ErrorKind::Request, ErrorKind::Credentials), "{code} {status}");
            }
            for status in [401, 403] {
                assert_eq!(kind(status, false), ErrorKind::Credentials, "{code} {status}");
            }
        }
        assert!(refusal("2413", 403, || false).unwrap().next.contains("IP allow list"));
        assert!(["9999", "02301", "2302", "2314"].iter().all(|code| refusal(code, 400, || false).is_none()));
        assert_eq!(refusal("2213", 403, || true).unwrap().kind, ErrorKind::Request);
    }

    #[test]
    fn sources_have_their_words() {
        let sources = [Source::Document, Source::Seen, Source::Product, Source::Integrators];
        assert_eq!(sources.map(Source::as_str), ["document", "seen", "product", "integrators"]);
        assert_eq!(sources.map(|source| source.confidence().as_str()), ["high", "high", "high", "low"]);
        assert_eq!(code_info("2314").map(|c| (c.kind, c.source)), Some((None, Source::Seen)));
    }

    #[test]
    fn no_code_is_there_twice() {
        for (i, c) in CODES.iter().enumerate() {
            assert!(CODES[i + 1..].iter().all(|d| d.code != c.code), "{}", c.code);
        }
    }
}
