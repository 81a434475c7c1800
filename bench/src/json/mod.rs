//! The JSON reader beside its peers: six documents, one set of structs for all, and the goals the figures are held against.

pub mod cases;
pub mod documents;
pub mod goals;
pub mod model;
pub mod naive;
pub mod table;
