//! The guide to the first call, from an empty folder to a verified answer, once blocking and once async: every line as it stands on the
//! page. It counts them, and measures the time.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::address::Addresses;
use super::blocks::{Block, Item, items};
use super::pages::type_block;
use super::terminal::Terminal;
use super::{Folder, failed};
use crate::report::{Step, Stop};

const PAGE: &str = "docs/guide/first-call.md";

/// The most lines from `cargo add` to the answer: the figure this is held to.
const MOST_LINES: usize = 15;

/// Where the page expects the clone.
const CLONE: &str = "smileid";

/// Texts of cargo where the registry cannot be reached, which is no fault of the page.
const NOT_FETCHED: [&str; 3] = ["Could not resolve host", "failed to download", "Unable to update registry"];

/// One road of the page: what to type before the program, the program, and what to type then.
struct Road<'p> {
    make: &'p Block,
    file: &'p Block,
    file_name: &'p str,
    run: &'p Block,
}

pub(super) fn all(root: &Path) -> Step {
    let page = fs::read_to_string(root.join(PAGE)).map_err(|error| failed(PAGE, &error))?;
    let items = items(&page);
    let mut told = Vec::new();
    for name in ["blocking", "async"] {
        told.push(take(root, &items, name).map_err(|what| stop(name, &what))?);
    }
    Ok(told.join("; "))
}

fn stop(name: &str, what: &str) -> Stop {
    if NOT_FETCHED.iter().any(|text| what.contains(text)) {
        return Stop::Skipped("the registry cannot be reached".to_owned());
    }
    Stop::Failed(format!("{PAGE}, {name}: {what}"))
}

fn take(root: &Path, items: &[Item], name: &str) -> Result<String, String> {
    let road = Road::find(items, name)?;
    let lines = road.lines();
    if lines > MOST_LINES {
        return Err(format!("{lines} lines from `cargo add` to the answer, at most {MOST_LINES}"));
    }
    let folder = Folder::make(name)?;
    link(root, &folder.path.join(CLONE))?;
    let mut addresses = Addresses::default();
    let mut server = Terminal::open(&folder.path, None)?;
    typed(&mut server, named(items, "sandbox")?, &mut addresses)?;

    let mut terminal = Terminal::open(&folder.path, None)?;
    let begun = Instant::now();
    typed(&mut terminal, road.make, &mut addresses)?;
    let project = terminal.run("pwd", super::LONG)?.lines.concat();
    fs::write(Path::new(&project).join(road.file_name), &road.file.text).map_err(|error| error.to_string())?;
    typed(&mut terminal, road.run, &mut addresses)?;
    let cold = begun.elapsed();
    let begun = Instant::now();
    typed(&mut terminal, road.run, &mut addresses)?;
    Ok(told(name, lines, cold, begun.elapsed()))
}

fn told(name: &str, lines: usize, cold: Duration, warm: Duration) -> String {
    format!("{name}: {lines} lines, {:.0} s, built before {:.1} s", cold.as_secs_f64(), warm.as_secs_f64())
}

fn typed(terminal: &mut Terminal, block: &Block, addresses: &mut Addresses) -> Result<(), String> {
    let literally = |typed: &str| Some(typed.to_owned());
    type_block(terminal, block, addresses, literally, super::LONG)
        .map_err(|(line, what)| format!("line {}: {what}", block.line + line))
}

impl<'p> Road<'p> {
    fn find(items: &'p [Item], name: &str) -> Result<Self, String> {
        let prefix = format!("{name}, ");
        let is_file =
            |block: &&Block| block.language == "rust" && block.guide.as_deref().is_some_and(|g| g.starts_with(&prefix));
        let file = blocks(items).find(is_file).ok_or_else(|| "it has no program".to_owned())?;
        let file_name = file.guide.as_deref().and_then(|guide| guide.strip_prefix(&prefix)).unwrap_or_default();
        let make = named(items, &format!("{name}, make"))?;
        let run = named(items, &format!("{name}, run"))?;
        Ok(Self { make, file, file_name, run })
    }

    /// The lines a person writes, empty ones too, from the first `cargo add` on.
    fn lines(&self) -> usize {
        let make = self.make.commands();
        let from_add = make.iter().skip_while(|command| !command.typed.starts_with("cargo add"));
        from_add.count() + self.file.text.lines().count() + self.run.commands().len()
    }
}

fn blocks(items: &[Item]) -> impl Iterator<Item = &Block> {
    items.iter().filter_map(|item| match item {
        Item::Block(block) => Some(block),
        Item::Hidden { .. } => None,
    })
}

fn named<'p>(items: &'p [Item], name: &str) -> Result<&'p Block, String> {
    blocks(items)
        .find(|block| block.guide.as_deref() == Some(name))
        .ok_or_else(|| format!("no block is marked `{name}`"))
}

#[cfg(unix)]
fn link(root: &Path, clone: &Path) -> Result<(), String> {
    std::os::unix::fs::symlink(root, clone).map_err(|error| error.to_string())
}

#[cfg(not(unix))]
fn link(_root: &Path, _clone: &Path) -> Result<(), String> {
    Err("this needs a link to the clone, and is for Unix alone".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_both_roads_and_they_are_short() {
        let page = fs::read_to_string(crate::workspace::root().join(PAGE)).unwrap();
        let items = items(&page);
        for name in ["blocking", "async"] {
            let road = Road::find(&items, name).unwrap();
            assert!(road.lines() <= MOST_LINES, "{name}: {}", road.lines());
            assert_eq!(road.file_name, "src/main.rs");
            assert!(road.file.text.starts_with("use smileid_http_"), "{name}");
            assert!(
                page.contains(&format!("{} lines", road.lines())),
                "{PAGE} tells another count than {}",
                road.lines()
            );
        }
        assert!(named(&items, "sandbox").is_ok());
    }
}
