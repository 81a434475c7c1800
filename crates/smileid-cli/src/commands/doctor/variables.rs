//! The variables of our own that are set: whether each is one that is read. No value is shown.

use super::report::Report;
use crate::config::VARIABLES;
use crate::words::{meant, suggested};

/// How the names of all of them begin.
const PREFIX: &str = "SMILEID_";

pub(super) fn examine(report: &mut Report) {
    let set = std::env::vars_os().filter(|(_, value)| !value.is_empty());
    let names = set.filter_map(|(name, _)| name.into_string().ok()).filter(|name| name.starts_with(PREFIX));
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    match unread(&names) {
        Some((message, fix)) => report.warn("variables", &message, &fix),
        None if names.is_empty() => report.fine("variables", "none is set"),
        None => report.fine("variables", &names.join(", ")),
    }
}

/// The first that nothing reads, with what may have been meant.
fn unread(names: &[String]) -> Option<(String, String)> {
    let name = names.iter().find(|name| !VARIABLES.contains(&name.as_str()))?;
    // A name may be anything that somebody exported.
    let plain = name.len() <= 40 && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let shown = if plain { name.as_str() } else { "a variable whose name begins with SMILEID_" };
    let fix = format!("smileid help environment lists those that are read{}", suggested(meant(name, VARIABLES)));
    Some((format!("{shown} is set, and nothing reads it"), fix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_variable_is_noticed() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(unread(&names(&["SMILEID_API_KEY", "SMILEID_BASE_URL"])), None);
        let (message, fix) = unread(&names(&["SMILEID_API_KEY", "SMILEID_PARTNERID"])).unwrap();
        assert!(message.starts_with("SMILEID_PARTNERID is set"), "{message}");
        assert!(fix.ends_with("did you mean SMILEID_PARTNER_ID?"), "{fix}");
        let (message, _) = unread(&names(&["SMILEID_canary9"])).unwrap();
        assert!(!message.contains("canary"), "{message}");
    }
}
