//! A job of v3: the id that the service made, and the time of its creation within it.

use alloc::string::String;
use core::fmt;

use smileid_core::InvalidInput;

/// Which job is asked for.
///
/// ```
/// use smileid_v3::JobRef;
/// let job = JobRef::new("job_01m43cj1g0f3strfaebxg730mk")?;
/// assert_eq!(job.created_at_millis(), Some(1_791_115_200_000));
/// assert!(JobRef::new("my-own-id-7").is_err());
/// # Ok::<(), smileid_core::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct JobRef {
    id: String,
    created_at_millis: Option<i64>,
    product: Option<Product>,
    user_id: Option<String>,
}

smileid_core::__words! {
    /// What a job checks, in a word of this crate: neither the service's status nor its webhooks can be relied on to say so.
    #[non_exhaustive]
    pub enum Product {
        /// A selfie beside an ID number.
        BiometricKyc = "biometric_kyc",
        /// A photo of a document, beside a selfie.
        DocumentVerification = "document_verification",
        /// The same, with the document's issuer.
        EnhancedDocumentVerification = "enhanced_document_verification",
        /// An ID number and its data.
        EnhancedKyc = "enhanced_kyc",
        /// A selfie that registers a user. It shows no identity.
        SmartSelfieRegistration = "smart_selfie_registration",
        /// A selfie beside the one that registered the user.
        SmartSelfieAuthentication = "smart_selfie_authentication",
        /// Lists of sanctions and news.
        Aml = "aml",
    }
}

const PREFIX: &str = "job_";
const ALPHABET: &[u8] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl JobRef {
    /// Takes the job id that the service returned with its 202: `job_` and 26 characters.
    ///
    /// # Errors
    /// [`InvalidInput`] for any other text. Your own id for a job is not known to the service: it is in `partner_params` only.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidInput> {
        let id = id.into();
        let problem = match id.strip_prefix(PREFIX) {
            None => {
                "does not start with job_: give the id that the service returned when the job was accepted, not your own id for it"
            }
            Some(rest) => match decoded(rest) {
                Some(bits) => {
                    // More than 128 bits are no UUID, though the vendor's pattern allows them.
                    let created_at_millis = created(bits).filter(|_| rest.starts_with(|first: char| first <= '7'));
                    return Ok(Self { id, created_at_millis, product: None, user_id: None });
                }
                None => {
                    "is not job_ and 26 digits or small letters without i, l, o and u: copy it from the 202 response as it is"
                }
            },
        };
        Err(InvalidInput::new("job_id", problem))
    }

    /// Says which product the job is of. The answer repeats it, since `clear` does not say of what.
    #[must_use]
    pub const fn of(mut self, product: Product) -> Self {
        self.product = Some(product);
        self
    }

    /// Demands that the final answer names this user.
    ///
    /// # Errors
    /// [`InvalidInput`] for an empty id, a control character, or more than 1 KiB.
    pub fn user_id(mut self, user_id: impl Into<String>) -> Result<Self, InvalidInput> {
        let user_id = user_id.into();
        if user_id.is_empty() || user_id.len() > 1024 || user_id.chars().any(char::is_control) {
            return Err(InvalidInput::new("user_id", "is empty, longer than 1 KiB, or contains a control character"));
        }
        self.user_id = Some(user_id);
        Ok(self)
    }

    /// Returns the id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the product, if you said one.
    #[must_use]
    pub const fn product(&self) -> Option<Product> {
        self.product
    }

    /// Returns when the id was made, in milliseconds since the Unix epoch. None if the id contains no UUID of version 7.
    #[must_use]
    pub const fn created_at_millis(&self) -> Option<i64> {
        self.created_at_millis
    }

    pub(crate) fn expected_user(&self) -> Option<&str> {
        self.user_id.as_deref()
    }
}

/// Shows no id.
impl fmt::Debug for JobRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobRef").field("product", &self.product).finish_non_exhaustive()
    }
}

/// The bits of 26 characters of Crockford's base32, of which the first character's two highest are dropped.
fn decoded(text: &str) -> Option<u128> {
    let digit = |b: &u8| ALPHABET.iter().position(|known| known == b).and_then(|at| u128::try_from(at).ok());
    let all = text.as_bytes();
    if all.len() != 26 {
        return None;
    }
    all.iter().try_fold(0, |bits: u128, b| Some(bits << 5 | digit(b)?))
}

/// The creation time in a UUID of version 7.
fn created(bits: u128) -> Option<i64> {
    let is_version_7 = (bits >> 76) & 0xF == 7;
    is_version_7.then(|| i64::try_from(bits >> 80).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;

    #[test]
    fn creation_time_is_in_the_id() {
        // The id of 1999-12-31T23:59:59.999Z and a version of 7, written by hand.
        let bits: u128 = 946_684_799_999 << 80 | 7 << 76 | 1 << 63;
        let text: String =
            (0..26).rev().map(|i| char::from(ALPHABET[usize::try_from(bits >> (i * 5) & 31).unwrap()])).collect();
        assert_eq!(JobRef::new(format!("job_{text}")).unwrap().created_at_millis(), Some(946_684_799_999));
        let version_4 = JobRef::new("job_01m43cj1g093strfaebxg730mk").unwrap();
        assert_eq!(version_4.created_at_millis(), None);
        let long = JobRef::new("job_81m43cj1g0f3strfaebxg730mk").unwrap();
        assert_eq!(long.created_at_millis(), None, "its first three bits do not fit in a UUID");
        let latest = JobRef::new("job_7zzzzzzzzzf3strfaebxg730mk").unwrap();
        assert_eq!(latest.created_at_millis(), Some((1 << 48) - 1));
    }

    #[test]
    fn other_ids_are_refused_with_what_to_give() {
        for (id, part) in [
            ("", "does not start with job_"),
            ("my-job-7", "not your own id"),
            ("JOB_01m43cj1g0f3strfaebxg730mk", "does not start with job_"),
            ("job_", "26 digits"),
            ("job_01m43cj1g0f3strfaebxg730m", "26 digits"),
            ("job_01m43cj1g0f3strfaebxg730mkn", "26 digits"),
            ("job_01K7QYR9W8EZBVZY1XTB1Q2M3N", "small letters"),
            ("job_01m43cj1g0f3strfaebxg730mi", "without i, l, o and u"),
            ("job_01m43cj1g0f3strfaebxg730m/", "26 digits"),
        ] {
            let error = JobRef::new(id).unwrap_err();
            assert!(error.field() == "job_id" && error.to_string().contains(part), "{id}: {error}");
        }
        for bad in ["", "a\n", &"a".repeat(1025)] {
            let job = JobRef::new("job_01m43cj1g0f3strfaebxg730mk").unwrap();
            assert_eq!(job.user_id(bad).unwrap_err().field(), "user_id");
        }
    }
}
