//! Words that were mistyped: which known word was meant, and whether a word may be repeated at all. It knows no commands and no flags.

/// How alike two words must be for one to be taken for the other, from 0 to 1: as clap has it for its own.
const ALIKE: f64 = 0.7;

/// The longest word that is repeated, in bytes: no name of ours is longer, and most keys are.
const LONGEST: usize = 24;

/// The known word that `given` was most likely meant to be, if any.
pub(crate) fn meant<'w>(given: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let given = given.to_lowercase();
    let likeness = |word: &str| strsim::jaro(&given, &word.to_lowercase());
    let alike = known.into_iter().filter(|word| is_near(&given, word)).map(|word| (likeness(word), word));
    let alike = alike.filter(|(likeness, _)| *likeness > ALIKE);
    alike.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, word)| word)
}

/// Whether one word may be the other at all: a short one is like any long one that holds its letters.
fn is_near(given: &str, known: &str) -> bool {
    let (shorter, longer) = if given.len() < known.len() { (given, known) } else { (known, given) };
    !shorter.is_empty() && (longer.starts_with(shorter) || shorter.len() * 2 >= longer.len())
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
        let known = ["sandbox", "production", "status"];
        for (given, expected) in [
            ("sandbx", Some("sandbox")),
            ("SANDBOX", Some("sandbox")),
            ("prod", Some("production")),
            ("staus", Some("status")),
            ("", None),
            ("to", None),
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
