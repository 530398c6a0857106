//! From the algorithm identifiers and key formats of X.509 (RFC 3279, 4055, 5480, 5758, 8410) to those of
//! [`crate::crypto`]. Only what public CAs use: no SHA-1, no compressed points, no RSASSA-PSS keys.

use pki_types::{AlgorithmIdentifier, alg_id};

use super::der::{Element, Elements, tag};
use super::{CertificateError, Oid};
use crate::crypto::{Algorithm, Hash, PublicKey};

/// sha256WithRSAEncryption and its kin without the NULL: RFC 4055 §5 wants both forms accepted.
const PKCS1_SHA256_BARE: AlgorithmIdentifier = AlgorithmIdentifier::from_slice(&[
    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b,
]);
const PKCS1_SHA384_BARE: AlgorithmIdentifier = AlgorithmIdentifier::from_slice(&[
    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c,
]);
const PKCS1_SHA512_BARE: AlgorithmIdentifier = AlgorithmIdentifier::from_slice(&[
    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d,
]);

/// Every signature algorithm that is verified: identifier (without its SEQUENCE header), meaning, and the
/// identifiers of the keys that make it.
pub(super) const SIGNATURES: &[(AlgorithmIdentifier, Algorithm, &[AlgorithmIdentifier])] = &[
    (
        alg_id::RSA_PKCS1_SHA256,
        Algorithm::RsaPkcs1(Hash::Sha256),
        RSA,
    ),
    (
        alg_id::RSA_PKCS1_SHA384,
        Algorithm::RsaPkcs1(Hash::Sha384),
        RSA,
    ),
    (
        alg_id::RSA_PKCS1_SHA512,
        Algorithm::RsaPkcs1(Hash::Sha512),
        RSA,
    ),
    (PKCS1_SHA256_BARE, Algorithm::RsaPkcs1(Hash::Sha256), RSA),
    (PKCS1_SHA384_BARE, Algorithm::RsaPkcs1(Hash::Sha384), RSA),
    (PKCS1_SHA512_BARE, Algorithm::RsaPkcs1(Hash::Sha512), RSA),
    (alg_id::RSA_PSS_SHA256, Algorithm::RsaPss(Hash::Sha256), RSA),
    (alg_id::RSA_PSS_SHA384, Algorithm::RsaPss(Hash::Sha384), RSA),
    (alg_id::RSA_PSS_SHA512, Algorithm::RsaPss(Hash::Sha512), RSA),
    (alg_id::ECDSA_SHA256, Algorithm::EcdsaDer(Hash::Sha256), EC),
    (alg_id::ECDSA_SHA384, Algorithm::EcdsaDer(Hash::Sha384), EC),
    (alg_id::ED25519, Algorithm::Ed25519, &[alg_id::ED25519]),
];

const RSA: &[AlgorithmIdentifier] = &[alg_id::RSA_ENCRYPTION];
const EC: &[AlgorithmIdentifier] = &[alg_id::ECDSA_P256, alg_id::ECDSA_P384];

/// The signature algorithm of an AlgorithmIdentifier (DER); `None` where it is not supported.
#[must_use]
pub fn signature_algorithm(identifier: &[u8]) -> Option<Algorithm> {
    let value = Elements::new(identifier, 0)
        .expect(tag::SEQUENCE)
        .ok()?
        .value;
    SIGNATURES
        .iter()
        .find(|(known, _, _)| known.as_ref() == value)
        .map(|(_, algorithm, _)| *algorithm)
}

/// The key of a SubjectPublicKeyInfo (DER); `None` where it is broken or of a kind not supported.
#[must_use]
pub fn public_key(spki: &[u8]) -> Option<PublicKey> {
    let mut outer = Elements::new(spki, 0);
    let (identifier, key) = split_spki(&outer.expect(tag::SEQUENCE).ok()?).ok()?;
    outer.finish().ok()?;
    key_from_bits(identifier.value, key)
}

/// Whether it is one SubjectPublicKeyInfo (DER) and nothing else; its key may be of any kind.
pub(crate) fn is_spki(der: &[u8]) -> bool {
    let mut outer = Elements::new(der, 0);
    outer.expect(tag::SEQUENCE).is_ok_and(|spki| {
        outer.is_empty() && split_spki(&spki).is_ok_and(|(kind, _)| oid(&kind).is_ok())
    })
}

/// The key of the given kind (an AlgorithmIdentifier without its header) in a subjectPublicKey.
pub(super) fn key_from_bits(identifier: &[u8], bits: &[u8]) -> Option<PublicKey> {
    if identifier == alg_id::RSA_ENCRYPTION.as_ref() {
        rsa_key(bits).ok()
    } else if identifier == alg_id::ECDSA_P256.as_ref() {
        uncompressed(bits)?.try_into().ok().map(PublicKey::P256)
    } else if identifier == alg_id::ECDSA_P384.as_ref() {
        uncompressed(bits)?.try_into().ok().map(PublicKey::P384)
    } else if identifier == alg_id::ED25519.as_ref() {
        bits.try_into().ok().map(PublicKey::Ed25519)
    } else {
        None
    }
}

/// AlgorithmIdentifier and key octets of a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
pub(super) fn split_spki<'a>(
    spki: &Element<'a>,
) -> Result<(Element<'a>, &'a [u8]), CertificateError> {
    let mut parts = spki.elements();
    let identifier = parts.expect(tag::SEQUENCE)?;
    let key = parts.expect(tag::BIT_STRING)?.whole_bits()?;
    parts.finish()?;
    Ok((identifier, key))
}

/// The algorithm that an AlgorithmIdentifier names.
pub(super) fn oid(identifier: &Element<'_>) -> Result<Oid, CertificateError> {
    Ok(Oid::from_der(identifier.elements().expect(tag::OID)?.value))
}

/// RSAPublicKey (RFC 8017 §A.1.1).
fn rsa_key(bits: &[u8]) -> Result<PublicKey, CertificateError> {
    let mut outer = Elements::new(bits, 0);
    let mut parts = outer.expect(tag::SEQUENCE)?.elements();
    outer.finish()?;
    let n = positive(&parts.expect(tag::INTEGER)?)?;
    let e = positive(&parts.expect(tag::INTEGER)?)?;
    parts.finish()?;
    Ok(PublicKey::Rsa { n, e })
}

fn positive(number: &Element<'_>) -> Result<Vec<u8>, CertificateError> {
    match number.integer()? {
        [0x80..=0xff, ..] => Err(number.bad_value()),
        [0, octets @ ..] => Ok(octets.to_vec()),
        octets => Ok(octets.to_vec()),
    }
}

/// The coordinates of an uncompressed point (RFC 5480 §2.2).
fn uncompressed(bits: &[u8]) -> Option<&[u8]> {
    match bits {
        [4, coordinates @ ..] => Some(coordinates),
        _ => None,
    }
}
