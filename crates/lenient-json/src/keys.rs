//! The keys of the open objects, to find duplicates. An attacker cannot aim at a hash here: fingerprints only
//! spare comparisons, and two different keys that share one move their object to a sorted set.

use alloc::vec::Vec;
use core::cmp::Ordering;

use super::scan::{first_byte, stops_in};
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
    /// One bit for each 128th of the fingerprints that its keys have.
    seen: [u32; 4],
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
    pub(super) const NONE: Self = Self { seen: [0; 4], mark: 0 };

    /// Notes the bit of a fingerprint, and returns whether it is a new one.
    #[inline(always)]
    fn note(&mut self, print: u32) -> bool {
        let Some(seen) = self.seen.get_mut((print >> 30) as usize) else { return false };
        let (before, bit) = (*seen, 1 << (print >> 25 & 31));
        *seen |= bit;
        before & bit == 0
    }
}

impl Keys {
    pub(super) const fn new() -> Self {
        Self { prints: [0; INLINE], places: [0; INLINE], len: 0, large: Vec::new(), in_large: 0 }
    }

    /// What is known of the keys of an object that opens now.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the array's length is far below 256")]
    pub(super) const fn open(&self) -> Known {
        Known { seen: [0; 4], mark: self.len as u8 }
    }

    /// Notes a key of the object at `depth`, whose fingerprint is passed too.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "bodies over 16 MiB are refused before any key is read")]
    pub(super) fn insert(
        &mut self,
        body: &str,
        depth: usize,
        known: &mut Known,
        (key, print): (Str<'_>, u32),
        work: &mut u64,
    ) -> Novelty {
        // Nearly always no key of the object shares the bit: then this one is new, and nothing is compared.
        if known.note(print) && self.push(print, key.start() as u32) {
            return Novelty::New;
        }
        self.look(body, depth, known, (key.raw, key.place), print, work)
    }

    /// Adds a key to the array, where it has room.
    #[inline(always)]
    fn push(&mut self, print: u32, place: u32) -> bool {
        let (Some(to), Some(at)) = (self.prints.get_mut(self.len), self.places.get_mut(self.len)) else { return false };
        (*to, *at) = (print, place);
        self.len += 1;
        true
    }

    /// Forgets the keys of the object at `depth`.
    #[inline]
    pub(super) fn close(&mut self, depth: usize, known: Known) {
        self.len = usize::from(known.mark);
        if !self.large.is_empty() {
            self.close_large(depth);
        }
    }

    /// Searches the object's keys for the text of this one.
    #[inline(never)]
    #[expect(clippy::needless_bitwise_bool, reason = "without a branch the comparison of all prints vectorises")]
    #[expect(clippy::cast_possible_truncation, reason = "as above")]
    fn look(
        &mut self,
        body: &str,
        depth: usize,
        known: &mut Known,
        (raw, place): (&str, usize),
        print: u32,
        work: &mut u64,
    ) -> Novelty {
        let key = Str { raw, place };
        let (text, place) = (key.text(), key.start() as u32);
        let text = text.as_bytes();
        if key.is_escaped() {
            *work += raw.len() as u64;
        }
        if self.large.last().is_none_or(|large| large.depth != depth) {
            let mark = usize::from(known.mark);
            let prints = self.prints.get(mark..self.len).unwrap_or_default();
            *work += prints.len() as u64;
            // All of them without a branch, which vectorises; the place is looked for where there is one.
            if !prints.iter().fold(false, |any, met| any | (*met == print)) {
                if self.push(print, place) {
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
        known.seen = [u32::MAX; 4];
    }

    #[cold]
    fn close_large(&mut self, depth: usize) {
        if let Some(closed) = self.large.pop_if(|large| large.depth == depth) {
            self.in_large -= closed.len;
        }
    }
}

/// Odd, with its bits well spread: the product's upper half depends on all of the other factor's.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

#[inline(always)]
const fn mix(mixed: u64, word: u64) -> u64 {
    (mixed.rotate_left(32) ^ word).wrapping_mul(SPREAD)
}

/// A number that differs for nearly all keys of one object.
pub(super) fn fingerprint(text: &str) -> u32 {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mixed = words.iter().fold(0, |mixed, word| mix(mixed, u64::from_le_bytes(*word)));
    let last = rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
    (mix(mixed, last) >> 32) as u32
}

/// Returns the end of the key's plain text, and the fingerprint of that text. Returns the body's length if no stop comes in whole words
/// before the end.
#[inline(never)]
pub(super) fn plain_key(body: &[u8], from: usize) -> (usize, u32) {
    let Some(rest) = body.get(from..) else { return (body.len(), 0) };
    let mut mixed = 0;
    for (index, word) in rest.as_chunks::<8>().0.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let stops = stops_in(word);
        if stops != 0 {
            // All bits below those of the byte that stops.
            let before = ((stops & stops.wrapping_neg()) - 1) >> 7;
            return (from + 8 * index + first_byte(stops), (mix(mixed, word & before) >> 32) as u32);
        }
        mixed = mix(mixed, word);
    }
    (body.len(), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_keys_may_share_a_fingerprint() {
        // The length is not part of it, and a short last word is filled with zeros.
        for key in ["", "a", "abcdefgh"] {
            assert_eq!(fingerprint(key), fingerprint(&alloc::format!("{key}\0")));
        }
    }

    #[test]
    fn a_fingerprint_is_the_keys_alone() {
        for key in ["", "a", "abc", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghijklmnopqrstuvwxyz", "schlüssel"] {
            for (before, behind) in
                [("", "\"12345678"), ("{\"", "\\n\":1}12"), ("{\"xxxxxxxx\":1,\"", "\":\"yyyyyyyyyyyy\"}")]
            {
                let body = alloc::format!("{before}{key}{behind}");
                let read = plain_key(body.as_bytes(), before.len());
                assert_eq!(read, (before.len() + key.len(), fingerprint(key)), "{body}");
            }
            assert_eq!(plain_key(key.as_bytes(), 0), (key.len(), 0));
        }
    }
}
