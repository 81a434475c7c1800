//! JSON as the sandbox writes it: objects keep the order in which members are added.

pub(crate) use serde_json::Value as Json;

/// The members of an object, in their order.
pub(crate) type Map = serde_json::Map<String, Json>;

/// What the sandbox does with members, beside what `serde_json` offers.
pub(crate) trait MapExt {
    /// Returns the members with one more at their end.
    fn with(self, name: impl Into<String>, value: impl Into<Json>) -> Self;

    /// Sets a member in its place, or adds it at the end.
    fn set(&mut self, name: impl Into<String>, value: impl Into<Json>);

    /// Takes a member away. The others keep their order.
    fn take(&mut self, name: &str) -> Option<Json>;

    /// Returns the object that is the value of a member.
    fn map_mut(&mut self, name: &str) -> Option<&mut Map>;

    /// Returns the object as text.
    fn to_text(&self) -> String;
}

impl MapExt for Map {
    fn with(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.set(name, value);
        self
    }

    fn set(&mut self, name: impl Into<String>, value: impl Into<Json>) {
        self.insert(name.into(), value.into());
    }

    fn take(&mut self, name: &str) -> Option<Json> {
        self.shift_remove(name)
    }

    fn map_mut(&mut self, name: &str) -> Option<&mut Map> {
        self.get_mut(name)?.as_object_mut()
    }

    fn to_text(&self) -> String {
        // Keys are texts and values are JSON already, so that writing does not fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}
