//! What `status` makes of each reply a service, a gateway or a forger may send: the kind in a word, and the exit.

use crate::common::{JOB, KEY, PARTNER, Run, Server, USER, final_reply, http, signed, signed_by};

/// Replies by name, with the kind and the exit that each must give.
#[test]
fn hostile_replies_have_their_kind_and_exit() {
    let whole = final_reply("true", r#""ResultCode":"0810""#);
    let with = |members: &str| format!("{{{},{members}}}", signed());
    let done = r#""job_complete":true,"job_success":true,"code":"2302","result":{"ResultCode":"0810"}"#;
    let by = |proof: &str| format!("{{{proof},{done}}}");
    let cases: Vec<(&str, u16, Vec<u8>, &str, i32)> = vec![
        ("html", 200, b"<!DOCTYPE html><html>canary</html>".to_vec(), "malformed", 9),
        ("html with 502", 502, b"<html>canary</html>".to_vec(), "server", 6),
        ("html with 404", 404, b"<html>canary</html>".to_vec(), "request", 1),
        ("html with 403", 403, b"<html>canary</html>".to_vec(), "request", 1),
        ("empty", 200, Vec::new(), "malformed", 9),
        ("blank", 200, b" \r\n\t".to_vec(), "malformed", 9),
        ("no object", 200, b"[1]".to_vec(), "malformed", 9),
        ("null", 200, b"null".to_vec(), "malformed", 9),
        ("cut JSON", 200, whole.as_bytes()[..whole.len() - 1].to_vec(), "malformed", 9),
        ("two documents", 200, format!("{whole}{whole}").into_bytes(), "malformed", 9),
        ("no UTF-8", 200, [whole.as_bytes(), b"\xff"].concat(), "malformed", 9),
        ("UTF-16", 200, whole.encode_utf16().flat_map(u16::to_le_bytes).collect(), "malformed", 9),
        ("huge", 200, vec![b' '; (4 << 20) + 1], "malformed", 9),
        ("too deep", 200, [b"{\"a\":".as_slice(), &b"[".repeat(64)].concat(), "malformed", 9),
        ("known field twice", 200, with(r#""job_complete":false,"job_complete":true"#).into_bytes(), "malformed", 9),
        ("job_complete missing", 200, with(r#""code":"2302""#).into_bytes(), "malformed", 9),
        ("job_complete null", 200, with(r#""job_complete":null"#).into_bytes(), "malformed", 9),
        ("job_complete 1", 200, with(r#""job_complete":1"#).into_bytes(), "malformed", 9),
        ("job_complete yes", 200, with(r#""job_complete":"yes""#).into_bytes(), "malformed", 9),
        ("401", 401, b"{}".to_vec(), "credentials", 4),
        ("403", 403, b"{\"message\":\"canary\"}".to_vec(), "request", 1),
        ("404", 404, b"{}".to_vec(), "request", 1),
        ("409", 409, b"{}".to_vec(), "request", 1),
        ("413", 413, b"{}".to_vec(), "request", 1),
        ("408", 408, b"{}".to_vec(), "server", 6),
        ("425", 425, b"{}".to_vec(), "server", 6),
        ("500", 500, b"{}".to_vec(), "server", 6),
        ("503 with a final body", 503, whole.clone().into_bytes(), "server", 6),
        ("400 with a final body", 400, whole.clone().into_bytes(), "request", 1),
        ("missing proof", 200, format!("{{{done}}}").into_bytes(), "unproven", 5),
        ("null proof", 200, by(r#""timestamp":null,"signature":null"#).into_bytes(), "unproven", 5),
        ("no timestamp", 200, by(r#""signature":"x""#).into_bytes(), "unproven", 5),
        ("proof is a number", 200, by(r#""timestamp":1,"signature":2"#).into_bytes(), "unproven", 5),
        ("proof is an object", 200, by(r#""timestamp":"1","signature":{}"#).into_bytes(), "unproven", 5),
        (
            "unkeyed",
            200,
            by(r#""timestamp":"1678216434434","signature":"6f3dec6d6fad3cfe36fb62b38a185de1cd53088291082d6f20fddbf5ea0e4a0f""#)
                .into_bytes(),
            "unproven",
            5,
        ),
        (
            "the document's damaged hash",
            200,
            by(r#""timestamp":"2018-03-13T21:04:11.193Z","signature":"5445722f5af1791eb434949cce9a88dd321e5959fd24a8562ecb12bb00c33fe""#)
                .into_bytes(),
            "unproven",
            5,
        ),
        ("other key", 200, by(&signed_by("other", PARTNER, 5)).into_bytes(), "signature", 5),
        ("other partner", 200, by(&signed_by(KEY, "23", 5)).into_bytes(), "signature", 5),
        ("no padding", 200, by(&signed().replace("=\"", "\"")).into_bytes(), "unproven", 5),
        ("301 s old", 200, by(&signed_by(KEY, PARTNER, -301_000)).into_bytes(), "replay", 5),
        ("310 s ahead", 200, by(&signed_by(KEY, PARTNER, 310_000)).into_bytes(), "replay", 5),
        ("other user", 200, whole.replace(USER, "u").into_bytes(), "mismatch", 5),
        ("other job", 200, whole.replace(JOB, "j").into_bytes(), "mismatch", 5),
        ("user is a number", 200, whole.replace(&format!("\"{USER}\""), "1").into_bytes(), "mismatch", 5),
        ("user is an object", 200, whole.replace(&format!("\"{USER}\""), "{}").into_bytes(), "mismatch", 5),
    ];
    for (name, status, body, kind, exit) in cases {
        let server = Server::start(move |_, _| http(status, "", &body));
        let ran = Run::status(&server.base, &["--output", "json"]).run();
        assert_eq!(ran.failure(), (kind.to_owned(), exit), "{name}: {}", ran.err);
    }
}

#[test]
fn refusing_codes_decide_whatever_the_status() {
    for (code, kind, exit) in [
        ("2301", "server", 6),
        ("2303", "request", 1),
        ("2313", "request", 1),
        ("2213", "request", 1),
        ("2413", "request", 1),
        ("2215", "request", 1),
        ("2220", "request", 1),
        ("2205", "credentials", 4),
        ("2305", "credentials", 4),
        ("2405", "credentials", 4),
        ("2204", "request", 1),
        ("2304", "not_found", 10),
        ("2310", "not_found", 10),
        ("2307", "disabled", 1),
    ] {
        for (status, digits) in [(200, format!("\"{code}\"")), (400, code.to_owned())] {
            let body = format!(r#"{{{},"job_complete":true,"job_success":true,"code":{digits}}}"#, signed());
            let server = Server::start(move |_, _| http(status, "", &body));
            let ran = Run::status(&server.base, &["--output", "json"]).run();
            let (found, error, ended) = ran.failure_in_full();
            assert_eq!((found.as_str(), error["code"].as_str(), ended), (kind, Some(code), exit), "{}", ran.err);
        }
    }
    let body = r#"{"code":"2204","error":"You are not authorized to do that."}"#;
    let server = Server::start(move |_, _| http(400, "", body));
    assert_eq!(Run::status(&server.base, &["--output", "json"]).run().failure(), ("credentials".into(), 4));
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
fn in_text_an_api_error_gives_code_meaning_and_cause() {
    let server = Server::start(|_, _| http(400, "", r#"{"code":"2405","error":"canary"}"#));
    let ran = Run::status(&server.base, &[]).run();
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    for part in ["smileid: credentials: not authorized", "2405", "leading zeros", "HTTP 400"] {
        assert!(ran.err.contains(part), "{part:?} is missing in {}", ran.err);
    }
    assert!(!ran.err.contains("canary"), "{}", ran.err);
}
