//! Which records can be used (RFC 6698 §4.1, RFC 7672 §3.1.3) and, of those, which are: digest agility
//! (RFC 7671 §9). What the record is held against plays no part here.

use super::Tlsa;
use crate::limits;
use crate::x509;

/// Strongest first, as OpenSSL and RFC 7671 §9 have it: SHA2-512, SHA2-256.
pub const DIGEST_ORDER: &[u8] = &[2, 1];

// Why a record cannot be used.
pub(super) const TOO_MANY: &str = "too-many-records";
pub(super) const USAGE_PKIX: &str = "usage-pkix";
pub(super) const USAGE_UNKNOWN: &str = "usage-unknown";
pub(super) const SELECTOR_UNKNOWN: &str = "selector-unknown";
pub(super) const MATCHING_UNKNOWN: &str = "matching-type-unknown";
pub(super) const DIGEST_DISABLED: &str = "digest-disabled";
pub(super) const DIGEST_LENGTH: &str = "digest-length";
pub(super) const FULL_MALFORMED: &str = "full-malformed";
pub(super) const WEAKER_DIGEST: &str = "weaker-digest";

/// For each record why it cannot be used, `None` where it can.
#[must_use]
pub fn unusable(tlsa: &[Tlsa], allow_pkix: bool, digest_order: &[u8]) -> Vec<Option<&'static str>> {
    let why: Vec<Option<&'static str>> = tlsa
        .iter()
        .enumerate()
        .map(|(index, record)| {
            if index < limits::TLSA_RECORDS {
                by_itself(record, allow_pkix, digest_order)
            } else {
                Some(TOO_MANY)
            }
        })
        .collect();
    // RFC 7671 §9: of one usage and selector, Full and the strongest digest that is there; a record that cannot be
    // used does not stand in the way of a weaker one.
    let outdone = |record: &Tlsa| {
        record.matching_type != 0
            && tlsa.iter().zip(&why).any(|(other, why)| {
                why.is_none()
                    && (other.usage, other.selector) == (record.usage, record.selector)
                    && other.matching_type != 0
                    && rank(other, digest_order) < rank(record, digest_order)
            })
    };
    tlsa.iter()
        .zip(&why)
        .map(|(record, why)| why.or_else(|| outdone(record).then_some(WEAKER_DIGEST)))
        .collect()
}

/// The records that can be used, in the order in which OpenSSL holds them against a chain: DANE before PKIX usages,
/// keys before certificates, digests before Full.
pub(super) fn in_order(
    tlsa: &[Tlsa],
    unusable: &[Option<&'static str>],
    digest_order: &[u8],
) -> Vec<usize> {
    let mut order = Vec::new();
    for usage in [3, 2, 1, 0] {
        for selector in [1, 0] {
            for matching_type in digest_order.iter().chain(&[0]) {
                let wanted = (usage, selector, *matching_type);
                for (index, record) in tlsa.iter().enumerate() {
                    if (record.usage, record.selector, record.matching_type) == wanted
                        && unusable.get(index) == Some(&None)
                        && !order.contains(&index)
                    {
                        order.push(index);
                    }
                }
            }
        }
    }
    order
}

fn by_itself(record: &Tlsa, allow_pkix: bool, digest_order: &[u8]) -> Option<&'static str> {
    let Tlsa {
        usage,
        selector,
        matching_type,
        data,
    } = record;
    match usage {
        0 | 1 if !allow_pkix => return Some(USAGE_PKIX), // RFC 7672 §3.1.3
        0..=3 => {}
        _ => return Some(USAGE_UNKNOWN),
    }
    if *selector > 1 {
        return Some(SELECTOR_UNKNOWN);
    }
    let length = match matching_type {
        0 => {
            let well_formed = match selector {
                0 => x509::is_certificate(data),
                _ => x509::is_spki(data),
            };
            return (!well_formed).then_some(FULL_MALFORMED);
        }
        1 => 32,
        2 => 64,
        _ => return Some(MATCHING_UNKNOWN),
    };
    if data.len() != length {
        Some(DIGEST_LENGTH)
    } else if !digest_order.contains(matching_type) {
        Some(DIGEST_DISABLED)
    } else {
        None
    }
}

/// 0 for the strongest digest; Full after all of them.
fn rank(record: &Tlsa, digest_order: &[u8]) -> usize {
    let place = digest_order
        .iter()
        .position(|digest| *digest == record.matching_type);
    place
        .filter(|_| record.matching_type != 0)
        .unwrap_or(usize::MAX)
}
