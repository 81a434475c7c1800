//! The rows of an export, whatever its format. They are read in short pages, so that a run goes on meanwhile.

use std::collections::BTreeSet;

use smileid_core::{Moment, Timestamp, json::Value};
use smileid_jobs::{AnswerRow, Cursor, JobStore};

use super::columns;
use crate::failure::Failure;

/// How many answers are read at a time.
const PAGE: u32 = 1000;

/// Reads page after page. A page that is empty is the end; what is settled meanwhile comes with the next export.
pub(super) fn pages(
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

/// Returns the names of all columns, in order, and the end of what they were read from.
///
/// Different imports have different columns of the user's: the answers are read once for the names, and once more for the rows.
pub(super) fn header(store: &mut dyn JobStore, since: Cursor, bodies: bool) -> Result<(Vec<String>, Cursor), Failure> {
    let [user_id, job_id, rest @ ..] = columns::OWN;
    let mut names = vec![user_id.to_owned(), job_id.to_owned()];
    let mut known = BTreeSet::new();
    let (_, until) = pages(store, since, None, |row| {
        for (name, _) in columns::members(row.columns.as_deref()) {
            if known.insert(name.clone()) {
                names.push(name);
            }
        }
        Ok(())
    })?;
    names.extend(rest.into_iter().chain(bodies.then_some("body")).map(str::to_owned));
    Ok((names, until))
}

/// One value of a row.
pub(super) enum Cell {
    Absent,
    Text(String),
    /// One of the user's own, as it was imported.
    Yours(Value),
}

impl Cell {
    /// Returns the value as CSV and Parquet have it: a text without quotes, anything else as JSON.
    pub(super) fn plain(&self) -> Option<String> {
        match self {
            Self::Absent | Self::Yours(Value::Null) => None,
            Self::Text(text) | Self::Yours(Value::String(text)) => Some(text.clone()),
            Self::Yours(value) => Some(value.to_json()),
        }
    }
}

/// A row: the ids, the user's columns, and what was answered.
pub(super) fn fields(row: &AnswerRow, bodies: bool) -> Vec<(String, Cell)> {
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
