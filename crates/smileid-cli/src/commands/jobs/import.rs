//! `smileid jobs import`: jobs into the store, a batch at a time.

use core::hash::BuildHasher;
use std::collections::HashSet;
use std::hash::RandomState;
use std::io::{self, BufRead, BufReader};

use smileid_jobs::{Imported, JobStore, Mode, NewJob, Rate};

use super::address;
use super::lines::Lines;
use super::rejects::Rejects;
use crate::args::{Format, JobsImportArgs};
use crate::commands::DONE;
use crate::failure::{Failure, reason};
use crate::{input, output};

/// How many jobs are written in one transaction. Random ids change pages all over an index: the more at a time, the fewer twice.
const BATCH: usize = 50_000;
/// How many bytes of ids and columns they have at the most, and the last one more: they are in memory, and nothing else can write meanwhile.
const BYTES: usize = 16 << 20;

pub(super) fn run(args: &JobsImportArgs, format: Format) -> Result<u8, Failure> {
    let input: Box<dyn BufRead> = if args.file.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        let file = input::open(&args.file).map_err(|error| {
            let path = args.file.display();
            Failure::invalid(format!(
                "{path} cannot be read ({}): give the path of a file, or - for standard input",
                reason(&error)
            ))
        })?;
        Box::new(BufReader::with_capacity(1 << 16, file))
    };
    let mut lines = Lines::read(input)?;
    let mut store = address::open(&args.store)?;
    let mut rejects = Rejects::new(args.rejects.as_deref(), lines.header())?;
    let mut batch = Batch::new(args.dry_run);
    let outcome = loop {
        match lines.next() {
            Ok(Some(Ok(job))) => batch.push(job, store.as_mut())?,
            // What was read before goes in, as the messages say.
            Ok(Some(Err(refused))) => {
                if let Err(failure) = rejects.add(&refused) {
                    break Err(failure);
                }
            }
            Ok(None) => break Ok(()),
            Err(failure) => break Err(failure),
        }
    };
    let imported = batch.finish(store.as_mut())?;
    let refused = rejects.finish();
    outcome?;
    let refused = refused?;
    let rate = store.counts()?.rate;
    output::data(&summary(imported, refused, rate, args.dry_run, format))?;
    Ok(DONE)
}

/// The jobs of the next transaction, and what became of those before.
struct Batch {
    jobs: Vec<NewJob>,
    bytes: usize,
    imported: Imported,
    /// A dry run adds nothing that a later batch could be found to repeat: the jobs that were seen, as eight bytes each.
    seen: Option<HashSet<u64>>,
    hasher: RandomState,
}

impl Batch {
    fn new(dry_run: bool) -> Self {
        let seen = dry_run.then(HashSet::new);
        Self { jobs: Vec::new(), bytes: 0, imported: Imported::default(), seen, hasher: RandomState::new() }
    }

    fn push(&mut self, job: NewJob, store: &mut dyn JobStore) -> Result<(), Failure> {
        let twice =
            self.seen.as_mut().is_some_and(|seen| !seen.insert(self.hasher.hash_one((job.user_id(), job.job_id()))));
        if twice {
            self.imported.known += 1;
            return Ok(());
        }
        self.bytes += job.user_id().len() + job.job_id().len() + job.columns().map_or(0, str::len);
        self.jobs.push(job);
        if self.jobs.len() == BATCH || self.bytes >= BYTES { self.write(store) } else { Ok(()) }
    }

    fn write(&mut self, store: &mut dyn JobStore) -> Result<(), Failure> {
        let mode = if self.seen.is_some() { Mode::DryRun } else { Mode::Write };
        let imported = store.import(&self.jobs, mode)?;
        self.imported.new += imported.new;
        self.imported.known += imported.known;
        self.jobs.clear();
        self.bytes = 0;
        Ok(())
    }

    fn finish(mut self, store: &mut dyn JobStore) -> Result<Imported, Failure> {
        if !self.jobs.is_empty() {
            self.write(store)?;
        }
        Ok(self.imported)
    }
}

/// What became of the lines. A dry run adds how many questions they take at the least, and how long at the store's rate.
fn summary(imported: Imported, refused: u64, rate: Rate, dry_run: bool, format: Format) -> String {
    let Imported { new, known } = imported;
    // The figures are for people: what they lose beyond 2^53 does not matter.
    #[expect(clippy::cast_precision_loss, reason = "hours, to one digit")]
    let hours = new as f64 * 1000.0 / rate.in_kilosecond() as f64 / 3600.0;
    match (format, dry_run) {
        (Format::Text, false) => format!("{new} new, {known} known, {refused} refused\n"),
        (Format::Text, true) => format!(
            "{new} new, {known} known, {refused} refused: at least {new} polls, {hours:.1} h at {rate}; nothing was changed\n"
        ),
        (Format::Json, false) => {
            format!("{{\"new\":{new},\"known\":{known},\"refused\":{refused},\"dry_run\":false}}\n")
        }
        (Format::Json, true) => format!(
            "{{\"new\":{new},\"known\":{known},\"refused\":{refused},\"dry_run\":true,\"polls\":{new},\"hours\":{hours:.3}}}\n"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_of_long_jobs_is_written_early() {
        let path = std::env::temp_dir().join(format!("smileid-import-long-{}", std::process::id()));
        let mut store = smileid_jobs_sqlite::SqliteStore::open(&path).unwrap();
        let mut batch = Batch::new(true);
        let mut push = |columns: usize, count: usize| {
            for n in 0..count {
                let job = NewJob::new("user", format!("{columns}-{n}")).unwrap().with_columns("x".repeat(columns));
                batch.push(job, &mut store).unwrap();
            }
            (batch.imported.new, batch.jobs.len())
        };
        assert_eq!(push(1 << 20, 20), (16, 4));
        assert_eq!(push(1, 100), (16, 104));
        assert_eq!(push(2 << 20, 6), (126, 0));
        drop(store);
        std::fs::remove_file(path).unwrap();
    }
}
