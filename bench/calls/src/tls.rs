//! Our async calls over TLS to a sandbox that another program started, for a peer that speaks only https: prints processor time per call.

use std::time::Duration;

use smileid_core::{ApiKey, BaseUrl, Config, Credentials, Environment, PartnerId};
use smileid_http_async::{Client, JobStatusQuery, ReqwestTransport, Roots, TransportOptions};

use crate::call::{check, concurrently};
use crate::measure;
use crate::server::{PARTNER, USER};

pub fn run(base_url: &str, key_file: &str, ca_file: &str, calls: usize, in_flight: usize) {
    let key = std::fs::read_to_string(key_file).unwrap();
    let credentials = Credentials::new(PartnerId::new(PARTNER).unwrap(), ApiKey::new(key.trim_end()).unwrap());
    let environment = Environment::Custom(BaseUrl::parse(base_url).unwrap());
    let config = Config::new(&credentials, &environment).with_call_deadline(Duration::from_secs(60));
    let options = TransportOptions::new().with_roots(Roots::Added).with_max_idle(256);
    let options = options.with_ca_pem(std::fs::read(ca_file).unwrap()).unwrap();
    let client = Client::new(ReqwestTransport::with_options(&options).unwrap(), config);
    let runtime = if in_flight == 1 {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
    } else {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
    };
    let many = |each: usize| {
        runtime.block_on(concurrently(in_flight, || {
            let client = client.clone();
            async move {
                for _ in 0..each {
                    check(client.job_status(JobStatusQuery::new(USER, "approved-1").unwrap()).await.unwrap());
                }
            }
        }));
    };
    // The first calls open the connections.
    many(2);
    let before = measure::processor_time();
    let each = calls.div_ceil(in_flight);
    many(each);
    let spent = (measure::processor_time() - before).as_secs_f64() * 1e6;
    println!("{}", spent / (each * in_flight) as f64);
}
