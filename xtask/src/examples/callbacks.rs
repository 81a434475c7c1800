//! What any service that takes callbacks has to do, tried on a running one: genuine, doubled, lying, forged, old, large. It knows no
//! web framework.

use serde_json::json;

use super::program::Program;
use super::world::{USER, World};
use super::{Place, http};
use crate::report::{Step, Stop};

const PATH: &str = "/smileid/callback";

/// More than the limits that web frameworks have of themselves (256 KiB, 2 MB), less than the example's.
const LARGE: usize = 3 * 1024 * 1024;
/// More than the example's.
const TOO_LARGE: usize = 5 * 1024 * 1024;

/// An old timestamp: a genuine signature over it is a callback of long ago.
const LONG_AGO: &str = "2023-02-13T15:07:42.214Z";
/// A signature of another key.
const OF_ANOTHER_KEY: &str = "nD5rG9g/uEMJghiwVnQ2YG6BV8Dw0pjvNGG9+nGHVUE=";

/// Runs the service that a command starts, and tries it.
pub(super) fn service(place: &Place, program: &str) -> Step {
    let world = World::start(place, program)?;
    let mut command = world.command(&place.program(program));
    let mut service = Program::start(command.env("LISTEN", "127.0.0.1:0"), "")?;
    let line = service.line(&["listening on http://"])?;
    let address = line.rsplit('/').next().unwrap_or_default().to_owned();
    let url = format!("http://{address}{PATH}");

    genuine(&world, &mut service, &url)?;
    let forged = forged(&world, &address)?;
    lying(&world, &mut service, &address)?;
    let forms = forms(&world, &mut service, &address)?;
    let ended = stopping(&world, service, &address)?;

    ended.exits(0)?;
    // Had its first leg been asked about, that was long ago.
    asked(&world, "leg", 0)?;
    let written = ended.written();
    for job_id in ["genuine", "other", "slow"] {
        world.canaries(job_id)?.absent_from(&written)?;
    }
    if written.contains("panicked") {
        return Err(Stop::Failed(format!("it panicked:\n{written}")));
    }
    Ok(format!("6 callbacks and {forms} of other forms taken, {forged} refused"))
}

/// Both legs of a job, as the sandbox calls back: the first decides nothing, the second is asked about, its double is not.
fn genuine(world: &World, service: &mut Program, url: &str) -> Result<(), Stop> {
    for job_id in ["leg", "genuine"] {
        world.add_job(job_id, "pending", Some(url))?;
        world.move_job(job_id, "id_leg")?;
        service.line(&["callback received", "id_leg"])?;
    }
    world.move_job("genuine", "approved")?;
    service.line(&["callback received", "final"])?;
    service.line(&["job decided", "approved"])?;
    world.call_back("genuine")?;
    service.line(&["callback received", "final"])?;
    asked(world, "genuine", 1)
}

/// What anybody could send: each is refused, and none is asked about. How many they were.
fn forged(world: &World, address: &str) -> Result<usize, Stop> {
    world.add_job("other", "rejected", None)?;
    let (now, old) = (world.sign(None)?, world.sign(Some(LONG_AGO))?);
    let body = |timestamp: &str, signature: &str, photo: usize| says_approved("other", timestamp, signature, photo);
    let unsigned = body(&now.timestamp, "", 0).replace("\"signature\"", "\"unsigned\"");
    let wrong = [
        ("no JSON", "<html>".to_owned(), 400),
        ("nothing", String::new(), 400),
        ("no signature", unsigned, 401),
        ("a signature of no known shape", body(&now.timestamp, "approved", 0), 401),
        ("another key's signature", body(&now.timestamp, OF_ANOTHER_KEY, 0), 401),
        ("another timestamp than the signed one", body(&now.timestamp, &old.signature, 0), 401),
        ("a large forged one", body(&now.timestamp, OF_ANOTHER_KEY, LARGE), 401),
        ("one that is too large", body(&now.timestamp, &now.signature, TOO_LARGE), 413),
    ];
    for (what, body, expected) in &wrong {
        let reply = http::send(address, "POST", PATH, body.as_bytes())?;
        if reply.status != *expected {
            return Err(Stop::Failed(format!("{what} was answered with {}, not {expected}", reply.status)));
        }
    }
    asked(world, "other", 0)?;
    Ok(wrong.len())
}

/// A callback that is genuine by its proof and says what is not so: the service's own answer decides.
fn lying(world: &World, service: &mut Program, address: &str) -> Result<(), Stop> {
    taken(world, address, "other")?;
    service.line(&["job decided", "rejected"])?;
    asked(world, "other", 1)
}

/// Callbacks of other forms: each can be placed, so it is answered with 200 and asked about. How many they were.
fn forms(world: &World, service: &mut Program, address: &str) -> Result<usize, Stop> {
    let (now, old) = (world.sign(None)?, world.sign(Some(LONG_AGO))?);
    let pair = format!(r#","timestamp":"{}","signature":"{}""#, now.timestamp, now.signature);
    let in_headers = format!("Response-Timestamp: {}\r\nResponse-Signature: {}\r\n", now.timestamp, now.signature);
    let all_headers = format!("{in_headers}User-ID: {USER}\r\nJob-ID: ids_in_headers\r\n");
    let ids = |job_id: &str| format!(r#"{{"user_id":"{USER}","job_id":"{job_id}","job_type":1}}"#);
    let flat = |job_id: &str| format!(r#""ResultCode":"0810","PartnerParams":{}"#, ids(job_id));
    let large = |job_id: &str| says_approved(job_id, &now.timestamp, &now.signature, 1_500_000);
    let gzip = "Content-Encoding: gzip\r\n";
    let sent: Vec<(&str, &str, Vec<u8>)> = vec![
        ("stale", "", says_approved("stale", &old.timestamp, &old.signature, 0).into()),
        ("nested", "", format!(r#"{{"result":{{{}}}{pair}}}"#, flat("nested")).into()),
        ("snake", "", format!(r#"{{"result_code":"0810","partner_params":{}{pair}}}"#, ids("snake")).into()),
        ("says_little", "", format!(r#"{{"PartnerParams":{}{pair}}}"#, ids("says_little")).into()),
        ("pair_in_headers", &in_headers, format!("{{{}}}", flat("pair_in_headers")).into()),
        ("ids_in_headers", &all_headers, br#"{"ResultCode":"0810"}"#.to_vec()),
        ("large", "", large("large").into()),
        ("compressed", gzip, compressed(large("compressed").as_bytes())?),
    ];
    for (job_id, headers, body) in &sent {
        world.add_job(job_id, "approved", None)?;
        answered(address, job_id, headers, body, 200)?;
        service.line(&["job decided", "approved"])?;
        asked(world, job_id, 1)?;
    }
    world.add_job("goes_on", "approved", None)?;
    let goes_on = format!(r#"{{"status":"processing","partner_params":{}{pair}}}"#, ids("goes_on"));
    let half = format!("Response-Signature: {}\r\n", now.signature);
    let half_body = format!(r#"{{{},"timestamp":"{}"}}"#, flat("goes_on"), now.timestamp);
    let bomb = compressed(says_approved("goes_on", &now.timestamp, &now.signature, TOO_LARGE).as_bytes())?;
    answered(address, "one that says that the job goes on", "", goes_on.as_bytes(), 200)?;
    answered(address, "half a pair in the headers", &half, half_body.as_bytes(), 401)?;
    answered(address, "one that is too large when inflated", gzip, &bomb, 413)?;
    asked(world, "goes_on", 0)?;
    Ok(sent.len())
}

fn answered(address: &str, what: &str, headers: &str, body: &[u8], expected: u16) -> Result<(), Stop> {
    let status = http::send_with(address, "POST", PATH, headers, body)?.status;
    if status == expected {
        return Ok(());
    }
    Err(Stop::Failed(format!("{what} was answered with {status}, not {expected}")))
}

fn compressed(body: &[u8]) -> Result<Vec<u8>, Stop> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let written = std::io::Write::write_all(&mut encoder, body).and_then(|()| encoder.finish());
    written.map_err(|error| Stop::Failed(format!("gzip: {error}")))
}

/// What is under way when the service is told to stop comes to its end first.
fn stopping(world: &World, mut service: Program, address: &str) -> Result<super::program::Ended, Stop> {
    world.add_job("slow", "pending", None)?;
    taken(world, address, "slow")?;
    service.line(&["callback received", "final"])?;
    service.terminate()?;
    world.move_job("slow", "approved")?;
    service.line(&["job decided", "approved"])?;
    service.line(&["stopped"])?;
    service.ended()
}

/// Sends a callback with a signature of now, which is taken.
fn taken(world: &World, address: &str, job_id: &str) -> Result<(), Stop> {
    let now = world.sign(None)?;
    let body = says_approved(job_id, &now.timestamp, &now.signature, 0);
    match http::send(address, "POST", PATH, body.as_bytes())?.status {
        200 => Ok(()),
        other => Err(Stop::Failed(format!("a callback of now was answered with {other}"))),
    }
}

/// The body of a callback, with a photo of so many bytes.
fn says_approved(job_id: &str, timestamp: &str, signature: &str, photo: usize) -> String {
    let body = json!({
        "ResultCode": "0810", "ResultText": "Enroll User", "IsFinalResult": "true",
        "PartnerParams": {"user_id": USER, "job_id": job_id, "job_type": 1},
        "Photo": "A".repeat(photo), "timestamp": timestamp, "signature": signature,
    });
    body.to_string()
}

fn asked(world: &World, job_id: &str, times: usize) -> Result<(), Stop> {
    let (asked, refused) = (world.asked(job_id)?, world.answers(job_id)?.into_iter().find(|status| *status != 200));
    if let Some(status) = refused {
        return Err(Stop::Failed(format!("a genuine callback was answered with {status}")));
    }
    if asked == times { Ok(()) } else { Err(Stop::Failed(format!("asked about {asked} times, not {times}"))) }
}
