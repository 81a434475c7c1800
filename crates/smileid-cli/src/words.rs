//! Words that were mistyped: which known word was meant, and whether a word may be repeated at all. It knows no commands and no flags.

/// How alike two words must be for one to be taken for the other, from 0 to 1: less takes `shell` for `help`.
const ALIKE: f64 = 0.8;

/// How alike words count of which one is a part of the other: `hosts` is `allow-host` rather than `out`.
const PART: f64 = 0.95;

/// The shortest part that tells anything, in bytes.
const SHORTEST_PART: usize = 3;

/// The longest word that is repeated, in bytes: no name of ours is longer, and most keys are.
const LONGEST: usize = 24;

/// The known word that `given` was most likely meant to be, if any.
pub(crate) fn meant<'w>(given: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let given = bare(given);
    let alike = known.into_iter().map(|word| (likeness(&given, &bare(word)), word));
    alike.filter(|(likeness, _)| *likeness > ALIKE).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, word)| word)
}

/// A word in small letters without the dashes that all flags begin with, which would make them alike.
fn bare(word: &str) -> String {
    word.trim_start_matches('-').to_lowercase()
}

fn likeness(given: &str, known: &str) -> f64 {
    let (singular, wanted) = (given.trim_end_matches('s'), known.trim_end_matches('s'));
    let of = |part: &str, whole: &str| part.len() >= SHORTEST_PART && whole.split(['-', '_']).any(|p| p == part);
    let begins = given.len() >= SHORTEST_PART && known.starts_with(given);
    let part = if begins || of(singular, known) || of(wanted, given) { PART } else { 0.0 };
    strsim::jaro(given, known).max(part)
}

/// `; did you mean …?`, or nothing.
pub(crate) fn suggested(word: Option<&str>) -> String {
    word.map_or_else(String::new, |word| format!("; did you mean {word}?"))
}

/// The word, where it can be nothing but the mistyped name of a flag or a field: lower-case letters, and dashes of either kind between
/// them. Anything else may be a key or an id, and is not repeated.
pub(crate) fn harmless(word: &str) -> Option<&str> {
    let letters = word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'_');
    (letters && (1..=LONGEST).contains(&word.len()) && word.starts_with(|c: char| c.is_ascii_lowercase()))
        .then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_meant_and_none_where_none_is_near() {
        let known = ["sandbox", "production", "status", "--help", "allow-host", "out"];
        for (given, expected) in [
            ("sandbx", Some("sandbox")),
            ("SANDBOX", Some("sandbox")),
            ("prod", Some("production")),
            ("staus", Some("status")),
            ("", None),
            ("to", None),
            ("shell", None),
            ("hosts", Some("allow-host")),
            ("--sandbox-url", Some("sandbox")),
            ("canary", None),
            ("9f8e7d6c", None),
        ] {
            assert_eq!(meant(given, known), expected, "{given}");
        }
        assert_eq!(suggested(meant("prod", known)), "; did you mean production?");
        assert_eq!(suggested(meant("x", known)), "");
    }

    #[test]
    fn only_what_looks_like_a_name_of_ours_is_repeated() {
        for word in ["partner-id", "api_key_file", "x"] {
            assert_eq!(harmless(word), Some(word));
        }
        for word in ["", "-x", "Key", "k3y", "a.b", "a b", "é", &"x".repeat(25)] {
            assert_eq!(harmless(word), None, "{word}");
        }
    }
}
