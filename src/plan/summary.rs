//! Many reports in one: by domain, day, policy type, result type, sender and MX host. A report that came twice counts
//! once (RFC 8460 §5.3). A session counts in every policy that applied to it, as its sender counted it.

use core::cmp::Reverse;

use serde::Serialize;

use crate::limits;
use crate::ordered::{Map, Set, by_key};
use crate::time::Time;
use crate::tlsrpt::{Report, ReportedPolicy};
use crate::value::read_struct;

/// What reports amount to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Those that counted.
    pub reports: u64,
    /// Those that came again, by organisation and report id.
    pub duplicates: u64,
    /// Most failures first.
    pub domains: Vec<DomainSummary>,
}

/// One policy domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DomainSummary {
    /// Its name; `None`: the reports do not say.
    pub domain: Option<String>,
    /// Sessions that went as the policy asks.
    pub successful: u64,
    /// Sessions that did not.
    pub failed: u64,
    /// Failed ones of 1,000.
    pub failing_per_mille: u64,
    /// The start of the first report.
    pub first_seen: Option<Time>,
    /// The end of the last.
    pub last_seen: Option<Time>,
    /// By UTC day.
    pub days: Vec<SummaryGroup>,
    /// By policy type.
    pub policy_types: Vec<SummaryGroup>,
    /// By result type: failures only.
    pub result_types: Vec<SummaryGroup>,
    /// By organisation.
    pub senders: Vec<SummaryGroup>,
    /// By MX host: failures only.
    pub hosts: Vec<SummaryGroup>,
    /// Every way of failing.
    pub failures: Vec<FailureSummary>,
}

/// Sessions of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SummaryGroup {
    /// Of which kind; `None`: not told, or one of too many.
    pub name: Option<String>,
    /// `None` where reports count failures only.
    pub successful: Option<u64>,
    /// Those that failed.
    pub failed: u64,
    /// Failed ones of 1,000: at least 1 where any did, at most 999 where any did not.
    pub failing_per_mille: Option<u64>,
    /// The start of the first report.
    pub first_seen: Option<Time>,
    /// The end of the last.
    pub last_seen: Option<Time>,
}

/// One way of failing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailureSummary {
    /// Under which policy.
    pub policy_type: Option<String>,
    /// How.
    pub result_type: Option<String>,
    /// The failure-reason-code.
    pub reason: Option<String>,
    /// With which host.
    pub mx: Option<String>,
    /// Sessions.
    pub failed: u64,
    /// Who saw it.
    pub organizations: Vec<String>,
    /// The policy as the last report has it.
    pub policy_string: Vec<String>,
    /// The start of the first report.
    pub first_seen: Option<Time>,
    /// The end of the last.
    pub last_seen: Option<Time>,
}

read_struct!(FailureSummary {
    policy_type: "policyType",
    result_type: "resultType",
    reason: "reason",
    mx: "mx",
    failed: "failed",
    organizations: "organizations",
    policy_string: "policyString",
    first_seen: "firstSeen",
    last_seen: "lastSeen",
});

/// Sums up reports.
#[must_use]
pub fn summarize_reports(reports: &[Report]) -> Summary {
    let mut table = Table::default();
    let mut seen = Set::new();
    let mut duplicates = 0_u64;
    for report in reports {
        // Without an id nobody knows.
        let id = (report.organization_name.clone(), report.report_id.clone());
        if id.1.is_some() && !seen.insert(id) {
            duplicates = duplicates.saturating_add(1);
            continue;
        }
        for policy in &report.policies {
            table.add(report, policy);
        }
    }
    let all = u64::try_from(reports.len()).unwrap_or(u64::MAX);
    Summary {
        reports: all.saturating_sub(duplicates),
        duplicates,
        domains: table.close(),
    }
}

/// `failed` of 1,000, never rounded to none or all.
fn per_mille(successful: u64, failed: u64) -> u64 {
    let all = u128::from(successful).saturating_add(u128::from(failed));
    let rounded = (u128::from(failed) * 1000)
        .saturating_add(all / 2)
        .checked_div(all)
        .unwrap_or_default();
    match u64::try_from(rounded).unwrap_or(1000) {
        0 if failed > 0 => 1,
        1000 if successful > 0 => 999,
        share => share,
    }
}

/// What a cell counts; the order is that of the lists of a [`DomainSummary`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum List {
    Whole,
    Days,
    PolicyTypes,
    ResultTypes,
    Senders,
    Hosts,
    Failures,
}

/// Domain, list, and what tells the cells of the list apart.
type Key = (Option<String>, List, Vec<Option<String>>);

#[derive(Default)]
struct Cell {
    successful: u64,
    failed: u64,
    first_seen: Option<Time>,
    last_seen: Option<Time>,
    organizations: Set<String>,
    policy_string: Vec<String>,
}

#[derive(Default)]
struct Table(Map<Key, Cell>);

impl Table {
    fn add(&mut self, report: &Report, reported: &ReportedPolicy) {
        let (policy, summary) = (&reported.policy, &reported.summary);
        let domain = policy.policy_domain.as_deref().map(str::to_ascii_lowercase);
        let range = &report.date_range;
        let day = range.start_datetime.or(range.end_datetime).map(|time| {
            let text = time.to_string();
            text.split('T').next().unwrap_or_default().to_owned()
        });
        let told = reported.failure_details.iter().fold(0_u64, |sum, detail| {
            sum.saturating_add(detail.failed_session_count.unwrap_or_default())
        });
        let whole = Count {
            report,
            policy: &policy.policy_string,
            successful: summary.total_successful_session_count.unwrap_or_default(),
            // Where a report has no total, its details are what is known.
            failed: summary.total_failure_session_count.unwrap_or(told),
        };
        for (list, name) in [
            (List::Whole, None),
            (List::Days, day),
            (List::PolicyTypes, policy.policy_type.clone()),
            (List::Senders, report.organization_name.clone()),
        ] {
            self.count((domain.clone(), list, vec![name]), &whole);
        }
        for detail in &reported.failure_details {
            let count = Count {
                successful: 0,
                failed: detail.failed_session_count.unwrap_or_default(),
                ..whole
            };
            let mx = detail.receiving_mx_hostname.as_deref();
            let mx = mx.map(|mx| mx.trim_end_matches('.').to_ascii_lowercase());
            let result = detail.result_type.clone();
            let failure = vec![
                policy.policy_type.clone(),
                result.clone(),
                detail.failure_reason_code.clone(),
                mx.clone(),
            ];
            self.count((domain.clone(), List::ResultTypes, vec![result]), &count);
            self.count((domain.clone(), List::Hosts, vec![mx]), &count);
            self.count((domain.clone(), List::Failures, failure), &count);
        }
    }

    fn count(&mut self, mut key: Key, count: &Count<'_>) {
        // Beyond the bound what is new is not told apart.
        if self.0.len() >= limits::SUMMARY_CELLS && !self.0.contains_key(&key) {
            key.2.fill(None);
            if !self
                .0
                .contains_key(&(key.0.clone(), List::Whole, vec![None]))
            {
                key.0 = None;
            }
        }
        let Some(cell) = self.0.entry(key) else {
            return;
        };
        let range = &count.report.date_range;
        let (start, end) = (
            range.start_datetime.or(range.end_datetime),
            range.end_datetime.or(range.start_datetime),
        );
        if cell.last_seen <= end {
            cell.policy_string = count.policy.to_vec();
        }
        cell.successful = cell.successful.saturating_add(count.successful);
        cell.failed = cell.failed.saturating_add(count.failed);
        cell.first_seen = cell.first_seen.into_iter().chain(start).min();
        cell.last_seen = cell.last_seen.max(end);
        if cell.organizations.len() < limits::SUMMARY_ORGANIZATIONS {
            cell.organizations
                .extend(count.report.organization_name.clone());
        }
    }

    fn close(self) -> Vec<DomainSummary> {
        let mut domains: Vec<DomainSummary> = Vec::new();
        // `Whole` comes first of each domain.
        for ((domain, list, names), cell) in self.0.into_entries() {
            let share = per_mille(cell.successful, cell.failed);
            if list == List::Whole {
                domains.push(DomainSummary {
                    domain,
                    successful: cell.successful,
                    failed: cell.failed,
                    failing_per_mille: share,
                    first_seen: cell.first_seen,
                    last_seen: cell.last_seen,
                    days: Vec::new(),
                    policy_types: Vec::new(),
                    result_types: Vec::new(),
                    senders: Vec::new(),
                    hosts: Vec::new(),
                    failures: Vec::new(),
                });
                continue;
            }
            let Some(summary) = domains.last_mut() else {
                continue;
            };
            let mut names = names.into_iter();
            let mut next = || names.next().flatten();
            if list == List::Failures {
                summary.failures.push(FailureSummary {
                    policy_type: next(),
                    result_type: next(),
                    reason: next(),
                    mx: next(),
                    failed: cell.failed,
                    organizations: cell.organizations.into_iter().collect(),
                    policy_string: cell.policy_string,
                    first_seen: cell.first_seen,
                    last_seen: cell.last_seen,
                });
                continue;
            }
            let counts_successes = !matches!(list, List::ResultTypes | List::Hosts);
            let groups = match list {
                List::Days => &mut summary.days,
                List::PolicyTypes => &mut summary.policy_types,
                List::ResultTypes => &mut summary.result_types,
                List::Senders => &mut summary.senders,
                _ => &mut summary.hosts,
            };
            groups.push(SummaryGroup {
                name: next(),
                successful: counts_successes.then_some(cell.successful),
                failed: cell.failed,
                failing_per_mille: counts_successes.then_some(share),
                first_seen: cell.first_seen,
                last_seen: cell.last_seen,
            });
        }
        for domain in &mut domains {
            let failures = core::mem::take(&mut domain.failures);
            domain.failures = by_key(failures, |failure| Reverse(failure.failed));
        }
        by_key(domains, |domain| Reverse(domain.failed))
    }
}

struct Count<'a> {
    report: &'a Report,
    policy: &'a [String],
    successful: u64,
    failed: u64,
}
