//! What `status` makes of each reply a service, a gateway or a forger may send: the kind in a word, and the exit.

use crate::common::{JOB, PARTNER, Run, Server, USER, final_reply, http};

/// Bodies that no recording can hold. The others are under `recorded/failures`.
#[test]
fn bodies_that_are_no_lines_of_text_are_malformed() {
    let whole = final_reply("true", r#""ResultCode":"0810""#);
    let bodies: [Vec<u8>; 4] = [
        b" \r\n\t".to_vec(),
        [whole.as_bytes(), b"\xff"].concat(),
        whole.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        vec![b' '; (4 << 20) + 1],
    ];
    for body in bodies {
        let server = Server::start(move |_, _| http(200, "", &body));
        assert_eq!(Run::status(&server.base, &["--output", "json"]).run().failure(), ("malformed".into(), 9));
    }
}

#[test]
fn redirects_are_never_followed_and_only_their_host_is_named() {
    for status in [301, 302, 303, 307, 308] {
        let other = Server::start(|_, _| http(200, "", final_reply("true", r#""ResultCode":"0810""#)));
        let location = format!("Location: {}/canary?canary\r\n", other.base);
        let server = Server::start(move |_, _| http(status, &location, "{}"));
        let (kind, error, exit) = Run::status(&server.base, &["--output", "json"]).run().failure_in_full();
        assert_eq!((kind.as_str(), exit, other.requests(), server.requests()), ("redirected", 1, 0, 1));
        assert!(error["message"].as_str().unwrap().contains("127.0.0.1"), "{error}");
    }
}

#[test]
fn an_echo_of_the_request_is_a_replay() {
    let server = Server::start(|request, _| {
        let field = |name: &str| {
            let (_, rest) = request.split_once(&format!("\"{name}\":\"")).unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        let body = format!(
            r#"{{"timestamp":"{}","signature":"{}","job_complete":true,"job_success":true,"result":{{"ResultCode":"0810"}}}}"#,
            field("timestamp"),
            field("signature")
        );
        http(200, "", body)
    });
    assert_eq!(Run::status(&server.base, &["--output", "json"]).run().failure(), ("replay".into(), 5));
}

#[test]
fn throttling_server_faults_and_cut_connections() {
    let throttled = Server::start(|_, _| http(429, "Retry-After: 60\r\n", "{}"));
    let ran = Run::status(&throttled.base, &["--output", "json", "--timeout", "5s"]).run();
    assert_eq!((ran.failure(), throttled.requests()), (("throttled".into(), 7), 1));

    let failing = Server::start(|_, _| http(500, "", "{}"));
    assert_eq!(Run::status(&failing.base, &["--output", "json"]).run().failure(), ("server".into(), 6));
    assert_eq!(failing.requests(), 3);

    let closing = Server::raw(|_, _| {});
    assert_eq!(Run::status(&closing.base, &["--output", "json"]).run().failure(), ("transport".into(), 6));

    let cut = Server::start(|_, _| {
        let mut reply = http(200, "", final_reply("true", r#""ResultCode":"0810""#));
        reply.truncate(reply.len() - 1);
        reply
    });
    assert_eq!(Run::status(&cut.base, &["--output", "json"]).run().failure(), ("transport".into(), 6));

    // A port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ran = Run::status(&format!("http://{free}/v1"), &["--output", "json"]).run();
    assert_eq!(ran.failure(), ("transport".into(), 6));
}

#[test]
fn a_passing_fault_is_survived() {
    let server = Server::start(|_, number| match number {
        0 => http(200, "", "<html>"),
        1 => http(503, "", "{}"),
        _ => http(200, "", final_reply("true", r#""ResultCode":"0810""#)),
    });
    assert_eq!(Run::status(&server.base, &["--output", "json"]).run().answer()["verdict"], "approved");
    assert_eq!(server.requests(), 3);
}

#[test]
fn the_timeout_of_status_is_the_deadline_of_the_whole_call() {
    let silent = Server::raw(|stream, _| {
        // Reads until the client gives up.
        let _end = std::io::copy(stream, &mut std::io::sink());
    });
    let ran = Run::status(&silent.base, &["--output", "json", "--timeout", "300ms"]).run();
    assert_eq!(ran.failure(), ("deadline".into(), 8));
}

#[test]
fn the_request_carries_what_was_asked_for() {
    let server = Server::start(|request, _| {
        let asked = request.contains("\"image_links\":true,\"history\":true}")
            && request.contains(&format!("\"user_id\":\"{USER}\",\"job_id\":\"{JOB}\",\"partner_id\":\"{PARTNER}\""));
        http(if asked { 200 } else { 418 }, "", final_reply("true", r#""ResultCode":"0810""#))
    });
    assert_eq!(Run::status(&server.base, &["--history", "--image-links"]).run().code, 0);
    assert_eq!(Run::status(&server.base, &["--history"]).run().code, 1);
}

#[test]
fn one_poll_of_a_wait_is_bounded() {
    let server = Server::raw(|stream, _| {
        let _end = std::io::copy(stream, &mut std::io::sink());
    });
    let ran =
        Run::wait(&server.base, &["--timeout", "100ms", "--deadline", "2s", "--interval", "250ms", "--output", "json"])
            .run();
    assert_eq!(ran.failure(), ("deadline".into(), 8));
    assert!(server.requests() >= 2, "{}", server.requests());
}
