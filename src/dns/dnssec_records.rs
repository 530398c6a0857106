//! The record types of DNSSEC, field by field (RFC 4034 §2–§5, RFC 5155 §3–§4). Read and shown here,
//! judged in the `dnssec` room.

use core::fmt;

use base16ct::upper::encode_string as hex;
use base64ct::{Base64, Encoding};
use domain::utils::base32;

use super::message::MessageError;
use super::record_data::Absolute;
use super::wire::Reader;
use super::{RecordType, TypeBitmap};
use crate::name::Name;
use crate::time::Time;

/// DS (RFC 4034 §5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ds {
    /// Tag of the DNSKEY it refers to.
    pub key_tag: u16,
    /// Algorithm of that key.
    pub algorithm: u8,
    /// Digest type.
    pub digest_type: u8,
    /// Digest.
    pub digest: Vec<u8>,
}

impl Ds {
    pub(super) fn parse(reader: &mut Reader<'_>) -> Result<Self, MessageError> {
        Ok(Self {
            key_tag: reader.u16()?,
            algorithm: reader.u8()?,
            digest_type: reader.u8()?,
            digest: reader.rest(),
        })
    }
}

impl fmt::Display for Ds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {} {}",
            self.key_tag,
            self.algorithm,
            self.digest_type,
            hex(&self.digest)
        )
    }
}

/// DNSKEY (RFC 4034 §2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dnskey {
    /// Flags: 256 zone key, 1 secure entry point, 128 revoked (RFC 5011 §2.1).
    pub flags: u16,
    /// Protocol, always 3.
    pub protocol: u8,
    /// Algorithm.
    pub algorithm: u8,
    /// Public key in the algorithm's own form.
    pub public_key: Vec<u8>,
}

impl Dnskey {
    pub(super) fn parse(reader: &mut Reader<'_>) -> Result<Self, MessageError> {
        Ok(Self {
            flags: reader.u16()?,
            protocol: reader.u8()?,
            algorithm: reader.u8()?,
            public_key: reader.rest(),
        })
    }
}

impl fmt::Display for Dnskey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {} {}",
            self.flags,
            self.protocol,
            self.algorithm,
            Base64::encode_string(&self.public_key)
        )
    }
}

/// RRSIG (RFC 4034 §3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rrsig {
    /// Type of the RR set it covers.
    pub type_covered: RecordType,
    /// Algorithm.
    pub algorithm: u8,
    /// Labels of the owner without root and `*`.
    pub labels: u8,
    /// TTL of the RR set in its zone.
    pub original_ttl: u32,
    /// End of validity, serial arithmetic (RFC 4034 §3.1.5).
    pub expiration: u32,
    /// Start of validity.
    pub inception: u32,
    /// Tag of the key that made it.
    pub key_tag: u16,
    /// Zone of that key.
    pub signer: Name,
    /// Signature.
    pub signature: Vec<u8>,
}

impl Rrsig {
    pub(super) fn parse(reader: &mut Reader<'_>) -> Result<Self, MessageError> {
        Ok(Self {
            type_covered: RecordType::from(reader.u16()?),
            algorithm: reader.u8()?,
            labels: reader.u8()?,
            original_ttl: reader.u32()?,
            expiration: reader.u32()?,
            inception: reader.u32()?,
            key_tag: reader.u16()?,
            signer: reader.name()?,
            signature: reader.rest(),
        })
    }
}

impl fmt::Display for Rrsig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {} {} {} {} {} {} {}",
            self.type_covered,
            self.algorithm,
            self.labels,
            self.original_ttl,
            digits(self.expiration),
            digits(self.inception),
            self.key_tag,
            Absolute(&self.signer),
            Base64::encode_string(&self.signature)
        )
    }
}

/// YYYYMMDDHHmmSS (RFC 4034 §3.2). Without a clock the serial number is read as seconds since 1970.
fn digits(seconds: u32) -> String {
    Time::from_unix(i64::from(seconds))
        .to_string()
        .chars()
        .filter(char::is_ascii_digit)
        .collect()
}

/// NSEC (RFC 4034 §4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nsec {
    /// The next owner name in canonical order.
    pub next: Name,
    /// Types at this one.
    pub types: TypeBitmap,
}

impl Nsec {
    pub(super) fn parse(reader: &mut Reader<'_>) -> Result<Self, MessageError> {
        Ok(Self {
            next: reader.name()?,
            types: TypeBitmap::parse(reader)?,
        })
    }
}

impl fmt::Display for Nsec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Absolute(&self.next).fmt(f)?;
        fmt_types(&self.types, f)
    }
}

/// NSEC3 (RFC 5155 §3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nsec3 {
    /// Hash algorithm; 1 is SHA-1.
    pub hash_algorithm: u8,
    /// Flags; 1 is opt-out.
    pub flags: u8,
    /// Additional iterations.
    pub iterations: u16,
    /// Salt.
    pub salt: Vec<u8>,
    /// Hash of the next owner name, not encoded.
    pub next_hash: Vec<u8>,
    /// Types at the name whose hash is the owner.
    pub types: TypeBitmap,
}

impl Nsec3 {
    pub(super) fn parse(reader: &mut Reader<'_>) -> Result<Self, MessageError> {
        Ok(Self {
            hash_algorithm: reader.u8()?,
            flags: reader.u8()?,
            iterations: reader.u16()?,
            salt: reader.string()?,
            next_hash: reader.string()?,
            types: TypeBitmap::parse(reader)?,
        })
    }
}

impl fmt::Display for Nsec3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {} {} {}",
            self.hash_algorithm,
            self.flags,
            self.iterations,
            salt(&self.salt),
            base32::encode_string_hex(&self.next_hash)
        )?;
        fmt_types(&self.types, f)
    }
}

/// The hash that the left-most label of an NSEC3 record's owner holds (RFC 5155 §3, RFC 4648 §7); `None` where it
/// is no base32hex.
#[must_use]
pub fn nsec3_hash(label: &str) -> Option<Vec<u8>> {
    base32::decode_hex(label).ok()
}

/// NSEC3PARAM (RFC 5155 §4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nsec3param {
    /// Hash algorithm; 1 is SHA-1.
    pub hash_algorithm: u8,
    /// Flags; all zero.
    pub flags: u8,
    /// Additional iterations.
    pub iterations: u16,
    /// Salt.
    pub salt: Vec<u8>,
}

impl Nsec3param {
    pub(super) fn parse(reader: &mut Reader<'_>) -> Result<Self, MessageError> {
        Ok(Self {
            hash_algorithm: reader.u8()?,
            flags: reader.u8()?,
            iterations: reader.u16()?,
            salt: reader.string()?,
        })
    }
}

impl fmt::Display for Nsec3param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {} {}",
            self.hash_algorithm,
            self.flags,
            self.iterations,
            salt(&self.salt)
        )
    }
}

/// No salt is a hyphen (RFC 5155 §3.3).
fn salt(octets: &[u8]) -> String {
    if octets.is_empty() {
        "-".to_owned()
    } else {
        hex(octets)
    }
}

fn fmt_types(types: &TypeBitmap, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if types.iter().next().is_some() {
        write!(f, " {types}")?;
    }
    Ok(())
}
