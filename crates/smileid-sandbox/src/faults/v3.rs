//! The names of the faults of the v3 API, and what each does. How they do it is in `v3/faulty`.

use super::{Family, Fault};
use crate::named::named;

named! {
    /// A way in which the v3 API fails, or an older or unusual reply of it. A reply that a careless client takes for one about its
    /// job says `clear`, so that a test sees a wrong "yes".
    pub enum V3Fault {
        /// The service whose replies it is one of.
        pub(crate) service: Service;

        V3Status {
            UnknownWord "v3_unknown_word" "200, and the word is `queued`.";
            OtherCasing "v3_other_casing" "200, and the word is `Clear`.";
            OldForm "v3_old_form" "200 with the form of May 2026: `complete`, and the decision in `message`.";
            EmptyWord "v3_empty_word" "200, and the word is empty.";
            ClearWith202 "v3_clear_with_202" "202, and the word is `clear`.";
            ProcessingWith200 "v3_processing_with_200" "200, and the word is `processing`.";
            Envelope200 "v3_envelope_200" "200 with an error envelope, whose `status` is `error`.";
            Envelope500 "v3_envelope_500" "500 with an error envelope.";
            Slug200 "v3_slug_200" "200 with the gateway's envelope, whose `status` is the slug `unauthorized`.";
            Slug401 "v3_slug_401" "401 with the gateway's envelope, whose `status` is a slug and whose ids are null.";
            Slug404 "v3_slug_404" "404 with the gateway's envelope: its `status` is `not_found`, its ids are null.";
            Path404 "v3_path_404" "404 with the gateway's message for a wrong path.";
            OtherJobsId "v3_other_jobs_id" "`clear`, about another job.";
            NoJobId "v3_no_job_id" "`clear`, without a `job_id`.";
            TwoWords "v3_two_words" "200 with two members `status`: `processing`, then `clear`.";
            TwoJobIds "v3_two_job_ids" "`clear`, with two members `job_id`: another job's, then this one's.";
            NotFoundForever "v3_not_found" "404 with `not_found`, about this job.";
            Storm401 "v3_401" "401 with the service's envelope, whatever the token.";
            AllowList403 "v3_403" "403 with the service's envelope, as for an address that is not on the allow list.";
            Limit429 "v3_429" "429 with the service's envelope and Retry-After: 3.";
            Signed "v3_signed" "`clear`, with a valid `Response-Signature` and `Response-Timestamp`.";
            SignedWrong "v3_signed_wrong" "`clear`, with a `Response-Signature` that does not hold.";
            SignedHalf "v3_signed_half" "`clear`, with a `Response-Timestamp` and no `Response-Signature`.";
        }
        V3Token {
            TokenOpaque "v3_token_opaque" "The token is valid, and is not a JWT.";
            TokenEnded "v3_token_ended" "The token's `exp` is an hour ago.";
            TokenOtherHost "v3_token_other_host" "The token's `api_url` names another host.";
            TokenOtherPartner "v3_token_other_partner" "The token's `partner_id` is another partner's.";
            TokenMissing "v3_token_missing" "200 without a `token`.";
            TokenWithLineEnd "v3_token_with_line_end" "The token contains a line end and another field.";
            Token401 "v3_token_401" "401 with the service's envelope, as for a wrong key.";
            Token500 "v3_token_500" "500 with the service's envelope.";
        }
    }
}

impl V3Fault {
    /// Returns whether it strikes requests for a token, rather than for a status.
    #[must_use]
    pub const fn is_of_token(self) -> bool {
        matches!(self.service(), Service::V3Token)
    }
}

/// Which of the sandbox's services a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    JobStatus,
    V3Status,
    V3Token,
}

/// A fault that a request to the sandbox can meet: one of `job_status` or one of the v3 API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestFault {
    /// A fault of `job_status`. Those of the family `status` strike the v3 API too.
    Http(Fault),
    /// A fault of the v3 API.
    V3(V3Fault),
}

impl RequestFault {
    /// Returns the fault's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Http(fault) => fault.name(),
            Self::V3(fault) => fault.name(),
        }
    }

    /// Returns what it does on the wire, in a sentence.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Http(fault) => fault.description(),
            Self::V3(fault) => fault.description(),
        }
    }

    /// Returns the word of its family.
    #[must_use]
    pub const fn family(self) -> &'static str {
        match self {
            Self::Http(fault) => fault.family().as_str(),
            Self::V3(fault) if fault.is_of_token() => "v3-token",
            Self::V3(_) => "v3-status",
        }
    }

    /// Whether it can strike a request for a service.
    pub(crate) fn strikes(self, service: Service) -> bool {
        match self {
            Self::Http(fault) => service == Service::JobStatus || fault.family() == Family::Status,
            Self::V3(fault) => service == fault.service(),
        }
    }
}

impl From<Fault> for RequestFault {
    fn from(fault: Fault) -> Self {
        Self::Http(fault)
    }
}

impl From<V3Fault> for RequestFault {
    fn from(fault: V3Fault) -> Self {
        Self::V3(fault)
    }
}
