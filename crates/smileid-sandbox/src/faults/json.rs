//! Whole, proven, final replies whose JSON is out of the ordinary.

use core::fmt::Write;

use smileid_core::Response;

use super::Fault;
use super::draft::Draft;
use super::question::FaultRequest;

/// How many entries or keys are many.
const MANY: usize = 100_000;
/// One level more than a client is to read, the root included.
const TOO_DEEP: usize = 65;

/// The reply to this question.
pub(super) fn reply(fault: Fault, question: &FaultRequest<'_>) -> Option<Response> {
    let good = Draft::approved(question);
    let result = || Draft::result(question);
    let with_result = |result: &Draft| good.clone().with("result", &result.text());
    let draft = match fault {
        Fault::DupSignature => good.and("signature", &question.signed(0).1),
        Fault::DupJobComplete => good.and("job_complete", "false"),
        Fault::Depth65 => {
            // The root is the first level.
            let inner = TOO_DEEP - 1;
            good.and("extra", &format!("{}{}", "[".repeat(inner), "]".repeat(inner)))
        }
        Fault::Number1e308 => with_result(&result().with("ConfidenceValue", "1e308")),
        Fault::Number2Pow64 => good.and("extra", "18446744073709551616"),
        Fault::LoneSurrogate => with_result(&result().with("ResultText", r#""Enroll \ud83d User""#)),
        Fault::String1MiB => good.and("extra", &format!("\"{}\"", "x".repeat(1 << 20))),
        Fault::History1e5 => {
            good.with("history", &format!("[{}]", many(|text, _| text.write_str(r#"{"ResultCode":"0810"}"#))))
        }
        Fault::Keys1e5 => {
            let keys = many(|text, i| write!(text, "\"k{i}\":0"));
            let result = result().text();
            good.with("result", &format!("{},{keys}}}", result.strip_suffix('}').unwrap_or(&result)))
        }
        Fault::BoolAsText => good.with("job_complete", "\"true\"").with("job_success", "\"true\""),
        Fault::CodeAsNumber => good.with("code", "2302"),
        Fault::NullResult => good.with("result", "null"),
        Fault::TextResult => good.with("result", "\"Zip file failed\""),
        Fault::MissingTimestamp => good.without("timestamp"),
        Fault::TimestampNumber => {
            let (digits, signature) = question.signed_number();
            good.with("timestamp", &digits).with("signature", &signature)
        }
        _ => return None,
    };
    Some(draft.reply())
}

/// [`MANY`] pieces with commas between them.
fn many(mut piece: impl FnMut(&mut String, usize) -> core::fmt::Result) -> String {
    let mut text = String::new();
    for i in 0..MANY {
        if i > 0 {
            text.push(',');
        }
        // Writing to a text does not fail.
        let _written = piece(&mut text, i);
    }
    text
}
