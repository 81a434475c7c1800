//! Each page as it is read: what is typed on it is typed, what is shown must come, and what is a file of ours is read. Rust is the
//! doctests' part: here it is only seen that they have the page.

use core::time::Duration;
use std::path::Path;

use super::address::Addresses;
use super::blocks::{Block, Item, items, shows};
use super::terminal::Terminal;

/// How long a command of a page may take, or a server until it shows what the page shows: far longer than any does.
const MOST: Duration = Duration::from_secs(30);

/// What every page's shell finds in its environment: a sandbox of its own.
const SANDBOX: &str = "smileid sandbox --scenario sandbox.toml";

/// The jobs that pages ask for.
pub(super) const SCENARIO: &str = include_str!("sandbox.toml");

/// Where the doctests' pages are named.
pub(super) const DOCTESTS: &str = "tests/src/lib.rs";

/// Tries a whole page: how many blocks were tried, or what was wrong with it.
pub(super) fn try_page(path: &str, page: &str, doctests: &str, programs: &Path) -> Result<usize, Vec<String>> {
    let items = items(page);
    let mut wrong = Vec::new();
    let mut tried = 0;
    for block in items.iter().filter_map(block) {
        match read(block, path, doctests) {
            Ok(counted) => tried += usize::from(counted),
            Err(what) => wrong.push(format!("{path}:{}: {what}", block.line)),
        }
    }
    if items.iter().filter_map(block).any(is_typed) {
        match typed(path, &items, programs) {
            Ok(blocks) => tried += blocks,
            Err(what) => wrong.push(what),
        }
    }
    if wrong.is_empty() { Ok(tried) } else { Err(wrong) }
}

fn block(item: &Item) -> Option<&Block> {
    match item {
        Item::Block(block) => Some(block),
        Item::Hidden { .. } => None,
    }
}

/// Whether a block is typed here: the long way round types its own.
fn is_typed(block: &Block) -> bool {
    block.language == "console" && block.not_run.is_none() && block.guide.is_none()
}

/// Whether the block is what it says it is; true where that was tried here.
fn read(block: &Block, path: &str, doctests: &str) -> Result<bool, String> {
    if let Some(reason) = &block.not_run {
        return if reason.is_empty() { Err("`not run` has no reason".to_owned()) } else { Ok(false) };
    }
    match block.language.as_str() {
        "rust" if doctests.contains(&format!("include_str!(\"../../{path}\")")) => Ok(true),
        "rust" => Err(format!("the page is not among the doctests of {DOCTESTS}")),
        "toml" => block.text.parse::<toml::Table>().map(|_| true).map_err(|error| format!("no TOML: {error}")),
        "json" => {
            let read = serde_json::from_str::<serde_json::Value>(&block.text);
            read.map(|_| true).map_err(|error| format!("no JSON: {error}"))
        }
        "console" | "text" => Ok(false),
        "" => Err("the block says no language: `text` is one".to_owned()),
        other => Err(format!("nothing here tries `{other}`: say why in a `<!-- not run: … -->` above")),
    }
}

/// Types all commands of a page in one shell, in a folder of its own.
fn typed(path: &str, items: &[Item], programs: &Path) -> Result<usize, String> {
    let folder = super::Folder::make(&path.replace(['/', '.'], "-"))?;
    folder.write("sandbox.toml", SCENARIO)?;
    let mut terminal = Terminal::open(&folder.path, Some(programs))?;
    let is_up = |lines: &[String]| lines.len() > 1;
    let told = terminal.serve(SANDBOX, MOST, is_up).map_err(|what| format!("{path}: its sandbox: {what}"))?;
    let base = told.iter().find(|line| line.starts_with("http://")).map(String::as_str).unwrap_or_default();
    terminal.run(&format!("export SANDBOX={base}"), MOST)?;
    let mut addresses = Addresses::default();
    let mut blocks = 0;
    for item in items {
        match item {
            Item::Hidden { line, command } => {
                let ended =
                    terminal.run(command, MOST).map_err(|what| format!("{path}:{line}: `{command}`: {what}"))?;
                if ended.exit != 0 {
                    return Err(format!("{path}:{line}: `{command}` ended with {}", ended.exit));
                }
            }
            Item::Block(block) if is_typed(block) => {
                type_block(&mut terminal, block, &mut addresses, here, MOST)
                    .map_err(|(line, what)| format!("{path}:{}: {what}", block.line + line))?;
                blocks += 1;
            }
            Item::Block(_) => {}
        }
    }
    Ok(blocks)
}

/// Types a block, each command as `instead` has it; an error tells the line within it.
pub(super) fn type_block(
    terminal: &mut Terminal,
    block: &Block,
    addresses: &mut Addresses,
    instead: fn(&str) -> Option<String>,
    most: Duration,
) -> Result<(), (usize, String)> {
    for command in block.commands() {
        let at = |what: String| (command.line, format!("`{}`: {what}", command.typed));
        let Some(typed) = instead(&command.typed) else { continue };
        let typed = addresses.actual(&typed);
        let shown: Vec<&str> = command.shown.iter().map(String::as_str).collect();
        if is_server(&typed) {
            // Where the page shows nothing of it, what is typed tells the address.
            let asked = format!("http://{}", typed.split_once("--listen ").map_or("", |(_, rest)| rest));
            let told = if shown.is_empty() { vec![asked.as_str()] } else { shown.clone() };
            let typed = typed.trim_end_matches(" &").replace("--listen 127.0.0.1:8080", "--listen 127.0.0.1:0");
            let lines = terminal.serve(&typed, most, |lines| {
                let mut seen = Addresses::default();
                seen.learn(&told, lines);
                lines.len() > 1 && shown.iter().all(|line| is_told(line, lines, &seen))
            });
            addresses.learn(&told, &lines.map_err(at)?);
            continue;
        }
        if typed.starts_with("curl ") && terminal.run("command -v curl", most).map_err(at)?.exit != 0 {
            println!("not tried, since curl cannot be had here: {typed}");
            continue;
        }
        let ended = terminal.run(&typed, most).map_err(at)?;
        let as_shown = shown.is_empty() || is_shown(&shown, &ended.lines, addresses);
        // A page that shows a failure's message means it.
        let may_fail = shown.last().is_some_and(|line| line.starts_with("smileid: "));
        if ended.exit != 0 && !may_fail || !as_shown {
            return Err(at(format!("ended with {}, and printed:\n{}", ended.exit, ended.lines.join("\n"))));
        }
    }
    Ok(())
}

fn is_shown(shown: &[&str], lines: &[String], addresses: &Addresses) -> bool {
    let lines: Vec<String> = lines.iter().map(|line| addresses.shown(line)).collect();
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    shows(shown, &lines)
}

/// Whether a server told a line: its two outputs come in no order of their own.
fn is_told(shown: &str, lines: &[String], addresses: &Addresses) -> bool {
    lines.iter().any(|line| shows(&[shown], &[addresses.shown(line).trim_end()]))
}

/// A command that goes on until it is ended, as a page says: "leave it running".
fn is_server(typed: &str) -> bool {
    typed.starts_with("smileid sandbox") || typed.starts_with("cargo run --bin smileid -- sandbox")
}

/// What is typed for a command here: this project's tasks are not, since they run this; and the command is there already built.
fn here(typed: &str) -> Option<String> {
    match typed.strip_prefix("cargo run --bin smileid -- ") {
        _ if typed.starts_with("cargo xtask ") => None,
        Some(arguments) => Some(format!("smileid {arguments}")),
        None => Some(typed.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(page: &str) -> Result<bool, String> {
        let items = items(page);
        read(items.iter().find_map(block).unwrap(), "docs/a.md", "#[doc = include_str!(\"../../docs/b.md\")]")
    }

    #[test]
    fn a_block_is_what_it_says() {
        for (page, right) in [
            ("```toml\na = 1\n```", Ok(true)),
            ("```toml\na =\n```", Err("no TOML")),
            ("```json\n{\"a\": 1}\n```", Ok(true)),
            ("```json\n{\"a\": 1,}\n```", Err("no JSON")),
            ("```text\nanything\n```", Ok(false)),
            ("```\nanything\n```", Err("no language")),
            ("```python\nprint()\n```", Err("nothing here tries `python`")),
            ("<!-- not run: another language's -->\n```python\nprint()\n```", Ok(false)),
            ("<!-- not run: -->\n```python\nprint()\n```", Err("no reason")),
            ("```rust\nfn main() {}\n```", Err("not among the doctests")),
        ] {
            match (read_one(page), right) {
                (Ok(told), Ok(expected)) => assert_eq!(told, expected, "{page}"),
                (Err(told), Err(expected)) => assert!(told.contains(expected), "{page}: {told}"),
                (told, expected) => panic!("{page}: {told:?}, not {expected:?}"),
            }
        }
    }
}
