//! The two drivers: short, a bare loop over a three-armed match, and the same but for `async` and two `.await`s.

use super::Finding;
use super::lexer::{Kind, Token};
use super::tree::{File, Tree};

const RULE: &str = "drivers";
const BLOCKING: &str = "crates/smileid-core/src/client/drive.rs";
const ASYNC: &str = "crates/smileid-core/src/client/drive_async.rs";
const MAX_LINES: usize = 59;
const AWAITS: usize = 2;

/// Words that decide something.
const DECISIONS: [&str; 8] = ["if", "else", "while", "for", "matches", "unwrap_or", "then", "filter"];

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    if !tree.files.iter().any(|file| file.path.starts_with("crates/smileid-core/src/client")) {
        return;
    }
    let (Some(blocking), Some(with_await)) = (tree.get(BLOCKING), tree.get(ASYNC)) else {
        findings.push(Finding::new(BLOCKING, 1, RULE, format!("this and {ASYNC} are the drivers, and one is missing")));
        return;
    };
    for (file, awaits) in [(blocking, 0), (with_await, AWAITS)] {
        let lines = file.text.lines().count();
        if lines > MAX_LINES {
            findings.push(Finding::new(&file.path, MAX_LINES + 1, RULE, format!("{lines} lines, at most {MAX_LINES}")));
        }
        shape(file, awaits, findings);
    }
    twins(blocking, with_await, findings);
}

/// One loop, one match, three arms, no decision.
fn shape(file: &File, awaits: usize, findings: &mut Vec<Finding>) {
    let tokens = file.product_tokens();
    let words = |word: &str| tokens.iter().filter(|token| token.is_word(word)).count();
    let arms = pairs(&tokens).filter(|(one, two)| one.is_mark('=') && two.is_mark('>')).count();
    let counts =
        [("loop", words("loop"), 1), ("match", words("match"), 1), ("arm", arms, 3), ("await", words("await"), awaits)];
    for (what, found, wanted) in counts {
        if found != wanted {
            let message = format!("{found} of `{what}`, and a driver has {wanted}");
            findings.push(Finding::new(&file.path, 1, RULE, message));
        }
    }
    for decision in tokens.iter().filter(|token| token.kind == Kind::Word && DECISIONS.contains(&token.text)) {
        findings.push(Finding::new(&file.path, decision.line, RULE, format!("`{}` is a decision", decision.text)));
    }
    for (one, two) in pairs(&tokens).filter(|(one, two)| compares(one, two)) {
        let message = format!("`{}{}` is a decision", one.text, two.text);
        findings.push(Finding::new(&file.path, one.line, RULE, message));
    }
    for mark in tokens.iter().filter(|token| token.is_mark('?')) {
        findings.push(Finding::new(&file.path, mark.line, RULE, "`?` is a decision"));
    }
}

fn compares(one: &Token<'_>, two: &Token<'_>) -> bool {
    let both = |first, second| one.is_mark(first) && two.is_mark(second);
    both('=', '=') || both('!', '=') || both('<', '=') || both('>', '=') || both('&', '&') || both('|', '|')
}

fn pairs<'t, 's>(tokens: &'t [Token<'s>]) -> impl Iterator<Item = (&'t Token<'s>, &'t Token<'s>)> {
    tokens.iter().zip(tokens.iter().skip(1))
}

/// The first place where the two differ by more than `async`, `.await` and the names' endings.
fn twins(blocking: &File, with_await: &File, findings: &mut Vec<Finding>) {
    let (one, other) = (normal(&blocking.product_tokens()), normal(&with_await.product_tokens()));
    let differs = one.iter().zip(&other).find(|((one, _), (other, _))| one != other);
    let message = match differs {
        Some(((one, line), (other, _))) => {
            format!("`{other}` where {BLOCKING}:{line} has `{one}`: the drivers differ by more than `.await`")
        }
        None if one.len() != other.len() => "one driver goes on where the other ends".to_owned(),
        None => return,
    };
    let line = differs.map_or(1, |(_, (_, line))| *line);
    findings.push(Finding::new(&with_await.path, line, RULE, message));
}

/// The tokens without imports, `async` and `.await`, and each name as its blocking twin has it.
fn normal(tokens: &[Token<'_>]) -> Vec<(String, usize)> {
    let mut normal = Vec::new();
    let mut rest = tokens;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let awaits = first.is_mark('.') && after.first().is_some_and(|token| token.is_word("await"));
        if first.is_word("use") {
            let end = after.iter().position(|token| token.is_mark(';')).map_or(after.len(), |end| end + 1);
            rest = after.get(end..).unwrap_or_default();
        } else if awaits {
            rest = after.get(1..).unwrap_or_default();
        } else if !first.is_word("async") {
            let name = first.text.strip_prefix("Async").unwrap_or(first.text);
            normal.push((name.strip_suffix("_async").unwrap_or(name).to_owned(), first.line));
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::*;

    const DRIVE: &str = "//! The blocking driver.
use crate::transport::{Clock, Transport};
pub(super) fn drive<T: Transport>(transport: &T, session: &mut Session<'_>) -> Result<Answer, Error> {
    loop {
        match session.step(transport.now()) {
            Step::Send(request) => { let reply = transport.send(request); session.receive(transport.now(), reply); }
            Step::Wait(time) => transport.sleep(time),
            Step::Done(done) => return done,
        }
    }
}
";

    fn drive_async() -> String {
        DRIVE
            .replace("{Clock, Transport}", "{AsyncTransport, Clock}")
            .replace("fn drive<T: Transport>", "async fn drive_async<T: AsyncTransport>")
            .replace("send(request)", "send(request).await")
            .replace("sleep(time)", "sleep(time).await")
    }

    fn check_pair(blocking: &str, with_await: &str) -> Vec<String> {
        found(check, &[(BLOCKING, blocking), (ASYNC, with_await)])
    }

    #[test]
    fn the_twins_as_they_should_be_pass() {
        assert_eq!(check_pair(DRIVE, &drive_async()), Vec::<String>::new());
        assert_eq!(found(check, &[]), Vec::<String>::new());
    }

    #[test]
    fn a_missing_driver_is_told() {
        assert_eq!(found(check, &[(BLOCKING, DRIVE)]).len(), 1);
        assert_eq!(found(check, &[("crates/smileid-core/src/client.rs", "")]).len(), 1);
    }

    #[test]
    fn a_driver_is_short() {
        let longer = format!("{DRIVE}{}", "\n".repeat(50));
        assert_eq!(check_pair(&longer, &drive_async()), [format!("{BLOCKING}:60 61 lines, at most 59")]);
    }

    #[test]
    fn each_kind_of_decision_is_told_in_both() {
        for decision in
            ["if a { b() }", "while a {}", "a == b;", "a != b;", "a <= b;", "a && b;", "matches!(a, b);", "a()?;"]
        {
            let inside = |source: &str| source.replace("loop {", &format!("{decision} loop {{"));
            let findings = check_pair(&inside(DRIVE), &inside(&drive_async()));
            assert_eq!(findings.len(), 2, "{decision}: {findings:#?}");
            assert!(findings.iter().all(|finding| finding.contains("is a decision")), "{findings:#?}");
        }
    }

    #[test]
    fn a_fourth_arm_a_second_match_and_a_third_await_are_told() {
        let arm = |source: &str| source.replace("Step::Done", "Step::Other => {} Step::Done");
        assert_eq!(check_pair(&arm(DRIVE), &arm(&drive_async())).len(), 2);
        let twice = |source: &str| source.replace("loop {", "match a {} loop {");
        assert_eq!(check_pair(&twice(DRIVE), &twice(&drive_async())).len(), 2);
        let awaits = drive_async().replace("receive(transport.now(), reply)", "receive(transport.now(), reply).await");
        assert_eq!(check_pair(DRIVE, &awaits), [format!("{ASYNC}:1 3 of `await`, and a driver has 2")]);
    }

    #[test]
    fn any_other_difference_is_told_where_it_stands() {
        let other = drive_async().replace("Step::Wait(time)", "Step::Wait(span)");
        let expected =
            format!("{ASYNC}:7 `span` where {BLOCKING}:7 has `time`: the drivers differ by more than `.await`");
        assert_eq!(check_pair(DRIVE, &other).first(), Some(&expected));
        let longer = format!("{}fn more() {{}}", drive_async());
        assert_eq!(check_pair(DRIVE, &longer), [format!("{ASYNC}:1 one driver goes on where the other ends")]);
    }
}
