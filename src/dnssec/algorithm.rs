//! Numbers of DNSSEC turned into what `crypto` verifies: algorithms and key formats (RFC 3110, RFC 5702,
//! RFC 6605, RFC 8080), digests of DS records (RFC 4509, RFC 6605), key tags (RFC 4034 App. B).

use crate::crypto::{self, Algorithm, Hash, PublicKey};
use crate::dns::{Dnskey, Ds};
use crate::name::Name;

/// How signatures of this DNSSEC algorithm are verified; `None` where the engine can't or, for SHA-1
/// (RFC 9905 §2), may not.
///
/// Ed448 (16) is optional (RFC 9904) and no stable crate verifies it: unsupported, so insecure (RFC 4035 §5.2).
pub(super) fn algorithm(number: u8, allow_sha1: bool) -> Option<Algorithm> {
    match number {
        5 | 7 if allow_sha1 => Some(Algorithm::RsaSha1),
        8 => Some(Algorithm::RsaPkcs1(Hash::Sha256)),
        10 => Some(Algorithm::RsaPkcs1(Hash::Sha512)),
        13 => Some(Algorithm::EcdsaRaw(Hash::Sha256)),
        14 => Some(Algorithm::EcdsaRaw(Hash::Sha384)),
        15 => Some(Algorithm::Ed25519),
        _ => None,
    }
}

/// The key of a DNSKEY record; `None` where its octets are no such key.
pub(super) fn public_key(key: &Dnskey) -> Option<PublicKey> {
    let octets = key.public_key.as_slice();
    match key.algorithm {
        5 | 7 | 8 | 10 => rsa(octets),
        // RFC 6605 §4: x | y, no prefix.
        13 => octets.try_into().ok().map(PublicKey::P256),
        14 => octets.try_into().ok().map(PublicKey::P384),
        15 => octets.try_into().ok().map(PublicKey::Ed25519),
        _ => None,
    }
}

/// RFC 3110 §2: the length of the exponent in one octet, or a zero and two more; exponent; modulus.
fn rsa(octets: &[u8]) -> Option<PublicKey> {
    let (length, rest) = match octets {
        [0, high, low, rest @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), rest),
        [length, rest @ ..] => (usize::from(*length), rest),
        [] => return None,
    };
    let (e, n) = rest.split_at_checked(length)?;
    (!e.is_empty() && !n.is_empty()).then(|| PublicKey::Rsa {
        n: n.to_vec(),
        e: e.to_vec(),
    })
}

/// The wire form of a DNSKEY's RDATA.
pub(super) fn dnskey_octets(key: &Dnskey) -> Vec<u8> {
    let mut octets = key.flags.to_be_bytes().to_vec();
    octets.extend([key.protocol, key.algorithm]);
    octets.extend(&key.public_key);
    octets
}

/// RFC 4034 App. B. The tag of algorithm 1 (App. B.1) is not needed: nothing verifies it.
pub(super) fn key_tag(key: &Dnskey) -> u16 {
    let sum = dnskey_octets(key)
        .chunks(2)
        .fold(0u32, |sum, pair| match pair {
            [high, low] => sum.wrapping_add(u32::from(u16::from_be_bytes([*high, *low]))),
            [high] => sum.wrapping_add(u32::from(*high) << 8),
            _ => sum,
        });
    u16::try_from(sum.wrapping_add(sum >> 16) & 0xffff).unwrap_or_default()
}

/// How far a digest type can be relied on: SHA-1 only where nothing better stands (RFC 4509 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DigestType {
    Sha1,
    Strong,
}

pub(super) fn digest_type(number: u8) -> Option<DigestType> {
    match number {
        1 => Some(DigestType::Sha1),
        2 | 4 => Some(DigestType::Strong),
        _ => None,
    }
}

/// Whether the DS record stands for the key: tag, algorithm and digest over owner | RDATA (RFC 4034 §5.1.4).
pub(super) fn ds_matches(ds: &Ds, zone: &Name, key: &Dnskey) -> bool {
    if ds.algorithm != key.algorithm || ds.key_tag != key_tag(key) {
        return false;
    }
    let mut octets = zone.as_octets().to_vec();
    octets.extend(dnskey_octets(key));
    match ds.digest_type {
        1 => ds.digest == crypto::sha1(&octets),
        2 => ds.digest == crypto::sha256(&octets),
        4 => ds.digest == crypto::sha384(&octets),
        _ => false,
    }
}
