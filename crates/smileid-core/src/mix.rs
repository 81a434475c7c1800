//! Numbers that look random and are functions of their arguments.

/// Returns a number that looks random and depends only on its arguments: core has no entropy, and a test can repeat it.
pub(crate) fn mix(seed: u64, value: u64) -> u64 {
    // SplitMix64's finaliser.
    let mut z = (seed ^ value).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Does the same over the bytes of a text.
pub(crate) fn mix_text(seed: u64, text: &str) -> u64 {
    text.bytes().fold(mix(seed, text.len() as u64), |h, b| mix(h, u64::from(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixing_is_splitmix64_whose_first_numbers_are_published() {
        assert_eq!(mix(0, 0), 0xE220_A839_7B1D_CDAF);
        assert_eq!((mix(1_234_567, 0), mix(0, 1_234_567)), (6_457_827_717_110_365_317, 6_457_827_717_110_365_317));
        let texts = ["", "\0", "a", "b", "ab", "ba", "aa"].map(|text| mix_text(0, text));
        for (i, text) in texts.iter().enumerate() {
            assert!(!texts[i + 1..].contains(text), "two texts mix alike");
        }
        assert_ne!(mix_text(1, "a"), mix_text(0, "a"));
    }
}
