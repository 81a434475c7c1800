//! What a bomb of 512 MiB costs in memory. A child process takes it, since the memory of a whole process is measured.

use core::time::Duration;
use std::fs;

use smileid_core::{AsyncClient, BaseUrl, Client, Config, ErrorKind, Moment};
use smileid_http_async::ReqwestTransport;
use smileid_http_blocking::{Compression, HttpTransport, Roots, TransportOptions};
use smileid_sandbox::faults::{Fault, FaultRequest, FaultServer};
use smileid_tests::query;

use crate::limits::run_again;

/// The bar. The server's own buffers are in the same process and count as well.
const MOST_EXTRA: usize = 16 << 20;

/// Set for the child process, which measures itself.
const CHILD: &str = "SMILEID_TESTS_TAKE_THE_BOMB";

/// The most that was resident since [`forget_peak`], in bytes.
fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    let kib: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib << 10
}

/// Makes the peak what is resident now; false where the system does not let us.
fn forget_peak() -> bool {
    fs::write("/proc/self/clear_refs", "5").is_ok()
}

#[test]
fn a_bomb_of_512_mib_costs_less_than_16() {
    if std::env::var_os(CHILD).is_some() {
        return take_the_bomb();
    }
    run_again("bomb::a_bomb_of_512_mib_costs_less_than_16", &[(CHILD, "1")]);
}

fn take_the_bomb() {
    let server = FaultServer::start(Fault::GzipBomb).unwrap();
    // The bomb is built once, here.
    let question = FaultRequest::new(b"{}", server.credentials(), Moment::new(0, Duration::ZERO));
    assert!(Fault::GzipBomb.reply(&question).unwrap().body.len() < 1 << 20);
    let options = TransportOptions::new().with_roots(Roots::Added).with_compression(Compression::Gzip);
    let base = BaseUrl::parse(&server.base_url()).unwrap();
    let config = Config::new(server.credentials(), &base.into());
    let client = Client::new(HttpTransport::with_options(&options).unwrap(), config.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let async_client = AsyncClient::new(ReqwestTransport::with_options(&options).unwrap(), config);
    let blocking = || client.job_status(query()).unwrap_err();
    let asynchronous = || runtime.block_on(async_client.job_status(query())).unwrap_err();
    let ways: [(&str, &dyn Fn() -> smileid_core::Error); 2] = [("blocking", &blocking), ("async", &asynchronous)];
    for (name, ask) in ways {
        if !forget_peak() {
            println!("{name}: this system does not let a process reset its peak; nothing is measured");
            return;
        }
        let before = peak();
        assert_eq!(ask().kind(), ErrorKind::Malformed);
        let extra = peak().saturating_sub(before);
        println!("{name}: {} KiB more at the peak", extra >> 10);
        assert!(extra < MOST_EXTRA, "{name}: {extra} bytes");
    }
}
