//! Aligned text: rows of cells, each column as wide as its widest cell on a terminal, and lines of a name and a value.

use console::{measure_text_width, truncate_str};

use crate::output::{Colour, Paint};

/// The space between two columns.
const GAP: usize = 2;

/// The least room in which the last column is wrapped; with less it is left to the terminal.
const LEAST_WRAPPED: usize = 24;

/// Fields of a name and a value, the values below each other.
pub(crate) struct Fields {
    text: String,
    paint: Paint,
}

impl Fields {
    pub(crate) const fn new(paint: Paint) -> Self {
        Self { text: String::new(), paint }
    }

    pub(crate) fn add(&mut self, name: &str, value: &str) {
        const NAME: usize = 14;
        self.text += &self.paint.paint(Colour::Faint, &format!("{name:<NAME$}"));
        self.text.push(' ');
        self.text += value;
        self.text.push('\n');
    }

    /// Whole lines that belong to the last one.
    pub(crate) fn under(&mut self, lines: &str) {
        self.text += lines;
    }

    pub(crate) const fn paint(&self) -> Paint {
        self.paint
    }

    pub(crate) fn text(self) -> String {
        self.text
    }
}

/// A table with a heading to each column. A column without a single cell that says something is left out.
pub(crate) struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(columns: &[&'static str]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// A row: as many cells as there are columns. They may be coloured.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Its lines, each after `indent` and with its end. Where the terminal's `width` is given, a long last cell goes on below itself.
    pub(crate) fn text(&self, indent: &str, paint: Paint, width: Option<usize>) -> String {
        let widths: Vec<usize> = self.columns.iter().enumerate().map(|(n, name)| self.width(n, name)).collect();
        let heading = self.columns.iter().map(|name| paint.paint(Colour::Faint, name)).collect();
        let before =
            indent.len() + widths.iter().rev().skip(1).filter(|width| **width > 0).map(|w| w + GAP).sum::<usize>();
        let room = width.map(|width| width.saturating_sub(before)).filter(|room| *room >= LEAST_WRAPPED);
        let mut text = String::new();
        for row in core::iter::once(&heading).chain(&self.rows) {
            let mut line = String::from(indent);
            let mut owed = 0;
            for (n, (cell, width)) in row.iter().zip(&widths).enumerate().filter(|(_, (_, width))| **width > 0) {
                // Spaces come before the next cell, and so never at the end of a line.
                line.extend(core::iter::repeat_n(' ', owed));
                match room.filter(|_| n + 1 == self.columns.len()) {
                    Some(room) => line += &wrapped(cell, room, before),
                    None => line += cell,
                }
                owed = width.saturating_sub(measure_text_width(cell)) + GAP;
            }
            text += line.trim_end();
            text.push('\n');
        }
        text
    }

    fn width(&self, column: usize, name: &str) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        match cells.map(|cell| measure_text_width(cell)).max() {
            None | Some(0) => 0,
            Some(width) => width.max(measure_text_width(name)),
        }
    }
}

/// `text` in lines of at most `room` columns, broken between words; all but the first begin with `before` spaces.
fn wrapped(text: &str, room: usize, before: usize) -> String {
    let (mut out, mut used) = (String::new(), 0);
    for word in text.split(' ') {
        let width = measure_text_width(word);
        if used > 0 && used + 1 + width > room {
            out.push('\n');
            out.extend(core::iter::repeat_n(' ', before));
            used = 0;
        }
        if used > 0 {
            out.push(' ');
            used += 1;
        }
        out += word;
        used += width;
    }
    out
}

/// `text`, cut to so many columns.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    truncate_str(text, columns, "…").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_they_look() {
        let mut table = Table::new(&["code", "empty", "text", "end"]);
        for cells in [["1", "", "審査中", "a"], ["22222", "", "\x1b[32mgreen\x1b[0m", "b"], ["", "", "é", ""]] {
            table.row(cells.map(str::to_owned).to_vec());
        }
        let expected = "  code   text    end\n  1      審査中  a\n  22222  \x1b[32mgreen\x1b[0m   b\n         é\n";
        assert_eq!(table.text("  ", Paint::OFF, None), expected);
    }

    #[test]
    fn a_long_last_cell_goes_on_below_itself_where_there_is_room() {
        let mut table = Table::new(&["a", "b"]);
        table.row(vec!["x".to_owned(), "one two three four five six".to_owned()]);
        let at = |width| table.text("", Paint::OFF, width);
        assert_eq!(at(None), "a  b\nx  one two three four five six\n");
        assert_eq!(at(Some(27)), "a  b\nx  one two three four five\n   six\n");
        assert_eq!(at(Some(26)), at(None));
    }

    #[test]
    fn what_is_too_long_is_cut_by_its_width() {
        assert_eq!(cut("審査中です", 7), "審査中…");
        assert_eq!(cut("審査中です", 6), "審査…");
        assert_eq!(cut("short", 5), "short");
    }
}
