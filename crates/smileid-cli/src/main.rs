//! The `smileid` command. It decides nothing about replies: the core does.
fn main() {}
