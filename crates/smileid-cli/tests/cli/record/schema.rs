//! The published schemas of what the command prints in JSON, and which of them goes for what. Nothing is fetched.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use boon::{Compiler, Schemas};
use serde_json::Value;

use super::Said;

/// Words by where they stand: `verify/reason` and `too_old`.
pub(crate) type Words = BTreeSet<(String, String)>;

/// Where the schemas stand; a package of this crate alone has none.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema")
}

/// Each schema of a folder, by the name of its file.
pub(crate) fn all(folder: &Path) -> Vec<(String, Value)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut all: Vec<(String, Value)> = entries
        .filter_map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name()?.to_str()?.strip_suffix(".schema.json")?.to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            Some((name, serde_json::from_str(&text).unwrap()))
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// Judges what is printed: it must be of its schema, and hold nothing that the schema does not tell of.
pub(crate) struct Judge {
    schemas: Schemas,
    names: Vec<(String, boon::SchemaIndex)>,
    all: Vec<(String, Value)>,
}

impl Judge {
    pub(crate) fn new() -> Self {
        let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
        let all = all(&folder());
        for (_, schema) in &all {
            compiler.add_resource(schema["$id"].as_str().unwrap(), closed(schema.clone())).unwrap();
        }
        let names = all.iter().map(|(name, schema)| {
            (name.clone(), compiler.compile(schema["$id"].as_str().unwrap(), &mut schemas).unwrap())
        });
        let names = names.collect();
        Self { schemas, names, all }
    }

    /// What is wrong with `value` as one of `name`.
    pub(crate) fn wrong(&self, name: &str, value: &Value) -> Option<String> {
        let (_, index) = self.names.iter().find(|(known, _)| known == name)?;
        self.schemas.validate(value, *index).err().map(|error| format!("{name}: {error}"))
    }

    /// The words that the schemas give a choice of.
    pub(crate) fn words(&self) -> Words {
        let mut words = Words::new();
        for (name, schema) in &self.all {
            choices(schema, None, name, &mut words);
        }
        words
    }

    /// What is wrong with what a command said; which of the schemas' words it holds is added to `heard`.
    pub(crate) fn of(&self, said: &Said, heard: &mut Words) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut judge = |name: &str, text: &str| {
            let problem = match serde_json::from_str(text) {
                Ok(value) => {
                    if let Some((name, schema)) = self.all.iter().find(|(known, _)| known == name) {
                        choices(schema, Some(&value), name, heard);
                    }
                    self.wrong(name, &value)
                }
                Err(_) => Some("no JSON".to_owned()),
            };
            wrong.extend(problem.map(|problem| format!("{}: {problem}", said.command)));
        };
        let words: Vec<&str> = said.command.split_whitespace().collect();
        let json = words.windows(2).any(|pair| pair == ["--output", "json"]);
        let name = match words.get(1).copied().unwrap_or_default() {
            _ if words.contains(&"--help") => None,
            "status" | "wait" if json => Some("answer"),
            name @ ("demo" | "codes" | "doctor" | "images") if json => Some(name),
            name @ ("sign" | "verify") => Some(name),
            "v3" if words.get(2) == Some(&"verify-webhook") => Some("v3-webhook"),
            "v3" if json => Some("v3-answer"),
            "jobs" if json => Some(match words.get(2).copied().unwrap_or_default() {
                "import" => "jobs-import",
                "run" => "jobs-run",
                "status" => "jobs-status",
                "export" => "jobs-row",
                _ => "jobs-change",
            }),
            _ => None,
        };
        if name == Some("jobs-row") {
            said.out.lines().for_each(|line| judge("jobs-row", line));
        } else if let Some(name) = name.filter(|_| !said.out.is_empty()) {
            judge(name, &said.out);
        }
        for line in said.err.lines() {
            if line.starts_with("{\"error\":") {
                judge("error", line);
            } else if words.get(1) == Some(&"parse") && line.starts_with('{') {
                judge("repair", line);
            }
        }
        wrong
    }
}

/// Every word that `schema` gives a choice of; with a value, those it holds.
fn choices(schema: &Value, value: Option<&Value>, at: &str, words: &mut Words) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let value = match value {
            None => None,
            Some(value) => match value.get(name) {
                None => continue,
                some => some,
            },
        };
        choices(property, value, &format!("{at}/{name}"), words);
    }
    match value {
        Some(Value::Array(elements)) => {
            for element in elements {
                choices(&schema["items"], Some(element), at, words);
            }
        }
        None if schema["items"].is_object() => choices(&schema["items"], None, at, words),
        _ => {}
    }
    for word in schema["enum"].as_array().into_iter().flatten().filter(|word| value.is_none_or(|value| value == *word))
    {
        words.insert((at.to_owned(), word.as_str().unwrap_or("null").to_owned()));
    }
}

/// The same schema, refusing members that it does not name. The published ones allow them: there may come to be more.
fn closed(mut schema: Value) -> Value {
    if let Some(object) = schema.as_object_mut() {
        for key in ["properties", "items"] {
            let Some(inner) = object.get_mut(key) else { continue };
            match inner {
                Value::Object(properties) if key == "properties" => {
                    for property in properties.values_mut() {
                        *property = closed(property.take());
                    }
                }
                items => *items = closed(items.take()),
            }
        }
        // A schema that says that others may follow means it: your own columns are in an export's rows.
        if object.contains_key("properties") && !object.contains_key("additionalProperties") {
            object.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
    }
    schema
}
