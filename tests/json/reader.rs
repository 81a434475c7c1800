//! The reader as a whole: levels, repairs with their places, refusals, misuse. Agreement with another parser is a property elsewhere.

use smileid_core::json::{JsonErrorKind as E, JsonType, Limits, Options, Reader, RepairKind as R, Repairs};
use smileid_tests::rows;

const TABLE: &str = include_str!("reader.txt");

/// A repair, and where it must stand.
type At = (R, usize);

fn read(text: &str, options: Options) -> Result<Vec<At>, (E, usize)> {
    read_bytes(text.as_bytes(), options)
}

fn read_bytes(bytes: &[u8], options: Options) -> Result<Vec<(R, usize)>, (E, usize)> {
    let all = || -> Result<Repairs, smileid_core::json::JsonError> {
        let mut reader = Reader::from_slice(bytes, options)?;
        reader.skip_value()?;
        reader.finish()
    };
    all().map(|r| r.list().iter().map(|r| (r.kind, r.offset)).collect()).map_err(|e| (e.kind(), e.offset()))
}

#[test]
fn the_documented_deviations_are_repaired_at_their_offsets_and_refused_when_strict() {
    let cases: [(&str, &[At], (E, usize)); 6] = [
        (r#"{"a":1,}"#, &[(R::TrailingComma, 6)], (E::TrailingComma, 6)),
        ("[1, 2 , \n]", &[(R::TrailingComma, 6)], (E::TrailingComma, 6)),
        ("{\"a\":[1,],\n}", &[(R::TrailingComma, 7), (R::TrailingComma, 9)], (E::TrailingComma, 7)),
        ("{}\n}", &[(R::ExtraCloser, 3)], (E::TrailingData, 3)),
        ("\u{FEFF}{}", &[(R::ByteOrderMark, 0)], (E::ByteOrderMark, 0)),
        (
            "\u{FEFF}{\"a\":1,} } ",
            &[(R::ByteOrderMark, 0), (R::TrailingComma, 9), (R::ExtraCloser, 12)],
            (E::ByteOrderMark, 0),
        ),
    ];
    for (text, repairs, error) in cases {
        assert_eq!(read(text, Options::DOCUMENTED).as_deref(), Ok(repairs), "{text}");
        assert_eq!(read(text, Options::STRICT), Err(error), "{text}");
    }
}

#[test]
fn the_lax_deviations_are_repaired_at_lax_alone() {
    let cases: [(&str, &[At], E); 8] = [
        ("{/* c */}", &[(R::Comment, 1)], E::Comment),
        ("// c\n[1] // d", &[(R::Comment, 0), (R::Comment, 9)], E::Comment),
        (r#"["\ud800"]"#, &[(R::LoneSurrogate, 2)], E::LoneSurrogate),
        (r#"["\udc00\ud800"]"#, &[(R::LoneSurrogate, 2), (R::LoneSurrogate, 8)], E::LoneSurrogate),
        ("[\"a\tb\n\"]", &[(R::RawWhiteSpace, 3), (R::RawWhiteSpace, 5)], E::ControlCharacter),
        ("{}}}", &[(R::ExtraCloser, 2), (R::ExtraCloser, 3)], E::TrailingData),
        ("{}}}}", &[(R::ExtraCloser, 2), (R::ExtraCloser, 3), (R::ExtraCloser, 4)], E::TrailingData),
        (r#"{"a":1,"\u0061":2}"#, &[(R::DuplicateKey, 7)], E::DuplicateKey),
    ];
    for (text, repairs, error) in cases {
        assert_eq!(read(text, Options::LAX).as_deref(), Ok(repairs), "{text}");
        assert_eq!(read(text, Options::DOCUMENTED).unwrap_err().0, error, "{text}");
    }
}

#[test]
fn what_is_refused_at_every_level() {
    let cases = rows(TABLE, "refused at every level: the text, the kind, its place");
    for [text, kind, offset] in cases.iter().map(|row| row.each_ref().map(String::as_str)) {
        for options in [Options::STRICT, Options::DOCUMENTED, Options::LAX] {
            if text.starts_with('\u{FEFF}') && options == Options::STRICT {
                continue;
            }
            if kind == E::TrailingData.as_str() && options != Options::LAX && text.starts_with("{}}") {
                continue;
            }
            let found = read(text, options).unwrap_err();
            assert_eq!((found.0.as_str(), found.1), (kind, offset.parse().unwrap()), "{text:?}");
        }
    }
    for options in [Options::STRICT, Options::DOCUMENTED, Options::LAX] {
        assert_eq!(read("", options), Err((E::Empty, 0)), "{options:?}");
    }
    for bytes in [&b"[\"\xff\"]"[..], b"\xff\xfe{\0}\0", b"[\"\xed\xa0\x80\"]", b"[\"\xc0\xaf\"]"] {
        assert_eq!(read_bytes(bytes, Options::LAX).unwrap_err().0, E::InvalidUtf8);
    }
}

#[test]
fn any_root_is_read_and_only_an_object_may_be_closed_twice() {
    for root in ["1", "\"a\"", "true", "false", "null", "[]", "{}", " [ ] "] {
        for options in [Options::STRICT, Options::DOCUMENTED, Options::LAX] {
            assert_eq!(read(root, options), Ok(vec![]), "{root}");
        }
    }
    assert_eq!(read("[1]}", Options::LAX), Err((E::TrailingData, 3)));
}

#[test]
fn depth_members_and_size_are_bounded() {
    let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
    assert!(read(&nested(64), Options::STRICT).is_ok());
    assert_eq!(read(&nested(65), Options::LAX), Err((E::TooDeep, 64)));
    assert_eq!(read(&"[".repeat(1_000_000), Options::DOCUMENTED), Err((E::TooDeep, 64)));
    assert_eq!(read(&"{\"a\":".repeat(100), Options::DOCUMENTED), Err((E::TooDeep, 64 * 5)));
    let object = |n: usize| format!("{{{}}}", (0..n).map(|i| format!("\"k{i}\":0")).collect::<Vec<_>>().join(","));
    assert!(read(&object(100_000), Options::STRICT).is_ok());
    assert_eq!(read(&object(100_001), Options::LAX).unwrap_err().0, E::TooManyMembers);
    let tight = Options::STRICT.with_limits(Limits::DEFAULT.with_max_bytes(4));
    assert!(read("[12]", tight).is_ok());
    assert_eq!(read("[123]", tight), Err((E::TooLarge, 4)));
}

#[test]
fn duplicates_are_found_in_small_and_large_objects_at_every_depth_and_in_any_spelling() {
    for n in [1, 2, 10, 40, 63, 64, 65, 200, 5000] {
        let members: Vec<_> = (0..n).map(|i| format!("\"key-{i:05}\":{{\"x\":{i},\"y\":[{{\"x\":1}}]}}")).collect();
        let good = format!("{{{}}}", members.join(","));
        assert_eq!(read(&good, Options::STRICT), Ok(vec![]), "{n}");
        for twice in [0, n / 2, n - 1] {
            for spelt in [format!("key-{twice:05}"), format!("\\u006bey-{twice:05}")] {
                let bad = format!("{{{},\"{spelt}\":1}}", members.join(","));
                assert_eq!(read(&bad, Options::DOCUMENTED), Err((E::DuplicateKey, good.len())), "{n} {spelt}");
                let nested = format!("[{{\"z\":{bad}}}]");
                assert_eq!(read(&nested, Options::STRICT), Err((E::DuplicateKey, good.len() + 6)), "{n} {spelt}");
            }
        }
    }
    assert!(read(r#"{"a":1,"A":2,"":3,"aa":4,"a\u0000":5}"#, Options::STRICT).is_ok());
    assert!(read(r#"{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}"#, Options::STRICT).is_ok());
}

#[test]
fn different_keys_of_one_fingerprint_are_two_members_and_each_is_found_again() {
    // A zero byte at the end does not change a fingerprint.
    for key in ["a", "abcdefgh"] {
        for [first, second] in [["", "\\u0000"], ["\\u0000", ""]] {
            let two = format!("{{\"{key}{first}\":1,\"{key}{second}\":2");
            assert_eq!(read(&format!("{two}}}"), Options::STRICT), Ok(vec![]), "{two}");
            for third in [first, second] {
                let three = format!("{two},\"{key}{third}\":3}}");
                assert_eq!(read(&three, Options::DOCUMENTED), Err((E::DuplicateKey, two.len() + 1)), "{three}");
                assert_eq!(read(&three, Options::LAX), Ok(vec![(R::DuplicateKey, two.len() + 1)]), "{three}");
            }
        }
    }
}

#[test]
fn every_prefix_of_the_sample_is_refused() {
    let sample = r#"{"timestamp":"2018-03-13T21:04:11.193Z","result":{"IsMachineResult":"tr\u0075e",},"history":[{"a":-1.5e3},null,],}"#;
    assert_eq!(read(sample, Options::DOCUMENTED).unwrap().len(), 3);
    for end in 0..sample.len() {
        assert!(read(&sample[..end], Options::LAX).is_err(), "{end}");
    }
}

#[test]
fn asking_out_of_order_is_an_error_and_never_nonsense() {
    let misuse = |text: &str, order: fn(&mut Reader<'_>) -> Result<(), smileid_core::json::JsonError>| {
        let mut reader = Reader::new(text, Options::DOCUMENTED).unwrap();
        order(&mut reader).unwrap_err().kind()
    };
    assert_eq!(misuse("{}", |r| r.next_key().map(drop)), E::Misuse);
    assert_eq!(misuse("[]", |r| r.next_element().map(drop)), E::Misuse);
    assert_eq!(misuse("[1]", |r| r.begin_array().and_then(|()| r.next_key().map(drop))), E::Misuse);
    assert_eq!(misuse("[1]", |r| r.begin_array().and_then(|()| r.number().map(drop))), E::Misuse);
    assert_eq!(
        misuse("{\"a\":1}", |r| r.begin_object().and_then(|()| r.next_key().and_then(|_| r.next_key().map(drop)))),
        E::Misuse
    );
    assert_eq!(misuse("1", |r| r.number().and_then(|_| r.number().map(drop))), E::Misuse);
    assert_eq!(misuse("1", |r| r.string().map(drop)), E::UnexpectedType);
    assert_eq!(misuse("\"a\"", |r| r.boolean().map(drop)), E::UnexpectedType);
    let mut reader = Reader::new("[1]", Options::STRICT).unwrap();
    reader.begin_array().unwrap();
    assert_eq!(reader.finish().unwrap_err().kind(), E::Misuse);
}

#[test]
fn an_error_that_refuses_the_document_is_given_again_by_every_later_call() {
    let texts = ["[1,,2]", "[1 2]", "[01]", "[\"\u{1}\"]", "[\"\\x\"]", "[tru,1]", "[/**/1]", "[1", "[1,", "[\"a"];
    for text in texts {
        let mut reader = Reader::new(text, Options::DOCUMENTED).unwrap();
        let mut first = None;
        let mut summary = |error: Result<(), smileid_core::json::JsonError>| match (error, first) {
            (Ok(()), None) => {}
            (Err(error), None) => first = Some(error),
            (again, Some(first)) => assert_eq!(again, Err(first), "{text}"),
        };
        summary(reader.begin_array());
        for _ in 0..3 {
            summary(reader.next_element().map(drop));
            summary(reader.skip_value().map(drop));
        }
        summary(reader.peek().map(drop));
        summary(reader.next_key().map(drop));
        summary(reader.begin_object());
        summary(reader.value::<u8>().map(drop));
        summary(reader.finish().map(drop));
        assert!(first.is_some(), "{text}");
    }
    // What is only not of the type that was asked for can be asked for otherwise.
    let mut reader = Reader::new("[1]", Options::DOCUMENTED).unwrap();
    assert_eq!(reader.boolean().unwrap_err().kind(), E::UnexpectedType);
    reader.begin_array().unwrap();
    assert!(reader.next_element().unwrap());
    assert_eq!(reader.string().unwrap_err().kind(), E::UnexpectedType);
    assert_eq!(reader.number().unwrap().text(), "1");
    assert!(!reader.next_element().unwrap());
    assert!(reader.finish().unwrap().is_empty());
}

#[test]
fn the_first_sixteen_repairs_are_kept_and_all_are_counted() {
    for count in [0, 1, 3, 4, 5, 15, 16, 17, 40] {
        let text = format!("[{}0]", "[1,],".repeat(count));
        let found = read(&text, Options::DOCUMENTED).unwrap();
        let places: Vec<At> = (0..count.min(16)).map(|i| (R::TrailingComma, 3 + 5 * i)).collect();
        assert_eq!(found, places);
        let mut reader = Reader::new(&text, Options::DOCUMENTED).unwrap();
        reader.skip_value().unwrap();
        let repairs = reader.finish().unwrap();
        assert_eq!((repairs.count(), repairs.is_empty()), (count, count == 0));
        assert_eq!(repairs.clone(), repairs);
        assert_eq!(repairs == Repairs::default(), count == 0);
    }
}

#[test]
fn lines_and_columns_are_counted_when_asked_for() {
    let text = "{\n \"a\": 1,\n \"b\": x\n}";
    let mut reader = Reader::new(text, Options::DOCUMENTED).unwrap();
    let error = reader.skip_value().unwrap_err();
    assert_eq!((error.offset(), error.line_column(text.as_bytes())), (17, (3, 7)));
}

#[test]
fn values_are_given_as_they_stand() {
    let text = r#"{"s":"a\u00e9\n\ud83d\ude00","n":-1.50E+2,"b":true,"z":null,"a":[[],{}]}"#;
    let mut r = Reader::new(text, Options::STRICT).unwrap();
    r.begin_object().unwrap();
    let next = |r: &mut Reader<'_>| r.next_key().unwrap().unwrap().text().into_owned();
    assert_eq!((next(&mut r).as_str(), r.peek()), ("s", Ok(JsonType::String)));
    let s = r.string().unwrap();
    assert_eq!((s.text().as_ref(), s.is_escaped(), s.span().of(text)), ("aé\n😀", true, r"a\u00e9\n\ud83d\ude00"));
    next(&mut r);
    let n = r.number().unwrap();
    assert_eq!((n.text(), n.to_f64(), n.span().of(text)), ("-1.50E+2", Some(-150.0), "-1.50E+2"));
    next(&mut r);
    assert_eq!(r.boolean(), Ok(true));
    next(&mut r);
    assert_eq!(r.null(), Ok(()));
    next(&mut r);
    assert_eq!(r.skip_value().unwrap().of(text), "[[],{}]");
    assert_eq!(r.next_key(), Ok(None));
    assert!(r.finish().unwrap().is_empty());
}

#[test]
fn an_escaped_key_of_a_large_object_is_found_again_wherever_it_stood() {
    for place in [1, 20, 40, 63] {
        // The first key sorts right behind the escaped one: a text read too far would sort behind both.
        let key = |n: usize| match n {
            0 => r#""mark!""#.to_owned(),
            n if n == place => r#""m\u0061rk""#.to_owned(),
            n => format!("\"k{n}\""),
        };
        let members: String = (0..90).fold(String::new(), |all, n| all + &key(n) + ":0,");
        let body = format!("{{{members}\"mark\":0}}");
        assert_eq!(read(&body, Options::DOCUMENTED), Err((E::DuplicateKey, members.len() + 1)), "{place}");
    }
}

#[test]
fn the_depth_can_be_set_lower_and_no_higher() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    for (set, deepest) in [(1, 1), (3, 3), (64, 64), (65, 64), (255, 64)] {
        let options = Options::STRICT.with_limits(Limits::DEFAULT.with_max_depth(set));
        assert!(read(&nested(deepest), options).is_ok(), "{set}");
        assert_eq!(read(&nested(deepest + 1), options), Err((E::TooDeep, deepest)), "{set}");
    }
}
