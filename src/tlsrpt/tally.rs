//! Counts sessions into reports (RFC 8460 §4): one a policy domain and UTC day, told apart by policy, result type,
//! reason and addresses.
//!
//! Three tables, each with the whole count of what it tells apart: days of domains, policies in them, failures in
//! those. Each keeps the cells whose keys have the smallest SHA-256, up to its bound. Which those are does not depend
//! on the order they came in, so tallies add up to the same one in any order; and a cell that is kept was always
//! kept, so its count is exact. What a table does not tell apart is what the one above counts beyond it, so
//! sums stay right.

use core::net::IpAddr;

use super::outcome::{HostPolicy, PolicyType};
use super::report::{
    DateRange, FailureDetail, PolicyDescription, Report, ReportedPolicy, SessionCounts,
};
use super::tally_bytes::{Reader, put_texts, read_day_domain};
use crate::crypto::sha256;
use crate::limits;
use crate::name::Name;
use crate::ordered::by_key;
use crate::result_type::ResultType;
use crate::time::Time;

/// The ends of a session, as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Peer {
    /// The sender's address.
    pub sending_ip: Option<String>,
    /// The MX host.
    pub host: Option<String>,
    /// The name it greeted with.
    pub helo: Option<String>,
    /// Its address.
    pub receiving_ip: Option<String>,
}

/// Sessions, counted.
///
/// ```
/// use mxseal::tlsrpt::{HostPolicy, Peer, PolicyType, Tally};
/// let result = HostPolicy {
///     policy_type: PolicyType::NoPolicyFound,
///     policy_domain: "example.com".parse()?,
///     policy_string: vec![],
///     mx_host: vec![],
///     result_type: None,
///     reason: None,
/// };
/// let mut tally = Tally::default();
/// tally.add(&[result], &Peer::default(), "2026-03-01T12:00:00Z".parse()?, 1);
/// let reports = tally.reports("Sender", "tls@sender.example", None);
/// assert_eq!(reports[0].policies[0].summary.total_successful_session_count, Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Results in all.
    pub(super) total: u64,
    pub(super) tables: [Table; 3],
}

impl Default for Tally {
    fn default() -> Self {
        let table = |most, width| Table {
            most,
            width,
            cells: Vec::new(),
        };
        Self {
            total: 0,
            tables: [
                table(limits::TALLY_DOMAINS, TYPES.len().saturating_mul(WIDTH)),
                table(limits::TALLY_POLICIES, WIDTH),
                table(limits::TALLY_FAILURES, 1),
            ],
        }
    }
}

impl Tally {
    /// Counts a session `times` times: once in every policy that applied. Where one policy has two results, the
    /// first counts.
    pub fn add(&mut self, results: &[HostPolicy], peer: &Peer, at: Time, times: u64) {
        let [domains, policies, failures] = &mut self.tables;
        let mut seen: Vec<Key> = Vec::new();
        for result in results {
            let (mut key, kind) = (day_domain(result, at), kind_of(result.policy_type));
            let outcome = result.result_type.map_or(0, |result_type| {
                let place = RESULTS.iter().position(|one| *one == result_type);
                // A type that is registered later would be a general failure (RFC 8460 §4.3.3).
                place.unwrap_or(OTHER).saturating_add(1)
            });
            let above = key.clone();
            key.push(u8::try_from(kind).unwrap_or_default());
            put_texts(&mut key, &within(&result.policy_string, false));
            put_texts(&mut key, &within(&result.mx_host, true));
            let policy = hash(&key);
            if seen.contains(&policy) {
                continue;
            }
            seen.push(policy);
            self.total = self.total.saturating_add(times);
            let column = kind.saturating_mul(WIDTH).saturating_add(outcome);
            domains.count(above, column, times);
            policies.count(key, outcome, times);
            if let Some(outcome) = outcome.checked_sub(1) {
                let mut key = policy.to_vec();
                key.push(u8::try_from(outcome).unwrap_or_default());
                let name = |text: &str| Name::parse(text).map(|name| name.to_string()).ok();
                put_texts(
                    &mut key,
                    &[
                        clean(result.reason.as_deref()),
                        address(peer.sending_ip.as_deref()),
                        peer.host.as_deref().and_then(name).unwrap_or_default(),
                        clean(peer.helo.as_deref()),
                        address(peer.receiving_ip.as_deref()),
                    ],
                );
                failures.count(key, 0, times);
            }
        }
    }

    /// Adds what another one counted.
    pub fn merge(&mut self, other: &Self) {
        self.total = self.total.saturating_add(other.total);
        for (own, others) in self.tables.iter_mut().zip(&other.tables) {
            for (_, cell) in &others.cells {
                own.add(cell.clone());
            }
        }
    }

    /// Results of domains that are beyond the bound, which no report has.
    #[must_use]
    pub fn omitted(&self) -> u64 {
        let [domains, ..] = &self.tables;
        let told = domains.cells.iter().map(|(_, cell)| sum(&cell.counts));
        self.total.saturating_sub(told.fold(0, u64::saturating_add))
    }

    /// Leaves out the days that had ended by then.
    pub fn forget(&mut self, before: Time) {
        let omitted = self.omitted();
        let [domains, policies, failures] = &mut self.tables;
        domains
            .cells
            .retain(|(_, cell)| !has_ended(&cell.key, before));
        policies.cells.retain(|(_, cell)| {
            let above = cell
                .key
                .get(..day_domain_length(&cell.key))
                .unwrap_or_default();
            domains.find(&hash(above)).is_ok()
        });
        failures.cells.retain(|(_, cell)| {
            let above = cell.key.first_chunk().unwrap_or(&[0; 16]);
            policies.find(above).is_ok()
        });
        let told = domains.cells.iter().map(|(_, cell)| sum(&cell.counts));
        self.total = told.fold(omitted, u64::saturating_add);
    }

    /// One report a policy domain and UTC day (RFC 8460 §4.1), by day and domain; with `before` only for days that had ended by
    /// then. The report id is the day and the domain.
    #[must_use]
    pub fn reports(&self, organization: &str, contact: &str, before: Option<Time>) -> Vec<Report> {
        let [domains, policies, failures] = self.tables.each_ref().map(Table::sorted);
        let mut reports = Vec::new();
        for cell in domains {
            if before.is_some_and(|before| !has_ended(&cell.key, before)) {
                continue;
            }
            let Some((day, domain)) = read_day_domain(&mut Reader::new(&cell.key)) else {
                continue;
            };
            let mut left = cell.counts.clone();
            let mut reported = Vec::new();
            for policy in below(&policies, &cell.key) {
                let mut reader = Reader::new(policy.key.get(cell.key.len()..).unwrap_or_default());
                let kind = usize::from(reader.octet().unwrap_or_default());
                let texts = (reader.texts(), reader.texts());
                let from = kind.saturating_mul(WIDTH);
                for (left, counted) in left.iter_mut().skip(from).zip(&policy.counts) {
                    *left = left.saturating_sub(*counted);
                }
                let details = below(&failures, &hash(&policy.key));
                reported.push(entry(&domain, kind, texts, &policy.counts, details));
            }
            for (kind, counts) in left.chunks(WIDTH).enumerate() {
                if sum(counts) > 0 {
                    reported.push(entry(&domain, kind, (None, None), counts, &[]));
                }
            }
            let start = Time::from_unix(day.saturating_mul(DAY));
            let date = start.to_string();
            let date = date.split('T').next().unwrap_or_default();
            let sender = contact.rsplit('@').next().unwrap_or_default();
            reports.push(Report {
                organization_name: Some(organization.to_owned()),
                date_range: DateRange {
                    start_datetime: Some(start),
                    end_datetime: Some(start.plus(DAY - 1)),
                },
                contact_info: Some(contact.to_owned()),
                report_id: Some(format!("{date}.{domain}@{sender}")),
                policies: reported,
                extensions: Vec::new(),
            });
        }
        reports
    }
}

/// One policy of a report. What `counts` has beyond the details is told by its result type alone.
fn entry(
    domain: &str,
    kind: usize,
    (policy_string, mx_host): (Option<Vec<String>>, Option<Vec<String>>),
    counts: &[u64],
    details: &[&Cell],
) -> ReportedPolicy {
    let (succeeded, failed) = counts.split_first().unwrap_or((&0, &[]));
    let mut left = failed.to_vec();
    let mut failure_details = Vec::new();
    for cell in details {
        let mut reader = Reader::new(cell.key.get(16..).unwrap_or_default());
        let place = usize::from(reader.octet().unwrap_or_default());
        let mut texts = reader.texts().unwrap_or_default().into_iter();
        let mut next = || texts.next().filter(|text| !text.is_empty());
        let count = sum(&cell.counts);
        if let Some(left) = left.get_mut(place) {
            *left = left.saturating_sub(count);
        }
        failure_details.push(FailureDetail {
            result_type: result_type(place),
            failure_reason_code: next(),
            sending_mta_ip: next(),
            receiving_mx_hostname: next(),
            receiving_mx_helo: next(),
            receiving_ip: next(),
            failed_session_count: Some(count),
            ..FailureDetail::default()
        });
    }
    for (place, count) in left.into_iter().enumerate().filter(|(_, count)| *count > 0) {
        failure_details.push(FailureDetail {
            result_type: result_type(place),
            failed_session_count: Some(count),
            failure_reason_code: Some(OMITTED.to_owned()),
            ..FailureDetail::default()
        });
    }
    ReportedPolicy {
        policy: PolicyDescription {
            policy_type: TYPES.get(kind).map(|(_, word)| (*word).to_owned()),
            policy_string: policy_string.unwrap_or_default(),
            policy_domain: Some(domain.to_owned()),
            mx_host: mx_host.unwrap_or_default(),
            extensions: Vec::new(),
        },
        summary: SessionCounts {
            total_successful_session_count: Some(*succeeded),
            total_failure_session_count: Some(sum(failed)),
            extensions: Vec::new(),
        },
        failure_details,
        extensions: Vec::new(),
    }
}

/// The key of a cell, shortened.
type Key = [u8; 16];

/// Counts by key, for the keys with the smallest hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    most: usize,
    /// Counts of one cell.
    pub(super) width: usize,
    pub(super) cells: Vec<(Key, Cell)>,
}

/// What a key has been counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) key: Vec<u8>,
    pub(super) counts: Vec<u64>,
}

impl Table {
    fn count(&mut self, key: Vec<u8>, column: usize, times: u64) {
        let mut counts = vec![0; self.width];
        if let Some(count) = counts.get_mut(column) {
            *count = times;
        }
        self.add(Cell { key, counts });
    }

    pub(super) fn add(&mut self, cell: Cell) {
        let hash = hash(&cell.key);
        match self.find(&hash) {
            Ok(at) => {
                if let Some((_, own)) = self.cells.get_mut(at) {
                    for (own, more) in own.counts.iter_mut().zip(cell.counts) {
                        *own = own.saturating_add(more);
                    }
                }
            }
            Err(at) if at < self.most => {
                self.cells.insert(at, (hash, cell));
                self.cells.truncate(self.most);
            }
            Err(_) => {}
        }
    }

    fn find(&self, hash: &Key) -> Result<usize, usize> {
        self.cells.binary_search_by(|(known, _)| known.cmp(hash))
    }

    /// By key: cells of one holder stand together.
    fn sorted(&self) -> Vec<&Cell> {
        by_key(self.cells.iter().map(|(_, cell)| cell), |cell| {
            cell.key.as_slice()
        })
    }
}

/// The cells whose keys begin with that of their holder.
fn below<'a, 'b>(cells: &'b [&'a Cell], prefix: &[u8]) -> &'b [&'a Cell] {
    let from = cells.partition_point(|cell| cell.key.as_slice() < prefix);
    let rest = cells.get(from..).unwrap_or_default();
    let length = rest.partition_point(|cell| cell.key.starts_with(prefix));
    rest.get(..length).unwrap_or_default()
}

fn hash(key: &[u8]) -> Key {
    *sha256(key).first_chunk().unwrap_or(&[0; 16])
}

fn sum(counts: &[u64]) -> u64 {
    counts
        .iter()
        .fold(0, |sum, count| sum.saturating_add(*count))
}

/// Day, length of the domain, domain: no such key is the beginning of another.
fn day_domain(result: &HostPolicy, at: Time) -> Vec<u8> {
    let domain = result.policy_domain.to_string();
    let mut key = at.unix().div_euclid(DAY).to_be_bytes().to_vec();
    put_texts(&mut key, &[domain]);
    key
}

fn day_domain_length(key: &[u8]) -> usize {
    let mut reader = Reader::new(key);
    read_day_domain(&mut reader);
    key.len().saturating_sub(reader.rest().len())
}

fn has_ended(key: &[u8], before: Time) -> bool {
    let day = read_day_domain(&mut Reader::new(key)).map_or(0, |(day, _)| day);
    Time::from_unix(day.saturating_add(1).saturating_mul(DAY)) <= before
}

fn kind_of(policy_type: PolicyType) -> usize {
    TYPES
        .iter()
        .position(|(one, _)| *one == policy_type)
        .unwrap_or_default()
}

fn result_type(place: usize) -> Option<String> {
    let found = RESULTS.get(place).unwrap_or(&ResultType::ValidationFailure);
    Some(found.as_str().to_owned())
}

/// An address as RFC 5952 writes it; nothing where it is none.
fn address(text: Option<&str>) -> String {
    let address = text.and_then(|text| text.parse::<IpAddr>().ok());
    address
        .map(|address| address.to_string())
        .unwrap_or_default()
}

/// One line, no longer than need be: what a stranger's server said goes into a report.
fn clean(text: Option<&str>) -> String {
    let text = text.unwrap_or_default().chars().take(limits::TALLY_TEXT);
    text.map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Whole lines up to the bound; `ascii`: without those that a report can't have.
fn within(lines: &[String], ascii: bool) -> Vec<String> {
    let mut room = limits::TALLY_POLICY_OCTETS;
    let mut kept = Vec::new();
    for line in lines {
        let Some(less) = room.checked_sub(line.len().saturating_add(2)) else {
            break;
        };
        room = less;
        if !ascii || (!line.is_empty() && line.bytes().all(|byte| byte.is_ascii_graphic())) {
            kept.push(line.clone());
        }
    }
    kept
}

const DAY: i64 = 86_400;
/// What stands for addresses and reasons that are not told apart.
const OMITTED: &str = "details-omitted";
const TYPES: [(PolicyType, &str); 3] = [
    (PolicyType::Tlsa, "tlsa"),
    (PolicyType::Sts, "sts"),
    (PolicyType::NoPolicyFound, "no-policy-found"),
];
/// Success, and each result type.
const WIDTH: usize = RESULTS.len() + 1;
/// The place of `validation-failure`.
const OTHER: usize = 4;
/// Their places are in the files of tallies: new ones go to the end.
const RESULTS: [ResultType; 11] = [
    ResultType::StarttlsNotSupported,
    ResultType::CertificateHostMismatch,
    ResultType::CertificateNotTrusted,
    ResultType::CertificateExpired,
    ResultType::ValidationFailure,
    ResultType::TlsaInvalid,
    ResultType::DnssecInvalid,
    ResultType::DaneRequired,
    ResultType::StsPolicyFetchError,
    ResultType::StsPolicyInvalid,
    ResultType::StsWebpkiInvalid,
];
