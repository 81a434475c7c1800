//! The topics of `smileid help`: chapters of this crate's README, so that the page, the help and the manual cannot say two things. What
//! a command's own help says comes from the description of the command line.

mod chapter;
mod plain;
mod roff;

pub(crate) use self::roff::rendered;

use self::chapter::{Block, blocks};

/// The page that all of it stands in.
const README: &str = include_str!("../../README.md");

/// A chapter that can be asked for by name.
pub(crate) struct Topic {
    /// The word after `smileid help`.
    pub(crate) name: &'static str,
    /// What it tells, in the list of topics.
    pub(crate) about: &'static str,
    /// Its heading in the manual page.
    pub(crate) section: &'static str,
    /// Its heading in the README.
    heading: &'static str,
}

/// Every topic, in the manual page's order.
pub(crate) const TOPICS: [Topic; 4] = [
    Topic { name: "exit-codes", about: "What each exit status means", section: "EXIT STATUS", heading: "Exits" },
    Topic {
        name: "configuration",
        about: "Each setting as a flag, a variable and a field of a profile; which one counts",
        section: "CONFIGURATION",
        heading: "Configuration",
    },
    Topic { name: "environment", about: "The variables that are read", section: "ENVIRONMENT", heading: "Environment" },
    Topic {
        name: "profiles",
        about: "The profile file: its place and its form",
        section: "FILES",
        heading: "Profiles",
    },
];

/// The topic of this name.
pub(crate) fn topic(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name)
}

impl Topic {
    /// The chapter as text for a terminal.
    pub(crate) fn text(&self) -> String {
        plain::text(&self.blocks())
    }

    /// The chapter's parts, for the manual page.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        blocks(README, self.heading)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::{Kind, exit};

    #[test]
    fn every_topic_is_a_chapter_with_something_in_it() {
        for topic in &TOPICS {
            assert!(topic.text().lines().count() > 5, "{}", topic.name);
            assert!(topic.text().lines().all(|line| line.chars().count() <= plain::WIDTH), "{}", topic.text());
        }
    }

    #[test]
    fn every_variable_that_is_read_is_told() {
        let text = topic("environment").unwrap().text();
        for name in crate::config::VARIABLES {
            assert!(text.contains(&format!("{name} ")), "{name}");
        }
    }

    #[test]
    fn the_table_of_exits_names_every_kind_beside_its_exit() {
        let blocks = topic("exit-codes").unwrap().blocks();
        let Some(Block::Table(rows)) = blocks.first() else { unreachable!("the chapter begins with its table") };
        for &kind in Kind::ALL {
            let row = rows.iter().find(|row| row[1].contains(&format!("`{kind}`"))).unwrap();
            assert_eq!(row[0], exit(kind).to_string(), "{kind}");
        }
    }
}
