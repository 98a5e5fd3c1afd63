//! Signing keys, which are never shown.

use crate::diagnostic::Diagnostic;
use crate::mail::codes::BAD_DKIM;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;
use sha2::{Digest, Sha256};
use std::fmt;

/// A private key for signatures: RSA of 2,048 to 4,096 bits, or Ed25519.
pub struct Key(Kind);

enum Kind {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.algorithm())
    }
}

impl Key {
    /// Reads a key in PEM: PKCS#8 (`PRIVATE KEY`) or PKCS#1 (`RSA PRIVATE KEY`). No finding holds any part of it.
    pub fn from_pem(pem: &[u8]) -> Result<Self, Diagnostic> {
        let bad = |what: &str, help: &str| Diagnostic::new(&BAD_DKIM, format!("the file {what}")).help(help);
        let rsa = |result: Result<RsaKeyPair, ring::error::KeyRejected>| match result {
            Ok(pair) => Ok(Key(Kind::Rsa(Box::new(pair)))),
            // RFC 8301 §3.2 asks for 2,048 bits and allows 1,024; `ring` signs with no key below what is asked for.
            Err(why) if why.to_string() == "TooSmall" => {
                Err(bad("is an RSA key below 2,048 bits", "make one with `openssl genrsa 2048`").spec("RFC 8301 §3.2"))
            }
            Err(why) if why.to_string() == "TooLarge" => {
                Err(bad("is an RSA key above 4,096 bits, which receivers do not verify", "make one with `openssl genrsa 2048`"))
            }
            Err(_) => Err(bad("is neither an RSA nor an Ed25519 key", "make one with `openssl genrsa 2048`")),
        };
        match PrivateKeyDer::from_pem_slice(pem) {
            Ok(PrivateKeyDer::Pkcs1(der)) => rsa(RsaKeyPair::from_der(der.secret_pkcs1_der())),
            Ok(PrivateKeyDer::Pkcs8(der)) => match Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_pkcs8_der()) {
                Ok(pair) => Ok(Key(Kind::Ed25519(pair))),
                Err(_) => rsa(RsaKeyPair::from_pkcs8(der.secret_pkcs8_der())),
            },
            Ok(_) => Err(bad("is neither an RSA nor an Ed25519 key", "make one with `openssl genrsa 2048`")),
            Err(_) => Err(bad("holds no private key in PEM that is not encrypted", "write it with `openssl pkey -in KEY`")),
        }
    }

    /// Returns the algorithm's name in a signature (RFC 6376 §3.3, RFC 8463 §3).
    pub(super) fn algorithm(&self) -> &'static str {
        match self.0 {
            Kind::Rsa(_) => "rsa-sha256",
            Kind::Ed25519(_) => "ed25519-sha256",
        }
    }

    /// Returns the signature of canonical data.
    pub(super) fn sign(&self, data: &[u8]) -> Vec<u8> {
        match &self.0 {
            // RFC 8463 §3: Ed25519 signs the hash.
            Kind::Ed25519(pair) => pair.sign(&Sha256::digest(data)).as_ref().to_vec(),
            Kind::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                // PKCS#1 v1.5 uses no random numbers (RFC 8017 §8.2.1); the argument is for other paddings. It fails for a
                // buffer of another length only.
                let _ = pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature);
                signature
            }
        }
    }

    /// Returns the TXT record with the public key (RFC 6376 §3.6.1, RFC 8463 §4).
    pub(super) fn record(&self) -> String {
        match &self.0 {
            Kind::Ed25519(pair) => format!("v=DKIM1; k=ed25519; p={}", STANDARD.encode(pair.public_key().as_ref())),
            Kind::Rsa(pair) => format!("v=DKIM1; k=rsa; p={}", STANDARD.encode(public_key_info(pair.public_key().as_ref()))),
        }
    }
}

/// Returns an RSA public key as a `SubjectPublicKeyInfo` (RFC 5280 §4.1), which every verifier reads.
fn public_key_info(key: &[u8]) -> Vec<u8> {
    /// rsaEncryption, NULL (RFC 8017 appendix A.1).
    const ALGORITHM: &[u8] = &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let bits = der(0x03, &[&[0], key].concat());
    der(0x30, &[ALGORITHM, &bits].concat())
}

/// Returns a value in DER: its tag, its length, itself.
fn der(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = (value.len() as u32).to_be_bytes();
    let length = length.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<u8>>();
    let mut out = vec![tag];
    if value.len() >= 128 {
        out.push(0x80 | length.len() as u8);
    }
    out.extend(if length.is_empty() { vec![0] } else { length });
    out.extend_from_slice(value);
    out
}
