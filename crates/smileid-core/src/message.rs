//! HTTP messages as plain data of our own: what a transport is given and what it gives back. Nothing here is sent or judged.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

/// The HTTP method of a [`Request`]. The job status API knows one; a transport that carries nothing else may refuse the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// `POST`.
    Post,
    /// `GET`: of a job's images.
    Get,
}

impl Method {
    /// Returns the method as written in a request line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Get => "GET",
        }
    }
}

/// Header fields in the order they were added or received; names compare without case, repeats are kept.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// Names and values one behind the other: two buffers for a whole head, however many fields it has.
    text: String,
    ends: Vec<Ends>,
}

/// Where a field's name ends in the text, and its value.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ends {
    name: usize,
    value: usize,
}

impl Headers {
    /// The text of the few fields that most messages have; more make it grow.
    const USUAL_LEN: usize = 128;

    /// Creates an empty list of fields.
    #[must_use]
    pub const fn new() -> Self {
        Self { text: String::new(), ends: Vec::new() }
    }

    /// Adds a field behind the ones that are there.
    pub fn append(&mut self, name: &str, value: &str) {
        if self.text.is_empty() {
            self.text.reserve(Self::USUAL_LEN);
        }
        self.text.push_str(name);
        let name = self.text.len();
        self.text.push_str(value);
        self.ends.push(Ends { name, value: self.text.len() });
    }

    /// Returns every value of `name`, in order.
    pub fn all<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h str> {
        self.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v)
    }

    /// Returns the first value of `name`.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&str> {
        self.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v)
    }

    /// Returns every field, name and value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.ends.iter().scan(0, |begin, ends| {
            let name = self.text.get(*begin..ends.name)?;
            *begin = ends.value;
            Some((name, self.text.get(ends.name..ends.value)?))
        })
    }

    /// Returns how many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns whether there is no field at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// Names only: a value may hold what must not be logged.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(n, _)| n)).finish()
    }
}

/// A request to be sent exactly as it is: no field added that changes its meaning, no redirect followed, no retry.
#[derive(Clone)]
#[non_exhaustive]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// The absolute URL, validated when the [`Environment`](crate::environment::Environment) was made.
    pub url: String,
    /// The header fields; a transport adds its own `Host` and `Content-Length`.
    pub headers: Headers,
    /// The body, to be sent verbatim. It holds ids and a signature: never log it.
    pub body: Vec<u8>,
    /// How long the whole exchange may take: connecting, sending, and reading the last byte of the reply.
    pub timeout: Duration,
    /// How many bytes of reply body, counted after decoding, may be read; one more is
    /// [`TransportErrorKind::TooLarge`](crate::transport::TransportErrorKind::TooLarge).
    pub max_response_bytes: usize,
    /// What this request does, in a word fit for metrics and spans: `job_status`, `image`.
    pub operation: &'static str,
}

impl Request {
    /// Creates a `POST` of `body` to `url` with no header fields.
    #[must_use]
    pub fn post(url: String, body: Vec<u8>, timeout: Duration, max_response_bytes: usize) -> Self {
        Self {
            method: Method::Post,
            url,
            headers: Headers::new(),
            body,
            timeout,
            max_response_bytes,
            operation: "job_status",
        }
    }

    /// Creates a `GET` of an image's `url`, which is a credential: it was vetted before, and is never logged.
    #[must_use]
    pub const fn get_image(url: String, timeout: Duration, max_response_bytes: usize) -> Self {
        Self {
            method: Method::Get,
            url,
            headers: Headers::new(),
            body: Vec::new(),
            timeout,
            max_response_bytes,
            operation: "image",
        }
    }

    /// What may be shown of the URL: of an image's, which is a credential, the scheme and the host.
    fn shown_url(&self) -> &str {
        match self.method {
            Method::Post => &self.url,
            Method::Get => {
                let host = self.url.find("://").map_or(0, |at| at + 3);
                let end = self.url.get(host..).and_then(|rest| rest.find(['/', '?', '#']));
                end.and_then(|end| self.url.get(..host + end)).unwrap_or_default()
            }
        }
    }
}

/// Shows only the body's length: the body contains the ids asked for and a signature.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.shown_url())
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .field("timeout", &self.timeout)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("operation", &self.operation)
            .finish()
    }
}

/// What came back, whatever its status: the head and the whole body, already freed of any content coding that was asked for.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Response {
    /// The HTTP status code.
    pub status: u16,
    /// The header fields as received, repeats included.
    pub headers: Headers,
    /// The whole body, complete by its framing.
    pub body: Vec<u8>,
}

impl Response {
    /// Creates a reply with a status and a body and no header fields.
    #[must_use]
    pub const fn new(status: u16, body: Vec<u8>) -> Self {
        Self { status, headers: Headers::new(), body }
    }

    /// Adds a header field.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.append(name, value);
        self
    }
}

/// Shows only the body's length: the body contains personal data.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn headers_compare_names_without_case_and_keep_repeats() {
        let reply = Response::new(429, Vec::new())
            .with_header("Retry-After", "3")
            .with_header("x", "1")
            .with_header("retry-after", "4");
        assert_eq!(reply.headers.all("RETRY-AFTER").collect::<Vec<_>>(), ["3", "4"]);
        assert_eq!(reply.headers.first("retry-after"), Some("3"));
        assert_eq!(reply.headers.first("absent"), None);
        assert_eq!((reply.headers.len(), reply.headers.is_empty()), (3, false));
        let fields: Vec<_> = reply.headers.iter().collect();
        assert_eq!(fields, [("Retry-After", "3"), ("x", "1"), ("retry-after", "4")]);
        let moved = Response::new(429, Vec::new()).with_header("Retry-Aft", "er3").with_header("x", "1");
        assert_ne!(moved.with_header("retry-after", "4").headers, reply.headers);
        assert!(Response::new(429, Vec::new()).with_header("", "").headers.iter().eq([("", "")]));
    }

    #[test]
    fn debug_shows_lengths_and_names_and_no_value() {
        let mut request =
            Request::post("https://h/v1/job_status".into(), b"canary".to_vec(), Duration::from_secs(1), 9);
        request.headers.append("X-Name", "canary");
        let reply = Response::new(200, b"canary".to_vec()).with_header("set-cookie", "canary");
        let output = format!("{request:?} {reply:?}");
        assert!(!output.contains("canary"), "{output}");
        assert!(output.contains("X-Name") && output.contains("body_bytes: 6"), "{output}");
    }

    #[test]
    fn debug_shows_only_the_host_of_an_images_link() {
        for (url, shown) in [
            ("https://i.example/canary?canary", "url: \"https://i.example\""),
            ("https://i.example?canary", "url: \"https://i.example\""),
            ("canary", "url: \"\""),
        ] {
            let output = format!("{:?}", Request::get_image(url.into(), Duration::from_secs(1), 9));
            assert!(output.contains(shown) && !output.contains("canary"), "{output}");
        }
    }
}
