//! The pages of documentation, and what the code promises in them.

mod file_names;
mod first_pages;
mod guides;
mod public_api;
mod sandbox_docs;
