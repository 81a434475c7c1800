//! The keys of the objects that are open, to find one that stands twice. No hashing: core has no entropy to hash with.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::string::{Span, Str, unescape};

/// How many keys are compared one by one; the keys of all open objects of a usual reply fit.
const INLINE: usize = 64;

/// The keys of the open objects: those of small objects in an array, those of large ones in sorted sets.
pub(super) struct Keys<'a> {
    prints: [u64; INLINE],
    met: [Span; INLINE],
    len: usize,
    large: Vec<Large<'a>>,
}

/// An object that outgrew the array.
struct Large<'a> {
    depth: usize,
    keys: BTreeSet<Cow<'a, str>>,
}

impl<'a> Keys<'a> {
    pub(super) const fn new() -> Self {
        Self { prints: [0; INLINE], met: [Span { start: 0, end: 0 }; INLINE], len: 0, large: Vec::new() }
    }

    /// Where the keys of an object that opens now will begin.
    #[inline]
    pub(super) const fn mark(&self) -> usize {
        self.len
    }

    /// Notes a key of the object at `depth` whose keys begin at `mark`, and tells whether it is new there.
    #[inline]
    #[expect(clippy::needless_bitwise_bool, reason = "without a branch the comparison of all prints vectorises")]
    pub(super) fn insert(&mut self, body: &'a str, depth: usize, mark: usize, key: &Str<'a>) -> bool {
        if !self.large.is_empty() && self.large.last().is_some_and(|l| l.depth == depth) {
            return self.insert_large(key);
        }
        let print = if key.escaped { fingerprint(&key.text()) } else { fingerprint(key.raw) };
        let (Some(prints), Some(met)) = (self.prints.get(mark..self.len), self.met.get(mark..self.len)) else {
            return true;
        };
        // Nearly always no print is equal: look at all of them without a branch, then again for the place.
        if prints.iter().fold(false, |any, p| any | (*p == print)) {
            let same = |(p, m): (&u64, &Span)| *p == print && key_at(body, *m) == key.text();
            if prints.iter().zip(met).any(same) {
                return false;
            }
        }
        match (self.prints.get_mut(self.len), self.met.get_mut(self.len)) {
            (Some(p), Some(m)) => {
                *p = print;
                *m = key.span();
                self.len += 1;
                true
            }
            _ => self.outgrow(body, depth, mark, key),
        }
    }

    /// Forgets the keys of the object at `depth`.
    #[inline]
    pub(super) fn close(&mut self, depth: usize, mark: usize) {
        self.len = mark;
        if !self.large.is_empty() {
            self.large.pop_if(|l| l.depth == depth);
        }
    }

    #[cold]
    fn insert_large(&mut self, key: &Str<'a>) -> bool {
        self.large.last_mut().is_none_or(|large| large.keys.insert(key.text()))
    }

    #[cold]
    fn outgrow(&mut self, body: &'a str, depth: usize, mark: usize, key: &Str<'a>) -> bool {
        let keys = self.met.get(mark..self.len).unwrap_or_default().iter().map(|m| key_at(body, *m)).collect();
        self.len = mark;
        self.large.push(Large { depth, keys });
        self.insert_large(key)
    }
}

/// Eight bytes that differ for nearly all keys of one object: the first four and the last four, and the length.
#[inline]
fn fingerprint(key: &str) -> u64 {
    let bytes = key.as_bytes();
    let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) else {
        return bytes.iter().fold(bytes.len() as u64, |print, b| print << 8 | u64::from(*b));
    };
    let print = u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last));
    print ^ (bytes.len() as u64) << 16
}

/// The text of a key that was met before.
#[cold]
fn key_at(body: &str, span: Span) -> Cow<'_, str> {
    let raw = span.of(body);
    if raw.contains('\\') { Cow::Owned(unescape(raw)) } else { Cow::Borrowed(raw) }
}
