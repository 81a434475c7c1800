//! Tables of cases in text files, so that a row is what it is, without quotes. A row's cells are separated by ` | `.

/// How a table writes characters that a line cannot show.
const SIGNS: [(char, char); 7] =
    [('␠', ' '), ('␊', '\n'), ('␍', '\r'), ('␉', '\t'), ('␀', '\0'), ('␡', '\u{7f}'), ('␟', '\u{1f}')];

/// Returns the rows of the section `# NAME`, which ends with an empty line. A line that begins with `-- ` is a remark.
///
/// # Panics
/// If there is no such section, or one of its rows has another number of cells.
#[must_use]
pub fn rows<const N: usize>(table: &str, name: &str) -> Vec<[String; N]> {
    let mut sections = table.trim_end().split("\n\n").skip(1).map(|section| section.strip_prefix("# ").unwrap());
    let section = sections.find_map(|section| section.strip_prefix(name)?.strip_prefix('\n'));
    let lines = section.unwrap_or_else(|| panic!("no section {name}")).lines().filter(|line| !line.starts_with("-- "));
    let shown = |sign| SIGNS.iter().find(|(known, _)| *known == sign).map_or(sign, |(_, is)| *is);
    let cells = |line: &str| line.split(" | ").map(|cell| cell.chars().map(shown).collect()).collect::<Vec<_>>();
    lines.map(|line| cells(line).try_into().unwrap_or_else(|_| panic!("{line}"))).collect()
}

/// Returns the lines of the section `# NAME`, each of which is one cell.
#[must_use]
pub fn lines(table: &str, name: &str) -> Vec<String> {
    rows(table, name).into_iter().map(|[line]| line).collect()
}
