//! Finding where the plain part of a string ends, a block at a time. It knows nothing else of JSON.

const LOW: u64 = u64::MAX / 255;
const HIGH: u64 = LOW << 7;

/// How many words are tried before blocks are: most strings of a reply end within 48 bytes.
const WORDS: usize = 6;

/// The offset of the first quote, backslash or control character at or after `from`, or the length where there is none.
#[inline(never)]
pub(super) fn plain_end(bytes: &[u8], from: usize) -> usize {
    // Most strings of a reply end within sixteen bytes.
    let near = bytes.get(from..).and_then(<[u8]>::first_chunk::<16>);
    let Some([first, second]) = near.map(|near| near.as_chunks().0) else { return far_end(bytes, from) };
    let stops = stops_in(u64::from_le_bytes(*first));
    if stops != 0 {
        return from + first_byte(stops);
    }
    let stops = stops_in(u64::from_le_bytes(*second));
    if stops != 0 { from + 8 + first_byte(stops) } else { far_end(bytes, from + 16) }
}

/// The same for a string that is long, or has an escape before.
#[inline(never)]
pub(super) fn far_end(bytes: &[u8], from: usize) -> usize {
    let Some(rest) = bytes.get(from..) else { return bytes.len() };
    let (words, _) = rest.as_chunks::<8>();
    let mut at = from;
    for word in words.iter().take(WORDS) {
        let stops = stops_in(u64::from_le_bytes(*word));
        if stops != 0 {
            return at + first_byte(stops);
        }
        at += 8;
    }
    long(bytes, at)
}

#[inline(always)]
pub(super) const fn first_byte(stops: u64) -> usize {
    (stops.trailing_zeros() / 8) as usize
}

/// A bit per byte that ends the plain part; bits above the lowest one may be wrong, the lowest is right.
#[inline(always)]
pub(super) const fn stops_in(word: u64) -> u64 {
    // Flipping one bit brings the quote next to the control characters: one comparison for both. No flip touches a byte's highest bit.
    let (flipped, escape) = (word ^ (LOW * 0x02), word ^ (LOW * 0x5C));
    (flipped.wrapping_sub(LOW * 0x21) | escape.wrapping_sub(LOW)) & !word & HIGH
}

/// The same of one byte.
#[inline]
#[expect(clippy::needless_bitwise_bool, reason = "without a branch a loop over a block vectorises")]
const fn stops(byte: u8) -> bool {
    (byte ^ 0x02 < 0x21) | (byte == b'\\')
}

#[inline(never)]
fn long(bytes: &[u8], from: usize) -> usize {
    let Some(rest) = bytes.get(from..) else { return bytes.len() };
    let mut at = from;
    for block in rest.as_chunks::<64>().0 {
        // Folding 64 bytes with OR compiles to vector instructions without a branch in between.
        if block.iter().fold(false, |stop, byte| stop | stops(*byte)) {
            break;
        }
        at += 64;
    }
    let Some(rest) = bytes.get(at..) else { return bytes.len() };
    for word in rest.as_chunks::<8>().0 {
        let stops = stops_in(u64::from_le_bytes(*word));
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
    from + rest.iter().position(|byte| stops(*byte)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn it_agrees_with_the_byte_by_byte_search_at_every_length_and_place() {
        // Miri is some thousand times slower: one length on each side of every border will do there.
        let lengths: vec::Vec<usize> =
            if cfg!(miri) { vec![0, 7, 15, 16, 17, 63, 64, 65, 127, 128, 129, 145] } else { (0..260).collect() };
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
    fn only_quotes_backslashes_and_control_characters_stop() {
        for byte in 0..=u8::MAX {
            assert_eq!(stops(byte), byte == b'"' || byte == b'\\' || byte < 0x20, "{byte}");
        }
        let bytes: vec::Vec<u8> = (0x20..=0xFF).filter(|b| *b != b'"' && *b != b'\\').cycle().take(700).collect();
        assert_eq!(plain_end(&bytes, 0), 700);
    }
}
