//! `smileid jobs export`: a row for each settled job, as NDJSON, CSV or Parquet.

use std::io::{self, BufWriter, Write};

use smileid_jobs::{Cursor, JobStore};

use super::rows::{Cell, fields, header, pages};
use super::{address, columns, parquet_file};
use crate::args::{ExportFormat, Format, JobsExportArgs};
use crate::commands::DONE;
use crate::failure::Failure;
use crate::output;
use crate::plain;

pub(super) fn run(args: &JobsExportArgs, format: Format) -> Result<u8, Failure> {
    if args.format == ExportFormat::Parquet {
        parquet_file::ready()?;
    }
    let mut store = address::open(&args.store)?;
    let since = args.since.as_deref().map_or(Cursor::START, Cursor::new);
    let (rows, cursor) = match args.format {
        ExportFormat::Parquet => parquet_file::write(store.as_mut(), since, args.bodies)?,
        format => text(store.as_mut(), since, args.bodies, format)?,
    };
    plain::note(&match format {
        Format::Text if cursor.as_str().is_empty() => "no jobs are settled yet".to_owned(),
        Format::Text => format!("{rows} rows; the next export goes on with --since {}", cursor.as_str()),
        Format::Json => format!("{{\"rows\":{rows},\"cursor\":{}}}", columns::text(cursor.as_str())),
    });
    Ok(DONE)
}

fn text(store: &mut dyn JobStore, since: Cursor, bodies: bool, format: ExportFormat) -> Result<(u64, Cursor), Failure> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let written = match format {
        ExportFormat::Csv => csv(store, since, bodies, &mut out)?,
        _ => ndjson(store, since, bodies, &mut out)?,
    };
    output::written(out.flush())?;
    Ok(written)
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
    let (header, until) = header(store, since.clone(), bodies)?;
    let mut out = csv::Writer::from_writer(out);
    output::written(out.write_record(&header).map_err(io::Error::from))?;
    let written = pages(store, since, Some(&until), |row| {
        let all = fields(row, bodies);
        let own = |wanted: &String| {
            all.iter().find(|(name, _)| name == wanted).and_then(|(_, cell)| cell.plain()).unwrap_or_default()
        };
        output::written(out.write_record(header.iter().map(own)).map_err(io::Error::from))
    })?;
    output::written(out.flush())?;
    Ok(written)
}
