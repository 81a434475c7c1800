//! The published schemas: they are valid, described, and they only grow. What the command prints is held to them in
//! `recorded.rs`.
//!
//! `docs/schema/frozen` holds them as of the last release. A schema may name more than its frozen form; what it names there stays.

use std::collections::BTreeSet;

use crate::record::schema;
use serde_json::{Value, json};

/// What a schema says to people alone.
const SAID_TO_PEOPLE: [&str; 6] = ["$schema", "$id", "title", "description", "examples", "$comment"];

/// What of `was` is broken in `is`: a property taken away, one that need not be there any more, another type, a word less, or any other
/// rule changed. More properties, more words and more that is always there are no break.
fn breaks(was: &Value, is: &Value, at: &str) -> Vec<String> {
    let (Some(old), Some(new)) = (was.as_object(), is.as_object()) else {
        return if was == is { Vec::new() } else { vec![format!("{at}: {was} became {is}")] };
    };
    let none = Value::Null;
    let mut found = Vec::new();
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for key in keys.into_iter().filter(|key| !SAID_TO_PEOPLE.contains(&key.as_str())) {
        let (was, is) = (old.get(key).unwrap_or(&none), new.get(key).unwrap_or(&none));
        let here = format!("{at}/{key}");
        match key.as_str() {
            "properties" => {
                for (name, was) in was.as_object().into_iter().flatten() {
                    match is.get(name) {
                        None => found.push(format!("{here}/{name}: taken away")),
                        Some(is) => found.extend(breaks(was, is, &format!("{here}/{name}"))),
                    }
                }
            }
            "items" => found.extend(breaks(was, is, &here)),
            // More is always there, more words may be said: readers lose nothing. A new choice of words is one less.
            "required" | "enum" if was.is_array() || key == "required" => {
                let kept: Vec<&Value> = is.as_array().into_iter().flatten().collect();
                let gone = was.as_array().into_iter().flatten().filter(|word| !kept.contains(word));
                found.extend(gone.map(|word| format!("{here}: {word} taken away")));
            }
            _ if was == is => {}
            _ => found.push(format!("{here}: {was} became {is}")),
        }
    }
    found
}

#[test]
fn schemas_only_grow() {
    let (published, frozen) = (schema::all(&schema::folder()), schema::all(&schema::folder().join("frozen")));
    if published.is_empty() {
        return println!("left out: a package of this crate alone has no schemas");
    }
    assert!(!frozen.is_empty(), "there is nothing to compare with");
    for (name, was) in &frozen {
        let is = published.iter().find(|(known, _)| known == name);
        let broken = is.map_or_else(|| vec!["taken away".to_owned()], |(_, is)| breaks(was, is, ""));
        assert!(broken.is_empty(), "{name}: scripts rely on what was published: {broken:#?}");
    }
}

#[test]
fn each_kind_of_break_is_seen() {
    let was = json!({
        "title": "a", "type": "object", "required": ["kind", "list"],
        "properties": {
            "kind": {"type": "string", "enum": ["a", "b"], "description": "x"},
            "code": {"type": ["string", "null"]},
            "list": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0}}}}
        },
        "if": {"required": ["code"]}
    });
    let changed = |pointer: &str, value: Value| {
        let mut is = was.clone();
        *is.pointer_mut(pointer).unwrap() = value;
        breaks(&was, &is, "")
    };
    let removed = |pointer: &str, name: &str| {
        let mut is = was.clone();
        is.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(name).unwrap();
        breaks(&was, &is, "")
    };
    for (broken, start) in [
        (removed("/properties", "code"), "/properties/code: taken away"),
        (removed("/properties/list/items/properties", "n"), "/properties/list/items/properties/n: taken away"),
        (removed("", "properties"), "/properties/code: taken away"),
        (removed("", "required"), "/required: \"kind\" taken away"),
        (removed("/properties/list", "items"), "/properties/list/items: "),
        (removed("", "if"), "/if: "),
        (changed("/required", json!(["list"])), "/required: \"kind\" taken away"),
        (changed("/properties/kind/enum", json!(["a"])), "/properties/kind/enum: \"b\" taken away"),
        (changed("/properties/kind/type", json!("integer")), "/properties/kind/type: "),
        (changed("/properties/code/type", json!("string")), "/properties/code/type: "),
        (changed("/properties/code/type", json!(["string", "null", "integer"])), "/properties/code/type: "),
        (changed("/properties/code", json!(false)), "/properties/code: "),
        (changed("/properties/code", json!({"type": ["string", "null"], "enum": ["x"]})), "/properties/code/enum: "),
        (
            changed("/properties/code", json!({"type": ["string", "null"], "maxLength": 1})),
            "/properties/code/maxLength: ",
        ),
        (
            changed("/properties/list/items/properties/n/minimum", json!(1)),
            "/properties/list/items/properties/n/minimum: ",
        ),
        (changed("/if/required", json!(["code", "kind"])), "/if: "),
    ] {
        assert!(broken.iter().any(|b| b.starts_with(start)), "{start}: {broken:?}");
    }
}

#[test]
fn growth_is_allowed() {
    let was = json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "enum": ["x"]}}});
    for is in [
        was.clone(),
        json!({"title": "t", "type": "object", "required": ["a"], "properties": {"a": {"type": "string", "enum": ["x"]}}}),
        json!({"type": "object", "required": ["a", "b"], "properties": {"a": {"type": "string", "enum": ["y", "x"]}, "b": {}}}),
    ] {
        assert_eq!(breaks(&was, &is, ""), Vec::<String>::new());
    }
}

#[test]
fn every_schema_is_valid_and_described() {
    let published = schema::all(&schema::folder());
    if published.is_empty() {
        return println!("left out: a package of this crate alone has no schemas");
    }
    let page = std::fs::read_to_string(schema::folder().join("README.md")).unwrap();
    let judge = schema::Judge::new();
    for (name, schema) in &published {
        let file = format!("{name}.schema.json");
        assert!(schema["$id"].as_str().unwrap().ends_with(&format!("/docs/schema/{file}")), "{name}");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        assert!(page.contains(&format!("]({file})")), "{name} is not in the README");
        assert!(judge.wrong(name, &json!([])).is_some(), "{name} takes anything");
        described(schema, name);
    }
}

#[test]
fn an_undescribed_member_is_found() {
    let judge = schema::Judge::new();
    let printed = json!({"proof": "hmac", "valid": true, "reason": null, "key": "current"});
    let with = |name: &str, value: Value| {
        let mut changed = printed.clone();
        changed[name] = value;
        judge.wrong("verify", &changed)
    };
    if !schema::folder().is_dir() {
        return println!("left out: a package of this crate alone has no schemas");
    }
    assert_eq!(judge.wrong("verify", &printed), None);
    assert!(
        with("age", json!(1)).is_some()
            && with("key", json!("other")).is_some()
            && with("valid", json!(null)).is_some()
    );
}

/// Asserts that every property is described, in this schema or the one it refers to.
fn described(schema: &Value, at: &str) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let here = format!("{at}/{name}");
        let is_described = property["description"].is_string() || property["$ref"].is_string();
        assert!(
            is_described || !property["properties"].is_null() || property["type"] != "string",
            "{here} is not described"
        );
        described(property, &here);
        described(&property["items"], &here);
    }
}

#[test]
fn words_are_those_of_the_core() {
    use smileid_core::ErrorKind;
    let published = schema::all(&schema::folder());
    let Some((_, error)) = published.iter().find(|(name, _)| name == "error") else {
        return println!("left out: a package of this crate alone has no schemas");
    };
    let printed = error["properties"]["error"]["properties"]["kind"]["enum"].as_array().unwrap();
    let words: Vec<_> = ErrorKind::ALL.iter().map(|kind| json!(kind.as_str())).collect();
    assert_eq!(*printed, words);
}
