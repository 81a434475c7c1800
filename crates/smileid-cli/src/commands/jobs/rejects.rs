//! The lines that were refused: into a file of the user's, or some of them as messages.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::Path;

use super::lines::{Refused, Was};
use crate::failure::{Failure, reason};
use crate::plain;

/// How many refused lines are described on standard error.
const SHOWN: u64 = 10;

/// Where refused lines go, and how many there were.
pub(super) struct Rejects {
    out: Option<Out>,
    count: u64,
}

enum Out {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Json(BufWriter<File>),
}

impl Rejects {
    /// Makes the file, for the user alone: there are ids in it. One that is there already is left as it is.
    pub(super) fn new(path: Option<&Path>, header: Option<&[String]>) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self { out: None, count: 0 }) };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| {
            let why = match error.kind() {
                std::io::ErrorKind::AlreadyExists => "there is a file already".to_owned(),
                _ => reason(&error),
            };
            Failure::invalid(format!(
                "--rejects {} cannot be made ({why}): give the path of a new file",
                path.display()
            ))
        })?;
        let file = BufWriter::new(file);
        let out = match header {
            None => Out::Json(file),
            Some(header) => {
                let mut out = csv::WriterBuilder::new().flexible(true).from_writer(file);
                let names = ["line", "problem"].into_iter().chain(header.iter().map(String::as_str));
                out.write_record(names).map_err(|error| unwritable(&error))?;
                Out::Csv(Box::new(out))
            }
        };
        Ok(Self { out: Some(out), count: 0 })
    }

    /// Writes one down.
    pub(super) fn add(&mut self, refused: &Refused) -> Result<(), Failure> {
        self.count += 1;
        if self.count <= SHOWN {
            plain::note(&format!("line {}: {}", refused.line, refused.problem));
        } else if self.count == SHOWN + 1 {
            plain::note("further refused lines are not shown: --rejects FILE has all of them");
        }
        match (&mut self.out, &refused.was) {
            (Some(Out::Csv(out)), Was::Fields(fields)) => {
                let number = refused.line.to_string();
                let prefix = [number.as_bytes(), refused.problem.as_bytes()];
                out.write_record(prefix.into_iter().chain(fields.iter().map(Vec::as_slice)))
                    .map_err(|error| unwritable(&error))
            }
            (Some(Out::Json(out)), Was::Text(text)) => {
                let mut line = format!("{{\"line\":{},\"problem\":", refused.line);
                plain::quote(&mut line, &refused.problem);
                line += ",\"text\":";
                plain::quote(&mut line, &String::from_utf8_lossy(text));
                out.write_all((line + "}\n").as_bytes()).map_err(|error| unwritable(&error.into()))
            }
            _ => Ok(()),
        }
    }

    /// Ends the file, and returns how many there were.
    pub(super) fn finish(self) -> Result<u64, Failure> {
        match self.out {
            Some(Out::Csv(mut out)) => out.flush().map_err(|error| unwritable(&error.into()))?,
            Some(Out::Json(mut out)) => out.flush().map_err(|error| unwritable(&error.into()))?,
            None => {}
        }
        Ok(self.count)
    }
}

fn unwritable(error: &csv::Error) -> Failure {
    let why = match error.kind() {
        csv::ErrorKind::Io(error) => reason(error),
        _ => "it is not CSV".to_owned(),
    };
    Failure::invalid(format!("the file of --rejects cannot be written ({why}): what was read before is imported"))
}
