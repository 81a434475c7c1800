//! The rules as a table: what the peer does, what a transport must make of it. How they are tried is elsewhere.

use smileid_core::{
    Method,
    TransportErrorKind::{self as Kind, Closed, Connect, Timeout, TooLarge},
};
use smileid_sandbox::faults::Fault;

use super::seen::Seen;

/// One rule.
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) promise: &'static str,
    pub(super) fault: Fault,
    /// Whether the fault strikes. If it does not, the reply is a good one.
    pub(super) strikes: bool,
    pub(super) method: Method,
    pub(super) sends: usize,
    pub(super) time: Time,
    pub(super) cap: Cap,
    pub(super) expect: Expect,
}

/// How long the exchange may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    /// Longer than it needs.
    Ample,
    /// A moment, since the peer stalls.
    Short,
}

/// How long a body may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cap {
    /// Longer than it is, but for the faults that overstep it: 4 MiB.
    Ample,
    /// As long as the page of `html_200`, and so many bytes less.
    PageLess(usize),
}

/// What must come of the last exchange.
pub(super) enum Expect {
    /// A reply with this status.
    Status(u16),
    /// A failure of one of these kinds.
    Fails(&'static [Kind]),
    /// Tls, before the request is sent.
    Distrust,
    /// More than that.
    Shows(fn(&Seen) -> Result<(), String>),
}

const fn rule(name: &'static str, promise: &'static str, fault: Fault, expect: Expect) -> Rule {
    Rule {
        name,
        promise,
        fault,
        strikes: true,
        method: Method::Post,
        sends: 1,
        time: Time::Ample,
        cap: Cap::Ample,
        expect,
    }
}

const fn stall(name: &'static str, fault: Fault) -> Rule {
    let promise = "the whole exchange ends within the request's time-out, wherever the peer stalls, as Timeout";
    let expect = Expect::Fails(match fault {
        Fault::Blackhole | Fault::StallInHandshake => &[Timeout, Connect],
        _ => &[Timeout],
    });
    Rule { time: Time::Short, ..rule(name, promise, fault, expect) }
}

const fn status(name: &'static str, fault: Fault, status: u16) -> Rule {
    rule(name, "any status is a reply, not an error, so that its body is not lost", fault, Expect::Status(status))
}

const fn redirect(name: &'static str, fault: Fault, status: u16) -> Rule {
    rule(name, "a redirect is a reply like any other and is not followed", fault, Expect::Status(status))
}

const fn cut(name: &'static str, fault: Fault) -> Rule {
    let promise = "a reply that is cut short of its framing, or is no HTTP, is Closed, never a short Ok";
    rule(name, promise, fault, Expect::Fails(&[Closed]))
}

const fn large(name: &'static str, fault: Fault) -> Rule {
    let promise = "reading stops past the limits of body and head, with TooLarge";
    rule(name, promise, fault, Expect::Fails(&[TooLarge]))
}

const fn distrust(name: &'static str, fault: Fault) -> Rule {
    rule(name, "a connection that cannot be trusted is Tls, and the request is not sent", fault, Expect::Distrust)
}

/// What is tried in plain HTTP.
pub(super) const PLAIN: &[Rule] = &[
    Rule {
        strikes: false,
        ..rule(
            "sends_as_is",
            "method, path, every header field and the body go out as they are, with Host and a length",
            Fault::Slicer,
            Expect::Shows(Seen::sent_as_is),
        )
    },
    Rule {
        strikes: false,
        method: Method::Get,
        ..rule(
            "get_as_is",
            "a GET goes out with its path and every header field, secret ones included, and without a body",
            Fault::Slicer,
            Expect::Shows(Seen::got_as_is),
        )
    },
    rule(
        "body_is_whole",
        "the body is handed over byte for byte, however it is cut into packets",
        Fault::Slicer,
        Expect::Shows(Seen::whole_body),
    ),
    rule(
        "repeated_fields",
        "every repeat of a header field is seen",
        Fault::RetryAfterTwoHeaders,
        Expect::Shows(Seen::both_fields),
    ),
    rule("unasked_coding", "a coding that was not asked for does no harm", Fault::GzipUnasked, Expect::Status(200)),
    status("status_304", Fault::Status304, 304),
    status("status_401", Fault::Status401, 401),
    status("status_404", Fault::Status404, 404),
    status("status_408", Fault::Status408, 408),
    status("status_413", Fault::Status413, 413),
    status("status_425", Fault::Status425, 425),
    status("status_429", Fault::Status429, 429),
    status("status_500", Fault::Status500, 500),
    status("status_503", Fault::Status503, 503),
    status("status_999", Fault::Status999, 999),
    redirect("redirect_301_same_host", Fault::Status301SameHost, 301),
    redirect("redirect_301_other_host", Fault::Status301OtherHost, 301),
    redirect("redirect_302_same_host", Fault::Status302SameHost, 302),
    redirect("redirect_302_other_host", Fault::Status302OtherHost, 302),
    redirect("redirect_303_same_host", Fault::Status303SameHost, 303),
    redirect("redirect_303_other_host", Fault::Status303OtherHost, 303),
    redirect("redirect_307_same_host", Fault::Status307SameHost, 307),
    redirect("redirect_307_other_host", Fault::Status307OtherHost, 307),
    redirect("redirect_308_same_host", Fault::Status308SameHost, 308),
    redirect("redirect_308_other_host", Fault::Status308OtherHost, 308),
    redirect("redirect_loop", Fault::Status302Loop, 302),
    redirect("redirect_no_location", Fault::Status302NoLocation, 302),
    rule("refused", "if nothing listens, the kind is Connect", Fault::Refused, Expect::Fails(&[Connect])),
    stall("stall_while_connecting", Fault::Blackhole),
    stall("stall_unread", Fault::AcceptNeverRead),
    stall("stall_before_head", Fault::StallBeforeHead),
    stall("stall_in_head", Fault::Head1BytePerS),
    stall("stall_in_body", Fault::StallMidBody),
    stall("slow_body", Fault::Dribble),
    rule(
        "informational_flood",
        "replies that announce a reply without end are not waited for longer than the time-out",
        Fault::Flood100,
        Expect::Fails(&[Timeout, Closed, TooLarge]),
    )
    .short(),
    rule(
        "closed_at_once",
        "a connection that is closed before a reply is Closed, or Connect",
        Fault::AcceptThenClose,
        Expect::Fails(&[Closed, Connect]),
    ),
    rule(
        "reset_at_once",
        "a connection that is reset before a reply is Closed, or Connect",
        Fault::SynThenRst,
        Expect::Fails(&[Closed, Connect]),
    ),
    cut("cut_in_head", Fault::RstInHead),
    cut("no_http", Fault::GarbageHead),
    cut("two_lengths", Fault::TwoContentLengths),
    cut("length_and_chunked", Fault::LengthAndChunked),
    cut("folded_field", Fault::FoldedField),
    cut("blank_before_colon", Fault::BlankBeforeColon),
    cut("reset_in_body", Fault::RstMidBody),
    cut("closed_in_body", Fault::FinMidBody),
    cut("closed_before_length", Fault::LengthTooLong),
    cut("bad_chunk", Fault::ChunkBadSize),
    cut("no_last_chunk", Fault::ChunkNoEnd),
    large("large_body", Fault::OversizePlain),
    large("endless_body", Fault::OversizeChunked),
    large("large_head", Fault::Head70KiB),
    large("many_fields", Fault::Headers2000),
    Rule {
        cap: Cap::PageLess(0),
        ..rule("at_the_cap", "a body exactly as long as the limit is whole", Fault::Html200, Expect::Status(200))
    },
    Rule { cap: Cap::PageLess(1), ..large("past_the_cap", Fault::Html200) },
    Rule {
        sends: 2,
        ..rule(
            "unasked_reply",
            "an unrequested reply is never taken for the answer to the next request",
            Fault::PipelinedExtraBytes,
            Expect::Shows(Seen::own_answer),
        )
    },
    Rule {
        sends: 2,
        ..rule(
            "idle_close",
            "a kept connection that the peer closes is Closed, or not used: nothing waits for it",
            Fault::IdleCloseRace,
            Expect::Shows(Seen::answered_or_closed),
        )
    },
];

/// What is tried over TLS.
pub(super) const TLS: &[Rule] = &[
    Rule {
        strikes: false,
        ..rule(
            "tls_sound",
            "a sound certificate of the authority that is trusted is accepted",
            Fault::Expired,
            Expect::Status(200),
        )
    },
    distrust("tls_expired", Fault::Expired),
    distrust("tls_self_signed", Fault::SelfSigned),
    distrust("tls_wrong_host", Fault::WrongHost),
    distrust("tls_unknown_authority", Fault::UnknownCa),
    distrust("tls_alert", Fault::AlertMidHandshake),
    distrust("tls_plaintext", Fault::PlaintextOnTlsPort),
    stall("tls_stall", Fault::StallInHandshake),
];

/// What is tried by hand, behind the table.
pub(super) const BY_HAND: [(&str, &str); 4] = [SLEEP, TOGETHER, DROPPED_SEND, DROPPED_SLEEP];

pub(super) const SLEEP: (&str, &str) =
    ("sleep", "sleep lasts as long as it is described to, by the transport's own clock");
pub(super) const TOGETHER: (&str, &str) = ("together", "exchanges do not wait for each other");
pub(super) const DROPPED_SEND: (&str, &str) =
    ("dropped_send", "a future that is dropped at any await point closes its socket (async only)");
pub(super) const DROPPED_SLEEP: (&str, &str) = ("dropped_sleep", "a sleep that is dropped ends at once (async only)");

impl Rule {
    const fn short(mut self) -> Self {
        self.time = Time::Short;
        self
    }
}
