//! A scenario file as a tree that knows the position of each piece, from JSON or TOML. `read` says what they mean.

use smileid_core::json::{JsonError, JsonType, Options, Reader};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value, and the byte at which it begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) at: usize,
    pub(crate) value: Value,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    /// A number by its digits.
    Number(String),
    Bool(bool),
    /// Nothing (only JSON has it).
    Null,
    List(Vec<Node>),
    Map(Vec<Member>),
    /// A kind of value that no scenario has: a date, say.
    Other,
}

/// A member of a map, and the position of its name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member {
    pub(crate) at: usize,
    pub(crate) name: String,
    pub(crate) node: Node,
}

/// What is wrong with a text, and the byte at which it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) at: usize,
    pub(crate) problem: String,
}

impl Mistake {
    pub(crate) fn new(at: usize, problem: impl Into<String>) -> Self {
        Self { at, problem: problem.into() }
    }

    /// The mistake as people look for it: line, then what is wrong.
    pub(crate) fn in_words(&self, text: &str) -> String {
        let before = text.as_bytes().get(..self.at).unwrap_or(text.as_bytes());
        let line = before.split(|byte| *byte == b'\n').count();
        format!("line {line}: {}", self.problem)
    }
}

/// Reads JSON, strictly.
pub(crate) fn of_json(text: &str) -> Result<Node, Mistake> {
    let wrong = |error: JsonError| Mistake::new(error.offset(), format!("this is not JSON: {}", error.kind().as_str()));
    let mut reader = Reader::new(text, Options::STRICT).map_err(wrong)?;
    let node = json(&mut reader).map_err(wrong)?;
    reader.finish().map_err(wrong)?;
    Ok(node)
}

/// The reader bounds the depth, and with it this recursion.
fn json(reader: &mut Reader<'_>) -> Result<Node, JsonError> {
    let kind = reader.peek()?;
    let at = reader.offset();
    let value = match kind {
        JsonType::Object => {
            reader.begin_object()?;
            let mut members = Vec::new();
            while let Some(key) = reader.next_key()? {
                let (at, name) = (reader.offset(), key.text().into_owned());
                members.push(Member { at, name, node: json(reader)? });
            }
            Value::Map(members)
        }
        JsonType::Array => {
            reader.begin_array()?;
            let mut nodes = Vec::new();
            while reader.next_element()? {
                nodes.push(json(reader)?);
            }
            Value::List(nodes)
        }
        JsonType::String => Value::Text(reader.string()?.text().into_owned()),
        JsonType::Number => Value::Number(reader.number()?.text().to_owned()),
        JsonType::Bool => Value::Bool(reader.boolean()?),
        JsonType::Null => {
            reader.null()?;
            Value::Null
        }
    };
    Ok(Node { at, value })
}

/// Reads TOML.
pub(crate) fn of_toml(text: &str) -> Result<Node, Mistake> {
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        Mistake::new(at, format!("this is not TOML: {}", error.message()))
    })?;
    Ok(Node { at: 0, value: table_of(table.get_ref()) })
}

/// The members by their place in the file: the parser orders them by name.
fn table_of(table: &DeTable<'_>) -> Value {
    let mut members: Vec<Member> = table
        .iter()
        .map(|(name, value)| Member { at: name.span().start, name: name.get_ref().to_string(), node: toml(value) })
        .collect();
    members.sort_by_key(|member| member.at);
    Value::Map(members)
}

/// The parser bounds the depth, and with it this recursion.
fn toml(value: &Spanned<DeValue<'_>>) -> Node {
    let at = value.span().start;
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Value::Number(number.as_str().replace('_', "")),
        DeValue::Float(number) => Value::Number(number.as_str().replace('_', "")),
        DeValue::Boolean(yes) => Value::Bool(*yes),
        DeValue::Array(values) => Value::List(values.iter().map(toml).collect()),
        DeValue::Table(table) => table_of(table),
        DeValue::Integer(_) | DeValue::Datetime(_) => Value::Other,
    };
    Node { at, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(node: &Node) -> String {
        match &node.value {
            Value::List(nodes) => format!("[{}]", nodes.iter().map(bare).collect::<Vec<_>>().join(",")),
            Value::Map(members) => {
                let members: Vec<_> = members.iter().map(|m| format!("{}:{}", m.name, bare(&m.node))).collect();
                format!("{{{}}}", members.join(","))
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn both_forms_give_one_tree() {
        let json = of_json(r#"{"seed": 7, "jobs": [{"user_id": "u", "odd": ["x"], "yes": true, "p": 0.5}]}"#).unwrap();
        let toml = of_toml("seed = 7\n[[jobs]]\nuser_id = \"u\"\nodd = [\"x\"]\nyes = true\np = 0.5\n").unwrap();
        assert_eq!(bare(&json), bare(&toml));
    }

    #[test]
    fn text_that_is_neither_is_reported_with_its_line() {
        let message = |read: fn(&str) -> Result<Node, Mistake>, text: &str| read(text).unwrap_err().in_words(text);
        assert!(message(of_json, "{\n\"a\": 1,\n}").starts_with("line 2: this is not JSON"));
        assert!(message(of_json, "").starts_with("line 1: this is not JSON"));
        assert!(message(of_toml, "a = 1\n\nb = \n").starts_with("line 3: this is not TOML"));
        assert!(message(of_toml, "a = 1\na = 2\n").starts_with("line 2: this is not TOML"));
    }
}
