//! Invented people and numbers: the same for the same seed and name. None is a real person's.

use core::fmt::Write as _;

/// A source of numbers that look random and are the same each time for the same seed and names.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Thrown for only one thing, whatever else is asked for.
    pub(crate) fn of(seed: u64, names: &[&str]) -> Self {
        // FNV-1a, with a byte between the names that no text holds.
        let bytes = names.iter().flat_map(|name| name.bytes().chain([0xFF]));
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(hash ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// The next number (`SplitMix64`).
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not zero.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// Whether something happens that happens so often, from 0 to 1.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        // 2³² sides are enough for a probability that a person writes.
        let side = u32::try_from(self.next() >> 32).unwrap_or(u32::MAX);
        f64::from(side) < probability * (f64::from(u32::MAX) + 1.0)
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        let at = self.below(from.len() as u64);
        usize::try_from(at).ok().and_then(|at| from.get(at)).copied().unwrap_or_default()
    }

    pub(crate) fn digits(&mut self, count: usize) -> String {
        let mut text = String::with_capacity(count);
        for _ in 0..count {
            // A `String` takes whatever is written to it.
            let _written = write!(text, "{}", self.below(10));
        }
        text
    }
}

/// Given names that are words of testing, so that no one bears the whole name.
const GIVEN: [&str; 8] = ["Testa", "Sampla", "Mocka", "Fixtura", "Dummy", "Stubb", "Demo", "Exempla"];
const FAMILY: [&str; 8] = ["Sandbox", "Placeholder", "Invented", "Nobody", "Fiction", "Madeup", "Unreal", "Loopback"];
const COUNTRIES: [(&str, &str, &str); 4] = [
    ("NG", "Nigeria", "BVN"),
    ("KE", "Kenya", "NATIONAL_ID"),
    ("GH", "Ghana", "VOTER_ID"),
    ("ZA", "South Africa", "NATIONAL_ID"),
];

/// A person who does not exist.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) birth: String,
    pub(crate) gender: &'static str,
    pub(crate) address: String,
    pub(crate) phone: String,
    pub(crate) id_number: String,
    pub(crate) country: (&'static str, &'static str, &'static str),
}

impl Person {
    pub(crate) fn invent(dice: &mut Dice) -> Self {
        let name = format!("{} {}", dice.pick(&GIVEN), dice.pick(&FAMILY));
        let birth = format!("19{}-{:02}-{:02}", 60 + dice.below(40), 1 + dice.below(12), 1 + dice.below(28));
        let gender = dice.pick(&["Female", "Male"]);
        let address = format!("{} Example Street, Sandbox City", 1 + dice.below(999));
        // Begins with zeros, as no number that can be called or was issued does.
        let phone = format!("0000{}", dice.digits(7));
        let id_number = format!("000{}", dice.digits(8));
        let country = usize::try_from(dice.below(4))
            .ok()
            .and_then(|at| COUNTRIES.get(at))
            .copied()
            .unwrap_or(("NG", "Nigeria", "BVN"));
        Self { name, birth, gender, address, phone, id_number, country }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_names_give_the_same_person_and_others_another() {
        let person = |seed, names: &[&str]| Person::invent(&mut Dice::of(seed, names)).id_number;
        assert_eq!(person(1, &["user", "a"]), person(1, &["user", "a"]));
        assert_ne!(person(1, &["user", "a"]), person(2, &["user", "a"]));
        assert_ne!(person(1, &["user", "a"]), person(1, &["user", "b"]));
        assert_ne!(person(1, &["ab", "c"]), person(1, &["a", "bc"]));
    }

    #[test]
    fn chances_are_kept() {
        let mut dice = Dice::of(7, &[]);
        let mut often = |probability| (0..10_000).filter(|_| dice.happens(probability)).count();
        assert_eq!((often(0.0), often(1.0)), (0, 10_000));
        assert!((2200..2800).contains(&often(0.25)));
    }
}
