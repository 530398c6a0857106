//! The question, and the query that carries it (RFC 1035 §4.1.2, RFC 6891, RFC 4035 §3.2.1 and §3.2.2).

use core::fmt;

use serde::Serialize;

use super::RecordType;
use crate::limits;
use crate::name::Name;
use crate::value::read_struct;

/// A name and a type, class IN.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Question {
    /// QNAME.
    pub name: Name,
    /// QTYPE.
    #[serde(rename = "type")]
    pub record_type: RecordType,
}

read_struct!(Question {
    name: "name",
    record_type: "type",
});

impl Question {
    /// The question for records of one type at one name.
    #[must_use]
    pub fn new(name: Name, record_type: RecordType) -> Self {
        Self { name, record_type }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.record_type)
    }
}

/// The message that asks it: id 0 (RFC 8484 §4.1; a host on UDP puts in a random one), RD, CD and DO set,
/// EDNS(0).
///
/// ```
/// use mxseal::dns::{Question, RecordType, query};
/// let question = Question::new("example.com".parse()?, RecordType::Mx);
/// assert_eq!(query(&question).get(..4), Some(&[0, 0, 1, 0x10][..]));
/// # Ok::<(), mxseal::NameError>(())
/// ```
#[must_use]
pub fn query(question: &Question) -> Vec<u8> {
    // RFC 4035 §3.2.2: the engine validates itself, so the resolver should not withhold what it rejects.
    message(question, RECURSION_DESIRED | CHECKING_DISABLED)
}

/// The same with CD clear, for a caller that does not validate: what the resolver finds bogus it must
/// then withhold (RFC 4035 §3.2.2), and SERVFAIL is never mistaken for an answer.
#[must_use]
pub fn query_checked(question: &Question) -> Vec<u8> {
    message(question, RECURSION_DESIRED)
}

fn message(question: &Question, flags: u16) -> Vec<u8> {
    let mut octets = Vec::with_capacity(12 + 255 + 4 + 11);
    let mut put = |value: u16| octets.extend(value.to_be_bytes());
    put(0);
    put(flags);
    put(1);
    put(0);
    put(0);
    put(1);
    octets.extend(question.name.as_octets());
    octets.extend(u16::from(question.record_type).to_be_bytes());
    octets.extend(CLASS_IN.to_be_bytes());
    // RFC 6891 §6.1.2: the root, OPT, payload size, extended RCODE and version 0, flags, no options.
    octets.push(0);
    octets.extend(u16::from(RecordType::Opt).to_be_bytes());
    octets.extend(limits::EDNS_PAYLOAD.to_be_bytes());
    octets.extend([0, 0]);
    octets.extend(DNSSEC_OK.to_be_bytes());
    octets.extend([0, 0]);
    octets
}

/// Class IN (RFC 1035 §3.2.4).
pub(super) const CLASS_IN: u16 = 1;
/// RD (RFC 1035 §4.1.1).
const RECURSION_DESIRED: u16 = 0x0100;
/// CD (RFC 4035 §3.2.2).
const CHECKING_DISABLED: u16 = 0x0010;
/// DO (RFC 4035 §3.2.1), in the flags of the OPT record.
const DNSSEC_OK: u16 = 0x8000;
