//! What was asked and answered, and how it was judged: the latest of it, bounded by count and by bytes. Personal fields are kept out
//! of everything that leaves here.

use core::fmt;
use std::collections::VecDeque;

use hyper::body::Bytes;

use crate::redact;
use crate::tree::{Json, Map, MapExt as _};

/// The most exchanges that are kept by default.
pub(crate) const MOST: usize = 10_000;
/// The most bytes that are kept by default.
pub(crate) const MOST_BYTES: usize = 16 * 1024 * 1024;

/// One request and how it was judged. It contains no id, no signature and no body.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The HTTP status of the answer.
    pub status: u16,
    /// The code of an error body.
    pub code: Option<&'static str>,
    /// Why the request was refused, and what to do about it.
    pub reason: Option<String>,
}

/// One request as it is remembered.
#[derive(Clone)]
pub(crate) struct Entry {
    /// Counted from 1.
    pub(crate) number: u64,
    /// When it was answered, in milliseconds since the Unix epoch.
    pub(crate) at: i64,
    /// The method, if it is a known one.
    pub(crate) method: &'static str,
    /// The path, without its query.
    pub(crate) path: String,
    pub(crate) request: Bytes,
    pub(crate) answer: Bytes,
    /// The fault that was drawn.
    pub(crate) fault: Option<&'static str>,
    pub(crate) exchange: RecordedRequest,
}

impl Entry {
    /// The entry for people and programs, with personal fields, proofs and links taken out.
    pub(crate) fn to_json(&self) -> Json {
        let RecordedRequest { status, code, reason } = &self.exchange;
        let judgement = match status {
            _ if self.fault.is_some() => "fault",
            200..=299 => "accepted",
            _ => "refused",
        };
        Map::new()
            .with("number", self.number)
            .with("at_unix_ms", Json::from(self.at))
            .with("method", self.method)
            .with("path", self.path.clone())
            .with("status", u64::from(*status))
            .with("judgement", judgement)
            .with("code", *code)
            .with("reason", reason.clone())
            .with("fault", self.fault)
            .with("request", redact::body(&self.request))
            .with("answer", redact::body(&self.answer))
            .into()
    }

    /// Returns about how many bytes of memory it uses.
    fn bytes(&self) -> usize {
        let reason = self.exchange.reason.as_ref().map_or(0, String::len);
        size_of::<Self>() + self.request.len() + self.answer.len() + self.path.len() + reason
    }
}

/// Without the bodies: they hold what was asked about whom, and a signature.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("number", &self.number).field("exchange", &self.exchange).finish_non_exhaustive()
    }
}

/// The latest exchanges, oldest first.
#[derive(Debug)]
pub(crate) struct Journal {
    entries: VecDeque<Entry>,
    bytes: usize,
    requests: u64,
    most: usize,
    most_bytes: usize,
}

impl Journal {
    pub(crate) const fn new(most: usize, most_bytes: usize) -> Self {
        Self { entries: VecDeque::new(), bytes: 0, requests: 0, most, most_bytes }
    }

    /// Remembers an exchange under the next number, and forgets the oldest if there is no room.
    pub(crate) fn note(&mut self, mut entry: Entry) {
        self.requests += 1;
        entry.number = self.requests;
        self.bytes += entry.bytes();
        self.entries.push_back(entry);
        while self.entries.len() > self.most || self.bytes > self.most_bytes {
            let Some(oldest) = self.entries.pop_front() else { return };
            self.bytes -= oldest.bytes();
        }
    }

    /// How many requests there were.
    pub(crate) const fn requests(&self) -> u64 {
        self.requests
    }

    pub(crate) fn exchanges(&self) -> Vec<RecordedRequest> {
        self.entries.iter().map(|entry| entry.exchange.clone()).collect()
    }

    /// Up to `limit` entries whose number is greater than `after`, oldest first.
    pub(crate) fn after(&self, after: u64, limit: usize) -> Vec<Entry> {
        let first = self.entries.partition_point(|entry| entry.number <= after);
        self.entries.iter().skip(first).take(limit).cloned().collect()
    }

    /// Forgets the exchanges; the count goes on.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(bytes: usize) -> Entry {
        let exchange = RecordedRequest { status: 200, code: None, reason: None };
        let (request, answer) = (Bytes::from(vec![b' '; bytes]), Bytes::new());
        Entry { number: 0, at: 0, method: "POST", path: String::new(), request, answer, fault: None, exchange }
    }

    #[test]
    fn the_oldest_make_room_by_count_and_by_bytes() {
        let empty = entry(0).bytes();
        let mut journal = Journal::new(3, 3 * empty + 100);
        let numbers = |journal: &Journal| journal.after(0, 99).iter().map(|e| e.number).collect::<Vec<_>>();
        for _ in 0..4 {
            journal.note(entry(1));
        }
        assert_eq!(numbers(&journal), [2, 3, 4]);
        journal.note(entry(empty + 99));
        assert_eq!(numbers(&journal), [4, 5]);
        journal.note(entry(2 * empty + 101));
        assert!(numbers(&journal).is_empty());
        journal.note(entry(50));
        assert_eq!((numbers(&journal), journal.requests(), journal.bytes), (vec![7], 7, empty + 50));
        journal.clear();
        assert_eq!((journal.requests(), journal.bytes), (7, 0));
    }

    #[test]
    fn pages_go_on_where_the_last_ended() {
        let mut journal = Journal::new(99, 99_000);
        for _ in 0..5 {
            journal.note(entry(0));
        }
        let page = |after, limit| journal.after(after, limit).iter().map(|e| e.number).collect::<Vec<_>>();
        assert_eq!((page(0, 2), page(2, 2), page(4, 2), page(5, 2)), (vec![1, 2], vec![3, 4], vec![5], vec![]));
    }
}
