//! A TLSA set held against the chains of a host: whether every combination of usage, selector and matching type matches
//! by itself (RFC 7671 §8), and what a publisher should know of each record.

use crate::bytes::Bytes;
use crate::crypto::RustCrypto;
use crate::dane::{
    DIGEST_ORDER, DaneOptions, DaneStatus, Tlsa, parse_tlsa_wire, tlsa_for, unusable, verify_dane,
};
use crate::finding::{Finding, codes::plan as codes};
use crate::name::Name;
use crate::time::Time;
use crate::x509;

/// Usage, selector, matching type.
pub(super) type Parameters = (u8, u8, u8);

pub(super) fn parameters(record: &Tlsa) -> Parameters {
    (record.usage, record.selector, record.matching_type)
}

/// `3 1 1`.
pub(super) fn words((usage, selector, matching_type): Parameters) -> String {
    format!("{usage} {selector} {matching_type}")
}

/// What a host shows, or will: a chain, or a bare public key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) chain: &'a [Bytes],
    /// Names that a DANE-TA certificate may carry (RFC 7672 §3.2.2).
    pub(super) names: &'a [Name],
    pub(super) at: Time,
}

impl Shown<'_> {
    /// Whether some of the records authenticate it.
    pub(super) fn matches(&self, records: &[Tlsa]) -> bool {
        if self.is_certificate() {
            let options = DaneOptions::default();
            let (chain, names) = (self.chain, self.names);
            return verify_dane(records, chain, names, self.at, &options, &RustCrypto).status
                == DaneStatus::Authenticated;
        }
        // A bare key: RFC 7671 §5.1, DANE-EE(3) SPKI(1).
        records
            .iter()
            .any(|record| record.usage == 3 && record.selector == 1 && self.is_named_by(record))
    }

    fn is_certificate(&self) -> bool {
        self.chain
            .first()
            .is_some_and(|leaf| x509::is_certificate(leaf))
    }

    /// Whether the record says of the leaf what it says.
    fn is_named_by(&self, record: &Tlsa) -> bool {
        self.leaf(parameters(record)).as_ref() == Some(record)
    }

    fn leaf(&self, (usage, selector, matching_type): Parameters) -> Option<Tlsa> {
        tlsa_for(self.chain.first()?, usage, selector, matching_type).ok()
    }

    /// The record with these parameters that authenticates it: of the leaf, or of the highest CA it sends.
    pub(super) fn record(&self, wanted: Parameters) -> Option<Tlsa> {
        let record = match wanted {
            (3, ..) => self.leaf(wanted)?,
            (usage, selector, matching_type) => {
                let (anchor, below) = self.chain.split_last()?;
                if below.is_empty() {
                    return None;
                }
                tlsa_for(anchor, usage, selector, matching_type).ok()?
            }
        };
        self.matches(core::slice::from_ref(&record))
            .then_some(record)
    }

    /// The same host with another leaf?
    pub(super) fn is_same(&self, other: &Shown<'_>) -> bool {
        let both = self.is_certificate() && other.is_certificate();
        if both {
            self.chain.first() == other.chain.first()
        } else {
            self.leaf((3, 1, 0)).is_some() && self.leaf((3, 1, 0)) == other.leaf((3, 1, 0))
        }
    }
}

/// The combinations that senders of mail can use (RFC 7672 §3.1), in the order of the set.
pub(super) fn combinations(records: &[Tlsa]) -> Vec<Parameters> {
    let mut found = Vec::new();
    for record in records {
        let usable = unusable(core::slice::from_ref(record), false, DIGEST_ORDER) == [None];
        if usable && !found.contains(&parameters(record)) {
            found.push(parameters(record));
        }
    }
    found
}

/// The records of one combination.
pub(super) fn of(records: &[Tlsa], wanted: Parameters) -> Vec<Tlsa> {
    records
        .iter()
        .filter(|record| parameters(record) == wanted)
        .cloned()
        .collect()
}

/// The combinations of which no record matches.
pub(super) fn unmatched(records: &[Tlsa], shown: &Shown<'_>) -> Vec<Parameters> {
    combinations(records)
        .into_iter()
        .filter(|wanted| !shown.matches(&of(records, *wanted)))
        .collect()
}

/// Adds those that are not there.
pub(super) fn add(records: &mut Vec<Tlsa>, more: Vec<Tlsa>) {
    for record in more {
        if !records.contains(&record) {
            records.push(record);
        }
    }
}

/// Whether two sets hold the same records.
pub(super) fn same(one: &[Tlsa], other: &[Tlsa]) -> bool {
    let within = |some: &[Tlsa], all: &[Tlsa]| some.iter().all(|record| all.contains(record));
    within(one, other) && within(other, one)
}

/// What there is to say about the set as it is published.
pub(super) fn judge(
    records: &[Tlsa],
    owner: &Name,
    served: &Shown<'_>,
    known: &[&Shown<'_>],
    findings: &mut Vec<Finding>,
) {
    for record in records {
        let mut rdata = vec![record.usage, record.selector, record.matching_type];
        rdata.extend_from_slice(&record.data);
        findings.extend(parse_tlsa_wire(&rdata).findings);
        let short: String = record.to_string().chars().take(SHOWN).collect();
        let mut note = |entry| findings.push(Finding::new(entry, owner, &[&short]));
        if (record.usage, record.selector) == (3, 0) {
            note(&codes::TLSA_CERTIFICATE);
        }
        if record.matching_type == 0 {
            note(&codes::TLSA_FULL);
        }
        let alone = core::slice::from_ref(record);
        if combinations(alone).is_empty() || known.iter().any(|shown| shown.matches(alone)) {
            continue;
        }
        if record.usage == 2 && !of_a_sent_certificate(record, known) {
            note(&codes::TLSA_ANCHOR_UNSENT);
        } else {
            note(&codes::TLSA_STALE);
        }
    }
    for wanted in unmatched(records, served) {
        let entry = &codes::TLSA_COMBINATION;
        findings.push(Finding::new(entry, owner, &[&words(wanted)]));
    }
}

/// As much of a record as a line takes: parameters, and a digest's first octets.
const SHOWN: usize = 40;

fn of_a_sent_certificate(record: &Tlsa, known: &[&Shown<'_>]) -> bool {
    known.iter().flat_map(|shown| shown.chain).any(|sent| {
        tlsa_for(sent, record.usage, record.selector, record.matching_type).as_ref() == Ok(record)
    })
}
