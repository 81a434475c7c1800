//! Bodies that are made to hurt: refused or read with work that grows as they do, counted in bytes looked at and never by the clock.
//! What the repairs and refusals of ordinary bodies are is tested elsewhere.

use smileid_core::json::{JsonError, JsonErrorKind as E, Limits, Options, Reader, Repairs, Value};

const MIB: usize = 1 << 20;

/// The hard limit of a body.
const LARGEST: usize = 16 * MIB;

const LEVELS: [Options; 3] = [Options::STRICT, Options::DOCUMENTED, Options::LAX];

/// What a body of a shape comes to at Strict, Documented and Lax: none where it is read.
type Comes = [Option<E>; 3];

/// A shape of a body: its name, how one of about so many bytes is made, and what it comes to.
type Shape = (&'static str, fn(usize) -> String, Comes);

const READ: Comes = [None; 3];
const SHAPES: &[Shape] = &[
    ("brackets", |n| "[".repeat(n), [Some(E::TooDeep); 3]),
    ("braces", |n| "{".repeat(n), [Some(E::ExpectedKey); 3]),
    ("objects in objects", |n| "{\"a\":".repeat(n / 5), [Some(E::TooDeep); 3]),
    ("commas", |n| format!("[1{}", ",".repeat(n)), [Some(E::ExpectedValue); 3]),
    ("colons", |n| format!("{{\"a\"{}", ":".repeat(n)), [Some(E::ExpectedValue); 3]),
    ("closers", |n| format!("{{}}{}", "}".repeat(n)), [Some(E::TrailingData); 3]),
    ("white space", |n| " \n\t\r".repeat(n / 4), [Some(E::Blank); 3]),
    ("white space in an array", |n| format!("[{}]", " ".repeat(n)), READ),
    ("an open string", |n| format!("\"{}", "a".repeat(n)), [Some(E::Truncated); 3]),
    ("a long string", |n| format!("\"{}\"", "a".repeat(n)), READ),
    ("a long string beyond ASCII", |n| format!("\"{}\"", "é".repeat(n / 2)), READ),
    ("short strings", |n| format!("[{}\"\"]", "\"abc\",".repeat(n / 6)), READ),
    ("quotes", |n| "\"".repeat(n), [Some(E::TrailingData); 3]),
    ("backslashes", |n| format!("\"{}\"", "\\\\".repeat(n / 2)), READ),
    ("short escapes", |n| format!("\"{}\"", "\\/".repeat(n / 2)), READ),
    ("long escapes", |n| format!("\"{}\"", "\\u0041".repeat(n / 6)), READ),
    ("surrogate pairs", |n| format!("\"{}\"", "\\ud83d\\ude00".repeat(n / 12)), READ),
    (
        "half pairs",
        |n| format!("\"{}\"", "\\ud83d".repeat(n / 6)),
        [Some(E::LoneSurrogate), Some(E::LoneSurrogate), None],
    ),
    ("raw tabs", |n| format!("\"{}\"", "\t".repeat(n)), [Some(E::ControlCharacter), Some(E::ControlCharacter), None]),
    ("an open escape", |n| format!("\"{}\\u00", "\\n".repeat(n / 2)), [Some(E::Truncated); 3]),
    ("line comments", |n| format!("{}1", "//\n".repeat(n / 3)), [Some(E::Comment), Some(E::Comment), None]),
    ("block comments", |n| format!("[1{}]", "/**/".repeat(n / 4)), [Some(E::Comment), Some(E::Comment), None]),
    ("an open comment", |n| format!("[1/*{}", "*/*".replace("*/", "* /").repeat(n / 4)), [Some(E::Truncated); 3]),
    ("slashes", |n| format!("[{}", "/".repeat(n)), [Some(E::Comment), Some(E::Comment), Some(E::Truncated)]),
    ("a long number", |n| "9".repeat(n), READ),
    ("a long fraction", |n| format!("0.{}", "0".repeat(n)), READ),
    ("a long exponent", |n| format!("1e{}", "0".repeat(n)), READ),
    ("short numbers", |n| format!("[{}1]", "1,".repeat(n / 2)), READ),
    ("minuses", |n| "-".repeat(n), [Some(E::BadNumber); 3]),
    ("words", |n| format!("[{}null]", "true,".repeat(n / 5)), READ),
    ("empty arrays", |n| format!("[{}[]]", "[],".repeat(n / 3)), READ),
    ("trailing commas", |n| format!("[{}[]]", "[1,],".repeat(n / 5)), [Some(E::TrailingComma), None, None]),
    ("deep towers", |n| format!("[{}1]", format!("{}1{},", "[".repeat(63), "]".repeat(63)).repeat(n / 128)), READ),
    (
        "deep towers of objects",
        |n| format!("[{}1]", format!("{}1{},", "{\"a\":".repeat(63), "}".repeat(63)).repeat(n / 380)),
        READ,
    ),
    ("small objects", |n| format!("[{}1]", "{\"a\":1,\"b\":2},".repeat(n / 14)), READ),
    ("objects of 64 keys", |n| objects_of(64, n), READ),
    ("objects of 65 keys", |n| objects_of(65, n), READ),
    ("objects of escaped keys", |n| objects_of_escaped_keys(n), READ),
    (
        "twice the same key",
        |n| format!("[{}1]", "{\"a\":1,\"a\":2},".repeat(n / 14)),
        [Some(E::DuplicateKey), Some(E::DuplicateKey), None],
    ),
    (
        "byte-order marks",
        |n| "\u{FEFF}".repeat(n / 3),
        [Some(E::ByteOrderMark), Some(E::ExpectedValue), Some(E::ExpectedValue)],
    ),
    ("NULs", |n| "\0".repeat(n), [Some(E::ExpectedValue); 3]),
    ("HTML", |n| "<html>".repeat(n / 6), [Some(E::Html); 3]),
];

fn objects_of(keys: usize, n: usize) -> String {
    let members: Vec<String> = (0..keys).map(|i| format!("\"key_{i:02}_of_some\":{i}")).collect();
    let object = format!("{{{}}},", members.join(","));
    format!("[{}1]", object.repeat(n / object.len()))
}

fn objects_of_escaped_keys(n: usize) -> String {
    let members: Vec<String> = (0..60).map(|i| format!("\"\\u006b{}_{i:02}\":{i}", "\\/".repeat(30))).collect();
    let object = format!("{{{}}},", members.join(","));
    format!("[{}1]", object.repeat(n / object.len()))
}

/// Passes over a body, and tells how many bytes were looked at.
fn read(body: &str, options: Options) -> (Result<Repairs, JsonError>, u64) {
    let mut reader = match Reader::new(body, options) {
        Ok(reader) => reader,
        Err(error) => return (Err(error), 0),
    };
    let skipped = reader.skip_value();
    let work = reader.work();
    (skipped.and_then(|_| reader.finish()), work)
}

fn widest(options: Options) -> Options {
    options.with_limits(Limits::DEFAULT.with_max_bytes(LARGEST))
}

#[test]
fn every_shape_comes_to_what_it_must_with_work_that_grows_as_it_does() {
    for (name, shape, comes) in SHAPES {
        for (options, comes) in LEVELS.into_iter().zip(comes) {
            for size in [1000, 30_000, MIB / 2] {
                let body = shape(size);
                let (result, work) = read(&body, widest(options));
                let kind = result.as_ref().err().map(JsonError::kind);
                assert_eq!(kind, *comes, "{name} of {size} at {options:?}");
                assert!(result.err().is_none_or(|error| error.offset() <= body.len()), "{name}");
                // A key is looked at as it is read, for its fingerprint, and where others share it; all else about once.
                assert!(work <= 6 * body.len() as u64 + 200, "{name} of {size} took {work} at {options:?}");
            }
        }
    }
}

#[test]
fn shapes_at_the_hard_limit() {
    // One for each loop of the reader; the others are these.
    let of_each_loop = [
        "brackets", "objects in objects", "commas", "white space", "an open string", "a long string", "long escapes",
        "half pairs", "line comments", "a long number", "deep towers", "objects of 65 keys",
    ];
    for (name, shape, comes) in SHAPES.iter().filter(|(name, ..)| of_each_loop.contains(name)) {
        let mut body = shape(LARGEST - 16);
        let (result, work) = read(&body, widest(Options::LAX));
        assert_eq!(result.err().map(|error| error.kind()), comes[2], "{name}");
        assert!(work <= 6 * body.len() as u64 + 200, "{name} took {work}");
        body.push_str(&" ".repeat(LARGEST + 1 - body.len()));
        assert_eq!(read(&body, widest(Options::LAX)).0.unwrap_err().kind(), E::TooLarge, "{name}");
    }
}

#[test]
fn bodies_over_the_limit_are_refused_unread() {
    let large = " ".repeat(Limits::DEFAULT_MAX_BYTES + 1);
    for options in LEVELS {
        let error = Value::from_slice(large.as_bytes(), options).unwrap_err();
        assert_eq!((error.kind(), error.offset()), (E::TooLarge, Limits::DEFAULT_MAX_BYTES));
    }
    let unbounded = Options::LAX.with_limits(Limits::DEFAULT.with_max_bytes(usize::MAX));
    assert_eq!(unbounded.limits().max_bytes(), LARGEST);
}

/// One object with these keys.
fn object(keys: impl Iterator<Item = String>) -> String {
    let members: Vec<String> = keys.map(|key| format!("\"{key}\":0")).collect();
    format!("{{{}}}", members.join(","))
}

/// The work that a sorted set of the keys may take: each is compared with some others, and looks at no more of them than it is long.
fn sorted_work(body: &str, keys: usize) -> u64 {
    let comparisons = 2 * u64::from(keys.ilog2() + 2);
    (6 + comparisons) * body.len() as u64
}

#[test]
fn many_keys_take_work_that_grows_as_n_log_n_whatever_they_are() {
    const COUNT: usize = 100_000;
    /// A key by its number.
    type Key = fn(usize) -> String;
    let kinds: [(&str, Key); 8] = [
        ("ascending", |i| format!("key{i:06}")),
        ("descending", |i| format!("key{:06}", COUNT - i)),
        ("mixed", |i| format!("key{:06}", i * 7919 % 1_000_003)),
        ("with the same beginning and end", |i| format!("identity{i:06}_the_same")),
        ("with the same beginning and end, mixed", |i| format!("identity{:06}_the_same", i * 7919 % 1_000_003)),
        // A zero byte at the end does not change a fingerprint. The second key moves the object to a sorted set.
        ("in pairs of one fingerprint", |i| format!("key{:06}{}", i / 2, ["", "\\u0000"][i % 2])),
        ("with a long common beginning", |i| format!("{}{i:06}", "a".repeat(100))),
        ("escaped", |i| format!("\\u006bey\\n{i:06}")),
    ];
    for (name, key) in kinds {
        for count in [1000, COUNT / 5] {
            let body = object((0..count).map(key));
            let (result, work) = read(&body, widest(Options::STRICT));
            assert_eq!(result.err(), None, "{name}");
            assert!(work <= sorted_work(&body, count), "{name}: {work} for {} bytes", body.len());
        }
        let twice = object((0..COUNT / 5).map(key).chain([key(COUNT / 10)]));
        assert_eq!(read(&twice, widest(Options::DOCUMENTED)).0.unwrap_err().kind(), E::DuplicateKey, "{name}");
        assert_eq!(read(&twice, widest(Options::LAX)).0.unwrap().count(), 1, "{name}");
    }
    let most = object((0..COUNT).map(kinds[4].1));
    let (result, work) = read(&most, widest(Options::LAX));
    assert_eq!(result.err(), None);
    assert!(work <= sorted_work(&most, COUNT), "{work}");
    let over = object((0..=COUNT).map(kinds[0].1));
    assert_eq!(read(&over, widest(Options::LAX)).0.unwrap_err().kind(), E::TooManyMembers);
}

#[test]
fn one_very_long_key_does_not_make_others_costly() {
    for spelling in ["", "\\u0061"] {
        // In the middle of the order, so that nearly every search meets it.
        let long = format!("m{spelling}{}", "a".repeat(8 * MIB));
        let body = object(
            (0..50_000).map(|i| format!("k{i:05}")).chain([long]).chain((0..49_000).map(|i| format!("n{i:05}"))),
        );
        let (result, work) = read(&body, widest(Options::STRICT));
        assert_eq!(result.err(), None);
        assert!(work <= sorted_work(&body, 100_000), "{work} for {} bytes", body.len());
    }
}

#[test]
fn many_duplicates_take_no_more_than_they_are_long() {
    for key in ["a".to_owned(), "identity_the_same".to_owned(), "\\u0061".to_owned(), "x".repeat(150)] {
        let body = object((0..100_000).map(|_| key.clone()));
        let (result, work) = read(&body, widest(Options::LAX));
        assert_eq!(result.unwrap().count(), 99_999);
        assert!(work <= 8 * body.len() as u64, "{work} for {} bytes of {}", body.len(), key.len());
        let over = object((0..100_001).map(|_| key.clone()));
        assert_eq!(read(&over, widest(Options::LAX)).0.unwrap_err().kind(), E::TooManyMembers);
    }
}

#[test]
fn the_keys_of_all_open_objects_are_bounded() {
    // Each object's last member is the next one: all stay open.
    let mut body = String::new();
    for level in 0..7 {
        let members: Vec<String> = (0..99_000).map(|i| format!("\"{level}{i:x}\":0")).collect();
        body.extend(["{", &members.join(","), ",\"next\":"]);
    }
    let (result, work) = read(&body, widest(Options::STRICT));
    assert_eq!(result.unwrap_err().kind(), E::TooManyMembers);
    assert!(work <= sorted_work(&body, 100_000));
    // One behind the other they are no more than one.
    let many = format!("[{},0]", vec![object((0..70_000).map(|i| format!("{i:x}"))); 12].join(","));
    assert_eq!(read(&many, widest(Options::STRICT)).0.err(), None);
}

#[test]
fn trees_are_bounded_by_their_values() {
    let of = |count: usize| format!("[{}0]", "0,".repeat(count - 2));
    let options = widest(Options::STRICT);
    assert!(Value::from_slice(of(1_000_000).as_bytes(), options).is_ok());
    let error = Value::from_slice(of(1_000_001).as_bytes(), options).unwrap_err();
    assert_eq!((error.kind(), error.offset()), (E::TooManyNodes, 2_000_000 - 1));
}

#[test]
fn a_reply_cut_at_every_byte_is_refused_at_its_end() {
    let sample = include_str!("../../crates/smileid-sandbox/src/document-sample.json").trim_end();
    for end in 0..sample.len() {
        let cut = &sample.as_bytes()[..end];
        for options in LEVELS {
            let error = Value::from_slice(cut, options).expect_err("a beginning was accepted");
            assert!(error.offset() <= end);
            let early = matches!(error.kind(), E::TrailingComma | E::InvalidUtf8);
            assert!(early || error.offset() == end || options == Options::STRICT, "{end}: {error}");
        }
    }
}

#[test]
fn random_bytes_are_refused_or_read_and_no_more() {
    const ALPHABET: &[u8] = b"{}[]\",:\\/ud80123456789-+.eE truefalsn\n\t*\xEF\xBB\xBF\xC3\xA9";
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for round in 0..20_000 {
        let len = usize::try_from(next() % 64).unwrap();
        let any = round % 4 == 0;
        let mut byte = || {
            let number = next();
            if any {
                number.to_le_bytes()[0]
            } else {
                ALPHABET[usize::try_from(number % ALPHABET.len() as u64).unwrap()]
            }
        };
        let bytes: Vec<u8> = (0..len).map(|_| byte()).collect();
        for options in LEVELS {
            if let Err(error) = Value::from_slice(&bytes, options) {
                assert!(error.offset() <= len, "{bytes:?}");
            }
        }
    }
}
