//! A strict walk over DER (X.690): one element after the other, each with its offset in the certificate.
//! It knows tags and lengths; what a value means is its caller's business. Multi-octet tags, which no
//! certificate field uses, are refused.

use der::{Decode, ErrorKind, Length, Reader, SliceReader};

use super::CertificateError;

/// Identifier octets (X.690 §8.1.2, §8.14).
pub(super) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const UTF8_STRING: u8 = 0x0c;
    pub(crate) const NUMERIC_STRING: u8 = 0x12;
    pub(crate) const PRINTABLE_STRING: u8 = 0x13;
    pub(crate) const TELETEX_STRING: u8 = 0x14;
    pub(crate) const IA5_STRING: u8 = 0x16;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const VISIBLE_STRING: u8 = 0x1a;
    pub(crate) const UNIVERSAL_STRING: u8 = 0x1c;
    pub(crate) const BMP_STRING: u8 = 0x1e;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;

    /// `[number]`, primitive.
    pub(crate) const fn context(number: u8) -> u8 {
        0x80 | number
    }

    /// `[number]`, constructed.
    pub(crate) const fn context_constructed(number: u8) -> u8 {
        0xa0 | number
    }
}

/// One element: identifier, header and value together, value alone, and where it starts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) whole: &'a [u8],
    pub(super) value: &'a [u8],
    pub(super) offset: usize,
}

impl<'a> Element<'a> {
    /// Where the value starts.
    pub(super) fn value_offset(&self) -> usize {
        let header = self.whole.len().saturating_sub(self.value.len());
        self.offset.saturating_add(header)
    }

    /// The elements within.
    pub(super) fn elements(&self) -> Elements<'a> {
        Elements::new(self.value, self.value_offset())
    }

    /// The error for a value that cannot be.
    pub(super) fn bad_value(&self) -> CertificateError {
        CertificateError::BadValue {
            offset: self.value_offset(),
        }
    }

    /// The octets of a BIT STRING without unused bits.
    pub(super) fn whole_bits(&self) -> Result<&'a [u8], CertificateError> {
        match self.value {
            [0, bits @ ..] => Ok(bits),
            _ => Err(self.bad_value()),
        }
    }

    /// The octets of an INTEGER, checked to be as short as DER wants them (X.690 §8.3.2).
    pub(super) fn integer(&self) -> Result<&'a [u8], CertificateError> {
        match self.value {
            [] | [0, 0..=0x7f, ..] | [0xff, 0x80..=0xff, ..] => Err(self.bad_value()),
            octets => Ok(octets),
        }
    }
}

/// The elements of a stretch of DER, from left to right.
#[derive(Debug, Clone)]
pub(super) struct Elements<'a> {
    octets: &'a [u8],
    position: usize,
    base: usize,
}

impl<'a> Elements<'a> {
    /// The elements of `octets`, which start at offset `base` of the certificate.
    pub(super) fn new(octets: &'a [u8], base: usize) -> Self {
        Self {
            octets,
            position: 0,
            base,
        }
    }

    /// Where the next element starts.
    pub(super) fn offset(&self) -> usize {
        self.base.saturating_add(self.position)
    }

    /// The next element, whatever it is.
    pub(super) fn any(&mut self) -> Result<Element<'a>, CertificateError> {
        let offset = self.offset();
        let rest = self.octets.get(self.position..).unwrap_or_default();
        let (tag, value, length) = element(rest).map_err(|kind| match kind {
            ErrorKind::Incomplete { .. } => CertificateError::Truncated {
                offset: offset.saturating_add(rest.len()),
            },
            _ => CertificateError::BadHeader { offset },
        })?;
        self.position = self.position.saturating_add(length);
        Ok(Element {
            tag,
            whole: rest.get(..length).unwrap_or_default(),
            value,
            offset,
        })
    }

    /// The next element, which must bear this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Result<Element<'a>, CertificateError> {
        let element = self.any()?;
        if element.tag == tag {
            Ok(element)
        } else {
            Err(CertificateError::UnexpectedElement {
                offset: element.offset,
            })
        }
    }

    /// The next element if it bears this tag.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, CertificateError> {
        if self.octets.get(self.position) == Some(&tag) {
            self.any().map(Some)
        } else {
            Ok(None)
        }
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.position >= self.octets.len()
    }

    /// Makes sure that nothing is left.
    pub(super) fn finish(&self) -> Result<(), CertificateError> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(CertificateError::TrailingData {
                offset: self.offset(),
            })
        }
    }
}

/// Tag, value and whole length of the first element.
fn element(octets: &[u8]) -> Result<(u8, &[u8], usize), ErrorKind> {
    const LONG_TAG: u8 = 0x1f;
    let mut reader = SliceReader::new(octets).map_err(|error| error.kind())?;
    let tag = reader.read_byte().map_err(|error| error.kind())?;
    if tag & LONG_TAG == LONG_TAG {
        return Err(ErrorKind::TagNumberInvalid);
    }
    let value = Length::decode(&mut reader)
        .and_then(|length| reader.read_slice(length))
        .map_err(|error| error.kind())?;
    let length = usize::try_from(reader.position()).map_err(|error| error.kind())?;
    Ok((tag, value, length))
}
