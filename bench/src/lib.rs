//! What is measured and how, shared by the programs in `bin/`: one measures time, one memory. The peers are named only here.

pub mod json;
pub mod measure;
