//! The pair of a callback that came in its HTTP headers, and how it is put together with what the body claims. It verifies nothing.

use super::{NotProven, ProofClaim, ProofField};

/// The headers `Response-Timestamp` and `Response-Signature` of a callback.
///
/// Some callbacks carry their timestamp and signature there instead of in the body. The formula is the same. No other header is
/// covered by it: `Job-ID` and `User-ID` are claims of the sender.
///
/// ```
/// use smileid_core::HeaderPair;
/// let headers = [("response-timestamp", "2026-10-04T12:00:00.000Z"), ("response-signature", "nD5rG9g/uEMJ…")];
/// let pair = HeaderPair::from_headers(|name| {
///     headers.iter().find(|header| header.0.eq_ignore_ascii_case(name)).map(|header| header.1.as_bytes())
/// });
/// assert_eq!(pair, HeaderPair::new(Some(headers[0].1), Some(headers[1].1)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderPair<'h> {
    timestamp: ProofField<'h>,
    signature: ProofField<'h>,
}

impl<'h> HeaderPair<'h> {
    /// No pair in the headers: the body has to carry it.
    pub const NONE: Self = Self { timestamp: ProofField::Missing, signature: ProofField::Missing };

    /// The name of the header with the signed timestamp.
    pub const TIMESTAMP: &'static str = "response-timestamp";

    /// The name of the header with the signature.
    pub const SIGNATURE: &'static str = "response-signature";

    /// Creates a pair of the two headers' values, each `None` if the header is absent.
    #[must_use]
    pub fn new(timestamp: Option<&'h str>, signature: Option<&'h str>) -> Self {
        let field = |text: Option<&'h str>| text.map_or(ProofField::Missing, ProofField::Text);
        Self { timestamp: field(timestamp), signature: field(signature) }
    }

    /// Returns the pair as a claim, for a message whose body carries none.
    #[must_use]
    pub const fn claim(self) -> ProofClaim<'h> {
        ProofClaim { timestamp: self.timestamp, proof: self.signature }
    }

    /// Reads the pair by `header`, which returns the value of the header of a name in lower case, `None` if it is absent.
    ///
    /// A value that is not UTF-8 is present and proves nothing: it never counts as absent.
    #[must_use]
    pub fn from_headers(header: impl Fn(&'static str) -> Option<&'h [u8]>) -> Self {
        let field = |name| match header(name).map(core::str::from_utf8) {
            None => ProofField::Missing,
            Some(Ok(text)) => ProofField::Text(text),
            Some(Err(_)) => ProofField::OtherType,
        };
        Self { timestamp: field(Self::TIMESTAMP), signature: field(Self::SIGNATURE) }
    }
}

impl<'r> ProofClaim<'r> {
    /// Adds the pair from the headers to the claim of the body.
    ///
    /// One place has to carry the whole pair. The other may repeat it, in the same text.
    ///
    /// # Errors
    /// [`NotProven::PairsDiffer`] if both places carry a field and disagree, [`NotProven::SplitPair`] if each place carries half.
    pub fn with_headers(self, headers: HeaderPair<'r>) -> Result<Self, NotProven> {
        use ProofField::Missing;
        let differ = |body, header| body != Missing && header != Missing && body != header;
        if differ(self.timestamp, headers.timestamp) || differ(self.proof, headers.signature) {
            return Err(NotProven::PairsDiffer);
        }
        match [self.timestamp, self.proof, headers.timestamp, headers.signature].map(|field| field == Missing) {
            [false, true, true, false] | [true, false, false, true] => Err(NotProven::SplitPair),
            [true, true, ..] | [_, _, false, false] => {
                Ok(Self { timestamp: headers.timestamp, proof: headers.signature })
            }
            _ => Ok(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `T` and `S` for the fields that the body carries, `t` and `s` for those of the headers; `2` for another text in the headers.
    fn joined(form: &str) -> Result<[ProofField<'static>; 2], NotProven> {
        let field = |letter, text| if form.contains(letter) { ProofField::Text(text) } else { ProofField::Missing };
        let header = |letter, text: &'static str| {
            form.contains(letter).then_some(if form.contains('2') { "another" } else { text })
        };
        let claim = ProofClaim { timestamp: field('T', "at"), proof: field('S', "mac") };
        claim.with_headers(HeaderPair::new(header('t', "at"), header('s', "mac"))).map(|c| [c.timestamp, c.proof])
    }

    #[test]
    fn one_place_carries_the_whole_pair_and_the_other_may_only_repeat_it() {
        use ProofField::{Missing, Text};
        let whole = Ok([Text("at"), Text("mac")]);
        for form in ["TS", "ts", "TSts", "TSt", "TSs", "Tts", "Sts"] {
            assert_eq!(joined(form), whole, "{form}");
        }
        for form in ["Ts", "St"] {
            assert_eq!(joined(form), Err(NotProven::SplitPair), "{form}");
        }
        for form in ["TSts2", "TSt2", "TSs2", "Tts2", "Sts2", "Tt2", "Ss2"] {
            assert_eq!(joined(form), Err(NotProven::PairsDiffer), "{form}");
        }
        let halves = [("", [Missing; 2]), ("T", [Text("at"), Missing]), ("S", [Missing, Text("mac")])];
        for (form, expected) in halves {
            assert_eq!(joined(form), Ok(expected), "{form}");
            assert_eq!(joined(&form.to_lowercase()), Ok(expected), "{form}");
        }
        assert_eq!(joined("Tt"), Ok([Text("at"), Missing]));
        let claim = HeaderPair::new(Some("at"), None).claim();
        assert_eq!([claim.timestamp, claim.proof], [Text("at"), Missing]);
    }

    #[test]
    fn unreadable_header_is_present() {
        let pair = HeaderPair::from_headers(|name| (name == HeaderPair::SIGNATURE).then_some(b"\xff".as_slice()));
        assert_eq!(pair, HeaderPair { timestamp: ProofField::Missing, signature: ProofField::OtherType });
        let whole = ProofClaim { timestamp: ProofField::Text("at"), proof: ProofField::Text("mac") };
        assert!(matches!(whole.with_headers(pair), Err(NotProven::PairsDiffer)));
    }
}
