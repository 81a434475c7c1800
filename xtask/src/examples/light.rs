//! The examples that are members of the product's workspace, each tried as a process against a sandbox of its own.

use std::process::Command;
use std::time::SystemTime;

use serde_json::json;

use super::Place;
use super::program::{Ended, Program};
use super::world::{Signed, USER, World};
use crate::report::{Step, Stop};
use crate::{shell, tools};

/// A public vector: key, partner, time, and the line that the signer prints for them.
const VECTOR: [&str; 4] = [
    "key",
    "001",
    "1791115200000",
    "{\"timestamp\":\"2026-10-04T12:00:00.000Z\",\"signature\":\"nD5rG9g/uEMJghiwVnQ2YG6BV8Dw0pjvNGG9+nGHVUE=\"}\n",
];

/// Its members' names, which are the words they are asked for by.
pub(super) const WORDS: [&str; 4] = ["own-stack", "hyper-stack", "blocking-script", "no-std-signing"];

const BARE: &str = "thumbv7em-none-eabi";

/// All at once: built one by one, what they share would be built anew for each choice of its features.
pub(super) fn built(place: &Place) -> Step {
    let mut command = shell::cargo(&place.root, &["build", "--locked"]);
    shell::run(command.args(WORDS.iter().flat_map(|name| ["--package", name])))
}

pub(super) fn own_stack(place: &Place) -> Step {
    let world = World::start(place, "own-stack")?;
    world.add_job("mine", "approved", None)?;
    let key = world.key()?;
    let ask = |key: &str, user_id: &str, job_id: &str| {
        let mut command = world.command(&place.program("own-stack"));
        command.env("SMILEID_API_KEY", key).args([world.base_url(), user_id, job_id]);
        Program::run(&mut command, "")
    };
    let told = ask(&key, USER, "mine")?;
    told.exits(0)?.tells("final: approved\n")?;
    world.canaries("mine")?.absent_from(&told.written())?;
    ask(&key, "u", "pending-1")?.exits(0)?.tells("pending; its proof: hmac\n")?;
    ask("another key", "u", "approved-1")?.exits(1)?.complains("credentials: ")?;
    ask(&key, "u", "odd-proof_unkeyed-approved-1")?.exits(1)?.complains("unproven: ")?;
    Ok("4 questions".to_owned())
}

pub(super) fn hyper_stack(place: &Place) -> Step {
    let world = World::start(place, "hyper-stack")?;
    world.add_job("mine", "approved", None)?;
    let ask = |user_id: &str, job_id: &str| {
        Program::run(world.command(&place.program("hyper-stack")).args([user_id, job_id]), "")
    };
    four_waits(&world, ask)?;
    Ok("4 waits".to_owned())
}

/// What every example that waits for one job is asked, `mine` among it, and what it tells: nothing that is personal.
pub(super) fn four_waits(world: &World, ask: impl Fn(&str, &str) -> Result<Ended, Stop>) -> Result<(), Stop> {
    let told = ask(USER, "mine")?;
    told.exits(0)?.tells("final: approved\n")?;
    world.canaries("mine")?.absent_from(&told.written())?;
    ask("u", "pending-1-rejected-1")?.exits(3)?.tells("final: rejected\n")?;
    ask("u", "odd-proof_unkeyed-approved-1")?.exits(1)?.complains("unproven: ")?;
    ask("u", "not_found-1")?.exits(1)?.complains("not_found: ")?;
    Ok(())
}

pub(super) fn blocking_script(place: &Place) -> Step {
    let world = World::start(place, "blocking-script")?;
    world.add_job("mine", "approved", None)?;
    let script = || world.command(&place.program("blocking-script"));
    let jobs = [
        (format!("{USER},mine"), "mine,approved,"),
        ("u,rejected-1".to_owned(), "rejected-1,rejected,"),
        ("u,provisional-1".to_owned(), "provisional-1,provisional,"),
        (
            "u,odd-result_code_missing-approved-1".to_owned(),
            "odd-result_code_missing-approved-1,undetermined,no_result_code",
        ),
        ("u,pending-1".to_owned(), "pending-1,pending,"),
        ("u,not_found-1".to_owned(), "not_found-1,not_found,"),
        ("u,odd-proof_unkeyed-approved-1".to_owned(), "odd-proof_unkeyed-approved-1,unproven,"),
    ];
    let (mut asked, mut expected) = (String::new(), String::new());
    for (job, told) in &jobs {
        asked += &format!("{job}\n");
        expected += &format!("{told}\n");
    }
    let told = Program::run(&mut script(), &asked)?;
    told.exits(1)?.tells(&expected)?;
    world.canaries("mine")?.absent_from(&told.written())?;
    Program::run(&mut script(), "u,approved-1\n")?.exits(0)?.tells("approved-1,approved,\n")?;
    let mut with_another_key = script();
    with_another_key.env_remove("SMILEID_API_KEY_FILE").env("SMILEID_API_KEY", "another key");
    // It ends at the first refusal, and does not ask for the second job.
    Program::run(&mut with_another_key, "u,approved-1\nu,approved-2\n")?.exits(1)?.tells("")?;
    let mut without = script();
    without.env_remove("SMILEID_BASE_URL");
    Program::run(&mut without, "u,approved-1\n")?.exits(2)?.complains("invalid_input: ")?;
    Ok(format!("{} jobs", jobs.len() + 1))
}

pub(super) fn no_std_signing(place: &Place) -> Step {
    let world = World::start(place, "no-std-signing")?;
    let sign = |key: &str, partner: &str, millis: &str| {
        let mut command = Command::new(place.program("no-std-signing"));
        command.arg(millis).env("SMILEID_API_KEY", key).env("SMILEID_PARTNER_ID", partner);
        Program::run(&mut command, "")
    };
    let [key, partner, millis, line] = VECTOR;
    sign(key, partner, millis)?.exits(0)?.tells(line)?;
    sign("", partner, millis)?.exits(2)?.tells("")?;
    // What it signs now is taken by the service.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let signed = sign(&world.key()?, "023", &now.to_string())?;
    let printed = serde_json::from_str(&signed.exits(0)?.out);
    let signed = Signed::of(&printed.map_err(|_| Stop::Failed("the signer printed no JSON".to_owned()))?);
    let body = |timestamp: &str| {
        json!({
            "partner_id": "023", "user_id": "u", "job_id": "approved-1", "image_links": false, "history": false,
            "timestamp": timestamp, "signature": signed.signature,
        })
    };
    let statuses = (world.job_status(&body(&signed.timestamp))?, world.job_status(&body("2026-10-04T12:00:00.000Z"))?);
    if statuses == (200, 400) {
        return Ok("the public vector, and a request of now".to_owned());
    }
    Err(Stop::Failed(format!("signed, and signed wrongly: {statuses:?}, not 200 and 400")))
}

pub(super) fn no_std_signing_bare(place: &Place) -> Step {
    tools::target(BARE)?;
    let fixed = ["build", "--locked", "--package", "no-std-signing", "--lib", "--target", BARE];
    shell::run(&mut shell::cargo(&place.root, &fixed))
}
