//! Links to images, and the images that are downloaded.

mod downloads;
mod links;
#[path = "../support/stacks.rs"]
mod stacks;
