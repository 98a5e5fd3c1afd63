//! Whom an encrypted connection trusts: the usual authorities, and the certificates that are configured.

use super::error::Fault;
use super::server::Server;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::fmt;
use std::sync::Arc;

/// Returns our side of an encrypted connection to a server.
pub(super) fn encryption(server: &Server) -> Result<ClientConnection, Fault> {
    let fail = |error: &dyn fmt::Display| Fault::Trust(error.to_string());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let trust = Trust::new(server.ca.as_deref(), Arc::clone(&provider))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| fail(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trust))
        .with_no_client_auth();
    let name = ServerName::try_from(server.bare_host().to_owned()).map_err(|error| fail(&error))?;
    ClientConnection::new(Arc::new(config), name).map_err(|error| fail(&error))
}

/// The usual check, to which one thing is added: a server may show the very certificate that is configured. One that signed itself
/// is often marked as an authority, and then no server's by the letter (RFC 5280 §4.2.1.9).
#[derive(Debug)]
struct Trust {
    usual: Arc<WebPkiServerVerifier>,
    own: Vec<CertificateDer<'static>>,
}

impl Trust {
    fn new(ca: Option<&[u8]>, provider: Arc<rustls::crypto::CryptoProvider>) -> Result<Self, Fault> {
        let fail = |why: &str| Fault::Trust(format!("the file of `newsletter.smtp.ca` {why}"));
        let own: Vec<_> = CertificateDer::pem_slice_iter(ca.unwrap_or_default())
            .collect::<Result<_, _>>()
            .map_err(|_| fail("is damaged: it should hold certificates in PEM"))?;
        if ca.is_some() && own.is_empty() {
            return Err(fail("holds no certificate in PEM"));
        }
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for certificate in &own {
            roots.add(certificate.clone()).map_err(|_| fail("holds what is no certificate"))?;
        }
        let usual = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        Ok(Trust { usual: usual.map_err(|error| Fault::Trust(error.to_string()))?, own })
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let usual = self.usual.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        if usual.is_ok() || !self.own.contains(end_entity) {
            return usual;
        }
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const SELF_SIGNED: &[u8] = include_bytes!("../../tests/it/tls/self-signed.pem");
    const ROOT: &[u8] = include_bytes!("../../tests/it/tls/root.pem");
    const LOCALHOST: &[u8] = include_bytes!("../../tests/it/tls/localhost.pem");

    fn trust(ca: Option<&[u8]>) -> Result<Trust, Fault> {
        Trust::new(ca, Arc::new(rustls::crypto::ring::default_provider()))
    }

    fn is_trusted(ca: Option<&[u8]>, shown: &[u8], name: &'static str) -> bool {
        let shown = CertificateDer::from_pem_slice(shown).expect("a certificate");
        let name = ServerName::try_from(name).expect("a name");
        let now = UnixTime::since_unix_epoch(Duration::from_hours(500_000));
        trust(ca).expect("trust").verify_server_cert(&shown, &[], &name, &[], now).is_ok()
    }

    #[test]
    fn a_certificate_is_trusted_by_who_signed_it_or_as_itself_and_only_with_the_right_name() {
        assert!(is_trusted(Some(ROOT), LOCALHOST, "localhost"));
        assert!(is_trusted(Some(SELF_SIGNED), SELF_SIGNED, "localhost"));
        for (ca, shown, name) in [
            (None, LOCALHOST, "localhost"),
            (None, SELF_SIGNED, "localhost"),
            (Some(SELF_SIGNED), LOCALHOST, "localhost"),
            (Some(ROOT), SELF_SIGNED, "localhost"),
            (Some(ROOT), LOCALHOST, "mail.example.org"),
            (Some(SELF_SIGNED), SELF_SIGNED, "mail.example.org"),
        ] {
            assert!(!is_trusted(ca, shown, name), "{name}");
        }
    }

    #[test]
    fn a_file_of_trust_without_a_certificate_is_a_fault() {
        for ca in ["", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\n"] {
            assert!(matches!(trust(Some(ca.as_bytes())), Err(Fault::Trust(_))), "{ca}");
        }
        assert!(trust(None).is_ok());
    }
}
