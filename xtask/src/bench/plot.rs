//! A bar chart of one column of a Markdown table, as SVG text. It knows no bench by name.

/// The height of one bar with the space below it, in pixels.
const BAR: usize = 22;
/// The width of the names, in pixels.
const NAMES: usize = 260;
/// The width of the longest bar, in pixels.
const BARS: usize = 380;
/// The width of the figures behind the bars, in pixels.
const FIGURES: usize = 90;

/// The rows of a table in `text` whose heading holds `column`: each row's name and that column's number. Rows without one are left
/// out. `named` joins the columns that name a row.
pub(super) fn rows(text: &str, column: &str, named: usize) -> Vec<(String, f64)> {
    let mut at = None;
    let mut rows = Vec::new();
    for line in text.lines() {
        if !line.starts_with('|') {
            if !rows.is_empty() {
                break;
            }
            at = None;
            continue;
        }
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        match at {
            None => at = cells.iter().position(|cell| *cell == column),
            Some(at) => {
                if let Some(value) = cells.get(at).and_then(|cell| cell.parse().ok()) {
                    rows.push((cells.iter().take(named).copied().collect::<Vec<_>>().join(", "), value));
                }
            }
        }
    }
    rows
}

/// The chart: a bar for each row, ours told apart by colour and by its place in the text.
pub(super) fn bars(title: &str, rows: &[(String, f64)], ours: impl Fn(&str) -> bool) -> String {
    let most = rows.iter().map(|(_, value)| *value).fold(f64::MIN_POSITIVE, f64::max);
    let (width, height) = (NAMES + BARS + FIGURES, BAR * (rows.len() + 2));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>{0}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n\
         <text x=\"8\" y=\"16\" font-weight=\"bold\">{0}</text>\n",
        escaped(title)
    );
    for (i, (name, value)) in rows.iter().enumerate() {
        let y = BAR * (i + 1) + 6;
        let colour = if ours(name) { "#0b6e4f" } else { "#9aa5b1" };
        #[expect(clippy::cast_precision_loss, reason = "pixels")]
        let long = value / most * BARS as f64;
        svg += &format!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text><rect x=\"{NAMES}\" y=\"{y}\" width=\"{long:.1}\" height=\"16\" fill=\"{colour}\"/>\
             <text x=\"{:.1}\" y=\"{}\">{value}</text>\n",
            NAMES - 8,
            y + 12,
            escaped(name),
            f64::from(u32::try_from(NAMES).unwrap_or(0)) + long + 6.0,
            y + 12,
        );
    }
    svg + "</svg>\n"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "said first\n| reader | a | b |\n|---|---|---|\n| ours | 1.5 | 2 |\n| <peer> | 3 | refuses |\n\n| other | a |\n|---|---|\n| x | 9 |\n";

    #[test]
    fn a_column_is_found_by_its_heading_and_what_is_no_number_left_out() {
        assert_eq!(rows(TABLE, "a", 1), [("ours".to_owned(), 1.5), ("<peer>".to_owned(), 3.0)]);
        assert_eq!(rows(TABLE, "b", 1), [("ours".to_owned(), 2.0)]);
        assert_eq!(rows(TABLE, "c", 1), []);
    }

    #[test]
    fn the_longest_bar_is_the_largest_value_and_names_are_escaped() {
        let svg = bars("t", &rows(TABLE, "a", 1), |name| name == "ours");
        assert!(svg.contains("width=\"380.0\"") && svg.contains("width=\"190.0\""), "{svg}");
        assert!(svg.contains("&lt;peer&gt;") && svg.matches("#0b6e4f").count() == 1, "{svg}");
    }
}
