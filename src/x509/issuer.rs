//! Which certificate may have issued which (RFC 5280 §6.1.3 a 4): by name, by key identifier and by kind of key, as
//! OpenSSL chooses among those it is shown. No signature is checked.

use super::der::{Elements, tag};
use super::{Certificate, CertificateError, algorithm, distinguished_name, oid};
use crate::crypto::{Algorithm, PublicKey};

/// Whether `issuer` looks like the issuer of `subject`.
pub(crate) fn is_likely_issuer(issuer: &Certificate, subject: &Certificate) -> bool {
    distinguished_name::same(&issuer.subject_der, &subject.issuer_der)
        && identifiers_agree(issuer, subject).unwrap_or(false)
        && is_kind_of_key(issuer, subject)
}

/// Whether it looks like its own issuer: no path goes on from there.
pub(crate) fn is_self_signed(certificate: &Certificate) -> bool {
    is_likely_issuer(certificate, certificate)
}

/// authorityKeyIdentifier (RFC 5280 §4.2.1.1) against subjectKeyIdentifier, serial number and issuer of the issuer,
/// as far as they are there.
fn identifiers_agree(
    issuer: &Certificate,
    subject: &Certificate,
) -> Result<bool, CertificateError> {
    let Some(value) = subject.extension(oid::AUTHORITY_KEY_IDENTIFIER) else {
        return Ok(true);
    };
    let mut fields = Elements::new(value, 0).expect(tag::SEQUENCE)?.elements();
    let key = fields.optional(tag::context(0))?;
    let names = fields.optional(tag::context_constructed(1))?;
    let serial = fields.optional(tag::context(2))?;
    fields.finish()?;
    if let (Some(key), Some(own)) = (key, issuer.extension(oid::SUBJECT_KEY_IDENTIFIER))
        && Elements::new(own, 0).expect(tag::OCTET_STRING)?.value != key.value
    {
        return Ok(false);
    }
    if serial.is_some_and(|serial| serial.value != &*issuer.serial) {
        return Ok(false);
    }
    let mut names = names.map_or(Elements::new(&[], 0), |names| names.elements());
    while !names.is_empty() {
        let name = names.any()?;
        if name.tag == tag::context_constructed(4) {
            return Ok(distinguished_name::same(name.value, &issuer.issuer_der));
        }
    }
    Ok(true)
}

/// Whether a key of the issuer's kind makes signatures of the subject's kind. What is not known may be.
fn is_kind_of_key(issuer: &Certificate, subject: &Certificate) -> bool {
    let algorithm = algorithm::signature_algorithm(&subject.signature_algorithm_der);
    match (algorithm, algorithm::public_key(&issuer.spki)) {
        (Some(Algorithm::EcdsaDer(_)), Some(key)) => {
            matches!(key, PublicKey::P256(_) | PublicKey::P384(_))
        }
        (Some(Algorithm::Ed25519), Some(key)) => matches!(key, PublicKey::Ed25519(_)),
        (Some(_), Some(key)) => matches!(key, PublicKey::Rsa { .. }),
        _ => true,
    }
}
