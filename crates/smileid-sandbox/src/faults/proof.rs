//! Whole final replies whose proof is out of the ordinary. Each is a forgery, or genuine and about something else.

use smileid_core::{Response, unkeyed_hash};

use super::Fault;
use super::draft::Draft;
use super::question::FaultRequest;

const SECOND: i64 = 1000;
const DAY: i64 = 24 * 3600 * SECOND;
/// The alphabet of base64, by which single bits of a signature are changed.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// The position of the last digit before the padding in a quoted signature of 44 characters.
const LAST_DIGIT: usize = 43;

/// The reply to this question.
pub(super) fn reply(fault: Fault, question: &FaultRequest<'_>) -> Option<Response> {
    let good = Draft::approved(question);
    let (timestamp, signature) = question.signed(0);
    let about = |user: &str, job: &str| {
        let params = Draft::params(user, job, "4").text();
        good.clone().with("result", &Draft::result(question).with("PartnerParams", &params).text())
    };
    let draft = match fault {
        // The first character is the opening quote.
        Fault::BadMac => good.with("signature", &with_bit_flipped(&signature, 1)),
        Fault::UrlSafeBase64 => {
            // Not every signature has a digit in which the two alphabets differ: the next of a later millisecond may.
            let mut signed = (0..100).map(|later| question.signed(later));
            let (timestamp, signature) = signed.find(|(_, s)| s.contains(['+', '/']))?;
            good.proven_by(&(timestamp, signature.replace('+', "-").replace('/', "_")))
        }
        Fault::NoPadding => good.with("signature", &signature.replace('=', "")),
        Fault::TrailingBits => good.with("signature", &with_bit_flipped(&signature, LAST_DIGIT)),
        Fault::Signed301sOld => good.proven_by(&question.signed(-301 * SECOND)),
        Fault::Signed301sAhead => good.proven_by(&question.signed(301 * SECOND)),
        Fault::Reflected => good.proven_by(&(question.timestamp.clone(), question.signature.clone())),
        Fault::Replayed => good.proven_by(&question.signed(-DAY)),
        Fault::SecondKey => good.proven_by(&question.signed_as(&question.second_key()?, 0)),
        Fault::OtherPartner => good.proven_by(&question.signed_as(&question.other_partner()?, 0)),
        Fault::OtherJob => about(&question.user, "\"another-job\""),
        Fault::OtherUser => about("\"another-user\"", &question.job),
        Fault::Unsigned => good.without("signature"),
        Fault::BareHash => {
            let hash = unkeyed_hash(question.credentials.partner_id(), timestamp.trim_matches('"')).ok()?;
            good.with("signature", &format!("\"{}\"", hash.as_str()))
        }
        _ => return None,
    };
    Some(draft.reply())
}

/// The text with the lowest bit of one of its base64 digits flipped.
fn with_bit_flipped(text: &str, at: usize) -> String {
    let flipped = |c: char| {
        let value = ALPHABET.iter().position(|digit| char::from(*digit) == c);
        value.and_then(|value| ALPHABET.get(value ^ 1)).map_or(c, |digit| char::from(*digit))
    };
    text.chars().enumerate().map(|(i, c)| if i == at { flipped(c) } else { c }).collect()
}
