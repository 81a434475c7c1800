//! What comes back: a reply's body as typed values, what its codes mean, and the verdict. It proves nothing and asks for nothing.

mod callback;
mod codes;
mod decode;
mod entry;
mod error;
mod fields;
mod image_links;
mod job_status;
mod pending;
mod personal;
mod raw;
mod readings;
pub(crate) mod verdict;

pub use self::callback::Callback;
pub use self::codes::{CODES, Category, CodeInfo, RESULT_CODES, ResultCodeInfo, Source, code_info, result_code_info};
pub use self::decode::{Decisions, DecodeOptions};
pub use self::entry::{Entry, JobType, PartnerParams};
pub use self::error::ReplyError;
pub use self::fields::Flag;
pub use self::image_links::ImageLinks;
pub use self::job_status::JobStatus;
pub use self::pending::Pending;
pub use self::personal::Personal;
pub use self::raw::{Members, Raw};
pub use self::readings::{Reading, ReadingKind, Readings};
pub use self::verdict::{Reason, Verdict};
