//! Callbacks of jobs with a v3 id: the body in snake case, and beside it in the head the ids and a pair that signs only the time.

use smileid_core::{Moment, Timestamp};

use super::{API_VERSION, message, word};
use crate::jobs::Seen;
use crate::model::Stage;
use crate::replies::{Scene, Webhook, links, pair_and_ids};
use crate::tree::{Json, Map, MapExt as _};

/// The callback of the stage that a job is at.
pub(crate) fn webhook(scene: Scene<'_>, seen: &Seen, now: Moment) -> Option<Webhook> {
    let (_, word) = word(seen.stage())?;
    let job = &seen.job;
    let signed = scene.partner.sign_at(scene.partner.plain(now), false);
    let ended = word != "processing";
    let at = Json::from(Timestamp::at(now).as_str());
    let params = job.params.iter().fold(Map::new(), |map, (name, value)| map.with(name.clone(), value.clone()));
    let body = Map::new()
        .with("status", word)
        .with("message", message(word))
        .with("reason", reason(seen.stage()))
        .with("product", job.product.as_str())
        .with("created_at", at.clone())
        .with("completed_at", if ended { at } else { Json::Null })
        .with("partner_params", params)
        .with("image_links", if ended { links(scene, seen) } else { Map::new() });
    let mut fields = pair_and_ids(job, signed.timestamp.as_str().to_owned(), signed.proof);
    fields.push(("Api-Version", API_VERSION.to_owned()));
    Some((fields, body.to_text()))
}

/// Why a job ended so, in a word of the vendor's; none if it is clear or not over.
const fn reason(stage: &Stage) -> Option<&'static str> {
    match stage {
        Stage::Rejected => Some("face_verification_failed"),
        Stage::Provisional => Some("medium_risk"),
        Stage::NoVerdict => Some("service_unavailable"),
        _ => None,
    }
}
