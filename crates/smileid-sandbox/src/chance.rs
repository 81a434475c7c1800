//! Which fault, if any, a request meets: by name, with a probability, for so many times. `faults` says what a fault does.

use crate::faults::{Family, Fault, RequestFault, Service, V3Fault};
use crate::shapes::Dice;

/// A fault that requests may meet.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Chance {
    /// The fault.
    pub fault: RequestFault,
    /// How often a request meets it, from 0 (never) to 1 (always).
    pub probability: f64,
    /// How many more requests meet it before it passes; none if it does not pass.
    pub times: Option<u64>,
}

/// The faults that are switched on. Each request meets one at most: the first that strikes.
#[derive(Debug)]
pub(crate) struct Chances {
    on: Vec<On>,
    dice: Dice,
}

#[derive(Debug)]
struct On {
    chance: Chance,
    /// How many requests met it.
    struck: u64,
}

impl Chances {
    pub(crate) fn new(seed: u64) -> Self {
        Self { on: Vec::new(), dice: Dice::of(seed, &["faults"]) }
    }

    /// Switches a fault on, or sets it anew. A chance that can never strike switches it off.
    pub(crate) fn set(&mut self, chance: Chance) {
        self.on.retain(|on| on.chance.fault != chance.fault);
        if chance.probability > 0.0 && chance.times != Some(0) {
            self.on.push(On { chance, struck: 0 });
        }
    }

    /// The chances of the faults that are on.
    pub(crate) fn on(&self) -> Vec<Chance> {
        self.on.iter().map(|on| on.chance).collect()
    }

    /// The fault that the present request meets, and how many requests met it before.
    pub(crate) fn draw(&mut self, service: Service) -> Option<(RequestFault, u64)> {
        let dice = &mut self.dice;
        let mut able = self.on.iter_mut().filter(|on| on.chance.fault.strikes(service));
        let on = able.find(|on| dice.happens(on.chance.probability))?;
        let (fault, before) = (on.chance.fault, on.struck);
        on.struck += 1;
        if let Some(left) = &mut on.chance.times {
            *left -= 1;
            if *left == 0 {
                self.on.retain(|other| other.chance.fault != fault);
            }
        }
        Some((fault, before))
    }
}

/// The faults that a request can meet: all but those that strike before there is a request.
pub(crate) fn possible() -> impl Iterator<Item = RequestFault> {
    let http = Fault::ALL.iter().copied().filter(|fault| !matches!(fault.family(), Family::Connect | Family::Tls));
    http.map(RequestFault::Http).chain(V3Fault::ALL.iter().copied().map(RequestFault::V3))
}

/// Returns the fault of a name if a request can meet it, or what is wrong with the name.
pub(crate) fn named(name: &str) -> Result<RequestFault, String> {
    if let Some(fault) = possible().find(|fault| fault.name() == name) {
        return Ok(fault);
    }
    if Fault::from_name(name).is_some() {
        return Err("this fault strikes before there is a request: only the library's FaultServer has it".into());
    }
    let names: Vec<_> = possible().map(RequestFault::name).collect();
    Err(format!("there is no fault of this name: allowed are {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chance(fault: impl Into<RequestFault>, probability: f64, times: Option<u64>) -> Chance {
        Chance { fault: fault.into(), probability, times }
    }

    #[test]
    fn faults_strike_as_often_as_set_and_pass() {
        let mut chances = Chances::new(1);
        assert_eq!(chances.draw(Service::JobStatus), None);
        chances.set(chance(Fault::Status503, 1.0, Some(2)));
        let struck: Vec<_> = (0..4).map(|_| chances.draw(Service::JobStatus).map(|(fault, _)| fault.name())).collect();
        assert_eq!(struck, [Some("status_503"), Some("status_503"), None, None]);
        chances.set(chance(Fault::Status503, 0.25, None));
        let struck = (0..10_000).filter(|_| chances.draw(Service::JobStatus).is_some()).count();
        assert!((2200..2800).contains(&struck), "{struck}");
        chances.set(chance(Fault::Status503, 0.0, None));
        assert!(chances.on().is_empty());
    }

    #[test]
    fn the_same_seed_draws_the_same() {
        let draws = |seed| {
            let mut chances = Chances::new(seed);
            chances.set(chance(Fault::Status503, 0.5, None));
            (0..64).map(|_| chances.draw(Service::JobStatus).is_some()).collect::<Vec<_>>()
        };
        assert_eq!(draws(7), draws(7));
        assert_ne!(draws(7), draws(8));
    }

    #[test]
    fn known_names_are_read_and_others_reported() {
        for fault in possible() {
            assert_eq!(named(fault.name()), Ok(fault));
        }
        assert!(named("refused").unwrap_err().contains("FaultServer"));
        assert!(named("nonsense").unwrap_err().contains("rst_mid_body"));
    }
}
