//! A small certificate authority made at run time, and what it issues, sound and flawed. Nothing here is stored or trusted by itself.

use core::fmt;
use std::io;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

/// The years within which everything sound is valid: fixed, so that a certificate does not depend on the machine's clock.
const VALID: (i32, i32) = (2020, 2070);
/// The years of a certificate whose time is over.
const OVER: (i32, i32) = (2020, 2021);
/// The years of a certificate that is not valid yet.
const TO_COME: (i32, i32) = (2069, 2070);
/// A host that no client asks for: `.invalid` is never resolved.
const WRONG_HOST: &str = "wrong-host.invalid";

/// A private certificate authority, made anew for each test or run: its key is only in memory.
///
/// ```
/// use smileid_sandbox::certificates::{Authority, Flaw};
/// let authority = Authority::new()?;
/// let sound = authority.issue(&["localhost", "127.0.0.1"])?;
/// let expired = authority.issue_flawed(&["127.0.0.1"], Flaw::Expired)?;
/// assert!(authority.pem().starts_with("-----BEGIN CERTIFICATE-----"));
/// assert_ne!(sound.certificate_pem(), expired.certificate_pem());
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// What is wrong with a certificate that a client must refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// Its time is over.
    Expired,
    /// It is not valid yet.
    NotYetValid,
    /// It is signed with its own key, by no authority.
    SelfSigned,
    /// It is for another host than any that is asked for.
    WrongHost,
}

/// A server's certificate and its private key.
pub struct Identity {
    certificate: CertificateDer<'static>,
    certificate_pem: String,
    key: KeyPair,
}

impl Authority {
    /// Creates an authority with a new key.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub fn new() -> io::Result<Self> {
        let mut params = CertificateParams::default();
        set_validity(&mut params, VALID);
        params.distinguished_name.push(DnType::CommonName, "smileid sandbox authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().map_err(failed)?;
        let issuer = CertifiedIssuer::self_signed(params, key).map_err(failed)?;
        Ok(Self { issuer })
    }

    /// Returns the authority's own certificate as PEM text: the one a client is to trust.
    #[must_use]
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// Issues a sound certificate for host names and IP addresses.
    ///
    /// # Errors
    /// Where a name is neither, or the system gives no randomness.
    pub fn issue(&self, names: &[&str]) -> io::Result<Identity> {
        self.signed(&leaf(names, VALID)?)
    }

    /// Issues a certificate that a client must refuse.
    ///
    /// # Errors
    /// Where a name is neither a host name nor an IP address, or the system gives no randomness.
    pub fn issue_flawed(&self, names: &[&str], flaw: Flaw) -> io::Result<Identity> {
        match flaw {
            Flaw::Expired => self.signed(&leaf(names, OVER)?),
            Flaw::NotYetValid => self.signed(&leaf(names, TO_COME)?),
            Flaw::WrongHost => self.signed(&leaf(&[WRONG_HOST], VALID)?),
            Flaw::SelfSigned => {
                let key = KeyPair::generate().map_err(failed)?;
                let certificate = leaf(names, VALID)?.self_signed(&key).map_err(failed)?;
                Ok(Identity::new(&certificate, key))
            }
        }
    }

    fn signed(&self, params: &CertificateParams) -> io::Result<Identity> {
        let key = KeyPair::generate().map_err(failed)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(failed)?;
        Ok(Identity::new(&certificate, key))
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

impl Identity {
    fn new(certificate: &rcgen::Certificate, key: KeyPair) -> Self {
        Self { certificate: certificate.der().clone(), certificate_pem: certificate.pem(), key }
    }

    /// Returns the certificate as PEM text, for your own server.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// Returns the private key as PEM text, for your own server. It is worth nothing beyond this run.
    #[must_use]
    pub fn private_key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// What a server needs to show this identity: TLS 1.2 and 1.3, HTTP/1.1.
    pub(crate) fn server_config(&self) -> io::Result<Arc<ServerConfig>> {
        let key = PrivatePkcs8KeyDer::from(self.key.serialize_der()).into();
        let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], key)
            .map_err(failed)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

/// A server's certificate for these names, not signed yet.
fn leaf(names: &[&str], valid: (i32, i32)) -> io::Result<CertificateParams> {
    let bad = |_| io::Error::new(io::ErrorKind::InvalidInput, "a certificate is only for host names and IP addresses");
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).map_err(bad)?;
    set_validity(&mut params, valid);
    params.distinguished_name.push(DnType::CommonName, "smileid sandbox");
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // Python from 3.13 on refuses a certificate without it.
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// Sets the days from which and to which a certificate is valid, each the first of its year.
fn set_validity(params: &mut CertificateParams, (from, to): (i32, i32)) {
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(to, 1, 1);
}

fn failed(error: impl core::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::other(error)
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::ServerName;
    use rustls::pki_types::pem::PemObject;
    use rustls::{CertificateError, ClientConfig, ClientConnection, Error, RootCertStore, ServerConnection};

    use super::*;

    /// A whole handshake in memory; what the client makes of the certificate.
    fn shake_hands(trusted: &Authority, identity: &Identity, name: &'static str) -> Result<(), Error> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(trusted.pem().as_bytes()).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut client = ClientConnection::new(Arc::new(config), ServerName::try_from(name).unwrap()).unwrap();
        let mut server = ServerConnection::new(identity.server_config().unwrap()).unwrap();
        while client.is_handshaking() || server.is_handshaking() {
            let mut wire = Vec::new();
            while client.wants_write() {
                client.write_tls(&mut wire).unwrap();
            }
            server.read_tls(&mut wire.as_slice()).unwrap();
            server.process_new_packets().unwrap();
            let mut wire = Vec::new();
            while server.wants_write() {
                server.write_tls(&mut wire).unwrap();
            }
            client.read_tls(&mut wire.as_slice()).unwrap();
            client.process_new_packets()?;
        }
        Ok(())
    }

    #[test]
    fn sound_certificates_are_accepted_and_each_flaw_is_refused_for_what_it_is() {
        let authority = Authority::new().unwrap();
        let names = ["localhost", "127.0.0.1", "::1"];
        let sound = authority.issue(&names).unwrap();
        for name in names {
            assert_eq!(shake_hands(&authority, &sound, name), Ok(()), "{name}");
        }
        let refusal = |identity: &Identity| match shake_hands(&authority, identity, "127.0.0.1") {
            Err(Error::InvalidCertificate(problem)) => problem,
            other => panic!("{other:?}"),
        };
        let flawed = |flaw| refusal(&authority.issue_flawed(&names, flaw).unwrap());
        assert!(matches!(flawed(Flaw::Expired), CertificateError::ExpiredContext { .. }));
        assert!(matches!(flawed(Flaw::NotYetValid), CertificateError::NotValidYetContext { .. }));
        assert!(matches!(flawed(Flaw::WrongHost), CertificateError::NotValidForNameContext { .. }));
        assert!(matches!(flawed(Flaw::SelfSigned), CertificateError::UnknownIssuer));
        let stranger = Authority::new().unwrap().issue(&names).unwrap();
        // The two authorities have one name and two keys.
        assert!(matches!(refusal(&stranger), CertificateError::UnknownIssuer | CertificateError::BadSignature));
    }

    #[test]
    fn an_invalid_name_is_refused_and_no_key_is_shown() {
        let authority = Authority::new().unwrap();
        assert_eq!(authority.issue(&["b\u{fc}cher.example"]).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        let identity = authority.issue(&["localhost"]).unwrap();
        assert!(
            identity.private_key_pem().contains("PRIVATE KEY") && identity.certificate_pem().contains("CERTIFICATE")
        );
        assert_eq!(format!("{authority:?} {identity:?}"), "Authority { .. } Identity { .. }");
    }
}
