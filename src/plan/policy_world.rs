//! What senders can see of a domain: the policy that is served, the id that announces it, the MX hosts; and the steps of
//! a change found again in it (RFC 8461 §3, §4.1).

use super::policy_text::{Known, content};
use crate::bytes::Bytes;
use crate::finding::{Entry, Finding, codes::plan as codes};
use crate::mta_sts::{Mode, MxPattern, Policy, match_mx};
use crate::name::Name;
use crate::value::read_struct;

/// What is published.
#[derive(Debug, Clone, Default)]
pub struct PolicyState {
    /// The policy file as served; empty where there is none.
    pub policy: Bytes,
    /// The id that announces it.
    pub id: Option<String>,
    /// The MX hosts, each with a preference before it if need be.
    pub mx: Vec<String>,
    /// The largest `max_age` ever served.
    pub largest_max_age: Option<u32>,
}

read_struct!(PolicyState {
    policy: "policy" or default,
    id: "id" or default,
    mx: "mx" or default,
    largest_max_age: "largestMaxAge" or default,
});

impl PolicyState {
    /// Whether it says nothing of a policy.
    pub(super) fn is_empty(&self) -> bool {
        self.policy.is_empty() && self.id.is_none()
    }
}

/// What senders can see.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) known: Known,
    /// Preference and host, in the order given.
    pub(super) mx: Vec<(u16, Name)>,
}

impl World {
    pub(super) fn of(state: &PolicyState, domain: &Name, findings: &mut Vec<Finding>) -> Self {
        let known = Known::new(&state.policy, state.id.as_deref());
        if !state.policy.is_empty() && known.policy.is_none() {
            raise(findings, &codes::ROLLOVER_POLICY, domain, "");
        }
        Self {
            known,
            mx: mx_hosts(&state.mx, domain, findings),
        }
    }

    /// A host that a sender will be sent to, and by the policy may not use.
    pub(super) fn judge(&self, findings: &mut Vec<Finding>) {
        let Some(policy) = self.enforced() else {
            return;
        };
        for (_, host) in &self.mx {
            if match_mx(&policy.mx, host).is_none() {
                raise(
                    findings,
                    &codes::ROLLOVER_MX_UNLISTED,
                    host,
                    &host.to_string(),
                );
            }
        }
    }

    pub(super) fn enforced(&self) -> Option<&Policy> {
        let policy = self.known.policy.as_ref();
        policy.filter(|policy| policy.mode == Mode::Enforce)
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        self.policy() == other.policy() && self.known.id == other.known.id && self.has_mx(other)
    }

    pub(super) fn policy(&self) -> Option<String> {
        self.known.policy.as_ref().map(content)
    }

    pub(super) fn has_mx(&self, other: &Self) -> bool {
        let within = |some: &Self, all: &Self| some.mx.iter().all(|(_, host)| all.uses(host));
        within(self, other) && within(other, self)
    }

    pub(super) fn uses(&self, host: &Name) -> bool {
        self.mx.iter().any(|(_, other)| other == host)
    }
}

/// The hosts that no pattern matches.
pub(super) fn unlisted(patterns: &[MxPattern], world: &World) -> Vec<String> {
    world
        .mx
        .iter()
        .filter(|(_, host)| match_mx(patterns, host).is_none())
        .map(|(_, host)| host.to_string())
        .collect()
}

/// `mx.example.com`, or `10 mx.example.com`.
pub(super) fn mx_hosts(
    texts: &[String],
    domain: &Name,
    findings: &mut Vec<Finding>,
) -> Vec<(u16, Name)> {
    let mut hosts = Vec::new();
    for text in texts {
        let (preference, host) = match text.trim().split_once(' ') {
            Some((preference, host)) => (preference.parse().ok(), host.trim()),
            None => (Some(PREFERENCE), text.trim()),
        };
        let host = Name::parse(host).ok().filter(Name::is_host_name);
        match (preference, host) {
            (Some(preference), Some(host)) => hosts.push((preference, host)),
            _ => raise(findings, &codes::ROLLOVER_MX, domain, text),
        }
    }
    hosts
}

const PREFERENCE: u16 = 10;

pub(super) fn raise(findings: &mut Vec<Finding>, entry: &Entry, subject: &Name, argument: &str) {
    let finding = Finding::new(entry, subject, &[&argument]);
    if !findings.contains(&finding) {
        findings.push(finding);
    }
}
