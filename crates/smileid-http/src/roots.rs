//! Which certificate authorities are trusted: always said, never left to an HTTP library's default.

use std::env;

use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::SetupError;

/// Which certificate authorities a transport trusts. Those added with [`TransportOptions::with_ca_pem`](crate::TransportOptions::with_ca_pem) come
/// on top.
///
/// The system's are read as a list (its PEM files, or the key chain's or store's entries) rather than through the operating
/// system's own verifier: so both transports trust the same, your own authority can be added, and a system without any is
/// reported at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Roots {
    /// Those the operating system trusts. `SSL_CERT_FILE` and `SSL_CERT_DIR` name others if they are set.
    #[default]
    System,
    /// Mozilla's, as they were when this crate was built: for containers that have none.
    Bundled,
    /// None but those added. With none added every TLS connection fails, which suits a sandbox on loopback.
    Added,
}

impl Roots {
    /// The certificates in DER form, with `added`.
    pub(crate) fn certificates(self, added: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, SetupError> {
        let owned = |certificate: &CertificateDer<'_>| certificate.to_vec();
        let mut certificates: Vec<Vec<u8>> = match self {
            // Single entries that cannot be read are left out, as everywhere; none at all is an error below.
            Self::System => of_system().0,
            Self::Bundled => webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(owned).collect(),
            Self::Added => return Ok(added.to_vec()),
        };
        certificates.extend_from_slice(added);
        if !certificates.is_empty() {
            return Ok(certificates);
        }
        let variable = ROOTS_VARIABLES.into_iter().find(|name| env::var_os(name).is_some());
        Err(variable.map_or(SetupError::NoRoots, SetupError::RootsVariable))
    }
}

/// The variables that name certificates in place of the system's.
const ROOTS_VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// The system's usable certificates in DER form, and how many others there are.
pub(crate) fn of_system() -> (Vec<Vec<u8>>, usize) {
    let found = rustls_native_certs::load_native_certs();
    let mut store = RootCertStore::empty();
    let (usable, others): (Vec<_>, Vec<_>) =
        found.certs.into_iter().partition(|certificate| store.add(certificate.clone()).is_ok());
    (usable.iter().map(|certificate| certificate.to_vec()).collect(), found.errors.len() + others.len())
}

/// Whether a certificate is an authority's: whether its basic constraints (RFC 5280, 4.2.1.9) say so.
pub(crate) fn is_authority(der: &[u8]) -> bool {
    const BASIC_CONSTRAINTS: &[u8] = &[0x06, 0x03, 0x55, 0x1d, 0x13];
    const CRITICAL: &[u8] = &[0x01, 0x01, 0xff];
    let Some(at) = der.windows(BASIC_CONSTRAINTS.len()).position(|part| part == BASIC_CONSTRAINTS) else {
        return false;
    };
    let rest = der.get(at + BASIC_CONSTRAINTS.len()..).unwrap_or_default();
    let rest = rest.strip_prefix(CRITICAL).unwrap_or(rest);
    // An octet string, a sequence in it, and `cA` first in that.
    matches!(rest, [0x04, _, 0x30, _, 0x01, 0x01, 0xff, ..])
}

/// The certificates of a PEM text, each fit to be trusted.
pub(crate) fn read_pem(pem: &[u8]) -> Result<Vec<Vec<u8>>, SetupError> {
    let mut store = RootCertStore::empty();
    let mut certificates = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| SetupError::Certificate)?;
        certificates.push(certificate.to_vec());
        store.add(certificate).map_err(|_| SetupError::Certificate)?;
    }
    if certificates.is_empty() { Err(SetupError::Certificate) } else { Ok(certificates) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundled_roots_are_there_and_added_ones_come_on_top() {
        let added = vec![b"x".to_vec()];
        let bundled = Roots::Bundled.certificates(&added).unwrap();
        assert!(bundled.len() > 100, "{}", bundled.len());
        assert_eq!(bundled.last(), added.first());
        assert_eq!(Roots::Added.certificates(&added).unwrap(), added);
        assert_eq!(Roots::Added.certificates(&[]), Ok(Vec::new()));
    }

    #[test]
    fn bundled_roots_can_all_be_read() {
        let mut store = RootCertStore::empty();
        let count = webpki_root_certs::TLS_SERVER_ROOT_CERTS.len();
        let added = store.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
        assert_eq!(added, (count, 0));
    }

    #[test]
    fn authorities_are_distinguished_from_servers() {
        let authority =
            [&[0x30, 0x10][..], &[0x06, 3, 0x55, 0x1d, 0x13, 1, 1, 0xff, 4, 5, 0x30, 3, 1, 1, 0xff]].concat();
        assert!(is_authority(&authority));
        assert!(is_authority(&[0x06, 3, 0x55, 0x1d, 0x13, 4, 8, 0x30, 6, 1, 1, 0xff, 2, 1, 0]));
        // `cA` is false, or left out, or there are no constraints.
        assert!(!is_authority(&[0x06, 3, 0x55, 0x1d, 0x13, 1, 1, 0xff, 4, 2, 0x30, 0]));
        assert!(!is_authority(&[0x06, 3, 0x55, 0x1d, 0x13, 4, 5, 0x30, 3, 1, 1, 0]));
        assert!(!is_authority(&[0x06, 3, 0x55, 0x1d, 0x13]));
        assert!(!is_authority(b""));
        assert!(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().all(|root| is_authority(root)));
    }

    #[test]
    fn anything_other_than_a_certificate_is_refused() {
        for bad in [
            "",
            "no PEM at all",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        ] {
            assert_eq!(read_pem(bad.as_bytes()), Err(SetupError::Certificate), "{bad:?}");
        }
    }
}
