//! The parts of an answer: what the methods of [`JobStatus`](crate::JobStatus), [`Callback`](crate::Callback) and
//! [`Verified`](crate::Verified) return, and the tables of codes.

pub use smileid_core::{
    Action, ActionName, ActionOutcome, Antifraud, CODES, CallbackStage, Category, CodeInfo, Date, DateText, Flag,
    FreshProof, ImageLinks, JobResult, JobType, KeySlot, Members, NotProven, PartnerParams, Personal, Proof, ProofKind,
    RESULT_CODES, Raw, Reading, ReadingKind, Readings, ResultCodeInfo, Source, SourceConfidence, StageDoubt,
    SuspectUser, Timestamp, code_info, result_code_info,
};
