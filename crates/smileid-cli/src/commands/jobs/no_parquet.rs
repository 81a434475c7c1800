//! The answer to `--format parquet` in a build without the feature `parquet`.

use smileid_jobs::{Cursor, JobStore};

use crate::failure::Failure;

fn absent() -> Failure {
    Failure::invalid(
        "this build of smileid writes no Parquet: build it with --features parquet, or export --format csv or ndjson",
    )
}

/// Says that this build writes no Parquet, before a store is opened.
pub(super) fn ready() -> Result<(), Failure> {
    Err(absent())
}

pub(super) fn write(_: &mut dyn JobStore, _: Cursor, _: bool) -> Result<(u64, Cursor), Failure> {
    Err(absent())
}
