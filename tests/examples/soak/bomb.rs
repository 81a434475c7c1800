//! What a bomb of 512 MiB costs in resident memory.

use core::fmt::Write;
use core::time::Duration;
use std::fs;

use smileid_core::{AsyncClient, BaseUrl, Client, Config, ErrorKind, Moment};
use smileid_http_async::ReqwestTransport;
use smileid_http_blocking::{Compression, HttpTransport, Roots, TransportOptions};
use smileid_sandbox::faults::{Fault, FaultRequest, FaultServer};
use smileid_tests::query;

use crate::Part;

/// The bar.
const MOST_EXTRA_KIB: usize = 16 << 10;

pub fn measure() -> Part {
    let mut text = "## A bomb (S3)\n\nA reply of half a MiB of gzip that inflates to 512 MiB, with gzip asked for and the usual limit of 4 MiB: what is resident at the\npeak beyond what was before, the server's buffers in the same process included. The bar: 16 MiB.\n\n| transport | extra at the peak |\n|---|---|\n".to_owned();
    let mut beyond = Vec::new();
    let server = FaultServer::start(Fault::GzipBomb).unwrap();
    // The bomb is built once, here.
    let question = FaultRequest::new(b"{}", server.credentials(), Moment::new(0, Duration::ZERO));
    assert!(Fault::GzipBomb.reply(&question).is_some());
    let base = BaseUrl::parse(&server.base_url()).unwrap();
    let config = Config::new(server.credentials(), &base.into());
    let options = TransportOptions::new().with_roots(Roots::Added).with_compression(Compression::Gzip);
    let client = Client::new(HttpTransport::with_options(&options).unwrap(), config.clone());
    let async_client = AsyncClient::new(ReqwestTransport::with_options(&options).unwrap(), config);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let blocking = || client.job_status(query()).unwrap_err().kind();
    let asynchronous = || runtime.block_on(async_client.job_status(query())).unwrap_err().kind();
    let ways: [(&str, &dyn Fn() -> ErrorKind); 2] = [("blocking", &blocking), ("async", &asynchronous)];
    for (name, ask) in ways {
        let before = peak().filter(|_| fs::write("/proc/self/clear_refs", "5").is_ok()).and_then(|_| peak());
        assert_eq!(ask(), ErrorKind::Malformed);
        match (before, peak()) {
            (Some(before), Some(after)) => {
                let extra = after.saturating_sub(before);
                writeln!(text, "| {name} | {extra} KiB |").unwrap();
                if extra > MOST_EXTRA_KIB {
                    beyond.push(format!("the bomb, {name}: {extra} KiB"));
                }
            }
            _ => writeln!(text, "| {name} | not measured: this system does not tell a process its peak |").unwrap(),
        }
    }
    (text, beyond)
}

/// The most that was resident since the peak was last forgotten, in KiB. Linux alone tells it.
fn peak() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find(|line| line.starts_with("VmHWM:"))?.split_whitespace().nth(1)?.parse().ok()
}
