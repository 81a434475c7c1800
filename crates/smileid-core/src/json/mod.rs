//! The tolerant JSON reader: a pull reader with levels, repairs and limits. It knows nothing of Smile ID.
