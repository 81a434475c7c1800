//! A chapter as a part of the manual page. The page around it is put together elsewhere.

use clap_mangen::roff::{Inline, Roff, bold, roman};

use super::chapter::Block;

/// The parts under a heading of the manual page.
pub(crate) fn rendered(page: &mut Roff, blocks: &[Block]) {
    for block in blocks {
        match block {
            Block::Paragraph(text) => {
                page.control("PP", []);
                page.text(spans(text));
            }
            Block::Item(text) => {
                page.control("IP", ["\\(bu", "2"]);
                page.text(spans(text));
            }
            Block::Table(rows) => table(page, rows),
            Block::Verbatim(lines) => {
                page.control("PP", []);
                page.control("RS", ["4"]);
                page.control("nf", []);
                for line in lines {
                    page.text([roman(line.as_str())]);
                }
                page.control("fi", []);
                page.control("RE", []);
            }
        }
    }
}

/// Each row as a term and what is said of it: the head is left out, since nothing stands below it.
fn table(page: &mut Roff, rows: &[Vec<String>]) {
    let head = rows.first().map(Vec::as_slice).unwrap_or_default();
    for row in rows.iter().skip(1) {
        let mut cells = row.iter().zip(head).filter(|(cell, _)| !cell.is_empty());
        let Some((term, _)) = cells.next() else { continue };
        page.control("TP", []);
        page.text(emphasised(term));
        let rest: Vec<_> = cells.collect();
        let named = row.len() > 2;
        let mut said = Vec::new();
        for (n, (cell, head)) in rest.into_iter().enumerate() {
            if n > 0 {
                said.push(roman("; "));
            }
            if named {
                said.push(roman(format!("{head}: ")));
            }
            said.extend(spans(cell));
        }
        page.text(said);
    }
}

/// A term: bold whether or not it is marked, so that numbers stand out as names do.
fn emphasised(text: &str) -> Vec<Inline> {
    if text.contains('`') { spans(text) } else { vec![bold(text)] }
}

/// A text with what is marked in it set in bold.
fn spans(text: &str) -> Vec<Inline> {
    let text = text.replace("**", "`");
    let pieces = text.split('`').zip([false, true].into_iter().cycle()).filter(|(piece, _)| !piece.is_empty());
    pieces.map(|(piece, marked)| if marked { bold(piece) } else { roman(piece) }).collect()
}
