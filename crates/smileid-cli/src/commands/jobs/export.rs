//! `smileid jobs export`: a row for each settled job. It reads in short pages, so that a run goes on meanwhile.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};

use smileid_core::json::Value;
use smileid_core::time::{Moment, Timestamp};
use smileid_jobs::{AnswerRow, Cursor, JobStore};

use super::{address, columns};
use crate::args::{ExportFormat, Format, JobsExportArgs};
use crate::commands::DONE;
use crate::failure::Failure;
use crate::output;
use crate::plain;

/// How many answers are read at a time.
const PAGE: u32 = 1000;

pub(super) fn run(args: &JobsExportArgs, format: Format) -> Result<u8, Failure> {
    if args.format == ExportFormat::Parquet {
        return Err(Failure::invalid(
            "this build of smileid writes no Parquet: export --format csv or ndjson, which every tool reads",
        ));
    }
    let mut store = address::open(&args.store)?;
    let since = args.since.as_deref().map_or(Cursor::START, Cursor::new);
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let (rows, cursor) = match args.format {
        ExportFormat::Csv => csv(store.as_mut(), since, args.bodies, &mut out)?,
        _ => ndjson(store.as_mut(), since, args.bodies, &mut out)?,
    };
    output::written(out.flush())?;
    plain::note(&match format {
        Format::Text if cursor.as_str().is_empty() => "no jobs are settled yet".to_owned(),
        Format::Text => format!("{rows} rows; the next export goes on with --since {}", cursor.as_str()),
        Format::Json => format!("{{\"rows\":{rows},\"cursor\":{}}}", columns::text(cursor.as_str())),
    });
    Ok(DONE)
}

/// Reads page after page. A page that is empty is the end; what is settled meanwhile comes with the next export.
fn pages(
    store: &mut dyn JobStore,
    since: Cursor,
    until: Option<&Cursor>,
    mut each: impl FnMut(&AnswerRow) -> Result<(), Failure>,
) -> Result<(u64, Cursor), Failure> {
    let (mut cursor, mut rows) = (since, 0);
    while until != Some(&cursor) {
        let page = store.answers_after(&cursor, PAGE)?;
        if page.rows.is_empty() {
            break;
        }
        for row in &page.rows {
            each(row)?;
        }
        rows += page.rows.len() as u64;
        cursor = page.cursor;
    }
    Ok((rows, cursor))
}

fn ndjson(
    store: &mut dyn JobStore,
    since: Cursor,
    bodies: bool,
    out: &mut impl Write,
) -> Result<(u64, Cursor), Failure> {
    pages(store, since, None, |row| {
        let mut line = String::from("{");
        for (at, (name, value)) in fields(row, bodies).into_iter().enumerate() {
            if at > 0 {
                line.push(',');
            }
            plain::quote(&mut line, &name);
            line.push(':');
            match value {
                Cell::Absent => line += "null",
                Cell::Text(text) => plain::quote(&mut line, &text),
                Cell::Yours(value) => line += &value.to_json(),
            }
        }
        output::written(out.write_all((line + "}\n").as_bytes()))
    })
}

fn csv(store: &mut dyn JobStore, since: Cursor, bodies: bool, out: &mut impl Write) -> Result<(u64, Cursor), Failure> {
    // The header needs the names of all columns, and different imports have different ones: the answers are read twice.
    let mut names: Vec<String> = Vec::new();
    let mut known = BTreeSet::new();
    let (_, until) = pages(store, since.clone(), None, |row| {
        for (name, _) in columns::members(row.columns.as_deref()) {
            if known.insert(name.clone()) {
                names.push(name);
            }
        }
        Ok(())
    })?;
    let mut out = csv::Writer::from_writer(out);
    let [user_id, job_id, rest @ ..] = columns::OWN;
    let body = bodies.then_some("body");
    let header = [user_id, job_id].into_iter().chain(names.iter().map(String::as_str)).chain(rest).chain(body);
    output::written(out.write_record(header).map_err(io::Error::from))?;
    let written = pages(store, since, Some(&until), |row| {
        let all = fields(row, bodies);
        let own = |wanted: &str| {
            all.iter().find(|(name, _)| name == wanted).map(|(_, cell)| cell.plain()).unwrap_or_default()
        };
        let header = [user_id, job_id].into_iter().chain(names.iter().map(String::as_str)).chain(rest).chain(body);
        output::written(out.write_record(header.map(own)).map_err(io::Error::from))
    })?;
    output::written(out.flush())?;
    Ok(written)
}

/// One value of a row.
enum Cell {
    Absent,
    Text(String),
    /// One of the user's own, as it was imported.
    Yours(Value),
}

impl Cell {
    /// The value as it is written into CSV: a text without quotes, anything else as JSON.
    fn plain(&self) -> String {
        match self {
            Self::Absent | Self::Yours(Value::Null) => String::new(),
            Self::Text(text) | Self::Yours(Value::String(text)) => text.clone(),
            Self::Yours(value) => value.to_json(),
        }
    }
}

/// A row: the ids, the user's columns, and what was answered.
fn fields(row: &AnswerRow, bodies: bool) -> Vec<(String, Cell)> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let maybe = |text: &Option<String>| text.clone().map_or(Cell::Absent, Cell::Text);
    let time = |millis| Cell::Text(Timestamp::at(Moment::new(millis, core::time::Duration::ZERO)).to_string());
    let digest = hex(&row.body_sha256);
    let yours = columns::members(row.columns.as_deref()).into_iter().map(|(name, value)| (name, Cell::Yours(value)));
    let answer = [
        ("verdict", text(&row.verdict)),
        ("reason", maybe(&row.reason)),
        ("code", maybe(&row.code)),
        ("result_code", maybe(&row.result_code)),
        ("proof", text(&row.proof)),
        ("signed_at", time(row.signed_at)),
        ("body_sha256", Cell::Text(digest)),
        ("settled_at", time(row.settled_at)),
    ];
    let ids = [("user_id", text(&row.user_id)), ("job_id", text(&row.job_id))];
    let body = bodies.then(|| ("body", maybe(&row.body)));
    let named = |(name, cell): (&str, Cell)| (name.to_owned(), cell);
    ids.into_iter().map(named).chain(yours).chain(answer.into_iter().chain(body).map(named)).collect()
}

/// Bytes as lowercase hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef".get(usize::from(value)).copied().unwrap_or(b'?'));
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
