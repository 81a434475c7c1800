//! `smileid sandbox`: the local imitation of the service in the foreground, until killed.

use core::fmt::Write as _;
use core::net::SocketAddr;
use std::io::{self, ErrorKind};

use smileid_core::{ApiKey, Credentials, PartnerId, Scheme};
use smileid_sandbox::Sandbox;

use super::DONE;
use super::out_file::OutFile;
use crate::args::SandboxArgs;
use crate::config::Configured;
use crate::failure::{Failure, Kind, reason};
use crate::{input, interrupt, output, plain};

/// The default partner of a sandbox: the document's.
const OWN_PARTNER: &str = "023";

/// The longest scenario file that is read, in bytes.
const LONGEST_SCENARIO: usize = 1 << 20;

/// How many random bytes a made key has.
const KEY_BYTES: usize = 16;

pub(super) fn run(args: &SandboxArgs) -> Result<u8, Failure> {
    interrupt::ends_the_program();
    let mut builder = Sandbox::builder().listen(address(args)?);
    let configured = Configured::read(&args.config)?;
    let sec_key = configured.scheme() == Scheme::SecKey;
    if sec_key && args.api_key_out.is_none() {
        return Err(Failure::invalid(
            "--scheme sec-key needs --api-key-out PATH: the sandbox makes a key pair, and the public key is the partner's API key",
        ));
    }
    if args.ca_out.is_some() && !args.tls {
        return Err(Failure::invalid("--ca-out goes with --tls: without it there is no certificate"));
    }
    let checked = |flag, path| OutFile::checked(flag, path, args.force, &configured);
    let key_out = args.api_key_out.as_deref().map(|path| checked("--api-key-out", path)).transpose()?;
    let ca_out = args.ca_out.as_deref().map(|path| checked("--ca-out", path)).transpose()?;
    if key_out.as_ref().zip(ca_out.as_ref()).is_some_and(|(key, ca)| key.is_same(ca)) {
        return Err(Failure::invalid("--api-key-out and --ca-out name one file: give each a separate path"));
    }
    let key = credentials(args, &configured)?;
    let own_key = key.is_none();
    if let Some(credentials) = key {
        builder = builder.credentials(credentials);
    }
    if sec_key {
        builder = builder.sec_key();
    }
    if args.tls {
        builder = builder.tls();
    }
    if let Some(path) = &args.scenario {
        let unread = |error: io::Error| {
            let why = reason(&error);
            Failure::invalid(format!("{} cannot be read ({why}): give --scenario the path of a file", path.display()))
        };
        let text = input::small_text(path, LONGEST_SCENARIO).map_err(unread)?;
        let unusable = |error: io::Error| Failure::invalid(format!("{}: {error}", path.display()));
        builder = builder.scenario(&text).map_err(unusable)?;
    }
    if let Some(url) = &args.callback_url {
        builder = builder.callback_url(url);
    }
    let sandbox = builder.start().map_err(|error| not_started(&error))?;
    let pem = sandbox.ca_pem().unwrap_or_default();
    let files = [(key_out, sandbox.credentials().api_key().expose()), (ca_out, pem.as_str())];
    let files = files.into_iter().filter_map(|(out, text)| Some((out?, text)));
    // Both are on the disk before either has its name.
    let prepared = files.map(|(out, text)| Ok((out.prepared(text)?, out))).collect::<Result<Vec<_>, Failure>>()?;
    prepared.into_iter().try_for_each(|(file, out)| out.named(file))?;
    output::data(&format!("{}\n", sandbox.base_url()))?;
    plain::note(&hint(args, &sandbox, own_key));
    plain::note(&official_clients(&sandbox.base_url()));
    sandbox.run();
    Ok(DONE)
}

/// A loopback address, unless another is wanted in so many words: the sandbox is made for the machine it runs on.
fn address(args: &SandboxArgs) -> Result<SocketAddr, Failure> {
    let listen: SocketAddr = args.listen.parse().map_err(|_| {
        Failure::invalid(
            "--listen needs an address and a port: 127.0.0.1:8080, [::1]:8080, or 127.0.0.1:0 for any free port",
        )
    })?;
    if !listen.ip().is_loopback() && !args.allow_remote {
        return Err(Failure::invalid(
            "--listen is not a loopback address, so that other machines could reach the sandbox: use 127.0.0.1, or say --allow-remote",
        ));
    }
    Ok(listen)
}

/// Returns the credentials to serve: a new key if it is to be written out, else the configured ones. None where there is no key
/// at all, which leaves the sandbox the one in its source.
fn credentials(args: &SandboxArgs, configured: &Configured<'_>) -> Result<Option<Credentials>, Failure> {
    let partner_id = configured.partner_id()?;
    let key = if args.api_key_out.is_some() { Some(made_key()?) } else { configured.api_key()? };
    let Some(key) = key else {
        return match partner_id {
            None => Ok(None),
            Some(_) => Err(Failure::new(
                Kind::Credentials,
                "the API key is missing: give --api-key-file PATH or SMILEID_API_KEY, or --api-key-out PATH to have one made",
            )),
        };
    };
    let partner_id = partner_id.map_or_else(|| PartnerId::new(OWN_PARTNER), Ok)?;
    Ok(Some(Credentials::new(partner_id, key)))
}

/// A new random key. For the legacy scheme the sandbox replaces it with one of a pair.
fn made_key() -> Result<ApiKey, Failure> {
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|_| Failure::new(Kind::Internal, "no key can be made: the system gives no random numbers"))?;
    let mut text = String::with_capacity(2 * KEY_BYTES);
    for byte in bytes {
        let _written = write!(text, "{byte:02x}");
    }
    Ok(ApiKey::new(text)?)
}

/// What to do next, on standard error. The key in the source is no secret and is named; any other is not.
fn hint(args: &SandboxArgs, sandbox: &Sandbox, own_key: bool) -> String {
    let mut hint = format!(
        "smileid: sandbox for partner {}, until killed; its page is {}/",
        sandbox.credentials().partner_id(),
        sandbox.base_url().trim_end_matches("/v1")
    );
    if own_key {
        let _written =
            write!(hint, "; its API key is {} (no secret: everyone has it)", sandbox.credentials().api_key().expose());
    }
    if args.tls && args.ca_out.is_none() {
        hint += "; clients have to trust its certificate: --ca-out PATH writes it";
    }
    hint
}

/// How the vendor's own clients want the base URL written.
fn official_clients(base_url: &str) -> String {
    let before = base_url.trim_end_matches("/v1");
    format!("smileid: the official clients want {base_url} (Python, Ruby), {base_url}/ (PHP), {before} (Java)")
}

fn not_started(error: &io::Error) -> Failure {
    let kind = match error.kind() {
        ErrorKind::AddrInUse | ErrorKind::PermissionDenied | ErrorKind::AddrNotAvailable | ErrorKind::InvalidInput => {
            Kind::InvalidInput
        }
        _ => Kind::Internal,
    };
    Failure::new(kind, format!("the sandbox cannot be started: {error}"))
}
