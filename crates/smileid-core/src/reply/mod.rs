//! TEMP stub
#![allow(missing_docs, clippy::all, clippy::pedantic, reason = "temp")]
mod pending;
use crate::policy::ErrorKind;
use crate::signature::{Claim, ProofField};
use alloc::vec::Vec;
pub use pending::Pending;
#[derive(Debug)]
pub struct JobStatus;
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    True,
    False,
    Missing,
    Unknown,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Approved,
}
#[derive(Debug, Clone, Default)]
pub struct DecodeOptions {
    x: u8,
}
impl DecodeOptions {
    pub fn max_bytes(&self) -> usize {
        4
    }
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplyError;
impl core::fmt::Display for ReplyError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("x")
    }
}
impl core::error::Error for ReplyError {}
pub struct Refusal {
    pub kind: ErrorKind,
    pub code: &'static str,
    pub meaning: &'static str,
    pub next: &'static str,
}
impl JobStatus {
    pub fn decode(_: Vec<u8>, _: &DecodeOptions) -> Result<Self, ReplyError> {
        Ok(Self)
    }
    pub fn claim(&self) -> Claim<'_> {
        Claim { timestamp: ProofField::Missing, proof: ProofField::Missing }
    }
    pub fn job_complete(&self) -> Flag {
        Flag::True
    }
    pub fn echoed_ids(&self) -> (Option<&str>, Option<&str>) {
        (None, None)
    }
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        None
    }
    pub(crate) fn code_text(&self) -> Option<&str> {
        None
    }
}
pub(crate) mod verdict {
    pub(crate) fn of(_: &super::JobStatus) -> super::Verdict {
        super::Verdict::Approved
    }
}
