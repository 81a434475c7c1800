//! Tokens of the v3 API: JWTs with the claims that the vendor's have, signed with a key of the sandbox's. They end by the jobs' clock.

use core::fmt;
use core::time::Duration;
use std::io;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac::{HMAC_SHA256, Key, sign, verify};
use ring::rand::SystemRandom;
use smileid_core::Moment;

use crate::tree::{Json, Map, MapExt as _};

/// How long a token is valid by default.
pub(crate) const LIVES: Duration = Duration::from_secs(15 * 60);
/// How a token begins that is not a JWT.
const OPAQUE: &str = "opaque_";

/// Makes tokens, and honours them until they end.
pub(crate) struct Tokens {
    key: Key,
    lives: Duration,
    /// `http://127.0.0.1:PORT/v3`
    api_url: String,
}

/// When something happens, by both clocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    pub(crate) wall: Moment,
    pub(crate) jobs: Duration,
}

/// What a token is, beside what is usual.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Unusual<'u> {
    /// Whether its time was over an hour ago.
    pub(crate) ended: bool,
    pub(crate) api_url: Option<&'u str>,
}

impl Tokens {
    pub(crate) fn new(origin: &str, lives: Duration) -> io::Result<Self> {
        let no_entropy = |_| io::Error::other("the system gives no randomness");
        let key = Key::generate(HMAC_SHA256, &SystemRandom::new()).map_err(no_entropy)?;
        Ok(Self { key, lives, api_url: format!("{origin}/v3") })
    }

    /// A token for a partner, whose id has no leading zeros.
    pub(crate) fn jwt(&self, partner: &str, now: Now, unusual: Unusual<'_>) -> String {
        const HOUR: i64 = 3600;
        let lives = i64::try_from(self.lives.as_secs()).unwrap_or(i64::MAX);
        let issued = now.wall.unix_millis() / 1000 - if unusual.ended { lives.saturating_add(HOUR) } else { 0 };
        // Claims are by the wall clock, as clients read them; the end that counts here is by the jobs' clock.
        let ends = if unusual.ended { 0 } else { self.ends(now) };
        let header = Map::new().with("alg", "HS256").with("typ", "JWT").with("kid", ends.to_string());
        let claims = Map::new()
            .with("aud", "smileid-api")
            .with("iss", "smileid-auth")
            .with("exp", issued.saturating_add(lives))
            .with("iat", issued)
            .with("nbf", issued)
            .with("key_id", "sandbox")
            .with("partner_id", partner)
            .with("payload", Map::new())
            .with("api_url", unusual.api_url.unwrap_or(&self.api_url));
        let part = |map: &Map| URL_SAFE_NO_PAD.encode(map.to_text());
        self.signed(&format!("{}.{}", part(&header), part(&claims)))
    }

    /// A token that is valid and nothing to look into.
    pub(crate) fn opaque(&self, now: Now) -> String {
        self.signed(&format!("{OPAQUE}{}", self.ends(now)))
    }

    /// Checks whether a token is one of this sandbox and still valid, or returns why not.
    pub(crate) fn check(&self, token: &str, now: Duration) -> Result<(), &'static str> {
        const STRANGE: &str = "this token is not one of this sandbox: fetch one from /v3/token";
        let (signed, mac) = token.rsplit_once('.').ok_or(STRANGE)?;
        let mac = URL_SAFE_NO_PAD.decode(mac).map_err(|_| STRANGE)?;
        verify(&self.key, signed.as_bytes(), &mac).map_err(|_| STRANGE)?;
        let ends: u128 = match signed.strip_prefix(OPAQUE) {
            Some(ends) => ends.parse().ok(),
            None => kid(signed),
        }
        .ok_or(STRANGE)?;
        if now.as_millis() < ends { Ok(()) } else { Err("this token has ended: fetch another from /v3/token") }
    }

    fn ends(&self, now: Now) -> u128 {
        now.jobs.saturating_add(self.lives).as_millis()
    }

    fn signed(&self, text: &str) -> String {
        let mac = URL_SAFE_NO_PAD.encode(sign(&self.key, text.as_bytes()));
        format!("{text}.{mac}")
    }
}

fn kid(signed: &str) -> Option<u128> {
    let header = URL_SAFE_NO_PAD.decode(signed.split('.').next()?).ok()?;
    serde_json::from_slice::<Json>(&header).ok()?.get("kid")?.as_str()?.parse().ok()
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("lives", &self.lives).finish_non_exhaustive()
    }
}
