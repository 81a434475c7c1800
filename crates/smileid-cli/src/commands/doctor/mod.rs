//! `smileid doctor`: whether everything that a call needs is there and in order. Without `--online` it sends nothing; with it, one
//! request that carries no credentials and no id.

mod key;
mod online;
mod partner;
mod place;
mod report;
mod variables;

use std::path::Path;

use smileid_core::credentials::{ApiKey, Credentials, PartnerId, Scheme};
use smileid_core::signature::{Claim, ProofField, Signer};
use smileid_core::time::Timestamp;

use self::report::Report;
use super::DONE;
use super::sign::now;
use crate::args::{DoctorArgs, Format};
use crate::config::{Configured, Source};
use crate::failure::{Failure, Kind};
use crate::output::{self, Paint};

/// The first day of 2025: a clock that shows an earlier one was never set.
const PLAUSIBLE_FROM: i64 = 1_735_689_600_000;

/// Signatures that anybody can compute: key, partner id, timestamp, and what must come out. The vendor's SDKs and the wire description
/// have them.
const VECTORS: [[&str; 4]; 4] = [
    ["apiKey", "partner", "2023-02-13T15:07:42.214Z", "XxThLHZy2ij1WINkqNEPgzVs9RvUDHWlebDYzprqS74="],
    ["apiKey", "partner", "2022-11-10T19:05:42.775Z", "tMPhsPdh3k3PejTNGG970gQSA41oO9/I3oERRlSSBUc="],
    ["apikey", "partner", "2023-03-09T21:35:00.279Z", "+S/hVtmFwynoroXQQbjOQ3/l+a5zshNldrQh/iBdxRQ="],
    ["key", "001", "2026-10-04T12:00:00.000Z", "nD5rG9g/uEMJghiwVnQ2YG6BV8Dw0pjvNGG9+nGHVUE="],
];

/// The checks that follow that of the profile.
const REST: [&str; 13] = [
    "partner_id",
    "key",
    "key_form",
    "credentials",
    "signature",
    "environment",
    "clock",
    "trust",
    "proxy",
    "dns",
    "tls",
    "online",
    "skew",
];

pub(super) fn run(args: &DoctorArgs, format: Format) -> Result<u8, Failure> {
    let mut report = Report::default();
    examine(args, &mut report);
    output::data(&match format {
        Format::Text => report.text(Paint::for_stdout()),
        Format::Json => report.json(),
    })?;
    report.into_failure().map_or(Ok(DONE), Err)
}

fn examine(args: &DoctorArgs, report: &mut Report) {
    variables::examine(report);
    let fix = "smileid help profiles shows a whole file";
    let Some(configured) = report.check("profile", Configured::read(&args.config), |c| c.profile().told(), fix) else {
        return REST.into_iter().for_each(|name| report.skip(name, "the profile has to be put right first"));
    };
    if let Some(path) = configured.profile().path() {
        readable(report, "profile_file", path, "it tells who you are, and may hold a proxy's password");
    }
    partner::examine(&configured, report);
    let key = key_of(&configured, report);
    if let Some(path) = configured.previous_key_file().filter(|path| path.as_os_str() != "-") {
        readable(report, "previous_key", &path, "whoever reads it can sign as you while it is accepted");
    }
    let signer = credentials(&configured, key, report);
    signature(&configured, signer.as_ref(), report);
    let environment = place::examine(&configured, report);
    clock(report);
    let Some(environment) = environment else {
        let rest = REST.into_iter().skip_while(|name| *name != "trust");
        return rest.for_each(|name| report.skip(name, "there is no environment to reach yet"));
    };
    let way = place::trust(&configured, &environment, report);
    if args.online {
        online::examine(&configured, &environment, way.as_ref(), report);
    } else {
        online::left_out(report);
    }
}

/// Where the key is, who else can read it, and its form. None where that was told to be wrong; another failure is left to the
/// credentials.
fn key_of(configured: &Configured<'_>, report: &mut Report) -> Option<Result<ApiKey, Failure>> {
    let source = match configured.key_source() {
        Err(failure) => {
            report.fail("key", failure, "unset SMILEID_API_KEY, or leave the file off");
            report.skip("key_form", "the key has to be told apart first");
            return None;
        }
        Ok(None) => {
            report.skip("key", "none is given");
            report.skip("key_form", "there is no key");
            return Some(Err(Configured::no_key()));
        }
        Ok(Some(source)) => source,
    };
    match source {
        Source::Variable(name) => report.warn(
            "key",
            &format!("in {name}, which every child of this shell is handed"),
            "keep it in a file that you alone can read, and give that with SMILEID_API_KEY_FILE",
        ),
        Source::File { path, .. } if path.as_os_str() == "-" => report.fine("key", "from standard input"),
        // The path of a file that is not there is not shown: it may be the key itself, by mistake.
        Source::File { path, from } if path.exists() => {
            if !readable(report, "key", &path, "whoever reads it can sign as you") {
                report.fine("key", &format!("in {} ({from})", path.display()));
            }
        }
        Source::File { from, .. } => report.skip("key", &format!("the file that {from} names is not there")),
    }
    let key = configured.api_key().and_then(|key| key.ok_or_else(Configured::no_key));
    match &key {
        Ok(key) => key::examine(key.expose(), configured.scheme(), report),
        Err(failure) if failure.kind() == Kind::InvalidInput => {
            report.fail("key_form", failure.clone(), "write the key alone into its file: printf %s KEY > FILE");
            return None;
        }
        Err(_) => report.skip("key_form", "there is no key that can be read"),
    }
    Some(key)
}

/// Warns of a file that its group or others can read or write; whether it did.
fn readable(report: &mut Report, name: &'static str, path: &Path, why: &str) -> bool {
    let Some(mode) = others_access(path) else { return false };
    let message = format!("{} can be read by others (mode {mode:03o}): {why}", path.display());
    report.warn(name, &message, &format!("chmod 600 {}", quoted(path)));
    true
}

/// The mode of a file that its group or others can read or write. A folder is no file: what is wrong with it is told elsewhere.
#[cfg(unix)]
fn others_access(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let found = std::fs::metadata(path).ok().filter(|found| !found.is_dir())?;
    let mode = found.permissions().mode() & 0o777;
    (mode & 0o066 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn others_access(_: &Path) -> Option<u32> {
    None
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if text.chars().all(plain) && !text.starts_with('-') {
        return text;
    }
    format!("-- '{}'", text.replace('\'', "'\\''"))
}

fn credentials(
    configured: &Configured<'_>,
    key: Option<Result<ApiKey, Failure>>,
    report: &mut Report,
) -> Option<Signer> {
    let Some(key) = key else {
        report.skip("credentials", "the key has to be put right first");
        return None;
    };
    let partner_id = configured.partner_id().and_then(|id| id.ok_or_else(Configured::no_partner_id));
    let signer = partner_id.and_then(|id| configured.with_key(id, key?)).map(|all| Signer::new(&all));
    let fix = "smileid help configuration tells where each is taken from";
    let scheme = configured.scheme_word();
    report.check("credentials", signer, |_| format!("key and partner id suit the scheme {scheme}"), fix)
}

/// Signs and verifies, with the key that is configured and with keys that are public.
fn signature(configured: &Configured<'_>, signer: Option<&Signer>, report: &mut Report) {
    let wrong = |what: &str| Failure::new(Kind::Internal, format!("{what}: please report this"));
    let fix = "install this program anew, from its own source";
    if !VECTORS.into_iter().all(|vector| holds(vector).unwrap_or(false)) {
        return report.fail("signature", wrong("this program makes other signatures than the published ones"), fix);
    }
    let Some(signer) = signer else {
        return report.skip("signature", "the published ones hold; there are no credentials to sign with");
    };
    let made = signer.authorize(now());
    if configured.scheme() == Scheme::SecKey {
        let whole = made.value().split_once('|').is_some_and(|(left, right)| !left.is_empty() && right.len() == 64);
        if whole {
            return report.fine("signature", "can be made (the service alone can open it); the published ones hold");
        }
        return report.fail("signature", wrong("no sec_key could be made with this key"), fix);
    }
    let claim = Claim { timestamp: ProofField::Text(made.timestamp().as_str()), proof: ProofField::Text(made.value()) };
    match claim.classify(signer) {
        Ok(_) => report.fine("signature", "made with this key, and verified; the published ones hold"),
        Err(_) => report.fail("signature", wrong("a signature made with this key does not verify"), fix),
    }
}

/// Whether a published signature comes out.
fn holds([key, partner_id, timestamp, expected]: [&str; 4]) -> Result<bool, Failure> {
    let signer = Signer::new(&Credentials::new(PartnerId::new(partner_id)?, ApiKey::new(key)?));
    let timestamp = Timestamp::parse(timestamp).map_err(|error| Failure::invalid(error.to_string()))?;
    Ok(signer.authorize_at(timestamp).value() == expected)
}

fn clock(report: &mut Report) {
    let now = now();
    let shown = Timestamp::at(now);
    if now.unix_millis() < PLAUSIBLE_FROM {
        let message = format!("this machine's clock shows {shown}: set it, signatures carry the time");
        return report.fail("clock", Failure::new(Kind::Credentials, message), online::SET_CLOCK);
    }
    report.fine("clock", &format!("{shown} by this machine; --online compares it"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_signatures_come_out() {
        for vector in VECTORS {
            assert_eq!(holds(vector), Ok(true), "{vector:?}");
        }
        let [key, partner_id, _, other] = VECTORS[0];
        assert_eq!(holds([key, partner_id, VECTORS[1][2], other]), Ok(false));
    }

    #[test]
    fn paths_are_quoted_where_a_shell_would_misread_them() {
        for (path, shown) in [
            ("/run/key.txt", "/run/key.txt"),
            ("a b", "-- 'a b'"),
            ("it's", "-- 'it'\\''s'"),
            ("$HOME", "-- '$HOME'"),
            ("-rf", "-- '-rf'"),
        ] {
            assert_eq!(quoted(Path::new(path)), shown);
        }
    }
}
