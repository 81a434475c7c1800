//! A bomb of 512 MiB costs little memory. A child process takes it, since the memory of a whole process is measured.

use crate::bomb_cost;
use crate::limits::run_again;

/// The bar.
const MOST_EXTRA_KIB: usize = 16 << 10;

/// Set for the child process, which measures itself.
const CHILD: &str = "SMILEID_TESTS_TAKE_THE_BOMB";

#[test]
fn a_bomb_of_512_mib_costs_less_than_16() {
    if std::env::var_os(CHILD).is_none() {
        return run_again("bomb::a_bomb_of_512_mib_costs_less_than_16", &[(CHILD, "1")]);
    }
    for (name, extra) in bomb_cost::extra_kib() {
        println!("{name}: {extra:?} KiB more at the peak");
        assert!(extra.is_none_or(|extra| extra < MOST_EXTRA_KIB), "{name}: {extra:?} KiB");
    }
}
