//! One resource record (RFC 1035 §4.1.3).

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::message::MessageError;
use super::question::CLASS_IN;
use super::wire::Reader;
use super::{Rdata, RecordData, RecordType};
use crate::name::Name;

/// A resource record. Serialised as name, type, TTL and presentation form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// NAME.
    pub owner: Name,
    /// TYPE.
    pub record_type: RecordType,
    /// CLASS; 1 is IN.
    pub class: u16,
    /// TTL in seconds.
    pub ttl: u32,
    /// RDATA.
    pub rdata: Rdata,
}

impl Record {
    /// What the RDATA says.
    #[must_use]
    pub fn data(&self) -> &RecordData {
        self.rdata.data()
    }

    /// Whether this is a record of the type at the name, class IN.
    #[must_use]
    pub fn is(&self, owner: &Name, record_type: RecordType) -> bool {
        self.class == CLASS_IN && self.record_type == record_type && self.owner == *owner
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut record = serializer.serialize_struct("Record", 4)?;
        record.serialize_field("name", &self.owner)?;
        record.serialize_field("type", &self.record_type)?;
        record.serialize_field("ttl", &self.ttl)?;
        record.serialize_field("data", &self.rdata.to_string())?;
        record.end()
    }
}

/// A record as the message frames it, its RDATA not yet looked into.
pub(super) struct Frame<'a> {
    pub(super) owner: Name,
    pub(super) record_type: RecordType,
    pub(super) class: u16,
    /// As sent: OPT keeps flags here (RFC 6891 §6.1.3).
    pub(super) ttl: u32,
    pub(super) rdata: Reader<'a>,
}

impl<'a> Frame<'a> {
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, MessageError> {
        let owner = reader.name()?;
        let record_type = RecordType::from(reader.u16()?);
        let class = reader.u16()?;
        let ttl = reader.u32()?;
        let length = reader.u16()?;
        Ok(Self {
            owner,
            record_type,
            class,
            ttl,
            rdata: reader.part(usize::from(length))?,
        })
    }

    pub(super) fn into_record(self) -> Record {
        Record {
            rdata: Rdata::read(self.record_type, self.class, self.rdata),
            owner: self.owner,
            record_type: self.record_type,
            class: self.class,
            // RFC 2181 §8: a value with the most significant bit set counts as zero.
            ttl: if self.ttl > MAX_TTL { 0 } else { self.ttl },
        }
    }
}

/// RFC 2181 §8.
const MAX_TTL: u32 = 0x7fff_ffff;
