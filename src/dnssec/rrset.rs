//! An RR set with its signatures: the canonical form that is signed, and the rules a signature must keep
//! (RFC 4034 §3.1 and §6, RFC 4035 §5.3). Which keys may be used is not decided here.

use core::cmp::Reverse;
use std::collections::BinaryHeap;

use super::algorithm::{algorithm, key_tag, public_key};
use super::reason::Reason;
use super::work::{Spent, Work};
use crate::crypto::{self, PublicKey, SignatureVerifier, Verification};
use crate::dns::{Dnskey, Record, RecordData, RecordType, Rrsig};
use crate::limits;
use crate::name::Name;
use crate::ordered::by_key;
use crate::time::Time;

/// The records of one owner and type in one section, and the signatures over them.
pub(super) struct RrSet<'a> {
    pub(super) owner: Name,
    pub(super) record_type: RecordType,
    pub(super) records: Vec<&'a Record>,
    signatures: Vec<(&'a Rrsig, u32)>,
}

/// A key of a zone, ready to verify with.
#[derive(Debug, Clone)]
pub(super) struct ZoneKey {
    pub(super) record: Dnskey,
    pub(super) tag: u16,
    /// `None` where the octets are no key of the algorithm.
    key: Option<PublicKey>,
}

/// A signature that holds.
#[derive(Debug, Clone)]
pub(super) struct Proven {
    /// What it was, for the picture of the chain.
    pub(super) signature: Rrsig,
    /// Whether the owner came out of a wildcard, and of how many labels below it (RFC 4035 §5.3.4).
    pub(super) wildcard_labels: Option<usize>,
    /// Until when the set may be kept (RFC 4035 §5.3.3).
    pub(super) expires: Time,
}

/// What verifies, and under which rules.
#[derive(Debug, Clone)]
pub(super) struct Verifier<'v> {
    pub(super) verifier: &'v dyn SignatureVerifier,
    pub(super) at: Time,
    pub(super) allow_sha1: bool,
    pub(super) work: Work,
    /// Digests of what was found good, and the signer: the SOA of a zone comes with every denial, and costs once.
    pub(super) known: Vec<(Name, [u8; 32])>,
}

impl ZoneKey {
    /// Zone keys of DNSSEC that are not revoked (RFC 4034 §2.1, RFC 5011 §2.1).
    pub(super) fn usable(record: &Dnskey) -> Result<Self, Reason> {
        if record.flags & ZONE_KEY == 0 || record.protocol != 3 {
            return Err(Reason::NoZoneKeyBit);
        }
        if record.flags & REVOKED != 0 {
            return Err(Reason::KeyRevoked);
        }
        Ok(Self {
            record: record.clone(),
            tag: key_tag(record),
            key: public_key(record),
        })
    }
}

/// Flags of a DNSKEY.
const ZONE_KEY: u16 = 0x0100;
const REVOKED: u16 = 0x0080;

impl<'a> RrSet<'a> {
    /// Collects from one section.
    pub(super) fn of(section: &'a [Record], owner: &Name, record_type: RecordType) -> Self {
        let at_owner = || section.iter().filter(|record| record.owner == *owner);
        let records = at_owner().filter(|record| record.is(owner, record_type));
        let signatures = at_owner().filter_map(|record| match record.data() {
            RecordData::Rrsig(rrsig) if rrsig.type_covered == record_type => {
                Some((rrsig, record.ttl))
            }
            _ => None,
        });
        Self {
            owner: owner.clone(),
            record_type,
            records: records.collect(),
            signatures: signatures.collect(),
        }
    }

    pub(super) fn is_signed(&self) -> bool {
        !self.signatures.is_empty()
    }

    /// Who may have signed: the owner's zone is the owner or above it, of DS records above it
    /// (RFC 4035 §5.3.1). The deepest first.
    pub(super) fn signers(&self) -> Vec<Name> {
        let mut signers: Vec<Name> = Vec::new();
        for (signature, _) in &self.signatures {
            let signer = &signature.signer;
            if may_sign(signer, &self.owner, self.record_type) && !signers.contains(signer) {
                signers.push(signer.clone());
            }
        }
        let mut signers = by_key(signers, |signer| Reverse(signer.label_count()));
        signers.truncate(limits::SIGNERS);
        signers
    }

    /// What the signature covers: its own RDATA without the signature, then every record in canonical form
    /// and order, each once (RFC 4034 §3.1.8.1, §6.2, §6.3).
    fn signed_octets(&self, signature: &Rrsig, owner: &[u8]) -> Vec<u8> {
        let mut octets = Vec::with_capacity(512);
        octets.extend(u16::from(signature.type_covered).to_be_bytes());
        octets.extend([signature.algorithm, signature.labels]);
        octets.extend(signature.original_ttl.to_be_bytes());
        octets.extend(signature.expiration.to_be_bytes());
        octets.extend(signature.inception.to_be_bytes());
        octets.extend(signature.key_tag.to_be_bytes());
        octets.extend(signature.signer.as_octets());
        let data: BinaryHeap<Vec<u8>> = self
            .records
            .iter()
            .map(|record| record.rdata.canonical())
            .collect();
        let mut data = data.into_sorted_vec();
        data.dedup();
        for rdata in data {
            octets.extend(owner);
            octets.extend(u16::from(self.record_type).to_be_bytes());
            octets.extend(CLASS_IN);
            octets.extend(signature.original_ttl.to_be_bytes());
            octets.extend(u16::try_from(rdata.len()).unwrap_or(u16::MAX).to_be_bytes());
            octets.extend(rdata);
        }
        octets
    }
}

const CLASS_IN: [u8; 2] = [0, 1];

/// Whether a zone may sign for an owner; DS belongs to the parent, but for the root's.
pub(super) fn may_sign(zone: &Name, owner: &Name, record_type: RecordType) -> bool {
    owner.ends_with(zone) && (record_type != RecordType::Ds || owner != zone || owner.is_root())
}

impl<'v> Verifier<'v> {
    pub(super) fn new(verifier: &'v dyn SignatureVerifier, at: Time, allow_sha1: bool) -> Self {
        Self {
            verifier,
            at,
            allow_sha1,
            work: Work::new(),
            known: Vec::new(),
        }
    }

    /// Any one signature by any one key of the zone suffices (RFC 6840 §5.4); those without a current key are
    /// passed over. Else the cause that explains most.
    pub(super) fn verify(
        &mut self,
        set: &RrSet<'_>,
        zone: &Name,
        keys: &[ZoneKey],
    ) -> Result<Proven, Reason> {
        let mut cause = Reason::RrsigsMissing;
        let mut tried = 0;
        for (signature, ttl) in &set.signatures {
            if signature.signer != *zone || !may_sign(zone, &set.owner, set.record_type) {
                continue;
            }
            let owner = match self.admit(set, signature) {
                Ok(owner) => owner,
                Err(reason) => {
                    cause = cause.min(reason);
                    continue;
                }
            };
            let fitting = keys.iter().filter(|key| {
                key.tag == signature.key_tag && key.record.algorithm == signature.algorithm
            });
            let mut reason = Reason::DnskeyMissing;
            for key in fitting.take(limits::KEYS_OF_ONE_TAG) {
                tried += 1;
                if tried > limits::RRSET_VERIFICATIONS {
                    return Err(Reason::WorkLimit);
                }
                match self.try_key(set, signature, &owner, key) {
                    Ok(()) => return Ok(self.proven(set, signature, *ttl)),
                    Err(Reason::WorkLimit) => return Err(Reason::WorkLimit),
                    Err(why) => reason = reason.min(why),
                }
            }
            cause = cause.min(reason);
        }
        Err(cause)
    }

    /// The rules of RFC 4035 §5.3.1 that need no key; gives the owner as it is signed.
    fn admit(&self, set: &RrSet<'_>, signature: &Rrsig) -> Result<Vec<u8>, Reason> {
        let at = serial(self.at);
        if before(signature.expiration, signature.inception) {
            return Err(Reason::SignatureDates);
        }
        if before(signature.expiration, at) {
            return Err(Reason::SignatureExpired);
        }
        if before(at, signature.inception) {
            return Err(Reason::SignatureNotYetValid);
        }
        let labels = usize::from(signature.labels);
        match owner_labels(&set.owner).checked_sub(labels) {
            None => Err(Reason::SignatureLabels),
            Some(0) => Ok(set.owner.as_octets().to_vec()),
            // RFC 4035 §5.3.2: the wildcard of so many labels.
            Some(_) => {
                let mut owner = vec![1, b'*'];
                owner.extend(suffix(&set.owner, labels).as_octets());
                Ok(owner)
            }
        }
    }

    fn try_key(
        &mut self,
        set: &RrSet<'_>,
        signature: &Rrsig,
        owner: &[u8],
        key: &ZoneKey,
    ) -> Result<(), Reason> {
        // An algorithm that is not supported verifies nothing; that a zone has no other was seen at its DS.
        let algorithm =
            algorithm(signature.algorithm, self.allow_sha1).ok_or(Reason::KeyUnsupported)?;
        let public_key = key.key.as_ref().ok_or(Reason::SignatureInvalid)?;
        let message = set.signed_octets(signature, owner);
        let mut identity = message.clone();
        identity.extend(&signature.signature);
        identity.extend(&key.record.public_key);
        let identity = crypto::sha256(&identity);
        if self.known.iter().any(|(_, known)| *known == identity) {
            return Ok(());
        }
        let spent = |Spent| Reason::WorkLimit;
        self.work.verify().map_err(spent)?;
        match self
            .verifier
            .verify(algorithm, public_key, &message, &signature.signature)
        {
            Verification::Good => {
                self.known.push((signature.signer.clone(), identity));
                Ok(())
            }
            Verification::Bad => {
                self.work.failed().map_err(spent)?;
                Err(Reason::SignatureInvalid)
            }
            Verification::Unsupported => Err(Reason::KeyUnsupported),
        }
    }

    fn proven(&self, set: &RrSet<'_>, signature: &Rrsig, signature_ttl: u32) -> Proven {
        let labels = usize::from(signature.labels);
        let ttl = set.records.iter().map(|record| record.ttl).min();
        // RFC 4035 §5.3.3.
        let left = signature.expiration.wrapping_sub(serial(self.at));
        let ttl = ttl
            .unwrap_or_default()
            .min(signature_ttl)
            .min(signature.original_ttl)
            .min(left);
        Proven {
            signature: signature.clone(),
            wildcard_labels: (labels < owner_labels(&set.owner)).then_some(labels),
            expires: self.at.plus(i64::from(ttl)),
        }
    }
}

/// RFC 4034 §3.1.3: a leading `*` is not counted.
fn owner_labels(owner: &Name) -> usize {
    let wildcard = owner.labels().next() == Some(b"*");
    owner.label_count().saturating_sub(usize::from(wildcard))
}

/// The last so many labels of a name.
pub(super) fn suffix(name: &Name, labels: usize) -> Name {
    let mut name = name.clone();
    while name.label_count() > labels {
        match name.parent() {
            Some(parent) => name = parent,
            None => break,
        }
    }
    name
}

/// RFC 4034 §3.1.5: 32 bits of the clock.
pub(super) fn serial(time: Time) -> u32 {
    u32::try_from(time.unix().rem_euclid(1 << 32)).unwrap_or_default()
}

/// RFC 1982 §3.2.
fn before(one: u32, other: u32) -> bool {
    let ahead = other.wrapping_sub(one);
    ahead != 0 && ahead < 1 << 31
}
