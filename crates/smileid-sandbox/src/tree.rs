//! JSON as the sandbox writes it: members in a given order, numbers by their own digits. It reads nothing.

use std::borrow::Cow;

/// A text that is mostly known when the sandbox is built.
pub(crate) type Text = Cow<'static, str>;

/// A value to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// A number by its digits, or anything else that is written as it is.
    Verbatim(Text),
    Text(Text),
    List(Vec<Json>),
    Map(Map),
}

/// The members of an object, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Map(Vec<(Text, Json)>);

impl Map {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// The same with one more member at its end.
    pub(crate) fn with(mut self, name: impl Into<Text>, value: impl Into<Json>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    /// Sets a member where it stands, or adds it at the end.
    pub(crate) fn set(&mut self, name: impl Into<Text>, value: impl Into<Json>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(own, _)| *own == name) {
            Some((_, own)) => *own = value,
            None => self.0.push((name, value)),
        }
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Json> {
        let at = self.0.iter().position(|(own, _)| own == name)?;
        Some(self.0.remove(at).1)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// The object that is the value of a member.
    pub(crate) fn map_mut(&mut self, name: &str) -> Option<&mut Self> {
        match self.0.iter_mut().find(|(own, _)| own == name) {
            Some((_, Json::Map(map))) => Some(map),
            _ => None,
        }
    }

    /// Gives a member another name, in its place.
    pub(crate) fn rename(&mut self, name: &str, other: &'static str) {
        if let Some((own, _)) = self.0.iter_mut().find(|(own, _)| own == name) {
            *own = other.into();
        }
    }

    /// Adds the other's members at the end.
    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn write(&self, out: &mut String) {
        out.push('{');
        for (index, (name, value)) in self.0.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_text(name, out);
            out.push(':');
            value.write(out);
        }
        out.push('}');
    }

    pub(crate) fn to_text(&self) -> String {
        let mut out = String::with_capacity(2048);
        self.write(&mut out);
        out
    }
}

impl Json {
    /// A number by its digits.
    pub(crate) fn number(digits: impl core::fmt::Display) -> Self {
        Self::Verbatim(format!("{digits}").into())
    }

    pub(crate) fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Verbatim(text) => out.push_str(text),
            Self::Text(text) => write_text(text, out),
            Self::Map(map) => map.write(out),
            Self::List(values) => {
                out.push('[');
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    value.write(out);
                }
                out.push(']');
            }
        }
    }

    pub(crate) fn to_text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }
}

fn write_text(text: &str, out: &mut String) {
    // A `String` takes whatever is written to it.
    let _written = smileid_core::json::write_str(out, text);
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&'static str> for Json {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<Map> for Json {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl From<Vec<Self>> for Json {
    fn from(values: Vec<Self>) -> Self {
        Self::List(values)
    }
}

impl<T: Into<Self>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Numbers that are counted.
impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::number(number)
    }
}
