//! DANE-TA(2) (RFC 7671 §5.2, RFC 7672 §3.1.2): from the leaf upwards, through what the host presents and what the
//! records hold whole, to the first certificate that a record names. Chosen as OpenSSL chooses: one path, and no
//! way back from it.
//!
//! - Presented certificates may come in any order, with others between them. Of several likely issuers the first
//!   that is within its dates is taken, and those of `2 0 0` records before those presented.
//! - The leaf is never an anchor: nothing matches at depth 0.
//! - Where no record names a certificate of the path, a whole key of a record (`2 1 0`) may have signed the last one
//!   of it; even the leaf, even by itself.

use super::Tlsa;
use super::matching::Candidate;
use super::outcome::DaneMatch;
use crate::bytes::Bytes;
use crate::crypto::SignatureVerifier;
use crate::limits;
use crate::time::Time;
use crate::x509::reason::{self, Failure, failed};
use crate::x509::{Certificate, is_likely_issuer, is_self_signed, is_signed_by, judge_path};

/// A path up to its trust anchor.
pub(super) struct Anchored {
    pub(super) matched: DaneMatch,
    /// What is wrong with the path, if anything is.
    pub(super) fault: Option<Failure>,
}

/// Finds the path and judges it; names are not looked at. `order` holds the DANE-TA records that can be used.
pub(super) fn find(
    tlsa: &[Tlsa],
    order: &[usize],
    leaf: &Certificate,
    others: &[Bytes],
    at: Time,
    verifier: &dyn SignatureVerifier,
) -> Result<Anchored, Failure> {
    let records = || {
        order
            .iter()
            .filter_map(|index| Some((*index, tlsa.get(*index)?)))
    };
    let mut rest: Vec<(&[u8], Certificate)> = records()
        .filter(|(_, record)| (record.selector, record.matching_type) == (0, 0))
        .map(|(_, record)| &record.data)
        .chain(others)
        .filter_map(|der| Some((&**der, Certificate::parse(der).ok()?)))
        .collect();
    let mut issuers: Vec<Certificate> = Vec::new();
    let mut named = None;
    while named.is_none() && issuers.len() < limits::CHAIN_CERTIFICATES {
        let current = issuers.last().unwrap_or(leaf);
        if is_self_signed(current) {
            break;
        }
        let Some(place) = best_issuer(&rest, current, at) else {
            break;
        };
        let (der, issuer) = rest.remove(place);
        rest.retain(|(other, _)| *other != der);
        issuers.push(issuer);
        named = Candidate::new(der).first_match(tlsa, order);
    }
    let mut path = vec![leaf];
    path.extend(&issuers);
    let depth = issuers.len();
    if let Some(index) = named {
        return Ok(Anchored {
            matched: DaneMatch { index, depth },
            fault: judge_path(&path, false, at, verifier).err(),
        });
    }
    let top = issuers.last().unwrap_or(leaf);
    let signer = records().find(|(_, record)| {
        (record.selector, record.matching_type) == (1, 0)
            && is_signed_by(top, &record.data, verifier).is_ok()
    });
    match signer {
        Some((index, _)) => Ok(Anchored {
            matched: DaneMatch { index, depth },
            fault: judge_path(&path, true, at, verifier).err(),
        }),
        None => Err(failed(reason::TLSA_NO_MATCH)),
    }
}

/// The first likely issuer that is within its dates, or the one that was so last.
fn best_issuer(rest: &[(&[u8], Certificate)], subject: &Certificate, at: Time) -> Option<usize> {
    let mut best: Option<(usize, Time)> = None;
    for (place, (_, candidate)) in rest.iter().enumerate() {
        if !is_likely_issuer(candidate, subject) {
            continue;
        }
        if candidate.validity.contains(at) {
            return Some(place);
        }
        let until = candidate.validity.not_after;
        if best.is_none_or(|(_, latest)| until > latest) {
            best = Some((place, until));
        }
    }
    best.map(|(place, _)| place)
}
