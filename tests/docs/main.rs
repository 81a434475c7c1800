//! The pages of documentation, and what the code promises in them.

mod guides;
mod public_api;
mod sandbox_docs;
