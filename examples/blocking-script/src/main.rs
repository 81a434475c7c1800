//! Asks about many jobs, one after the other, and prints each verdict: a night's batch, without a runtime. It waits for
//! none of them.
//!
//! `blocking-script < jobs.csv`, a line `user_id,job_id` for each job. Standard output has a line `job_id,word,reason` for each, where
//! the word is a verdict, `pending`, or the kind of an error; standard error says what to do about errors. The exit is 0 where every
//! job was answered, 1 where one was not, 2 where nothing could be asked.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program prints what it found")]

use core::time::Duration;
use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;

use smileid::{Answer, Error, ErrorKind, JobStatusQuery, blocking::Client};

/// How long one job may take, its retries included.
const DEADLINE: Duration = Duration::from_secs(15);

fn main() -> ExitCode {
    let client = match client() {
        Ok(client) => client,
        Err(error) => {
            eprintln!("{}: {error}", error.kind());
            return ExitCode::from(2);
        }
    };
    match ask_all(&client) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(unanswered) => {
            eprintln!("{unanswered} without an answer");
            ExitCode::FAILURE
        }
        // The reader of the output has gone, or the input cannot be read.
        Err(error) => {
            eprintln!("{}", error.kind());
            ExitCode::FAILURE
        }
    }
}

/// `Client::from_env()` is the short form; this one sets its own limits.
fn client() -> Result<Client, Error> {
    Client::builder_from_env()?.connect_timeout(Duration::from_secs(3)).call_deadline(DEADLINE).build()
}

/// Asks about each line: how many jobs were not answered.
fn ask_all(client: &Client) -> io::Result<usize> {
    let mut output = io::stdout().lock();
    let mut unanswered = 0;
    for (line, number) in io::stdin().lock().lines().zip(1..) {
        let line = line?;
        let Some((user_id, job_id)) = line.trim().split_once(',') else {
            eprintln!("line {number}: give user_id,job_id");
            unanswered += 1;
            continue;
        };
        let (word, reason) = match ask(client, user_id, job_id) {
            Ok(Answer::Final(status)) => {
                let verdict = status.verdict();
                (verdict.as_str(), verdict.reason().map_or("", |reason| reason.as_str()))
            }
            Ok(Answer::Pending(_)) => ("pending", ""),
            Err(error) => {
                // The message holds no id and nothing out of a reply, so that it can go to any log.
                eprintln!("line {number}: {}: {error}", error.kind());
                unanswered += 1;
                if error.kind() == ErrorKind::Credentials {
                    // No other job would fare better, and the service's operators may take a list of refusals for an attack.
                    return Ok(unanswered);
                }
                (error.kind().as_str(), "")
            }
        };
        writeln!(output, "{job_id},{word},{reason}")?;
    }
    Ok(unanswered)
}

fn ask(client: &Client, user_id: &str, job_id: &str) -> Result<Answer, Error> {
    client.status(JobStatusQuery::new(user_id, job_id)?)
}
