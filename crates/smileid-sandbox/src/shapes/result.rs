//! The `result` object of each product and outcome, and what is made of it: history entries and callbacks.

use super::person::{Dice, Person};
use crate::model::{Job, Outcome, Product};
use crate::tree::{Json, Map, MapExt as _};

/// The result of a job, in the order of the document's own.
pub(crate) fn result(job: &Job, outcome: Outcome, seed: u64) -> Map {
    let (code, text) = job.product.result(outcome);
    let is_final = outcome != Outcome::IdLeg;
    let flag = |yes: bool| if yes { "true" } else { "false" };
    let mut result = Map::new()
        .with("ResultCode", code)
        .with("ResultText", text)
        .with("ResultType", if is_id_check(job.product, outcome) { "ID Verification" } else { "SAIA" })
        .with("SmileJobID", smile_job_id(job, seed))
        .with("JSONVersion", "1.0.0")
        .with("IsFinalResult", flag(is_final))
        .with("IsMachineResult", "true");
    if job.product.has_selfie() && is_final {
        let confidence = match outcome {
            Outcome::Approved => "99",
            Outcome::Provisional => "97.000000",
            _ => "23.000000",
        };
        result = result.with("ConfidenceValue", confidence);
    }
    result = result.with("Actions", actions(job.product, outcome)).with("PartnerParams", partner_params(job));
    result.extend(data(job, outcome, seed));
    result
}

/// The ID leg of biometric KYC, for a job that is final.
pub(crate) fn id_leg(job: &Job, seed: u64) -> Map {
    result(job, Outcome::IdLeg, seed)
}

/// All that was sent to the callback, the latest first.
pub(crate) fn history(job: &Job, outcomes: impl Iterator<Item = Outcome>, seed: u64) -> Json {
    Json::Array(outcomes.map(|outcome| result(job, outcome, seed).into()).collect())
}

/// The body of a callback, but for its proof: the result flattened, with the names that callbacks have for some fields. The oddities of
/// the job that concern a result show in it, too.
pub(crate) fn callback(job: &Job, outcome: Outcome, seed: u64, links: Map) -> Map {
    let mut reply = Map::new().with("result", result(job, outcome, seed));
    for odd in &job.odd {
        odd.shape(&mut reply, job, seed);
    }
    let shaped = reply.map_mut("result").map(core::mem::take);
    // A result that is no object cannot be flattened: the callback then shows it as it usually is.
    let body = shaped.unwrap_or_else(|| result(job, outcome, seed));
    let named = |name: String| if name == "Secondary_ID_Number" { "SecondaryIDNumber".to_owned() } else { name };
    let mut body: Map = body.into_iter().map(|(name, value)| (named(name), value)).collect();
    if let Some(receipt) = reply.take("kyc_receipt") {
        body = body.with("KYCReceipt", receipt);
    }
    body.with("ImageLinks", links)
}

/// The body of a callback that says only that the job is being processed, but for its proof.
pub(crate) fn processing(job: &Job) -> Map {
    Map::new()
        .with("status", "processing")
        .with("product", job.product.as_str())
        .with("PartnerParams", partner_params(job))
}

/// The same members with their names in snake case: `KYCReceipt` is `kyc_receipt`.
pub(crate) fn in_snake_case(body: Map) -> Map {
    body.into_iter().map(|(name, value)| (snake_case(&name), value)).collect()
}

fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut before = '_';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let starts_word = letter.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || before.is_ascii_uppercase() && letters.peek().is_some_and(char::is_ascii_lowercase));
        if starts_word {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
        before = letter;
    }
    snake
}

/// The images a job of this product has.
pub(crate) const fn image_names(product: Product) -> &'static [&'static str] {
    if product.has_document() {
        &["selfie_image", "id_card_image", "id_card_back", "liveness_image"]
    } else if product.has_selfie() {
        &["selfie_image"]
    } else {
        &[]
    }
}

fn is_id_check(product: Product, outcome: Outcome) -> bool {
    outcome == Outcome::IdLeg || !product.has_selfie() && product != Product::AmlCheck
}

fn smile_job_id(job: &Job, seed: u64) -> String {
    format!("0000{}", Dice::of(seed, &["job", &job.user, &job.id]).digits(6))
}

fn actions(product: Product, outcome: Outcome) -> Map {
    let words = product.actions().iter().map(|(name, [good, bad, review])| {
        let word = match outcome {
            Outcome::Approved => good,
            Outcome::Rejected => bad,
            Outcome::Provisional => review,
            Outcome::NoVerdict => "Unable To Determine",
            Outcome::IdLeg if matches!(*name, "Verify_ID_Number" | "Return_Personal_Info") => good,
            Outcome::IdLeg => "Not Done",
        };
        (*name, word)
    });
    words.fold(Map::new(), |map, (name, word)| map.with(name, word))
}

fn partner_params(job: &Job) -> Map {
    let params = Map::new()
        .with("job_id", job.id.clone())
        .with("user_id", job.user.clone())
        .with("job_type", job.product.job_type());
    job.params.iter().fold(params, |map, (name, value)| map.with(name.clone(), value.clone()))
}

/// What the product reports about the person, the business or the lists.
fn data(job: &Job, outcome: Outcome, seed: u64) -> Map {
    let mut dice = Dice::of(seed, &["person", &job.user]);
    let person = Person::invent(&mut dice);
    let known = !matches!(outcome, Outcome::NoVerdict);
    match job.product {
        product if product.has_id_data() && known => id_data(&person, &mut dice),
        Product::BusinessVerification if known => business(&person, &mut dice),
        Product::AmlCheck => watch_lists(&person, outcome),
        _ => Map::new(),
    }
}

fn id_data(person: &Person, dice: &mut Dice) -> Map {
    let (country, _, id_type) = person.country;
    Map::new()
        .with("Country", country)
        .with("IDType", id_type)
        .with("IDNumber", person.id_number.clone())
        .with("FullName", person.name.clone())
        .with("DOB", person.birth.clone())
        .with("Gender", person.gender)
        .with("Address", person.address.clone())
        .with("PhoneNumber", person.phone.clone())
        .with("ExpirationDate", "2069-12-31")
        .with("Secondary_ID_Number", format!("000{}", dice.digits(8)))
}

fn business(person: &Person, dice: &mut Dice) -> Map {
    let company = Map::new()
        .with("legal_name", format!("{} Trading Ltd (invented)", person.name))
        .with("registration_number", format!("000{}", dice.digits(6)))
        .with("registration_date", "2015-01-28")
        .with("status", "Active")
        .with("address", person.address.clone());
    let director = Map::new().with("name", person.name.clone()).with("id_number", person.id_number.clone());
    let (country, _, _) = person.country;
    Map::new()
        .with("Country", country)
        .with("IDType", "BUSINESS_REGISTRATION")
        .with("IDNumber", format!("000{}", dice.digits(6)))
        .with("company_information", company)
        .with("directors", vec![Json::from(director)])
}

fn watch_lists(person: &Person, outcome: Outcome) -> Map {
    let listed = outcome == Outcome::Rejected;
    let entry = Map::new()
        .with("name", vec![Json::from(person.name.clone())])
        .with("sanctions", Vec::<Json>::new())
        .with("pep", Map::new().with("pep_level", 1_u64).with("political_positions", Vec::<Json>::new()));
    let people = if listed { vec![Json::from(entry)] } else { Vec::new() };
    Map::new().with("no_of_persons_found", u64::from(listed)).with("people", people)
}
