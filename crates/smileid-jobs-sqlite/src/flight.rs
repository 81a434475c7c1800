//! Which jobs the owner is asking for. It is kept in memory: when the process ends, no job is being asked for.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use smileid_jobs::Record;

/// The jobs in flight, by their number.
#[derive(Debug, Default)]
pub(crate) struct Flight {
    jobs: HashMap<i64, Flying>,
    epoch: i64,
}

/// A job in flight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flying {
    pub(crate) epoch: i64,
    pub(crate) until: i64,
    /// When the job was due as it was claimed. Another time in the file means that a callback came meanwhile.
    pub(crate) due: i64,
    pub(crate) record: Record,
}

impl Flight {
    /// Adds a job under a new epoch.
    pub(crate) fn depart(&mut self, id: i64, until: i64, due: i64, record: Record) -> i64 {
        self.epoch += 1;
        self.jobs.insert(id, Flying { epoch: self.epoch, until, due, record });
        self.epoch
    }

    /// Removes a job and returns it, if this is its latest epoch.
    pub(crate) fn land(&mut self, id: i64, epoch: i64) -> Option<Flying> {
        let Entry::Occupied(flying) = self.jobs.entry(id) else { return None };
        (flying.get().epoch == epoch).then(|| flying.remove())
    }

    /// Puts back a job whose landing could not be written.
    pub(crate) fn go_on(&mut self, id: i64, flying: Flying) {
        self.jobs.insert(id, flying);
    }

    /// Whether a job may not be claimed, because its lease goes on.
    pub(crate) fn is_leased(&self, id: i64, now: i64) -> bool {
        self.jobs.get(&id).is_some_and(|flying| flying.until > now)
    }

    /// When the first lease ends.
    pub(crate) fn first_end(&self) -> Option<i64> {
        self.jobs.values().map(|flying| flying.until).min()
    }
}
