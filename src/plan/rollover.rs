//! Dated safe steps from what is to what shall be (RFC 7671 §8, RFC 8461 §8): which kind of change, and what both kinds
//! need to know.

use core::fmt;

use super::policy_change::{self, PolicyChange};
use super::schedule::Rollover;
use super::tlsa_change::{self, TlsaChange};
use crate::name::Name;
use crate::time::Time;
use crate::value::{self, Fields, read_from_fields};

/// A change, and the clock.
#[derive(Debug, Clone)]
pub struct RolloverRequest {
    /// What changes.
    pub change: Change,
    /// How long things take.
    pub timing: Timing,
}

/// What changes.
#[derive(Debug, Clone)]
pub enum Change {
    /// Key, certificate or TLSA parameters of one host.
    Tlsa(TlsaChange),
    /// Policy or MX hosts of a domain.
    Policy(PolicyChange),
}

/// The clock, and how long the DNS takes. Seconds.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// TTL of the RR set in question.
    pub ttl: u32,
    /// How long absence is cached: the least of the SOA record's TTL and its MINIMUM (RFC 2308 §5).
    pub negative_ttl: Option<u32>,
    /// Until every name server has a change.
    pub propagation: Option<u32>,
    /// When what is seen now was put in place.
    pub since: Option<Time>,
    /// Now.
    pub at: Time,
}

impl Timing {
    /// Seconds until every name server has a change.
    pub(super) fn spread(&self) -> i64 {
        self.propagation.map_or(0, i64::from)
    }

    /// The first time anybody can vouch for: not knowing when a step was done, no wait is cut short.
    pub(super) fn since(&self) -> Time {
        self.since.map_or(self.at, |since| since.min(self.at))
    }
}

impl RolloverRequest {
    fn read(mut fields: Fields) -> Result<Self, value::Error> {
        let timing = Timing {
            ttl: fields.take("ttl")?,
            negative_ttl: fields.take("negativeTtl")?,
            propagation: fields.take("propagation")?,
            since: fields.take("since")?,
            at: fields.take("at")?,
        };
        let change = match fields.kind()?.as_str() {
            "tlsa" => Change::Tlsa(fields.rest()?),
            "policy" => Change::Policy(fields.rest()?),
            other => return Err(value::Error::unknown_kind(other)),
        };
        Ok(Self { change, timing })
    }
}

read_from_fields!(RolloverRequest, RolloverRequest::read);

/// A mistake of the caller's: a name that is no mail host's or domain's, or too long to have records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanError(String);

impl PlanError {
    pub(super) fn of(name: &Name) -> Self {
        Self(name.to_string())
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no name that such records can stand at", self.0)
    }
}

impl core::error::Error for PlanError {}

/// Plans the change, and says which step one is at.
///
/// # Errors
/// A [`PlanError`] where a name is none that such records can stand at.
pub fn plan_rollover(request: &RolloverRequest) -> Result<Rollover, PlanError> {
    match &request.change {
        Change::Tlsa(change) => tlsa_change::plan(change, &request.timing),
        Change::Policy(change) => policy_change::plan(change, &request.timing),
    }
}
