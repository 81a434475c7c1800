//! A transport over the caller's own `ureq::Agent`: the whole table of scenarios and the contract, but for the rows named here.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;

use smileid_conformance::scenarios::{How, SCENARIOS, Strikes};
use smileid_conformance::{check, check_tls};
use smileid_core::{BaseUrl, Client, Config};
use smileid_http_blocking::UreqTransport;
use smileid_sandbox::faults::{Fault, FaultServer};
use smileid_tests::query;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// How many scenarios are played at a time: most of them wait.
const AT_A_TIME: usize = 8;
/// Scenarios that ureq 3.5.2 decides otherwise, by the name of their fault.
const OTHER_SCENARIOS: [&str; 1] = ["2000_headers"];
/// Rules of the contract that it breaks.
const BROKEN_RULES: [&str; 1] = ["many_fields"];

/// Scenarios that it also decides otherwise with all its features on, as `tests/all-features` builds this file: it decompresses
/// a response that was to come uncompressed.
const OTHER_WITH_ALL_FEATURES: [&str; 1] = ["gzip_unasked"];

fn transport(ca_pem: Option<&str>) -> UreqTransport {
    let certificates = ca_pem.map(|pem| Certificate::from_pem(pem.as_bytes()).unwrap());
    let tls = TlsConfig::builder().root_certs(RootCerts::from(certificates)).build();
    UreqTransport::new(Agent::config_builder().proxy(None).tls_config(tls).build().new_agent())
}

#[test]
fn table_of_scenarios_differs_in_the_named_rows_only() {
    let scenarios = Mutex::new(SCENARIOS.iter().filter(|scenario| scenario.how != How::GzipCall));
    let other = Mutex::new(BTreeSet::new());
    let work = || {
        while let Some(scenario) = { scenarios.lock().unwrap().next() } {
            let once = scenario.once.map(|_| Strikes::Once);
            for strikes in [Some(Strikes::Always), once].into_iter().flatten() {
                let played = scenario.play(strikes, |setup| transport(setup.ca_pem)).unwrap();
                if let Err(problem) = played.check(scenario, strikes) {
                    println!("{problem}");
                    other.lock().unwrap().insert(scenario.fault.name());
                }
            }
        }
    };
    thread::scope(|scope| (0..AT_A_TIME).for_each(|_| drop(scope.spawn(work))));
    let all_features = env!("CARGO_PKG_NAME") == "smileid-all-features";
    let more = OTHER_WITH_ALL_FEATURES.into_iter().filter(|_| all_features);
    assert_eq!(other.into_inner().unwrap(), OTHER_SCENARIOS.into_iter().chain(more).collect());
}

#[test]
fn contract_is_broken_in_the_named_rules_only() {
    let plain = check(&transport(None));
    let tls = check_tls(|pem| transport(Some(pem)));
    let broken = [plain.err(), tls.err()].into_iter().flatten().flat_map(|violations| {
        println!("{violations}");
        violations.rules().collect::<Vec<_>>()
    });
    assert_eq!(broken.collect::<Vec<_>>(), BROKEN_RULES);
}

#[test]
fn connections_are_kept_and_used_again() {
    let server = FaultServer::start(Fault::NeverComplete).unwrap();
    let base = BaseUrl::parse(&server.base_url()).unwrap();
    let client = Client::new(transport(None), Config::new(server.credentials(), &base.into()));
    (0..5).for_each(|_| assert!(client.job_status(query()).is_ok()));
    assert_eq!((server.connections(), server.requests()), (1, 5));
}
