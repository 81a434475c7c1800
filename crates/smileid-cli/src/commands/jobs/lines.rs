//! Jobs in, line by line: CSV with a header, or NDJSON. A line that cannot be used is returned with what is wrong, and the rest goes on.

use std::io::{BufRead, Read as _};

use csv::ByteRecord;
use smileid_core::json::{JsonType, Options, Value};
use smileid_jobs::NewJob;

use super::columns;
use super::records::{LONGEST, Records, unreadable};
use crate::failure::Failure;

/// What is wrong with a record over lines whose quotes may be of two records.
const STRAY: &str = "has line ends in quotes, and text behind a quote that closes: a quote before it may not be closed";

/// A job, or a line that is none.
pub(super) type Line = Result<NewJob, Refused>;

/// A line that cannot be used.
#[derive(Debug)]
pub(super) struct Refused {
    /// Its number, from 1.
    pub(super) line: u64,
    /// What is wrong.
    pub(super) problem: String,
    /// What was there.
    pub(super) was: Was,
}

/// What a refused line had.
#[derive(Debug)]
pub(super) enum Was {
    /// The fields of a record of CSV.
    Fields(Vec<Vec<u8>>),
    /// A line of NDJSON.
    Text(Vec<u8>),
}

/// Jobs in one of the forms.
pub(super) enum Lines<R> {
    Csv(Box<Csv<R>>),
    Json(Json<R>),
}

impl<R: BufRead> Lines<R> {
    /// Finds out the form by the first character, and reads the header of CSV.
    pub(super) fn read(mut input: R) -> Result<Self, Failure> {
        let start = input.fill_buf().map_err(|error| unreadable(&error))?;
        let mark = if start.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        input.consume(mark);
        let start = input.fill_buf().map_err(|error| unreadable(&error))?;
        if let Some(other) = other_form(start) {
            return Err(Failure::invalid(other));
        }
        match start.iter().find(|b| !b.is_ascii_whitespace()) {
            None => Err(Failure::invalid("there are no jobs in the input: give CSV with a header, or NDJSON")),
            Some(b'{') => Ok(Self::Json(Json { input, line: 0 })),
            Some(_) => Csv::read(input).map(|csv| Self::Csv(Box::new(csv))),
        }
    }

    /// The header, where the form has one.
    pub(super) fn header(&self) -> Option<&[String]> {
        match self {
            Self::Csv(csv) => Some(&csv.header),
            Self::Json(_) => None,
        }
    }

    /// The next line.
    pub(super) fn next(&mut self) -> Result<Option<Line>, Failure> {
        match self {
            Self::Csv(csv) => csv.next(),
            Self::Json(json) => json.next(),
        }
    }
}

/// What is wrong with an input that is neither CSV nor NDJSON by its first bytes.
fn other_form(start: &[u8]) -> Option<&'static str> {
    let begins = |with: &[u8]| start.starts_with(with);
    let wide = begins(b"\xFF\xFE") || begins(b"\xFE\xFF") || start.iter().take(2).any(|byte| *byte == 0);
    if wide {
        return Some("the input is UTF-16: save it as UTF-8");
    }
    if begins(b"PK\x03\x04") || begins(b"\x1F\x8B") || begins(b"\x28\xB5\x2F\xFD") || begins(b"\xD0\xCF\x11\xE0") {
        return Some("the input is a spreadsheet or is compressed: give CSV with a header, or NDJSON");
    }
    let array = start.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    array.then_some("the input is a JSON array: give one object on each line, as jq -c '.[]' writes them")
}

pub(super) struct Csv<R> {
    records: Records<R>,
    header: Vec<String>,
    user_id: usize,
    job_id: usize,
}

impl<R: BufRead> Csv<R> {
    fn read(input: R) -> Result<Self, Failure> {
        let mut records = Records::new(input);
        let header = match records.next()? {
            Some(header) if header.is_doubtful() => {
                return Err(Failure::invalid(format!("the header of the CSV {STRAY}")));
            }
            header => header.map(|header| header.fields).unwrap_or_default(),
        };
        let names = header.iter().map(|name| str::from_utf8(name).map(|name| name.trim().to_owned()));
        let not_text = |_| Failure::invalid("the header of the CSV is not UTF-8: save the file as UTF-8");
        let header: Vec<String> = names.collect::<Result<_, _>>().map_err(not_text)?;
        if let [one] = header.as_slice() {
            let separated = [(';', "semicolons"), ('\t', "tabs"), ('|', "bars")];
            if let Some((_, by)) = separated.iter().find(|(separator, _)| one.contains(*separator)) {
                return Err(Failure::invalid(format!("the CSV is separated by {by}: save it separated by commas")));
            }
        }
        let find = |wanted: &str| {
            let mut places = header.iter().enumerate().filter(|(_, name)| *name == wanted).map(|(at, _)| at);
            match (places.next(), places.next()) {
                (Some(at), None) => Ok(at),
                (None, _) => Err(Failure::invalid(format!(
                    "the header of the CSV has no column {wanted}: the first line names the columns, separated by commas"
                ))),
                (Some(_), Some(_)) => {
                    Err(Failure::invalid(format!("the header of the CSV has {wanted} twice: keep one")))
                }
            }
        };
        let (user_id, job_id) = (find("user_id")?, find("job_id")?);
        if let Some((at, _)) =
            header.iter().enumerate().find(|(at, name)| header.iter().take(*at).any(|known| known == *name))
        {
            return Err(Failure::invalid(format!(
                "column {} of the CSV has the name of another: name each once",
                at + 1
            )));
        }
        Ok(Self { records, header, user_id, job_id })
    }

    fn next(&mut self) -> Result<Option<Line>, Failure> {
        let Some(record) = self.records.next()? else { return Ok(None) };
        let doubt = if record.is_doubtful() { Err(STRAY.to_owned()) } else { Ok(()) };
        Ok(Some(doubt.and_then(|()| self.job(&record.fields)).map_err(|mut problem| {
            if record.last > record.line {
                problem = format!("{problem}; by its quotes it reaches to line {}", record.last);
            }
            let was = Was::Fields(record.fields.iter().map(<[u8]>::to_vec).collect());
            Refused { line: record.line, problem, was }
        })))
    }

    fn job(&self, record: &ByteRecord) -> Result<NewJob, String> {
        if record.len() != self.header.len() {
            return Err(format!("has {} fields and the header {}", record.len(), self.header.len()));
        }
        let fields = record.iter().map(str::from_utf8).collect::<Result<Vec<_>, _>>();
        let fields = fields.map_err(|_| "is not UTF-8".to_owned())?;
        let id = |at: usize| fields.get(at).copied().unwrap_or_default();
        let job = NewJob::new(id(self.user_id), id(self.job_id)).map_err(|input| input.to_string())?;
        let others = self.header.iter().zip(&fields).enumerate();
        let others = others.filter(|(at, _)| *at != self.user_id && *at != self.job_id);
        let columns = columns::object(others.map(|(_, (name, value))| (name.as_str(), columns::text(value))));
        Ok(match columns {
            Some(columns) => job.with_columns(columns),
            None => job,
        })
    }
}

pub(super) struct Json<R> {
    input: R,
    line: u64,
}

impl<R: BufRead> Json<R> {
    fn next(&mut self) -> Result<Option<Line>, Failure> {
        loop {
            let mut text = Vec::new();
            let read = self.input.by_ref().take(LONGEST).read_until(b'\n', &mut text);
            if read.map_err(|error| unreadable(&error))? == 0 {
                return Ok(None);
            }
            self.line += 1;
            if !text.ends_with(b"\n") && text.len() as u64 == LONGEST {
                // The rest of the line is skipped, without keeping it.
                self.input.skip_until(b'\n').map_err(|error| unreadable(&error))?;
                text.clear();
                let problem = "is longer than 1 MiB".to_owned();
                return Ok(Some(Err(Refused { line: self.line, problem, was: Was::Text(text) })));
            }
            while text.last().is_some_and(u8::is_ascii_whitespace) {
                text.pop();
            }
            if !text.is_empty() {
                let (job, line) = (json_job(&text), self.line);
                return Ok(Some(job.map_err(|problem| Refused { line, problem, was: Was::Text(text) })));
            }
        }
    }
}

fn json_job(text: &[u8]) -> Result<NewJob, String> {
    let value = Value::from_slice(text, Options::STRICT).map_err(|error| error.to_string())?.value;
    let Value::Object(members) = &value else { return Err("is not a JSON object".to_owned()) };
    let id = |name: &str| match value.get(name) {
        Some(Value::String(id)) => Ok(id.as_str()),
        None => Err(format!("{name}: is missing")),
        // A number would lose its zeros on the way here.
        Some(other) => Err(format!("{name}: is {} and not a text: put it in quotes", word(other.json_type()))),
    };
    let job = NewJob::new(id("user_id")?, id("job_id")?).map_err(|input| input.to_string())?;
    let others = members.iter().filter(|(name, _)| name != "user_id" && name != "job_id");
    let columns = columns::object(others.map(|(name, value)| (name.as_str(), value.to_json())));
    Ok(match columns {
        Some(columns) => job.with_columns(columns),
        None => job,
    })
}

const fn word(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Null => "null",
        JsonType::Bool => "a boolean",
        JsonType::Number => "a number",
        JsonType::Array => "an array",
        _ => "an object",
    }
}
