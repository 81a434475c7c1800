//! The partner id in its forms: v3 wants it without zeros, and a webhook's signature may be over another form.

use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};

use smileid_core::{Credentials, InvalidInput, NotProven, PartnerId, Proof, ProofClaim, Signer};

smileid_core::__words! {
    /// Which form of the partner id a signature was made over. The documents do not say which one the service uses.
    #[non_exhaustive]
    pub enum PartnerForm {
        /// The id as you gave it.
        AsGiven = "as_given",
        /// The id without its leading zeros.
        Integer = "integer",
        /// The id with zeros up to three digits, as the portal shows it.
        ThreeDigits = "three_digits",
    }
}

/// Checks that v3 accepts the id: digits, of which the first is no zero.
pub(crate) fn check(id: &PartnerId) -> Result<(), InvalidInput> {
    let text = id.as_str();
    let problem = if !text.bytes().all(|b| b.is_ascii_digit()) {
        "is not made of digits only, which v3 needs: give the number from the Smile ID portal"
    } else if text.starts_with('0') {
        "starts with a zero, which v3 refuses: drop the leading zeros (v1 needs them)"
    } else {
        return Ok(());
    };
    Err(InvalidInput::new("partner_id", problem))
}

/// The keys, prepared once for each form of the partner id that may be signed.
#[derive(Debug, Clone)]
pub(crate) struct Signers(Vec<(PartnerForm, Signer)>);

impl Signers {
    pub(crate) fn new(credentials: &Credentials) -> Self {
        let given = credentials.partner_id().as_str();
        let mut forms: Vec<(PartnerForm, String)> = vec![(PartnerForm::AsGiven, given.into())];
        if let Ok(integer) = credentials.partner_id().as_integer() {
            for (form, text) in
                [(PartnerForm::Integer, integer.into()), (PartnerForm::ThreeDigits, format!("{integer:0>3}"))]
            {
                if forms.iter().all(|(_, known)| *known != text) {
                    forms.push((form, text));
                }
            }
        }
        let signer = |(form, text)| {
            let id = PartnerId::new(text).ok()?;
            let mut form_credentials = Credentials::new(id, credentials.api_key().clone());
            if let Some(previous) = credentials.previous_api_key() {
                form_credentials = form_credentials.with_previous_api_key(previous.clone());
            }
            Some((form, Signer::new(&form_credentials)))
        };
        Self(forms.into_iter().filter_map(signer).collect())
    }

    /// Returns the proof in a claim, and the form of the partner id it is over.
    pub(crate) fn classify(&self, claim: ProofClaim<'_>) -> Result<(Proof, PartnerForm), NotProven> {
        let mut refused = NotProven::Invalid;
        for (form, signer) in &self.0 {
            match claim.classify(signer) {
                Ok(proof) => return Ok((proof, *form)),
                Err(why) => refused = why,
            }
        }
        Err(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use smileid_core::ApiKey;

    #[test]
    fn zeros_and_letters_each_have_their_message() {
        let problem = |id: &str| check(&PartnerId::new(id).unwrap()).unwrap_err().to_string();
        assert!(check(&PartnerId::new("23").unwrap()).is_ok());
        for id in ["023", "002", "0"] {
            assert!(problem(id).contains("drop the leading zeros"), "{id}");
        }
        for id in ["partner", "23a", "-1"] {
            assert!(problem(id).contains("digits only"), "{id}");
        }
    }

    #[test]
    fn each_form_is_tried_once() {
        use PartnerForm::{AsGiven, Integer, ThreeDigits};
        let forms = |id: &str| {
            let credentials = Credentials::new(PartnerId::new(id).unwrap(), ApiKey::new("key").unwrap());
            Signers::new(&credentials).0.iter().map(|(form, _)| *form).collect::<Vec<_>>()
        };
        assert_eq!(forms("23"), [AsGiven, ThreeDigits]);
        assert_eq!(forms("023"), [AsGiven, Integer]);
        assert_eq!(forms("0023"), [AsGiven, Integer, ThreeDigits]);
        assert_eq!(forms("2345"), [AsGiven]);
        assert_eq!(forms("partner"), [AsGiven]);
    }
}
