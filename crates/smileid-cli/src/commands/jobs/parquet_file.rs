//! Parquet out: a row for each settled job, in groups of rows that are written as soon as they are large enough.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use smileid_jobs::{AnswerRow, Cursor, JobStore};

use super::rows::{fields, header, pages};
use crate::failure::{Failure, Kind};
use crate::output;

/// The most rows of a group. Readers like large groups, and a group is in memory until it is written.
const GROUP_ROWS: usize = 100_000;
/// The most bytes of text in a group, give or take one row.
const GROUP_BYTES: usize = 16 * 1024 * 1024;
/// The columns of times, in milliseconds since the Unix epoch.
const TIMES: [&str; 2] = ["signed_at", "settled_at"];
/// The columns of text that every row has.
const REQUIRED: [&str; 5] = ["user_id", "job_id", "verdict", "proof", "body_sha256"];

/// Checks that standard output is no terminal, which would show the file's bytes.
pub(super) fn ready() -> Result<(), Failure> {
    if io::stdout().is_terminal() {
        return Err(Failure::invalid("Parquet is not for a terminal: write it into a file, as in > verdicts.parquet"));
    }
    Ok(())
}

/// Writes what was settled after `since` to standard output.
pub(super) fn write(store: &mut dyn JobStore, since: Cursor, bodies: bool) -> Result<(u64, Cursor), Failure> {
    let (names, until) = header(store, since.clone(), bodies)?;
    let mut out = wrote(output::stdout().map_err(ParquetError::from).and_then(|out| File::new(Out(out), names)))?;
    let written = pages(store, since, Some(&until), |row| wrote(out.add(row, bodies)))?;
    wrote(out.end())?;
    Ok(written)
}

/// The library's errors are about the output: the rows fit the schema that they made.
fn wrote<T>(outcome: Result<T, ParquetError>) -> Result<T, Failure> {
    outcome.map_err(|error| {
        Failure::new(Kind::Internal, format!("standard output cannot be written: {error}; redirect it elsewhere"))
    })
}

/// Standard output. A reader that has gone away has all it wanted: the rest is thrown away.
struct Out<W>(W);

impl<W: Write> Write for Out<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(bytes.len()),
            outcome => outcome,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            outcome => outcome,
        }
    }
}

/// A column of the group that is filled.
enum Column {
    Text { name: String, required: bool, values: Vec<Option<String>> },
    Time { name: String, values: Vec<i64> },
}

impl Column {
    fn new(name: String) -> Self {
        if TIMES.contains(&name.as_str()) {
            return Self::Time { name, values: Vec::new() };
        }
        let required = REQUIRED.contains(&name.as_str());
        Self::Text { name, required, values: Vec::new() }
    }

    fn schema(&self) -> Result<Type, ParquetError> {
        let made = match self {
            Self::Text { name, required, .. } => {
                let repetition = if *required { Repetition::REQUIRED } else { Repetition::OPTIONAL };
                Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
                    .with_logical_type(Some(LogicalType::String))
                    .with_repetition(repetition)
            }
            Self::Time { name, .. } => Type::primitive_type_builder(name, Physical::INT64)
                .with_logical_type(Some(LogicalType::timestamp(true, TimeUnit::MILLIS)))
                .with_repetition(Repetition::REQUIRED),
        };
        made.build()
    }
}

/// A Parquet file that grows.
struct File<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
}

impl<W: Write + Send> File<W> {
    fn new(out: W, names: Vec<String>) -> Result<Self, ParquetError> {
        let columns: Vec<Column> = names.into_iter().map(Column::new).collect();
        let types = columns.iter().map(|column| column.schema().map(Arc::new)).collect::<Result<_, _>>()?;
        let schema = Type::group_type_builder("jobs").with_fields(types).build()?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?;
        Ok(Self { writer, columns, rows: 0, bytes: 0 })
    }

    fn add(&mut self, row: &AnswerRow, bodies: bool) -> Result<(), ParquetError> {
        let all = fields(row, bodies);
        for column in &mut self.columns {
            match column {
                Column::Time { name, values } => {
                    values.push(if name == "signed_at" { row.signed_at } else { row.settled_at });
                }
                Column::Text { name, values, .. } => {
                    let value = all.iter().find(|(own, _)| own == name).and_then(|(_, cell)| cell.plain());
                    self.bytes += value.as_ref().map_or(0, String::len);
                    values.push(value);
                }
            }
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES { self.flush() } else { Ok(()) }
    }

    /// Writes the group, and starts another.
    fn flush(&mut self) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            let Some(mut out) = group.next_column()? else { break };
            match column {
                Column::Time { values, .. } => {
                    out.typed::<Int64Type>().write_batch(values, None, None)?;
                    values.clear();
                }
                Column::Text { required, values, .. } => {
                    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
                    let present: Vec<ByteArray> =
                        values.drain(..).flatten().map(|text| ByteArray::from(text.into_bytes())).collect();
                    let levels = (!*required).then_some(levels.as_slice());
                    out.typed::<ByteArrayType>().write_batch(&present, levels, None)?;
                }
            }
            out.close()?;
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }

    fn end(mut self) -> Result<(), ParquetError> {
        if self.rows > 0 {
            self.flush()?;
        }
        self.writer.close().map(drop)
    }
}
