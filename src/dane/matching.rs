//! Whether a certificate is the one a record names: selector and matching type (RFC 6698 §2.1.2, §2.1.3). The
//! certificate is octets; nothing but its key is looked for in it (RFC 7671 §5.1).

use super::Tlsa;
use crate::crypto::{sha256, sha512};
use crate::x509;

/// One certificate that records are held against; what was hashed last is kept.
pub(super) struct Candidate<'a> {
    der: &'a [u8],
    selector: u8,
    matching_type: u8,
    data: Option<Vec<u8>>,
}

impl<'a> Candidate<'a> {
    pub(super) fn new(der: &'a [u8]) -> Self {
        Self {
            der,
            selector: 0,
            matching_type: 0,
            data: Some(der.to_vec()),
        }
    }

    /// Whether the record names this certificate; `None` where it asks for a key and there is none to be found.
    pub(super) fn is_named_by(&mut self, record: &Tlsa) -> Option<bool> {
        let Tlsa {
            selector,
            matching_type,
            ..
        } = *record;
        if (selector, matching_type) != (self.selector, self.matching_type) {
            self.data = association_data(self.der, selector, matching_type);
            (self.selector, self.matching_type) = (selector, matching_type);
        }
        self.data.as_ref().map(|data| *data == *record.data)
    }

    /// The first of the records (in this order) that names this certificate.
    pub(super) fn first_match(&mut self, tlsa: &[Tlsa], order: &[usize]) -> Option<usize> {
        order.iter().copied().find(|index| {
            tlsa.get(*index)
                .is_some_and(|record| self.is_named_by(record) == Some(true))
        })
    }
}

/// What a record with these parameters says of a certificate (RFC 6698 §2.1.4); `None` where no key is found.
pub(super) fn association_data(der: &[u8], selector: u8, matching_type: u8) -> Option<Vec<u8>> {
    let selected = match selector {
        0 => der,
        _ => x509::spki_of(der).ok()?,
    };
    Some(digest(selected, matching_type))
}

/// The octets themselves, or their digest.
pub(super) fn digest(octets: &[u8], matching_type: u8) -> Vec<u8> {
    match matching_type {
        0 => octets.to_vec(),
        1 => sha256(octets).to_vec(),
        _ => sha512(octets).to_vec(),
    }
}
