//! TLS to the server: rustls with ring, given explicitly, and the certificate always verified.

use std::path::Path;
use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use smileid_jobs::{StoreError, StoreErrorKind};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Makes the connector. It is used only if TLS is.
pub(crate) fn connector(roots: Option<&Path>) -> Result<MakeRustlsConnect, StoreError> {
    let mut trusted = RootCertStore::empty();
    let certificates = match roots {
        None => rustls_native_certs::load_native_certs().certs,
        Some(path) => {
            let unreadable = |error: rustls_pki_types::pem::Error| {
                let message =
                    "the file of sslrootcert cannot be read as PEM certificates: check its path and its content";
                StoreError::new(StoreErrorKind::Invalid, message).with_source(error)
            };
            let certificates = CertificateDer::pem_file_iter(path).map_err(unreadable)?;
            certificates.collect::<Result<Vec<_>, _>>().map_err(unreadable)?
        }
    };
    // A system's root that is not readable is left out: what it signed is then not trusted.
    let (added, _ignored) = trusted.add_parsable_certificates(certificates);
    if added == 0 {
        let message =
            "there are no root certificates to verify the server with: install the system's, or give sslrootcert=PATH";
        return Err(StoreError::new(StoreErrorKind::Invalid, message));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(|error| {
            StoreError::new(StoreErrorKind::Other, "TLS cannot be set up: please report this").with_source(error)
        })?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(trusted).with_no_client_auth()))
}
