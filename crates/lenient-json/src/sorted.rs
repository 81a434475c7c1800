//! A sorted set of the keys of one large object: four bytes a key, which is its place in the body. It contains no text.

use alloc::vec::Vec;
use core::cmp::Ordering;

use super::string;

/// How many keys a block holds before it is split: moving a kibibyte for an insertion costs less than comparing one key.
const BLOCK: usize = 256;

/// Places of keys in the order of their unescaped texts, in blocks of which none is empty.
#[derive(Default)]
pub(super) struct Sorted {
    blocks: Vec<Vec<u32>>,
}

impl Sorted {
    /// Adds the key `text` at `place` in the body, unless the set already contains one with that text.
    pub(super) fn insert(&mut self, body: &[u8], text: &[u8], place: u32, work: &mut u64) -> bool {
        let mut order = |met: &u32| string::compare(body, *met as usize, text, work);
        // The last block whose first key is not behind the text.
        let behind =
            self.blocks.partition_point(|block| block.first().is_some_and(|met| order(met) != Ordering::Greater));
        let index = behind.saturating_sub(1);
        let Some(block) = self.blocks.get_mut(index) else {
            self.blocks.push(Vec::from([place]));
            return true;
        };
        let Err(at) = block.binary_search_by(order) else { return false };
        block.insert(at, place);
        if block.len() > BLOCK {
            // Keys that come in order fill their blocks: what is split off then is the new one alone.
            let half = if at + 1 == block.len() { at } else { BLOCK / 2 };
            let rest = block.split_off(half);
            self.blocks.insert(index + 1, rest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;

    /// Inserts the keys, each once and then again, and gives what is held.
    fn all_of(keys: &[String]) -> Vec<u32> {
        let body = format!("\"{}\"", keys.join("\"\""));
        let (mut sorted, mut work) = (Sorted::default(), 0);
        for expected in [true, false] {
            let mut place = 1;
            for key in keys {
                let text = crate::unescape(key);
                assert_eq!(sorted.insert(body.as_bytes(), text.as_bytes(), place, &mut work), expected, "{key}");
                place += u32::try_from(key.len()).unwrap() + 2;
            }
        }
        assert!(sorted.blocks.iter().all(|block| !block.is_empty() && block.len() <= BLOCK));
        sorted.blocks.concat()
    }

    #[test]
    fn keys_are_held_once_in_any_order_of_arrival_and_in_any_spelling() {
        let count = if cfg!(miri) { BLOCK + 20 } else { 3000 };
        let up: Vec<String> = (0..count).map(|i| format!("k{i:05}")).collect();
        let down: Vec<String> = up.iter().rev().cloned().collect();
        let mixed: Vec<String> = (0..count).map(|i| format!("\\u006b{:05}", i * 7919 % 100_003)).collect();
        for keys in [&up, &down, &mixed] {
            assert_eq!(all_of(keys).len(), count);
        }
        assert_eq!(all_of(&["", "a", "\\u0000", "aa", "\\\"", "é", "\\ud83d\\ude00"].map(String::from)).len(), 7);
    }

    #[test]
    fn keys_that_come_in_order_fill_their_blocks() {
        let blocks = if cfg!(miri) { 2 } else { 3 };
        let keys: Vec<String> = (0..BLOCK * blocks).map(|i| format!("{i:05}")).collect();
        let (mut sorted, mut work, body) = (Sorted::default(), 0, keys.join("\""));
        for (key, place) in keys.iter().zip((0u32..).step_by(6)) {
            assert!(sorted.insert(body.as_bytes(), key.as_bytes(), place, &mut work));
        }
        assert_eq!(sorted.blocks.len(), blocks);
    }
}
