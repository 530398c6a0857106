//! A report (RFC 8460 §4.4) as it is read and written: every member of the RFC has its field, and what the RFC does
//! not name or nobody could read stands in `extensions`. Values are as their sender wrote them.

use serde::Serialize;

use crate::time::Time;

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

/// From when to when.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DateRange {
    /// The first moment.
    pub start_datetime: Option<Time>,
    /// The last one.
    pub end_datetime: Option<Time>,
}

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

/// What a member is, as far as a reader or writer must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Text that must be there.
    Text,
    /// Text that need not be there.
    Remark,
    /// A URI that need not be there.
    Uri,
    PolicyType,
    ResultType,
    /// A domain name in A-labels.
    Domain,
    /// The name of a host that there need not have been.
    Host,
    /// The address of one.
    Address,
    /// Lines as served.
    Lines,
    /// Host names or patterns in A-labels.
    Patterns,
    Count,
    Time,
}

/// Where its value stands.
pub(super) enum Slot<'a> {
    Text(&'a mut Option<String>),
    Texts(&'a mut Vec<String>),
    Count(&'a mut Option<u64>),
    Time(&'a mut Option<Time>),
}

/// One member that is no object, by its name in RFC 8460 §4.4.
pub(super) type Member<'a> = (&'static str, Class, Slot<'a>);

impl Report {
    pub(super) fn members(&mut self) -> Vec<Member<'_>> {
        vec![
            (
                "organization-name",
                Class::Text,
                Slot::Text(&mut self.organization_name),
            ),
            (
                "contact-info",
                Class::Text,
                Slot::Text(&mut self.contact_info),
            ),
            ("report-id", Class::Text, Slot::Text(&mut self.report_id)),
        ]
    }
}

impl DateRange {
    pub(super) fn members(&mut self) -> Vec<Member<'_>> {
        vec![
            (
                "start-datetime",
                Class::Time,
                Slot::Time(&mut self.start_datetime),
            ),
            (
                "end-datetime",
                Class::Time,
                Slot::Time(&mut self.end_datetime),
            ),
        ]
    }
}

impl PolicyDescription {
    pub(super) fn members(&mut self) -> Vec<Member<'_>> {
        vec![
            (
                "policy-type",
                Class::PolicyType,
                Slot::Text(&mut self.policy_type),
            ),
            (
                "policy-string",
                Class::Lines,
                Slot::Texts(&mut self.policy_string),
            ),
            (
                "policy-domain",
                Class::Domain,
                Slot::Text(&mut self.policy_domain),
            ),
            ("mx-host", Class::Patterns, Slot::Texts(&mut self.mx_host)),
        ]
    }
}

impl SessionCounts {
    pub(super) fn members(&mut self) -> Vec<Member<'_>> {
        vec![
            (
                "total-successful-session-count",
                Class::Count,
                Slot::Count(&mut self.total_successful_session_count),
            ),
            (
                "total-failure-session-count",
                Class::Count,
                Slot::Count(&mut self.total_failure_session_count),
            ),
        ]
    }
}

impl FailureDetail {
    pub(super) fn members(&mut self) -> Vec<Member<'_>> {
        vec![
            (
                "result-type",
                Class::ResultType,
                Slot::Text(&mut self.result_type),
            ),
            (
                "sending-mta-ip",
                Class::Address,
                Slot::Text(&mut self.sending_mta_ip),
            ),
            (
                "receiving-mx-hostname",
                Class::Host,
                Slot::Text(&mut self.receiving_mx_hostname),
            ),
            (
                "receiving-mx-helo",
                Class::Remark,
                Slot::Text(&mut self.receiving_mx_helo),
            ),
            (
                "receiving-ip",
                Class::Address,
                Slot::Text(&mut self.receiving_ip),
            ),
            (
                "failed-session-count",
                Class::Count,
                Slot::Count(&mut self.failed_session_count),
            ),
            (
                "additional-information",
                Class::Uri,
                Slot::Text(&mut self.additional_information),
            ),
            (
                "failure-reason-code",
                Class::Remark,
                Slot::Text(&mut self.failure_reason_code),
            ),
        ]
    }
}
