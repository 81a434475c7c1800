//! Rows of cells below each other, each column as wide as its widest cell on a terminal. What the cells say is told elsewhere.

use console::{measure_text_width, truncate_str};

use crate::output::{Colour, Paint};

/// What stands between two columns.
const GAP: usize = 2;

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

    /// Its lines, each after `indent` and with its end.
    pub(crate) fn text(&self, indent: &str, paint: Paint) -> String {
        let widths: Vec<usize> = self.columns.iter().enumerate().map(|(n, name)| self.width(n, name)).collect();
        let heading = self.columns.iter().map(|name| paint.paint(Colour::Faint, name)).collect();
        let mut text = String::new();
        for row in core::iter::once(&heading).chain(&self.rows) {
            let mut line = String::from(indent);
            let mut owed = 0;
            for (cell, width) in row.iter().zip(&widths).filter(|(_, width)| **width > 0) {
                // Spaces come before the next cell, and so never at the end of a line.
                line.extend(core::iter::repeat_n(' ', owed));
                line += cell;
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
        assert_eq!(table.text("  ", Paint::OFF), expected);
    }

    #[test]
    fn what_is_too_long_is_cut_by_its_width() {
        assert_eq!(cut("審査中です", 7), "審査中…");
        assert_eq!(cut("審査中です", 6), "審査…");
        assert_eq!(cut("short", 5), "short");
    }
}
