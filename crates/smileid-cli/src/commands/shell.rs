//! `smileid completions` and `smileid man`, both generated from the command line's description. They read no configuration.

use clap_complete::Shell;
use clap_mangen::Man;

use super::DONE;
use crate::args::described;
use crate::failure::{Failure, Kind};
use crate::output;

pub(super) fn completions(shell: Shell) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut described(), "smileid", &mut script);
    output::data(&String::from_utf8_lossy(&script))?;
    Ok(DONE)
}

/// Prints the page of the program, or of one command.
pub(super) fn man(name: Option<&str>) -> Result<u8, Failure> {
    let mut command = described();
    command.build();
    if let Some(name) = name {
        let found = command.find_subcommand(name).cloned();
        command = found.ok_or_else(|| Failure::invalid("<COMMAND>: no such command; see smileid --help"))?;
    }
    let page = Man::new(command).source(concat!("smileid ", env!("CARGO_PKG_VERSION"))).manual("Smile ID job status");
    let mut text = Vec::new();
    page.render(&mut text)
        .map_err(|error| Failure::new(Kind::Internal, format!("no manual page: {}", error.kind())))?;
    output::data(&String::from_utf8_lossy(&text))?;
    Ok(DONE)
}
