//! Nothing: the tests are those of the folders beside this one.
