//! The sender's policy cache as a pure machine (RFC 8461 §3.3, §5.1, §10.2):
//! (entry, what the record says, what a fetch brought, now) → (entry, policy in force, what next).
//! It stores nothing, fetches nothing and knows no clock.
//!
//! - A policy is in force while `now − fetched_at ≤ max_age`.
//! - Only a fetched valid policy replaces it, `mode: none` like any other.
//! - A first fetch needs a valid record; a refresh of a live policy does not.
//! - After a failure the same id waits five minutes, a new one does not.

use serde::{Deserialize, Serialize};

use super::{Mode, Policy};
use crate::finding::{Finding, codes::mta_sts as codes};
use crate::limits;
use crate::result_type::ResultType;
use crate::time::Time;
use crate::value::{self, Fields, read_from_fields, read_struct};

/// What a sender keeps about one policy domain.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CachedPolicy {
    /// The last valid policy, in force or not.
    pub policy: Option<Policy>,
    /// The id that the record named before that policy was fetched.
    pub id: Option<String>,
    /// When it was fetched.
    pub fetched_at: Option<Time>,
    /// The largest `max_age` ever fetched, in seconds: how long a removal must wait (RFC 8461 §8.3).
    pub largest_max_age: u64,
    /// The last fetch, whatever came of it.
    pub last_attempt: Option<LastAttempt>,
}

read_struct!(CachedPolicy {
    policy: "policy",
    id: "id",
    fetched_at: "fetchedAt",
    largest_max_age: "largestMaxAge",
    last_attempt: "lastAttempt",
});

/// One fetch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LastAttempt {
    /// When.
    pub at: Time,
    /// For which id; the cached policy's where the record named none.
    pub id: Option<String>,
    /// What came of it.
    pub outcome: AttemptOutcome,
}

read_struct!(LastAttempt {
    at: "at",
    id: "id",
    outcome: "outcome",
});

/// What came of a fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttemptOutcome {
    /// A valid policy.
    Fetched,
    /// None.
    Failed,
}

/// What the look-up of `_mta-sts` came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum TxtOutcome {
    /// One record, and it obeys the grammar.
    Valid {
        /// Its id.
        id: String,
    },
    /// None, by NXDOMAIN, NODATA or for want of one of this version.
    Absent,
    /// More than one.
    Multiple,
    /// One, and it breaks the grammar.
    Invalid,
    /// SERVFAIL, timeout, bogus: nothing is known.
    Error,
}

impl TxtOutcome {
    fn read(mut fields: Fields) -> Result<Self, value::Error> {
        match fields.kind()?.as_str() {
            "valid" => Ok(Self::Valid {
                id: fields.take("id")?,
            }),
            "absent" => Ok(Self::Absent),
            "multiple" => Ok(Self::Multiple),
            "invalid" => Ok(Self::Invalid),
            "error" => Ok(Self::Error),
            other => Err(value::Error::unknown_kind(other)),
        }
    }
}

read_from_fields!(TxtOutcome, TxtOutcome::read);

/// What the fetch came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum FetchOutcome {
    /// A valid policy.
    Fetched {
        /// The policy.
        policy: Policy,
    },
    /// None.
    Failed {
        /// What a TLS report says.
        result_type: ResultType,
        /// Why, as [`FetchResult::reason`](super::FetchResult::reason).
        reason: String,
    },
}

impl FetchOutcome {
    fn read(mut fields: Fields) -> Result<Self, value::Error> {
        match fields.kind()?.as_str() {
            "fetched" => Ok(Self::Fetched {
                policy: fields.take("policy")?,
            }),
            "failed" => Ok(Self::Failed {
                result_type: fields.take("resultType")?,
                reason: fields.take("reason")?,
            }),
            other => Err(value::Error::unknown_kind(other)),
        }
    }
}

read_from_fields!(FetchOutcome, FetchOutcome::read);

/// One step of the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CacheStep {
    /// What to keep from now on; `None` where nothing was ever had or tried.
    pub entry: Option<CachedPolicy>,
    /// The policy to apply now.
    pub in_force: Option<Policy>,
    /// What to do next.
    pub next: NextAction,
    /// With `wait`: the fetch is due, and may be made from then on. With `none` and a policy in
    /// force: when its refresh falls due.
    pub not_before: Option<Time>,
    /// What an administrator should know.
    pub findings: Vec<Finding>,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NextAction {
    /// Fetch the policy, and take another step with what comes.
    Fetch,
    /// The same, but not yet.
    Wait,
    /// Nothing.
    None,
}

/// Takes one step. Without `fetch` it says whether to fetch; with `fetch` it takes in what came.
/// `txt` is what the look-up before that fetch said (RFC 8461 §3.1), `at` is now.
///
/// ```
/// use mxseal::mta_sts::{NextAction, TxtOutcome, next_cache_state};
/// let txt = TxtOutcome::Valid { id: "1".into() };
/// let step = next_cache_state(None, &txt, None, "2026-03-01T00:00:00Z".parse().unwrap());
/// assert_eq!(step.next, NextAction::Fetch);
/// let step = next_cache_state(None, &TxtOutcome::Absent, None, "2026-03-01T00:00:00Z".parse().unwrap());
/// assert_eq!(step.next, NextAction::None);
/// ```
#[must_use]
pub fn next_cache_state(
    entry: Option<&CachedPolicy>,
    txt: &TxtOutcome,
    fetch: Option<&FetchOutcome>,
    at: Time,
) -> CacheStep {
    let mut findings = Vec::new();
    let before = entry.cloned().unwrap_or_default();
    let live_before = before.in_force(at).is_some();
    let announced = match txt {
        TxtOutcome::Valid { id } => Some(id.clone()),
        _ => None,
    };
    // A refresh that no record announces is for the version in hand.
    let id = announced.clone().or_else(|| before.id.clone());
    let mut after = before;
    let mut failure = None;
    match fetch {
        None => {}
        Some(FetchOutcome::Fetched { policy }) if announced.is_some() || live_before => {
            after = CachedPolicy {
                policy: Some(policy.clone()),
                id: id.clone(),
                fetched_at: Some(at),
                largest_max_age: after.largest_max_age.max(policy.max_age),
                last_attempt: Some(LastAttempt {
                    at,
                    id: id.clone(),
                    outcome: AttemptOutcome::Fetched,
                }),
            };
        }
        Some(FetchOutcome::Fetched { .. }) => {
            // RFC 8461 §3.1: without a valid record, discovery ends there.
            findings.push(Finding::new(&codes::CACHE_FETCH_UNASKED, OWNER, &[]));
        }
        Some(FetchOutcome::Failed { reason, .. }) => {
            failure = Some(reason);
            after.last_attempt = Some(LastAttempt {
                at,
                id: id.clone(),
                outcome: AttemptOutcome::Failed,
            });
        }
    }
    let in_force = after.in_force(at).cloned();
    report(&after, in_force.as_ref(), txt, failure, at, &mut findings);
    let (next, not_before) = next_action(
        &after,
        in_force.as_ref(),
        announced.as_ref(),
        id.as_ref(),
        at,
    );
    CacheStep {
        entry: (after != CachedPolicy::default()).then_some(after),
        in_force,
        next,
        not_before,
        findings,
    }
}

impl CachedPolicy {
    /// The policy while its life lasts: `at − fetched_at ≤ max_age` (RFC 8461 §5.1).
    #[must_use]
    pub fn in_force(&self, at: Time) -> Option<&Policy> {
        let policy = self.policy.as_ref()?;
        (at <= expiry(policy, self.fetched_at?)).then_some(policy)
    }

    /// When its life ends.
    #[must_use]
    pub fn expires_at(&self) -> Option<Time> {
        Some(expiry(self.policy.as_ref()?, self.fetched_at?))
    }

    /// RFC 8461 §3.3 suggests once a day, §10.2 not to wait for the end: a day or half the life,
    /// whichever is less. A clock that was set back (a fetch in the future) makes it due as well.
    fn refresh_at(&self, policy: &Policy) -> Option<Time> {
        let half = i64::try_from(policy.max_age.div_ceil(2)).unwrap_or(i64::MAX);
        Some(
            self.fetched_at?
                .plus(half.clamp(1, limits::POLICY_REFRESH_SECONDS)),
        )
    }

    /// RFC 8461 §3.3: after a failure five minutes or longer per version id. Until when, if so.
    fn held_back_until(&self, id: Option<&String>, at: Time) -> Option<Time> {
        let last = self.last_attempt.as_ref()?;
        let until = last.at.plus(limits::POLICY_RETRY_SECONDS);
        let holds = last.outcome == AttemptOutcome::Failed
            && last.id.as_ref() == id
            && last.at <= at
            && at < until;
        holds.then_some(until)
    }
}

fn expiry(policy: &Policy, fetched_at: Time) -> Time {
    fetched_at.plus(i64::try_from(policy.max_age).unwrap_or(i64::MAX))
}

fn next_action(
    entry: &CachedPolicy,
    in_force: Option<&Policy>,
    announced: Option<&String>,
    id: Option<&String>,
    at: Time,
) -> (NextAction, Option<Time>) {
    let refresh_at = in_force.and_then(|policy| entry.refresh_at(policy));
    let due = match (in_force, announced) {
        (None, announced) => announced.is_some(),
        (Some(_), Some(announced)) if entry.id.as_ref() != Some(announced) => true,
        (Some(_), _) => {
            refresh_at.is_none_or(|due| due <= at)
                || entry.fetched_at.is_some_and(|fetched| at < fetched)
        }
    };
    if !due {
        return (NextAction::None, refresh_at);
    }
    match entry.held_back_until(id, at) {
        Some(until) => (NextAction::Wait, Some(until)),
        None => (NextAction::Fetch, None),
    }
}

/// RFC 8461 §3.3, §10.2: an administrator hears of failed refreshes, unless the mode is `none`.
fn report(
    entry: &CachedPolicy,
    in_force: Option<&Policy>,
    txt: &TxtOutcome,
    failure: Option<&String>,
    at: Time,
    findings: &mut Vec<Finding>,
) {
    let ends = entry.expires_at().unwrap_or(at);
    let leaving = in_force.is_some_and(|policy| policy.mode == Mode::None);
    match txt {
        TxtOutcome::Error if !leaving => {
            findings.push(Finding::new(&codes::CACHE_RECORD_UNKNOWN, OWNER, &[]));
        }
        TxtOutcome::Absent | TxtOutcome::Multiple | TxtOutcome::Invalid
            if in_force.is_some() && !leaving =>
        {
            findings.push(Finding::new(&codes::CACHE_RECORD_LOST, OWNER, &[&ends]));
        }
        _ => {}
    }
    if in_force.is_none() && entry.policy.is_some() {
        findings.push(Finding::new(&codes::CACHE_EXPIRED, SUBJECT, &[&ends]));
    }
    let Some(reason) = failure else { return };
    if in_force.is_some() && !leaving {
        findings.push(Finding::new(
            &codes::CACHE_REFRESH_FAILED,
            SUBJECT,
            &[reason, &ends],
        ));
    } else if in_force.is_none() && matches!(txt, TxtOutcome::Valid { .. }) {
        findings.push(Finding::new(&codes::CACHE_NO_POLICY, SUBJECT, &[reason]));
    }
}

const OWNER: &str = "_mta-sts";
const SUBJECT: &str = super::policy_file::SUBJECT;
