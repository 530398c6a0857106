//! The mail exchanges of a domain (RFC 5321 §5.1, RFC 7505 §3). Whether an exchange is an alias, has an
//! address or matches a policy is judged elsewhere.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use super::{Outcome, RecordData, Resolved};
use crate::finding::{Finding, codes::dns as codes};
use crate::limits;
use crate::name::Name;
use crate::ordered::by_key;

/// Where mail for a domain goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MxSet {
    /// Which case it is.
    pub status: MxStatus,
    /// The hosts in the order they are tried: by preference, equal ones as answered (RFC 5321 §5.1 lets
    /// the sender shuffle those; a verdict must not). Empty but for [`MxStatus::Hosts`] and
    /// [`MxStatus::Implicit`].
    pub hosts: Vec<MxHost>,
    /// Why it could not be found out, as [`Resolved::reason`].
    pub reason: Option<String>,
    /// What there is to say about the records.
    pub findings: Vec<Finding>,
}

/// The cases of RFC 5321 §5.1 and RFC 7505 §3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MxStatus {
    /// There are MX records. If none is usable there is no way in: never the domain's own address.
    Hosts,
    /// There is none: the domain itself is the one host, with preference 0.
    Implicit,
    /// `0 .` alone: the domain takes no mail (RFC 7505 §3).
    NullMx,
    /// The domain does not exist.
    NoSuchDomain,
    /// It could not be found out.
    Failed,
}

/// One mail exchange.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MxHost {
    /// Its name.
    pub host: Name,
    /// Lower is tried first.
    pub preference: u16,
    /// False where no sender can use the record.
    pub usable: bool,
}

impl MxSet {
    /// Reads the answer to the MX question on `domain`.
    #[must_use]
    pub fn read(resolved: &Resolved, domain: &Name) -> Self {
        let bare = |status| Self {
            status,
            hosts: Vec::new(),
            reason: resolved.reason.clone(),
            findings: Vec::new(),
        };
        match resolved.outcome {
            Outcome::Found => Self::from_records(resolved, domain),
            Outcome::NxDomain => bare(MxStatus::NoSuchDomain),
            Outcome::Failed => bare(MxStatus::Failed),
            Outcome::NoData => Self {
                hosts: vec![MxHost {
                    host: domain.clone(),
                    preference: 0,
                    usable: true,
                }],
                ..bare(MxStatus::Implicit)
            },
        }
    }

    /// The hosts that a sender can try.
    pub fn usable(&self) -> impl Iterator<Item = &MxHost> {
        self.hosts.iter().filter(|host| host.usable)
    }

    fn from_records(resolved: &Resolved, domain: &Name) -> Self {
        let mut findings = Vec::new();
        let mut exchanges: Vec<(u16, &Name)> = Vec::new();
        for record in &resolved.records {
            match record.data() {
                RecordData::Mx {
                    preference,
                    exchange,
                } => exchanges.push((*preference, exchange)),
                _ if findings.len() < limits::MX_HOSTS => {
                    findings.push(Finding::new(&codes::MX_MALFORMED, domain, &[&record.rdata]));
                }
                _ => {}
            }
        }
        let malformed = resolved.records.len().saturating_sub(exchanges.len());
        let mut set = Self::from_exchanges(exchanges, malformed, domain);
        findings.append(&mut set.findings);
        Self { findings, ..set }
    }

    /// Reads an RR set that is there: (preference, exchange) as answered, and how many records of it
    /// are malformed.
    #[must_use]
    pub fn from_exchanges(exchanges: Vec<(u16, &Name)>, malformed: usize, domain: &Name) -> Self {
        let total = exchanges.len().saturating_add(malformed);
        let mut findings = Vec::new();
        let mut hosts: Vec<MxHost> = Vec::new();
        // RFC 7505 §3: a single record, preference 0, the root.
        if let ([(0, exchange)], 1) = (exchanges.as_slice(), total)
            && exchange.is_root()
        {
            return Self {
                status: MxStatus::NullMx,
                hosts,
                reason: None,
                findings,
            };
        }
        let mut exchanges = by_key(exchanges, |(preference, _)| *preference);
        if exchanges.len() > limits::MX_HOSTS {
            let (all, read) = (exchanges.len(), limits::MX_HOSTS);
            findings.push(Finding::new(&codes::MX_TOO_MANY, domain, &[&all, &read]));
            exchanges.truncate(limits::MX_HOSTS);
        }
        for (preference, exchange) in exchanges {
            if let Some(first) = hosts.iter().find(|host| host.host == *exchange) {
                findings.push(Finding::new(
                    &codes::MX_DUPLICATE,
                    domain,
                    &[exchange, &first.preference, &preference],
                ));
                continue;
            }
            let fault = judge(exchange, total);
            findings
                .extend(fault.map(|entry| Finding::new(entry, domain, &[exchange, &preference])));
            hosts.push(MxHost {
                host: exchange.clone(),
                preference,
                usable: !exchange.is_root() && !is_address(exchange),
            });
        }
        Self {
            status: MxStatus::Hosts,
            hosts,
            reason: None,
            findings,
        }
    }
}

/// What is wrong with an exchange, if anything. `total` counts all records, itself included; `0 .` alone
/// does not come here.
fn judge(exchange: &Name, total: usize) -> Option<&'static crate::finding::Entry> {
    if exchange.is_root() {
        // RFC 7505 §3: no other MX beside it, and preference 0.
        return Some(if total > 1 {
            &codes::NULL_MX_WITH_OTHERS
        } else {
            &codes::NULL_MX_PREFERENCE
        });
    }
    if is_address(exchange) {
        // RFC 5321 §5.1: an MX record leads to a domain name that has address records.
        return Some(&codes::MX_IS_ADDRESS);
    }
    (!exchange.is_host_name()).then_some(&codes::MX_NOT_A_HOST_NAME)
}

/// Whether the name is the text of an address, `192.0.2.1.` or an address literal of RFC 5321 §4.1.3.
fn is_address(name: &Name) -> bool {
    let text = name.to_string();
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(&text);
    let inner = inner.strip_prefix("ipv6:").unwrap_or(inner);
    inner.parse::<Ipv4Addr>().is_ok() || inner.parse::<Ipv6Addr>().is_ok()
}
