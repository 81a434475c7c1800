//! What a token says of itself. Its signature is not checked, since this side has no key for that: a claim is a hint, and never a yes.

use alloc::string::String;
use core::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use smileid_core::Moment;
use smileid_core::json::Options;
use zeroize::Zeroizing;

use crate::fields::{self, Field};

/// No token lives longer here, whatever it says: the portal's longest is 8 hours.
const LONGEST: Duration = Duration::from_secs(8 * 3600);
/// A token is refreshed so long before its end, or a tenth of its life before if that is less.
const MARGIN: Duration = Duration::from_secs(60);

/// Why a token is used once only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// It is not a JWT, or its claims cannot be read.
    NotJwt,
    /// It names no end.
    NoEnd,
    /// Its end is in the past.
    Ended,
}

/// The claims that matter.
#[derive(Default)]
pub(crate) struct Claims {
    pub(crate) life: Option<Duration>,
    pub(crate) doubt: Option<Doubt>,
    pub(crate) partner: Option<String>,
    pub(crate) api_url: Option<String>,
}

impl Claims {
    /// Reads the claims of a token that came at `now`.
    pub(crate) fn of(token: &str, now: Moment) -> Self {
        Self::read(token, now).unwrap_or(Self { doubt: Some(Doubt::NotJwt), ..Self::default() })
    }

    fn read(token: &str, now: Moment) -> Option<Self> {
        let mut parts = token.split('.');
        let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let payload = Zeroizing::new(URL_SAFE_NO_PAD.decode(payload).ok()?);
        let names = ["exp", "iat", "partner_id", "api_url"];
        let [exp, iat, partner, api_url] = fields::read(&payload, Options::STRICT, names).ok()?;
        let partner = match partner {
            Field::Text(text) => Some(text.into_owned()),
            Field::Integer(number) => Some(alloc::format!("{number}")),
            Field::Missing | Field::Other => None,
        };
        let api_url = api_url.text().map(Into::into);
        let (life, doubt) = life(exp.integer(), iat.integer(), now);
        Some(Self { life, doubt, partner, api_url })
    }
}

/// How long the token may be used from now on. The length is the token's own, so that a wrong clock here does not matter.
fn life(exp: Option<i64>, iat: Option<i64>, now: Moment) -> (Option<Duration>, Option<Doubt>) {
    let Some(exp) = exp else { return (None, Some(Doubt::NoEnd)) };
    let wall = now.unix_millis().div_euclid(1000);
    let length = exp.saturating_sub(iat.unwrap_or(wall));
    match u64::try_from(length) {
        Ok(seconds) if seconds > 0 && exp > wall => {
            let life = Duration::from_secs(seconds).min(LONGEST);
            (Some(life.saturating_sub(MARGIN.min(life / 10))), None)
        }
        _ => (None, Some(Doubt::Ended)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    const NOW: Moment = Moment::new(1_791_115_200_000, Duration::ZERO);
    const NOON: i64 = 1_791_115_200;

    fn of(payload: &str) -> Claims {
        Claims::of(&format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload)), NOW)
    }

    #[test]
    fn life_is_the_tokens_own_length_less_a_margin() {
        for (exp, iat, seconds) in [
            (900, 0, 840),
            (100, 0, 90),
            (1, 0, 0),
            (8 * 3600, 0, 8 * 3600 - 60),
            (1_000_000, 0, 8 * 3600 - 60),
            // A clock here that is 10 minutes slow, and one that is 10 minutes fast.
            (1500, 600, 840),
            (300, -600, 840),
        ] {
            let claims = of(&format!(r#"{{"exp":{},"iat":{}}}"#, NOON + exp, NOON + iat));
            assert_eq!(claims.life.map(|life| life.as_secs()), Some(seconds), "{exp} {iat}");
            assert_eq!(claims.doubt, None);
        }
        assert_eq!(of(&format!(r#"{{"exp":{}}}"#, NOON + 900)).life, Some(Duration::from_secs(840)));
    }

    #[test]
    fn a_token_of_unknown_or_past_end_is_used_once() {
        for (payload, doubt) in [
            (format!(r#"{{"exp":{},"iat":{}}}"#, NOON, NOON - 900), Doubt::Ended),
            (format!(r#"{{"exp":{},"iat":{}}}"#, NOON + 900, NOON + 900), Doubt::Ended),
            (format!(r#"{{"exp":{},"iat":{}}}"#, i64::MIN, i64::MAX), Doubt::Ended),
            ("{}".into(), Doubt::NoEnd),
            (r#"{"exp":"soon"}"#.into(), Doubt::NoEnd),
            (r#"{"exp":1,"exp":2}"#.into(), Doubt::NotJwt),
            ("[]".into(), Doubt::NotJwt),
            ("{".into(), Doubt::NotJwt),
        ] {
            let claims = of(&payload);
            assert_eq!((claims.life, claims.doubt), (None, Some(doubt)), "{payload}");
        }
        for token in ["", "opaque", "a.b", "e30.e30.c2ln.x", "e30.e3+.c2ln", "e30.e30=.c2ln"] {
            assert_eq!(Claims::of(token, NOW).doubt, Some(Doubt::NotJwt), "{token}");
        }
    }

    #[test]
    fn partner_and_host_are_read() {
        let claims = of(r#"{"partner_id":"002","api_url":"https://a.example/v3"}"#);
        assert_eq!((claims.partner.as_deref(), claims.api_url.as_deref()), (Some("002"), Some("https://a.example/v3")));
        assert_eq!(of(r#"{"partner_id":2}"#).partner.as_deref(), Some("2"));
    }
}
