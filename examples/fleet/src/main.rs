//! A worker of a fleet: it settles jobs from one PostgreSQL store until none is waiting. Start as many as you like, on any machines.
//!
//! `fleet NAME`, with `JOBS_STORE=postgres://…`, `PGPASSWORD` if the server wants one, and the `SMILEID_…` variables of every client.
//! The rate is the store's: all workers together keep to it. If a worker is killed, the others ask for its jobs when its lease is over.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program prints what it did")]

use core::error::Error;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::env;
use std::sync::Arc;

use smileid_http_async::{ReqwestTransport, config_from_env};
use smileid_jobs::{AsyncJobStore, Driver, Ended, Flow, Policy};
use smileid_jobs_postgres::{Address, PostgresStore};

/// Longer than the longest question takes, and as short as jobs of a killed worker may wait.
const LEASE: Duration = Duration::from_secs(15);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let name = env::args().nth(1).ok_or("give the worker a name")?;
    let mut address: Address = env::var("JOBS_STORE")?.parse()?;
    if let Some(password) = env::var_os("PGPASSWORD") {
        address = address.with_password(password.as_encoded_bytes());
    }
    let store = PostgresStore::connect(address).await?;
    // A store contains one partner's jobs: another's key would settle none of them.
    store.bind(&env::var("SMILEID_PARTNER_ID")?).await?;
    let (transport, config) =
        (ReqwestTransport::new()?, config_from_env()?.with_attempt_timeout(Duration::from_secs(5)));

    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            asked.store(true, Ordering::Relaxed);
        }
    });
    let mut shown = 0;
    let driver = Driver::new(Policy::default(), &name).with_lease(LEASE);
    let ended = driver
        .run_async(&store, &transport, &config, |progress| {
            if progress.recorded.settled >= shown + 50 {
                shown = progress.recorded.settled;
                println!("{name}: {shown} settled");
            }
            if stop.load(Ordering::Relaxed) { Flow::Finish } else { Flow::GoOn }
        })
        .await?;
    let counts = store.counts().await?;
    println!("{name}: ended; {} settled by all, {} waiting", counts.settled, counts.waiting);
    match ended {
        Ended::Stopped(kind) => {
            Err(format!("the store is paused by {kind}: fix the cause, then smileid jobs resume").into())
        }
        _ => Ok(()),
    }
}
