//! What one question to the DNS brought, absence and failure kept apart (RFC 8461 §3.1, RFC 7672 §2.1.1).

use serde::{Deserialize, Serialize};

use crate::name::Name;
use crate::security::{Security, SecurityStatus};
use crate::time::Time;
use crate::value::read_struct;

/// How the question ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// There are records.
    Found,
    /// The name exists, not with this type (RFC 2308 §2.2).
    NoData,
    /// The name does not exist (RFC 2308 §2.1).
    Nxdomain,
    /// It could not be found out.
    Failed,
    /// Nobody asked.
    NotAsked,
}

/// One step of an alias chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HopFact {
    /// The alias.
    pub owner: Name,
    /// What it stands for.
    pub target: Name,
    /// How far this step can be believed.
    pub status: SecurityStatus,
}

read_struct!(HopFact {
    owner: "owner",
    target: "target",
    status: "status",
});

/// The answer to one question, in records of the engine's own kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lookup<T> {
    /// How the question ended.
    pub outcome: Outcome,
    /// Why it failed, or why nobody asked: a short code.
    pub reason: Option<String>,
    /// The extended DNS error that came along, or the code of what the engine found bogus itself (RFC 8914).
    pub ede: Option<u16>,
    /// The name at the end of the aliases.
    pub canonical_name: Option<Name>,
    /// The aliases on the way.
    pub hops: Vec<HopFact>,
    /// How far the answer can be believed.
    pub security: Security,
    /// Until when the answer holds, by its TTLs.
    pub valid_until: Option<Time>,
    /// The records.
    pub records: Vec<T>,
}

read_struct!(Lookup<T> {
    outcome: "outcome",
    reason: "reason",
    ede: "ede",
    canonical_name: "canonicalName",
    hops: "hops",
    security: "security",
    valid_until: "validUntil",
    records: "records",
});

impl<T> Lookup<T> {
    /// A question that nobody asked.
    #[must_use]
    pub fn not_asked(reason: &str) -> Self {
        Self::empty(Outcome::NotAsked, reason)
    }

    /// A question without an answer.
    #[must_use]
    pub fn failed(reason: &str) -> Self {
        Self {
            security: Security {
                status: SecurityStatus::Indeterminate,
                ..Security::NONE
            },
            ..Self::empty(Outcome::Failed, reason)
        }
    }

    fn empty(outcome: Outcome, reason: &str) -> Self {
        Self {
            outcome,
            reason: Some(reason.to_owned()),
            ede: None,
            canonical_name: None,
            hops: Vec::new(),
            security: Security::NONE,
            valid_until: None,
            records: Vec::new(),
        }
    }

    /// Whether the answer is certain, be it presence or absence.
    #[must_use]
    pub fn is_known(&self) -> bool {
        matches!(
            self.outcome,
            Outcome::Found | Outcome::NoData | Outcome::Nxdomain
        )
    }

    /// The reason, or the outcome where none was given.
    #[must_use]
    pub fn why(&self) -> &str {
        self.reason.as_deref().unwrap_or("unknown")
    }
}
