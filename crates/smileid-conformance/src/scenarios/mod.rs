//! What a client makes of each fault, over any transport: one table, and ways to play it. It judges transports only by
//! their client.

mod play;
mod script;
mod table;

use smileid_core::OutcomeKind;
use smileid_sandbox::faults::Fault;

pub use self::play::{Played, Setup};
pub use self::table::SCENARIOS;

/// A fault, how a client meets it, and what becomes of it over any transport that keeps the contract.
///
/// ```
/// use smileid_conformance::scenarios::{SCENARIOS, Strikes};
/// for scenario in SCENARIOS {
///     // Over a transport of your own: `scenario.play(Strikes::Always, |setup| …)`.
///     scenario.play_scripted(Strikes::Always).check(scenario, Strikes::Always).unwrap();
/// }
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Scenario {
    /// The fault.
    pub fault: Fault,
    /// How a client meets it.
    pub how: How,
    /// What comes of it.
    pub outcome: OutcomeKind,
    /// How many requests the call or wait sends, at least and at most.
    pub requests: (u32, u32),
    /// How many requests lead to a final answer if the fault strikes once and can pass.
    pub once: Option<u32>,
}

/// How a client meets a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum How {
    /// One call.
    Call,
    /// One call, with so little time for an attempt that a stall is soon over.
    ImpatientCall,
    /// One call that asks for gzip.
    GzipCall,
    /// The second of two calls.
    SecondCall,
    /// A wait of ten seconds.
    Wait,
}

/// How often the fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strikes {
    /// Every time.
    Always,
    /// The first time; then it has passed.
    Once,
}
