//! The path of a field, for its readings: a chain on the stack, written out only if it is kept. It contains only known names.

use alloc::string::String;
use core::fmt::{self, Write};

/// The way to a field: `history[2].PartnerParams.job_type`.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    step: Step,
}

#[derive(Clone, Copy)]
enum Step {
    Root,
    Field(&'static str),
    Index(usize),
}

impl<'p> Path<'p> {
    /// `history[99999].PartnerParams.job_type` and the like.
    const USUAL_LEN: usize = 48;

    /// The root itself.
    pub(super) const ROOT: Self = Self { parent: None, step: Step::Root };

    /// The way to a field of the object that this is the way to.
    pub(super) const fn field(&'p self, name: &'static str) -> Self {
        Self { parent: Some(self), step: Step::Field(name) }
    }

    /// The way to an element of the array that this is the way to.
    pub(super) const fn index(&'p self, index: usize) -> Self {
        Self { parent: Some(self), step: Step::Index(index) }
    }

    /// The way in one text, allocated once.
    pub(super) fn to_text(self) -> String {
        let mut text = String::with_capacity(Self::USUAL_LEN);
        // A `String` takes whatever is written to it.
        let _written = write!(text, "{self}");
        text
    }

    /// The last name on the way.
    pub(super) fn name(&self) -> &'static str {
        match self.step {
            Step::Field(name) => name,
            Step::Index(_) => self.parent.map_or("", Path::name),
            Step::Root => "",
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Field(name) if self.parent.is_some_and(|p| !matches!(p.step, Step::Root)) => write!(f, ".{name}"),
            Step::Field(name) => f.write_str(name),
            Step::Index(index) => write!(f, "[{index}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn paths_are_written_as_people_write_them() {
        let history = Path::ROOT.field("history");
        let entry = history.index(2);
        let params = entry.field("PartnerParams");
        assert_eq!(params.field("job_type").to_string(), "history[2].PartnerParams.job_type");
        assert_eq!((entry.to_string().as_str(), entry.name()), ("history[2]", "history"));
        assert_eq!((Path::ROOT.to_string().as_str(), Path::ROOT.name()), ("", ""));
    }
}
