//! The reader's second face: any type through serde, borrowed where it can be, and errors that hold a kind and a place alone.

use core::fmt::{self, Debug};
use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use smileid_core::json::{self, JsonErrorKind as E, Options, RepairKind as R};

fn good<'a, T: Deserialize<'a>>(text: &'a str) -> T {
    json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}")).value
}

fn bad<T: DeserializeOwned + Debug>(text: &str) -> At {
    let error = json::from_str::<T>(text).unwrap_err();
    (error.kind(), error.offset())
}

#[derive(Debug, PartialEq, Deserialize)]
struct Entry<'a> {
    #[serde(rename = "ResultCode")]
    code: &'a str,
    #[serde(borrow, rename = "ResultText")]
    text: Cow<'a, str>,
    #[serde(default)]
    confidence: Option<f64>,
    #[serde(default)]
    tags: Vec<u8>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exact {
    a: u8,
    b: Option<i64>,
}

#[derive(Debug, PartialEq, Deserialize)]
enum Shape {
    Unit,
    New(u8),
    Pair(u8, String),
    Fields { a: u8 },
}

#[derive(Debug, PartialEq, Deserialize)]
struct Newtype(String);

#[derive(Debug, PartialEq, Deserialize)]
struct Nothing;

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
enum Name {
    Left,
    Right,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Loose {
    Flag(bool),
    Text(String),
    Number(f64),
}

/// An error's kind and place.
type At = (E, usize);

/// Bytes, which serde's own `Vec<u8>` never asks for.
#[derive(Debug, PartialEq)]
struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Bytes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Bytes, A::Error> {
                let mut bytes = Vec::new();
                while let Some(byte) = seq.next_element()? {
                    bytes.push(byte);
                }
                Ok(Bytes(bytes))
            }
        }
        deserializer.deserialize_bytes(Visitor)
    }
}

#[test]
fn a_struct_is_read_borrowed_and_what_was_mended_is_virtual() {
    let text =
        "{\"ResultCode\": \"0814\", \"other\": [1, {\"x\": null}], \"ResultText\": \"a\\u00e9\", \"tags\": [1, 2,],}}";
    let decoded = json::from_str::<Entry<'_>>(text).unwrap();
    let want = Entry { code: "0814", text: Cow::Borrowed("aé"), confidence: None, tags: vec![1, 2] };
    assert_eq!(decoded.value, want);
    assert!(text.as_bytes().as_ptr_range().contains(&decoded.value.code.as_ptr()), "copied");
    let repairs: Vec<_> = decoded.repairs.list().iter().map(|r| (r.kind, r.offset)).collect();
    let comma = text.find(",]").unwrap();
    let end = text.len();
    assert_eq!(repairs, [(R::TrailingComma, comma), (R::TrailingComma, end - 3), (R::ExtraCloser, end - 1)]);
    let strict = json::from_slice_with::<Entry<'_>>(text.as_bytes(), Options::STRICT).unwrap_err();
    assert_eq!((strict.kind(), strict.offset()), (E::TrailingComma, comma));
}

#[test]
fn every_shape_of_serdes_data_model_is_read() {
    assert!(good::<bool>(" true "));
    assert_eq!(good::<(i8, i16, i32, i64)>("[-128, -32768, 7, -9223372036854775808]"), (-128, -32768, 7, i64::MIN));
    assert_eq!(good::<(u8, u16, u32, u64)>("[255, 65535, 7, 18446744073709551615]"), (255, 65535, 7, u64::MAX));
    assert_eq!(good::<i128>(&i128::MIN.to_string()), i128::MIN);
    assert_eq!(good::<u128>(&u128::MAX.to_string()), u128::MAX);
    assert_eq!(good::<(f32, f64, f64)>("[1.5, 1e2, 3]"), (1.5, 100.0, 3.0));
    assert!(good::<f64>("-0").is_sign_negative());
    let beyond_integers = "123456789012345678901234567890";
    assert_eq!(Ok(good::<f64>(beyond_integers)), beyond_integers.parse());
    // Rounded once, where by way of a wider float it would be the next one.
    assert_eq!(good::<f32>("1.00000017881393432617187499").to_bits(), 0x3F80_0001);
    assert_eq!(good::<(char, String, &str)>(r#"["é", "a\n", "b"]"#), ('é', "a\n".into(), "b"));
    assert_eq!(good::<Option<u8>>("null"), None);
    assert_eq!(good::<Option<Option<u8>>>("3"), Some(Some(3)));
    assert_eq!(good::<((), Nothing, Newtype)>(r#"[null, null, "x"]"#), ((), Nothing, Newtype("x".into())));
    assert_eq!(good::<Bytes>(r#""a\u00e9""#), Bytes("aé".into()));
    assert_eq!(good::<Bytes>("[1, 2, 255]"), Bytes(vec![1, 2, 255]));
    assert_eq!(good::<Exact>(r#"{"b": null, "a": 1}"#), Exact { a: 1, b: None });
    assert_eq!(good::<Exact>("[1, -2]"), Exact { a: 1, b: Some(-2) });
    assert_eq!(
        good::<Vec<Shape>>(
            r#"["Unit", {"Unit": null}, {"New": 1}, {"Pair": [2, "x"]}, {"Fields": {"a": 3}}, {"Fields": [4]},]"#
        ),
        [
            Shape::Unit,
            Shape::Unit,
            Shape::New(1),
            Shape::Pair(2, "x".into()),
            Shape::Fields { a: 3 },
            Shape::Fields { a: 4 }
        ]
    );
    assert_eq!(
        good::<Vec<Loose>>(r#"[true, "a\t", 1, 1.5]"#),
        [Loose::Flag(true), Loose::Text("a\t".into()), Loose::Number(1.0), Loose::Number(1.5)]
    );
    good::<IgnoredAny>(r#"{"a": [1, {"b": "\ud83d\ude00"}]}"#);
}

#[test]
fn keys_are_texts_numbers_booleans_and_variants() {
    let keys = |text| good::<BTreeMap<&str, u8>>(text).into_keys().collect::<Vec<_>>();
    assert_eq!(keys(r#"{"b": 1, "a": 2}"#), ["a", "b"]);
    assert_eq!(good::<BTreeMap<u8, u8>>(r#"{"1": 1, "20": 2}"#), BTreeMap::from([(1, 1), (20, 2)]));
    assert_eq!(good::<BTreeMap<i64, u8>>(r#"{"-1": 1}"#), BTreeMap::from([(-1, 1)]));
    assert_eq!(good::<BTreeMap<i128, u8>>(&format!("{{\"{}\": 1}}", i128::MIN)), BTreeMap::from([(i128::MIN, 1)]));
    assert_eq!(good::<BTreeMap<bool, u8>>(r#"{"true": 1, "false": 2}"#), BTreeMap::from([(true, 1), (false, 2)]));
    assert_eq!(good::<BTreeMap<Name, u8>>(r#"{"Right": 1}"#), BTreeMap::from([(Name::Right, 1)]));
    assert_eq!(good::<BTreeMap<Option<String>, u8>>(r#"{"a\"": 1}"#), BTreeMap::from([(Some("a\"".into()), 1)]));
    assert_eq!(good::<BTreeMap<char, u8>>(r#"{"a": 1}"#), BTreeMap::from([('a', 1)]));
    assert_eq!(bad::<BTreeMap<u8, u8>>(r#"{"1": 1, " 2": 2}"#), (E::UnexpectedType, 9));
    assert_eq!(bad::<BTreeMap<u8, u8>>(r#"{"256": 1}"#), (E::InvalidValue, 1));
    assert_eq!(bad::<BTreeMap<u128, u8>>(r#"{"-1": 1}"#), (E::NumberOutOfRange, 1));
    assert_eq!(bad::<BTreeMap<i128, u8>>(r#"{"+1": 1}"#), (E::UnexpectedType, 1));
    assert_eq!(bad::<BTreeMap<bool, u8>>(r#"{"True": 1}"#), (E::UnexpectedType, 1));
    assert_eq!(bad::<BTreeMap<Name, u8>>(r#"{"Up": 1}"#), (E::UnknownVariant, 1));
}

#[test]
fn what_a_type_does_not_take_is_told_with_kind_and_place_and_never_with_the_value() {
    let secret = "a person's name";
    let cases: &[(At, At)] = &[
        (bad::<bool>(&format!("[\"{secret}\"]")), (E::UnexpectedType, 0)),
        (bad::<Vec<u8>>(&format!("[1, \"{secret}\"]")), (E::UnexpectedType, 4)),
        (bad::<Vec<Shape>>(&format!("[\"{secret}\"]")), (E::UnknownVariant, 1)),
        (bad::<Vec<Shape>>(&format!("[{{\"{secret}\": 1}}]")), (E::UnknownVariant, 2)),
        (bad::<Vec<Shape>>("[{}]"), (E::InvalidLength, 1)),
        (bad::<Vec<Shape>>("[{\"New\": 1, \"New2\": 2}]"), (E::InvalidLength, 12)),
        (bad::<Vec<Shape>>("[{\"New\": \"x\"}]"), (E::UnexpectedType, 9)),
        (bad::<Vec<Shape>>("[{\"Unit\": 1}]"), (E::UnexpectedType, 10)),
        (bad::<Vec<Shape>>("[{\"Pair\": {}}]"), (E::UnexpectedType, 10)),
        (bad::<Vec<Shape>>("[{\"Pair\": [1]}]"), (E::InvalidLength, 10)),
        (bad::<Vec<Shape>>("[{\"Pair\": [1, \"a\", 3]}]"), (E::InvalidLength, 19)),
        (bad::<Vec<Shape>>("[1]"), (E::UnexpectedType, 1)),
        (bad::<Exact>(&format!("{{\"a\": 1, \"{secret}\": 2}}")), (E::UnknownField, 9)),
        (bad::<Exact>("{\"b\": 1 }"), (E::MissingField, 0)),
        (bad::<Exact>("[1]"), (E::InvalidLength, 0)),
        (bad::<[Exact; 1]>(" [{\"a\": 256}]"), (E::InvalidValue, 8)),
        (bad::<[Exact; 1]>("[{\"a\": 1.0}]"), (E::UnexpectedType, 7)),
        (bad::<(u8, u8)>("[1, 2, 3]"), (E::InvalidLength, 7)),
        (bad::<(u8, u8)>("[1, 2, ]3"), (E::TrailingData, 8)),
        (bad::<(u8, u8)>("[1, 2, "), (E::Truncated, 7)),
        (bad::<char>("\"ab\""), (E::InvalidValue, 0)),
        (bad::<f64>("[1e999]"), (E::UnexpectedType, 0)),
        (bad::<Vec<f64>>("[1e999]"), (E::NumberOutOfRange, 1)),
        (bad::<Vec<f32>>("[1e39]"), (E::NumberOutOfRange, 1)),
        (bad::<Vec<f32>>("[true]"), (E::UnexpectedType, 1)),
        (bad::<Vec<u64>>("[18446744073709551616]"), (E::UnexpectedType, 1)),
        (bad::<Vec<u128>>("[-1]"), (E::NumberOutOfRange, 1)),
        (bad::<Vec<i128>>("[1.5]"), (E::UnexpectedType, 1)),
        (bad::<(u128, u8)>("[true, 1]"), (E::UnexpectedType, 1)),
        (bad::<BTreeMap<String, u8>>("{\"a\": 1, \"\\u0061\": 2}"), (E::DuplicateKey, 9)),
        (bad::<IgnoredAny>("{\"a\": {\"b\": 1, \"b\": 2}}"), (E::DuplicateKey, 15)),
        (bad::<u8>(""), (E::Empty, 0)),
        (bad::<u8>("<html>"), (E::Html, 0)),
        (bad::<Vec<u8>>("[1,,2]"), (E::ExpectedValue, 3)),
    ];
    for (index, (found, wanted)) in cases.iter().enumerate() {
        assert_eq!(found, wanted, "case {index}");
    }
    let error = json::from_str::<Vec<Shape>>(&format!("[\"{secret}\"]")).unwrap_err();
    assert_eq!(error.to_string(), "a variant is none of the wanted type's at byte 1");
    assert!(!format!("{error:?}").contains(secret));
}

#[test]
fn an_error_without_a_place_claims_none() {
    let error: json::JsonError = serde::de::Error::custom("a person's name");
    assert_eq!((error.kind(), error.offset(), error.line_column(b"x")), (E::InvalidValue, 0, (1, 1)));
    assert_eq!(error.to_string(), "a value is not what the wanted type takes at byte 0");
}

#[test]
fn depth_is_bounded_in_recursive_types_too() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only its depth matters")]
    struct Nest(Vec<Nest>);
    assert!(json::from_str::<Nest>(&("[".repeat(64) + &"]".repeat(64))).is_ok());
    assert_eq!(bad::<Nest>(&"[".repeat(1_000_000)), (E::TooDeep, 64));
}

/// A type that takes the first member of an object and leaves the rest.
#[derive(Debug)]
struct FirstOnly;

impl<'de> Deserialize<'de> for FirstOnly {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = FirstOnly;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of one member")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<FirstOnly, A::Error> {
                map.next_entry::<IgnoredAny, IgnoredAny>().map(|_| FirstOnly)
            }
        }
        from.deserialize_map(Visitor)
    }
}

#[test]
fn members_that_a_type_leaves_are_told_with_their_place() {
    assert!(json::from_str::<FirstOnly>(r#"{"a": 1}"#).is_ok());
    assert_eq!(bad::<FirstOnly>(r#"{"a": 1, "b": 2}"#), (E::InvalidLength, 9));
    assert_eq!(bad::<Vec<FirstOnly>>(r#"[{"a": 1}, {"a": 1, "b": 2}]"#), (E::InvalidLength, 20));
}

/// The features `raw_value` and `arbitrary_precision` of `serde_json` are on in this crate, as any dependency can turn them on.
#[test]
fn keys_that_serde_json_reserves_are_refused_wherever_serde_reads() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only what it refuses matters")]
    struct Flat {
        #[serde(flatten)]
        rest: serde_json::Value,
    }
    // Twice the same key and 100 levels: serde_json would hand both on.
    let inside = r#"{\"a\": 1, \"a\": 2}"#.to_owned();
    let deep = "[".repeat(100) + &"]".repeat(100);
    for inside in [inside, deep, "1".to_owned()] {
        for key in [
            "$serde_json::private::RawValue",
            "$serde_json::private::Number",
            r"\u0024serde_json::private::RawValue",
            r"$serde_json::private::\u0052awValue",
        ] {
            let object = format!(r#"{{"{key}": "{inside}"}}"#);
            assert_eq!(bad::<serde_json::Value>(&object), (E::ReservedKey, 1), "{object}");
            assert_eq!(bad::<serde_json::Value>(&format!("[1, {object}]")), (E::ReservedKey, 5));
            assert_eq!(bad::<Flat>(&object), (E::ReservedKey, 1));
            assert_eq!(
                bad::<BTreeMap<String, serde_json::Value>>(&format!(r#"{{"a": {object}}}"#)),
                (E::ReservedKey, 7)
            );
            assert!(
                json::Value::from_slice(object.as_bytes(), Options::STRICT).is_ok(),
                "our own value has no such key"
            );
            assert!(json::from_str::<IgnoredAny>(&object).is_ok());
        }
    }
    let raw = json::from_str::<Box<serde_json::value::RawValue>>("[1]").map(drop);
    assert_eq!(raw.unwrap_err().kind(), E::UnexpectedType);
    // Others that begin with the same sign are keys like any.
    assert!(json::from_str::<serde_json::Value>(r#"{"$serde_json": 1, "$ref": 2, "\u0024id": 3}"#).is_ok());
}
