//! A chapter of the README, cut into its parts. It reads the little Markdown that the README is written in, and no more.

/// A part of a chapter. Its texts still hold the marks of emphasis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    /// Running text.
    Paragraph(String),
    /// One point of a list.
    Item(String),
    /// Rows of cells; the first row is the head.
    Table(Vec<Vec<String>>),
    /// Lines to keep as they are.
    Verbatim(Vec<String>),
}

/// The parts of the chapter under `heading`, up to the next heading.
pub(super) fn blocks(page: &str, heading: &str) -> Vec<Block> {
    let opening = format!("## {heading}");
    let chapter = page.lines().skip_while(|line| *line != opening).skip(1).take_while(|line| !line.starts_with("## "));
    let mut blocks = Vec::new();
    let mut verbatim = None;
    let mut apart = true;
    for line in chapter {
        if line.trim_start().starts_with("```") {
            match verbatim.take() {
                None => verbatim = Some(Vec::new()),
                Some(lines) => blocks.push(Block::Verbatim(lines)),
            }
        } else if let Some(lines) = &mut verbatim {
            lines.push(line.to_owned());
        } else if line.trim().is_empty() {
            apart = true;
            continue;
        } else {
            add(&mut blocks, line, apart);
        }
        apart = false;
    }
    blocks
}

/// Adds a line: to the part it goes on with, or as a new one.
fn add(blocks: &mut Vec<Block>, line: &str, apart: bool) {
    if let Some(row) = line.strip_prefix('|') {
        let cells: Vec<String> = row.trim_end().trim_end_matches('|').split('|').map(|c| c.trim().to_owned()).collect();
        let rule = cells.iter().all(|cell| !cell.is_empty() && cell.bytes().all(|b| b == b'-'));
        match blocks.last_mut() {
            _ if rule => {}
            Some(Block::Table(rows)) if !apart => rows.push(cells),
            _ => blocks.push(Block::Table(vec![cells])),
        }
        return;
    }
    if let Some(item) = line.strip_prefix("- ") {
        return blocks.push(Block::Item(item.to_owned()));
    }
    match blocks.last_mut() {
        Some(Block::Paragraph(text) | Block::Item(text)) if !apart => {
            text.push(' ');
            text.push_str(line.trim());
        }
        _ => blocks.push(Block::Paragraph(line.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chapter_ends_at_the_next_and_keeps_its_parts_apart() {
        let page = "# T\n\n## A\n\none\ntwo\n\n| a | b |\n|---|---|\n| 1 | |\n\n- x\n  y\n- z\n\n```toml\n[a]\n\nb\n```\n\n## B\n\nno\n";
        let text = |text: &str| text.to_owned();
        let expected = [
            Block::Paragraph(text("one two")),
            Block::Table(vec![vec![text("a"), text("b")], vec![text("1"), text("")]]),
            Block::Item(text("x y")),
            Block::Item(text("z")),
            Block::Verbatim(vec![text("[a]"), text(""), text("b")]),
        ];
        assert_eq!(blocks(page, "A"), expected);
        assert_eq!(blocks(page, "C"), []);
    }
}
