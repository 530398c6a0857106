//! What an RDATA says, for the types the engine needs (RFC 1035 §3.3 and §3.4, RFC 3596, RFC 6672,
//! RFC 4034, RFC 5155, RFC 6698 §2.1), and its presentation form. Every other type is opaque.

use core::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use base16ct::upper::encode_string as hex;

use super::message::MessageError;
use super::wire::Reader;
use super::{Dnskey, Ds, Nsec, Nsec3, Nsec3param, RecordType, Rrsig};
use crate::name::Name;

/// RDATA by its type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordData {
    /// An IPv4 address (RFC 1035 §3.4.1).
    A(Ipv4Addr),
    /// A name server (RFC 1035 §3.3.11).
    Ns(Name),
    /// The canonical name of an alias (RFC 1035 §3.3.1).
    Cname(Name),
    /// Start of a zone of authority (RFC 1035 §3.3.13).
    Soa(Soa),
    /// A mail exchange (RFC 1035 §3.3.9).
    Mx {
        /// Lower is tried first.
        preference: u16,
        /// The host; the root stands for "none" (RFC 7505).
        exchange: Name,
    },
    /// Text, string by string; any octets (RFC 1035 §3.3.14).
    Txt(Vec<Vec<u8>>),
    /// An IPv6 address (RFC 3596 §2.2).
    Aaaa(Ipv6Addr),
    /// Redirection of a whole subtree (RFC 6672).
    Dname(Name),
    /// Delegation signer (RFC 4034 §5).
    Ds(Ds),
    /// Signature over an RR set (RFC 4034 §3).
    Rrsig(Rrsig),
    /// Next name and types (RFC 4034 §4).
    Nsec(Nsec),
    /// Key of a zone (RFC 4034 §2).
    Dnskey(Dnskey),
    /// Hashed next name and types (RFC 5155 §3).
    Nsec3(Nsec3),
    /// How a zone hashes (RFC 5155 §4).
    Nsec3param(Nsec3param),
    /// Certificate association (RFC 6698 §2.1); judged in the `dane` room.
    Tlsa(TlsaData),
    /// Any other type or class, or malformed: only the octets are known.
    Opaque,
}

/// The fields of an SOA record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Soa {
    /// MNAME, the primary server.
    pub mname: Name,
    /// RNAME, the mailbox as a name.
    pub rname: Name,
    /// SERIAL.
    pub serial: u32,
    /// REFRESH, seconds.
    pub refresh: u32,
    /// RETRY, seconds.
    pub retry: u32,
    /// EXPIRE, seconds.
    pub expire: u32,
    /// MINIMUM, the TTL of negative answers (RFC 2308 §4).
    pub minimum: u32,
}

/// The fields of a TLSA record, not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsaData {
    /// Certificate usage.
    pub usage: u8,
    /// Selector.
    pub selector: u8,
    /// Matching type.
    pub matching_type: u8,
    /// Certificate association data.
    pub data: Vec<u8>,
}

impl RecordData {
    /// Reads uncompressed octets of class IN; nothing may be left over.
    pub(super) fn parse(record_type: RecordType, octets: &[u8]) -> Result<Self, MessageError> {
        let reader = &mut Reader::new(octets);
        let data = match record_type {
            RecordType::A => Self::A(Ipv4Addr::from(reader.array()?)),
            RecordType::Ns => Self::Ns(reader.name()?),
            RecordType::Cname => Self::Cname(reader.name()?),
            RecordType::Soa => Self::Soa(Soa::parse(reader)?),
            RecordType::Mx => Self::Mx {
                preference: reader.u16()?,
                exchange: reader.name()?,
            },
            RecordType::Txt => Self::Txt(strings(reader)?),
            RecordType::Aaaa => Self::Aaaa(Ipv6Addr::from(reader.array::<16>()?)),
            RecordType::Dname => Self::Dname(reader.name()?),
            RecordType::Ds => Self::Ds(Ds::parse(reader)?),
            RecordType::Rrsig => Self::Rrsig(Rrsig::parse(reader)?),
            RecordType::Nsec => Self::Nsec(Nsec::parse(reader)?),
            RecordType::Dnskey => Self::Dnskey(Dnskey::parse(reader)?),
            RecordType::Nsec3 => Self::Nsec3(Nsec3::parse(reader)?),
            RecordType::Nsec3param => Self::Nsec3param(Nsec3param::parse(reader)?),
            RecordType::Tlsa => Self::Tlsa(TlsaData {
                usage: reader.u8()?,
                selector: reader.u8()?,
                matching_type: reader.u8()?,
                data: reader.rest(),
            }),
            _ => return Ok(Self::Opaque),
        };
        reader.finish()?;
        Ok(data)
    }
}

impl Soa {
    fn parse(reader: &mut Reader<'_>) -> Result<Self, MessageError> {
        Ok(Self {
            mname: reader.name()?,
            rname: reader.name()?,
            serial: reader.u32()?,
            refresh: reader.u32()?,
            retry: reader.u32()?,
            expire: reader.u32()?,
            minimum: reader.u32()?,
        })
    }
}

/// One or more strings (RFC 1035 §3.3.14).
fn strings(reader: &mut Reader<'_>) -> Result<Vec<Vec<u8>>, MessageError> {
    let mut strings = vec![reader.string()?];
    while !reader.is_done() {
        strings.push(reader.string()?);
    }
    Ok(strings)
}

impl fmt::Display for RecordData {
    /// Presentation form. [`RecordData::Opaque`] knows no octets and shows nothing: ask
    /// [`Rdata`](super::Rdata) instead.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A(address) => address.fmt(f),
            Self::Aaaa(address) => address.fmt(f),
            Self::Ns(name) | Self::Cname(name) | Self::Dname(name) => Absolute(name).fmt(f),
            Self::Soa(soa) => write!(
                f,
                "{} {} {} {} {} {} {}",
                Absolute(&soa.mname),
                Absolute(&soa.rname),
                soa.serial,
                soa.refresh,
                soa.retry,
                soa.expire,
                soa.minimum
            ),
            Self::Mx {
                preference,
                exchange,
            } => write!(f, "{preference} {}", Absolute(exchange)),
            Self::Txt(strings) => {
                for (index, string) in strings.iter().enumerate() {
                    let gap = if index == 0 { "" } else { " " };
                    write!(f, "{gap}{}", Quoted(string))?;
                }
                Ok(())
            }
            Self::Ds(ds) => ds.fmt(f),
            Self::Rrsig(rrsig) => rrsig.fmt(f),
            Self::Nsec(nsec) => nsec.fmt(f),
            Self::Dnskey(dnskey) => dnskey.fmt(f),
            Self::Nsec3(nsec3) => nsec3.fmt(f),
            Self::Nsec3param(nsec3param) => nsec3param.fmt(f),
            Self::Tlsa(tlsa) => write!(
                f,
                "{} {} {} {}",
                tlsa.usage,
                tlsa.selector,
                tlsa.matching_type,
                hex(&tlsa.data)
            ),
            Self::Opaque => Ok(()),
        }
    }
}

/// A name with its trailing dot, as zone files have it (RFC 1035 §5.1).
pub(super) struct Absolute<'a>(pub(super) &'a Name);

impl fmt::Display for Absolute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dot = if self.0.is_root() { "" } else { "." };
        write!(f, "{}{dot}", self.0)
    }
}

/// A `<character-string>` in quotes, with the escapes of RFC 1035 §5.1.
struct Quoted<'a>(&'a [u8]);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for octet in self.0 {
            match octet {
                b'"' | b'\\' => write!(f, "\\{}", char::from(*octet))?,
                0x20..=0x7e => write!(f, "{}", char::from(*octet))?,
                _ => write!(f, "\\{octet:03}")?,
            }
        }
        f.write_str("\"")
    }
}
