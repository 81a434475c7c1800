//! Tests of the base URLs: those that are taken, and those that two parsers could read in two ways.

use super::*;
use alloc::format;

#[test]
fn the_vendors_environments_are_those_of_the_document() {
    assert_eq!(Environment::Sandbox.job_status_url(), "https://testapi.smileidentity.com/v1/job_status");
    assert_eq!(Environment::Production.job_status_url(), "https://api.smileidentity.com/v1/job_status");
    for e in [Environment::Sandbox, Environment::Production] {
        BaseUrl::parse(e.base_url()).unwrap();
    }
}

#[test]
fn good_urls_are_taken_and_lose_their_closing_slash() {
    let cases = [
        ("https://testapi.smileidentity.com/v1", "https://testapi.smileidentity.com/v1"),
        ("https://testapi.smileidentity.com/v1/", "https://testapi.smileidentity.com/v1"),
        ("https://proxy.example", "https://proxy.example"),
        ("https://proxy.example.", "https://proxy.example."),
        ("https://proxy.example:8443/smile/v1", "https://proxy.example:8443/smile/v1"),
        ("https://10.0.0.7/v1", "https://10.0.0.7/v1"),
        ("https://[2001:db8::1]:443/v1", "https://[2001:db8::1]:443/v1"),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:1/v1", "http://[::1]:1/v1"),
        ("https://localhost/v1", "https://localhost/v1"),
        ("https://h/a%20b", "https://h/a%20b"),
        ("https://h:65535", "https://h:65535"),
    ];
    for (url, kept) in cases {
        let base = BaseUrl::parse(url).unwrap_or_else(|e| panic!("{url}: {e}"));
        assert_eq!(base.as_str(), kept);
        assert_eq!(Environment::from(base).job_status_url(), format!("{kept}/job_status"));
    }
}

#[test]
fn bad_urls_are_refused_without_being_repeated() {
    let cases = "
        /v1 example.com/v1 ftp://example.com/v1 HTTPS://example.com/v1 https:/example.com https:example.com
        https:// https:///v1 https://:443/v1 http://example.com/v1 http://localhost/v1
        http://127.0.0.1.example.com/v1 http://127.1/v1 http://0x7f000001/v1 http://2130706433/v1
        http://0177.0.0.1/v1 http://0.0.0.0/v1 http://[::ffff:127.0.0.1]/v1 http://[::]/v1
        http://169.254.169.254/v1 https://256.1.1.1/v1 https://1.2.3/v1 https://[::1/v1
        https://[fe80::1%25eth0]/v1 https://[::1]x/v1 https://user@example.com/v1 https://user:pw@example.com/v1
        https://example.com@evil.example/v1 https://example.com/v1?x=1 https://example.com/v1#x
        https://example.com#@evil.example https://example.com:0/v1 https://example.com:65536/v1
        https://example.com:/v1 https://example.com:+443/v1 https://example.com:443:443/v1
        https://-example.com/v1 https://example-.com/v1 https://example..com/v1 https://.example.com/v1
        https://exa%6dple.com/v1 https://example.com/a//b https://example.com/../v1 https://example.com/./v1
        https://example.com/%2e%2e/v1 https://example.com/a%2fb https://example.com/a%5Cb
        https://example.com/a%0ab https://example.com/a%7f https://example.com/a%2 https://example.com/a%zz
        https://example.com/a<b> https://example.com/v1/job_status https://example.com/v1/job_status/
    "
    .split_whitespace()
    .chain([
        "",
        "https://example.com\\@evil.example/v1",
        "https://exa mple.com/v1",
        " https://example.com/v1",
        "https://example.com/v1 ",
        "https://example.com/v1\r\nX-Evil: 1",
        "https://example.com/v1\nX",
        "https://example.com/v1\0",
        "https://example.com/\tv1",
        "https://exämple.com/v1",
        "https://example.com/a\"b",
    ]);
    for url in cases {
        let error = BaseUrl::parse(url).expect_err(url);
        assert_eq!(error.field(), "base_url");
        assert!(!format!("{error}").contains("evil"), "{error}");
    }
    assert!(BaseUrl::parse(&format!("https://h/{}", "a".repeat(2048))).is_err());
}
