//! Arbitrary JSON documents for properties: made of pieces, so that a deviation can be put at a known place. It judges nothing.

use proptest::collection::vec;
use proptest::prelude::*;

/// One token of a document as it is spelt, and the white space before it.
#[derive(Debug, Clone)]
pub struct Token {
    pub space: String,
    pub text: String,
}

/// A strict document as its tokens, the last of which may be white space alone.
#[derive(Debug, Clone)]
pub struct Document {
    pub tokens: Vec<Token>,
    pub end: String,
}

impl Document {
    /// The document's text.
    pub fn text(&self) -> String {
        self.tokens
            .iter()
            .flat_map(|token| [token.space.as_str(), token.text.as_str()])
            .chain([self.end.as_str()])
            .collect()
    }

    /// Where the token at `index` begins in the text, its white space left out; the text's length behind the last.
    pub fn offset(&self, index: usize) -> usize {
        let before: usize = self.tokens.iter().take(index).map(|token| token.space.len() + token.text.len()).sum();
        before + self.tokens.get(index).map_or(self.end.len(), |token| token.space.len())
    }

    /// The indices of the tokens for which `what` is true of the token and the one before it.
    pub fn places(&self, what: impl Fn(&str, Option<&str>) -> bool) -> Vec<usize> {
        let before = |index: usize| index.checked_sub(1).map(|before| self.tokens[before].text.as_str());
        (0..self.tokens.len()).filter(|index| what(&self.tokens[*index].text, before(*index))).collect()
    }

    /// Whether the root is an object or an array.
    pub fn is_container(&self) -> bool {
        matches!(self.tokens[0].text.as_str(), "{" | "[")
    }

    /// An array of the string, as it is spelt, and the document.
    pub fn beside(self, text: &str) -> Self {
        let token = |text: &str| Token { space: String::new(), text: text.to_owned() };
        let before = [token("["), token(text), token(",")];
        Self { tokens: before.into_iter().chain(self.tokens).chain([token("]")]).collect(), end: self.end }
    }

    /// An object that has the document for its only member.
    pub fn inside(self, key: &str) -> Self {
        let token = |text: &str| Token { space: String::new(), text: text.to_owned() };
        let before = [token("{"), token(key), token(":")];
        Self { tokens: before.into_iter().chain(self.tokens).chain([token("}")]).collect(), end: self.end }
    }

    fn push(&mut self, text: impl Into<String>, spaces: &mut Spaces) {
        self.tokens.push(Token { space: spaces.next(), text: text.into() });
    }
}

/// A value before it is spelt.
#[derive(Debug, Clone)]
enum Tree {
    Word(&'static str),
    Number(String),
    Text(String),
    Array(Vec<Self>),
    Object(Vec<(String, Self)>),
}

/// White space of many forms, the same for the same seed.
struct Spaces(u64);

impl Spaces {
    fn next(&mut self) -> String {
        const FORMS: [&str; 8] = ["", "", "", " ", "\n", "\t", "\r\n", "  \n    "];
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        FORMS[usize::try_from(self.0 >> 61).unwrap()].to_owned()
    }
}

/// Any strict document.
pub fn documents() -> impl Strategy<Value = Document> {
    (trees(), any::<u64>()).prop_map(|(tree, seed)| {
        let mut document = Document { tokens: Vec::new(), end: String::new() };
        let mut spaces = Spaces(seed);
        spell(&tree, &mut document, &mut spaces);
        document.end = spaces.next();
        document
    })
}

/// Documents whose root is an object or an array.
pub fn containers() -> impl Strategy<Value = Document> {
    documents().prop_filter("a container", Document::is_container)
}

fn spell(tree: &Tree, document: &mut Document, spaces: &mut Spaces) {
    match tree {
        Tree::Word(word) => document.push(*word, spaces),
        Tree::Number(text) | Tree::Text(text) => document.push(text, spaces),
        Tree::Array(elements) => {
            document.push("[", spaces);
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    document.push(",", spaces);
                }
                spell(element, document, spaces);
            }
            document.push("]", spaces);
        }
        Tree::Object(members) => {
            document.push("{", spaces);
            for (index, (key, value)) in members.iter().enumerate() {
                if index > 0 {
                    document.push(",", spaces);
                }
                document.push(key, spaces);
                document.push(":", spaces);
                spell(value, document, spaces);
            }
            document.push("}", spaces);
        }
    }
}

fn trees() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["null", "true", "false"]).prop_map(Tree::Word),
        numbers().prop_map(Tree::Number),
        texts().prop_map(Tree::Text),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..8).prop_map(Tree::Array),
            vec((texts(), inner), 0..8).prop_map(|members| Tree::Object(unique(members))),
        ]
    })
}

/// Every key once, by its meaning: spellings differ.
fn unique(members: Vec<(String, Tree)>) -> Vec<(String, Tree)> {
    let mut met = std::collections::BTreeSet::new();
    members.into_iter().filter(|(key, _)| met.insert(serde_json::from_str::<String>(key).unwrap())).collect()
}

/// Numbers in every form of the grammar, none of which overflows a float.
pub fn numbers() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?(0|[1-9][0-9]{0,18})",
        "-?(0|[1-9][0-9]{0,8})\\.[0-9]{1,9}",
        "-?(0|[1-9][0-9]{0,8})(\\.[0-9]{1,5})?[eE][-+]?[0-9]{1,2}",
        "[1-9][0-9]{30,40}",
        Just("18446744073709551615".to_owned()),
        Just("-9223372036854775808".to_owned()),
    ]
}

/// Strings with their quotes, each character spelt in one of its ways; short, long, and of lengths around the scanner's borders.
pub fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => "[a-zA-Z_0-9 ]{0,12}",
        2 => "[a-z/]{13,70}",
        1 => "[\u{80}-\u{FFFF}]{1,3}",
        1 => any::<char>().prop_map(spelt),
        2 => prop::sample::select(vec![
            "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u0000", "\\u0022", "\\u005C", "\\u00e9", "\\uFFFD", "\u{FFFD}",
            "\\ud83d\\ude00", "\\uDBFF\\uDFFF", "😀", "\u{7f}", "\u{85}", "\u{2028}", "//", "/*", "*/", ",}", ",]", "{", "[", ":",
        ])
        .prop_map(str::to_owned),
    ];
    vec(piece, 0..4).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

/// A character as it may stand in a string.
fn spelt(character: char) -> String {
    match character {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        ..'\u{20}' => format!("\\u{:04x}", u32::from(character)),
        _ => character.to_string(),
    }
}
