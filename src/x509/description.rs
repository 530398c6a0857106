//! A certificate told to people and programs: what `describeCertificate` returns.

use base16ct::lower::encode_string as hex;
use serde::Serialize;

use super::der::{Elements, tag};
use super::{Certificate, CertificateError, Oid, algorithm, oid};
use crate::crypto::{PublicKey, sha256};
use crate::time::Time;

/// The fields of a certificate that a person asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// Whose it is (RFC 4514).
    pub subject: String,
    /// Who issued it (RFC 4514).
    pub issuer: String,
    /// The serial number in hex, as it stands in the DER.
    pub serial: String,
    /// First second.
    pub not_before: Time,
    /// Last second.
    pub not_after: Time,
    /// The dNSNames, as they stand.
    pub dns_names: Vec<String>,
    /// The last common name of the subject.
    pub common_name: Option<String>,
    /// The key.
    pub public_key: PublicKeyDescription,
    /// The signature algorithm by the name of its RFC, or dotted.
    pub signature_algorithm: String,
    /// SHA-256 of the certificate, in hex.
    pub sha256: String,
    /// SHA-256 of the SubjectPublicKeyInfo, in hex: the data of a `3 1 1` TLSA record.
    pub spki_sha256: String,
    /// Whether it says that it is a CA's.
    pub is_ca: bool,
    /// 1, 2 or 3.
    pub version: u8,
}

/// Kind and size of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicKeyDescription {
    /// `RSA`, `P-256`, `P-384`, `Ed25519`, or the algorithm dotted.
    pub algorithm: String,
    /// Its size; `None` for kinds of keys that we do not read.
    pub bits: Option<usize>,
}

/// Describes a certificate (DER).
///
/// # Errors
/// As [`Certificate::parse`].
pub fn describe(der: &[u8]) -> Result<Description, CertificateError> {
    let certificate = Certificate::parse(der)?;
    let algorithm = &certificate.signature_algorithm;
    Ok(Description {
        public_key: describe_key(&certificate.spki)?,
        signature_algorithm: oid::signature_name(algorithm.as_octets())
            .map_or_else(|| algorithm.to_string(), str::to_owned),
        serial: hex(&certificate.serial),
        sha256: hex(&sha256(der)),
        spki_sha256: hex(&sha256(&certificate.spki)),
        is_ca: certificate.is_ca(),
        not_before: certificate.validity.not_before,
        not_after: certificate.validity.not_after,
        common_name: certificate.common_names.last().cloned(),
        subject: certificate.subject,
        issuer: certificate.issuer,
        dns_names: certificate.dns_names,
        version: certificate.version,
    })
}

fn describe_key(spki: &[u8]) -> Result<PublicKeyDescription, CertificateError> {
    let (algorithm, bits) = match algorithm::public_key(spki) {
        Some(PublicKey::Rsa { n, .. }) => ("RSA", significant_bits(&n)),
        Some(PublicKey::P256(_)) => ("P-256", 256),
        Some(PublicKey::P384(_)) => ("P-384", 384),
        Some(PublicKey::Ed25519(_)) => ("Ed25519", 256),
        None => {
            let kind: Oid = algorithm::oid(
                &algorithm::split_spki(&Elements::new(spki, 0).expect(tag::SEQUENCE)?)?.0,
            )?;
            return Ok(PublicKeyDescription {
                algorithm: kind.to_string(),
                bits: None,
            });
        }
    };
    Ok(PublicKeyDescription {
        algorithm: algorithm.to_owned(),
        bits: Some(bits),
    })
}

fn significant_bits(number: &[u8]) -> usize {
    let octets = number.iter().skip_while(|octet| **octet == 0);
    let unused = octets
        .clone()
        .next()
        .map_or(0, |octet| octet.leading_zeros());
    octets
        .count()
        .saturating_mul(8)
        .saturating_sub(usize::try_from(unused).unwrap_or_default())
}
