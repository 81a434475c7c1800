//! The model tells every scenario as the table says.

use core::time::Duration;

use smileid_conformance::FakeClock;
use smileid_jobs::{JobStore, MemoryStore, StoreError};
use smileid_jobs_conformance::{Bench, SCENARIOS, run};

struct Memory {
    clock: FakeClock,
    store: MemoryStore<FakeClock>,
}

impl Bench for Memory {
    fn store(&mut self) -> Result<&mut dyn JobStore, StoreError> {
        Ok(&mut self.store)
    }

    fn advance(&mut self, by: Duration) -> Result<(), StoreError> {
        self.clock.advance(by);
        Ok(())
    }

    fn set_back(&mut self, by: Duration) -> Result<(), StoreError> {
        self.clock.jump(-i64::try_from(by.as_millis()).unwrap());
        Ok(())
    }

    /// What is in memory cannot survive. The scenario goes on with the same store, as if there had been no crash.
    fn crash(&mut self) -> bool {
        true
    }
}

#[test]
fn memory_store_passes_every_scenario() {
    let failures: Vec<String> = SCENARIOS
        .iter()
        .filter_map(|scenario| {
            let clock = FakeClock::at(1_791_115_200_000);
            let mut bench = Memory { clock: clock.clone(), store: MemoryStore::new(clock) };
            run(scenario, &mut bench).err().map(|failed| failed.to_string())
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
