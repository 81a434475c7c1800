//! Core's two drivers differ by `async` and `.await` only, and decide nothing; so do the two clients of `smileid`, with their docs.

use super::{File, repository};

const BLOCKING: &str = "crates/smileid-core/src/client/drive.rs";
const ASYNC: &str = "crates/smileid-core/src/client/drive_async.rs";

/// Words and signs that decide something.
const DECISIONS: [&str; 16] = [
    "if ", "else ", "while ", "for ", "matches!", "unwrap_or", ".then", ".filter", "?", "==", "!=", "<=", ">=", "&&",
    "||", "match ",
];

const DRIVE: &str = "//! A.\nuse a::B;\nfn drive<T: Transport>() {\n    loop {\n        match session.step() {\n            \
    Step::Send(request) => transport.send(request),\n            Step::Done(done) => return done,\n        }\n    }\n}\n";

#[test]
fn drivers_are_twins_that_decide_nothing() {
    let files = repository();
    let text = |path| files.iter().find(|file: &&File| file.path == path).map(|file| file.text.as_str()).unwrap();
    assert_eq!(wrong(text(BLOCKING), text(ASYNC)), None);
}

#[test]
fn a_decision_and_a_difference_are_found() {
    let twin =
        DRIVE.replace("fn drive<T: T", "async fn drive_async<T: AsyncT").replace("(request),", "(request).await,");
    assert_eq!(wrong(DRIVE, &twin), None);
    for decision in ["if a { b() }", "while a {}", "a == b;", "a && b;", "matches!(a, b);", "a()?;", "match a {}"] {
        let inside = |source: &str| source.replace("loop {", &format!("{decision} loop {{"));
        assert!(wrong(&inside(DRIVE), &inside(&twin)).is_some(), "{decision}");
    }
    for (from, to) in [("done)", "outcome)"), ("(request)", "(request, 1)"), ("return done", "return (done)")] {
        assert!(wrong(DRIVE, &twin.replace(from, to)).is_some(), "{from}");
    }
}

#[test]
fn clients_of_the_front_door_are_twins_with_the_same_docs() {
    let files = repository();
    let text = |path| files.iter().find(|file: &&File| file.path == path).map(|file| file.text.as_str()).unwrap();
    let (with_await, blocking) = (text("crates/smileid/src/client.rs"), text("crates/smileid/src/blocking.rs"));
    assert!(twins(with_await, blocking), "they differ by more than `.await`");
    for (from, to) in [("inner.wait(", "inner.wait_with("), ("(default", "(usual"), ("pub fn config", "fn config")] {
        let changed = blocking.replacen(from, to, 1);
        assert!(changed == blocking || !twins(with_await, &changed), "{from}");
    }
}

/// Whether the two clients of `smileid` are one text, but for their heads, the names of what they wrap, and `.await`.
fn twins(with_await: &str, blocking: &str) -> bool {
    let body = |text: &str| {
        let (_, body) = text.split_once("impl Client {").unwrap();
        body.replace("async ", "").replace(".await", "").replace("AsyncClient", "Client").replace("blocking::", "")
    };
    let bare = |text: &str| body(text).split_whitespace().collect::<String>();
    bare(with_await) == bare(blocking)
}

/// What is wrong with the two drivers.
fn wrong(blocking: &str, with_await: &str) -> Option<String> {
    for source in [blocking, with_await] {
        let code = code(source);
        let once = code.replacen("match ", "", 1);
        let decides = DECISIONS.iter().find(|decision| once.contains(**decision));
        if let Some(decision) = decides {
            return Some(format!("`{decision}` is a decision"));
        }
        if code.matches("loop").count() != 1 {
            return Some("a driver is one loop".to_owned());
        }
    }
    let twin = code(with_await).replace("async ", "").replace(".await", "").replace("_async", "").replace("Async", "");
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    (bare(&code(blocking)) != bare(&twin)).then(|| "the drivers differ by more than `.await`".to_owned())
}

/// The source without comments and imports.
fn code(source: &str) -> String {
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//") && !line.starts_with("use "));
    lines.collect::<Vec<_>>().join("\n")
}
