//! `smileid codes`: the core's tables of codes, for people and for scripts. It adds no meaning to them.

use serde_json::json;
use smileid_core::{CODES, Category, CodeInfo, ErrorKind, RESULT_CODES, ResultCodeInfo};

use super::DONE;
use crate::args::{CodesArgs, Format};
use crate::failure::Failure;
use crate::output::{self, Colour, Paint};
use crate::plain;
use crate::table::{Fields, Table};

/// So many codes are named that an unknown one is near to.
const NEAR: usize = 5;

pub(super) fn run(args: &CodesArgs, format: Format) -> Result<u8, Failure> {
    let wanted = |code: &str| args.code.as_deref().is_none_or(|only| only == code);
    let codes: Vec<_> = CODES.iter().filter(|c| wanted(c.code)).collect();
    let results: Vec<_> = RESULT_CODES.iter().filter(|c| wanted(c.code)).collect();
    let paint = Paint::for_stdout();
    let text = match (args.code.as_deref(), codes.as_slice(), results.as_slice()) {
        (Some(given), [], []) => return Err(unknown(given)),
        _ if format == Format::Json => json(&codes, &results),
        (Some(_), [code], _) => one_code(code, paint),
        (Some(_), _, results) => results.iter().map(|row| one_result(row, paint)).collect::<Vec<_>>().join("\n"),
        _ => all(&codes, &results, paint),
    };
    output::data(&text)?;
    Ok(DONE)
}

/// The code may be anything, and is not repeated.
fn unknown(given: &str) -> Failure {
    let near = near(given);
    let near = if near.is_empty() { String::new() } else { format!("; near it: {}", near.join(", ")) };
    Failure::invalid(format!(
        "no such code is known, and an unknown code decides nothing{near}; see smileid codes for all"
    ))
}

/// Returns the known codes that differ in leading zeros, or in one digit.
fn near(given: &str) -> Vec<&'static str> {
    let mut known: Vec<_> = RESULT_CODES.iter().map(|c| c.code).chain(CODES.iter().map(|c| c.code)).collect();
    // The rows of one code are next to each other.
    known.dedup();
    let digits = given.trim_start_matches('0');
    let lost_zeros = |code: &&&str| !digits.is_empty() && code.trim_start_matches('0') == digits;
    let zeros: Vec<_> = known.iter().filter(lost_zeros).copied().collect();
    if !zeros.is_empty() {
        return zeros;
    }
    let slips = |code: &str| code.bytes().zip(given.bytes()).filter(|(known, given)| known != given).count();
    known.retain(|code| code.len() == given.len() && slips(code) == 1);
    known.truncate(NEAR);
    known
}

fn one_code(c: &CodeInfo, paint: Paint) -> String {
    let mut lines = Fields::new(paint);
    lines.add("code", c.code);
    lines.add("meaning", c.meaning);
    lines.add("category", category(c));
    lines.add("error", c.kind.map_or("none", ErrorKind::as_str));
    lines.add("source", c.source.as_str());
    lines.add("confidence", c.source.confidence().as_str());
    lines.add("what to do", c.next);
    lines.text()
}

fn one_result(c: &ResultCodeInfo, paint: Paint) -> String {
    let mut lines = Fields::new(paint);
    lines.add("ResultCode", c.code);
    lines.add("job types", &job_types(c));
    lines.add("meaning", c.meaning);
    lines.add("category", &paint.paint(Colour::of(c.category), c.category.as_str()));
    lines.add("source", c.source.as_str());
    lines.add("confidence", c.source.confidence().as_str());
    lines.add("what to do", c.next);
    lines.text()
}

/// `6, 11`, `any`, or `any other` if rows of the same code name some.
fn job_types(c: &ResultCodeInfo) -> String {
    let by_product = || RESULT_CODES.iter().any(|row| row.code == c.code && !row.job_types.is_empty());
    match c.job_types {
        [] if by_product() => "any other".to_owned(),
        [] => "any".to_owned(),
        _ => numbers(c).join(", "),
    }
}

fn numbers(c: &ResultCodeInfo) -> Vec<&'static str> {
    c.job_types.iter().filter_map(|job_type| job_type.as_str()).collect()
}

fn all(codes: &[&CodeInfo], results: &[&ResultCodeInfo], paint: Paint) -> String {
    let mut of_calls = Table::new(&["code", "error", "source", "confidence", "meaning; what to do"]);
    for c in codes {
        of_calls.row(vec![
            c.code.to_owned(),
            c.kind.map_or("-", ErrorKind::as_str).to_owned(),
            c.source.as_str().to_owned(),
            c.source.confidence().as_str().to_owned(),
            format!("{}; {}", c.meaning, c.next),
        ]);
    }
    let mut of_results = Table::new(&["ResultCode", "job types", "category", "source", "confidence", "meaning"]);
    let mut categories: Vec<Category> = Vec::new();
    for c in results {
        of_results.row(vec![
            c.code.to_owned(),
            job_types(c),
            paint.paint(Colour::of(c.category), c.category.as_str()),
            c.source.as_str().to_owned(),
            c.source.confidence().as_str().to_owned(),
            c.meaning.to_owned(),
        ]);
        if !categories.contains(&c.category) {
            categories.push(c.category);
        }
    }
    let mut to_do = Table::new(&["category", "what to do"]);
    for category in categories {
        to_do.row(vec![paint.paint(Colour::of(category), category.as_str()), category.next().to_owned()]);
    }
    let width = output::width();
    [of_calls, of_results, to_do].map(|table| table.text("", paint, width)).join("\n")
}

/// Whether a code of the call refuses it.
const fn category(c: &CodeInfo) -> &'static str {
    if c.kind.is_some() { "refusal" } else { "answer" }
}

fn json(codes: &[&CodeInfo], results: &[&ResultCodeInfo]) -> String {
    let code = |c: &&CodeInfo| {
        json!({
            "code": c.code,
            "meaning": c.meaning,
            "next": c.next,
            "kind": c.kind.map(ErrorKind::as_str),
            "category": category(c),
            "source": c.source.as_str(),
            "confidence": c.source.confidence().as_str(),
        })
    };
    let result = |c: &&ResultCodeInfo| {
        let job_types: Vec<u64> = numbers(c).iter().filter_map(|number| number.parse().ok()).collect();
        json!({
            "code": c.code,
            "category": c.category.as_str(),
            "meaning": c.meaning,
            "next": c.next,
            "source": c.source.as_str(),
            "confidence": c.source.confidence().as_str(),
            "job_types": job_types,
        })
    };
    let (codes, results): (Vec<_>, Vec<_>) = (codes.iter().map(code).collect(), results.iter().map(result).collect());
    plain::json(&json!({"codes": codes, "result_codes": results})) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_one_slip_away_are_named() {
        assert_eq!(near("810"), ["0810"]);
        assert_eq!(near("1"), ["0001"]);
        assert!(near("2306").contains(&"2305") && near("2306").len() <= NEAR);
        for far in ["", "0", "canary", "99999"] {
            assert!(near(far).is_empty(), "{far}");
        }
    }
}
