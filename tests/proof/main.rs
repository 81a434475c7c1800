//! Forged, foreign and stale proofs, in both schemes.

mod forged;
mod forms;
mod legacy;
