//! What replies hold: each product's results with invented data, and every oddity of real replies. Nothing is signed here.

mod odd;
mod person;
mod result;

pub(crate) use self::odd::{Broken, Stamped};
pub(crate) use self::person::Dice;
pub(crate) use self::result::{callback, history, image_names, in_snake_case, processing, result};
