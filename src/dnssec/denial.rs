//! Proofs that something does not exist: NSEC (RFC 4035 §5.4, RFC 6840 §4) and NSEC3 (RFC 5155 §8). The records
//! given here have been verified; what they prove is decided, never where they come from.

use super::reason::Reason;
use super::rrset::{RrSet, suffix};
use super::work::Work;
use crate::crypto::sha1;
use crate::dns::{self, Nsec, Nsec3, RecordData, RecordType, TypeBitmap};
use crate::name::Name;

/// The verified records of one zone in one answer.
pub(super) struct Proofs<'a> {
    pub(super) zone: &'a Name,
    pub(super) nsec: Vec<(Name, &'a Nsec)>,
    /// Hash of the owner, record.
    pub(super) nsec3: Vec<(Vec<u8>, &'a Nsec3)>,
    pub(super) insecure_above: u16,
    pub(super) bogus_above: u16,
}

/// What must be proven.
#[derive(Debug, Clone, Copy)]
pub(super) enum Claim {
    /// The name has no record of the type, and is no alias (RFC 4035 §5.4, RFC 6840 §4.3).
    NoData(RecordType),
    /// The name does not exist and no wildcard stands for it.
    NxDomain,
    /// No name closer than the wildcard of so many labels exists (RFC 4035 §5.3.4).
    Wildcard { labels: usize },
}

/// What was proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// The claim holds. `delegation`: NS stands at the name, SOA does not.
    Holds { delegation: bool },
    /// An opt-out span leaves it open (RFC 5155 §9.2).
    OptOut,
}

impl<'a> Proofs<'a> {
    /// Takes a verified set.
    pub(super) fn take(&mut self, set: &RrSet<'a>) {
        for record in &set.records {
            match record.data() {
                RecordData::Nsec(nsec) => self.nsec.push((set.owner.clone(), nsec)),
                RecordData::Nsec3(nsec3) => {
                    let in_zone = set.owner.parent().as_ref() == Some(self.zone);
                    let hash = nsec3_owner_hash(&set.owner).filter(|_| in_zone);
                    if let Some(hash) = hash {
                        self.nsec3.push((hash, nsec3));
                    }
                }
                _ => {}
            }
        }
    }
}

impl Proofs<'_> {
    /// Proves the claim about the name.
    pub(super) fn prove(
        &self,
        name: &Name,
        claim: Claim,
        work: &mut Work,
    ) -> Result<Proof, Failure> {
        if let Some(proof) = self.by_nsec(name, claim) {
            return Ok(proof);
        }
        if self.nsec3.is_empty() {
            return Err(Failure::Bogus(Reason::NsecMissing));
        }
        self.by_nsec3(name, claim, work)
    }

    fn by_nsec(&self, name: &Name, claim: Claim) -> Option<Proof> {
        match claim {
            Claim::NoData(record_type) => self.nsec_no_data(name, record_type),
            Claim::NxDomain => {
                let closest = self.nsec_closest(name)?;
                let wildcard = wildcard(&closest)?;
                self.nsec_covering(&wildcard)?;
                Some(HOLDS)
            }
            Claim::Wildcard { labels } => {
                let closest = self.nsec_closest(name)?;
                (closest.label_count() == labels).then_some(HOLDS)
            }
        }
    }

    fn nsec_no_data(&self, name: &Name, record_type: RecordType) -> Option<Proof> {
        let own = self.nsec.iter().find(|(owner, _)| owner == name);
        if let Some((_, nsec)) = own {
            return lacks(&nsec.types, record_type, name);
        }
        let (_, covering) = self.nsec_covering(name)?;
        // An empty non-terminal: the next name lies beneath it.
        if covering.next.ends_with(name) {
            return Some(HOLDS);
        }
        let wildcard = wildcard(&self.nsec_closest(name)?)?;
        let (_, nsec) = self.nsec.iter().find(|(owner, _)| *owner == wildcard)?;
        lacks(&nsec.types, record_type, &wildcard).map(|_| HOLDS)
    }

    /// The record whose span holds the name (RFC 4034 §4.1.1).
    fn nsec_covering(&self, name: &Name) -> Option<&(Name, &Nsec)> {
        self.nsec.iter().find(|(owner, nsec)| {
            // RFC 6840 §4.1: of a delegation or a DNAME, nothing beneath is known here.
            if name.ends_with(owner) && hides_beneath(&nsec.types) {
                return false;
            }
            // A next name outside the zone proves nothing; the last one of the zone is its apex.
            let inside = owner < name && (*name < nsec.next || nsec.next == *self.zone);
            nsec.next.ends_with(self.zone) && inside
        })
    }

    /// The closest existing name above one that does not exist: where it parts from the ends of its span.
    fn nsec_closest(&self, name: &Name) -> Option<Name> {
        let (owner, nsec) = self.nsec_covering(name)?;
        // The next name beneath it: it exists, if only as an empty non-terminal.
        if nsec.next.ends_with(name) {
            return None;
        }
        let labels = common_labels(name, owner).max(common_labels(name, &nsec.next));
        Some(suffix(name, labels))
    }

    fn by_nsec3(&self, name: &Name, claim: Claim, work: &mut Work) -> Result<Proof, Failure> {
        let spans = Spans::of(self)?;
        match claim {
            Claim::NoData(record_type) => spans.no_data(name, record_type, work),
            Claim::NxDomain => {
                let (closest, span) = spans.closest_encloser(name, work)?;
                let wildcard = wildcard(&closest).ok_or(MISSING)?;
                spans.covering(&wildcard, work)?.ok_or(MISSING)?;
                Ok(opt_out_or_holds(span))
            }
            // RFC 5155 §8.8: the closest encloser is known from the wildcard.
            Claim::Wildcard { labels } => {
                let next_closer = suffix(name, labels.saturating_add(1));
                let span = spans.covering(&next_closer, work)?.ok_or(MISSING)?;
                Ok(opt_out_or_holds(span))
            }
        }
    }
}

/// Why a claim is not proven.
pub(super) enum Failure {
    /// Nothing is known: the zone's NSEC3 is too dear (RFC 9276 §3.2).
    Insecure(Reason),
    /// The proof does not hold.
    Bogus(Reason),
}

const MISSING: Failure = Failure::Bogus(Reason::NsecMissing);
const HOLDS: Proof = Proof::Holds { delegation: false };

/// The NSEC3 records of one set of parameters.
struct Spans<'a> {
    zone: &'a Name,
    iterations: u16,
    salt: &'a [u8],
    records: Vec<&'a (Vec<u8>, &'a Nsec3)>,
}

impl<'a> Spans<'a> {
    fn of(proofs: &'a Proofs<'a>) -> Result<Self, Failure> {
        // RFC 5155 §8.1 and §8.2: other hashes and flags are ignored.
        let known = |(_, nsec3): &&(Vec<u8>, &Nsec3)| nsec3.hash_algorithm == 1 && nsec3.flags <= 1;
        let (_, first) = proofs.nsec3.iter().find(known).ok_or(MISSING)?;
        let same = |(_, nsec3): &&(Vec<u8>, &Nsec3)| {
            nsec3.iterations == first.iterations && nsec3.salt == first.salt
        };
        if first.iterations > proofs.bogus_above {
            return Err(Failure::Bogus(Reason::Nsec3Iterations));
        }
        if first.iterations > proofs.insecure_above {
            return Err(Failure::Insecure(Reason::Nsec3Iterations));
        }
        Ok(Self {
            zone: proofs.zone,
            iterations: first.iterations,
            salt: &first.salt,
            records: proofs.nsec3.iter().filter(known).filter(same).collect(),
        })
    }

    fn no_data(
        &self,
        name: &Name,
        record_type: RecordType,
        work: &mut Work,
    ) -> Result<Proof, Failure> {
        if let Some(nsec3) = self.matching(name, work)? {
            return lacks(&nsec3.types, record_type, name).ok_or(MISSING);
        }
        let (closest, span) = self.closest_encloser(name, work)?;
        let wildcard = wildcard(&closest).ok_or(MISSING)?;
        if let Some(nsec3) = self.matching(&wildcard, work)? {
            // RFC 5155 §8.7.
            lacks(&nsec3.types, record_type, &wildcard).ok_or(MISSING)?;
            return Ok(opt_out_or_holds(span));
        }
        // RFC 5155 §8.6 for DS; for other types the name may lie under an unsigned delegation (§9.2).
        match opt_out_or_holds(span) {
            Proof::OptOut => Ok(Proof::OptOut),
            Proof::Holds { .. } => Err(MISSING),
        }
    }

    /// RFC 5155 §8.3: the closest name above that exists, and the span that holds the next closer one.
    fn closest_encloser(&self, name: &Name, work: &mut Work) -> Result<(Name, &'a Nsec3), Failure> {
        let mut next_closer = name.clone();
        while next_closer != *self.zone {
            let Some(parent) = next_closer.parent() else {
                break;
            };
            if let Some(nsec3) = self.matching(&parent, work)? {
                // RFC 6840 §4.1 again.
                if hides_beneath(&nsec3.types) {
                    return Err(MISSING);
                }
                let span = self.covering(&next_closer, work)?.ok_or(MISSING)?;
                return Ok((parent, span));
            }
            next_closer = parent;
        }
        Err(MISSING)
    }

    fn matching(&self, name: &Name, work: &mut Work) -> Result<Option<&'a Nsec3>, Failure> {
        let hash = self.hash(name, work)?;
        let mut records = self.records.iter();
        let found = records.find(|(owner, _)| owner.as_slice() == hash);
        Ok(found.map(|(_, nsec3)| *nsec3))
    }

    fn covering(&self, name: &Name, work: &mut Work) -> Result<Option<&'a Nsec3>, Failure> {
        let hash = self.hash(name, work)?;
        let mut records = self.records.iter();
        let found = records.find(|(owner, nsec3)| {
            let (owner, next) = (owner.as_slice(), nsec3.next_hash.as_slice());
            if owner < next {
                owner < hash.as_slice() && hash.as_slice() < next
            } else {
                // The last span goes round the end.
                owner < hash.as_slice() || hash.as_slice() < next
            }
        });
        Ok(found.map(|(_, nsec3)| *nsec3))
    }

    /// RFC 5155 §5.
    fn hash(&self, name: &Name, work: &mut Work) -> Result<[u8; 20], Failure> {
        let rounds = usize::from(self.iterations).saturating_add(1);
        work.hash(rounds)
            .map_err(|_| Failure::Bogus(Reason::WorkLimit))?;
        let salted = |octets: &[u8]| sha1(&[octets, self.salt].concat());
        let mut hash = salted(name.as_octets());
        for _ in 0..self.iterations {
            hash = salted(&hash);
        }
        Ok(hash)
    }
}

/// Whether types at a name, its own or its wildcard's, show that it lacks the type and is no alias.
fn lacks(types: &TypeBitmap, record_type: RecordType, name: &Name) -> Option<Proof> {
    let has = |record_type| types.contains(record_type);
    let delegation = has(RecordType::Ns) && !has(RecordType::Soa);
    let wrong_side = if record_type == RecordType::Ds {
        // RFC 6840 §4.4, RFC 4035 §5.2: DS is the parent's; the child's apex shows SOA.
        has(RecordType::Soa) && !name.is_root()
    } else {
        // RFC 6840 §4.1: at the cut the parent knows of nothing but DS.
        delegation
    };
    let there = has(record_type) || has(RecordType::Cname);
    (!wrong_side && !there).then_some(Proof::Holds { delegation })
}

/// Whether the names beneath are another zone's or a DNAME's affair (RFC 6840 §4.1).
fn hides_beneath(types: &TypeBitmap) -> bool {
    let delegation = types.contains(RecordType::Ns) && !types.contains(RecordType::Soa);
    delegation || types.contains(RecordType::Dname)
}

fn opt_out_or_holds(span: &Nsec3) -> Proof {
    if span.flags & 1 != 0 {
        Proof::OptOut
    } else {
        HOLDS
    }
}

fn wildcard(closest: &Name) -> Option<Name> {
    closest.child("*").ok()
}

fn common_labels(one: &Name, other: &Name) -> usize {
    let mut count = one.label_count().min(other.label_count());
    while suffix(one, count) != suffix(other, count) {
        count = count.saturating_sub(1);
    }
    count
}

/// RFC 5155 §3: the left-most label in base32hex.
fn nsec3_owner_hash(owner: &Name) -> Option<Vec<u8>> {
    let label = core::str::from_utf8(owner.labels().next()?).ok()?;
    dns::nsec3_hash(label)
}
