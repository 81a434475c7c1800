//! A string's text spelt as RFC 8259 wants it where only a lax reader takes it; all else stays as it is spelt. It copies nothing.

use core::fmt::{self, Write};

/// Writes the text between the quotes of a checked string: raw control characters as escapes, half surrogate pairs as U+FFFD.
pub(super) fn write_respelt(out: &mut (impl Write + ?Sized), raw: &str) -> fmt::Result {
    let bytes = raw.as_bytes();
    let (mut written, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        let next = match *byte {
            control @ ..0x20 => Some((at + 1, control)),
            b'\\' => match surrogate(bytes, at) {
                Some(half) if is_pair(bytes, at, half) => {
                    at += 2 * ESCAPE;
                    continue;
                }
                Some(_) => Some((at + ESCAPE, b'\\')),
                None => {
                    // The escaped character is at least one byte: a second backslash must not begin another escape.
                    at += 2;
                    continue;
                }
            },
            _ => None,
        };
        let Some((end, what)) = next else {
            at += 1;
            continue;
        };
        out.write_str(raw.get(written..at).unwrap_or_default())?;
        match what {
            b'\\' => out.write_char(char::REPLACEMENT_CHARACTER)?,
            b'\t' => out.write_str("\\t")?,
            b'\n' => out.write_str("\\n")?,
            b'\r' => out.write_str("\\r")?,
            other => write!(out, "\\u{other:04x}")?,
        }
        (written, at) = (end, end);
    }
    out.write_str(raw.get(written..).unwrap_or_default())
}

/// How long `\ud800` is.
const ESCAPE: usize = 6;

/// Half of a surrogate pair.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    High,
    Low,
}

/// The half of a surrogate pair that the escape at `at` is, if it is one.
fn surrogate(bytes: &[u8], at: usize) -> Option<Half> {
    let [b'\\', b'u', b'd' | b'D', second, _, _] = bytes.get(at..at + ESCAPE)? else { return None };
    match second {
        b'8' | b'9' | b'a' | b'b' | b'A' | b'B' => Some(Half::High),
        b'c'..=b'f' | b'C'..=b'F' => Some(Half::Low),
        _ => None,
    }
}

fn is_pair(bytes: &[u8], at: usize, half: Half) -> bool {
    half == Half::High && surrogate(bytes, at + ESCAPE) == Some(Half::Low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    #[test]
    fn only_what_is_not_strict_is_spelt_anew() {
        for (raw, written) in [
            ("", ""),
            ("plain é", "plain é"),
            (r#"\u00e9\/\"\\\n"#, r#"\u00e9\/\"\\\n"#),
            ("a\tb\nc\rd", "a\\tb\\nc\\rd"),
            (r"\ud83d\ude00", r"\ud83d\ude00"),
            (r"\UD83D", r"\UD83D"),
            (r"\ud800", "\u{FFFD}"),
            (r"x\udc00y", "x\u{FFFD}y"),
            (r"\ud800\ud83D\uDe00\uD800", "\u{FFFD}\\ud83D\\uDe00\u{FFFD}"),
            (r"\ude00\ud83d", "\u{FFFD}\u{FFFD}"),
            (r"\\ud800", r"\\ud800"),
            (r"\\\ud800\\", "\\\\\u{FFFD}\\\\"),
            (r"\ud7ff\ue000", r"\ud7ff\ue000"),
            ("\\ud800\té", "\u{FFFD}\\té"),
        ] {
            let mut out = String::new();
            write_respelt(&mut out, raw).unwrap();
            assert_eq!(out, written, "{raw:?}");
        }
    }
}
