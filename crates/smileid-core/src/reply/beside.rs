//! Fields on which acceptance rests, when they come at another place or in another spelling than the documented one.
//!
//! They are never read in place of the documented field. They can only take an acceptance away: an id must be the one that was asked for,
//! and a decision must say the same.

use super::raw::Raw;
use crate::json::JsonType;

/// What such a field speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    UserId,
    JobId,
    /// `userId` and the like within `PartnerParams`: the partner's own field, unless that object has no documented one.
    OwnUserId,
    /// `jobId` and the like, in the same way.
    OwnJobId,
    JobType,
    /// `PartnerParams` that is there and is no object.
    Unreadable,
    JobComplete,
    JobSuccess,
    Code,
    ResultCode,
    IsFinalResult,
}

/// A field of the root or the result that is not documented there under this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sibling {
    /// A single value.
    Value(Beside),
    /// Another `PartnerParams`.
    Params,
    /// Other `Actions`.
    Actions,
}

/// The longest name below, without what `folded` drops.
const LONGEST: usize = 13;

/// What a field of the root or the result speaks of, in any spelling: `user_id`, `userId`, `UserID`.
pub(super) fn in_service_object(key: &str) -> Option<Sibling> {
    Some(match folded(key, &mut [0; LONGEST])? {
        b"userid" => Sibling::Value(Beside::UserId),
        b"jobid" => Sibling::Value(Beside::JobId),
        b"jobtype" => Sibling::Value(Beside::JobType),
        b"jobcomplete" => Sibling::Value(Beside::JobComplete),
        b"jobsuccess" => Sibling::Value(Beside::JobSuccess),
        b"resultcode" => Sibling::Value(Beside::ResultCode),
        b"isfinalresult" => Sibling::Value(Beside::IsFinalResult),
        b"partnerparams" => Sibling::Params,
        b"actions" => Sibling::Actions,
        _ => return None,
    })
}

/// The same for a field of the root only, where `code` is the code of the call.
pub(super) fn in_root(key: &str) -> Option<Sibling> {
    if key.len() == 4 && key.eq_ignore_ascii_case("code") {
        return Some(Sibling::Value(Beside::Code));
    }
    in_service_object(key)
}

/// What a field within `PartnerParams` speaks of, in another spelling than the documented one.
pub(super) fn in_params(key: &str) -> Option<Sibling> {
    match folded(key, &mut [0; LONGEST])? {
        b"userid" => Some(Sibling::Value(Beside::OwnUserId)),
        b"jobid" => Some(Sibling::Value(Beside::OwnJobId)),
        _ => None,
    }
}

/// Whether `outcome` of the step `name` takes an approval away: the result rests on the step, and it failed or cannot be read.
///
/// The result rests on liveness, on comparisons and checks of selfies and documents, and on what a person reviewed.
pub(super) fn failed(name: &str, outcome: Raw<'_>) -> bool {
    // Nearly every step of a reply went well: that is seen faster than which step it is.
    fails(outcome) && rests_on(name)
}

fn rests_on(name: &str) -> bool {
    const PARTS: [&str; 6] =
        ["liveness", "compare", "human_review", "selfie_check", "document_check", "verify_document"];
    PARTS.iter().any(|part| contains(name.as_bytes(), part.as_bytes()))
}

/// `Failed` and `Rejected` in any case, with whatever follows, and what is neither text nor null.
fn fails(outcome: Raw<'_>) -> bool {
    match outcome.json_type() {
        JsonType::Null => false,
        JsonType::String => outcome.string().is_none_or(|text| {
            let begins = |word: &str| text.trim_start().get(..word.len()).is_some_and(|t| t.eq_ignore_ascii_case(word));
            begins("fail") || begins("reject")
        }),
        _ => true,
    }
}

/// Whether `name` contains `part`, in any case, with `_` or without.
fn contains(name: &[u8], part: &[u8]) -> bool {
    (0..name.len()).any(|from| name.get(from..).is_some_and(|rest| begins_with(rest, part)))
}

fn begins_with(rest: &[u8], part: &[u8]) -> bool {
    let mut rest = rest.iter().filter(|b| !is_joint(**b));
    part.iter().filter(|b| !is_joint(**b)).all(|wanted| rest.next().is_some_and(|b| b.eq_ignore_ascii_case(wanted)))
}

/// `key` without what joins words, in small letters; none if it is longer than any name that counts.
fn folded<'b>(key: &str, room: &'b mut [u8; LONGEST]) -> Option<&'b [u8]> {
    let mut len = 0;
    for byte in key.bytes().filter(|b| !is_joint(*b)) {
        *room.get_mut(len)? = byte.to_ascii_lowercase();
        len += 1;
    }
    room.get(..len)
}

const fn is_joint(byte: u8) -> bool {
    matches!(byte, b'_' | b'-' | b' ' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_name_is_the_same_name() {
        for key in ["user_id", "userId", "UserId", "UserID", "USER_ID", "user-id", "User Id", "userid"] {
            assert_eq!(in_service_object(key), Some(Sibling::Value(Beside::UserId)), "{key}");
            assert_eq!(in_params(key), Some(Sibling::Value(Beside::OwnUserId)), "{key}");
        }
        for (key, sibling) in [
            ("Job-ID", Sibling::Value(Beside::JobId)),
            ("jobType", Sibling::Value(Beside::JobType)),
            ("JobComplete", Sibling::Value(Beside::JobComplete)),
            ("jobSuccess", Sibling::Value(Beside::JobSuccess)),
            ("result_code", Sibling::Value(Beside::ResultCode)),
            ("is_final_result", Sibling::Value(Beside::IsFinalResult)),
            ("partner_params", Sibling::Params),
            ("partnerParams", Sibling::Params),
            ("actions", Sibling::Actions),
        ] {
            assert_eq!(in_service_object(key), Some(sibling), "{key}");
            assert_eq!(in_root(key), Some(sibling), "{key}");
        }
        assert_eq!((in_root("Code"), in_service_object("Code")), (Some(Sibling::Value(Beside::Code)), None));
        for key in ["", "SmileJobID", "smile_user_id", "internal_user_id", "id", "_", "ResultCodes", "useridd"] {
            assert_eq!((in_service_object(key), in_params(key)), (None, None), "{key}");
        }
    }
}
