//! An answer of v3, for people and for scripts.

use core::fmt::Write as _;

use serde_json::json;
use smileid_v3::{Answer, Decision, Origin, Product};

use crate::output::{Colour, Paint};
use crate::plain;

/// The answer in lines.
pub(crate) fn text(answer: &Answer, paint: Paint) -> String {
    let lines: Vec<(&str, String)> = match answer {
        Answer::Pending(waiting) => vec![
            ("state", paint.paint(Colour::Calm, "pending")),
            ("status", waiting.as_str().to_owned()),
            ("next", "ask again later, or use smileid v3 wait".to_owned()),
        ],
        Answer::Final(decided) => vec![
            ("decision", paint.paint(colour(decided.decision()), decided.decision().as_str())),
            ("meaning", meaning(decided.decision(), decided.product()).to_owned()),
            (
                "product",
                decided.product().map_or_else(|| "not named".to_owned(), |product| format!("{product}: you named it")),
            ),
            ("state", "final".to_owned()),
            ("origin", format!("{}: {}", decided.origin().as_str(), origin(decided.origin()))),
            ("created_at", decided.created_at().map_or_else(|| "not given".to_owned(), |at| plain::shown(at.as_str()))),
        ],
    };
    lines.into_iter().fold(String::new(), |mut out, (name, value)| {
        // A `String` accepts whatever is written to it.
        let _written = writeln!(out, "{name:<13}{value}");
        out
    })
}

/// The answer as one object on one line.
pub(crate) fn json(answer: &Answer) -> String {
    let (status, decided) = match answer {
        Answer::Pending(waiting) => (waiting.as_str(), None),
        Answer::Final(decided) => (decided.decision().as_str(), Some(decided)),
    };
    let answer = json!({
        "state": answer.state().as_str(),
        "status": status,
        "decision": decided.map(|decided| decided.decision().as_str()),
        "verdict": decided.map(|decided| decided.as_verdict().as_str()),
        "product": decided.and_then(|decided| decided.product()).map(Product::as_str),
        "origin": decided.map(|decided| decided.origin().as_str()),
        "created_at": decided.and_then(|decided| decided.created_at()).map(smileid_core::Timestamp::as_str),
    });
    plain::json(&answer) + "\n"
}

const fn colour(decision: Decision) -> Colour {
    match decision {
        Decision::Clear => Colour::Good,
        Decision::Block => Colour::Bad,
        _ => Colour::Doubtful,
    }
}

const fn meaning(decision: Decision, product: Option<Product>) -> &'static str {
    match (decision, product) {
        (Decision::Clear, Some(Product::SmartSelfieRegistration)) => {
            "the selfie registered the user; it shows no identity"
        }
        (Decision::Clear, Some(_)) => "nothing was found against the user",
        (Decision::Clear, None) => "nothing was found against the user; the answer does not say what was checked",
        (Decision::Block, _) => "the check failed",
        (Decision::Attention, _) => "a person should look at it",
        _ => "the check could not be made; it says nothing about the user",
    }
}

const fn origin(origin: &Origin) -> &'static str {
    match origin {
        Origin::Channel => "only TLS vouches for it",
        Origin::Signed(_) => "its sender has the API key",
        _ => "plain http from this machine: nothing vouches for it",
    }
}
