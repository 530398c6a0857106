//! RDATA as octets: compression taken out, case kept, and the canonical form that signatures cover
//! (RFC 3597 §4, RFC 4034 §6.2 as amended by RFC 6840 §5.1). What the octets mean is [`RecordData`]'s.

use core::fmt;

use base16ct::upper::encode_string as hex_of;

use super::message::MessageError;
use super::record_data::RecordData;
use super::wire::Reader;
use super::{RecordType, question::CLASS_IN};

/// The data of one record: its octets and, where the engine knows the type, what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rdata {
    /// What the octets start with; none where they stand as they came.
    fields: &'static [Field],
    octets: Vec<u8>,
    data: RecordData,
    malformed: bool,
}

impl Rdata {
    /// Uncompressed wire form, case as received.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// What the octets say; [`RecordData::Opaque`] for other types and for malformed data.
    #[must_use]
    pub fn data(&self) -> &RecordData {
        &self.data
    }

    /// Whether the octets are malformed for the type; then they stand as they came.
    #[must_use]
    pub fn is_malformed(&self) -> bool {
        self.malformed
    }

    /// The canonical form of RFC 4034 §6.2: names in the listed types in lower case.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        lower_names(self.fields, &self.octets).unwrap_or_else(|_| self.octets.clone())
    }

    /// Reads the RDATA that `reader` holds, no more and no less.
    pub(super) fn read(record_type: RecordType, class: u16, reader: Reader<'_>) -> Self {
        let as_it_came = |malformed| Self {
            fields: &[],
            octets: { reader }.rest(),
            data: RecordData::Opaque,
            malformed,
        };
        if class == CLASS_IN {
            Self::look_into(record_type, reader).unwrap_or_else(|_| as_it_came(true))
        } else {
            as_it_came(false)
        }
    }

    fn look_into(record_type: RecordType, mut reader: Reader<'_>) -> Result<Self, MessageError> {
        let fields = fields(record_type);
        let octets = decompress(fields, &mut reader)?;
        Ok(Self {
            fields,
            data: RecordData::parse(record_type, &octets)?,
            octets,
            malformed: false,
        })
    }
}

impl fmt::Display for Rdata {
    /// Presentation form; for opaque data the generic one (RFC 3597 §5).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.data {
            RecordData::Opaque if self.octets.is_empty() => f.write_str("\\# 0"),
            RecordData::Opaque => {
                let hex = hex_of(&self.octets);
                write!(f, "\\# {} {hex}", self.octets.len())
            }
            data => data.fmt(f),
        }
    }
}

/// One field at the start of an RDATA. What follows the last one holds no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    /// So many octets.
    Octets(usize),
    /// A `<character-string>`.
    Text,
    /// A name that may be compressed; lower case in canonical form.
    Name,
    /// A name that must not be compressed; lower case in canonical form.
    Plain,
    /// A name that must not be compressed and keeps its case: NSEC's next name (RFC 6840 §5.1).
    Cased,
}

/// Where the names are. RFC 3597 §4 lets receivers decompress the types of RFC 1035 and RP, AFSDB, RT,
/// SIG, PX, NXT, NAPTR, SRV; everywhere else a pointer is malformed (RFC 4034 §3.1.7 and §4.1.1,
/// RFC 6672 §2.5).
fn fields(record_type: RecordType) -> &'static [Field] {
    use Field::{Cased, Name, Octets, Plain, Text};
    match record_type {
        RecordType::Ns
        | RecordType::Md
        | RecordType::Mf
        | RecordType::Cname
        | RecordType::Mb
        | RecordType::Mg
        | RecordType::Mr
        | RecordType::Ptr
        | RecordType::Nxt => &[Name],
        RecordType::Soa | RecordType::Minfo | RecordType::Rp => &[Name, Name],
        RecordType::Mx | RecordType::Afsdb | RecordType::Rt => &[Octets(2), Name],
        RecordType::Px => &[Octets(2), Name, Name],
        RecordType::Srv => &[Octets(6), Name],
        RecordType::Naptr => &[Octets(4), Text, Text, Text, Name],
        RecordType::Sig => &[Octets(18), Name],
        RecordType::Rrsig => &[Octets(18), Plain],
        RecordType::Kx => &[Octets(2), Plain],
        RecordType::Dname => &[Plain],
        RecordType::Nsec => &[Cased],
        _ => &[],
    }
}

fn decompress(fields: &[Field], reader: &mut Reader<'_>) -> Result<Vec<u8>, MessageError> {
    let mut octets = Vec::new();
    for field in fields {
        match field {
            Field::Octets(count) => octets.extend(reader.octets(*count)?),
            Field::Text => {
                let length = reader.u8()?;
                octets.push(length);
                octets.extend(reader.octets(usize::from(length))?);
            }
            Field::Name => octets.extend(reader.wire_name()?.octets),
            Field::Plain | Field::Cased => {
                let offset = reader.offset();
                let name = reader.wire_name()?;
                if name.compressed {
                    return Err(MessageError::Name { offset });
                }
                octets.extend(name.octets);
            }
        }
    }
    octets.extend(reader.rest());
    Ok(octets)
}

fn lower_names(fields: &[Field], octets: &[u8]) -> Result<Vec<u8>, MessageError> {
    let mut reader = Reader::new(octets);
    let mut lowered = Vec::with_capacity(octets.len());
    for field in fields {
        match field {
            Field::Octets(count) => lowered.extend(reader.octets(*count)?),
            Field::Text => {
                let length = reader.u8()?;
                lowered.push(length);
                lowered.extend(reader.octets(usize::from(length))?);
            }
            Field::Cased => lowered.extend(reader.wire_name()?.octets),
            Field::Name | Field::Plain => lowered.extend(reader.name()?.as_octets()),
        }
    }
    lowered.extend(reader.rest());
    Ok(lowered)
}
