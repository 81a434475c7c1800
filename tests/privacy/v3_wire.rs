//! v3 over both HTTP stacks: what an answer and each fault show. What the stacks log meanwhile is looked at by `canaries_wire.rs`.

use core::time::Duration;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use smileid_core::{ApiKey, BaseUrl, Credentials, Environment, Error, PartnerId, RetryPolicy};
use smileid_http_blocking::TransportOptions;
use smileid_v3::{Answer, AsyncClient, Client, Config, JobRef};

use crate::stacks::{asynchronous, blocking, on_tokio};

const JOB: &str = "job_01m43cj1g0f3strfaebxg730mk";
/// The rest of the id, which no log may have.
pub(crate) const JOB_REST: &str = "01m43cj1g0f3strfaebxg730mk";

/// Asks over both transports, and returns both outcomes.
pub(crate) fn ask(
    base_url: &str,
    options: &TransportOptions,
    key: &str,
    patience: Duration,
) -> [Result<Answer, Error>; 2] {
    let credentials = Credentials::new(PartnerId::new("23").unwrap(), ApiKey::new(key).unwrap());
    let config = || {
        let environment = Environment::from(BaseUrl::parse(base_url).unwrap());
        let config = Config::new(&credentials, &environment).unwrap();
        config.with_settings(|settings| settings.with_retry(RetryPolicy::NONE).with_attempt_timeout(patience))
    };
    let job = || JobRef::new(JOB).unwrap();
    let blocking = Client::new(blocking(options), config());
    let asynchronous = AsyncClient::new(asynchronous(options), config());
    [blocking.status(job()), on_tokio(asynchronous.status(job()))]
}

/// Asks a service that gives a token and a final answer, and returns all that the answers show.
pub(crate) fn good(options: &TransportOptions, key: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
    let server = thread::spawn(move || (0..4).map(|_| serve(listener.accept().unwrap().0)).collect::<Vec<_>>());
    let outcomes = ask(&base_url, options, key, Duration::from_secs(20));
    let requests = server.join().unwrap();
    // The secrets did go out, each where it belongs.
    for (i, request) in requests.iter().enumerate() {
        let has = |part: &str| request.to_ascii_lowercase().contains(part);
        assert_eq!((has("smileid-api-key: cnr-"), has("smileid-token: cnr-")), (i % 2 == 0, i % 2 == 1), "{request}");
    }
    outcomes.map(|outcome| format!("{:?} {:?}", outcome, outcome.as_ref().unwrap().state())).concat()
}

/// Answers one request: a `POST` with a token, a `GET` with a status.
fn serve(mut stream: TcpStream) -> String {
    let mut request = Vec::new();
    let mut piece = [0; 1024];
    while !request.windows(4).any(|four| four == b"\r\n\r\n") {
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "the request is cut short");
        request.extend_from_slice(&piece[..read]);
    }
    let body = if request.starts_with(b"POST") {
        r#"{"token":"cnr-token"}"#.to_owned()
    } else {
        format!(r#"{{"status":"clear","job_id":"{JOB}","user_id":"cnr-user","message":"cnr-message"}}"#)
    };
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all((head + &body).as_bytes()).unwrap();
    String::from_utf8(request).unwrap()
}
