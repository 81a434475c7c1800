//! Finding where the plain part of a string ends, a word or a block at a time. It knows nothing else of JSON.

const LOW: u64 = u64::MAX / 255;
const HIGH: u64 = LOW << 7;
const QUOTES: u64 = LOW * 0x22;
const ESCAPES: u64 = LOW * 0x5C;

/// How many words are tried before whole blocks are: most strings of a reply end within 48 bytes.
const WORDS: usize = 6;

/// The offset of the first quote, backslash or control character at or after `from`, or the length where there is none.
#[inline]
pub(super) fn plain_end(bytes: &[u8], from: usize) -> usize {
    let Some(rest) = bytes.get(from..) else { return bytes.len() };
    let (words, _) = rest.as_chunks::<8>();
    let mut at = from;
    for word in words.iter().take(WORDS) {
        let stops = stops_in(*word);
        if stops != 0 {
            return at + first_byte(stops);
        }
        at += 8;
    }
    if words.len() >= WORDS { long(bytes, at) } else { tail(bytes, at) }
}

/// A bit per byte that ends the plain part; bits above the lowest one may be wrong, the lowest is right.
#[inline]
fn stops_in(word: [u8; 8]) -> u64 {
    let w = u64::from_le_bytes(word);
    let (quote, escape) = (w ^ QUOTES, w ^ ESCAPES);
    (quote.wrapping_sub(LOW) & !quote | escape.wrapping_sub(LOW) & !escape | w.wrapping_sub(LOW * 0x20) & !w) & HIGH
}

#[inline]
const fn first_byte(stops: u64) -> usize {
    (stops.trailing_zeros() / 8) as usize
}

#[inline(never)]
#[expect(clippy::needless_bitwise_bool, reason = "without a branch the fold over a block vectorises")]
fn long(bytes: &[u8], from: usize) -> usize {
    let Some(rest) = bytes.get(from..) else { return bytes.len() };
    let mut at = from;
    for block in rest.as_chunks::<64>().0 {
        // Folding 64 bytes with OR compiles to vector instructions; smaller blocks do not.
        if block.iter().fold(false, |stop, b| stop | (*b == b'"' || *b == b'\\' || *b < 0x20)) {
            break;
        }
        at += 64;
    }
    let Some(rest) = bytes.get(at..) else { return bytes.len() };
    for word in rest.as_chunks::<8>().0 {
        let stops = stops_in(*word);
        if stops != 0 {
            return at + first_byte(stops);
        }
        at += 8;
    }
    tail(bytes, at)
}

#[inline]
fn tail(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().position(|b| *b == b'"' || *b == b'\\' || *b < 0x20).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn it_agrees_with_the_byte_by_byte_search_at_every_length_and_place() {
        // Miri is some thousand times slower: one length on each side of every border will do there.
        let lengths: vec::Vec<usize> =
            if cfg!(miri) { vec![0, 7, 8, 9, 47, 48, 49, 111, 112, 113, 130] } else { (0..260).collect() };
        for len in lengths {
            for stop in [b'"', b'\\', 0, 0x1F, b'\n'] {
                for place in (0..=len).step_by(if len > 130 || cfg!(miri) { 7 } else { 1 }) {
                    let mut bytes = vec![b'a'; len];
                    if let Some(b) = bytes.get_mut(place) {
                        *b = stop;
                    }
                    for from in [0, 1, 5, len] {
                        assert_eq!(
                            plain_end(&bytes, from),
                            tail(&bytes, from.min(len)).max(from.min(len)),
                            "{len} {place} {from}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn bytes_beyond_ascii_and_the_delete_character_are_plain() {
        let bytes: vec::Vec<u8> = (0x20..=0xFF).filter(|b| *b != b'"' && *b != b'\\').cycle().take(700).collect();
        assert_eq!(plain_end(&bytes, 0), 700);
    }
}
