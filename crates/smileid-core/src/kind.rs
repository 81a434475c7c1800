//! The words for what went wrong. What follows from each is policy's, and what an error says of it is the error's.

__words! {
    /// What went wrong, in one word. The words are stable: scripts may depend on them.
    ///
    /// What a call and a wait do after each kind is the table of [`policy::on_error`](crate::policy::on_error).
    #[non_exhaustive]
    pub enum ErrorKind {
        /// A value that was given is not usable: an id, the form of a key, a URL, a flag, a file of this crate. Nothing was sent.
        InvalidInput = "invalid_input",
        /// The service refuses the request as it is.
        Request = "request",
        /// The enrolled user is disabled.
        Disabled = "disabled",
        /// The service answered with a redirect, which is never followed.
        Redirected = "redirected",
        /// A fault of this library, or of how a session is driven.
        Internal = "internal",
        /// The credentials were refused, or the key is missing or unreadable.
        Credentials = "credentials",
        /// A final answer without anything that proves it.
        Unproven = "unproven",
        /// A final answer whose proof does not verify.
        Signature = "signature",
        /// A final answer whose proof is too old, too new, or our own request's.
        Replay = "replay",
        /// A final answer about another job or another user.
        Mismatch = "mismatch",
        /// No complete reply came: name resolution, connection, reset, attempt timeout.
        Transport = "transport",
        /// No trustworthy TLS connection.
        Tls = "tls",
        /// The service failed: 408, 425, 5xx or code 2301.
        Server = "server",
        /// Too many requests (429), or our own retry budget is empty.
        Throttled = "throttled",
        /// The deadline of the call or wait passed.
        Deadline = "deadline",
        /// A complete reply that cannot be read, or one that is too large.
        Malformed = "malformed",
        /// The service knows no such job or user.
        NotFound = "not_found",
        /// The call was cancelled on this side.
        Cancelled = "cancelled",
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorKind;

    #[test]
    fn no_two_kinds_share_a_word() {
        for (i, a) in ErrorKind::ALL.iter().enumerate() {
            assert!(ErrorKind::ALL.iter().skip(i + 1).all(|b| a != b && a.as_str() != b.as_str()), "{a}");
        }
    }
}
