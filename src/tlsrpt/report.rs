//! A report (RFC 8460 §4.4) as it is read and written: every member of the RFC has its field, and what the RFC does
//! not name or nobody could read stands in `extensions`. Values are as their sender wrote them.

use serde::Serialize;

use crate::time::Time;
use crate::value::read_struct;

/// Members beside those of the RFC, or that could not be read: name and value, the value as JSON text.
pub type Extensions = Vec<(String, String)>;

/// One report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Who reports.
    pub organization_name: Option<String>,
    /// The time it covers.
    pub date_range: DateRange,
    /// The mail address of whoever is responsible.
    pub contact_info: Option<String>,
    /// What tells it apart from others of the same organisation.
    pub report_id: Option<String>,
    /// One for each policy that applied.
    pub policies: Vec<ReportedPolicy>,
    /// Anything else, that of the date range as `date-range.…`.
    pub extensions: Extensions,
}

read_struct!(Report {
    organization_name: "organizationName" or default,
    date_range: "dateRange",
    contact_info: "contactInfo" or default,
    report_id: "reportId" or default,
    policies: "policies",
    extensions: "extensions" or default,
});

/// From when to when.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DateRange {
    /// The first moment.
    pub start_datetime: Option<Time>,
    /// The last one.
    pub end_datetime: Option<Time>,
}

read_struct!(DateRange {
    start_datetime: "startDatetime" or default,
    end_datetime: "endDatetime" or default,
});

/// What sessions came to under one policy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportedPolicy {
    /// The policy.
    pub policy: PolicyDescription,
    /// How many sessions there were.
    pub summary: SessionCounts,
    /// The failures, told apart.
    pub failure_details: Vec<FailureDetail>,
    /// Anything else.
    pub extensions: Extensions,
}

read_struct!(ReportedPolicy {
    policy: "policy",
    summary: "summary",
    failure_details: "failureDetails" or default,
    extensions: "extensions" or default,
});

/// A policy as the sender applied it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyDescription {
    /// `tlsa`, `sts`, `no-policy-found`, or what else was written.
    pub policy_type: Option<String>,
    /// A TLSA record or a line of the policy each.
    pub policy_string: Vec<String>,
    /// The domain it is about.
    pub policy_domain: Option<String>,
    /// Patterns of the policy.
    pub mx_host: Vec<String>,
    /// Anything else.
    pub extensions: Extensions,
}

read_struct!(PolicyDescription {
    policy_type: "policyType" or default,
    policy_string: "policyString" or default,
    policy_domain: "policyDomain" or default,
    mx_host: "mxHost" or default,
    extensions: "extensions" or default,
});

/// Sessions under one policy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionCounts {
    /// Those that went as the policy asks.
    pub total_successful_session_count: Option<u64>,
    /// Those that did not.
    pub total_failure_session_count: Option<u64>,
    /// Anything else.
    pub extensions: Extensions,
}

read_struct!(SessionCounts {
    total_successful_session_count: "totalSuccessfulSessionCount" or default,
    total_failure_session_count: "totalFailureSessionCount" or default,
    extensions: "extensions" or default,
});

/// Sessions that failed in one way, with one host.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailureDetail {
    /// An IANA result type, or what else was written.
    pub result_type: Option<String>,
    /// The sender's address.
    pub sending_mta_ip: Option<String>,
    /// The MX host.
    pub receiving_mx_hostname: Option<String>,
    /// The name it greeted with.
    pub receiving_mx_helo: Option<String>,
    /// Its address.
    pub receiving_ip: Option<String>,
    /// How many sessions.
    pub failed_session_count: Option<u64>,
    /// A URI.
    pub additional_information: Option<String>,
    /// A code, or words.
    pub failure_reason_code: Option<String>,
    /// Anything else.
    pub extensions: Extensions,
}

read_struct!(FailureDetail {
    result_type: "resultType" or default,
    sending_mta_ip: "sendingMtaIp" or default,
    receiving_mx_hostname: "receivingMxHostname" or default,
    receiving_mx_helo: "receivingMxHelo" or default,
    receiving_ip: "receivingIp" or default,
    failed_session_count: "failedSessionCount" or default,
    additional_information: "additionalInformation" or default,
    failure_reason_code: "failureReasonCode" or default,
    extensions: "extensions" or default,
});
