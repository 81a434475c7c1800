//! Which job is asked for, and how much about it. Nothing is signed here.

use alloc::string::String;
use core::fmt;

use crate::input::InvalidInput;

/// A request for the status of one job.
///
/// ```
/// use smileid_core::JobStatusQuery;
/// let query = JobStatusQuery::new("user-7", "job-7")?.with_history();
/// assert!(query.wants_history() && !query.wants_image_links());
/// # Ok::<(), smileid_core::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct JobStatusQuery {
    user_id: String,
    job_id: String,
    history: bool,
    image_links: bool,
}

impl JobStatusQuery {
    /// The longest accepted user id or job id, in bytes.
    pub const MAX_ID_LEN: usize = 1024;

    /// Asks for the job `job_id` of the user `user_id`, without history and without image links.
    ///
    /// Both ids are the ones you assigned, or were given, when the job was submitted.
    ///
    /// # Errors
    /// [`InvalidInput`] for an id that is empty, longer than 1 KiB, or contains a control character.
    pub fn new(user_id: impl Into<String>, job_id: impl Into<String>) -> Result<Self, InvalidInput> {
        Ok(Self {
            user_id: checked("user_id", user_id.into())?,
            job_id: checked("job_id", job_id.into())?,
            history: false,
            image_links: false,
        })
    }

    /// Asks for the job's complete history as well: all that was sent to the callback.
    #[must_use]
    pub const fn with_history(mut self) -> Self {
        self.history = true;
        self
    }

    /// Asks for links to the job's images as well. The links expire.
    #[must_use]
    pub const fn with_image_links(mut self) -> Self {
        self.image_links = true;
        self
    }

    /// Returns the user id asked for.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// Returns the job id asked for.
    #[must_use]
    pub fn job_id(&self) -> &str {
        &self.job_id
    }

    /// Returns whether the history is asked for.
    #[must_use]
    pub const fn wants_history(&self) -> bool {
        self.history
    }

    /// Returns whether image links are asked for.
    #[must_use]
    pub const fn wants_image_links(&self) -> bool {
        self.image_links
    }
}

/// The ids are not shown: partners put e-mail addresses and the like into them.
impl fmt::Debug for JobStatusQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobStatusQuery")
            .field("history", &self.history)
            .field("image_links", &self.image_links)
            .finish_non_exhaustive()
    }
}

fn checked(field: &'static str, id: String) -> Result<String, InvalidInput> {
    let problem = if id.is_empty() {
        "is empty: give the id the job was submitted with"
    } else if id.len() > JobStatusQuery::MAX_ID_LEN {
        "is longer than 1024 bytes: give the id the job was submitted with"
    } else if id.chars().any(char::is_control) {
        "contains a control character, such as a line end: give only the id"
    } else {
        return Ok(id);
    };
    Err(InvalidInput::new(field, problem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn any_text_without_control_characters_is_an_id() {
        for id in ["1", "023", "52d0de86-be3b-4219-9e96-8195b0018944", "a b", "Olúwaṣeun", "\"}{", &"x".repeat(1024)]
        {
            let query = JobStatusQuery::new(id, "j").unwrap();
            assert_eq!((query.user_id(), query.job_id()), (id, "j"));
            assert_eq!(JobStatusQuery::new("u", id).unwrap().job_id(), id);
        }
    }

    #[test]
    fn other_ids_are_refused_by_name_and_never_repeated() {
        for id in ["", "canary\n", "canary\r\nX: 1", "\0", "canary\u{85}", "\u{7f}", &"x".repeat(1025)] {
            let user = JobStatusQuery::new(id, "j").unwrap_err();
            let job = JobStatusQuery::new("u", id).unwrap_err();
            assert_eq!((user.field(), job.field()), ("user_id", "job_id"), "{id:?}");
            assert!(!format!("{user} {job:?}").contains("canary"));
        }
    }

    #[test]
    fn debug_holds_no_id() {
        let shown = format!("{:?}", JobStatusQuery::new("canary", "canary").unwrap());
        assert!(!shown.contains("canary"), "{shown}");
    }
}
