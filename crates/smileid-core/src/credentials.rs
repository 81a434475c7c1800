//! Who we are to the service: partner id and API keys, each right by construction. Nothing is signed here.

use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

use crate::input::InvalidInput;

/// The partner id exactly as Smile ID gave it, leading zeros kept: `023` and `23` sign differently.
///
/// ```
/// use smileid_core::PartnerId;
/// assert_eq!(PartnerId::new("023")?.as_str(), "023");
/// assert!(PartnerId::new("").is_err());
/// # Ok::<(), smileid_core::InvalidInput>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PartnerId(String);

impl PartnerId {
    /// The longest accepted partner id, in bytes.
    pub const MAX_LEN: usize = 64;

    /// Takes 1 to 64 graphic ASCII characters.
    ///
    /// # Errors
    /// [`InvalidInput`] for an empty or longer text, or one with a space, a control character or a letter beyond ASCII.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidInput> {
        let id = id.into();
        let problem = if id.is_empty() {
            "is empty: give the number from the Smile ID portal, with its leading zeros"
        } else if id.len() > Self::MAX_LEN {
            "is longer than 64 characters: give the number from the Smile ID portal"
        } else if !id.bytes().all(|b| b.is_ascii_graphic()) {
            "contains a space or a character that is not printable ASCII: give it as the Smile ID portal shows it"
        } else {
            return Ok(Self(id));
        };
        Err(InvalidInput::new("partner_id", problem))
    }

    /// Returns the id as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the id without its leading zeros, as the unkeyed hash and `sec_key` use it.
    ///
    /// # Errors
    /// [`InvalidInput`] if the id contains anything other than digits.
    pub fn as_integer(&self) -> Result<&str, InvalidInput> {
        if !self.0.bytes().all(|b| b.is_ascii_digit()) {
            return Err(InvalidInput::new("partner_id", "must contain only digits for sec_key and the unkeyed hash"));
        }
        let trimmed = self.0.trim_start_matches('0');
        Ok(if trimmed.is_empty() { "0" } else { trimmed })
    }
}

impl fmt::Display for PartnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An API key: a secret, never shown, wiped from memory when dropped, and never compared.
///
/// The text is used as it is: it looks like base64 but is not decoded before signing.
#[derive(Clone)]
pub struct ApiKey(Zeroizing<String>);

impl ApiKey {
    /// Takes any non-empty text without control characters.
    ///
    /// # Errors
    /// [`InvalidInput`] for an empty text or one with a control character, such as the line end of a file.
    pub fn new(key: impl Into<String>) -> Result<Self, InvalidInput> {
        let key = Zeroizing::new(key.into());
        if key.is_empty() {
            return Err(InvalidInput::new("api_key", "is empty: copy it from the Smile ID portal"));
        }
        if key.chars().any(char::is_control) {
            return Err(InvalidInput::new(
                "api_key",
                "contains a control character: give only the key, without a line end",
            ));
        }
        Ok(Self(key))
    }

    /// Returns the secret itself. Only signing has a use for it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(..)")
    }
}

/// How requests are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Scheme {
    /// `signature`: HMAC-SHA256 with the API key. The current scheme.
    #[default]
    Hmac,
    /// `sec_key`: the legacy scheme, where the API key is base64 of an RSA public key in PEM or DER.
    #[cfg(feature = "sec-key")]
    SecKey,
}

/// A partner id and the key, or the two keys of a rotation, that go with it in one environment.
///
/// ```
/// use smileid_core::{ApiKey, Credentials, PartnerId};
/// let credentials = Credentials::new(PartnerId::new("023")?, ApiKey::new("example-api-key")?);
/// assert!(!format!("{credentials:?}").contains("example-api-key"));
/// # Ok::<(), smileid_core::InvalidInput>(())
/// ```
#[derive(Debug, Clone)]
pub struct Credentials {
    partner_id: PartnerId,
    api_key: ApiKey,
    previous_api_key: Option<ApiKey>,
    scheme: Scheme,
}

impl Credentials {
    /// Creates credentials that sign with HMAC, and verify only with this key.
    #[must_use]
    pub const fn new(partner_id: PartnerId, api_key: ApiKey) -> Self {
        Self { partner_id, api_key, previous_api_key: None, scheme: Scheme::Hmac }
    }

    /// Also accepts replies signed with the key that is being rotated out. That key never signs.
    #[must_use]
    pub fn with_previous_api_key(mut self, key: ApiKey) -> Self {
        self.previous_api_key = Some(key);
        self
    }

    /// Sets a scheme that was checked to suit the key and the partner id.
    pub(crate) const fn signing_by(mut self, scheme: Scheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// Returns the partner id.
    #[must_use]
    pub const fn partner_id(&self) -> &PartnerId {
        &self.partner_id
    }

    /// Returns the key that signs and verifies.
    #[must_use]
    pub const fn api_key(&self) -> &ApiKey {
        &self.api_key
    }

    /// Returns the key that verifies only.
    #[must_use]
    pub const fn previous_api_key(&self) -> Option<&ApiKey> {
        self.previous_api_key.as_ref()
    }

    /// Returns how requests are signed.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;

    #[test]
    fn partner_ids_keep_their_zeros_and_are_printable_ascii() {
        assert_eq!(PartnerId::new("023").unwrap().to_string(), "023");
        assert_eq!(PartnerId::new("x".repeat(64)).unwrap().as_str().len(), 64);
        for bad in ["", " 23", "23\n", "2 3", "é", "2\x003", "\u{7f}"] {
            assert_eq!(PartnerId::new(bad).unwrap_err().field(), "partner_id", "{bad:?}");
        }
        assert!(PartnerId::new("x".repeat(65)).is_err());
    }

    #[test]
    fn the_integer_form_accepts_only_digits() {
        for (id, integer) in [("023", "23"), ("0", "0"), ("000", "0"), ("2300", "2300")] {
            assert_eq!(PartnerId::new(id).unwrap().as_integer(), Ok(integer));
        }
        assert!(PartnerId::new("partner").unwrap().as_integer().is_err());
    }

    #[test]
    fn keys_are_taken_verbatim_and_never_shown() {
        let key = ApiKey::new("canary/+==").unwrap();
        assert_eq!(key.expose(), "canary/+==");
        let credentials =
            Credentials::new(PartnerId::new("1").unwrap(), key.clone()).with_previous_api_key(key.clone());
        assert!(!format!("{key:?} {credentials:?}").contains("canary"));
        for bad in ["", "key\n", "key\r\n", "k\x00y", "k\u{85}y"] {
            let message = ApiKey::new(bad).unwrap_err().to_string();
            assert!(
                message.starts_with("api_key: ") && !message.contains('k'.to_string().repeat(2).as_str()),
                "{message}"
            );
        }
    }
}
