//! A word list for plain English: no file uses more of the words that we avoid than `words.txt` allows it. A file that is not listed uses none.

use std::collections::BTreeMap;

use super::{File, made_up, none, repository};

/// Words and phrases that read as translated or archaic, put together here so that this file passes.
const AVOIDED: [&str; 8] = [
    concat!("to", "ld"),
    concat!("beg", "un"),
    concat!("who", "ever"),
    concat!("of its", " own"),
    concat!("what is", " no"),
    concat!("stan", "ds"),
    concat!("some", "body"),
    concat!("no", "body"),
];

/// How many of these words each file still has. Numbers may only become smaller.
const ALLOWED: &str = include_str!("words.txt");

#[test]
fn no_file_uses_more_avoided_words_than_its_number() {
    let line = |line: &'static str| line.split_once(' ').map(|(count, path)| (path, count.parse().unwrap())).unwrap();
    none(&findings(&repository(), &ALLOWED.lines().map(line).collect()));
    for word in AVOIDED {
        let files = made_up(&[("a.md", &format!("It {word}.\n{}", word.to_uppercase()))]);
        assert_eq!(findings(&files, &BTreeMap::from([("a.md", 1)])).len(), 1, "{word}");
        none(&findings(&files, &BTreeMap::from([("a.md", 2)])));
        none(&findings(&made_up(&[("a.md", &format!("{word}s x{word} {word}_x")), ("a.txt", word)]), &BTreeMap::new()));
    }
}

fn findings(files: &[File], allowed: &BTreeMap<&str, usize>) -> Vec<String> {
    let prose = files.iter().filter(|file| file.path.ends_with(".rs") || file.path.ends_with(".md"));
    let counted = prose.map(|file| (file, count(&file.text), allowed.get(file.path.as_str()).copied().unwrap_or(0)));
    let over = counted.filter(|&(_, found, most)| found > most);
    over.map(|(file, found, most)| format!("{}: {found} words that we avoid, at most {most}: {AVOIDED:?}", file.path))
        .collect()
}

fn count(text: &str) -> usize {
    let text = text.to_lowercase();
    let part = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let whole =
        |at: usize, word: &str| !part(text[..at].chars().next_back()) && !part(text[at + word.len()..].chars().next());
    AVOIDED.iter().map(|word| text.match_indices(word).filter(|&(at, _)| whole(at, word)).count()).sum()
}
