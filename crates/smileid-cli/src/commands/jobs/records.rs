//! Records of CSV by the rules of spreadsheets, each with its lines. The `csv` crate does not say where a record has text behind a closing
//! quote: by two quotes that are not closed, two lines would become one record that looks right.

use std::io::{self, BufRead};

use csv::ByteRecord;

use crate::failure::{Failure, reason};

/// The longest record of CSV, or line of NDJSON, in bytes. Ids have at most 1 KiB each.
pub(super) const LONGEST: u64 = 1 << 20;

/// A record.
pub(super) struct Record {
    pub(super) fields: ByteRecord,
    /// Its first line, from 1.
    pub(super) line: u64,
    /// Its last line: a quoted field may have line ends.
    pub(super) last: u64,
    /// Whether there is text behind a closing quote.
    stray: bool,
}

impl Record {
    /// Whether the line ends in it may come from quotes that are not closed.
    pub(super) const fn is_doubtful(&self) -> bool {
        self.stray && self.last > self.line
    }
}

/// Where in a field the next byte is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Plain,
    Quoted,
    /// Behind a quote that closes, or that is the first of two.
    Closed,
}

/// Reads records.
pub(super) struct Records<R> {
    input: R,
    line: u64,
    after_return: bool,
}

impl<R: BufRead> Records<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { input, line: 1, after_return: false }
    }

    /// The next record. Lines with nothing in them are skipped.
    pub(super) fn next(&mut self) -> Result<Option<Record>, Failure> {
        let mut record = Record { fields: ByteRecord::new(), line: self.line, last: self.line, stray: false };
        let (mut field, mut place, mut bytes) = (Vec::new(), Place::Start, 0);
        loop {
            let buffer = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                buffer => buffer.map_err(|error| unreadable(&error))?,
            };
            if buffer.is_empty() {
                return match place {
                    Place::Quoted => Err(open_quote(record.line)),
                    Place::Start if record.fields.is_empty() => Ok(None),
                    _ => {
                        record.fields.push_field(&field);
                        record.last = self.line;
                        Ok(Some(record))
                    }
                };
            }
            for (at, &byte) in buffer.iter().enumerate() {
                let after_return = core::mem::replace(&mut self.after_return, byte == b'\r');
                let ends_line = byte == b'\r' || byte == b'\n' && !after_return;
                bytes += 1;
                match (place, byte) {
                    (Place::Start, b'"') => place = Place::Quoted,
                    (Place::Quoted, b'"') => place = Place::Closed,
                    (Place::Closed, b'"') | (Place::Quoted, _) => {
                        place = Place::Quoted;
                        field.push(byte);
                    }
                    (_, b',') => {
                        place = Place::Start;
                        record.fields.push_field(&field);
                        field.clear();
                    }
                    (Place::Start, b'\r' | b'\n') if record.fields.is_empty() => {
                        record.line = self.line + u64::from(ends_line);
                        bytes = 0;
                    }
                    (_, b'\r' | b'\n') => {
                        record.fields.push_field(&field);
                        record.last = self.line;
                        self.line += 1;
                        self.input.consume(at + 1);
                        return Ok(Some(record));
                    }
                    _ => {
                        record.stray |= place == Place::Closed;
                        place = Place::Plain;
                        field.push(byte);
                    }
                }
                self.line += u64::from(ends_line);
                if bytes > LONGEST {
                    return Err(too_long(record.line));
                }
            }
            let read = buffer.len();
            self.input.consume(read);
        }
    }
}

pub(super) fn unreadable(error: &io::Error) -> Failure {
    Failure::invalid(format!("the jobs cannot be read ({}): what was read before is imported", reason(error)))
}

fn open_quote(line: u64) -> Failure {
    Failure::invalid(format!(
        "line {line} of the CSV has a quote that is not closed: close it and import again; what was read before is imported"
    ))
}

fn too_long(line: u64) -> Failure {
    Failure::invalid(format!(
        "line {line} of the CSV is longer than 1 MiB: close its quotes, or shorten it, and import again; what was read before is imported"
    ))
}
