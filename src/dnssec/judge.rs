//! One judgement of one answer: every alias on the way, the records at its end or the proof that there are none
//! (RFC 4035 §5.3 and §5.4, RFC 6672 §5.3, RFC 5155 §8).

use core::cmp::Reverse;
use std::sync::Arc;

use super::anchor::TrustAnchor;
use super::denial::{Claim, Failure, Proof, Proofs};
use super::reason::{Fault, Reason};
use super::rrset::{Proven, RrSet, Verifier, may_sign, suffix};
use super::validator::{Learned, Limits, State, Status, Stop};
use super::zone::Cut;
use crate::dns::{Hop, Outcome, Question, Record, RecordType, Rrsig};
use crate::limits;
use crate::name::Name;
use crate::ordered::by_key;
use crate::security::SecurityStatus;
use crate::time::Time;

/// What a judgement works with.
pub(super) struct Run<'r, 'v> {
    pub(super) anchors: &'r [TrustAnchor],
    pub(super) limits: Limits,
    pub(super) verifier: &'r mut Verifier<'v>,
    pub(super) state: &'r mut State,
    /// The names whose beginning is being looked for, each for the sake of the one before.
    pub(super) path: Vec<Name>,
}

/// A proof of absence that holds.
pub(super) struct Denied {
    /// NS stands at the name and SOA does not.
    pub(super) delegation: bool,
    /// The zone that proves it.
    pub(super) zone: Name,
    pub(super) expires: Time,
    signatures: Vec<Rrsig>,
}

/// What a part of an answer adds to the whole.
pub(super) struct Part {
    expires: Time,
    signatures: Vec<Rrsig>,
}

impl Run<'_, '_> {
    /// The status of the whole answer; `None` where something must be asked first.
    pub(super) fn status(&mut self, question: &Question) -> Option<Status> {
        let learned = match self.message(&question.name, question.record_type) {
            Ok(learned) => learned,
            Err(Stop::Open) => return None,
            Err(Stop::Fault(fault)) => return Some(Status::of(Some(fault))),
        };
        let mut whole = Status::of(None);
        let mut open = false;
        for index in 0..learned.resolved.hops.len() {
            let hop = self.hop(&learned, index);
            open |= whole.add(hop, true);
        }
        let end = self.end(&learned, question);
        open |= whole.add(end, false);
        (!open).then_some(whole)
    }

    /// What stands at the end of the aliases.
    fn end(&mut self, learned: &Learned, question: &Question) -> Result<Part, Stop> {
        let name = &learned.resolved.canonical_name;
        match learned.resolved.outcome {
            Outcome::Failed => Err(learned.fault(name, question.record_type).into()),
            Outcome::NoData | Outcome::NxDomain => {
                let denied = self.denial(learned, name, question.record_type)?;
                Ok(Part {
                    expires: denied.expires,
                    signatures: denied.signatures,
                })
            }
            Outcome::Found => {
                let mut types: Vec<RecordType> = Vec::new();
                for record in &learned.resolved.records {
                    let signature = record.record_type == RecordType::Rrsig;
                    // ANY brings every set with its signatures, which nothing signs.
                    if question.record_type == RecordType::Any && signature {
                        continue;
                    }
                    if !types.contains(&record.record_type) {
                        types.push(record.record_type);
                    }
                }
                let mut whole: Option<Part> = None;
                for record_type in types {
                    let part = self.answered(learned, name, record_type)?;
                    whole = Some(match whole {
                        None => part,
                        Some(so_far) => so_far.and(part),
                    });
                }
                let missing = || Fault::bogus(Reason::RrsigsMissing, name, question.record_type);
                whole.ok_or_else(|| missing().into())
            }
        }
    }

    /// One alias: the CNAME, or the DNAME above it that implies it (RFC 6672 §5.3.1).
    pub(super) fn hop(&mut self, learned: &Learned, index: usize) -> Result<Part, Stop> {
        let Some(hop) = learned.resolved.hops.get(index) else {
            return Err(Stop::Open);
        };
        if hop.record_type == RecordType::Cname {
            return self.answered(learned, &hop.owner, RecordType::Cname);
        }
        let owner = dname_above(&learned.message()?.answer, hop);
        let owner = owner.unwrap_or_else(|| hop.owner.clone());
        let proven = self.positive(&learned.message()?.answer, &owner, RecordType::Dname)?;
        // RFC 6672 §3.3: a DNAME at a wildcard is nothing to rely on.
        if proven.wildcard_labels.is_some() {
            return Err(Fault::bogus(Reason::WildcardUnproven, &owner, RecordType::Dname).into());
        }
        Ok(Part::of(proven))
    }

    /// An RR set of the answer section, with the proof that a wildcard needs.
    fn answered(
        &mut self,
        learned: &Learned,
        owner: &Name,
        record_type: RecordType,
    ) -> Result<Part, Stop> {
        let proven = self.positive(&learned.message()?.answer, owner, record_type)?;
        let Some(labels) = proven.wildcard_labels else {
            return Ok(Part::of(proven));
        };
        let signer = proven.signature.signer.clone();
        let claim = Claim::Wildcard { labels };
        let denied = self
            .denied_by(learned, owner, record_type, claim, &signer)
            .map_err(|stop| match stop {
                Stop::Fault(fault) if fault.reason == Reason::NsecMissing => {
                    Fault::bogus(Reason::WildcardUnproven, owner, record_type).into()
                }
                stop => stop,
            })?;
        Ok(Part::of(proven).and(Part {
            expires: denied.expires,
            signatures: denied.signatures,
        }))
    }

    /// An RR set with a signature by a zone whose keys are proven.
    pub(super) fn positive(
        &mut self,
        section: &[Record],
        owner: &Name,
        record_type: RecordType,
    ) -> Result<Proven, Stop> {
        let set = RrSet::of(section, owner, record_type);
        let mut stops = Stops::default();
        for signer in set.signers() {
            let verified = self.zone(&signer).and_then(|zone| {
                self.verifier
                    .verify(&set, &zone.name, &zone.keys)
                    .map_err(|why| Fault::bogus(why, owner, record_type).into())
            });
            let held = verified.and_then(|proven| {
                self.no_cut_between(&signer, owner, record_type)?;
                Ok(proven)
            });
            let above = self.is_above_anchor(&signer, owner, record_type);
            match held {
                Ok(proven) if !above => return Ok(proven),
                Err(stop) if !above || !stop.is_insecure() => stops.add(stop),
                Ok(_) | Err(_) => {}
            }
        }
        let why = if set.is_signed() {
            Reason::SignerNotZone
        } else {
            Reason::RrsigsMissing
        };
        self.unproven(stops, owner, record_type, why)
    }

    /// Whether a signer lies above a trust anchor of the owner. It is not the owner's zone, so its signatures count for
    /// nothing (RFC 4035 §5.3.1), and that it is unsigned says nothing of the owner (RFC 4033 §5).
    fn is_above_anchor(&self, signer: &Name, owner: &Name, record_type: RecordType) -> bool {
        self.anchors.iter().any(|anchor| {
            may_sign(&anchor.zone, owner, record_type) && !signer.ends_with(&anchor.zone)
        })
    }

    /// RFC 4035 §5.3.1: the signer is the zone that holds the RR set. Where a signed zone is known to begin between
    /// them, it is not; nothing is asked for this alone, since a zone may sign what it delegates only against itself.
    fn no_cut_between(
        &mut self,
        signer: &Name,
        owner: &Name,
        record_type: RecordType,
    ) -> Result<(), Stop> {
        let below_owner = usize::from(record_type != RecordType::Ds);
        let end = owner.label_count().saturating_add(below_owner);
        for labels in signer.label_count().saturating_add(1)..end {
            let name = suffix(owner, labels);
            let question = Question::new(name.clone(), RecordType::Ds);
            let known = self.state.messages.get(&question);
            let has_ds = known.is_some_and(|learned| {
                learned.resolved.outcome == Outcome::Found && learned.resolved.hops.is_empty()
            });
            // A zone that was kept is known without its DS.
            let kept = self.state.zone_of(&name).is_some();
            if kept || (has_ds && matches!(self.cut(&name)?, Cut::Zone(_))) {
                return Err(Fault::bogus(Reason::SignerNotZone, owner, record_type).into());
            }
        }
        Ok(())
    }

    /// No path is secure. A signer that is proven unsigned says that the owner lies beneath it; where nobody
    /// signed, the way down to the owner tells.
    fn unproven<T>(
        &mut self,
        stops: Stops,
        owner: &Name,
        record_type: RecordType,
        why: Reason,
    ) -> Result<T, Stop> {
        if let Some(stop) = stops.worst() {
            return Err(stop);
        }
        let bottom = if record_type == RecordType::Ds {
            owner.parent().unwrap_or_else(Name::root)
        } else {
            owner.clone()
        };
        self.walk(&bottom)?;
        Err(Fault::bogus(why, owner, record_type).into())
    }

    /// The proof that the name, or the type at it, does not exist.
    pub(super) fn denial(
        &mut self,
        learned: &Learned,
        name: &Name,
        record_type: RecordType,
    ) -> Result<Denied, Stop> {
        let claim = match learned.resolved.outcome {
            Outcome::NxDomain => Claim::NxDomain,
            _ => Claim::NoData(record_type),
        };
        let authority = &learned.message()?.authority;
        let mut signers: Vec<Name> = Vec::new();
        for set in denial_sets(authority) {
            for signer in set.signers() {
                if may_sign(&signer, name, record_type) && !signers.contains(&signer) {
                    signers.push(signer);
                }
            }
        }
        let signers = by_key(signers, |signer| Reverse(signer.label_count()));
        let mut stops = Stops::default();
        for signer in signers.iter().take(limits::SIGNERS) {
            let above = self.is_above_anchor(signer, name, record_type);
            match self.denied_by(learned, name, record_type, claim, signer) {
                Ok(denied) if !above => return Ok(denied),
                Err(stop) if !above || !stop.is_insecure() => stops.add(stop),
                Ok(_) | Err(_) => {}
            }
        }
        let why = if learned.has_signatures() {
            Reason::NsecMissing
        } else {
            Reason::RrsigsMissing
        };
        self.unproven(stops, name, record_type, why)
    }

    /// The same by one zone.
    fn denied_by(
        &mut self,
        learned: &Learned,
        name: &Name,
        record_type: RecordType,
        claim: Claim,
        signer: &Name,
    ) -> Result<Denied, Stop> {
        let zone = self.zone(signer)?;
        let authority = &learned.message()?.authority;
        let sets = denial_sets(authority);
        let mut cause = Reason::NsecMissing;
        let mut parts: Option<Part> = None;
        let mut proofs = Proofs {
            zone: &zone.name,
            nsec: Vec::new(),
            nsec3: Vec::new(),
            insecure_above: self.limits.nsec3_insecure_above,
            bogus_above: self.limits.nsec3_bogus_above,
        };
        for set in &sets {
            match self.verifier.verify(set, &zone.name, &zone.keys) {
                // A record that a wildcard stands for tells of another owner than its own.
                Ok(proven) if proven.wildcard_labels.is_some() => {}
                Ok(proven) => {
                    proofs.take(set);
                    parts = Part::join(parts, Part::of(proven));
                }
                Err(why) => cause = cause.min(why),
            }
        }
        let bogus =
            |why, owner: &Name, record_type| Stop::from(Fault::bogus(why, owner, record_type));
        let soa = RrSet::of(authority, &zone.name, RecordType::Soa);
        if !matches!(claim, Claim::Wildcard { .. }) && !soa.records.is_empty() {
            // It says how long the denial may be kept (RFC 2308 §5).
            let proven = self.verifier.verify(&soa, &zone.name, &zone.keys);
            let proven = proven.map_err(|why| bogus(why, &zone.name, RecordType::Soa))?;
            parts = Part::join(parts, Part::of(proven));
        }
        let proof = proofs.prove(name, claim, &mut self.verifier.work);
        let expires = parts.as_ref().map_or(self.verifier.at, |part| part.expires);
        match proof {
            Ok(Proof::Holds { delegation }) => Ok(Denied {
                delegation,
                zone: zone.name.clone(),
                expires,
                signatures: parts.map(|part| part.signatures).unwrap_or_default(),
            }),
            Ok(Proof::OptOut) => {
                if record_type == RecordType::Ds {
                    self.note_unsigned(name, &zone.name, expires);
                }
                Err(Fault::insecure(Reason::OptOut, name, record_type).into())
            }
            Err(Failure::Insecure(why)) => Err(Fault::insecure(why, name, record_type).into()),
            Err(Failure::Bogus(Reason::NsecMissing)) => Err(bogus(cause, name, record_type)),
            Err(Failure::Bogus(why)) => Err(bogus(why, name, record_type)),
        }
    }

    /// What was learned of a question; asks for it otherwise.
    pub(super) fn message(
        &mut self,
        name: &Name,
        record_type: RecordType,
    ) -> Result<Arc<Learned>, Stop> {
        let question = Question::new(name.clone(), record_type);
        if let Some(learned) = self.state.messages.get(&question) {
            return Ok(Arc::clone(learned));
        }
        if !self.state.ask(question) {
            return Err(Fault::bogus(Reason::WorkLimit, name, record_type).into());
        }
        if matches!(record_type, RecordType::Ds | RecordType::Dnskey) {
            self.state.ask_chain(name, self.anchors);
        }
        Err(Stop::Open)
    }

    /// Keeps for the chain cache that a zone is unsigned.
    pub(super) fn note_unsigned(&mut self, name: &Name, by: &Name, expires: Time) {
        let above = self.state.zone_of(by).map(|zone| zone.expires);
        let expires = above.map_or(expires, |above| above.min(expires));
        self.state
            .unsigned
            .insert(name.clone(), (by.clone(), expires));
    }
}

impl Part {
    fn of(proven: Proven) -> Self {
        Self {
            expires: proven.expires,
            signatures: vec![proven.signature],
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.expires = self.expires.min(other.expires);
        self.signatures.extend(other.signatures);
        self
    }

    fn join(one: Option<Self>, other: Self) -> Option<Self> {
        Some(match one {
            None => other,
            Some(one) => one.and(other),
        })
    }
}

impl Status {
    fn of(fault: Option<Fault>) -> Self {
        Self {
            status: fault
                .as_ref()
                .map_or(SecurityStatus::Secure, |fault| fault.status),
            fault,
            hops: Vec::new(),
            valid_until: None,
            signatures: Vec::new(),
        }
    }

    /// Adds a part: the weakest decides. Gives whether something is still open.
    fn add(&mut self, part: Result<Part, Stop>, is_hop: bool) -> bool {
        let status = match part {
            Ok(part) => {
                let until = self.valid_until;
                self.valid_until = Some(until.map_or(part.expires, |at| at.min(part.expires)));
                self.signatures.extend(part.signatures);
                SecurityStatus::Secure
            }
            Err(Stop::Open) => return true,
            Err(Stop::Fault(fault)) => {
                let status = fault.status;
                if rank(status) > rank(self.status) {
                    self.status = status;
                    self.fault = Some(fault);
                }
                status
            }
        };
        if self.status != SecurityStatus::Secure {
            self.valid_until = None;
        }
        if is_hop {
            self.hops.push(status);
        }
        false
    }
}

/// RFC 4035 §4.3, the worst last.
fn rank(status: SecurityStatus) -> u8 {
    match status {
        SecurityStatus::Secure => 0,
        SecurityStatus::Insecure => 1,
        SecurityStatus::Indeterminate => 2,
        SecurityStatus::Bogus => 3,
    }
}

/// What kept several signers from being enough.
#[derive(Default)]
struct Stops {
    open: bool,
    fault: Option<Fault>,
}

impl Stops {
    /// A proof that a signer's zone is unsigned says more than a signature that fails; else the first counts.
    fn add(&mut self, stop: Stop) {
        match stop {
            Stop::Open => self.open = true,
            Stop::Fault(fault) => {
                let better = fault.status == SecurityStatus::Insecure;
                if self.fault.is_none() || better {
                    self.fault = Some(fault);
                }
            }
        }
    }

    fn worst(self) -> Option<Stop> {
        if self.open {
            return Some(Stop::Open);
        }
        self.fault.map(Stop::Fault)
    }
}

/// The NSEC and NSEC3 sets of an authority section.
fn denial_sets(authority: &[Record]) -> Vec<RrSet<'_>> {
    let mut sets: Vec<RrSet<'_>> = Vec::new();
    for record in authority {
        let denies = matches!(record.record_type, RecordType::Nsec | RecordType::Nsec3);
        let seen = sets
            .iter()
            .any(|set| set.record_type == record.record_type && set.owner == record.owner);
        if denies && !seen && sets.len() < limits::DENIAL_RECORDS {
            sets.push(RrSet::of(authority, &record.owner, record.record_type));
        }
    }
    sets
}

/// The DNAME that leads an alias: the highest above it (RFC 6672 §3.2).
fn dname_above(answer: &[Record], hop: &Hop) -> Option<Name> {
    answer
        .iter()
        .filter(|record| record.record_type == RecordType::Dname)
        .map(|record| &record.owner)
        .filter(|owner| hop.owner != **owner && hop.owner.ends_with(owner))
        .min_by_key(|owner| owner.label_count())
        .cloned()
}
