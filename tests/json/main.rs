//! The tolerant JSON reader: what it accepts, repairs, refuses and reports.

mod conformance;
mod decode;
mod documents;
mod fuzz_replay;
mod hostile;
mod properties;
mod reader;
