//! The extensions the engine reads (RFC 5280 §4.2.1): names, CA or not, and what the key is for. All others
//! are kept as octets.

use super::der::{Element, Elements, tag};
use super::{CertificateError, Oid, oid};
use crate::bytes::Bytes;

/// One extension as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Which one.
    pub oid: Oid,
    /// Whether who does not know it must refuse the certificate (RFC 5280 §4.2).
    pub critical: bool,
    /// The DER within the OCTET STRING.
    pub value: Bytes,
}

/// RFC 5280 §4.2.1.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BasicConstraints {
    /// Whether the subject is a CA.
    pub ca: bool,
    /// How many CAs may stand between this one and the leaf; `None` for any number.
    pub path_len: Option<u32>,
}

/// RFC 5280 §4.2.1.3; bit 0 is the most significant of the sixteen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// Whether bit `number` of RFC 5280 §4.2.1.3 is set: 0 digitalSignature … 5 keyCertSign … 8 decipherOnly.
    #[must_use]
    pub const fn has(self, number: u8) -> bool {
        number < 16 && self.0 & (0x8000 >> number) != 0
    }

    /// Whether the key may sign certificates.
    #[must_use]
    pub const fn key_cert_sign(self) -> bool {
        self.has(5)
    }
}

/// What the known extensions say.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    pub(super) all: Vec<Extension>,
    pub(super) dns_names: Vec<String>,
    pub(super) basic_constraints: Option<BasicConstraints>,
    pub(super) key_usage: Option<KeyUsage>,
    pub(super) ext_key_usage: Option<Vec<Oid>>,
}

impl Extensions {
    /// Reads the SEQUENCE OF Extension.
    pub(super) fn read(list: &Element<'_>) -> Result<Self, CertificateError> {
        let mut extensions = Self::default();
        let mut rest = list.elements();
        while !rest.is_empty() {
            extensions.push(&rest.expect(tag::SEQUENCE)?)?;
        }
        Ok(extensions)
    }

    fn push(&mut self, element: &Element<'_>) -> Result<(), CertificateError> {
        let mut parts = element.elements();
        let id = parts.expect(tag::OID)?.value;
        let critical = match parts.optional(tag::BOOLEAN)? {
            Some(flag) => boolean(&flag)?,
            None => false,
        };
        let octets = parts.expect(tag::OCTET_STRING)?;
        parts.finish()?;
        if self.all.iter().any(|seen| seen.oid.as_octets() == id) {
            return Err(CertificateError::DuplicateExtension {
                offset: element.offset,
            });
        }
        let mut value = octets.elements();
        match id {
            oid::SUBJECT_ALT_NAME => {
                self.dns_names = dns_names(&value.expect(tag::SEQUENCE)?)?;
                value.finish()?;
            }
            oid::BASIC_CONSTRAINTS => {
                self.basic_constraints = Some(basic_constraints(&value.expect(tag::SEQUENCE)?)?);
                value.finish()?;
            }
            oid::KEY_USAGE => {
                self.key_usage = Some(key_usage(&value.expect(tag::BIT_STRING)?)?);
                value.finish()?;
            }
            oid::EXT_KEY_USAGE => {
                self.ext_key_usage = Some(ext_key_usage(&value.expect(tag::SEQUENCE)?)?);
                value.finish()?;
            }
            _ => {}
        }
        self.all.push(Extension {
            oid: Oid::from_der(id),
            critical,
            value: octets.value.to_vec().into(),
        });
        Ok(())
    }
}

/// Reading: an explicit FALSE is no DER where FALSE is the default, but is common; OpenSSL reads it.
fn boolean(element: &Element<'_>) -> Result<bool, CertificateError> {
    match element.value {
        [0xff] => Ok(true),
        [0x00] => Ok(false),
        _ => Err(element.bad_value()),
    }
}

/// The dNSNames of GeneralNames, as they stand. What is not UTF-8 gets replacement characters, and so
/// never matches a host.
fn dns_names(list: &Element<'_>) -> Result<Vec<String>, CertificateError> {
    let mut names = Vec::new();
    let mut rest = list.elements();
    while !rest.is_empty() {
        let name = rest.any()?;
        // GeneralName has the tags [0] to [8] (RFC 5280 §4.2.1.6).
        if name.tag & 0xc0 != 0x80 || name.tag & 0x1f > 8 {
            return Err(CertificateError::UnexpectedElement {
                offset: name.offset,
            });
        }
        if name.tag == tag::context(2) {
            names.push(String::from_utf8_lossy(name.value).into_owned());
        }
    }
    Ok(names)
}

fn basic_constraints(sequence: &Element<'_>) -> Result<BasicConstraints, CertificateError> {
    let mut parts = sequence.elements();
    let ca = match parts.optional(tag::BOOLEAN)? {
        Some(flag) => boolean(&flag)?,
        None => false,
    };
    let path_len = match parts.optional(tag::INTEGER)? {
        Some(number) => Some(path_len(&number)?),
        None => None,
    };
    parts.finish()?;
    Ok(BasicConstraints { ca, path_len })
}

fn path_len(number: &Element<'_>) -> Result<u32, CertificateError> {
    let octets = number.integer()?;
    if octets.first().is_some_and(|first| first & 0x80 != 0) {
        return Err(number.bad_value());
    }
    Ok(octets.iter().fold(0u32, |sum, octet| {
        sum.saturating_mul(256).saturating_add(u32::from(*octet))
    }))
}

fn key_usage(bits: &Element<'_>) -> Result<KeyUsage, CertificateError> {
    match bits.value {
        [0..=7, rest @ ..] => {
            let high = rest.first().copied().unwrap_or_default();
            let low = rest.get(1).copied().unwrap_or_default();
            Ok(KeyUsage(u16::from_be_bytes([high, low])))
        }
        _ => Err(bits.bad_value()),
    }
}

fn ext_key_usage(list: &Element<'_>) -> Result<Vec<Oid>, CertificateError> {
    let mut purposes = Vec::new();
    let mut rest: Elements<'_> = list.elements();
    while !rest.is_empty() {
        purposes.push(Oid::from_der(rest.expect(tag::OID)?.value));
    }
    Ok(purposes)
}
