//! What we send: a query, and the signed request it becomes. Sending it is a transport's work.

mod body;
mod query;

pub(crate) use self::body::signed;
pub use self::query::JobStatusQuery;
