//! What a bomb of 512 MiB costs in resident memory.

use core::fmt::Write;

use crate::{Part, bomb_cost};

/// The bar.
const MOST_EXTRA_KIB: usize = 16 << 10;

pub fn measure() -> Part {
    let mut text = "## A bomb (S3)\n\nA reply of half a MiB of gzip that inflates to 512 MiB, with gzip asked for and the usual limit of 4 MiB: what is resident at the\npeak beyond what was before, the server's buffers in the same process included. The bar: 16 MiB.\n\n| transport | extra at the peak |\n|---|---|\n".to_owned();
    let mut beyond = Vec::new();
    for (name, extra) in bomb_cost::extra_kib() {
        let Some(extra) = extra else {
            writeln!(text, "| {name} | not measured: this system does not tell a process its peak |").unwrap();
            continue;
        };
        writeln!(text, "| {name} | {extra} KiB |").unwrap();
        if extra > MOST_EXTRA_KIB {
            beyond.push(format!("the bomb, {name}: {extra} KiB"));
        }
    }
    (text, beyond)
}
