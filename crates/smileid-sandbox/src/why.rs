//! Why a proof does not hold: each of the usual mistakes is tried until one explains it. It only explains; the refusal
//! is already decided.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use ring::hmac::{HMAC_SHA256, Key, verify};
use smileid_core::KeySlot;

use crate::other_time;
use crate::partner::{Partner, Shown};
use crate::request::Stamp;

/// What every signed message ends with.
const TAG: &str = "sid_request";

/// Why a request from another partner than this sandbox's is refused.
pub(crate) fn of_partner(own: &str, sent: &str) -> String {
    if sent.trim_start_matches('0') == own.trim_start_matches('0') {
        return "the partner id has lost or gained leading zeros: it is text, to be sent and signed as the portal shows it"
            .into();
    }
    "the partner id is another than this sandbox's: start it with yours, or take the one it prints".into()
}

/// Why a signature or `sec_key` does not hold.
pub(crate) fn of_proof(partner: &Partner, stamp: Stamp<'_>, shown: Shown<'_>) -> String {
    match shown {
        Shown::Signature(text) => of_signature(partner, stamp.text, text),
        Shown::SecKey(text) => of_sec_key(partner, stamp.text, text),
    }
}

/// Why a timestamp that lies too far from now is refused. Both times are in milliseconds.
pub(crate) fn of_age(sent: i64, now: i64) -> String {
    const QUARTER: i64 = 15 * 60 * 1000;
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let off = sent.saturating_sub(now);
    let whole = (off + off.signum() * QUARTER / 2) / QUARTER * QUARTER;
    if whole != 0 && off.abs_diff(whole) <= 60_000 && off.abs() < DAY {
        let (sign, minutes) = (if off < 0 { '-' } else { '+' }, whole.abs() / 60_000);
        return format!(
            "the timestamp is {sign}{:02}:{:02} from now, as local time labelled Z is: write UTC (it is also refused where it is {})",
            minutes / 60,
            minutes % 60,
            if off < 0 { "old" } else { "ahead" }
        );
    }
    let side = if off < 0 { "old: sign each request anew" } else { "ahead: check this machine's clock" };
    format!("the timestamp is {} s {side} (at most 300 s either way are taken)", off.abs() / 1000)
}

fn of_signature(partner: &Partner, timestamp: &str, text: &str) -> String {
    if partner.slot(timestamp, text) == Some(KeySlot::Previous) {
        return "the signature was made with the previous key: rotating a key disables the old one at once".into();
    }
    let Some((mac, form)) = mac_of(text) else {
        return "the signature is no base64 of 32 bytes: it is base64 (44 characters) of the raw HMAC-SHA256".into();
    };
    let tries = Tries { id: partner.id(), timestamp, mac: &mac };
    let key = partner.credentials.api_key().expose();
    if let Some(form) = form.filter(|_| tries.holds(key, tries.id, timestamp)) {
        return format!(
            "the signature is right but for its form: it is {form}, and has to be standard base64 with padding"
        );
    }
    if let Some(reason) = tries.with_key(key) {
        return reason;
    }
    let other = partner.other_environment.as_ref();
    if other.is_some_and(|key| tries.holds(key.expose(), tries.id, timestamp)) {
        return "the signature was made with the other environment's key".into();
    }
    "the signature does not hold: another key or another timestamp was signed with. The key is most likely the other environment's or an \
     old one, or the timestamp in the body is not the very text that was signed. It is none of the usual mistakes with this key: zeros \
     dropped from the partner id, the key base64-decoded first, \"sid_request\" left out"
        .into()
}

/// Returns the MAC a text encodes, and its form if that differs from the right one.
fn mac_of(text: &str) -> Option<(Vec<u8>, Option<&'static str>)> {
    let whole = |bytes: Vec<u8>| (bytes.len() == 32).then_some(bytes);
    let forms = [
        (STANDARD.decode(text), None),
        (STANDARD_NO_PAD.decode(text), Some("base64 without padding")),
        (URL_SAFE.decode(text), Some("base64 for URLs")),
        (URL_SAFE_NO_PAD.decode(text), Some("base64 for URLs without padding")),
    ];
    let of_base64 = forms.into_iter().find_map(|(decoded, form)| Some((whole(decoded.ok()?)?, form)));
    let of_hex = || Some((whole(unhex(text.as_bytes())?)?, Some("hexadecimal")));
    let of_both = || Some((whole(unhex(&STANDARD.decode(text).ok()?)?)?, Some("base64 of hexadecimal digits")));
    of_base64.or_else(of_hex).or_else(of_both)
}

fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks(2).map(pair).collect()
}

/// A MAC, and what it should have been made over.
struct Tries<'t> {
    id: &'t str,
    timestamp: &'t str,
    mac: &'t [u8],
}

impl Tries<'_> {
    fn holds(&self, key: &str, id: &str, timestamp: &str) -> bool {
        self.made_over(key.as_bytes(), &[timestamp, id, TAG])
    }

    fn made_over(&self, key: &[u8], parts: &[&str]) -> bool {
        let key = Key::new(HMAC_SHA256, key);
        verify(&key, parts.concat().as_bytes(), self.mac).is_ok()
    }

    /// The mistake that explains the MAC, the key being the right one.
    fn with_key(&self, key: &str) -> Option<String> {
        let (id, timestamp) = (self.id, self.timestamp);
        let without_zeros = id.trim_start_matches('0');
        if without_zeros != id && self.holds(key, without_zeros, timestamp) {
            return Some(
                "the signature was made over the partner id without its leading zeros: it is text, not a number".into(),
            );
        }
        let decoded = [STANDARD.decode(key), STANDARD_NO_PAD.decode(key)].into_iter().find_map(Result::ok);
        if decoded.is_some_and(|decoded| self.made_over(&decoded, &[timestamp, id, TAG])) {
            return Some("the key was base64-decoded before signing: its text is the key, as it is".into());
        }
        if self.made_over(key.as_bytes(), &[timestamp, id]) {
            return Some(
                "\"sid_request\" was left out: it ends the signed text, after timestamp and partner id".into(),
            );
        }
        if self.made_over(key.as_bytes(), &[id, timestamp, TAG]) {
            return Some("the signed text has the partner id before the timestamp: the timestamp comes first".into());
        }
        let trimmed = key.trim();
        if trimmed != key && self.holds(trimmed, id, timestamp) || self.holds(&format!("{key}\n"), id, timestamp) {
            return Some(
                "the key was used with white space (a line end of its file, say) around it, or without its own".into(),
            );
        }
        self.other_time(key).then(|| {
            "the timestamp in the body is another than the one that was signed: make it once and use its exact text for both".into()
        })
    }

    /// Whether another text of the same moment, or of one near it, was signed.
    fn other_time(&self, key: &str) -> bool {
        let key = Key::new(HMAC_SHA256, key.as_bytes());
        let end = [self.id, TAG].concat();
        other_time::was_signed(self.timestamp, |text| {
            verify(&key, [text, end.as_str()].concat().as_bytes(), self.mac).is_ok()
        })
    }
}

fn of_sec_key(partner: &Partner, timestamp: &str, text: &str) -> String {
    if !partner.uses_sec_key() {
        return "this sandbox takes signature, not sec_key: start it for sec_key, or sign with HMAC".into();
    }
    let Some((_, hash)) = text.split_once('|') else {
        return "sec_key has no | in it: it is base64 of the sealed hash, |, and the hash in hexadecimal".into();
    };
    let Some(own) = partner.hash(timestamp) else {
        return "the partner id must contain only digits for sec_key".into();
    };
    let Some((opened, _)) = partner.opened(text) else {
        return "the left half of sec_key cannot be opened: it was sealed with another key, most likely the other environment's or an old \
                one, or is no base64"
            .into();
    };
    if opened != hash.as_bytes() {
        return "the two halves of sec_key are over different hashes: seal the 64 hexadecimal digits themselves".into();
    }
    if own.eq_ignore_ascii_case(hash) {
        return "sec_key does not hold".into();
    }
    let zeros = ring::digest::digest(&ring::digest::SHA256, format!("{}:{timestamp}", partner.id()).as_bytes());
    if unhex(hash.as_bytes()).is_some_and(|hash| hash == zeros.as_ref()) {
        return "the hash of sec_key was made over the partner id with its zeros: there it is an integer, without them"
            .into();
    }
    "the hash of sec_key is over another text than \"<partner id as integer>:<timestamp>\": the timestamp in the body is most likely \
     another than the one that was hashed"
        .into()
}
