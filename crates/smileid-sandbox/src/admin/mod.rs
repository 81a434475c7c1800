//! The admin API and the page: from a request to what is done. `guard` decides which requests may come here.

mod act;
mod guard;
mod show;

use core::net::{IpAddr, SocketAddr};

use hyper::body::Bytes;
use hyper::header::HeaderMap;
use hyper::{Method, Uri};

use crate::shared::SandboxState;
use crate::tree::{Json, Map, MapExt as _};

/// Below which path the admin API is.
const PREFIX: &str = "/sandbox/";

const JSON: &str = "application/json";
/// The page may load nothing that is not its own, and no other page may frame it.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                                 base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// An answer of the admin API or the page.
#[derive(Debug)]
pub(crate) struct AdminReply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
    /// The methods that are accepted, if the one used is not.
    pub(crate) allow: Option<&'static str>,
}

impl AdminReply {
    fn json(status: u16, value: impl Into<Json>) -> Self {
        Self { status, content_type: JSON, body: value.into().to_string().into(), allow: None }
    }

    fn error(status: u16, words: impl Into<String>) -> Self {
        Self::json(status, Map::new().with("error", words.into()))
    }

    fn asset(content_type: &'static str, text: &'static str) -> Self {
        Self { status: 200, content_type, body: Bytes::from_static(text.as_bytes()), allow: None }
    }
}

/// The admin API's description, which is served as it is.
const OPENAPI: &str = include_str!("../openapi.json");

/// The page and its parts: path, type, text.
const ASSETS: [(&str, &str, &str); 5] = [
    ("/", "text/html; charset=utf-8", include_str!("../page/index.html")),
    ("/page.css", "text/css; charset=utf-8", include_str!("../page/page.css")),
    ("/page.js", "text/javascript; charset=utf-8", include_str!("../page/page.js")),
    ("/openapi.json", JSON, OPENAPI),
    ("/sandbox/openapi.json", JSON, OPENAPI),
];

/// Whether a path is the page's or the admin API's.
pub(crate) fn has(path: &str) -> bool {
    path.starts_with(PREFIX) || ASSETS.iter().any(|(own, ..)| *own == path)
}

/// Lets a request from `peer` through, or returns the reply that refuses it.
pub(crate) fn check(
    own: SocketAddr,
    peer: Option<IpAddr>,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(), AdminReply> {
    guard::check(own, peer, method, uri, headers).map_err(|(status, words)| AdminReply::error(status, words))
}

/// Answers a request that was let through. `to` is its path and query.
pub(crate) fn answer(shared: &SandboxState, method: &Method, to: &Uri, body: &[u8]) -> AdminReply {
    let path = to.path();
    if let Some((_, content_type, text)) = ASSETS.iter().find(|(own, ..)| *own == path) {
        return match *method {
            Method::GET => AdminReply::asset(content_type, text),
            _ => not_allowed("GET"),
        };
    }
    let parts: Option<Vec<String>> = path.strip_prefix(PREFIX).and_then(|rest| rest.split('/').map(decoded).collect());
    let Some(parts) = parts else { return nothing_here() };
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let query = to.query().unwrap_or_default();
    match (&parts[..], method.as_str()) {
        (["state"], "GET") => show::state(shared),
        (["jobs"], "GET") => show::jobs(shared, query),
        (["jobs"], "POST") => act::add_job(shared, body),
        (["jobs", user_id, job_id], "GET") => show::job(shared, user_id, job_id),
        (["jobs", user_id, job_id], "DELETE") => act::remove_job(shared, user_id, job_id),
        (["jobs", user_id, job_id, "stage"], "PUT") => act::move_job(shared, user_id, job_id, body),
        (["jobs", user_id, job_id, "callback"], "POST") => act::call_back(shared, user_id, job_id),
        (["journal"], "GET") => show::journal(shared, query),
        (["journal"], "DELETE") => act::clear_journal(shared),
        (["callbacks"], "GET") => show::callbacks(shared),
        (["faults"], "GET") => show::faults(shared),
        (["faults", name], "PUT") => act::set_fault(shared, name, body),
        (["faults", name], "DELETE") => act::clear_fault(shared, name),
        (["clock"], "POST") => act::advance(shared, body),
        (["scenario"], "POST") => act::scenario(shared, body),
        (parts, _) => other_method(parts),
    }
}

/// The reply to a method that a path does not take, or to a path that is none.
fn other_method(parts: &[&str]) -> AdminReply {
    not_allowed(match parts {
        ["state" | "callbacks" | "faults"] => "GET",
        ["jobs"] => "GET, POST",
        ["jobs", _, _] | ["journal"] => "GET, DELETE",
        ["jobs", _, _, "stage"] => "PUT",
        ["jobs", _, _, "callback"] | ["clock" | "scenario"] => "POST",
        ["faults", _] => "PUT, DELETE",
        _ => return nothing_here(),
    })
}

/// The reply to a request that was not read whole.
pub(crate) fn refused(status: u16, words: &'static str) -> AdminReply {
    AdminReply::error(status, words)
}

fn nothing_here() -> AdminReply {
    AdminReply::error(404, "there is nothing here: /openapi.json tells what there is")
}

fn not_allowed(allow: &'static str) -> AdminReply {
    AdminReply { allow: Some(allow), ..AdminReply::error(405, format!("this accepts only {allow}")) }
}

/// Returns a part of a path with its percent signs resolved; none if that is not text.
fn decoded(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return None;
                }
                u8::from_str_radix(core::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance;
    use crate::faults::RequestFault;
    use crate::model::{Odd, Product, Stage};

    #[test]
    fn paths_are_decoded_part_by_part() {
        for (part, text) in [("a", Some("a")), ("a%2Fb%20c", Some("a/b c")), ("%C3%A9", Some("é")), ("", Some(""))] {
            assert_eq!(decoded(part).as_deref(), text, "{part}");
        }
        for part in ["%", "%4", "%zz", "%ff", "%+1"] {
            assert_eq!(decoded(part), None, "{part}");
        }
    }

    #[test]
    fn the_description_is_json_and_describes_every_path() {
        let description: serde_json::Value = serde_json::from_str(OPENAPI).unwrap();
        let paths: Vec<&String> = description["paths"].as_object().unwrap().keys().collect();
        let own = [
            "/sandbox/state",
            "/sandbox/jobs",
            "/sandbox/jobs/{user_id}/{job_id}",
            "/sandbox/jobs/{user_id}/{job_id}/stage",
            "/sandbox/jobs/{user_id}/{job_id}/callback",
            "/sandbox/journal",
            "/sandbox/callbacks",
            "/sandbox/faults",
            "/sandbox/faults/{name}",
            "/sandbox/clock",
            "/sandbox/scenario",
            "/v1/job_status",
            "/v3/token",
            "/v3/status/{job_id}",
        ];
        for path in own {
            assert!(paths.iter().any(|described| *described == path), "{path}");
        }
        assert_eq!(paths.len(), own.len());
    }

    #[test]
    fn the_descriptions_words_are_those_of_the_code() {
        let description: serde_json::Value = serde_json::from_str(OPENAPI).unwrap();
        let schemas = &description["components"]["schemas"];
        let listed = |value: &serde_json::Value| {
            value.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let job = &schemas["NewJob"]["properties"];
        assert_eq!(
            listed(&job["product"]["enum"]),
            Product::ALL.iter().map(|product| product.as_str()).collect::<Vec<_>>()
        );
        assert_eq!(listed(&job["odd"]["items"]["enum"]), Odd::ALL.iter().map(|odd| odd.name()).collect::<Vec<_>>());
        let stages: Vec<_> = Stage::NAMED.iter().map(Stage::as_str).collect();
        assert_eq!(listed(&schemas["Move"]["properties"]["stage"]["enum"]), stages);
        assert!(job["stages"]["items"]["pattern"].as_str().unwrap().contains(&stages.join("|")));
        let faults = &schemas["Scenario"]["properties"]["faults"]["items"]["properties"]["name"]["enum"];
        assert_eq!(listed(faults), chance::possible().map(RequestFault::name).collect::<Vec<_>>());
    }
}
