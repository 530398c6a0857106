//! Where mail goes at all (RFC 5321 §5.1, RFC 7505), and how well the domain is protected (SEMANTICS §5.3).

use super::dane;
use super::sender::Ending;
use super::sts::Sts;
use super::verdict::{
    Basis, Conformance, HostVerdict, Posture, Requirement, SenderAction, Senders, Step,
};
use crate::dns::{MxSet, MxStatus};
use crate::facts::{Facts, Lookup, MxRecord, Outcome};
use crate::finding::Finding;
use crate::finding::codes::{decide as codes, dns};
use crate::mta_sts::Mode;
use crate::name::Name;
use crate::security::SecurityStatus;

/// Where mail for the domain goes.
#[derive(Debug, Clone)]
pub(super) enum Delivery {
    /// To these hosts, in this order.
    Hosts(Vec<(Name, u16)>),
    /// Nowhere, and the domain says so.
    NullMx(Name),
    /// Nowhere: there is no such domain.
    NoSuchDomain(Name),
    /// There are MX records, none of use.
    NoneUsable(Name),
    /// It could not be found out.
    Unknown {
        domain: Name,
        reason: String,
        bogus: bool,
    },
}

impl Delivery {
    /// Reads the MX facts; the findings are about the records themselves.
    pub(super) fn read(facts: &Facts, relay_is_host: bool) -> (Self, Vec<Finding>) {
        let domain = &facts.next_hop;
        if relay_is_host {
            return (Self::Hosts(vec![(domain.clone(), 0)]), Vec::new());
        }
        let set = mx_set(&facts.mx, domain);
        let mut findings = set.findings;
        let hosts: Vec<(Name, u16)> = set
            .hosts
            .into_iter()
            .filter(|host| host.usable)
            .map(|host| (host.host, host.preference))
            .collect();
        let (delivery, finding) = match set.status {
            MxStatus::NullMx => (
                Self::NullMx(domain.clone()),
                Some(Finding::new(&codes::NULL_MX, domain, &[domain])),
            ),
            MxStatus::NoSuchDomain => (
                Self::NoSuchDomain(domain.clone()),
                Some(Finding::new(&codes::DOMAIN_NOT_FOUND, domain, &[domain])),
            ),
            MxStatus::Failed => {
                let reason = facts.mx.why().to_owned();
                let finding = Finding::new(&codes::MX_LOOKUP_FAILED, domain, &[domain, &reason]);
                let bogus = facts.mx.security.status == SecurityStatus::Bogus;
                (
                    Self::Unknown {
                        domain: domain.clone(),
                        reason,
                        bogus,
                    },
                    Some(finding),
                )
            }
            MxStatus::Hosts if hosts.is_empty() => (
                Self::NoneUsable(domain.clone()),
                Some(Finding::new(&codes::MX_NONE_USABLE, domain, &[domain])),
            ),
            MxStatus::Hosts => (Self::Hosts(hosts), None),
            MxStatus::Implicit => (
                Self::Hosts(hosts),
                Some(Finding::new(&codes::MX_IMPLICIT, domain, &[domain])),
            ),
        };
        findings.extend(finding);
        (delivery, findings)
    }

    /// How it ends where there is no host to try.
    pub(super) fn without_hosts(&self) -> Option<Ending> {
        Some(match self {
            Self::Hosts(_) => return None,
            // RFC 7505 §4.2.
            Self::NullMx(domain) => Ending::fail(
                "5.1.10",
                vec![Step::new(
                    format_args!("`{domain}` publishes a null MX"),
                    "RFC 7505 §4.2",
                    "the message comes back",
                )],
            ),
            // RFC 5321 §5.1.
            Self::NoSuchDomain(domain) => Ending::fail(
                "5.1.2",
                vec![Step::new(
                    format_args!("`{domain}` does not exist"),
                    "RFC 5321 §5.1",
                    "the message comes back",
                )],
            ),
            Self::NoneUsable(domain) => Ending::defer(
                "4.4.4",
                vec![Step::new(
                    format_args!("no MX record of `{domain}` can be used"),
                    "RFC 5321 §5.1",
                    "never the domain's own address: the message waits",
                )],
            ),
            Self::Unknown { domain, reason, .. } => Ending::defer(
                "4.4.3",
                vec![Step::new(
                    format_args!("the MX records of `{domain}` could not be found out: {reason}"),
                    "RFC 7672 §2.1.1",
                    "the message waits",
                )],
            ),
        })
    }
}

/// The MX set that the facts amount to.
pub(crate) fn mx_set(mx: &Lookup<MxRecord>, domain: &Name) -> MxSet {
    let bare = |status| MxSet {
        status,
        hosts: Vec::new(),
        reason: mx.reason.clone(),
        findings: Vec::new(),
    };
    match mx.outcome {
        Outcome::Found => {
            let exchanges = mx
                .records
                .iter()
                .map(|record| (record.preference, &record.exchange))
                .collect();
            let malformed = usize::from(mx.reason.is_some());
            let mut set = MxSet::from_exchanges(exchanges, malformed, domain);
            if let Some(reason) = &mx.reason {
                set.findings
                    .push(Finding::new(&dns::MX_MALFORMED, domain, &[reason]));
            }
            set
        }
        Outcome::Nxdomain => bare(MxStatus::NoSuchDomain),
        Outcome::Failed | Outcome::NotAsked => bare(MxStatus::Failed),
        Outcome::NoData => MxSet {
            hosts: vec![crate::dns::MxHost {
                host: domain.clone(),
                preference: 0,
                usable: true,
            }],
            ..bare(MxStatus::Implicit)
        },
    }
}

/// SEMANTICS §5.3, first match, with the reason.
pub(super) fn posture(
    delivery: &Delivery,
    hosts: &[HostVerdict],
    sts: &Sts,
    senders: &Senders,
    facts: &Facts,
) -> (Posture, Step) {
    match delivery {
        Delivery::NullMx(_) | Delivery::NoSuchDomain(_) => {
            let step = Step::new(
                "the domain takes no mail",
                "RFC 7505 §3",
                "posture `no-mail`",
            );
            return (Posture::NoMail, step);
        }
        Delivery::Unknown { bogus: false, .. } => {
            let step = Step::new(
                "where mail goes could not be found out",
                "RFC 5321 §5.1",
                "posture `unknown`",
            );
            return (Posture::Unknown, step);
        }
        Delivery::Unknown { bogus: true, .. } => {
            let step = Step::new(
                "the MX records are bogus",
                "RFC 7672 §2.1.1",
                "posture `broken`",
            );
            return (Posture::Broken, step);
        }
        Delivery::Hosts(_) | Delivery::NoneUsable(_) => {}
    }
    // What was found out may protect all the same: TLSA records make senders insist.
    let by_dane = hosts
        .iter()
        .any(|host| host.basis.contains(&Basis::Dane) && host.requirement != Requirement::Unusable);
    if let Some(reason) = sts.unknown.as_ref().filter(|_| !by_dane) {
        let fact = format!("whether an MTA-STS policy protects the domain is not known: {reason}");
        return (
            Posture::Unknown,
            Step::new(fact, "RFC 8461 §3.3", "posture `unknown`"),
        );
    }
    let stuck = [
        ("MTA-STS", &senders.mta_sts),
        ("DANE", &senders.dane),
        ("DANE and MTA-STS", &senders.both),
        ("opportunistic TLS", &senders.opportunistic),
    ]
    .into_iter()
    .find(|(_, outcome)| matches!(outcome.action, SenderAction::Defer | SenderAction::Fail));
    if let Some((kind, _)) = stuck {
        let fact = format!("a sender with {kind} can deliver to no host");
        return (
            Posture::Broken,
            Step::new(fact, "RFC 8461 §5", "posture `broken`"),
        );
    }
    let authenticated = |host: &&HostVerdict| host.requirement.is_authenticated();
    // A relay's host needs no MX; TLSA records behind an MX RR set that is not signed never make `protected`
    // (SEMANTICS §4.1 step 2).
    let half = by_dane && dane::has_insecure_mx(&facts.mx);
    let sure_way = !half
        && (sts.mode() == Some(Mode::Enforce)
            || facts.mx.security.status == SecurityStatus::Secure
            || facts.mx.outcome == Outcome::NotAsked);
    let unmet = hosts
        .iter()
        .any(|host| host.conformance == Conformance::Unmet);
    if sure_way && !unmet && hosts.iter().all(|host| host.requirement.is_authenticated()) {
        let fact = "every host must show a valid certificate, and none is seen to fail";
        return (
            Posture::Protected,
            Step::new(fact, "RFC 8461 §4.2", "posture `protected`"),
        );
    }
    let some = hosts
        .iter()
        .any(|host| authenticated(&host) || host.requirement == Requirement::Encrypted);
    if some {
        let fact = "only some hosts require a valid certificate and show it";
        return (
            Posture::Partial,
            Step::new(fact, "RFC 8461 §4.2", "posture `partial`"),
        );
    }
    if sts.mode() == Some(Mode::Testing) {
        let step = Step::new(
            "the MTA-STS policy is in mode `testing`",
            "RFC 8461 §5",
            "posture `testing`",
        );
        return (Posture::Testing, step);
    }
    let step = Step::new(
        "nothing makes senders insist on TLS",
        "RFC 3207 §6",
        "posture `unprotected`",
    );
    (Posture::Unprotected, step)
}
