//! The names of all faults, and what each does on the wire. How they do it is in the file of their family.

use crate::named::named;

smileid_core::__words! {
    /// Where in an exchange a fault strikes.
    #[non_exhaustive]
    pub enum Family {
        /// While the connection is made, or right after.
        Connect = "connect",
        /// In the TLS handshake.
        Tls = "tls",
        /// Before or in the head of the reply.
        Head = "head",
        /// In the body of the reply.
        Body = "body",
        /// A whole reply with an unwelcome status.
        Status = "status",
        /// Between two requests on one connection.
        KeepAlive = "keep-alive",
        /// A whole reply whose JSON is out of the ordinary.
        Json = "json",
        /// A whole final reply whose proof is out of the ordinary.
        Proof = "proof",
        /// Whole replies that are unusual in what they say, one after the other.
        Meaning = "meaning",
    }
}

named! {
    /// A way in which a service, or the road to it, fails. Each has a name and does one thing.
    ///
    /// ```
    /// use smileid_sandbox::faults::Fault;
    /// assert_eq!(Fault::from_name("gzip_bomb"), Some(Fault::GzipBomb));
    /// assert_eq!(Fault::GzipBomb.name(), "gzip_bomb");
    /// ```
    pub enum Fault {
        /// Returns where it strikes.
        pub family: Family;

        Connect {
            Refused "refused" "Nothing listens on the port.";
            Blackhole "blackhole" "The queue of the port is full: connecting is never answered.";
            AcceptThenClose "accept_then_close" "The connection is accepted and closed at once.";
            AcceptNeverRead "accept_never_read" "The connection is accepted, and nothing is ever read from it or written to it.";
            SynThenRst "syn_then_rst" "The connection is accepted and reset at once.";
        }
        Tls {
            Expired "expired" "The certificate's time is over; the authority is the trusted one.";
            SelfSigned "self_signed" "The certificate is signed by itself.";
            WrongHost "wrong_host" "The certificate is for another host; the authority is the trusted one.";
            UnknownCa "unknown_ca" "The certificate is sound and from an authority that is not trusted.";
            AlertMidHandshake "alert_mid_handshake" "The client's hello is answered with a fatal alert.";
            StallInHandshake "stall_in_handshake" "The client's hello is never answered.";
            PlaintextOnTlsPort "plaintext_on_tls_port" "The client's hello is answered in plain HTTP.";
        }
        Head {
            StallBeforeHead "stall_before_head" "The request is read and never answered.";
            Head1BytePerS "head_1_byte_per_s" "The reply's head comes at one byte a second.";
            RstInHead "rst_in_head" "The connection is reset in the middle of the reply's head.";
            GarbageHead "garbage_head" "The reply is not HTTP.";
            Head70KiB "head_70KiB" "The reply's head has one field of 70 KiB; the rest is in order.";
            Headers2000 "2000_headers" "The reply's head has 2,000 fields; the rest is in order.";
            TwoContentLengths "two_content_lengths" "The reply has two Content-Length fields that contradict each other.";
            LengthAndChunked "length_and_chunked" "The reply is chunked and has a Content-Length that contradicts the chunks.";
            FoldedField "folded_field" "A field of the reply's head goes on in the next line, which begins with a blank; the rest is in order.";
            BlankBeforeColon "blank_before_colon" "A field of the reply's head has a blank before its colon; the rest is in order.";
            Flood100 "100_flood" "The request is answered with 100 Continue without end.";
            Status999 "status_999" "The status is 999; the body is a final answer.";
        }
        Body {
            StallMidBody "stall_mid_body" "Half of the body comes, and then nothing more.";
            Dribble "dribble" "The body comes at one byte a second.";
            Slicer "slicer" "The whole reply comes in order, byte by byte, each in a separate packet.";
            RstMidBody "rst_mid_body" "The connection is reset in the middle of the body.";
            FinMidBody "fin_mid_body" "The connection is closed in the middle of the body.";
            LengthTooLong "length_too_long" "The whole body comes, and the connection is closed 64 bytes short of its Content-Length.";
            LengthTooShort "length_too_short" "The body is 64 bytes longer than its Content-Length.";
            ChunkBadSize "chunk_bad_size" "The size of a chunk is no number.";
            ChunkNoEnd "chunk_no_end" "The whole body comes in a chunk, and the connection is closed without the last chunk.";
            OversizePlain "oversize_plain" "The body has 5 MiB, and its Content-Length says so.";
            OversizeChunked "oversize_chunked" "The body comes in chunks without end.";
            GzipBomb "gzip_bomb" "The body is half a MiB of gzip that inflates to 512 MiB.";
            GzipUnasked "gzip_unasked" "The body is compressed with gzip, whether that was asked for or not.";
            GzipCorrupt "gzip_corrupt" "The body is labelled gzip, and its checksum does not hold.";
            Empty200 "empty_200" "The status is 200 and the body is empty.";
            Html200 "html_200" "The status is 200 and the body is a page of HTML.";
            Bom "bom" "The body starts with a byte-order mark; the rest is in order.";
            Utf16 "utf16" "The body is in UTF-16.";
            NulBytes "nul_bytes" "The body has NUL bytes inside a text.";
            TrailingGarbage "trailing_garbage" "Text follows the JSON document.";
            TwoDocuments "two_documents" "A second JSON document follows the first.";
        }
        Status {
            Status301SameHost "status_301_same_host" "301 to another path of this host.";
            Status301OtherHost "status_301_other_host" "301 to another host.";
            Status302SameHost "status_302_same_host" "302 to another path of this host.";
            Status302OtherHost "status_302_other_host" "302 to another host.";
            Status303SameHost "status_303_same_host" "303 to another path of this host.";
            Status303OtherHost "status_303_other_host" "303 to another host.";
            Status307SameHost "status_307_same_host" "307 to another path of this host.";
            Status307OtherHost "status_307_other_host" "307 to another host.";
            Status308SameHost "status_308_same_host" "308 to another path of this host.";
            Status308OtherHost "status_308_other_host" "308 to another host.";
            Status302Loop "status_302_loop" "302 to the very URL that was asked.";
            Status302NoLocation "status_302_no_location" "302 without a Location.";
            Status304 "status_304" "304, which has no body.";
            Status401 "status_401" "401 with a gateway's message.";
            Status403 "status_403" "403 with a gateway's message.";
            Status404 "status_404" "404 with a page of HTML.";
            Status408 "status_408" "408 with an empty body.";
            Status409 "status_409" "409 with a gateway's message.";
            Status413 "status_413" "413 with a gateway's message.";
            Status425 "status_425" "425 with an empty body.";
            Status429 "status_429" "429 with a gateway's message.";
            Status429RetryAfter "status_429_retry_after" "429 with Retry-After: 3.";
            Status500 "status_500" "500 with a gateway's message.";
            Status502Html "status_502_html" "502 with a page of HTML.";
            Status503 "status_503" "503 with a gateway's message.";
            Status504 "status_504" "504 with an empty body.";
            RetryAfterNegative "retry_after_negative" "503 with Retry-After: -1.";
            RetryAfter0 "retry_after_0" "503 with Retry-After: 0.";
            RetryAfter1e30 "retry_after_1e30" "503 with Retry-After: 1e30.";
            RetryAfterNan "retry_after_nan" "503 with Retry-After: NaN.";
            RetryAfterText "retry_after_text" "503 with Retry-After: soon.";
            RetryAfterPastDate "retry_after_past_date" "503 with a Retry-After in the past.";
            RetryAfterYear9999 "retry_after_year_9999" "503 with a Retry-After in the year 9999.";
            RetryAfterTwoHeaders "retry_after_two_headers" "503 with Retry-After: 1 and Retry-After: 7.";
        }
        KeepAlive {
            IdleCloseRace "idle_close_race" "The first reply is in order and keeps the connection; it is closed as the second request comes in on it.";
            PipelinedExtraBytes "pipelined_extra_bytes" "After each reply comes another whole one that was not requested, about another job.";
            ResetOnReuse "reset_on_reuse" "The first reply is in order and keeps the connection; it is reset when the second request comes in on it.";
        }
        Json {
            DupSignature "dup_signature" "The reply has two signatures, and both hold.";
            DupJobComplete "dup_job_complete" "The reply has `job_complete` twice, true and false.";
            Depth65 "depth_65" "An unknown field nests 65 levels deep.";
            Number1e308 "1e308" "`ConfidenceValue` is 1e308.";
            Number2Pow64 "2^64" "An unknown field is 18446744073709551616.";
            LoneSurrogate "lone_surrogate" "`ResultText` holds half of a surrogate pair.";
            String1MiB "1_MiB_string" "An unknown field is a text of 1 MiB.";
            History1e5 "10^5_history_entries" "The history has 100,000 entries.";
            Keys1e5 "10^5_unknown_keys" "The result has 100,000 unknown fields.";
            BoolAsText "bool_as_text" "`job_complete` and `job_success` are the texts \"true\".";
            CodeAsNumber "code_as_number" "code is a number.";
            NullResult "null_result" "`job_complete` is true and result is null.";
            TextResult "text_result" "`job_complete` is true and result is a text.";
            MissingTimestamp "missing_timestamp" "The reply is final and has no timestamp.";
            TimestampNumber "timestamp_number" "The timestamp is a number of milliseconds, and its digits are signed.";
        }
        Proof {
            BadMac "bad_mac" "One bit of the signature is wrong.";
            UrlSafeBase64 "url_safe_base64" "The signature is in the URL-safe alphabet.";
            NoPadding "no_padding" "The signature lacks its padding.";
            TrailingBits "trailing_bits" "The last digit of the signature has bits set that mean nothing.";
            Signed301sOld "301_s_old" "The reply was signed 301 s ago.";
            Signed301sAhead "301_s_ahead" "The reply is signed 301 s ahead.";
            Reflected "reflected" "The reply carries the timestamp and signature of the request.";
            Replayed "replayed" "The reply is one that the service signed yesterday.";
            SecondKey "second_key" "The reply is signed with the partner's previous key.";
            OtherPartner "other_partner" "The reply is signed for another partner.";
            OtherJob "other_job" "The reply is about another job.";
            OtherUser "other_user" "The reply is about another user.";
            Unsigned "unsigned" "The reply is final and has no signature.";
            BareHash "bare_hash" "The signature is the hash of partner id and timestamp that anybody can compute.";
        }
        Meaning {
            CompleteFlapsBack "complete_flaps_back" "Every second reply is final; those before and after are pending.";
            NeverComplete "never_complete" "The job is pending for ever.";
            UnknownCode "unknown_code" "The reply is final, with an unknown code and an unknown `ResultCode`.";
            UnknownJobType "unknown_job_type" "The reply is final and of job type 99.";
            ClockPlus1h "clock_plus_1h" "The service's clock is an hour ahead.";
            ClockJumpsMidWait "clock_jumps_mid_wait" "Two pending replies; a final one with the clock an hour ahead; then the clock is right again.";
        }
    }
}

impl Fault {
    /// Returns the fault with this name. Spaces count as `_`, and `10⁵` as `10^5`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.replace(' ', "_").replace('⁵', "^5");
        Self::ALL.iter().copied().find(|fault| fault.name() == name)
    }

    /// Returns whether the base URL is https.
    #[must_use]
    pub const fn is_tls(self) -> bool {
        matches!(self.family(), Family::Tls)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_fault_and_to_no_other() {
        for (i, fault) in Fault::ALL.iter().enumerate() {
            assert_eq!(Fault::from_name(fault.name()), Some(*fault));
            assert!(Fault::ALL.iter().skip(i + 1).all(|other| other.name() != fault.name()), "{fault}");
        }
        assert_eq!(Fault::from_name("10⁵ history entries"), Some(Fault::History1e5));
        assert_eq!(Fault::from_name("1 MiB string"), Some(Fault::String1MiB));
        assert_eq!(Fault::from_name("nothing"), None);
    }
}
