//! The body of target `json_decode`: serde's face of the JSON reader reads what a value tree reads, and what `serde_json` reads into the
//! same types. The reader's grammar is the subject of `json`.

use core::fmt;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use smileid_core::json::{self, JsonErrorKind as E, Options, Value};

/// Reads `data` as any value, owned and borrowed, and as a type of every shape.
pub fn run(data: &[u8]) {
    for options in [Options::STRICT, Options::LAX] {
        let tree = Value::from_slice(data, options);
        match (json::from_slice_with::<Any>(data, options), tree) {
            (Ok(any), Ok(tree)) => {
                assert!(any.value.is(&tree.value), "another value");
                assert_eq!(any.repairs, tree.repairs, "other repairs");
            }
            (Err(error), Ok(_)) => assert_eq!(error.kind(), E::NumberOutOfRange, "refused here alone"),
            (Err(any), Err(tree)) => assert!(any == tree || any.kind() == E::NumberOutOfRange, "{any}, but {tree}"),
            (Ok(_), Err(tree)) => panic!("accepted here alone: {tree}"),
        }
    }
    let ours = json::from_slice_with::<Shapes<'_>>(data, Options::STRICT).map(|decoded| decoded.value);
    match (ours, serde_json::from_slice::<Shapes<'_>>(data)) {
        (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs, "another value than serde_json's"),
        (Ok(_), Err(theirs)) => panic!("serde_json refuses it: {theirs}"),
        (Err(error), theirs) => {
            assert!(error.offset() <= data.len(), "an error behind the end");
            let listed = matches!(error.kind(), E::DuplicateKey | E::TooDeep | E::TooManyMembers | E::TooLarge);
            assert!(listed || theirs.is_err(), "refused here and accepted by serde_json: {error}");
        }
    }
}

/// A type with every shape of serde's data model.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shapes<'a> {
    a: Option<u8>,
    #[serde(default)]
    b: Vec<i64>,
    #[serde(default)]
    c: BTreeMap<String, f64>,
    #[serde(default)]
    d: Vec<Choice>,
    e: Option<(bool, char)>,
    f: Option<Newtype>,
    #[serde(borrow)]
    g: Option<std::borrow::Cow<'a, str>>,
    #[serde(default)]
    h: BTreeMap<i16, u8>,
    i: Option<i128>,
    j: Option<f32>,
    k: Option<Box<Self>>,
    #[serde(default)]
    l: BTreeMap<Name, u64>,
}

#[derive(Debug, PartialEq, Deserialize)]
enum Choice {
    Unit,
    New(u8),
    Pair(i8, String),
    Fields { x: u16, y: Option<bool> },
}

#[derive(Debug, PartialEq, Deserialize)]
struct Newtype(String);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
enum Name {
    Left,
    Right,
}

/// Any value as serde's data model knows it.
enum Any {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(String),
    Array(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Any {
    /// Whether it is the same value, numbers by what they are and not by how they are written.
    fn is(&self, value: &Value) -> bool {
        let number = value.as_number();
        match (self, value) {
            (Self::Null, Value::Null) => true,
            (Self::Bool(mine), Value::Bool(theirs)) => mine == theirs,
            (Self::Unsigned(mine), _) => number.and_then(|n| n.parse().ok()) == Some(*mine),
            (Self::Signed(mine), _) => number.and_then(|n| n.parse().ok()) == Some(*mine),
            (Self::Float(mine), _) => {
                number.and_then(|n| n.parse().ok()).is_some_and(|n: f64| n.to_bits() == mine.to_bits())
            }
            (Self::Text(mine), Value::String(theirs)) => mine == theirs,
            (Self::Array(mine), Value::Array(theirs)) => {
                mine.len() == theirs.len() && mine.iter().zip(theirs).all(|(mine, theirs)| mine.is(theirs))
            }
            (Self::Object(mine), Value::Object(theirs)) => {
                let same =
                    |(mine, theirs): (&(String, Self), &(String, Value))| mine.0 == theirs.0 && mine.1.is(&theirs.1);
                mine.len() == theirs.len() && mine.iter().zip(theirs).all(same)
            }
            _ => false,
        }
    }
}

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyVisitor)
    }
}

struct AnyVisitor;

impl<'de> Visitor<'de> for AnyVisitor {
    type Value = Any;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Any, E> {
        Ok(Any::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Any, E> {
        Ok(Any::Bool(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Any, E> {
        Ok(Any::Unsigned(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Any, E> {
        Ok(Any::Signed(value))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Any, E> {
        Ok(Any::Float(value))
    }
    fn visit_str<E>(self, text: &str) -> Result<Any, E> {
        Ok(Any::Text(text.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Any, A::Error> {
        let mut array = Vec::new();
        while let Some(element) = elements.next_element()? {
            array.push(element);
        }
        Ok(Any::Array(array))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Any, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry()? {
            object.push(member);
        }
        Ok(Any::Object(object))
    }
}
