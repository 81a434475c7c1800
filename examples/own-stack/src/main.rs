//! Asks for a job's status, over your own HTTP stack: `own-stack BASE_URL USER_ID JOB_ID`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program prints what it found")]

use std::env;
use std::process::ExitCode;

use own_stack::Plain;
use smileid_core::{Answer, ApiKey, BaseUrl, Client, Config, Credentials, Error, JobStatusQuery, PartnerId};

const USAGE: &str = "usage: own-stack BASE_URL USER_ID JOB_ID
with SMILEID_PARTNER_ID and SMILEID_API_KEY in the environment, and `smileid sandbox` for a base URL to try";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (Ok(partner_id), Ok(api_key)) = (env::var("SMILEID_PARTNER_ID"), env::var("SMILEID_API_KEY")) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let [base_url, user_id, job_id] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match ask(partner_id, api_key, base_url, user_id, job_id) {
        Ok(Answer::Final(status)) => println!("final: {}", status.verdict()),
        Ok(Answer::Pending(pending)) => println!("pending; its proof: {}", pending.proof_status()),
        Err(error) => {
            eprintln!("{}: {error}", error.kind());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn ask(partner_id: String, api_key: String, base_url: &str, user: &str, job: &str) -> Result<Answer, Error> {
    let credentials = Credentials::new(PartnerId::new(partner_id)?, ApiKey::new(api_key)?);
    let config = Config::new(&credentials, &BaseUrl::parse(base_url)?.into());
    Client::new(Plain::new(), config).job_status(JobStatusQuery::new(user, job)?)
}
