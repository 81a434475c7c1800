//! The table of scenarios as `docs/faults.md` shows it. It is run in `scenarios.rs`.

use core::fmt::Write;
use std::path::Path;
use std::{env, fs};

use crate::v3_table::{ROWS, Row};
use smileid_conformance::scenarios::{How, SCENARIOS, Scenario};
use smileid_sandbox::faults::{Family, Fault};

const HEAD: &str = "\
# Faults, and what each transport makes of them

Every fault of `smileid_sandbox::faults`, by name, with what becomes of a call that meets it. The table is the test itself
(`smileid_conformance::scenarios`): each row runs through both transports on real sockets, through a scripted one in virtual time
and through the example of a stack of one's own (`tests/transports/scenarios.rs`). `SMILEID_BLESS=1 cargo test -p smileid-tests --test
transports faults` writes this page from it. Use the same faults against your own code: `FaultServer::start(fault)`; and the same table against
a transport of your own: `Scenario::play`.

A word is `final`, `pending`, or the kind of the error, as in the command's `error.kind`. *Retried* means that the client sent the
request again by itself, signed anew, after the pauses of its policy; the requests are all that it made. The last column tells what
becomes of the same call where the fault strikes once and passes.

In every row the call ends by its deadline, nothing panics, and no socket, task or thread is left once the client is gone.
";

const V3: &str = "
## v3

Replies of the v3 API. Only the [sandbox](sandbox.md#the-v3-api) has these faults, beside all of the family `status`. A word is that of the
service, `pending`, or the kind of the error; requests for tokens are counted. What is shown is the same over both transports
(`tests/v3/faults.rs`).

| fault | strikes a request for | the reply | a call | a wait of 10 s | a call if it strikes once |
|---|---|---|---|---|---|
";

/// `docs/faults.md` is the table. With `SMILEID_BLESS` set it is written anew.
#[test]
fn the_page_shows_the_table() {
    let path = Path::new(smileid_tests::FOLDER).join("../docs/faults.md");
    let page = page();
    if env::var_os("SMILEID_BLESS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == page,
        "docs/faults.md is not the table: run SMILEID_BLESS=1 cargo test -p smileid-tests --test transports faults"
    );
}

#[test]
fn every_fault_has_one_scenario_in_the_order_of_the_list() {
    let faults: Vec<_> = SCENARIOS.iter().map(|scenario| scenario.fault).collect();
    assert_eq!(faults, Fault::ALL);
}

/// The whole page.
fn page() -> String {
    let mut page = HEAD.to_owned();
    let mut family = None;
    for row in SCENARIOS {
        if family != Some(row.fault.family()) {
            family = Some(row.fault.family());
            let _written = write!(page, "\n## {}\n\n{}\n\n", row.fault.family().as_str(), about(row.fault.family()));
            page.push_str(
                "| fault | on the wire | blocking | async (reqwest) | if it passes |\n|---|---|---|---|---|\n",
            );
        }
        let seen = seen(row);
        let passes = row.once.map_or_else(|| "does not pass".to_owned(), |once| requests("final", once, once));
        let _written = writeln!(page, "| `{}` | {} | {seen} | {seen} | {passes} |", row.fault, row.fault.description());
    }
    page.push_str(V3);
    for Row { fault, call, wait, once } in ROWS {
        let of = if fault.is_of_token() { "token" } else { "status" };
        let [call, wait, once] = [call, wait, once].map(|(word, least, most)| v3_requests(word, *least, *most));
        let _written = writeln!(page, "| `{fault}` | {of} | {} | {call} | {wait} | {once} |", fault.description());
    }
    page
}

fn v3_requests(word: &str, least: u64, most: u64) -> String {
    let range = if least == most { most.to_string() } else { format!("{least} to {most}") };
    format!("`{word}`: {range} request{}", if most == 1 { "" } else { "s" })
}

fn seen(row: &Scenario) -> String {
    let how = match row.how {
        How::GzipCall => "with gzip asked for: ",
        How::SecondCall => "the second call: ",
        How::Wait => "in a wait of 10 s: ",
        _ => "",
    };
    format!("{how}{}", requests(row.outcome.as_str(), row.requests.0, row.requests.1))
}

fn requests(word: &str, least: u32, most: u32) -> String {
    let retried = match (word, most) {
        ("final" | "deadline", _) => "",
        (_, 1) => ", not retried",
        _ => ", retried",
    };
    match (least, most) {
        (1, 1) => format!("`{word}`{retried}: 1 request"),
        _ if least == most => format!("`{word}`{retried}: {most} requests"),
        _ => format!("`{word}`{retried}: {least} to {most} requests"),
    }
}

fn about(family: Family) -> &'static str {
    match family {
        Family::Connect => {
            "While the connection is made, or right after. `blackhole` is a listening port whose queue is full, so that Linux drops what knocks; elsewhere the system may refuse instead."
        }
        Family::Tls => "In the TLS handshake. The client trusts one authority, which the server shows or does not.",
        Family::Head => {
            "Before or in the head of the reply. A folded field and a blank before a colon, which some gateways write, are refused by both transports: RFC 9112 forbids them, and two readers end such a field, or name it, in two ways."
        }
        Family::Body => "In the body of the reply. A call does not ask for gzip unless the row says so.",
        Family::Status => {
            "Whole replies with an unwelcome status. No redirect is ever followed: its target gets no request."
        }
        Family::KeepAlive => "Between two requests on one connection.",
        Family::Json => "Whole, signed, final replies whose JSON is out of the ordinary.",
        Family::Proof => {
            "Whole final replies whose proof is out of the ordinary. The client knows the partner's previous key."
        }
        _ => "Whole, signed replies that are unusual in what they say, one after the other.",
    }
}
