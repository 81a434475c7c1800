//! Jobs that were never created: their ids say what they are, for any user.

use crate::model::{Job, Odd, Product, Stage, is_v3};

/// The user of a v3 job that was never created.
pub(crate) const V3_USER: &str = "user-7";

/// How a v3 id ends that speaks of a job: the word, in digits that such an id may have. They read 1 for l and i, and 0 for o.
const V3_WORDS: [(&str, Stage); 5] = [
    ("c1ear", Stage::Approved),
    ("b10ck", Stage::Rejected),
    ("attent10n", Stage::Provisional),
    ("err0r", Stage::NoVerdict),
    ("pr0cess1ng", Stage::Pending),
];

/// The job that an id speaks of: `approved-x`, `pending-3-approved-x`, before it a product (`aml_check-rejected-x`) and oddities
/// (`odd-code_number-approved-x`). A v3 id speaks by its end.
pub(crate) fn job(user_id: &str, job_id: &str) -> Option<Job> {
    if is_v3(job_id) {
        let (_, stage) = V3_WORDS.iter().find(|(word, _)| job_id.ends_with(word))?;
        return Some(Job::new(user_id, job_id).then(stage.clone(), 1));
    }
    let mut job = Job::new(user_id, job_id);
    let mut rest = job_id;
    loop {
        let (word, after) = rest.split_once('-')?;
        if let Some(product) = Product::named(word) {
            job = job.product(product);
        } else if word == "odd" {
            let (name, after) = after.split_once('-')?;
            job = job.odd(Odd::from_name(name)?);
            rest = after;
            continue;
        } else {
            return course(job, word, after);
        }
        rest = after;
    }
}

fn course(job: Job, word: &str, rest: &str) -> Option<Job> {
    let stage = Stage::named(word)?;
    if stage == Stage::Document {
        return None;
    }
    let mut words = rest.split('-');
    let polls = words.next().and_then(|count| count.parse().ok());
    let next = words.next().and_then(Stage::named);
    Some(match (polls, next) {
        (Some(polls), Some(next)) if !stage.is_final() || next.is_final() => job.then(stage, polls).then(next, 1),
        _ => job.then(stage, 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_speak_for_themselves() {
        let words = |id: &str| {
            job("anyone", id).map(|job| {
                let steps: Vec<_> = job.steps.iter().map(|step| format!("{} {}", step.stage, step.lasts)).collect();
                steps.join(", ")
            })
        };
        for (id, expected) in [
            ("approved-1", "approved 1"),
            ("provisional-1", "provisional 1"),
            ("rejected-", "rejected 1"),
            ("pending-1", "pending 1"),
            ("pending-3-approved-x", "pending 3, approved 1"),
            ("pending-3-approved", "pending 3, approved 1"),
            ("pending-3-approved-x-y", "pending 3, approved 1"),
            ("pending-0-rejected-x", "pending 0, rejected 1"),
            ("no_zip_file-2-provisional-x", "no_zip_file 2, provisional 1"),
            ("provisional-2-approved-x", "provisional 2, approved 1"),
            ("pending-3", "pending 1"),
            ("pending-3-x", "pending 1"),
            ("pending-three-approved-x", "pending 1"),
            ("not_found-2-approved-x", "not_found 2, approved 1"),
        ] {
            assert_eq!(words(id).as_deref(), Some(expected), "{id}");
        }
        for id in ["approved", "other-1", "document-1", "Approved-1", "", "-", "odd-code_number", "odd-x-approved-1"] {
            assert_eq!(words(id), None, "{id}");
        }
    }

    #[test]
    fn v3_ids_speak_by_their_end() {
        for (word, stage) in V3_WORDS {
            let id = format!("job_{:0<width$}{word}", "01m43cj1g0f3strf", width = 26 - word.len());
            assert!(is_v3(&id), "{id}");
            assert_eq!(job("anyone", &id).unwrap().steps.first().unwrap().stage, stage);
        }
        for id in ["job_01m43cj1g0f3strfaebxg730mk", "job_c1ear", "c1ear", "job_01m43cj1g0f3strfaebxgclear"] {
            assert!(job("anyone", id).is_none(), "{id}");
        }
    }

    #[test]
    fn ids_name_products_and_oddities() {
        let job = job("anyone", "aml_check-odd-code_number-odd-result_null-rejected-x").unwrap();
        assert_eq!((job.product, job.odd), (Product::AmlCheck, vec![Odd::CodeNumber, Odd::ResultNull]));
        assert_eq!(job.steps.len(), 1);
    }
}
