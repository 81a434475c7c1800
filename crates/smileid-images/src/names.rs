//! What an image is called, here and on disk: by its key where that is plain, never by the link or anything else of a reply.

/// The longest key that is a name.
const MAX_LEN: usize = 64;

/// Gives names, no two of them alike on any file system.
#[derive(Debug, Default)]
pub(crate) struct Names {
    given: Vec<String>,
}

impl Names {
    /// The key itself, or `image-3` for the third if the key is not plain or was given before in whatever case.
    ///
    /// Keys with a hyphen are not plain, so that no key takes such a name.
    pub(crate) fn name(&mut self, key: &str) -> String {
        let lower = key.to_ascii_lowercase();
        let place = self.given.len() + 1;
        let plain = is_plain(&lower) && !self.given.contains(&lower);
        self.given.push(if plain { lower } else { String::new() });
        if plain { key.to_owned() } else { format!("image-{place}") }
    }
}

/// Letters, digits and underscores, a letter first, and none of the names that Windows keeps for devices, whatever follows a dot.
fn is_plain(key: &str) -> bool {
    let device = matches!(key, "con" | "prn" | "aux" | "nul")
        || ["com", "lpt"].iter().any(|port| key.strip_prefix(port).is_some_and(|n| n.len() == 1));
    (1..=MAX_LEN).contains(&key.len())
        && key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !device
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_keys_are_names_and_others_are_numbered() {
        let mut names = Names::default();
        for (key, name) in [
            ("selfie_image", "selfie_image"),
            ("ID_Card_Image", "ID_Card_Image"),
            ("id_card_image", "image-3"),
            ("../../etc/passwd", "image-4"),
            ("image-4", "image-5"),
            ("", "image-6"),
            (".bashrc", "image-7"),
            ("a/b", "image-8"),
            ("a\\b", "image-9"),
            ("c:evil", "image-10"),
            ("CON", "image-11"),
            ("nul", "image-12"),
            ("Com1", "image-13"),
            ("lpt9", "image-14"),
            ("com10", "com10"),
            ("-rf", "image-16"),
            ("a b", "image-17"),
            ("a\nb", "image-18"),
            ("\u{202e}gpj", "image-19"),
            ("selfie.jpg", "image-20"),
            ("_a", "image-21"),
            ("1a", "image-22"),
            ("a1_", "a1_"),
            ("\u{e9}", "image-24"),
        ] {
            assert_eq!(names.name(key), name, "{key:?}");
        }
        assert_eq!(Names::default().name(&"a".repeat(64)), "a".repeat(64));
        assert_eq!(Names::default().name(&"a".repeat(65)), "image-1");
    }
}
