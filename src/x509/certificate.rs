//! The certificate (RFC 5280 §4.1), read strictly into the fields that the engine judges by, and the lenient
//! walk to its key that DANE needs. Reading proves nothing: no signature, date or name is checked here.

use super::der::{Element, Elements, tag};
use super::distinguished_name::DistinguishedName;
use super::extension::Extensions;
use super::{
    BasicConstraints, CertificateError, Extension, KeyUsage, Oid, Validity, algorithm, oid,
};
use crate::crypto::{SignatureVerifier, Verification};
use crate::{bytes::Bytes, limits};

/// A certificate, its octets out of DER.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Certificate {
    /// 1, 2 or 3.
    pub version: u8,
    /// The serial number, big-endian two's complement as in the DER.
    pub serial: Bytes,
    /// Who issued it, for people (RFC 4514).
    pub issuer: String,
    /// Whose it is, for people (RFC 4514).
    pub subject: String,
    /// The issuer's name as DER, for comparing.
    pub issuer_der: Bytes,
    /// The subject's name as DER, for comparing.
    pub subject_der: Bytes,
    /// The common names of the subject, in their order.
    pub common_names: Vec<String>,
    /// From when to when.
    pub validity: Validity,
    /// SubjectPublicKeyInfo as DER: what TLSA selector 1 takes (RFC 6698 §2.1.2).
    pub spki: Bytes,
    /// The dNSNames of the subjectAltName, as they stand (RFC 5280 §4.2.1.6).
    pub dns_names: Vec<String>,
    /// CA or not; `None` where the extension is missing.
    pub basic_constraints: Option<BasicConstraints>,
    /// What the key may do; `None` for all.
    pub key_usage: Option<KeyUsage>,
    /// The purposes; `None` for all.
    pub ext_key_usage: Option<Vec<Oid>>,
    /// Every extension, known or not, in its order.
    pub extensions: Vec<Extension>,
    /// The algorithm of the signature.
    pub signature_algorithm: Oid,
    /// The whole AlgorithmIdentifier of the signature as DER.
    pub signature_algorithm_der: Bytes,
    /// Whether the signed part names the same algorithm (RFC 5280 §4.1.2.3).
    pub algorithms_agree: bool,
    /// The signature's octets.
    pub signature: Bytes,
    /// The signed part as DER.
    pub tbs: Bytes,
}

impl Certificate {
    /// Reads DER.
    ///
    /// # Errors
    /// A [`CertificateError`] with the offset of what breaks RFC 5280 §4.1 or DER. Unknown extensions,
    /// critical or not, old versions and negative serial numbers are no errors.
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > limits::CERTIFICATE_OCTETS {
            return Err(CertificateError::TooLong);
        }
        let mut whole = Elements::new(der, 0);
        let mut outer = whole.expect(tag::SEQUENCE)?.elements();
        whole.finish()?;
        let tbs = outer.expect(tag::SEQUENCE)?;
        let signature_algorithm = outer.expect(tag::SEQUENCE)?;
        let signature = outer.expect(tag::BIT_STRING)?.whole_bits()?;
        outer.finish()?;

        let mut fields = tbs.elements();
        let version = version(&mut fields)?;
        let serial = fields.expect(tag::INTEGER)?.integer()?;
        let inner_algorithm = fields.expect(tag::SEQUENCE)?;
        let issuer_der = fields.expect(tag::SEQUENCE)?;
        let validity = Validity::read(&fields.expect(tag::SEQUENCE)?)?;
        let subject_der = fields.expect(tag::SEQUENCE)?;
        let spki = fields.expect(tag::SEQUENCE)?;
        algorithm::split_spki(&spki)?;
        // issuerUniqueID, subjectUniqueID (RFC 5280 §4.1.2.8): nobody reads them.
        fields.optional(tag::context(1))?;
        fields.optional(tag::context(2))?;
        let extensions = match fields.optional(tag::context_constructed(3))? {
            Some(wrapper) => {
                let mut inside = wrapper.elements();
                let list = inside.expect(tag::SEQUENCE)?;
                inside.finish()?;
                Extensions::read(&list)?
            }
            None => Extensions::default(),
        };
        fields.finish()?;

        let issuer = DistinguishedName::read(&issuer_der)?;
        let subject = DistinguishedName::read(&subject_der)?;
        Ok(Self {
            version,
            serial: bytes(serial),
            issuer: issuer.text,
            subject: subject.text,
            issuer_der: bytes(issuer_der.whole),
            subject_der: bytes(subject_der.whole),
            common_names: subject.common_names,
            validity,
            spki: bytes(spki.whole),
            dns_names: extensions.dns_names,
            basic_constraints: extensions.basic_constraints,
            key_usage: extensions.key_usage,
            ext_key_usage: extensions.ext_key_usage,
            extensions: extensions.all,
            signature_algorithm: algorithm::oid(&signature_algorithm)?,
            signature_algorithm_der: bytes(signature_algorithm.whole),
            algorithms_agree: signature_algorithm.whole == inner_algorithm.whole,
            signature: bytes(signature),
            tbs: bytes(tbs.whole),
        })
    }

    /// Whether issuer and subject are the same (RFC 5280 §3.2); the key may still be another.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.issuer_der == self.subject_der
    }

    /// Whether it says that it is a CA's (RFC 5280 §4.2.1.9).
    #[must_use]
    pub fn is_ca(&self) -> bool {
        self.basic_constraints.is_some_and(|basic| basic.ca)
    }

    /// The DER within an extension, if it is there.
    pub(super) fn extension(&self, oid: &[u8]) -> Option<&[u8]> {
        let found = self
            .extensions
            .iter()
            .find(|one| one.oid.as_octets() == oid)?;
        Some(&found.value)
    }

    /// Whether its purposes, if it names any, include TLS servers (RFC 5280 §4.2.1.12).
    #[must_use]
    pub fn allows_server_auth(&self) -> bool {
        self.ext_key_usage.as_ref().is_none_or(|purposes| {
            purposes
                .iter()
                .any(|purpose| purpose.as_octets() == oid::SERVER_AUTH)
        })
    }

    /// Whether the key in `spki` (DER) made the signature.
    #[must_use]
    pub fn is_signed_by(&self, spki: &[u8], verifier: &dyn SignatureVerifier) -> Verification {
        if !self.algorithms_agree {
            return Verification::Bad; // RFC 5280 §4.1.1.2
        }
        match (
            algorithm::signature_algorithm(&self.signature_algorithm_der),
            algorithm::public_key(spki),
        ) {
            (Some(algorithm), Some(key)) => {
                verifier.verify(algorithm, &key, &self.tbs, &self.signature)
            }
            _ => Verification::Unsupported,
        }
    }
}

/// The SubjectPublicKeyInfo of a certificate, as DER. Walks the outer structure only: odd versions, serial
/// numbers, dates, names, extensions and whatever follows the key do not matter (RFC 7671 §5.1).
///
/// # Errors
/// A [`CertificateError`] where not even that structure is there.
pub fn spki_of(der: &[u8]) -> Result<&[u8], CertificateError> {
    Outline::read(der).map(|outline| outline.spki.whole)
}

/// Whether it is one certificate as far as [`spki_of`] looks, and nothing after it.
pub(crate) fn is_certificate(der: &[u8]) -> bool {
    let mut outer = Elements::new(der, 0);
    outer.expect(tag::SEQUENCE).is_ok() && outer.is_empty() && Outline::read(der).is_ok()
}

/// The names of issuer and subject, as DER: all that the search for a path goes by, whatever else is broken.
pub(crate) fn names_of(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let outline = Outline::read(der).ok()?;
    Some((outline.issuer, outline.subject))
}

/// The fields up to the key, in place and unread: what certificates of every version and quality have.
pub(super) struct Outline<'a> {
    pub(super) issuer: &'a [u8],
    pub(super) subject: &'a [u8],
    validity: Element<'a>,
    spki: Element<'a>,
}

impl<'a> Outline<'a> {
    pub(super) fn read(der: &'a [u8]) -> Result<Self, CertificateError> {
        if der.len() > limits::CERTIFICATE_OCTETS {
            return Err(CertificateError::TooLong);
        }
        let mut outer = Elements::new(der, 0).expect(tag::SEQUENCE)?.elements();
        let mut fields = outer.expect(tag::SEQUENCE)?.elements();
        fields.optional(tag::context_constructed(0))?;
        fields.expect(tag::INTEGER)?;
        fields.expect(tag::SEQUENCE)?;
        let issuer = fields.expect(tag::SEQUENCE)?.whole;
        let validity = fields.expect(tag::SEQUENCE)?;
        Ok(Self {
            issuer,
            validity,
            subject: fields.expect(tag::SEQUENCE)?.whole,
            spki: fields.expect(tag::SEQUENCE)?,
        })
    }

    pub(super) fn validity(&self) -> Result<Validity, CertificateError> {
        Validity::read(&self.validity)
    }
}

/// RFC 5280 §4.1.2.1. An explicit v1 is no DER (it is the default), but clear.
fn version(fields: &mut Elements<'_>) -> Result<u8, CertificateError> {
    let Some(wrapper) = fields.optional(tag::context_constructed(0))? else {
        return Ok(1);
    };
    let mut inside = wrapper.elements();
    let number: Element<'_> = inside.expect(tag::INTEGER)?;
    inside.finish()?;
    match number.integer()? {
        [0] => Ok(1),
        [1] => Ok(2),
        [2] => Ok(3),
        _ => Err(number.bad_value()),
    }
}

fn bytes(octets: &[u8]) -> Bytes {
    octets.to_vec().into()
}
