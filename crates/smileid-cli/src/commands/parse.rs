//! `smileid parse`: JSON read as replies are read, and written as strict JSON. Two passes over the document, and no tree: of a refused
//! document nothing is written.

use core::fmt;
use std::io::{self, BufWriter, Write};

use smileid_core::{
    is_known_field,
    json::{Checked, DuplicateKeys, JsonError, Limits, Options, Repair},
};

use super::DONE;
use crate::args::{DuplicateKeysArg, LevelArg, ParseArgs};
use crate::failure::{Failure, Kind};
use crate::{input, output};

pub(super) fn run(args: &ParseArgs) -> Result<u8, Failure> {
    let document = input::read(&args.file)?;
    let checked = Checked::refusing_twice(&document, options(args.level, args.duplicate_keys), is_known_field)
        .map_err(|error| refused(error, &document, args))?;
    let stdout = match output::stdout() {
        Ok(stdout) => stdout,
        Err(error) => return output::written(Err(error)).map(|()| DONE),
    };
    let mut out = Out { to: BufWriter::new(stdout), outcome: Ok(()) };
    let mut err = BufWriter::new(io::stderr());
    // A reader of the repairs that has gone away has seen all it wanted.
    let mut on_repair = |repair: Repair| {
        let _told = writeln!(err, "{}", line(repair));
    };
    let written = checked.write_telling(&mut out, &mut on_repair).and_then(|()| fmt::Write::write_char(&mut out, '\n'));
    let _told = err.flush();
    let flushed = out.to.flush();
    let broken = out.outcome.is_err();
    output::written(out.outcome.and(flushed))?;
    if written.is_err() && !broken {
        return Err(Failure::new(
            Kind::Internal,
            "the second pass over the document failed where the first did not: please report this",
        ));
    }
    Ok(DONE)
}

fn options(level: LevelArg, duplicate_keys: Option<DuplicateKeysArg>) -> Options {
    let level = match level {
        LevelArg::Strict => Options::STRICT,
        LevelArg::Documented => Options::DOCUMENTED,
        LevelArg::Lax => Options::LAX,
    };
    let level = level.with_limits(Limits::DEFAULT.with_max_bytes(Limits::HARD_MAX_BYTES));
    match duplicate_keys {
        None => level,
        Some(DuplicateKeysArg::Refuse) => level.with_duplicate_keys(DuplicateKeys::Refuse),
        Some(DuplicateKeysArg::KeepFirst) => level.with_duplicate_keys(DuplicateKeys::KeepFirst),
    }
}

fn refused(error: JsonError, document: &[u8], args: &ParseArgs) -> Failure {
    let (line, column) = error.line_column(document);
    let read_at = |level| {
        let outcome = Checked::refusing_twice(document, options(level, args.duplicate_keys), is_known_field);
        outcome.map_or_else(|other| other.offset() > error.offset(), |_| true)
    };
    let hint = match args.level {
        LevelArg::Strict if read_at(LevelArg::Documented) => "; --level documented reads it",
        LevelArg::Strict | LevelArg::Documented if read_at(LevelArg::Lax) => "; --level lax reads it",
        _ => "",
    };
    let place = format!("{}: {error} (line {line}, column {column}){hint}", error.kind().as_str());
    Failure::new(Kind::Malformed, place)
}

fn line(repair: Repair) -> String {
    format!("{{\"kind\":\"{}\",\"offset\":{}}}", repair.kind.as_str(), repair.offset)
}

/// Standard output for a writer of text; what went wrong with it is kept.
struct Out<W> {
    to: W,
    outcome: io::Result<()>,
}

impl<W: Write> fmt::Write for Out<W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.to.write_all(text.as_bytes()).map_err(|error| {
            self.outcome = Err(error);
            fmt::Error
        })
    }
}
