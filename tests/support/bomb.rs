//! What a bomb of 512 MiB costs in resident memory, over both transports. The servers' own buffers are in the same process and count as well.

use core::time::Duration;
use std::fs;

use smileid_core::{AsyncClient, Client, ErrorKind, Moment};
use smileid_http_blocking::Compression;
use smileid_sandbox::faults::{Fault, FaultRequest, FaultServer};
use smileid_tests::query;

use crate::stacks::{asynchronous, blocking, config, on_tokio, plain};

/// Returns what is resident at the peak beyond what was before, in KiB; none if the system does not let a process measure that.
pub fn extra_kib() -> [(&'static str, Option<usize>); 2] {
    let server = FaultServer::start(Fault::GzipBomb).unwrap();
    // The bomb is built once, here.
    let question = FaultRequest::new(b"{}", server.credentials(), Moment::new(0, Duration::ZERO));
    assert!(Fault::GzipBomb.reply(&question).unwrap().body.len() < 1 << 20);
    let (options, config) = (plain().with_compression(Compression::Gzip), config(&server));
    let client = Client::new(blocking(&options), config.clone());
    let async_client = AsyncClient::new(asynchronous(&options), config);
    let extra = |ask: &dyn Fn() -> smileid_core::Error| {
        let before = peak().filter(|_| fs::write("/proc/self/clear_refs", "5").is_ok()).and_then(|_| peak());
        assert_eq!(ask().kind(), ErrorKind::Malformed);
        before.zip(peak()).map(|(before, after)| after.saturating_sub(before))
    };
    [
        ("blocking", extra(&|| client.job_status(query()).unwrap_err())),
        ("async", extra(&|| on_tokio(async_client.job_status(query())).unwrap_err())),
    ]
}

/// The most that was resident since the peak was last forgotten, in KiB. Linux alone tells it.
fn peak() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find(|line| line.starts_with("VmHWM:"))?.split_whitespace().nth(1)?.parse().ok()
}
