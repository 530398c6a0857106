//! What one session came to under one policy (RFC 8460 §4.3), as a report counts it. It is decided elsewhere.

use serde::{Deserialize, Serialize};

use crate::name::Name;
use crate::result_type::ResultType;
use crate::value::read_struct;

/// The three policy types of RFC 8460 §4.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyType {
    /// DANE.
    Tlsa,
    /// MTA-STS.
    Sts,
    /// Neither.
    NoPolicyFound,
}

/// A policy under which a session falls, in the words of a report (RFC 8460 §4.4), with its failure if it
/// has one: of the policy itself (`HostVerdict.policies`) or of the session (`SessionVerdict.results`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HostPolicy {
    /// Which kind.
    pub policy_type: PolicyType,
    /// The recipient domain.
    pub policy_domain: Name,
    /// The policy as served, a line or record each.
    pub policy_string: Vec<String>,
    /// The hosts or patterns it names.
    pub mx_host: Vec<String>,
    /// How it failed; `None` = it did not.
    pub result_type: Option<ResultType>,
    /// The failure-reason-code.
    pub reason: Option<String>,
}

read_struct!(HostPolicy {
    policy_type: "policyType",
    policy_domain: "policyDomain",
    policy_string: "policyString",
    mx_host: "mxHost",
    result_type: "resultType",
    reason: "reason",
});
