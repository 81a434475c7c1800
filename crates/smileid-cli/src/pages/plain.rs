//! A chapter as text for a terminal: paragraphs filled, tables aligned. No colour.

use super::chapter::Block;

/// How wide lines may become: the narrowest terminal in use.
pub(super) const WIDTH: usize = 80;

/// What stands between two columns.
const GAP: &str = "  ";

pub(super) fn text(blocks: &[Block]) -> String {
    let mut out = String::new();
    let mut after_item = false;
    for block in blocks {
        let item = matches!(block, Block::Item(_));
        let together = out.is_empty() || item && after_item;
        after_item = item;
        if !together {
            out.push('\n');
        }
        let lines = match block {
            Block::Paragraph(text) => filled(&unmarked(text), WIDTH),
            Block::Item(text) => {
                let lines = filled(&unmarked(text), WIDTH - 2);
                lines.iter().zip(0..).map(|(line, n)| format!("{}{line}", if n == 0 { "- " } else { "  " })).collect()
            }
            Block::Table(rows) => table(rows),
            Block::Verbatim(lines) => lines.iter().map(|line| format!("    {line}")).collect(),
        };
        for line in lines {
            out += line.trim_end();
            out.push('\n');
        }
    }
    out
}

/// The text without its marks of emphasis.
fn unmarked(text: &str) -> String {
    text.replace("**", "").replace('`', "")
}

/// The words of a text on lines of at most `width`; a longer word has a line of its own.
fn filled(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A table with its columns below each other, those that are too wide filled.
fn table(rows: &[Vec<String>]) -> Vec<String> {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| unmarked(cell)).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..columns).map(widest).collect();
    let room = WIDTH.saturating_sub(GAP.len() * columns.saturating_sub(1));
    // No column becomes narrower than its longest word.
    let narrowest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.flat_map(|cell| cell.split_whitespace()).map(|word| word.chars().count()).max().unwrap_or(0)
    };
    let narrowest: Vec<usize> = (0..columns).map(narrowest).collect();
    while widths.iter().sum::<usize>() > room {
        let wide = widths.iter_mut().zip(&narrowest).filter(|(width, least)| **width > **least);
        let Some((width, _)) = wide.max() else { break };
        *width -= 1;
    }
    let mut lines = Vec::new();
    for row in &rows {
        let cells: Vec<Vec<String>> = row.iter().zip(&widths).map(|(cell, width)| filled(cell, *width)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for n in 0..height {
            let pieces = cells.iter().zip(&widths).map(|(cell, width)| {
                let piece = cell.get(n).map_or("", String::as_str);
                format!("{piece:<width$}")
            });
            lines.push(pieces.collect::<Vec<_>>().join(GAP));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other_and_wide_ones_are_filled() {
        let wide = "word ".repeat(20);
        let rows = vec![vec!["`a`".to_owned(), "b".to_owned()], vec!["long".to_owned(), wide]];
        let lines = table(&rows);
        assert_eq!(lines.first().unwrap().trim_end(), "a     b");
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH) && lines[2].starts_with("      word"));
    }

    #[test]
    fn a_word_that_is_too_long_is_kept_whole() {
        assert_eq!(filled("aa bbbbb c", 4), ["aa", "bbbbb", "c"]);
        assert_eq!(filled("", 4), [""; 0]);
    }
}
