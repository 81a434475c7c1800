//! HTTP messages as plain data of our own: what a transport is given and what it gives back. Nothing here is sent or judged.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use zeroize::Zeroize;

__words! {
    /// The HTTP method of a [`Request`]. A transport carries both.
    #[non_exhaustive]
    pub enum Method {
        /// `POST`.
        Post = "POST",
        /// `GET`: of a job's images, and of a job's status in v3. It has no body; its header fields are sent like those of a `POST`.
        Get = "GET",
    }
}

/// Header fields in the order they were added or received; names compare without case, repeats are kept.
///
/// A value may be a secret: see [`Headers::append_secret`].
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// Names and values one behind the other: two buffers for a whole head, however many fields it has.
    text: Text,
    ends: Vec<Ends>,
}

/// Where a field's name ends in the text, and its value.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ends {
    name: usize,
    value: usize,
    is_secret: bool,
}

/// One header field.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field<'h> {
    /// The name, in the case it was given in.
    pub name: &'h str,
    /// The value.
    pub value: &'h str,
    /// Whether the value is a secret. A transport marks it as sensitive if its HTTP library can, and never logs it.
    pub is_secret: bool,
}

/// Shows the name only.
impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Field").field("name", &self.name).field("is_secret", &self.is_secret).finish_non_exhaustive()
    }
}

/// The text of a head. It is wiped from memory when dropped, or when it grows, if a part of it is secret.
#[derive(Clone, Default, PartialEq, Eq)]
struct Text {
    text: String,
    is_secret: bool,
}

impl Text {
    fn push(&mut self, more: &str) {
        if self.is_secret && self.text.capacity() - self.text.len() < more.len() {
            let mut grown = String::with_capacity((self.text.len() + more.len()) * 2);
            grown.push_str(&self.text);
            self.text.zeroize();
            self.text = grown;
        }
        self.text.push_str(more);
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        if self.is_secret {
            self.text.zeroize();
        }
    }
}

impl Headers {
    /// The text of the few fields that most messages have; more make it grow.
    const USUAL_LEN: usize = 128;

    /// Creates an empty list of fields.
    #[must_use]
    pub const fn new() -> Self {
        Self { text: Text { text: String::new(), is_secret: false }, ends: Vec::new() }
    }

    /// Adds a field behind the ones that are there.
    pub fn append(&mut self, name: &str, value: &str) {
        self.add(name, value, false);
    }

    /// Adds a field whose value is a secret, such as a key or a token.
    ///
    /// This list and each of its clones wipe the value from memory when they are dropped.
    pub fn append_secret(&mut self, name: &str, value: &str) {
        self.text.is_secret = true;
        self.add(name, value, true);
    }

    fn add(&mut self, name: &str, value: &str, is_secret: bool) {
        if self.text.text.is_empty() {
            self.text.text.reserve(Self::USUAL_LEN);
        }
        self.text.push(name);
        let name = self.text.text.len();
        self.text.push(value);
        self.ends.push(Ends { name, value: self.text.text.len(), is_secret });
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
        self.fields().map(|field| (field.name, field.value))
    }

    /// Returns every field with whether its value is a secret, in order.
    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        self.ends.iter().scan(0, |start, ends| {
            let name = self.text.text.get(*start..ends.name)?;
            *start = ends.value;
            let value = self.text.text.get(ends.name..ends.value)?;
            Some(Field { name, value, is_secret: ends.is_secret })
        })
    }

    /// Returns whether a value is a secret.
    #[must_use]
    pub const fn has_secret(&self) -> bool {
        self.text.is_secret
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

/// Names only: a value may contain what must not be logged.
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
    /// What this request does, in a word fit for metrics and spans: `job_status`, `image`, `v3_token`, `v3_status`.
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

    /// Creates a `GET` of `url` with no header fields. `Debug` shows only the scheme and the host of its URL.
    #[must_use]
    pub fn get(url: String, timeout: Duration, max_response_bytes: usize, operation: &'static str) -> Self {
        Self { operation, ..Self::get_image(url, timeout, max_response_bytes) }
    }

    /// What may be shown of the URL: of a `GET`, the scheme and the host. An image's link is a credential, and a status names a job.
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
    fn secret_values_are_marked_in_every_copy_and_kept_apart_from_the_others() {
        let mut headers = Headers::new();
        headers.append("Accept", "a");
        assert!(!headers.has_secret());
        headers.append_secret("Token", &"canary".repeat(40));
        headers.append("X", "b");
        let copy = headers.clone();
        assert!(copy.has_secret() && copy == headers);
        let marked: Vec<_> = copy.fields().map(|field| (field.name, field.is_secret)).collect();
        assert_eq!(marked, [("Accept", false), ("Token", true), ("X", false)]);
        assert_eq!((copy.first("token").map(str::len), copy.first("x")), (Some(240), Some("b")));
        assert!(!format!("{copy:?} {:?}", copy.fields().collect::<Vec<_>>()).contains("canary"));
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
