//! The keys of the open objects, to find duplicates. An attacker cannot aim at a hash here: fingerprints only
//! spare comparisons, and two different keys that share one move their object to a sorted set.

use alloc::vec::Vec;
use core::cmp::Ordering;

use super::sorted::Sorted;
use super::string::{self, Str};

/// How many keys are looked through one by one; the keys of all open objects of a usual reply fit.
const INLINE: usize = 64;

/// The most keys that the sorted sets of all open objects hold, so that no body takes more than some megabytes here.
const MOST_LARGE: usize = 500_000;

/// The keys of the open objects: those of small objects in an array, those of large ones in sorted sets.
pub(super) struct Keys {
    prints: [u32; INLINE],
    /// Where each key's text begins in the body.
    places: [u32; INLINE],
    len: usize,
    large: Vec<Large>,
    /// How many keys the sorted sets hold.
    in_large: usize,
}

/// An object that left the array.
struct Large {
    depth: usize,
    len: usize,
    keys: Sorted,
}

/// What is kept of the keys of one open object.
#[derive(Clone, Copy)]
pub(super) struct Known {
    /// One bit for each sixty-fourth of the fingerprints that its keys have.
    seen: u64,
    /// Where its keys begin in the array.
    mark: u8,
}

/// What a key turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Novelty {
    New,
    Twice,
    /// New, and more than can be held.
    TooMany,
}

impl Known {
    pub(super) const NONE: Self = Self { seen: 0, mark: 0 };
}

impl Keys {
    pub(super) const fn new() -> Self {
        Self { prints: [0; INLINE], places: [0; INLINE], len: 0, large: Vec::new(), in_large: 0 }
    }

    /// What is known of the keys of an object that opens now.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the array's length is far below 256")]
    pub(super) const fn open(&self) -> Known {
        Known { seen: 0, mark: self.len as u8 }
    }

    /// Notes a key of the object at `depth`.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "bodies over 16 MiB are refused before any key is read")]
    pub(super) fn insert(
        &mut self,
        body: &str,
        depth: usize,
        known: &mut Known,
        key: Str<'_>,
        work: &mut u64,
    ) -> Novelty {
        if key.is_escaped() {
            return self.insert_escaped(body, depth, known, (key.raw, key.start()), work);
        }
        let print = fingerprint(body.as_bytes(), key.start(), key.raw.len());
        let bit = 1 << (print % 64);
        // Nearly always no key of the object shares the bit: then this one is new, and nothing is compared.
        if known.seen & bit == 0 && self.push(print, key.start() as u32) {
            known.seen |= bit;
            return Novelty::New;
        }
        self.look(body, depth, known, key.raw.as_bytes(), (print, key.start() as u32), work)
    }

    /// Adds a key to the array, where it has room.
    #[inline(always)]
    fn push(&mut self, print: u32, place: u32) -> bool {
        let (Some(to), Some(at)) = (self.prints.get_mut(self.len), self.places.get_mut(self.len)) else { return false };
        (*to, *at) = (print, place);
        self.len += 1;
        true
    }

    #[cold]
    #[expect(clippy::cast_possible_truncation, reason = "as above")]
    fn insert_escaped(
        &mut self,
        body: &str,
        depth: usize,
        known: &mut Known,
        (raw, start): (&str, usize),
        work: &mut u64,
    ) -> Novelty {
        let text = string::unescape(raw);
        *work += raw.len() as u64;
        let print = fingerprint(text.as_bytes(), 0, text.len());
        self.look(body, depth, known, text.as_bytes(), (print, start as u32), work)
    }

    /// Forgets the keys of the object at `depth`.
    #[inline]
    pub(super) fn close(&mut self, depth: usize, known: Known) {
        self.len = usize::from(known.mark);
        if !self.large.is_empty() {
            self.close_large(depth);
        }
    }

    /// Searches the object's keys for this text; its fingerprint and place are passed too.
    #[inline(never)]
    #[expect(clippy::needless_bitwise_bool, reason = "without a branch the comparison of all prints vectorises")]
    fn look(
        &mut self,
        body: &str,
        depth: usize,
        known: &mut Known,
        text: &[u8],
        (print, place): (u32, u32),
        work: &mut u64,
    ) -> Novelty {
        if self.large.last().is_none_or(|large| large.depth != depth) {
            let mark = usize::from(known.mark);
            let prints = self.prints.get(mark..self.len).unwrap_or_default();
            *work += prints.len() as u64;
            // All of them without a branch, which vectorises; the place is looked for where there is one.
            if !prints.iter().fold(false, |any, met| any | (*met == print)) {
                if self.push(print, place) {
                    known.seen |= 1 << (print % 64);
                    return Novelty::New;
                }
            } else if let Some(at) = prints.iter().position(|met| *met == print)
                && let Some(met) = self.places.get(mark + at)
                && string::compare(body.as_bytes(), *met as usize, text, work) == Ordering::Equal
            {
                return Novelty::Twice;
            }
            // The array is full, or two keys share a fingerprint.
            self.outgrow(body, depth, known, work);
        }
        let Some(large) = self.large.last_mut() else { return Novelty::New };
        if !large.keys.insert(body.as_bytes(), text, place, work) {
            return Novelty::Twice;
        }
        large.len += 1;
        self.in_large += 1;
        if self.in_large > MOST_LARGE { Novelty::TooMany } else { Novelty::New }
    }

    /// Moves the keys of the object from the array to a sorted set.
    #[cold]
    fn outgrow(&mut self, body: &str, depth: usize, known: &mut Known, work: &mut u64) {
        let mine = self.places.get(usize::from(known.mark)..self.len).unwrap_or_default();
        let mut keys = Sorted::default();
        for place in mine {
            let text = string::text_at(body, *place as usize);
            keys.insert(body.as_bytes(), text.as_bytes(), *place, work);
        }
        self.large.push(Large { depth, len: mine.len(), keys });
        self.in_large += mine.len();
        self.len = usize::from(known.mark);
        // From now on every key is looked for.
        known.seen = u64::MAX;
    }

    #[cold]
    fn close_large(&mut self, depth: usize) {
        if let Some(closed) = self.large.pop_if(|large| large.depth == depth) {
            self.in_large -= closed.len;
        }
    }
}

/// A number that differs for nearly all keys of one object, from the first eight bytes and the last eight.
#[inline]
fn fingerprint(body: &[u8], start: usize, len: usize) -> u32 {
    /// Odd, with its bits well spread: the product's upper half depends on all of them.
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mask = if len < 8 { !(u64::MAX << (8 * len)) } else { u64::MAX };
    let first = eight(body, start) & mask;
    let last = eight(body, start + len.saturating_sub(8)) & mask;
    let mixed = (first ^ last.rotate_left(32) ^ len as u64).wrapping_mul(SPREAD);
    (mixed >> 32) as u32
}

/// Eight bytes from a place on, zeros where the body ends before.
#[inline(always)]
fn eight(body: &[u8], at: usize) -> u64 {
    match body.get(at..at + 8).and_then(<[u8]>::first_chunk) {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => fewer(body, at),
    }
}

#[cold]
#[inline(never)]
fn fewer(body: &[u8], at: usize) -> u64 {
    body.get(at..).unwrap_or_default().iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_the_keys_alone() {
        for key in ["", "a", "abc", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghijklmnopqrstuvwxyz"] {
            let alone = fingerprint(key.as_bytes(), 0, key.len());
            for (before, behind) in [("", "\""), ("{\"", "\":1}"), ("{\"xxxxxxxx\":1,\"", "\":\"yyyyyyyyyyyy\"}")] {
                let body = alloc::format!("{before}{key}{behind}");
                assert_eq!(fingerprint(body.as_bytes(), before.len(), key.len()), alone, "{body}");
            }
        }
    }
}
