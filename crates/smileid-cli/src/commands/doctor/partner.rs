//! The partner id: whether it lost its leading zeros on the way, as numbers do in spreadsheets and in YAML.

use super::report::Report;
use crate::config::Configured;

/// How many digits a partner id has at least.
const DIGITS: usize = 3;

/// A longer one is not shown: it may be a key.
const MOST_SHOWN: usize = 10;

const FIX: &str = "give it as the Smile ID portal shows it: --partner-id 023";

pub(super) fn examine(configured: &Configured<'_>, report: &mut Report) {
    let id = match configured.partner_id() {
        Err(failure) => {
            return report.fail("partner_id", failure, FIX);
        }
        Ok(None) => return report.fail("partner_id", Configured::no_partner_id(), FIX),
        Ok(Some(id)) => id,
    };
    let id = id.as_str();
    let all = configured.partner_ids();
    if let Some((place, other)) = all.iter().find(|(_, other)| differs_in_zeros(id, other)) {
        let likely = match (id.starts_with('0'), other.starts_with('0')) {
            (true, false) => format!(": most likely --partner-id {id}"),
            (false, true) => format!(": most likely --partner-id {other}"),
            _ => String::new(),
        };
        return report.warn(
            "partner_id",
            &format!("{id}, and {place} has {other}: to the service these are two partners, and they sign differently"),
            &format!("compare with the Smile ID portal, and keep one{likely}"),
        );
    }
    if lacks_zeros(id) {
        return report.warn(
            "partner_id",
            &format!("{id} is shorter than three digits and has no leading zero: 023 and 23 sign differently"),
            &format!("compare with the Smile ID portal: with its zeros it is --partner-id {id:0>DIGITS$}"),
        );
    }
    if !is_number(id) || id.len() > MOST_SHOWN {
        return report.warn(
            "partner_id",
            "is not a number, as those of the portal are (not shown: it may be something else, pasted by mistake)",
            "compare with the Smile ID portal: --partner-id 023",
        );
    }
    report.fine("partner_id", id);
}

/// Digits that are too few, and do not begin with a zero.
fn lacks_zeros(id: &str) -> bool {
    is_number(id) && id.len() < DIGITS && !id.starts_with('0')
}

/// The same number with another number of zeros before it.
fn differs_in_zeros(id: &str, other: &str) -> bool {
    let bare = |id: &str| id.trim_start_matches('0').to_owned();
    is_number(id) && is_number(other) && id.len() != other.len() && bare(id) == bare(other)
}

fn is_number(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_zeros_are_recognised() {
        for (id, lost) in [("23", true), ("7", true), ("023", false), ("02", false), ("123", false), ("x1", false)] {
            assert_eq!(lacks_zeros(id), lost, "{id}");
        }
        for (id, other, differ) in [
            ("23", "023", true),
            ("0023", "023", true),
            ("023", "023", false),
            ("23", "24", false),
            ("23", "x23", false),
            ("0", "00", true),
        ] {
            assert_eq!(differs_in_zeros(id, other), differ, "{id} {other}");
        }
    }
}
