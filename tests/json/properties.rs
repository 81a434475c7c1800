//! Properties of the JSON reader over arbitrary documents: each deviation alone, every beginning, writing and reading again, and agreement
//! with `serde_json` at Strict. Failures that proptest found stay in `json_properties.proptest-regressions`.

use crate::documents::{Document, Token, containers, documents, numbers, texts};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::FileFailurePersistence;
use smileid_core::json::{self, Checked, JsonErrorKind as E, Options, Reader, Repair, RepairKind as R, Value};

const LEVELS: [Options; 3] = [Options::STRICT, Options::DOCUMENTED, Options::LAX];

/// The value of a strict document.
fn value(text: &str) -> Value {
    let decoded = Value::from_slice(text.as_bytes(), Options::STRICT).expect("a strict document");
    assert!(decoded.repairs.is_empty());
    decoded.value
}

/// Asserts that a text with deviations is the value with just these repairs at `options`, read in every way.
fn assert_mended(text: &str, options: Options, wanted: &Value, repairs: &[(R, usize)]) {
    let decoded = Value::from_slice(text.as_bytes(), options).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    let found: Vec<(R, usize)> = decoded.repairs.list().iter().map(|r| (r.kind, r.offset)).collect();
    assert_eq!((&decoded.value, found.as_slice()), (wanted, repairs), "{text:?}");
    assert_eq!(decoded.repairs.count(), repairs.len());
    let mut reader = Reader::new(text, options).unwrap();
    reader.skip_value().unwrap();
    assert_eq!(reader.finish().unwrap(), decoded.repairs, "passing over reads otherwise");
    let ignored = json::from_str_with::<serde::de::IgnoredAny>(text, options).unwrap();
    assert_eq!(ignored.repairs, decoded.repairs, "serde's face reads otherwise");
    let checked = Checked::new(text.as_bytes(), options).unwrap();
    let (mut written, mut summary) = (String::new(), Vec::new());
    checked.write_telling(&mut written, &mut |repair: Repair| summary.push((repair.kind, repair.offset))).unwrap();
    assert_eq!((written, summary.as_slice()), (checked.to_json(), repairs));
    assert_eq!(&value(&checked.to_json()), wanted, "written otherwise");
}

/// Asserts that Strict refuses the text with this error.
fn assert_refused(text: &str, options: Options, kind: E, offset: usize) {
    let error = Value::from_slice(text.as_bytes(), options).expect_err(text);
    assert_eq!((error.kind(), error.offset()), (kind, offset), "{text:?}");
}

/// Puts a separate token before the one at `index`.
fn with_token(document: &Document, index: usize, text: &str) -> (String, usize) {
    let mut document = document.clone();
    document.tokens.insert(index, Token { space: String::new(), text: text.to_owned() });
    (document.text(), document.offset(index))
}

/// Failures are kept beside this file.
fn config() -> ProptestConfig {
    let beside = FileFailurePersistence::WithSource("proptest-regressions");
    ProptestConfig { failure_persistence: Some(Box::new(beside)), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn strict_documents_are_read_alike_at_every_level(document in documents()) {
        let text = document.text();
        for options in LEVELS {
            assert_mended(&text, options, &value(&text), &[]);
        }
    }

    #[test]
    fn one_trailing_comma(document in containers(), which: Index) {
        let closers = document.places(|token, before| matches!(token, "}" | "]") && !matches!(before, Some("{" | "[")));
        let document = document.beside("0");
        let closers: Vec<usize> = closers.iter().map(|index| index + 3).chain([document.tokens.len() - 1]).collect();
        let (text, at) = with_token(&document, closers[which.index(closers.len())], ",");
        for options in [Options::DOCUMENTED, Options::LAX] {
            assert_mended(&text, options, &value(&document.text()), &[(R::TrailingComma, at)]);
        }
        assert_refused(&text, Options::STRICT, E::TrailingComma, at);
        let (twice, again) = with_token(&document, closers[which.index(closers.len())], ",,");
        for options in LEVELS {
            prop_assert!(Value::from_slice(twice.as_bytes(), options).is_err(), "{} at {}", twice, again);
        }
    }

    #[test]
    fn every_comma_that_may_trail_at_once(document in containers()) {
        let closers = document.places(|token, before| matches!(token, "}" | "]") && !matches!(before, Some("{" | "[")));
        let mut sloppy = document.clone();
        for index in closers.iter().rev() {
            sloppy.tokens.insert(*index, Token { space: " ".to_owned(), text: ",".to_owned() });
        }
        let decoded = Value::from_slice(sloppy.text().as_bytes(), Options::DOCUMENTED).unwrap();
        prop_assert_eq!(&decoded.value, &value(&document.text()));
        prop_assert_eq!(decoded.repairs.count(), closers.len());
        let places: Vec<usize> = closers.iter().enumerate().map(|(before, index)| sloppy.offset(index + before)).collect();
        let found: Vec<usize> = decoded.repairs.list().iter().map(|repair| repair.offset).collect();
        prop_assert_eq!(&found, &places[..places.len().min(16)]);
    }

    #[test]
    fn closers_behind_the_root(document in documents(), count in 1usize..=4, space in "[ \t\r\n]{0,3}") {
        let mut text = document.text();
        let mut repairs = Vec::new();
        for _ in 0..count {
            text.push_str(&space);
            repairs.push((R::ExtraCloser, text.len()));
            text.push('}');
        }
        let is_object = document.tokens[0].text == "{";
        for (options, most) in [(Options::STRICT, 0), (Options::DOCUMENTED, 1), (Options::LAX, 3)] {
            if is_object && count <= most {
                assert_mended(&text, options, &value(&document.text()), &repairs);
            } else {
                assert_refused(&text, options, E::TrailingData, repairs[if is_object { most } else { 0 }].1);
            }
        }
    }

    #[test]
    fn a_byte_order_mark(document in documents()) {
        let text = format!("\u{FEFF}{}", document.text());
        for options in [Options::DOCUMENTED, Options::LAX] {
            assert_mended(&text, options, &value(&document.text()), &[(R::ByteOrderMark, 0)]);
        }
        assert_refused(&text, Options::STRICT, E::ByteOrderMark, 0);
        let twice = format!("\u{FEFF}{text}");
        for options in LEVELS {
            prop_assert!(Value::from_slice(twice.as_bytes(), options).is_err());
        }
    }

    #[test]
    fn a_comment_between_any_two_tokens(document in documents(), which: Index, long: bool, inside in "[^\r\n*]{0,20}") {
        let comment = if long { format!("/*{inside}*/") } else { format!("//{inside}\n") };
        let (text, at) = with_token(&document, which.index(document.tokens.len() + 1), &comment);
        assert_mended(&text, Options::LAX, &value(&document.text()), &[(R::Comment, at)]);
        assert_refused(&text, Options::DOCUMENTED, E::Comment, at);
        assert_refused(&text, Options::STRICT, E::Comment, at);
    }

    #[test]
    fn white_space_that_is_raw_in_a_string(document in documents(), which: Index) {
        let document = document.beside("\"\\\\\\t\\n//\\r\"");
        let raw = [("\\t", "\t"), ("\\n", "\n"), ("\\r", "\r")];
        let mut spots = Vec::new();
        for (index, token) in document.tokens.iter().enumerate() {
            let escapes = escapes_in(&token.text);
            spots.extend(raw.iter().flat_map(|pair| escapes.iter().map(move |at| (index, *at, *pair))));
        }
        spots.retain(|(index, at, (escaped, _))| document.tokens[*index].text[*at..].starts_with(escaped));
        let (index, at, (escaped, raw)) = spots[which.index(spots.len())];
        let mut sloppy = document.clone();
        sloppy.tokens[index].text.replace_range(at..at + escaped.len(), raw);
        let (text, place) = (sloppy.text(), sloppy.offset(index) + at);
        assert_mended(&text, Options::LAX, &value(&document.text()), &[(R::RawWhiteSpace, place)]);
        assert_refused(&text, Options::DOCUMENTED, E::ControlCharacter, place);
        assert_refused(&text, Options::STRICT, E::ControlCharacter, place);
    }

    #[test]
    fn half_a_surrogate_pair(document in documents(), which: Index, half in "\\\\u[dD]([89aAbB]|[cdefCDEF])[0-9a-fA-F]{2}") {
        let document = document.beside("\"\\\\\u{FFFD}\\uFFFD\\ud83d\\ude00\"");
        let mut spots = Vec::new();
        for (index, token) in document.tokens.iter().enumerate() {
            spots.extend(token.text.match_indices('\u{FFFD}').map(|(at, found)| (index, at, found.len())));
            let written = escapes_in(&token.text).into_iter().filter(|at| token.text[*at..].starts_with("\\uFFFD"));
            spots.extend(written.map(|at| (index, at, 6)));
        }
        let (index, at, len) = spots[which.index(spots.len())];
        let mut sloppy = document.clone();
        sloppy.tokens[index].text.replace_range(at..at + len, &half);
        let (text, place) = (sloppy.text(), sloppy.offset(index) + at);
        assert_mended(&text, Options::LAX, &value(&document.text()), &[(R::LoneSurrogate, place)]);
        assert_refused(&text, Options::DOCUMENTED, E::LoneSurrogate, place);
    }

    #[test]
    fn a_key_that_its_object_has_already(document in documents(), key in texts(), which: Index, other in documents()) {
        let document = document.inside(&key);
        let keys = document.places(|token, before| token.starts_with('"') && matches!(before, Some("{" | ",")));
        let keys: Vec<usize> = keys.into_iter().filter(|index| document.tokens[index + 1].text == ":").collect();
        let key = keys[which.index(keys.len())];
        // Behind the last member of the key's object, which is where its depth falls below the key's.
        let mut depth = 0;
        let closer = (key..document.tokens.len()).find(|index| {
            depth += match document.tokens[*index].text.as_str() { "{" | "[" => 1, "}" | "]" => -1, _ => 0 };
            depth < 0
        }).unwrap();
        let spelt = document.tokens[key].text.clone();
        let again = if let Some(first) = spelt.chars().nth(1).filter(char::is_ascii_alphanumeric) {
            spelt.replacen(first, &format!("\\u{:04x}", u32::from(first)), 1)
        } else {
            spelt.clone()
        };
        for key in [spelt, again] {
            let mut sloppy = document.clone();
            let member = [",", &key, ":"].map(|text| Token { space: " ".to_owned(), text: text.to_owned() });
            sloppy.tokens.splice(closer..closer, member.into_iter().chain(other.tokens.clone()));
            let (text, place) = (sloppy.text(), sloppy.offset(closer + 1));
            assert_mended(&text, Options::LAX, &value(&document.text()), &[(R::DuplicateKey, place)]);
            assert_refused(&text, Options::DOCUMENTED, E::DuplicateKey, place);
            assert_refused(&text, Options::STRICT, E::DuplicateKey, place);
        }
    }

    #[test]
    fn every_beginning_of_a_container_is_refused(document in containers(), sloppy: bool) {
        let mut text = document.text().trim().to_owned();
        if sloppy {
            let last = text.pop().unwrap();
            if !text.ends_with(['{', '[']) {
                text.push(',');
            }
            text.push(last);
        }
        for end in 0..text.len() {
            for options in LEVELS {
                let error = Value::from_slice(&text.as_bytes()[..end], options).expect_err("a beginning was accepted");
                prop_assert!(error.offset() <= end);
            }
        }
    }

    #[test]
    fn numbers_keep_their_text(number in numbers()) {
        prop_assert!(json::is_number(&number));
        let read = value(&number);
        prop_assert_eq!(read.as_number(), Some(number.as_str()));
        prop_assert_eq!(json::from_str::<f64>(&number).unwrap().value.to_bits(), number.parse::<f64>().unwrap().to_bits());
    }

    #[test]
    fn texts_are_serde_jsons(text in texts()) {
        let theirs: String = serde_json::from_str(&text).unwrap();
        let ours = value(&text);
        prop_assert_eq!(ours.as_str(), Some(theirs.as_str()));
        let inner = &text[1..text.len() - 1];
        prop_assert_eq!(json::unescape(inner), theirs.clone());
        let mut written = String::new();
        json::write_str(&mut written, &theirs).unwrap();
        prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), theirs);
    }

    #[test]
    fn strict_is_serde_json(text in strange_texts()) {
        agrees_with_serde_json(&text)?;
    }

    #[test]
    fn strict_is_serde_json_over_bytes(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let theirs = serde_json::from_slice::<serde_json::Value>(&bytes);
        let ours = Checked::new(&bytes, Options::STRICT);
        prop_assert_eq!(ours.is_ok(), theirs.is_ok());
    }
}

/// Where the backslashes of escapes stand in a string.
fn escapes_in(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find('\\') {
        found.push(at + next);
        at += next + 2;
    }
    found
}

/// Documents with a few of their tokens doubled, dropped, swapped for others, or cut: some are JSON still, most are not.
fn strange_texts() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "{", "}", "[", "]", ",", ":", "\"a\"", "\"", "\\", "1", "-", "01", "1.", ".5", "+1", "1e5", "1e", "0x1", "nul",
        "null", "NaN", "'a'", "a", "//", "/**/", "\u{FEFF}", "\u{a0}", "\u{0}", "\t", " ", "\"\\u12\"", "\"\\x\"",
        "\"\t\"", "\"\\ud800\"", "é", "1 2", "truefalse", "--1",
    ]);
    let edit = (any::<Index>(), 0..4, word);
    (documents(), prop::collection::vec(edit, 0..4)).prop_map(|(mut document, edits)| {
        for (which, what, word) in edits {
            let index = which.index(document.tokens.len());
            match what {
                0 => document.tokens.insert(index, Token { space: String::new(), text: word.to_owned() }),
                1 => word.clone_into(&mut document.tokens[index].text),
                2 => {
                    let copy = document.tokens[index].clone();
                    document.tokens.insert(index, copy);
                }
                _ if document.tokens.len() > 1 => drop(document.tokens.remove(index)),
                _ => {}
            }
        }
        document.text()
    })
}

/// Strict accepts what `serde_json` accepts, with the same value, but for the listed differences: here, duplicate keys and depth.
fn agrees_with_serde_json(text: &str) -> Result<(), TestCaseError> {
    let theirs = serde_json::from_str::<serde_json::Value>(text);
    match Checked::new(text.as_bytes(), Options::STRICT) {
        Ok(ours) => {
            let theirs = theirs.map_err(|_| TestCaseError::fail("accepted here and refused there"))?;
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&ours.to_json()).unwrap(), theirs);
        }
        Err(error) if matches!(error.kind(), E::DuplicateKey | E::TooDeep) => {}
        Err(_) => prop_assert!(theirs.is_err(), "refused here and accepted there: {}", text),
    }
    Ok(())
}
