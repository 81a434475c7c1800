//! The example's transport, tried by the contract that every transport keeps, on real sockets.

use hyper_stack::Hyper;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use smileid_conformance::{check_async, check_tls_async};

#[tokio::test(flavor = "multi_thread")]
async fn it_keeps_the_contract() {
    let trusting = |pem: &str| {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
        Hyper::trusting(roots).unwrap()
    };
    check_async(&Hyper::trusting(RootCertStore::empty()).unwrap()).await.unwrap();
    check_tls_async(trusting).await.unwrap();
}
