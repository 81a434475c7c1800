//! `smileid codes`: the core's tables of codes, for people and for scripts. It adds no meaning of its own.

use core::fmt::Write as _;

use smileid_core::error::ErrorKind;
use smileid_core::reply::{CODES, CodeInfo, RESULT_CODES, ResultCodeInfo};

use super::DONE;
use crate::args::{CodesArgs, Format};
use crate::failure::Failure;
use crate::output::{self, quote};

pub(super) fn run(args: &CodesArgs, format: Format) -> Result<u8, Failure> {
    let wanted = |code: &str| args.code.as_deref().is_none_or(|only| only == code);
    let codes: Vec<_> = CODES.iter().filter(|c| wanted(c.code)).collect();
    let results: Vec<_> = RESULT_CODES.iter().filter(|c| wanted(c.code)).collect();
    if codes.is_empty() && results.is_empty() {
        return Err(Failure::invalid(
            "no such code is known: an unknown code decides nothing; see smileid codes for all",
        ));
    }
    output::data(&match format {
        Format::Text => text(&codes, &results),
        Format::Json => json(&codes, &results),
    })?;
    Ok(DONE)
}

fn text(codes: &[&CodeInfo], results: &[&ResultCodeInfo]) -> String {
    let mut out = String::new();
    if !codes.is_empty() {
        let _written = writeln!(out, "code  error        source       meaning; what to do");
        for c in codes {
            let kind = c.kind.map_or("-", ErrorKind::as_str);
            let _written =
                writeln!(out, "{:<5} {kind:<12} {:<12} {}; {}", c.code, c.source.as_str(), c.meaning, c.next);
        }
    }
    if !codes.is_empty() && !results.is_empty() {
        out.push('\n');
    }
    if !results.is_empty() {
        let _written = writeln!(out, "ResultCode  category     source       confidence  meaning");
        for c in results {
            let (category, source) = (c.category.as_str(), c.source);
            let _written = writeln!(
                out,
                "{:<11} {category:<12} {:<12} {:<11} {}",
                c.code,
                source.as_str(),
                source.confidence(),
                c.meaning
            );
        }
    }
    out
}

fn json(codes: &[&CodeInfo], results: &[&ResultCodeInfo]) -> String {
    let mut out = String::from("{\"codes\":[");
    for (i, c) in codes.iter().enumerate() {
        out.push_str(if i == 0 { "{" } else { ",{" });
        members(
            &mut out,
            &[
                ("code", Some(c.code)),
                ("meaning", Some(c.meaning)),
                ("next", Some(c.next)),
                ("kind", c.kind.map(ErrorKind::as_str)),
                ("source", Some(c.source.as_str())),
                ("confidence", Some(c.source.confidence())),
            ],
        );
    }
    out += "],\"result_codes\":[";
    for (i, c) in results.iter().enumerate() {
        out.push_str(if i == 0 { "{" } else { ",{" });
        members(
            &mut out,
            &[
                ("code", Some(c.code)),
                ("category", Some(c.category.as_str())),
                ("meaning", Some(c.meaning)),
                ("source", Some(c.source.as_str())),
                ("confidence", Some(c.source.confidence())),
            ],
        );
    }
    out + "]}\n"
}

fn members(out: &mut String, members: &[(&str, Option<&str>)]) {
    for (i, (name, value)) in members.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        quote(out, name);
        out.push(':');
        match value {
            Some(value) => quote(out, value),
            None => out.push_str("null"),
        }
    }
    out.push('}');
}
