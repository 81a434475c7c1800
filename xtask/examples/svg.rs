//! Draws the terminal's output on standard input as an SVG picture.
#![allow(clippy::print_stdout, reason = "the picture is its output")]

use std::io::{self, Read as _};

/// As wide as the longest line needs, in pixels.
const WIDTH: usize = 920;

fn main() -> io::Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let term = anstyle_svg::Term::new().palette(anstyle_svg::WIN10_CONSOLE).min_width_px(WIDTH);
    // Faint words are to be read as well.
    print!("{}", term.render_svg(text.trim_end()).replace("opacity: 0.4;", "opacity: 0.7;"));
    Ok(())
}
