//! How far an answer of the DNS can be believed, and on whose word (RFC 4033 §5).

use serde::{Deserialize, Serialize};

/// The status of RFC 4033 §5 and RFC 4035 §4.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecurityStatus {
    /// A chain of signatures leads to a trust anchor.
    Secure,
    /// Proven to lie outside every signed zone, or not looked at (see [`SecuritySource::None`]).
    Insecure,
    /// Should be signed and is not, or wrongly.
    Bogus,
    /// The records that would tell never came.
    Indeterminate,
}

/// Who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecuritySource {
    /// The engine validated the signatures itself.
    Validated,
    /// The AD bit of a resolver that the caller declared trusted (RFC 6840 §5.8).
    Resolver,
    /// Nobody: DNSSEC was not looked at.
    None,
}

/// Status and source together; a status never travels alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Security {
    /// What is believed.
    pub status: SecurityStatus,
    /// On whose word.
    pub source: SecuritySource,
}

impl Security {
    /// DNSSEC was not looked at.
    pub const NONE: Self = Self {
        status: SecurityStatus::Insecure,
        source: SecuritySource::None,
    };
}
