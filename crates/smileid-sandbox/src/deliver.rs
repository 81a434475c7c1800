//! Sending callbacks: each is signed, posted, and posted again until it is accepted or the attempts run out.

use core::time::Duration;
use std::sync::Arc;

use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HOST, HeaderValue};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use crate::callbacks::{Queue, Target, target};
use crate::jobs::{Arrival, Seen};
use crate::model::Odd;
use crate::replies::{self, Webhook};
use crate::shared::SandboxState;
use crate::v3::webhook;

/// How often a callback is sent that is not accepted.
const ATTEMPTS: u32 = 5;
/// The pause before the second attempt; each later one is twice as long.
const PAUSE: Duration = Duration::from_millis(100);
/// How long an attempt may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many are under way at a time: more would need more sockets than a process may have.
const AT_A_TIME: usize = 32;

/// Delivers each callback that becomes due, until the sandbox ends.
pub(crate) async fn deliver(mut due: Queue, shared: Arc<SandboxState>) {
    let places = Arc::new(Semaphore::new(AT_A_TIME));
    while let Some((number, arrival)) = due.recv().await {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            deliver_one(&shared, number, &arrival).await;
            drop(place);
        });
    }
}

async fn deliver_one(shared: &SandboxState, number: u64, arrival: &Arrival) {
    let mut pause = PAUSE;
    let twice = arrival.seen.job.has(Odd::CallbackTwice);
    let first = if twice { callback(shared, &arrival.seen) } else { None };
    let mut acceptances = if twice { 2 } else { 1 };
    for attempt in 1..=ATTEMPTS {
        // Each attempt is signed again, so that a late one is as fresh as the first, unless the first signature is wanted.
        let callback = first.clone().or_else(|| callback(shared, &arrival.seen));
        let outcome = match (target(&arrival.url), callback) {
            (Ok(target), Some(callback)) => match tokio::time::timeout(PATIENCE, post(&target, callback)).await {
                Ok(outcome) => outcome,
                Err(_) => Err("no answer within 5 s"),
            },
            (Err(problem), _) => Err(problem),
            (_, None) => Err("nothing is called back at this stage"),
        };
        acceptances -= i32::from(matches!(outcome, Ok(200..=299)));
        let last = attempt == ATTEMPTS || acceptances == 0;
        shared.callbacks.note(number, outcome, last);
        if last {
            return;
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
}

/// The fields and the body of a callback, in the form of the job's API.
fn callback(shared: &SandboxState, seen: &Seen) -> Option<Webhook> {
    let now = shared.clock.wall();
    if seen.job.is_v3() {
        return webhook(shared.scene(), seen, now);
    }
    replies::callback(shared.scene(), seen, now)
}

async fn post(target: &Target, (fields, body): Webhook) -> Result<u16, &'static str> {
    let stream = TcpStream::connect(target.address).await.map_err(|_| "nothing listens there")?;
    let broken = |_| "the connection broke";
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let mut request =
        Request::post(target.path.as_str()).header(HOST, target.host.as_str()).header(CONTENT_TYPE, "application/json");
    // An id that no head can have is left out.
    for (name, value) in
        fields.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(&value).ok()?)))
    {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::from(body))).map_err(|_| "the URL cannot be asked for")?;
    let carried = tokio::spawn(connection);
    let status = sender.send_request(request).await.map(|response| response.status().as_u16()).map_err(broken);
    // Nothing more of it is wanted, however long its body is.
    carried.abort();
    status
}
