//! A whole call over loopback, signed and verified, against the same bytes exchanged by the bare HTTP library: processor time of this
//! process per call, at 1, 16 and 256 in flight. The server is another process.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper_stack::Hyper;
use smileid_core::{
    Answer, AsyncClient, AsyncTransport, BaseUrl, Config, Environment, JobStatusQuery, Moment, Signer, Verdict,
};
use smileid_http_async::{ReqwestTransport, Roots, TransportOptions};
use smileid_http_blocking::HttpTransport;

use crate::by_hand::ByHand;
use crate::server::{JOB, Server, USER, credentials};
use crate::{alloc, measure};

const IN_FLIGHT: [usize; 3] = [1, 16, 256];
const CALLS: usize = 4096;
const COUNTED: usize = 1000;

struct Row {
    name: &'static str,
    in_flight: usize,
    /// Microseconds of processor time per call, one entry a round.
    cpu: Vec<f64>,
    /// Calls a second, one entry a round.
    rate: Vec<f64>,
}

/// The ways of making a call, in the order of the table: each of ours before its peers.
const NAMES: [&[&str]; 2] = [
    &[
        "smileid-http-async",
        "bare reqwest",
        "reqwest, serde_json, hmac by hand",
        "smileid-core over examples/hyper-stack",
    ],
    &["smileid-http-blocking", "bare ureq", "ureq, serde_json, hmac by hand"],
];

/// The clients, and the server that they call.
pub struct Parties {
    runtime: tokio::runtime::Runtime,
    by_hand: ByHand<reqwest::Client>,
    by_hand_blocking: ByHand<ureq::Agent>,
    ours_async: smileid_http_async::Client,
    ours_blocking: smileid_http_blocking::Client,
    over_hyper: AsyncClient<Hyper>,
    bare_async: reqwest::Client,
    bare_blocking: ureq::Agent,
    url: Arc<str>,
    _server: Server,
}

impl Parties {
    /// Starts a server, and makes clients for one call at a time, which has no use for a second thread, or for many.
    pub fn start(one_at_a_time: bool) -> Self {
        let runtime = if one_at_a_time {
            tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
        } else {
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
        };
        let server = Server::start(one_at_a_time);
        let environment = Environment::Custom(BaseUrl::parse(&server.base_url).unwrap());
        let config = Config::new(&credentials(), &environment);
        let options = TransportOptions::new().with_roots(Roots::Added).with_max_idle(256);
        // reqwest is built without its own TLS provider here, as the product builds it; no TLS is spoken.
        let tls = rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let bare_async = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(256)
            .tls_backend_preconfigured(tls)
            .build()
            .unwrap();
        let bare_blocking: ureq::Agent = ureq::Agent::config_builder()
            .max_idle_connections(256)
            .max_idle_connections_per_host(256)
            .proxy(None)
            .build()
            .into();
        Self {
            runtime,
            by_hand: ByHand::new(bare_async.clone()),
            by_hand_blocking: ByHand::new(bare_blocking.clone()),
            ours_async: smileid_http_async::Client::new(
                ReqwestTransport::with_options(&options).unwrap(),
                config.clone(),
            ),
            ours_blocking: smileid_http_blocking::Client::new(
                HttpTransport::with_options(&options).unwrap(),
                config.clone(),
            ),
            over_hyper: AsyncClient::new(Hyper::trusting(rustls::RootCertStore::empty()).unwrap(), config),
            bare_async,
            bare_blocking,
            url: format!("{}/job_status", server.base_url).into(),
            _server: server,
        }
    }

    /// Makes `in_flight` times `each` calls in the way of this name.
    pub fn call(&self, name: &str, in_flight: usize, each: usize) {
        match name {
            "smileid-http-async" => {
                self.runtime.block_on(concurrently(in_flight, || ask(self.ours_async.clone(), each)))
            }
            "bare reqwest" => self.runtime.block_on(concurrently(in_flight, || {
                let (client, url) = (self.bare_async.clone(), Arc::clone(&self.url));
                async move {
                    for _ in 0..each {
                        let request = client.post(&*url).header("content-type", "application/json").body(body());
                        let reply = request.send().await.unwrap();
                        assert!(reply.status() == 200 && reply.bytes().await.unwrap().len() > 400);
                    }
                }
            })),
            "reqwest, serde_json, hmac by hand" => self.runtime.block_on(concurrently(in_flight, || {
                let (client, url) = (self.by_hand.clone(), Arc::clone(&self.url));
                async move {
                    for _ in 0..each {
                        assert!(client.approved(&url).await);
                    }
                }
            })),
            "smileid-core over examples/hyper-stack" => {
                self.runtime.block_on(concurrently(in_flight, || ask(self.over_hyper.clone(), each)))
            }
            "smileid-http-blocking" => in_threads(in_flight, || {
                for _ in 0..each {
                    check(self.ours_blocking.job_status(query()).unwrap());
                }
            }),
            "bare ureq" => in_threads(in_flight, || {
                for _ in 0..each {
                    let request = self.bare_blocking.post(&*self.url).header("content-type", "application/json");
                    let mut reply = request.send(&body()[..]).unwrap();
                    assert!(reply.status() == 200 && reply.body_mut().read_to_vec().unwrap().len() > 400);
                }
            }),
            "ureq, serde_json, hmac by hand" => in_threads(in_flight, || {
                for _ in 0..each {
                    assert!(self.by_hand_blocking.approved(&self.url));
                }
            }),
            other => panic!("no way of calling is named {other}"),
        }
    }
}

pub fn run(rounds: usize) {
    // Clients of their own for either runtime: a connection lives on the one that opened it.
    let (alone, many) = (Parties::start(true), Parties::start(false));
    let mut rows: Vec<Row> = Vec::new();
    for in_flight in IN_FLIGHT {
        for name in NAMES.concat() {
            rows.push(Row { name, in_flight, cpu: Vec::new(), rate: Vec::new() });
        }
    }
    for round in 0..=rounds {
        // Each round begins with another row, so that none always runs behind the same one.
        let first = round % rows.len();
        rows.rotate_left(first);
        for row in &mut rows {
            let each = CALLS / row.in_flight;
            let cpu = measure::processor_time();
            let start = std::time::Instant::now();
            let parties = if row.in_flight == 1 { &alone } else { &many };
            measure::stay_on((row.in_flight == 1).then_some(0));
            parties.call(row.name, row.in_flight, each);
            // The first round opens the connections.
            if round > 0 {
                let calls = (each * row.in_flight) as f64;
                row.cpu.push((measure::processor_time() - cpu).as_secs_f64() * 1e6 / calls);
                row.rate.push(calls / start.elapsed().as_secs_f64());
            }
        }
        rows.rotate_right(first);
    }
    println!("| call | in flight | CPU per call, µs | ours / it | calls/s |\n|---|---|---|---|---|");
    let mut rest = rows.as_slice();
    for group in NAMES.iter().cycle().take(NAMES.len() * IN_FLIGHT.len()) {
        let (these, behind) = rest.split_at(group.len());
        for row in these {
            let ratio = measure::ratio(&these[0].cpu, &row.cpu);
            let (cpu, rate) = (measure::median(row.cpu.clone()), measure::median(row.rate.clone()));
            println!("| {} | {} | {cpu:.1} | {ratio:.2} | {rate:.0} |", row.name, row.in_flight);
        }
        rest = behind;
    }
    allocations(&alone);
}

/// What one call allocates, and how much of it at once, over a connection that is open: counted, not timed.
fn allocations(alone: &Parties) {
    println!("\n| one call | allocations | at its peak, KiB |\n|---|---|---|");
    for name in NAMES.concat() {
        // A thread's first call makes what it keeps for the next.
        alone.call(name, 1, 10);
        alloc::count_them(true);
        let (calls, live) = (alloc::calls(), alloc::live());
        alloc::take_peak();
        alone.call(name, 1, COUNTED);
        let (calls, peak) = (alloc::calls() - calls, alloc::take_peak() - live);
        alloc::count_them(false);
        println!("| {name} | {:.0} | {:.1} |", calls as f64 / COUNTED as f64, peak as f64 / 1024.0);
    }
}

fn query() -> JobStatusQuery {
    JobStatusQuery::new(USER, JOB).unwrap()
}

async fn ask<T: AsyncTransport>(client: AsyncClient<T>, each: usize) {
    for _ in 0..each {
        check(client.job_status(query()).await.unwrap());
    }
}

pub fn check(answer: Answer) {
    match answer {
        Answer::Final(status) => assert_eq!(status.verdict(), Verdict::Approved),
        Answer::Pending(_) => panic!("the reply is final"),
    }
}

/// The bytes that our client sends, made anew for each call as any client must.
fn body() -> Vec<u8> {
    thread_local!(static SIGNER: Signer = Signer::new(&credentials()));
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = Moment::new(i64::try_from(wall.as_millis()).unwrap(), Duration::ZERO);
    let signed = SIGNER.with(|signer| signer.authorize(now));
    format!(
        r#"{{"timestamp":"{}","signature":"{}","user_id":"{USER}","job_id":"{JOB}","partner_id":"023","image_links":false,"history":false}}"#,
        signed.timestamp(),
        signed.value()
    )
    .into_bytes()
}

pub async fn concurrently<F: Future<Output = ()> + Send + 'static>(tasks: usize, task: impl Fn() -> F) {
    let tasks: Vec<_> = (0..tasks).map(|_| tokio::spawn(task())).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

fn in_threads(threads: usize, work: impl Fn() + Sync) {
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(&work);
        }
    });
}
