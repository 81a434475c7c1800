//! Every oddity that real replies were seen with, each by name. `shapes/odd.rs` says what each does to a reply.

use crate::named::named;

named! {
    /// One oddity of real replies.
    pub enum Odd {
        CompletionAsText "completion_as_text" "`job_complete` and `job_success` are text.";
        CodeNumber "code_number" "`code` is a number.";
        CodeMissing "code_missing" "There is no `code`.";
        ResultText "result_text" "`result` is text: `No zip uploaded`.";
        ResultEmpty "result_empty" "`result` is an empty object.";
        ResultNull "result_null" "`result` is null.";
        ResultMissing "result_missing" "There is no `result`.";
        ResultCodeMissing "result_code_missing" "`result` has no `ResultCode`, as in the document's own sample.";
        JobTypeText "job_type_text" "`job_type` is text.";
        JobTypeMissing "job_type_missing" "There is no `job_type`.";
        PartnerParamsMissing "partner_params_missing" "There are no `PartnerParams`.";
        PartnerParamsMixed "partner_params_mixed" "`PartnerParams` contain the partner's own keys, of every type.";
        FlagsAsBooleans "flags_as_booleans" "`IsFinalResult` and `IsMachineResult` are booleans.";
        NotFinalResult "not_final_result" "`IsFinalResult` is false although `job_complete` is true.";
        ConfidenceNumber "confidence_number" "`ConfidenceValue` is a number.";
        ConfidenceDecimals "confidence_decimals" "`ConfidenceValue` is text with decimals: `97.000000`.";
        ConfidenceMissing "confidence_missing" "There is no `ConfidenceValue`.";
        ActionsPartial "actions_partial" "`Actions` names one action only.";
        ActionsEmpty "actions_empty" "`Actions` is empty.";
        ActionsMissing "actions_missing" "There are no `Actions`.";
        ActionsUnknown "actions_unknown" "`Actions` contains unknown names and words.";
        IdLegComplete "id_leg_complete" "The result is that of the ID leg (1012), and yet `job_complete` is true.";
        HistoryMissing "history_missing" "There is no `history`, although it was asked for.";
        HistoryEmpty "history_empty" "`history` is empty.";
        HistoryMixed "history_mixed" "`history` contains entries of different shapes, under another user's id, as in the document's own sample.";
        LinksMissing "links_missing" "There are no `image_links`, although they were asked for.";
        LinksEmpty "links_empty" "`image_links` is empty.";
        LinksMore "links_more" "`image_links` contains more images than the selfie.";
        LinksError "links_error" "`image_links` contains an error in place of links.";
        Placeholders "placeholders" "Unknown values are written in five ways, from `Not Available` to `NaN-NaN-NaN`.";
        DatesUnpadded "dates_unpadded" "Dates are written as `1990-1-8`.";
        DatesWhole "dates_whole" "Dates are written with a time.";
        FullData "full_data" "The ID authority's whole record is there: text, booleans, nested objects.";
        LargePhoto "large_photo" "The reply contains a photo and a document of 300 kB each, in base64.";
        AntifraudList "antifraud_list" "`Antifraud` lists suspect users with one reason each.";
        AntifraudSummary "antifraud_summary" "`Antifraud` contains a summary, and suspect users with several reasons.";
        UnknownKeys "unknown_keys" "Unknown keys at every level.";
        Receipts "receipts" "`kyc_receipt` and `kyb_receipt` are there.";
        ProofAsSecKey "proof_as_sec_key" "The proof is under `sec_key`, as in old replies.";
        ProofUnkeyed "proof_unkeyed" "The proof is the unkeyed hash, which proves nothing.";
        ProofOneDigitShort "proof_one_digit_short" "The proof is the unkeyed hash with a digit lost, as in the document's own sample.";
        TimestampMicros "timestamp_micros" "The timestamp has six fraction digits and no zone.";
        TimestampOffset "timestamp_offset" "The timestamp ends in `+00:00` and has no fraction.";
        TimestampSpaces "timestamp_spaces" "The timestamp is written as `2021-09-29 12:20:56 +0100`.";
        TimestampSeconds "timestamp_seconds" "The timestamp is Unix time in seconds, as text.";
        TimestampMillis "timestamp_millis" "The timestamp is Unix time in milliseconds, as text.";
        TimestampNumber "timestamp_number" "The timestamp is Unix time in milliseconds, as a number.";
        TrailingCommas "trailing_commas" "A comma before each closing brace.";
        ExtraCloser "extra_closer" "One closing brace too many at the end.";
        MissingComma "missing_comma" "The comma after the first member is missing.";
        BadEscape "bad_escape" "A text contains the escape `\\C`, which JSON does not have.";
        AngleBrackets "angle_brackets" "A value is written as `<true || false>`.";
        ErrorCodeNumber "error_code_number" "Refused, with the code as a number.";
        ErrorQuotes "error_quotes" "Refused, with quotes and a validator's words in the error.";
        ErrorNotAuthorized "error_not_authorized" "Refused with 2204, whose text speaks of authorization.";
        ErrorGateway "error_gateway" "A gateway answers 502 with a message and no code.";
        ErrorHtml "error_html" "A gateway answers 502 with a page of HTML.";
        ErrorEmpty "error_empty" "Refused with 400 and no body.";
        CallbackHeaders "callback_headers" "A callback's timestamp and signature are in its headers.";
        CallbackNested "callback_nested" "A callback's fields are in an object `result`.";
        CallbackSnake "callback_snake" "A callback's names are in snake case.";
        CallbackProcessing "callback_processing" "While the job is pending, a callback says that it is being processed.";
        CallbackTwice "callback_twice" "A callback that was accepted comes once more, with its first signature.";
        CallbackLate "callback_late" "A callback was signed four hours ago.";
    }
}

impl Odd {
    /// Returns the oddity of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|odd| odd.name() == name)
    }
}
