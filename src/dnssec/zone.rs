//! Zones and how they are trusted: from an anchor through DS to DNSKEY (RFC 4035 §5.1, §5.2), one zone a call.
//! Zone cuts are found by asking for DS; the parent answers.

use std::sync::Arc;

use super::algorithm::{DigestType, algorithm, digest_type, ds_matches};
use super::anchor::TrustAnchor;
use super::judge::Run;
use super::reason::{Fault, Reason};
use super::rrset::{Proven, RrSet, ZoneKey};
use super::validator::{Learned, Stop};
use crate::dns::{Dnskey, Ds, Outcome, RecordData, RecordType, Rrsig};
use crate::limits;
use crate::name::Name;
use crate::time::Time;

/// A zone whose keys are proven.
#[derive(Debug)]
pub(super) struct Zone {
    pub(super) name: Name,
    /// The zone whose DS vouches for it; `None` under an anchor.
    pub(super) parent: Option<Name>,
    pub(super) keys: Vec<ZoneKey>,
    /// What vouches: its DS records, or none under an anchor.
    pub(super) ds: Vec<Ds>,
    /// The signatures over DS and DNSKEY that were relied on.
    pub(super) signatures: Vec<Rrsig>,
    /// Until when the keys may be kept.
    pub(super) expires: Time,
    /// Whether it came out of the chain cache.
    pub(super) cached: bool,
}

/// What a name is to the zone above it.
#[derive(Debug, Clone)]
pub(super) enum Cut {
    /// A signed zone begins here.
    Zone(Arc<Zone>),
    /// No zone begins here.
    None,
}

/// What DNSKEYs are compared with.
enum Trust<'a> {
    Anchors(Vec<&'a TrustAnchor>),
    Ds(Vec<Ds>),
}

impl Run<'_, '_> {
    /// The zone that a signer claims to be.
    pub(super) fn zone(&mut self, name: &Name) -> Result<Arc<Zone>, Stop> {
        match self.cut(name)? {
            Cut::Zone(zone) => Ok(zone),
            Cut::None => Err(Fault::bogus(Reason::SignerNotZone, name, RecordType::Dnskey).into()),
        }
    }

    /// Whether a zone begins at the name, and with which keys. An unsigned one is a fault, insecure.
    pub(super) fn cut(&mut self, name: &Name) -> Result<Cut, Stop> {
        if let Some(known) = self.state.cuts.get(name) {
            return known.clone().map_err(Stop::from);
        }
        let looked_at = self.state.cuts.len().saturating_sub(self.state.kept);
        if looked_at >= limits::ZONES {
            return Err(Fault::bogus(Reason::WorkLimit, name, RecordType::Ds).into());
        }
        // A name cannot vouch for its own beginning: an alias instead of DS may be signed by the name itself.
        if self.path.contains(name) {
            return Err(Fault::bogus(Reason::SignerNotZone, name, RecordType::Dnskey).into());
        }
        self.path.push(name.clone());
        let cut = self.find_cut(name);
        self.path.pop();
        match &cut {
            Ok(cut) => self.remember(name, Ok(cut.clone())),
            Err(Stop::Fault(fault)) => self.remember(name, Err(fault.clone())),
            Err(Stop::Open) => {}
        }
        cut
    }

    fn remember(&mut self, name: &Name, cut: Result<Cut, Fault>) {
        self.state.cuts.insert(name.clone(), cut);
    }

    fn find_cut(&mut self, name: &Name) -> Result<Cut, Stop> {
        let anchors = self.anchors;
        let own: Vec<&TrustAnchor> = anchors.iter().filter(|one| one.zone == *name).collect();
        if !own.is_empty() {
            return self.anchored(name, own);
        }
        if !anchors.iter().any(|anchor| name.ends_with(&anchor.zone)) {
            return Err(Fault::insecure(Reason::NoTrustAnchor, name, RecordType::Dnskey).into());
        }
        let learned = self.message(name, RecordType::Ds)?;
        let resolved = &learned.resolved;
        if !resolved.hops.is_empty() {
            // An alias is no delegation (RFC 1034 §3.6.2); whether it is one must be proven.
            self.hop(&learned, 0)?;
            return Ok(Cut::None);
        }
        match resolved.outcome {
            Outcome::Failed => Err(learned.fault(name, RecordType::Ds).into()),
            Outcome::Found => self.delegated(name, &learned),
            Outcome::NoData | Outcome::NxDomain => {
                let denied = self.denial(&learned, name, RecordType::Ds)?;
                if !denied.delegation {
                    return Ok(Cut::None);
                }
                self.note_unsigned(name, &denied.zone, denied.expires);
                Err(Fault::insecure(Reason::UnsignedDelegation, name, RecordType::Ds).into())
            }
        }
    }

    fn anchored(&mut self, name: &Name, own: Vec<&TrustAnchor>) -> Result<Cut, Stop> {
        // RFC 4035 §5.2 by way of an anchor: none that can be used is no anchor.
        let usable: Vec<&TrustAnchor> = own
            .into_iter()
            .filter(|anchor| algorithm(anchor.algorithm(), self.verifier.allow_sha1).is_some())
            .collect();
        if usable.is_empty() {
            let why = Reason::AlgorithmUnsupported;
            return Err(Fault::insecure(why, name, RecordType::Dnskey).into());
        }
        let learned = self.message(name, RecordType::Dnskey)?;
        if learned.resolved.outcome != Outcome::Failed && !learned.has_signatures() {
            let why = Reason::ResolverStripsDnssec;
            let status = crate::security::SecurityStatus::Indeterminate;
            return Err(Fault::new(status, why, name, RecordType::Dnskey).into());
        }
        self.keys(name, &learned, Trust::Anchors(usable), None)
    }

    /// The DS records stand: which of them count (RFC 4035 §5.2, RFC 4509 §3, RFC 6840 §5.2), and what they
    /// vouch for.
    fn delegated(&mut self, name: &Name, learned: &Learned) -> Result<Cut, Stop> {
        let proven = self.positive(&learned.message()?.answer, name, RecordType::Ds)?;
        if proven.wildcard_labels.is_some() {
            return Err(Fault::bogus(Reason::WildcardUnproven, name, RecordType::Ds).into());
        }
        let all: Vec<&Ds> = learned
            .resolved
            .records
            .iter()
            .filter_map(|record| match record.data() {
                RecordData::Ds(ds) => Some(ds),
                _ => None,
            })
            .take(limits::ZONE_KEYS)
            .collect();
        let allow_sha1 = self.verifier.allow_sha1;
        let known: Vec<&&Ds> = all
            .iter()
            .filter(|ds| algorithm(ds.algorithm, allow_sha1).is_some())
            .collect();
        let of = |kind| {
            let wanted = move |ds: &&&Ds| digest_type(ds.digest_type) == Some(kind);
            known
                .iter()
                .copied()
                .filter(wanted)
                .map(|ds| (*ds).clone())
                .collect::<Vec<Ds>>()
        };
        let mut usable = of(DigestType::Strong);
        if usable.is_empty() {
            usable = of(DigestType::Sha1);
        }
        if usable.is_empty() {
            let why = if known.is_empty() {
                Reason::AlgorithmUnsupported
            } else {
                Reason::DigestUnsupported
            };
            self.note_unsigned(name, &proven.signature.signer, proven.expires);
            return Err(Fault::insecure(why, name, RecordType::Ds).into());
        }
        let keys = self.message(name, RecordType::Dnskey)?;
        self.keys(name, &keys, Trust::Ds(usable), Some(proven))
    }

    /// The DNSKEY RR set, signed by a key that is vouched for; then every usable key of it counts.
    fn keys(
        &mut self,
        name: &Name,
        learned: &Learned,
        trust: Trust<'_>,
        ds: Option<Proven>,
    ) -> Result<Cut, Stop> {
        let missing = |why| Stop::from(Fault::bogus(why, name, RecordType::Dnskey));
        if learned.resolved.outcome == Outcome::Failed {
            return Err(learned.fault(name, RecordType::Dnskey).into());
        }
        if learned.resolved.outcome != Outcome::Found || !learned.resolved.hops.is_empty() {
            return Err(missing(Reason::DnskeyMissing));
        }
        let records = learned.resolved.records.iter();
        let all: Vec<&Dnskey> = records
            .filter_map(|record| match record.data() {
                RecordData::Dnskey(key) => Some(key),
                _ => None,
            })
            .take(limits::ZONE_KEYS)
            .collect();
        let vouched = |key: &&&Dnskey| match &trust {
            Trust::Anchors(anchors) => anchors.iter().any(|anchor| anchor.matches(key)),
            Trust::Ds(ds) => ds.iter().any(|ds| ds_matches(ds, name, key)),
        };
        let mut cause = Reason::DnskeyMissing;
        let mut entry = Vec::new();
        for key in all.iter().filter(vouched) {
            match ZoneKey::usable(key) {
                Ok(key) => entry.push(key),
                Err(why) => cause = why,
            }
        }
        if entry.is_empty() {
            return Err(missing(cause));
        }
        let set = RrSet::of(&learned.message()?.answer, name, RecordType::Dnskey);
        let proven = self.verifier.verify(&set, name, &entry).map_err(missing)?;
        if proven.wildcard_labels.is_some() {
            return Err(missing(Reason::WildcardUnproven));
        }
        let above = ds
            .as_ref()
            .and_then(|ds| self.state.zone_of(&ds.signature.signer));
        let expires = [
            Some(proven.expires),
            ds.as_ref().map(|ds| ds.expires),
            above.map(|zone| zone.expires),
        ];
        let zone = Zone {
            name: name.clone(),
            parent: ds.as_ref().map(|ds| ds.signature.signer.clone()),
            keys: all
                .iter()
                .filter_map(|key| ZoneKey::usable(key).ok())
                .collect(),
            ds: match trust {
                Trust::Anchors(_) => Vec::new(),
                Trust::Ds(ds) => ds,
            },
            signatures: ds
                .map(|ds| ds.signature)
                .into_iter()
                .chain([proven.signature])
                .collect(),
            expires: expires
                .into_iter()
                .flatten()
                .min()
                .unwrap_or(proven.expires),
            cached: false,
        };
        Ok(Cut::Zone(Arc::new(zone)))
    }

    /// Whether the name lies in an unsigned zone: every possible cut on the way down is looked at. Passes where
    /// all of them are signed or no cuts.
    pub(super) fn walk(&mut self, name: &Name) -> Result<(), Stop> {
        let top = self.state.deepest_known(name, self.anchors);
        let Some(top) = top else {
            return Err(Fault::insecure(Reason::NoTrustAnchor, name, RecordType::Dnskey).into());
        };
        let mut open = false;
        for labels in top.label_count()..=name.label_count() {
            let zone = super::rrset::suffix(name, labels);
            // Whether one begins there is what this is asked for.
            if self.path.contains(&zone) {
                continue;
            }
            match self.cut(&zone) {
                Ok(_) => {}
                Err(Stop::Open) => open = true,
                Err(fault) if !open => return Err(fault),
                Err(_) => break,
            }
        }
        if open { Err(Stop::Open) } else { Ok(()) }
    }
}
