//! Values of statements, with their types: then the server need not be asked for them first.

use tokio_postgres::types::{ToSql, Type};

pub(crate) type Value<'a> = (&'a (dyn ToSql + Sync), Type);

/// A number of 64 bits.
pub(crate) fn bigint(value: &i64) -> Value<'_> {
    (value, Type::INT8)
}

/// A text, or none.
pub(crate) fn text<T: ToSql + Sync>(value: &T) -> Value<'_> {
    (value, Type::TEXT)
}
