//! The table: each fault, how a client meets it, what becomes of it. The test runs it and `docs/faults.md` is written from it.

use smileid_sandbox::faults::{Family, Fault};

/// How a client meets a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// One call.
    Call,
    /// One call, with so little time for an attempt that a stall is soon over.
    ImpatientCall,
    /// One call that asks for gzip.
    GzipCall,
    /// The second of two calls.
    SecondCall,
    /// A wait of ten seconds.
    Wait,
}

/// A fault and what becomes of it.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub fault: Fault,
    pub how: How,
    /// `final`, `pending`, or the word of an error's kind.
    pub word: &'static str,
    /// How many requests the call or wait sends, at least and at most.
    pub requests: (u32, u32),
    /// How many requests lead to a final answer where the fault strikes once, if it can.
    pub once: Option<u32>,
}

/// Where the fault strikes every time, and where it strikes once: then a second request succeeds, and a first that ends the call
/// ends it all the same.
const fn row(fault: Fault, how: How, word: &'static str, requests: u32) -> Row {
    let passes = requests > 1 && !matches!(fault.family(), Family::Tls | Family::Meaning | Family::KeepAlive);
    let passes = passes && !matches!(fault, Fault::Refused | Fault::Blackhole);
    Row { fault, how, word, requests: (requests, requests), once: if passes { Some(2) } else { None } }
}

use How::{Call, GzipCall, ImpatientCall, SecondCall, Wait};

/// One row per fault.
pub const TABLE: &[Row] = &[
    row(Fault::Refused, Call, "transport", 3),
    row(Fault::Blackhole, ImpatientCall, "transport", 3),
    row(Fault::AcceptThenClose, Call, "transport", 3),
    row(Fault::AcceptNeverRead, ImpatientCall, "transport", 3),
    row(Fault::SynThenRst, Call, "transport", 3),
    row(Fault::Expired, Call, "tls", 1),
    row(Fault::SelfSigned, Call, "tls", 1),
    row(Fault::WrongHost, Call, "tls", 1),
    row(Fault::UnknownCa, Call, "tls", 1),
    row(Fault::AlertMidHandshake, Call, "tls", 1),
    row(Fault::StallInHandshake, ImpatientCall, "transport", 3),
    row(Fault::PlaintextOnTlsPort, Call, "tls", 1),
    row(Fault::StallBeforeHead, ImpatientCall, "transport", 3),
    row(Fault::Head1BytePerS, ImpatientCall, "transport", 3),
    row(Fault::RstInHead, Call, "transport", 3),
    row(Fault::GarbageHead, Call, "transport", 3),
    row(Fault::Head70KiB, Call, "malformed", 1),
    row(Fault::Headers2000, Call, "malformed", 1),
    row(Fault::TwoContentLengths, Call, "transport", 3),
    row(Fault::LengthAndChunked, Call, "transport", 3),
    row(Fault::Flood100, ImpatientCall, "transport", 3),
    row(Fault::Status999, Call, "malformed", 2),
    row(Fault::StallMidBody, ImpatientCall, "transport", 3),
    row(Fault::Dribble, ImpatientCall, "transport", 3),
    row(Fault::Slicer, Call, "final", 1),
    row(Fault::RstMidBody, Call, "transport", 3),
    row(Fault::FinMidBody, Call, "transport", 3),
    row(Fault::LengthTooLong, Call, "transport", 3),
    row(Fault::LengthTooShort, Call, "malformed", 2),
    row(Fault::ChunkBadSize, Call, "transport", 3),
    row(Fault::ChunkNoEnd, Call, "transport", 3),
    row(Fault::OversizePlain, Call, "malformed", 1),
    row(Fault::OversizeChunked, Call, "malformed", 1),
    row(Fault::GzipBomb, GzipCall, "malformed", 1),
    row(Fault::GzipUnasked, Call, "malformed", 2),
    row(Fault::GzipCorrupt, GzipCall, "transport", 3),
    row(Fault::Empty200, Call, "malformed", 2),
    row(Fault::Html200, Call, "malformed", 2),
    row(Fault::Bom, Call, "final", 1),
    row(Fault::Utf16, Call, "malformed", 2),
    row(Fault::NulBytes, Call, "malformed", 2),
    row(Fault::TrailingGarbage, Call, "malformed", 2),
    row(Fault::TwoDocuments, Call, "malformed", 2),
    row(Fault::Status301SameHost, Call, "redirected", 1),
    row(Fault::Status301OtherHost, Call, "redirected", 1),
    row(Fault::Status302SameHost, Call, "redirected", 1),
    row(Fault::Status302OtherHost, Call, "redirected", 1),
    row(Fault::Status303SameHost, Call, "redirected", 1),
    row(Fault::Status303OtherHost, Call, "redirected", 1),
    row(Fault::Status307SameHost, Call, "redirected", 1),
    row(Fault::Status307OtherHost, Call, "redirected", 1),
    row(Fault::Status308SameHost, Call, "redirected", 1),
    row(Fault::Status308OtherHost, Call, "redirected", 1),
    row(Fault::Status302Loop, Call, "redirected", 1),
    row(Fault::Status302NoLocation, Call, "redirected", 1),
    row(Fault::Status304, Call, "redirected", 1),
    row(Fault::Status401, Call, "credentials", 1),
    row(Fault::Status403, Call, "credentials", 1),
    row(Fault::Status404, Call, "request", 1),
    row(Fault::Status408, Call, "server", 3),
    row(Fault::Status409, Call, "request", 1),
    row(Fault::Status413, Call, "request", 1),
    row(Fault::Status425, Call, "server", 3),
    row(Fault::Status429, Call, "throttled", 3),
    row(Fault::Status429RetryAfter, Call, "throttled", 3),
    row(Fault::Status500, Call, "server", 3),
    row(Fault::Status502Html, Call, "server", 3),
    row(Fault::Status503, Call, "server", 3),
    row(Fault::Status504, Call, "server", 3),
    row(Fault::RetryAfterNegative, Call, "server", 3),
    row(Fault::RetryAfter0, Call, "server", 3),
    row(Fault::RetryAfter1e30, Call, "server", 3),
    row(Fault::RetryAfterNan, Call, "server", 3),
    row(Fault::RetryAfterText, Call, "server", 3),
    row(Fault::RetryAfterPastDate, Call, "server", 3),
    row(Fault::RetryAfterYear9999, Call, "server", 1),
    row(Fault::RetryAfterTwoHeaders, Call, "server", 3),
    row(Fault::IdleCloseRace, SecondCall, "final", 2),
    row(Fault::PipelinedExtraBytes, SecondCall, "final", 1),
    row(Fault::ResetOnReuse, SecondCall, "final", 2),
    row(Fault::DupSignature, Call, "malformed", 2),
    row(Fault::DupJobComplete, Call, "malformed", 2),
    row(Fault::Depth65, Call, "malformed", 2),
    row(Fault::Number1e308, Call, "final", 1),
    row(Fault::Number2Pow64, Call, "final", 1),
    row(Fault::LoneSurrogate, Call, "malformed", 2),
    row(Fault::String1MiB, Call, "final", 1),
    row(Fault::History1e5, Call, "final", 1),
    row(Fault::Keys1e5, Call, "malformed", 2),
    row(Fault::BoolAsText, Call, "final", 1),
    row(Fault::CodeAsNumber, Call, "final", 1),
    row(Fault::NullResult, Call, "final", 1),
    row(Fault::TextResult, Call, "final", 1),
    row(Fault::MissingTimestamp, Call, "unproven", 1),
    row(Fault::TimestampNumber, Call, "final", 1),
    row(Fault::BadMac, Call, "signature", 1),
    row(Fault::UrlSafeBase64, Call, "unproven", 1),
    row(Fault::NoPadding, Call, "unproven", 1),
    row(Fault::TrailingBits, Call, "unproven", 1),
    row(Fault::Signed301sOld, Call, "replay", 1),
    row(Fault::Signed301sAhead, Call, "replay", 1),
    row(Fault::Reflected, Call, "replay", 1),
    row(Fault::Replayed, Call, "replay", 1),
    row(Fault::SecondKey, Call, "final", 1),
    row(Fault::OtherPartner, Call, "signature", 1),
    row(Fault::OtherJob, Call, "mismatch", 1),
    row(Fault::OtherUser, Call, "mismatch", 1),
    row(Fault::Unsigned, Call, "unproven", 1),
    row(Fault::BareHash, Call, "unproven", 1),
    row(Fault::CompleteFlapsBack, Wait, "final", 2),
    Row { requests: (4, 6), ..row(Fault::NeverComplete, Wait, "deadline", 5) },
    row(Fault::UnknownCode, Call, "final", 1),
    row(Fault::UnknownJobType, Call, "final", 1),
    row(Fault::ClockPlus1h, Call, "replay", 1),
    row(Fault::ClockJumpsMidWait, Wait, "final", 4),
];
