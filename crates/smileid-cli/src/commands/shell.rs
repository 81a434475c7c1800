//! `smileid completions` and `smileid man`: made from the description of the command line, so that they cannot say anything else.

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

/// The page of the program, and those of its commands behind it.
pub(super) fn man() -> Result<u8, Failure> {
    let mut command = described();
    command.build();
    let mut page = Vec::new();
    let mut whole = Man::new(command.clone()).render(&mut page);
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        whole = whole.and_then(|()| Man::new(sub.clone()).render(&mut page));
    }
    whole.map_err(|error| Failure::new(Kind::Internal, format!("the manual page cannot be made: {}", error.kind())))?;
    output::data(&String::from_utf8_lossy(&page))?;
    Ok(DONE)
}
