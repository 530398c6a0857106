//! What people publish parses to a value, findings, or both; never to an error.

use serde::{Deserialize, Serialize};

use super::{Finding, Severity};

/// No value and an error finding: broken. No value and none: absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked<T> {
    /// What was meant, if it can be used.
    pub value: Option<T>,
    /// What there is to say about it.
    pub findings: Vec<Finding>,
}

impl<T> Checked<T> {
    /// Whether a finding of severity `error` stands.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    }
}

/// What an RR set of `v=…;` TXT records amounts to (RFC 8461 §3.1, RFC 8460 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RrsetStatus {
    /// Exactly one record, and it obeys the grammar.
    Valid,
    /// No record of this version.
    Absent,
    /// More than one, so none counts.
    Multiple,
    /// Exactly one, and it breaks the grammar.
    Invalid,
}

/// What an RR set of `v=…;` TXT records says: [`Checked`] and the status of the set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordOutcome<T> {
    /// The one record, where the status is `valid`.
    pub value: Option<T>,
    /// What there is to say about the set and its records.
    pub findings: Vec<Finding>,
    /// What the set amounts to.
    pub status: RrsetStatus,
}
