//! A DNS message, read whole and bounded (RFC 1035 §4, RFC 6891, RFC 8914).
//!
//! Framing that breaks is an error: then nothing in the message can be trusted to stand where it seems
//! to. RDATA that is malformed for its type spoils its own record only, and is noted.

use core::fmt;

use super::question::CLASS_IN;
use super::record::Frame;
use super::wire::Reader;
use super::{ExtendedError, Question, Rcode, Record, RecordType};
use crate::limits;
use crate::name::Name;

/// A message, its sections in order. EDNS(0) is taken out of the additional section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// ID.
    pub id: u16,
    /// QR.
    pub is_response: bool,
    /// OPCODE; 0 is a standard query.
    pub opcode: u8,
    /// AA.
    pub authoritative: bool,
    /// TC.
    pub truncated: bool,
    /// RD.
    pub recursion_desired: bool,
    /// RA.
    pub recursion_available: bool,
    /// AD (RFC 4035 §3.2.3).
    pub authentic_data: bool,
    /// CD (RFC 4035 §3.2.2).
    pub checking_disabled: bool,
    /// RCODE, with its upper eight bits where there is EDNS(0).
    pub rcode: Rcode,
    /// The question; `None` where there is none, or one of another class than IN.
    pub question: Option<Question>,
    /// Answer section.
    pub answer: Vec<Record>,
    /// Authority section.
    pub authority: Vec<Record>,
    /// Additional section without OPT.
    pub additional: Vec<Record>,
    /// Extended DNS errors (RFC 8914), in order.
    pub ede: Vec<ExtendedError>,
    /// Whether there is an OPT record.
    pub has_edns: bool,
    /// Records whose RDATA is malformed for their type; they stand in their section as opaque ones.
    pub malformed: Vec<Malformed>,
}

/// A record that could not be looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Its owner.
    pub owner: Name,
    /// Its type.
    pub record_type: RecordType,
    /// Where its RDATA starts in the message.
    pub offset: usize,
}

/// Why octets are no DNS message; offsets count from the start of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageError {
    /// More than [`limits::DNS_MESSAGE_OCTETS`].
    TooLong {
        /** How many there are. */
        octets: usize,
    },
    /// The field at `offset` reaches past the end of the message or of its record.
    Short {
        /** Where the field starts. */
        offset: usize,
    },
    /// No domain name: an unknown label type, a pointer that does not lead backwards, or more than 255
    /// octets (RFC 1035 §4.1.4).
    Name {
        /** Where the name starts. */
        offset: usize,
    },
    /// A type bitmap out of order (RFC 4034 §4.1.2).
    Bitmap {
        /** Where the window starts. */
        offset: usize,
    },
    /// More than one question (RFC 9619 §4).
    Questions {
        /** QDCOUNT. */
        count: u16,
    },
    /// More than [`limits::DNS_RECORDS`].
    Records {
        /** The sum of the three counts. */
        count: usize,
    },
    /// Octets after the last record.
    TrailingOctets {
        /** Where they start. */
        offset: usize,
    },
}

impl fmt::Display for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { octets } => write!(f, "message of {octets} octets is too long"),
            Self::Short { offset } => write!(f, "field at offset {offset} is cut short"),
            Self::Name { offset } => write!(f, "broken domain name at offset {offset}"),
            Self::Bitmap { offset } => write!(f, "broken type bitmap at offset {offset}"),
            Self::Questions { count } => write!(f, "{count} questions in one message"),
            Self::Records { count } => write!(f, "{count} records are too many"),
            Self::TrailingOctets { offset } => {
                write!(f, "octets after the end, from offset {offset}")
            }
        }
    }
}

impl std::error::Error for MessageError {}

impl Message {
    /// Reads a whole message, query or response.
    ///
    /// # Errors
    /// A [`MessageError`] with the place where the framing breaks.
    pub fn parse(octets: &[u8]) -> Result<Self, MessageError> {
        if octets.len() > limits::DNS_MESSAGE_OCTETS {
            return Err(MessageError::TooLong {
                octets: octets.len(),
            });
        }
        let reader = &mut Reader::new(octets);
        let id = reader.u16()?;
        let flags = reader.u16()?;
        let [questions, answers, authorities, additionals] =
            [reader.u16()?, reader.u16()?, reader.u16()?, reader.u16()?];
        let count = [answers, authorities, additionals]
            .into_iter()
            .map(usize::from)
            .sum();
        if count > limits::DNS_RECORDS {
            return Err(MessageError::Records { count });
        }
        let question = read_question(reader, questions)?;
        let mut malformed = Vec::new();
        let answer = read_section(reader, answers, &mut malformed)?;
        let authority = read_section(reader, authorities, &mut malformed)?;
        let (additional, edns) = read_additional(reader, additionals, &mut malformed)?;
        // Reading: BIND and dnspython refuse what stands after the last record, unbound does not look.
        // Counts that do not add up mean a message damaged on its way; the safe side is to refuse.
        reader.finish()?;
        let upper = edns.as_ref().map_or(0, |edns| edns.upper_rcode);
        Ok(Self {
            id,
            is_response: flags & 0x8000 != 0,
            opcode: u8::try_from((flags >> 11) & 0xf).unwrap_or_default(),
            authoritative: flags & 0x0400 != 0,
            truncated: flags & 0x0200 != 0,
            recursion_desired: flags & 0x0100 != 0,
            recursion_available: flags & 0x0080 != 0,
            authentic_data: flags & 0x0020 != 0,
            checking_disabled: flags & 0x0010 != 0,
            rcode: Rcode::from((u16::from(upper) << 4) | (flags & 0xf)),
            question,
            answer,
            authority,
            additional,
            has_edns: edns.is_some(),
            ede: edns.map(|edns| edns.ede).unwrap_or_default(),
            malformed,
        })
    }

    /// Whether this answers the question: a response to a standard query with the same name (in any
    /// case), type and class (RFC 5452 §9.1). A message that repeats no question answers none.
    #[must_use]
    pub fn answers(&self, question: &Question) -> bool {
        self.is_response && self.opcode == 0 && self.question.as_ref() == Some(question)
    }
}

fn read_question(reader: &mut Reader<'_>, count: u16) -> Result<Option<Question>, MessageError> {
    // RFC 9619 §4: QDCOUNT greater than 1 is a format error.
    if count > 1 {
        return Err(MessageError::Questions { count });
    }
    if count == 0 {
        return Ok(None);
    }
    let name = reader.name()?;
    let record_type = RecordType::from(reader.u16()?);
    let class = reader.u16()?;
    Ok((class == CLASS_IN).then_some(Question { name, record_type }))
}

fn read_section(
    reader: &mut Reader<'_>,
    count: u16,
    malformed: &mut Vec<Malformed>,
) -> Result<Vec<Record>, MessageError> {
    let mut records = Vec::new();
    for _ in 0..count {
        let frame = Frame::read(reader)?;
        // RFC 6891 §6.1.1: OPT belongs to the additional section.
        if frame.record_type == RecordType::Opt {
            malformed.push(note(&frame));
        } else {
            keep(frame, &mut records, malformed);
        }
    }
    Ok(records)
}

fn read_additional(
    reader: &mut Reader<'_>,
    count: u16,
    malformed: &mut Vec<Malformed>,
) -> Result<(Vec<Record>, Option<Edns>), MessageError> {
    let mut records = Vec::new();
    let mut edns = None;
    for _ in 0..count {
        let frame = Frame::read(reader)?;
        if frame.record_type != RecordType::Opt {
            keep(frame, &mut records, malformed);
        } else if edns.is_some() || !frame.owner.is_root() {
            // RFC 6891 §6.1.1 and §6.1.2: one OPT record, at the root.
            malformed.push(note(&frame));
        } else {
            let [upper_rcode, _version, _, _] = frame.ttl.to_be_bytes();
            let mut ede = Vec::new();
            if read_options(frame.rdata, &mut ede).is_err() {
                malformed.push(note(&frame));
            }
            edns = Some(Edns { upper_rcode, ede });
        }
    }
    Ok((records, edns))
}

fn keep(frame: Frame<'_>, records: &mut Vec<Record>, malformed: &mut Vec<Malformed>) {
    let offset = frame.rdata.offset();
    let record = frame.into_record();
    if record.rdata.is_malformed() {
        malformed.push(Malformed {
            owner: record.owner.clone(),
            record_type: record.record_type,
            offset,
        });
    }
    records.push(record);
}

fn note(frame: &Frame<'_>) -> Malformed {
    Malformed {
        owner: frame.owner.clone(),
        record_type: frame.record_type,
        offset: frame.rdata.offset(),
    }
}

/// What the engine takes from an OPT record.
struct Edns {
    upper_rcode: u8,
    ede: Vec<ExtendedError>,
}

/// RFC 6891 §6.1.2: code, length, data, again and again.
fn read_options(mut rdata: Reader<'_>, ede: &mut Vec<ExtendedError>) -> Result<(), MessageError> {
    while !rdata.is_done() {
        let code = rdata.u16()?;
        let length = rdata.u16()?;
        let mut option = rdata.part(usize::from(length))?;
        if code == EXTENDED_ERROR {
            let info_code = option.u16()?;
            let text = option.rest();
            ede.push(ExtendedError {
                info_code,
                // RFC 8914 §2: the text may or may not end in a null.
                text: String::from_utf8_lossy(&text)
                    .trim_end_matches('\0')
                    .to_owned(),
            });
        }
    }
    Ok(())
}

/// OPTION-CODE of an extended DNS error (RFC 8914 §2).
const EXTENDED_ERROR: u16 = 15;
