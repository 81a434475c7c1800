//! Helpers of the cross-crate tests: paths to the data files. The tests themselves are in `tests/`.
