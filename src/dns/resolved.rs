//! What one message says at the end of its aliases (RFC 1034 §3.6.2, RFC 6672, RFC 2308, RFC 8020).
//!
//! The order of records never matters. Nothing outside the message is asked, and nothing is validated.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::question::CLASS_IN;
use super::{ExtendedError, Message, Question, Rcode, Record, RecordData, RecordType};
use crate::limits;
use crate::name::Name;

/// The answer to a question, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Which of the four it is.
    pub outcome: Outcome,
    /// The message's RCODE.
    pub rcode: Rcode,
    /// The name at the end of the aliases; where they cannot be followed, the last one reached.
    pub canonical_name: Name,
    /// The aliases, in the order they were followed.
    pub hops: Vec<Hop>,
    /// The records asked for, as ordered in the message, without repetitions (RFC 2181 §5).
    /// Malformed ones are among them, as opaque.
    pub records: Vec<Record>,
    /// Seconds this may be kept; `None` where it must not be.
    pub ttl: Option<u32>,
    /// Why there is no answer: a kebab-case code, then after `: ` the resolver's own words, if any.
    pub reason: Option<String>,
    /// INFO-CODE of the first extended error (RFC 8914), on any outcome.
    pub ede: Option<u16>,
    /// AD: the resolver says it validated this.
    pub authentic_data: bool,
}

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// There are records.
    Found,
    /// The name exists or may exist, with no record of the type (RFC 2308 §2.2).
    NoData,
    /// The name does not exist, and nothing beneath it (RFC 2308 §2.1, RFC 8020 §2).
    NxDomain,
    /// It could not be found out. This is never the same as absent.
    Failed,
}

/// One alias that was followed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hop {
    /// The alias.
    pub owner: Name,
    /// The name it leads to.
    pub target: Name,
    /// CNAME or DNAME. A CNAME that a DNAME implies counts as the DNAME (RFC 6672 §3.1).
    #[serde(rename = "type")]
    pub record_type: RecordType,
}

impl Resolved {
    /// No message, or none that can be read: `reason` is a kebab-case code such as `timeout`.
    #[must_use]
    pub fn failed(question: &Question, reason: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Failed,
            rcode: Rcode::ServFail,
            canonical_name: question.name.clone(),
            hops: Vec::new(),
            records: Vec::new(),
            ttl: None,
            reason: Some(reason.into()),
            ede: None,
            authentic_data: false,
        }
    }

    /// The code that [`reason`](Self::reason) starts with.
    #[must_use]
    pub fn reason_code(&self) -> Option<&str> {
        let reason = self.reason.as_deref()?;
        Some(reason.split_once(": ").map_or(reason, |(code, _)| code))
    }
}

/// Finds what the message says on the question.
#[must_use]
pub fn resolve(message: &Message, question: &Question) -> Resolved {
    let mut walk = Walk {
        message,
        record_type: question.record_type,
        name: question.name.clone(),
        hops: Vec::new(),
        ttl: u32::MAX,
    };
    let end = admit(message, question).and_then(|()| walk.run());
    let (outcome, records, ttl, failure) = match end {
        Ok(End::Records(records)) => (Outcome::Found, records, Some(walk.ttl), None),
        Ok(End::Absent(outcome)) => (outcome, Vec::new(), walk.negative_ttl(), None),
        Err(failure) => (Outcome::Failed, Vec::new(), None, Some(failure)),
    };
    Resolved {
        outcome,
        rcode: message.rcode,
        canonical_name: walk.name,
        hops: walk.hops,
        records,
        ttl,
        reason: failure.map(|failure| in_words(failure, &message.ede)),
        ede: message.ede.first().map(|error| error.info_code),
        authentic_data: message.authentic_data,
    }
}

/// Whether the message is an answer at all.
fn admit(message: &Message, question: &Question) -> Result<(), Failure> {
    let answered = matches!(message.rcode, Rcode::NoError | Rcode::NxDomain);
    // A server that refuses may leave the question out; its code says more than the lack of it.
    if message.is_response && message.question.is_none() && !answered {
        return Err(Failure::Rcode(message.rcode));
    }
    if !message.answers(question) {
        return Err(Failure::WrongQuestion);
    }
    // YXDOMAIN included: a DNAME made the name too long (RFC 6672 §2.2), so no name was reached.
    if !answered {
        return Err(Failure::Rcode(message.rcode));
    }
    // RFC 2181 §9: with TC set, what is there is not used.
    if message.truncated {
        return Err(Failure::Truncated);
    }
    Ok(())
}

/// Following the aliases of one message.
struct Walk<'a> {
    message: &'a Message,
    record_type: RecordType,
    name: Name,
    hops: Vec<Hop>,
    /// The least TTL met (RFC 2181 §5.2).
    ttl: u32,
}

enum End {
    Records(Vec<Record>),
    Absent(Outcome),
}

enum Step<'a> {
    Records(Vec<&'a Record>),
    Alias { hop: Hop, ttl: u32 },
    Nothing,
}

impl<'a> Walk<'a> {
    fn run(&mut self) -> Result<End, Failure> {
        loop {
            match self.step()? {
                Step::Records(records) => return self.found(&records).map(End::Records),
                Step::Nothing => return self.absent().map(End::Absent),
                Step::Alias { hop, ttl } => self.follow(hop, ttl)?,
            }
        }
    }

    fn follow(&mut self, hop: Hop, ttl: u32) -> Result<(), Failure> {
        let seen = hop.target == hop.owner || self.hops.iter().any(|old| old.owner == hop.target);
        if seen {
            return Err(Failure::CnameLoop);
        }
        if self.hops.len() >= limits::ALIAS_STEPS {
            return Err(Failure::AliasTooLong);
        }
        self.ttl = self.ttl.min(ttl);
        self.name = hop.target.clone();
        self.hops.push(hop);
        Ok(())
    }

    /// What stands at the name where the walk is.
    fn step(&self) -> Result<Step<'a>, Failure> {
        let message = self.message;
        let at_name: Vec<&Record> = message
            .answer
            .iter()
            .filter(|record| record.class == CLASS_IN && record.owner == self.name)
            .collect();
        let wanted: Vec<&Record> = at_name
            .iter()
            .copied()
            .filter(|record| self.wants(record.record_type))
            .collect();
        let cname = single_target(&at_name, RecordType::Cname, Failure::CnameMultiple)?;
        let dname = self.dname()?;
        if let Some((target, ttl)) = dname {
            // RFC 6672 §3.1: beneath a DNAME only the CNAME that it implies can stand. Its TTL may be
            // zero; the DNAME's counts.
            let implied = cname.as_ref().is_none_or(|(name, _)| *name == target);
            if !implied
                || wanted
                    .iter()
                    .any(|record| record.record_type != RecordType::Cname)
            {
                return Err(Failure::DnameMismatch);
            }
            if wanted.is_empty() {
                return Ok(self.alias(target, RecordType::Dname, ttl));
            }
        }
        match cname {
            // RFC 1034 §3.6.2: an alias has no other data. A message that shows both contradicts itself.
            Some(_) if !wanted.is_empty() && !self.beside_cname() => Err(Failure::CnameAndOther),
            Some((target, ttl)) if wanted.is_empty() => {
                Ok(self.alias(target, RecordType::Cname, ttl))
            }
            _ if wanted.is_empty() => Ok(Step::Nothing),
            _ => Ok(Step::Records(wanted)),
        }
    }

    fn alias(&self, target: Name, record_type: RecordType, ttl: u32) -> Step<'a> {
        let hop = Hop {
            owner: self.name.clone(),
            target,
            record_type,
        };
        Step::Alias { hop, ttl }
    }

    fn wants(&self, record_type: RecordType) -> bool {
        record_type == self.record_type || self.record_type == RecordType::Any
    }

    /// Whether records of the type asked for may stand beside a CNAME (RFC 1034 §3.6.2, RFC 2181 §10.1).
    fn beside_cname(&self) -> bool {
        matches!(
            self.record_type,
            RecordType::Cname | RecordType::Any | RecordType::Rrsig | RecordType::Nsec
        )
    }

    /// Where a DNAME above the name leads it (RFC 6672 §2.3: never the owner of the DNAME itself).
    fn dname(&self) -> Result<Option<(Name, u32)>, Failure> {
        let above = self.message.answer.iter().filter(|record| {
            record.class == CLASS_IN
                && record.record_type == RecordType::Dname
                && record.owner != self.name
                && self.name.ends_with(&record.owner)
        });
        // RFC 6672 §3.2, matching down from the root: the highest comes first, and hides what is beneath.
        let Some(owner) = above
            .map(|record| &record.owner)
            .min_by_key(|owner| owner.label_count())
        else {
            return Ok(None);
        };
        let there: Vec<&Record> = self
            .message
            .answer
            .iter()
            .filter(|record| record.is(owner, RecordType::Dname))
            .collect();
        single_target(&there, RecordType::Dname, Failure::DnameMultiple)?
            .map(|(target, ttl)| {
                substitute(&self.name, owner, &target)
                    .map(|name| (name, ttl))
                    .ok_or(Failure::DnameTooLong)
            })
            .transpose()
    }

    fn found(&mut self, records: &[&Record]) -> Result<Vec<Record>, Failure> {
        // RFC 8020 §2: a name that does not exist has no records.
        if self.message.rcode == Rcode::NxDomain {
            return Err(Failure::NxDomainWithAnswer);
        }
        let mut seen = crate::ordered::Set::new();
        let mut kept = Vec::new();
        for record in records {
            self.ttl = self.ttl.min(record.ttl);
            // RFC 2181 §5: records that differ in nothing are one.
            if seen.insert((record.record_type, record.rdata.canonical())) {
                kept.push((*record).clone());
            }
        }
        Ok(kept)
    }

    /// No record and no alias at the name. After aliases NXDOMAIN speaks of the last name (RFC 2308 §2.1,
    /// RFC 6604 §3).
    fn absent(&self) -> Result<Outcome, Failure> {
        if self.message.rcode == Rcode::NxDomain {
            return Ok(Outcome::NxDomain);
        }
        // RFC 2308 §2.2: name servers without an SOA are a referral: this server does not know.
        let shows = |record_type| {
            self.message
                .authority
                .iter()
                .any(|record| record.class == CLASS_IN && record.record_type == record_type)
        };
        if shows(RecordType::Ns) && !shows(RecordType::Soa) {
            return Err(Failure::Referral);
        }
        Ok(Outcome::NoData)
    }

    /// RFC 2308 §5: the lesser of the SOA's TTL and its MINIMUM; without an SOA it is not kept.
    fn negative_ttl(&self) -> Option<u32> {
        self.message
            .authority
            .iter()
            .filter(|record| record.class == CLASS_IN && self.name.ends_with(&record.owner))
            .filter_map(|record| match record.data() {
                RecordData::Soa(soa) => Some(record.ttl.min(soa.minimum).min(self.ttl)),
                _ => None,
            })
            .min()
    }
}

/// The one target of the CNAME or DNAME records of one owner, and their least TTL.
fn single_target(
    records: &[&Record],
    record_type: RecordType,
    multiple: Failure,
) -> Result<Option<(Name, u32)>, Failure> {
    let mut found: Option<(Name, u32)> = None;
    for record in records
        .iter()
        .filter(|record| record.record_type == record_type)
    {
        let (RecordData::Cname(target) | RecordData::Dname(target)) = record.data() else {
            return Err(Failure::Malformed);
        };
        found = match found {
            None => Some((target.clone(), record.ttl)),
            Some((first, ttl)) if first == *target => Some((first, ttl.min(record.ttl))),
            // RFC 2181 §10.1 and RFC 6672 §2.4: one at a name.
            Some(_) => return Err(multiple),
        };
    }
    Ok(found)
}

/// The name with `owner` at its end replaced by `target`; `None` where that is longer than 255 octets
/// (RFC 6672 §2.2).
fn substitute(name: &Name, owner: &Name, target: &Name) -> Option<Name> {
    let kept = name
        .as_octets()
        .len()
        .checked_sub(owner.as_octets().len())?;
    let mut octets = name.as_octets().get(..kept)?.to_vec();
    octets.extend(target.as_octets());
    super::wire::Reader::new(&octets).name().ok()
}

/// Why a message gives no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    Rcode(Rcode),
    WrongQuestion,
    Truncated,
    Malformed,
    CnameLoop,
    CnameMultiple,
    CnameAndOther,
    DnameMultiple,
    DnameMismatch,
    DnameTooLong,
    AliasTooLong,
    NxDomainWithAnswer,
    Referral,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rcode(rcode) => return f.write_str(&rcode.to_string().to_ascii_lowercase()),
            Self::WrongQuestion => "wrong-question",
            Self::Truncated => "truncated",
            Self::Malformed => "malformed",
            Self::CnameLoop => "cname-loop",
            Self::CnameMultiple => "cname-multiple",
            Self::CnameAndOther => "cname-and-other-data",
            Self::DnameMultiple => "dname-multiple",
            Self::DnameMismatch => "dname-mismatch",
            Self::DnameTooLong => "dname-too-long",
            Self::AliasTooLong => "alias-too-long",
            Self::NxDomainWithAnswer => "nxdomain-with-answer",
            Self::Referral => "referral",
        })
    }
}

/// The code, and after it what the resolver says.
fn in_words(failure: Failure, errors: &[ExtendedError]) -> String {
    if errors.is_empty() {
        return failure.to_string();
    }
    let words: Vec<String> = errors.iter().map(ExtendedError::to_string).collect();
    format!("{failure}: {}", words.join("; "))
}
