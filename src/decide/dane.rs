//! DANE for one host: what to ask for, and what the answers amount to (RFC 7672 §2; SEMANTICS §4.1, §4.2).

use super::options::{Dnssec, InsecureMx, Options};
use crate::crypto::RustCrypto;
use crate::dane::{
    DaneOptions, DaneOutcome, Tlsa, tlsa_candidates, tlsa_name, unusable, verify_dane,
};
use crate::facts::{DaneFacts, Facts, HostFacts, Lookup, MxRecord, Outcome, Session};
use crate::name::Name;
use crate::security::SecurityStatus;
use crate::time::Time;

/// What the answers amount to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Dane {
    /// No secure TLSA records: DANE does not apply.
    NotApplicable(Absence),
    /// The look-up failed: the host can't be used now (RFC 7672 §2.1.1).
    Failed { name: Name, reason: String },
    /// TLSA records stand there.
    Records {
        base: Name,
        /// All of them.
        all: Vec<Tlsa>,
        /// Those that count, after digest agility (RFC 7671 §9).
        usable: Vec<Tlsa>,
    },
}

/// Why DANE does not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absence {
    /// What leads to the host is not signed, or nobody looked: the reason as facts word it.
    NoQuestion(&'static str),
    /// There are TLSA records, or none: their zone is not signed.
    Insecure,
    /// A signed zone has none.
    None,
}

impl Dane {
    /// SEMANTICS §4.1: which candidates count follows from the other facts, so that an edit of those is enough; the
    /// first one with secure records is the base domain, a failure before it stops.
    pub(super) fn of(host: &HostFacts, facts: &Facts, options: &Options) -> Self {
        let addresses = [Addresses::of(&host.a), Addresses::of(&host.aaaa)];
        let lost = addresses.iter().any(Addresses::is_alias_lost);
        let questions = match questions(&facts.mx, &host.host, addresses, options) {
            Ok(questions) => questions,
            // RFC 7672 §2.2.2: an error on the way is no insecure step.
            Err(ADDRESSES_INSECURE) if lost => {
                return Self::Failed {
                    name: host.host.clone(),
                    reason: "alias-unknown".to_owned(),
                };
            }
            Err(reason) => return Self::NotApplicable(Absence::NoQuestion(reason)),
        };
        let DaneFacts::Asked { tlsa } = &host.dane else {
            return Self::NotApplicable(Absence::NoQuestion(NOT_VALIDATED));
        };
        let mut absence = Absence::Insecure;
        let mut unasked = false;
        for (base, _) in &questions {
            let Some(asked) = tlsa.iter().find(|asked| asked.base == *base) else {
                unasked = true;
                continue;
            };
            let lookup = &asked.lookup;
            match (lookup.outcome, lookup.security.status) {
                (Outcome::NotAsked, _) => unasked = true,
                (Outcome::Failed, _) => {
                    return Self::Failed {
                        name: asked.name.clone(),
                        reason: lookup.why().to_owned(),
                    };
                }
                (Outcome::Found, SecurityStatus::Secure) => {
                    let why = unusable(&lookup.records, false, &options.digest_order);
                    let usable = lookup.records.iter().zip(&why);
                    return Self::Records {
                        base: asked.base.clone(),
                        all: lookup.records.clone(),
                        usable: usable
                            .filter(|(_, why)| why.is_none())
                            .map(|(tlsa, _)| tlsa.clone())
                            .collect(),
                    };
                }
                (Outcome::NoData | Outcome::Nxdomain, SecurityStatus::Secure) => {
                    absence = Absence::None;
                }
                _ => {}
            }
        }
        Self::NotApplicable(if unasked {
            Absence::NoQuestion(NOT_VALIDATED)
        } else {
            absence
        })
    }

    /// Whether what a DANE sender would do hangs on questions that nobody asked.
    pub(super) fn is_unseen(host: &HostFacts, facts: &Facts, options: &Options) -> bool {
        let unasked = Self::NotApplicable(Absence::NoQuestion(NOT_VALIDATED));
        host.dane == DaneFacts::not_validated() || Self::of(host, facts, options) == unasked
    }

    /// Holds an observed session against the records.
    pub(super) fn verify(
        &self,
        host: &Name,
        facts: &Facts,
        session: &Session,
    ) -> Option<DaneOutcome> {
        let Self::Records { base, usable, .. } = self else {
            return None;
        };
        if usable.is_empty() || session.chain.is_empty() {
            return None;
        }
        let names = reference_names(facts, host, base);
        Some(verify(usable, session, &names, facts.at))
    }
}

/// The records have been chosen; the strongest digest of what is left is the strongest of all.
pub(super) fn verify(tlsa: &[Tlsa], session: &Session, names: &[Name], at: Time) -> DaneOutcome {
    let options = DaneOptions::default();
    verify_dane(tlsa, &session.chain, names, at, &options, &RustCrypto)
}

/// The TLSA questions for a host whose addresses are known, with the base domain of each; else why there are none.
pub(crate) fn questions(
    mx: &Lookup<MxRecord>,
    host: &Name,
    addresses: [Addresses; 2],
    options: &Options,
) -> Result<Vec<(Name, Name)>, &'static str> {
    if options.dnssec == Dnssec::Off {
        return Err(NOT_VALIDATED);
    }
    // RFC 7672 §2.2.1; without MX records the destination is as good as its own addresses (§2.2.2).
    if has_insecure_mx(mx) && options.insecure_mx == InsecureMx::Skip {
        return Err("mx-insecure");
    }
    let found = addresses.into_iter().filter(|family| family.found);
    // Either family leads the same way; the one that proves less counts.
    let candidates = found
        .map(|family| tlsa_candidates(host, &family.aliases, family.status))
        .min_by_key(Vec::len)
        .ok_or("no-address")?;
    if candidates.is_empty() {
        return Err(ADDRESSES_INSECURE);
    }
    Ok(candidates
        .into_iter()
        .filter_map(|base| tlsa_name(&base, options.port).map(|name| (base, name)))
        .collect())
}

/// One address family of a host, as discovery needs it.
pub(crate) struct Addresses {
    found: bool,
    aliases: Vec<(Name, SecurityStatus)>,
    status: SecurityStatus,
}

impl Addresses {
    pub(crate) fn of<T>(lookup: &Lookup<T>) -> Self {
        Self {
            found: lookup.outcome == Outcome::Found,
            aliases: lookup
                .hops
                .iter()
                .map(|hop| (hop.target.clone(), hop.status))
                .collect(),
            status: lookup.security.status,
        }
    }

    /// Whether the first step was looked up alone, and that failed.
    fn is_alias_lost(&self) -> bool {
        use SecurityStatus::{Bogus, Indeterminate};
        let first = self.aliases.first().map(|(_, status)| status);
        self.found && matches!(first, Some(Bogus | Indeterminate))
    }
}

/// The reason where nothing that leads to the addresses is signed.
const ADDRESSES_INSECURE: &str = "addresses-insecure";

/// The reason of a check that believes nobody about DNSSEC.
pub(crate) const NOT_VALIDATED: &str = "dnssec-not-validated";

/// Whether an MX RR set that is not signed leads to the hosts (RFC 7672 §2.2.1).
pub(super) fn has_insecure_mx(mx: &Lookup<MxRecord>) -> bool {
    mx.outcome == Outcome::Found && mx.security.status != SecurityStatus::Secure
}

/// RFC 7672 §3.2.2, SEMANTICS §4.1 step 5.
pub(super) fn reference_names(facts: &Facts, host: &Name, base: &Name) -> Vec<Name> {
    let mut names = vec![base.clone()];
    let mut add = |name: &Name| {
        if !names.contains(name) {
            names.push(name.clone());
        }
    };
    let alias = facts.mx.canonical_name.as_ref();
    match facts.mx.outcome {
        Outcome::Found if facts.mx.security.status == SecurityStatus::Secure => {
            add(&facts.next_hop);
            if let Some(alias) = alias {
                add(alias);
            }
            add(host);
        }
        Outcome::Found => add(host),
        // A non-MX destination: its own name, where the base is what it stands for.
        _ => add(&facts.next_hop),
    }
    names
}
