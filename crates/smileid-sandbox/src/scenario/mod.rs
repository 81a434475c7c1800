//! Scenario files: jobs, faults and the clock in JSON or TOML, read whole or refused with the line and the words that are allowed.

mod node;
mod read;
#[cfg(test)]
mod tests;

pub(crate) use self::node::{Mistake, Node, of_json};
pub(crate) use self::read::{Scenario, job, odds, only, stage, time};

/// The longest scenario that is read.
pub(crate) const LONGEST: usize = 1024 * 1024;

/// Reads a scenario: JSON if the text starts with a brace, else TOML.
///
/// # Errors
/// What is wrong with it, with its line, for people.
pub(crate) fn read(text: &str) -> Result<Scenario, String> {
    if text.len() > LONGEST {
        return Err("this scenario is longer than 1 MiB".into());
    }
    let is_json = text.trim_start_matches('\u{FEFF}').trim_start().starts_with('{');
    let node = if is_json { of_json(text) } else { node::of_toml(text) };
    node.and_then(|node| read::scenario(&node)).map_err(|mistake| mistake.in_words(text))
}
