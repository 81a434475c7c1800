//! Waits for a job's final answer over your own hyper stack: `hyper-stack USER_ID JOB_ID`.
//!
//! With `SMILEID_PARTNER_ID`, `SMILEID_API_KEY_FILE` and `SMILEID_BASE_URL` in the environment. The exit is 0 where the verdict is
//! "approved", 3 where it is another, 1 where there is none, 2 where nothing could be asked.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program prints what it found")]

use core::time::Duration;
use std::env;
use std::fs;
use std::process::ExitCode;

use hyper_stack::Hyper;
use smileid_core::{
    ApiKey, AsyncClient, BaseUrl, Config, Credentials, Error, ErrorKind, JobStatus, JobStatusQuery, PartnerId,
    Verified, WaitPolicy,
};

/// How long the job may take to become final.
const DEADLINE: Duration = Duration::from_secs(30);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [user_id, job_id] = arguments.as_slice() else {
        eprintln!("usage: hyper-stack USER_ID JOB_ID");
        return ExitCode::from(2);
    };
    match wait(user_id, job_id).await {
        Ok(status) => {
            println!("final: {}", status.verdict());
            ExitCode::from(if status.verdict().is_approved() { 0 } else { 3 })
        }
        Err(error) => {
            eprintln!("{}: {error}", error.kind());
            ExitCode::from(if error.kind() == ErrorKind::InvalidInput { 2 } else { 1 })
        }
    }
}

async fn wait(user_id: &str, job_id: &str) -> Result<Verified<JobStatus>, Error> {
    let query = JobStatusQuery::new(user_id, job_id)?;
    let hyper = Hyper::new().map_err(|error| Error::tls("TLS cannot be set up").with_source(error))?;
    AsyncClient::new(hyper, config()?).wait_with(query, WaitPolicy::DEFAULT.with_deadline(DEADLINE)).await
}

/// What `client_from_env` of the adapters does, in short: core reads no environment.
fn config() -> Result<Config, Error> {
    let variable = |name| env::var(name).map_err(|_| Error::invalid_input(format!("set {name}")));
    let key = fs::read_to_string(variable("SMILEID_API_KEY_FILE")?)
        .map_err(|_| Error::credentials("the file that SMILEID_API_KEY_FILE names cannot be read"))?;
    let key = key.strip_suffix('\n').unwrap_or(&key);
    let credentials = Credentials::new(PartnerId::new(variable("SMILEID_PARTNER_ID")?)?, ApiKey::new(key)?);
    Ok(Config::new(&credentials, &BaseUrl::parse(&variable("SMILEID_BASE_URL")?)?.into()))
}
