//! What was asked and answered, as told to tests and people: bounded, and without any value of a person.

use std::collections::VecDeque;

/// The most exchanges that are kept.
const MOST: usize = 10_000;

/// One request and what was made of it. It holds no id, no signature and no body.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// The HTTP status of the answer.
    pub status: u16,
    /// The code of an error body.
    pub code: Option<&'static str>,
    /// Why the request was refused, and what to do about it.
    pub reason: Option<String>,
}

/// The latest exchanges, oldest first.
#[derive(Debug, Default)]
pub struct Journal {
    entries: VecDeque<Exchange>,
    requests: u64,
}

impl Journal {
    pub(crate) fn note(&mut self, exchange: Exchange) {
        self.requests += 1;
        if self.entries.len() == MOST {
            self.entries.pop_front();
        }
        self.entries.push_back(exchange);
    }

    pub(crate) fn requests(&self) -> u64 {
        self.requests
    }

    pub(crate) fn entries(&self) -> Vec<Exchange> {
        self.entries.iter().cloned().collect()
    }
}
