//! Tables of cases in text files, so that a row is what it is, without quotes. A row's cells are separated by ` | `.

/// How a table writes characters that a line cannot show.
const SIGNS: [(char, char); 9] = [
    ('␠', ' '),
    ('␊', '\n'),
    ('␍', '\r'),
    ('␉', '\t'),
    ('␀', '\0'),
    ('␇', '\u{7}'),
    ('␡', '\u{7f}'),
    ('␟', '\u{1f}'),
    // The byte order mark.
    ('Ⓑ', '\u{feff}'),
];

/// Returns the rows of the section `# NAME`, which ends with an empty line. A line that begins with `-- ` is a remark.
///
/// # Panics
/// If there is no such section, or one of its rows has another number of cells. Also if any part of the table between two empty lines is
/// not a section with a row: an empty line inside of a section would hide the rows below it.
#[must_use]
pub fn rows<const N: usize>(table: &str, name: &str) -> Vec<[String; N]> {
    let sections: Vec<(&str, Vec<&str>)> = table.trim_end().split("\n\n").skip(1).map(section).collect();
    let mut named = sections.into_iter().filter(|(known, _)| *known == name).map(|(_, lines)| lines);
    let lines = named.next().unwrap_or_else(|| panic!("no section {name}")).into_iter();
    assert!(named.next().is_none(), "two sections {name}");
    let shown = |sign| SIGNS.iter().find(|(known, _)| *known == sign).map_or(sign, |(_, is)| *is);
    let cells = |line: &str| line.split(" | ").map(|cell| cell.chars().map(shown).collect()).collect::<Vec<_>>();
    lines.map(|line| cells(line).try_into().unwrap_or_else(|_| panic!("{line}"))).collect()
}

/// The name of a section, and its rows.
fn section(text: &str) -> (&str, Vec<&str>) {
    let parts = text.strip_prefix("# ").and_then(|text| text.split_once('\n'));
    let (name, lines) = parts.unwrap_or_else(|| panic!("this is not a section with a row: {text:?}"));
    let rows: Vec<&str> = lines.lines().filter(|line| !line.starts_with("-- ")).collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| !row.is_empty()), "the section {name} lacks a row");
    (name, rows)
}

/// Returns the lines of the section `# NAME`, each of which is one cell.
#[must_use]
pub fn lines(table: &str, name: &str) -> Vec<String> {
    rows(table, name).into_iter().map(|[line]| line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "About it.\n\n# one\na | Ⓑ␇\n-- a remark\nb | c\n\n# two\nd\n";

    #[test]
    fn each_section_has_its_rows() {
        assert_eq!(rows(TABLE, "one"), [["a", "\u{feff}\u{7}"], ["b", "c"]]);
        assert_eq!(lines(TABLE, "two"), ["d"]);
    }

    #[test]
    fn no_row_is_left_out_without_a_word() {
        for (from, to) in [
            ("-- a remark\n", "\n"),
            ("\nd\n", "\n"),
            ("\nd\n", "\n-- a remark\n"),
            ("\n# two", "# two"),
            ("\n# two", "\n\n# two"),
            ("# two", "# one"),
        ] {
            let table = TABLE.replace(from, to);
            let read = std::panic::catch_unwind(|| (rows::<2>(&table, "one"), lines(&table, "two")));
            assert!(read.is_err(), "{table}");
        }
    }
}
