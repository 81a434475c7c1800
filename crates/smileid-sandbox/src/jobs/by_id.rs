//! Jobs that were never created: their ids say what they are, for any user.

use crate::model::{Job, Odd, Product, Stage};

/// The job that an id speaks of: `approved-x`, `pending-3-approved-x`, before it a product (`aml_check-rejected-x`) and oddities
/// (`odd-code_number-approved-x`).
pub(crate) fn job(user_id: &str, job_id: &str) -> Option<Job> {
    let mut job = Job::new(user_id, job_id);
    let mut rest = job_id;
    loop {
        let (word, after) = rest.split_once('-')?;
        if let Some(product) = Product::named(word) {
            job = job.product(product);
        } else if word == "odd" {
            let (name, after) = after.split_once('-')?;
            job = job.odd(Odd::named(name)?);
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
    fn ids_name_products_and_oddities() {
        let job = job("anyone", "aml_check-odd-code_number-odd-result_null-rejected-x").unwrap();
        assert_eq!((job.product, job.odd), (Product::AmlCheck, vec![Odd::CodeNumber, Odd::ResultNull]));
        assert_eq!(job.steps.len(), 1);
    }
}
