//! What codes mean, as data: those of the job status call and the result codes of products. Both sets are open.

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
    /// The error it leads to, or none where it is no refusal.
    pub kind: Option<ErrorKind>,
    /// Where this is known from.
    pub source: Source,
}

/// Where the meaning of a code is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// The table of the job status document.
    Document,
    /// Seen in replies and told of by integrators.
    Seen,
    /// The vendor's product documents.
    Product,
    /// Tables of integrators, which contradict each other.
    Integrators,
}

impl Source {
    /// The source in a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Seen => "seen",
            Self::Product => "product",
            Self::Integrators => "integrators",
        }
    }

    /// How far a meaning from this source can be relied on: `high` or `low`.
    #[must_use]
    pub const fn confidence(self) -> &'static str {
        match self {
            Self::Document | Self::Product | Self::Seen => "high",
            Self::Integrators => "low",
        }
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

/// Every code of the job status call that is known.
pub const CODES: &[CodeInfo] = {
    use ErrorKind::{Credentials, Disabled, NotFound, Request, Server};
    use Source::{Document, Seen};
    &[
        row("2301", Some(Server), Document, "system error", "ask again later"),
        row("2302", None, Document, "success", "read job_complete: this code alone does not tell completion"),
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
        row("2205", Some(Credentials), Seen, "not authorized", CHECK_CREDENTIALS),
        row("2405", Some(Credentials), Seen, "not authorized", CHECK_CREDENTIALS),
        row("2213", Some(Request), Seen, "missing parameter", "check user_id and job_id"),
        row("2413", Some(Request), Seen, "missing parameter", "check user_id and job_id"),
        row("2215", Some(Request), Seen, "job already exists", "each job needs a job_id of its own"),
        row("2220", Some(Request), Seen, "production is not enabled for this partner", "ask Smile ID to enable it"),
    ]
};

/// What is known of `code`; none for an unknown one, which decides nothing.
#[must_use]
pub fn code_info(code: &str) -> Option<&'static CodeInfo> {
    CODES.iter().find(|c| c.code == code)
}

/// A refusing code of a reply, and the error it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) kind: ErrorKind,
    pub(crate) info: &'static CodeInfo,
    pub(crate) next: &'static str,
}

/// Whether `code` refuses the request. 2204 means two things, told apart by whether one of its texts speaks of authorization.
pub(crate) fn refusal<T: AsRef<str>>(code: &str, mut texts: impl Iterator<Item = T>) -> Option<Refusal> {
    let info = code_info(code)?;
    let kind = info.kind?;
    if code == "2204" && texts.any(|text| speaks_of_authorization(text.as_ref())) {
        return Some(Refusal { kind: ErrorKind::Credentials, info, next: CHECK_CREDENTIALS });
    }
    Some(Refusal { kind, info, next: info.next })
}

/// "Not authorized", "unauthorised", "authorization …"; an "ID authority" is none of them.
fn speaks_of_authorization(text: &str) -> bool {
    let stem = |w: &[u8]| w.eq_ignore_ascii_case(b"authoriz") || w.eq_ignore_ascii_case(b"authoris");
    text.as_bytes().windows(8).any(stem)
}

/// What a result code says of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Category {
    /// The check was passed.
    Approved,
    /// Not decided yet: a person looks at it, or will have to.
    Provisional,
    /// The check was not passed.
    Rejected,
    /// The check itself failed: nothing is said of the person.
    NoVerdict,
    /// Something else is told than whether a check was passed.
    Other,
}

impl Category {
    /// The category in a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Provisional => "provisional",
            Self::Rejected => "rejected",
            Self::NoVerdict => "no_verdict",
            Self::Other => "other",
        }
    }

    /// What to do about a result code of it. The verdict counts: it takes `job_success` and the rest of the reply into account as well.
    #[must_use]
    pub const fn next(self) -> &'static str {
        match self {
            Self::Approved => "accept the user where the verdict is approved",
            Self::Provisional => "neither accept nor refuse: ask again later, the answer may change",
            Self::Rejected => "do not accept the user on this check; they may try again",
            Self::NoVerdict => "nothing is said of the user: submit the job again, or have a person look at it",
            Self::Other => "no yes and no no: have a person look at it",
        }
    }
}

/// What is known of a product's result code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResultCodeInfo {
    /// The code, with its leading zeros.
    pub code: &'static str,
    /// What it says of the check.
    pub category: Category,
    /// What it means.
    pub meaning: &'static str,
    /// Where this is known from.
    pub source: Source,
}

const fn result(code: &'static str, category: Category, source: Source, meaning: &'static str) -> ResultCodeInfo {
    ResultCodeInfo { code, category, meaning, source }
}

/// Every result code that is known. The wording of `ResultText` depends on the product: only the code counts.
pub const RESULT_CODES: &[ResultCodeInfo] = {
    use Category::{Approved, NoVerdict, Other, Provisional, Rejected};
    use Source::{Integrators, Product};
    &[
        result("0810", Approved, Product, "enrolment or match approved"),
        result("0820", Approved, Integrators, "authentication approved"),
        result("0840", Approved, Product, "registration approved"),
        result(
            "1012",
            Approved,
            Product,
            "ID number validated: final for ID products, one leg of two for biometric KYC",
        ),
        result("1020", Approved, Product, "exact match of the ID information"),
        result("1021", Approved, Product, "partial match of the ID information"),
        result("1210", Approved, Product, "enrolled after human review"),
        result("1220", Approved, Product, "authenticated after human review"),
        result("1240", Approved, Product, "registered after human review"),
        result("0812", Provisional, Integrators, "provisional, under review"),
        result("0814", Provisional, Integrators, "provisional enrolment, under review"),
        result("0815", Provisional, Integrators, "provisional, under review"),
        result("0816", Provisional, Integrators, "provisional, under review"),
        result("0817", Provisional, Integrators, "provisional, under review"),
        result("0822", Provisional, Integrators, "provisional authentication, under review"),
        result("0824", Provisional, Integrators, "provisional authentication, under review"),
        result("0825", Provisional, Integrators, "provisional authentication, under review"),
        result("1213", Provisional, Product, "provisional after human review"),
        result("0811", Rejected, Integrators, "no match, or a check was failed"),
        result("0841", Rejected, Product, "registration rejected"),
        result("0903", Rejected, Product, "rejected"),
        result("0907", Rejected, Product, "rejected"),
        result("1013", Rejected, Product, "ID number not found"),
        result("1022", Rejected, Product, "no match of the ID information"),
        result("1023", Rejected, Product, "ID information not found"),
        result("1221", Rejected, Product, "authentication rejected after human review"),
        result("1222", Rejected, Product, "authentication rejected after human review"),
        result("1241", Rejected, Product, "registration rejected after human review"),
        result("1242", Rejected, Product, "registration rejected after human review"),
        result("1014", NoVerdict, Product, "the check could not be made: ID type not supported"),
        result("1015", NoVerdict, Product, "the check could not be made: the ID authority is unavailable"),
        result("1016", NoVerdict, Product, "the check could not be made: ID type not activated"),
        result("0001", Other, Product, "the data is invalid"),
        result("1030", Other, Product, "AML check: the person is listed"),
        result("5210", Other, Product, "duplicate-user check"),
        result("5211", Other, Product, "duplicate-user check"),
        result("5212", Other, Product, "duplicate-user check"),
    ]
};

/// What is known of a product's result code; none for an unknown one.
#[must_use]
pub fn result_code_info(code: &str) -> Option<&'static ResultCodeInfo> {
    RESULT_CODES.iter().find(|c| c.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_TEXT: core::iter::Empty<&str> = core::iter::empty();

    #[test]
    fn the_codes_are_those_of_the_contract() {
        use ErrorKind as K;
        let kinds = [
            ("2301", Some(K::Server)),
            ("2302", None),
            ("2303", Some(K::Request)),
            ("2304", Some(K::NotFound)),
            ("2305", Some(K::Credentials)),
            ("2307", Some(K::Disabled)),
            ("2310", Some(K::NotFound)),
            ("2313", Some(K::Request)),
            ("2314", None),
            ("2204", Some(K::Request)),
            ("2205", Some(K::Credentials)),
            ("2405", Some(K::Credentials)),
            ("2213", Some(K::Request)),
            ("2413", Some(K::Request)),
            ("2215", Some(K::Request)),
            ("2220", Some(K::Request)),
        ];
        for (code, kind) in kinds {
            assert_eq!(refusal(code, NO_TEXT).map(|r| r.kind), kind, "{code}");
        }
        assert_eq!(CODES.len(), kinds.len());
        assert_eq!(refusal("9999", NO_TEXT), None);
        assert_eq!(refusal("02301", NO_TEXT), None);
    }

    #[test]
    fn code_2204_is_told_by_its_text() {
        let kind = |texts: &[&str]| refusal("2204", texts.iter()).unwrap().kind;
        for text in ["You are not authorized to do that.", "Unauthorised", "NOT AUTHORIZED", "Authorization failed"] {
            assert_eq!(kind(&[text]), ErrorKind::Credentials);
            assert_eq!(kind(&["wrong data type", text]), ErrorKind::Credentials);
        }
        for text in ["wrong data type", "", "auth", "no such ID authority", "author"] {
            assert_eq!(kind(&[text]), ErrorKind::Request);
        }
        assert_eq!(kind(&[]), ErrorKind::Request);
    }

    #[test]
    fn sources_and_categories_have_their_words() {
        let sources = [Source::Document, Source::Seen, Source::Product, Source::Integrators];
        assert_eq!(sources.map(Source::as_str), ["document", "seen", "product", "integrators"]);
        assert_eq!(sources.map(Source::confidence), ["high", "high", "high", "low"]);
        let categories =
            [Category::Approved, Category::Provisional, Category::Rejected, Category::NoVerdict, Category::Other];
        let words = categories.map(Category::as_str);
        assert_eq!(words, ["approved", "provisional", "rejected", "no_verdict", "other"]);
        // Only what is approved is told to be accepted.
        assert_eq!(categories.map(|c| c.next().starts_with("accept")), [true, false, false, false, false]);
        let low: alloc::vec::Vec<_> = RESULT_CODES.iter().filter(|c| c.source.confidence() == "low").collect();
        assert!(low.iter().all(|c| ("0811".."0826").contains(&c.code)) && low.len() == 10, "{low:?}");
        assert_eq!(code_info("2314").map(|c| (c.kind, c.source)), Some((None, Source::Seen)));
        assert_eq!(
            result_code_info("0814").map(|c| (c.category, c.source)),
            Some((Category::Provisional, Source::Integrators))
        );
    }

    #[test]
    fn no_code_stands_twice() {
        for (i, c) in CODES.iter().enumerate() {
            assert!(CODES[i + 1..].iter().all(|d| d.code != c.code), "{}", c.code);
        }
        for (i, c) in RESULT_CODES.iter().enumerate() {
            assert!(RESULT_CODES[i + 1..].iter().all(|d| d.code != c.code), "{}", c.code);
        }
    }
}
