//! Shows the signer on a computer: `no-std-signing UNIX_MILLIS` prints the timestamp and the signature of a request, as JSON.
//!
//! With `SMILEID_PARTNER_ID` and `SMILEID_API_KEY` in the environment.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program prints what it found")]

use std::env;
use std::process::ExitCode;

use no_std_signing::Seal;

const USAGE: &str = "usage: no-std-signing UNIX_MILLIS
with SMILEID_PARTNER_ID and SMILEID_API_KEY in the environment";

fn main() -> ExitCode {
    let millis = env::args().nth(1).and_then(|text| text.parse().ok());
    let (Some(millis), Ok(partner_id), Ok(api_key)) =
        (millis, env::var("SMILEID_PARTNER_ID"), env::var("SMILEID_API_KEY"))
    else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match Seal::new(&partner_id, &api_key) {
        Ok(seal) => {
            let signed = seal.sign(millis);
            // Neither holds anything that JSON would have to escape.
            println!(r#"{{"timestamp":"{}","{}":"{}"}}"#, signed.timestamp().as_str(), signed.field(), signed.value());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
