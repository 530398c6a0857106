//! Trust anchors (RFC 4033 §2): where validation starts. The root's are data here, with their source; the caller
//! may put others in their place.

use core::fmt;

use base16ct::mixed::decode_vec as unhex;
use base64ct::{Base64, Encoding};

use super::algorithm::ds_matches;
use crate::dns::{Dnskey, Ds, RecordType};
use crate::name::Name;

/// A zone's key, or the digest of it, that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustAnchor {
    /// The zone.
    pub zone: Name,
    /// What is believed of it.
    pub key: AnchorKey,
}

/// The two forms of an anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnchorKey {
    /// A digest of the key.
    Ds(Ds),
    /// The key itself.
    Dnskey(Dnskey),
}

/// The line is no DS or DNSKEY record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnchorError;

impl fmt::Display for AnchorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a line such as `. IN DS 20326 8 2 E06D…` or `. IN DNSKEY 257 3 8 AwEA…`")
    }
}

impl std::error::Error for AnchorError {}

/// The root's keys of 2017 and 2024: IANA, <https://data.iana.org/root-anchors/root-anchors.xml>
/// (RFC 9718), key tags 20326 and 38696.
pub const ROOT_ANCHORS: [&str; 2] = [
    ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
    ". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
];

impl TrustAnchor {
    /// Those of [`ROOT_ANCHORS`].
    #[must_use]
    pub fn root() -> Vec<Self> {
        ROOT_ANCHORS
            .iter()
            .filter_map(|line| Self::parse(line).ok())
            .collect()
    }

    /// Reads one line: owner, optional TTL and class, `DS` or `DNSKEY`, its RDATA; a comment may follow `;`.
    ///
    /// # Errors
    /// [`AnchorError`] where it is anything else.
    ///
    /// ```
    /// use mxseal::dnssec::TrustAnchor;
    /// assert!(TrustAnchor::parse(". 172800 IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D").is_ok());
    /// assert!(TrustAnchor::parse("example.com. IN A 192.0.2.1").is_err());
    /// ```
    pub fn parse(line: &str) -> Result<Self, AnchorError> {
        read(line).ok_or(AnchorError)
    }

    /// What the record type of the line was.
    #[must_use]
    pub fn record_type(&self) -> RecordType {
        match self.key {
            AnchorKey::Ds(_) => RecordType::Ds,
            AnchorKey::Dnskey(_) => RecordType::Dnskey,
        }
    }

    pub(super) fn algorithm(&self) -> u8 {
        match &self.key {
            AnchorKey::Ds(ds) => ds.algorithm,
            AnchorKey::Dnskey(key) => key.algorithm,
        }
    }

    pub(super) fn matches(&self, key: &Dnskey) -> bool {
        match &self.key {
            AnchorKey::Ds(ds) => ds_matches(ds, &self.zone, key),
            AnchorKey::Dnskey(anchor) => anchor == key,
        }
    }
}

fn read(line: &str) -> Option<TrustAnchor> {
    let line = line.split(';').next().unwrap_or_default();
    let mut words = line
        .split_ascii_whitespace()
        .filter(|word| !matches!(*word, "(" | ")"));
    let zone = Name::parse(words.next()?).ok()?;
    let is_ttl = |word: &&str| word.bytes().all(|octet| octet.is_ascii_digit());
    let mut word = words.next()?;
    while is_ttl(&word) || word.eq_ignore_ascii_case("IN") {
        word = words.next()?;
    }
    let is_ds = word.eq_ignore_ascii_case("DS");
    if !is_ds && !word.eq_ignore_ascii_case("DNSKEY") {
        return None;
    }
    let first = words.next()?.parse().ok()?;
    let second = words.next()?.parse().ok()?;
    let third = words.next()?.parse().ok()?;
    let data: String = words.collect();
    let key = if is_ds {
        AnchorKey::Ds(Ds {
            key_tag: first,
            algorithm: second,
            digest_type: third,
            digest: unhex(data).ok().filter(|digest| !digest.is_empty())?,
        })
    } else {
        AnchorKey::Dnskey(Dnskey {
            flags: first,
            protocol: second,
            algorithm: third,
            public_key: Base64::decode_vec(&data)
                .ok()
                .filter(|key| !key.is_empty())?,
        })
    };
    Some(TrustAnchor { zone, key })
}
