//! Links that are read and links that are refused, by what is wrong with them.

use super::*;
use LinkProblem as P;

fn problem(link: &str) -> Result<Place, P> {
    read(link, Loopback::Refused)
}

#[test]
fn honest_links_are_read() {
    for (link, host) in [
        (
            "https://smile-fr-results.s3.us-west-2.amazonaws.com/test/000000/023/023-0000001897-LoRSpxJUzmYgYS2R00XpaHJYLOiNXN/SID_Preview_FULL.jpg",
            "smile-fr-results.s3.us-west-2.amazonaws.com",
        ),
        (
            "https://h.example/a/b.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20261125%2Fus-west-2%2Fs3%2Faws4_request&X-Amz-Date=20261125T120000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=00ff",
            "h.example",
        ),
        ("https://h.example/a?Signature=a%2Bb/c%3D&Key-Pair-Id=K&Expires=1", "h.example"),
        ("https://h.example:443/a", "h.example"),
        ("https://H.Example/A", "h.example"),
        ("https://h.example/", "h.example"),
        ("https://h.example/a//b", "h.example"),
        ("https://h.example/a%20b/c%C3%A9.jpg", "h.example"),
        ("https://h.example/a@b:c/d.e..f/...", "h.example"),
        ("https://h.example/?x=/../y", "h.example"),
    ] {
        assert_eq!(problem(link), Ok(Place { host: host.into(), port: 443 }), "{link}");
    }
}

/// What is refused, by what is wrong with it. Links that a line cannot show are in the test.
const REFUSED: [(P, &str); 8] = [
    (
        P::NotHttps,
        "
        h.example/a //h.example/a http://h.example/a HTTPS://h.example/a https:/h.example/a https:h.example
        ftp://h.example/a file:///etc/passwd data:image/png;base64,AAAA javascript:alert(1)
        blob:https://h.example/a
        ",
    ),
    (
        P::UserInfo,
        "
        https://smile-x.s3.amazonaws.com@evil.example/a https://@h.example/a https://u:p@h.example/a
        https://h.example:443@evil.example/a https://h.example@/a
        ",
    ),
    (
        P::Character,
        "
        https://h.example/<a> https://h.example/a|b https://h.example/a^b https://h.example/{a}
        https://h.example/`a`
        ",
    ),
    (
        P::Address,
        "
        https://127.0.0.1/a https://10.0.0.1/a https://8.8.8.8/a https://169.254.169.254/latest/meta-data/
        https://2130706433/a https://0x7f000001/a https://0x7f.1/a https://017700000001/a https://127.1/a
        https://1.2.3.4.5/a https://h.example.1/a https://h.1x/a https://1.2.3.4./a https://[::1]/a
        https://[fd00:ec2::254]/a https://[2600::1]/a https://[::ffff:169.254.169.254]/a
        ",
    ),
    (
        P::Host,
        "
        https:///a https:// https://?a https://./a https://../a https://h.example./a https://.example/a
        https://h..example/a https://localhost/a https://metadata/a https://h_x.example/a https://-h.example/a
        https://h-.example/a https://%68.example/a https://h%2eexample/a https://h.example%00.evil.example/a
        https://h.example,evil.example/a https://h!.example/a https://[::1/a https://[::1]x/a
        https://[h.example]/a https://[fe80::1%25eth0]/a https://[::1]evil.example/a https://*.example/a
        https://h.example;x/a https://$h.example/a https://h.example&x/a
        ",
    ),
    (
        P::Port,
        "
        https://h.example:80/a https://h.example:8443/a https://h.example:/a https://h.example:0/a
        https://h.example:0443/a https://h.example:00443/a https://h.example:+443/a https://h.example:65536/a
        https://h.example:443:443/a https://h.example:443x/a https://h.example:%34%34%33/a
        https://h.example:22/a
        ",
    ),
    (
        P::Fragment,
        "
        https://h.example/a#b https://h.example#@evil.example/a https://h.example/a?b#c
        ",
    ),
    (
        P::Path,
        "
        https://h.example https://h.example/.. https://h.example/../a https://h.example/a/./b
        https://h.example/a/.. https://h.example/%2e%2e/a https://h.example/.%2E/a https://h.example/a%2fb
        https://h.example/a%5Cb https://h.example/a%00 https://h.example/a%0d%0aX:y https://h.example/a%7F
        https://h.example/% https://h.example/%1 https://h.example/%zz https://h.example/a?x=%00
        https://h.example/a?x=% https://h.example/a?x='y' https://h.example/[a] https://h.example/a?x=[y]
        https://h.example/%e https://h.example/%+1
        ",
    ),
];

#[test]
fn what_could_be_read_in_two_ways_or_leads_elsewhere_is_refused() {
    for (expected, links) in REFUSED {
        for link in links.split_whitespace() {
            assert_eq!(problem(link), Err(expected), "{link:?}");
        }
    }
    for link in [
        "https://h.example\\@evil.example/a",
        "https://h.example\\.evil.example/a",
        "https:\\\\h.example/a",
        " https://h.example/a",
        "https://h.example/a ",
        "https://h.example/a\n",
        "https://h.example/a\r\nX: y",
        "https://h.exa\tmple/a",
        "https://h.example/\0",
        "https://h.example/a\x7f",
        "https://h.example/\u{e9}",
        "https://h\u{e9}.example/a",
        "https://h\u{ff0e}example/a",
        "https://h\u{3002}example/a",
        "https://\u{fb01}.example/",
        "https://h\u{ad}.example/a",
        "https://h.example/\"a\"",
        "\u{feff}https://h.example/a",
        "https://h.example/a\u{202e}gpj",
    ] {
        assert_eq!(problem(link), Err(P::Character), "{link:?}");
    }
    assert_eq!(problem(""), Err(P::NotHttps));
    assert_eq!(problem(&format!("https://h.example/{}", "a".repeat(MAX_LEN))), Err(P::TooLong));
    let most = format!("https://h.example/{}", "a".repeat(MAX_LEN - 18));
    assert!(most.len() == MAX_LEN && problem(&most).is_ok());
    let host = format!("https://{}.example/a", "a".repeat(64));
    assert_eq!(problem(&host), Err(P::Host));
}

#[test]
fn loopback_links_are_accepted_only_if_allowed() {
    for (link, host, port) in [
        ("https://127.0.0.1:8443/a", "127.0.0.1", 8443),
        ("https://127.0.0.1/a", "127.0.0.1", 443),
        ("https://[::1]:9/a", "::1", 9),
        ("https://localhost:9/a", "localhost", 9),
        ("http://127.0.0.1:8080/a", "127.0.0.1", 8080),
        ("http://127.0.0.1/a", "127.0.0.1", 80),
        ("http://[::1]/a", "::1", 80),
    ] {
        assert_eq!(read(link, Loopback::Allowed), Ok(Place { host: host.into(), port }), "{link}");
        assert!(read(link, Loopback::Refused).is_err(), "{link}");
    }
    for link in "
        http://localhost:8080/a http://h.example:80/a http://10.0.0.1/a http://h.example:443/a
        http://127.0.0.1.example:443/a HTTP://127.0.0.1/a https://127.1/a https://0x7f.0.0.1/a
        https://10.0.0.1/a https://[::2]/a https://[0::1]/a https://[0:0:0:0:0:0:0:1]/a
        https://[::ffff:127.0.0.1]/a https://localhost./a https://h.example:8443/a https://u@127.0.0.1/a
    "
    .split_whitespace()
    {
        assert!(read(link, Loopback::Allowed).is_err(), "{link}");
    }
}

#[test]
fn no_part_of_a_link_is_shown_but_its_host() {
    let link = ImageLink::new(
        "selfie_image".into(),
        Place { host: "h.example".into(), port: 443 },
        "https://h.example/canary?canary",
    );
    assert_eq!(format!("{link:?}"), r#"ImageLink { key: "selfie_image", host: "h.example", .. }"#);
}
