//! What a page holds that can be tried: its fenced blocks, and the notes to the runner above them. It runs nothing.

/// One thing on a page, in the page's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// `<!-- run: COMMAND -->`: typed before what follows, and shown to nobody.
    Hidden { line: usize, command: String },
    /// A fenced block.
    Block(Block),
}

/// A fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// The line of its opening fence, from 1.
    pub(super) line: usize,
    /// The first word behind the fence: `rust`, `console`.
    pub(super) language: String,
    /// What it holds, less the fence's own indentation.
    pub(super) text: String,
    /// The reason of a `<!-- not run: REASON -->` above it.
    pub(super) not_run: Option<String>,
    /// The name of a `<!-- guide: NAME -->` above it: the long way round runs it, by that name.
    pub(super) guide: Option<String>,
}

/// A line that is typed, and what is shown to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    /// Its line within the block, from 1.
    pub(super) line: usize,
    pub(super) typed: String,
    pub(super) shown: Vec<String>,
}

/// The items of a page.
pub(super) fn items(page: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let (mut not_run, mut guide) = (None, None);
    let mut lines = page.lines().zip(1..);
    while let Some((text, line)) = lines.next() {
        let trimmed = text.trim_start();
        if let Some(command) = note(trimmed, "run") {
            items.push(Item::Hidden { line, command });
        } else if let Some(reason) = note(trimmed, "not run") {
            not_run = Some(reason);
        } else if let Some(name) = note(trimmed, "guide") {
            guide = Some(name);
        } else if let Some(info) = trimmed.strip_prefix("```") {
            let indent = text.len() - trimmed.len();
            let inside = lines.by_ref().map(|(text, _)| text).take_while(|text| text.trim() != "```");
            let inside: Vec<&str> = inside.map(|text| text.get(indent..).unwrap_or(text.trim_start())).collect();
            let language = info.split([',', ' ']).next().unwrap_or_default().to_owned();
            let text = inside.join("\n");
            items.push(Item::Block(Block { line, language, text, not_run: not_run.take(), guide: guide.take() }));
        }
    }
    items
}

/// The text of `<!-- NAME: TEXT -->`.
fn note(line: &str, name: &str) -> Option<String> {
    let inside = line.strip_prefix("<!--")?.trim_end().strip_suffix("-->")?.trim();
    Some(inside.strip_prefix(name)?.strip_prefix(':')?.trim().to_owned())
}

impl Block {
    /// A console block's commands: `$ ` begins one, a backslash at the end goes on with it, and other lines are what is shown.
    pub(super) fn commands(&self) -> Vec<Command> {
        let mut commands: Vec<Command> = Vec::new();
        let mut goes_on = false;
        for (text, line) in self.text.lines().zip(1..) {
            match (commands.last_mut(), text.strip_prefix("$ ")) {
                (Some(command), _) if goes_on => {
                    command.typed.push('\n');
                    command.typed.push_str(text);
                }
                (_, Some(typed)) => commands.push(Command { line, typed: typed.to_owned(), shown: Vec::new() }),
                (Some(command), None) => command.shown.push(text.to_owned()),
                (None, None) => {}
            }
            goes_on = commands.last().is_some_and(|command| command.shown.is_empty()) && text.ends_with('\\');
        }
        commands
    }
}

/// What stands for anything within a line, and alone on a line for any lines.
const ANYTHING: char = '…';

/// Whether the lines are what a page shows.
pub(super) fn shows(shown: &[&str], lines: &[&str]) -> bool {
    match (shown.split_first(), lines.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first.trim() == ANYTHING.to_string() => {
            (0..=lines.len()).any(|skipped| lines.get(skipped..).is_some_and(|lines| shows(rest, lines)))
        }
        (Some((first, rest)), Some((line, lines))) => shows_line(first, line) && shows(rest, lines),
        _ => false,
    }
}

fn shows_line(shown: &str, line: &str) -> bool {
    let Some((start, rest)) = shown.split_once(ANYTHING) else { return shown == line };
    let Some(line) = line.strip_prefix(start) else { return false };
    line.char_indices().map(|(at, _)| at).chain([line.len()]).any(|at| {
        let tail = line.get(at..).unwrap_or_default();
        shows_line(rest, tail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_with_the_notes_above_them() {
        let page = "# A\n<!-- run: export A=1 -->\n```console\n$ a\nb\n```\n- x\n\n  <!-- not run: slow -->\n  ```toml\n  c = 1\n  ```\n\
                    <!-- guide: g, main.rs -->\n```rust,no_run\nfn main() {}\n```\n";
        let items = items(page);
        let block = |line, language: &str, text: &str, not_run: Option<&str>, guide: Option<&str>| {
            let (not_run, guide) = (not_run.map(str::to_owned), guide.map(str::to_owned));
            Item::Block(Block { line, language: language.to_owned(), text: text.to_owned(), not_run, guide })
        };
        let expected = [
            Item::Hidden { line: 2, command: "export A=1".to_owned() },
            block(3, "console", "$ a\nb", None, None),
            block(10, "toml", "c = 1", Some("slow"), None),
            block(14, "rust", "fn main() {}", None, Some("g, main.rs")),
        ];
        assert_eq!(items, expected);
    }

    #[test]
    fn commands_are_taken_apart_from_what_is_shown() {
        let text = "$ a \\\n    b\nshown\n  too\n$ c".to_owned();
        let block = Block { line: 1, language: String::new(), text, not_run: None, guide: None };
        let commands = block.commands();
        let told: Vec<_> = commands.iter().map(|c| (c.line, c.typed.as_str(), c.shown.join("|"))).collect();
        assert_eq!(told, [(1, "a \\\n    b", "shown|  too".to_owned()), (5, "c", String::new())]);
    }

    #[test]
    fn an_ellipsis_stands_for_anything() {
        for (shown, lines, yes) in [
            ("a b", "a b", true),
            ("a b", "a c", false),
            ("a…c", "a b c", true),
            ("a…c", "a b d", false),
            ("…", "", true),
            ("…|z", "a|b|z", true),
            ("a|…", "a", true),
            ("a|…|c", "a|b", false),
            ("at … in …", "at 1 in 2", true),
            ("a", "a|b", false),
            ("2dtv… (44 characters)", "9abc… (44 characters)", false),
        ] {
            let lines: Vec<&str> = lines.split('|').filter(|line| !line.is_empty()).collect();
            let shown: Vec<&str> = shown.split('|').collect();
            assert_eq!(shows(&shown, &lines), yes, "{shown:?} {lines:?}");
        }
    }
}
