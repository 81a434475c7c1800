//! The body of target `json`: the JSON reader takes any bytes, at every level, without a panic, and its levels only add.
//! What values it reads is compared elsewhere.

use smileid_core::json::{JsonError, JsonType, Limits, Options, Reader, Repairs};

/// The levels, each accepting what the one before accepts, and more.
const LEVELS: [Options; 3] = [Options::STRICT, Options::DOCUMENTED, Options::LAX];

/// The longest run of calls out of order that one input drives.
const MOST_CALLS: usize = 256;

/// Passes over `data` at every level; walks it piece by piece at one of them, and calls the reader out of order at one.
pub fn run(data: &[u8]) {
    // Which level is a matter of the length: every input is tried at one, every corpus and its beginnings at all.
    let (walked, disturbed) = (data.len() % 3, data.len() / 3 % 3);
    let mut accepted_below: Option<Repairs> = None;
    for (level, options) in LEVELS.into_iter().enumerate() {
        let passed_over = pass_over(data, options);
        if level == walked {
            assert_eq!(passed_over, walk(data, options), "passing over and walking differ at {options:?}");
        }
        if let Some(repairs) = &accepted_below {
            assert_eq!(passed_over.as_ref(), Ok(repairs), "a wider level reads otherwise: {options:?}");
        }
        match passed_over {
            Ok(repairs) => {
                check_repairs(&repairs, data);
                assert!(repairs.is_empty() || options != Options::STRICT, "Strict repairs");
                assert!(!repairs.is_empty() || level == 0 || accepted_below.is_some(), "a deviation went unreported");
                accepted_below = Some(repairs);
            }
            Err(error) => {
                assert!(error.offset() <= data.len(), "an error behind the end");
                let (line, column) = error.line_column(data);
                assert!(line >= 1 && column >= 1 && line + column <= data.len() + 2, "no such place");
            }
        }
        if level == disturbed {
            call_out_of_order(data, options);
        }
    }
}

fn pass_over(data: &[u8], options: Options) -> Result<Repairs, JsonError> {
    let mut reader = Reader::from_slice(data, options)?;
    let span = reader.skip_value()?;
    assert!(!span.of(reader.body()).is_empty(), "a value without text");
    reader.finish()
}

/// Asks for each piece by its type, unescaping every text and reading every number each way.
fn walk(data: &[u8], options: Options) -> Result<Repairs, JsonError> {
    let mut reader = Reader::from_slice(data, options)?;
    let mut open: Vec<JsonType> = Vec::new();
    loop {
        let value = reader.peek()?;
        match value {
            JsonType::Object => reader.begin_object()?,
            JsonType::Array => reader.begin_array()?,
            JsonType::String => assert!(reader.string()?.text().len() <= data.len() * 3, "a text grew"),
            JsonType::Number => {
                let number = reader.number()?;
                assert!(number.to_f64().is_none_or(f64::is_finite), "a number that is not finite");
                assert!(number.to_i64().is_none() || number.is_integer(), "an integer that is none");
            }
            JsonType::Bool => drop(reader.boolean()?),
            JsonType::Null => reader.null()?,
        }
        if matches!(value, JsonType::Object | JsonType::Array) {
            open.push(value);
            assert!(open.len() <= usize::from(Limits::HARD_MAX_DEPTH), "deeper than the limit");
        }
        while let Some(container) = open.last() {
            let more = match container {
                JsonType::Object => reader.next_key()?.map(|key| key.text()).is_some(),
                _ => reader.next_element()?,
            };
            if more {
                break;
            }
            open.pop();
        }
        if open.is_empty() {
            return reader.finish();
        }
    }
}

fn check_repairs(repairs: &Repairs, data: &[u8]) {
    let list = repairs.list();
    assert_eq!(list.len(), repairs.count().min(Repairs::KEPT), "repairs lost or invented");
    assert!(list.iter().all(|repair| repair.offset < data.len()), "a repair behind the end");
    let again = |(index, repair)| list.iter().skip(index + 1).any(|other| other == repair);
    assert!(!list.iter().enumerate().any(again), "one repair twice");
}

/// Calls the reader in the order that the bytes themselves give: every call ends, in a piece or in an error.
fn call_out_of_order(data: &[u8], options: Options) {
    let Ok(mut reader) = Reader::from_slice(data, options) else { return };
    for byte in data.iter().take(MOST_CALLS) {
        let _ended = match byte % 10 {
            0 => reader.begin_object().is_ok(),
            1 => reader.begin_array().is_ok(),
            2 => reader.next_key().is_ok(),
            3 => reader.next_element().is_ok(),
            4 => reader.string().is_ok(),
            5 => reader.number().is_ok(),
            6 => reader.boolean().is_ok(),
            7 => reader.null().is_ok(),
            8 => reader.peek().is_ok(),
            _ => reader.skip_value().is_ok(),
        };
        assert!(reader.offset() <= data.len(), "read behind the end");
    }
    drop(reader.finish());
}
