//! The example's transport, on real sockets: tried by the contract that every transport keeps, and by what a client makes of each fault
//! over it.

use std::sync::Mutex;
use std::thread;

use hyper_stack::Hyper;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use smileid_conformance::scenarios::{How, SCENARIOS, Strikes};
use smileid_conformance::{check_async, check_tls_async};
use tokio::runtime::{Builder, Runtime};

/// How many scenarios are played at a time: most of them wait.
const AT_A_TIME: usize = 8;

#[test]
fn it_keeps_the_contract() {
    runtime().unwrap().block_on(async {
        check_async(&hyper(None).unwrap()).await.unwrap();
        check_tls_async(|pem| hyper(Some(pem)).unwrap()).await.unwrap();
    });
}

/// It asks for no compression, so that what is about that it cannot meet.
#[test]
fn over_it_a_client_makes_of_each_fault_what_it_should() {
    let scenarios = Mutex::new(SCENARIOS.iter().filter(|scenario| scenario.how != How::GzipCall));
    let failures = Mutex::new(Vec::new());
    let play = || {
        while let Some(scenario) = { scenarios.lock().unwrap().next() } {
            let played = scenario.play_async(Strikes::Always, |setup| hyper(setup.ca_pem).unwrap());
            // The runtime ends with the line, and with it what would close the client's kept connections.
            let played = runtime().unwrap().block_on(played).unwrap();
            failures.lock().unwrap().extend(played.check(scenario, Strikes::Always).err());
        }
    };
    thread::scope(|scope| (0..AT_A_TIME).for_each(|_| drop(scope.spawn(play))));
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn runtime() -> std::io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

/// The transport, which trusts one certificate authority or none.
fn hyper(pem: Option<&str>) -> Result<Hyper, Box<dyn core::error::Error>> {
    let mut roots = RootCertStore::empty();
    if let Some(pem) = pem {
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes())?)?;
    }
    Ok(Hyper::trusting(roots)?)
}
