//! Policy and records for a goal (RFC 8461 §3, §8.1; RFC 8460 §3; RFC 7671 §8.1), refused where the engine's own
//! parsers would; with warnings where `mode: enforce` would hold back mail that flows today.

use core::net::IpAddr;

use serde::Serialize;

use super::hosts::Host;
use super::policy_text::{Known, PublishedPolicy, announcement, content, write_policy};
use super::policy_world::PolicyState;
use super::rollover::PlanError;
use super::zone::{PublishedRecord, zone_file};
use crate::bytes::Bytes;
use crate::dane::{tlsa_for, tlsa_name};
use crate::facts::{Facts, HostFacts, Outcome};
use crate::finding::{Checked, Finding, RrsetStatus, codes::decide, codes::plan as codes};
use crate::mta_sts::{self, Mode, PolicyAnswer};
use crate::name::Name;
use crate::security::SecurityStatus;
use crate::time::Time;
use crate::tlsrpt;
use crate::value::read_struct;

/// What to publish for, and what is known.
#[derive(Debug, Clone)]
pub struct PublishRequest {
    /// The policy domain.
    pub domain: Name,
    /// The mode; `testing` where nothing is said.
    pub goal: Option<Mode>,
    /// Seconds; a week for `enforce`, else a day.
    pub max_age: Option<u32>,
    /// The `mx` lines; the hosts where there are none.
    pub mx: Vec<String>,
    /// The mail hosts; those of the facts where there are none.
    pub hosts: Vec<HostRequest>,
    /// Where reports go.
    pub rua: Vec<String>,
    /// Addresses of `mta-sts.<domain>`, or the one name it is an alias of.
    pub policy_host: Vec<String>,
    /// TTL of the records.
    pub ttl: Option<u32>,
    /// SMTP port of TLSA records.
    pub port: Option<u16>,
    /// What is published now; what the facts say where it is empty.
    pub previous: PolicyState,
    /// How many sessions TLS reports told of while the policy was in `testing`.
    pub reported_sessions: Option<u32>,
    /// How many of these failed.
    pub reported_failures: Option<u32>,
    /// A live check.
    pub facts: Option<Facts>,
    /// Roots by which certificates are judged, DER; none: what the facts say stands.
    pub roots: Vec<Bytes>,
    /// Now.
    pub at: Time,
}

read_struct!(PublishRequest {
    domain: "domain",
    goal: "goal" or default,
    max_age: "maxAge" or default,
    mx: "mx" or default,
    hosts: "hosts" or default,
    rua: "rua" or default,
    policy_host: "policyHost" or default,
    ttl: "ttl" or default,
    port: "port" or default,
    previous: "previous" or default,
    reported_sessions: "reportedSessions" or default,
    reported_failures: "reportedFailures" or default,
    facts: "facts" or default,
    roots: "roots" or default,
    at: "at",
});

/// One mail host as the caller knows it.
#[derive(Debug, Clone)]
pub struct HostRequest {
    /// Its name.
    pub host: Name,
    /// The chain it shows now, DER, leaf first; empty where it is not known.
    pub chain: Vec<Bytes>,
    /// Certificate or public key to come, DER or PEM; empty where there is none.
    pub next: Bytes,
    /// Whether TLSA records are wanted; where nothing is said: if there is a chain or a next one.
    pub tlsa: Option<bool>,
}

read_struct!(HostRequest {
    host: "host",
    chain: "chain" or default,
    next: "next" or default,
    tlsa: "tlsa" or default,
});

/// What to publish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    /// The policy domain.
    pub domain: Name,
    /// The policy file.
    pub policy: PublishedPolicy,
    /// Whether it differs from the one before, and so its id.
    pub changed: bool,
    /// All records.
    pub records: Vec<PublishedRecord>,
    /// The same as lines of a zone file.
    pub zone: String,
}

/// What to publish, or why the engine would not have it.
pub type Publication = Checked<Published>;

/// Makes policy and records.
///
/// ```
/// use mxseal::plan::{PublishRequest, publish};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let request: PublishRequest = mxseal::from_json(r#"{
///     "domain": "example.com", "goal": "testing", "mx": ["mx.example.com"],
///     "rua": ["mailto:tls-reports@example.com"], "at": "2026-03-01T12:00:00Z"
/// }"#)?;
/// let publication = publish(&request)?;
/// let published = publication.value.ok_or("refused")?;
/// assert_eq!(published.policy.text, "version: STSv1\r\nmode: testing\r\nmx: mx.example.com\r\nmax_age: 86400\r\n");
/// assert_eq!(published.records[1].line,
///     "_smtp._tls.example.com. 3600 IN TXT \"v=TLSRPTv1; rua=mailto:tls-reports@example.com\"");
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// A [`PlanError`] where a name is none that mail or a policy can have.
pub fn publish(request: &PublishRequest) -> Result<Publication, PlanError> {
    let owners = Owners::of(request)?;
    let mut findings = Vec::new();
    let hosts = hosts(request);
    let before = before(request, &mut findings);
    let mode = request.goal.unwrap_or(Mode::Testing);
    let max_age = request.max_age.map_or(
        match mode {
            Mode::Enforce => WEEK,
            Mode::Testing | Mode::None => DAY,
        },
        u64::from,
    );
    let mx = match (request.mx.is_empty(), mode) {
        (false, _) => request.mx.clone(),
        // RFC 8461 §3.2: `mode: none` needs no `mx`.
        (true, Mode::None) => Vec::new(),
        (true, _) => hosts.iter().map(|host| host.name.to_string()).collect(),
    };
    let policy = write_policy(&request.domain, mode, max_age, &mx, &before);
    findings.extend(policy.findings);
    let mut records = Vec::new();
    let ttl = request.ttl.unwrap_or(TTL);
    if let Some(policy) = &policy.value {
        records.push(PublishedRecord::txt(
            owners.sts,
            ttl,
            &announcement(&policy.id),
        ));
        if mode != Mode::None {
            for host in &hosts {
                host.judge(&policy.mx, &request.roots, request.at, &mut findings);
            }
        }
        if mode == Mode::Enforce {
            readiness(request, &before, &mut findings);
        }
    }
    reports_to(request, owners.tls_rpt, ttl, &mut records, &mut findings);
    policy_host(
        request,
        &owners.policy_host,
        ttl,
        &mut records,
        &mut findings,
    );
    for (host, owner) in hosts.iter().zip(&owners.tlsa) {
        if host.tlsa {
            tlsa(request, host, owner, ttl, &mut records, &mut findings);
        }
    }
    let checked = Checked {
        value: policy.value,
        findings,
    };
    let broken = checked.is_broken();
    Ok(Checked {
        value: checked.value.filter(|_| !broken).map(|policy| Published {
            domain: request.domain.clone(),
            changed: before.policy.as_ref().map(content)
                != policy.known().policy.as_ref().map(content),
            zone: zone_file(&records),
            policy,
            records,
        }),
        findings: checked.findings,
    })
}

const DAY: u64 = 86_400;
const WEEK: u64 = 604_800;
const TTL: u32 = 3_600;
const PORT: u16 = 25;

/// The names that records stand at.
struct Owners {
    sts: Name,
    tls_rpt: Name,
    policy_host: Name,
    tlsa: Vec<Name>,
}

impl Owners {
    fn of(request: &PublishRequest) -> Result<Self, PlanError> {
        let domain = &request.domain;
        let below = |label: &str| {
            (domain.is_host_name())
                .then(|| domain.child(label).ok())
                .flatten()
                .ok_or_else(|| PlanError::of(domain))
        };
        let port = request.port.unwrap_or(PORT);
        let tlsa = hosts(request)
            .iter()
            .map(|host| {
                (host.name.is_host_name())
                    .then(|| tlsa_name(&host.name, port))
                    .flatten()
                    .ok_or_else(|| PlanError::of(&host.name))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            sts: below("_mta-sts")?,
            tls_rpt: below("_smtp._tls")?,
            policy_host: below("mta-sts")?,
            tlsa,
        })
    }
}

/// The caller's hosts, with what was seen of them; else those that were seen.
fn hosts(request: &PublishRequest) -> Vec<Host> {
    let seen: &[HostFacts] = request.facts.as_ref().map_or(&[], |facts| &facts.hosts);
    if request.hosts.is_empty() {
        return seen.iter().map(Host::seen).collect();
    }
    request
        .hosts
        .iter()
        .map(|given| {
            let facts = seen.iter().find(|facts| facts.host == given.host);
            let mut host = facts.map_or_else(|| Host::new(&given.host), Host::seen);
            if !given.chain.is_empty() {
                host.show(&given.chain);
            }
            host.next.clone_from(&given.next);
            host.tlsa = given
                .tlsa
                .unwrap_or(!(given.chain.is_empty() && given.next.is_empty()));
            host
        })
        .collect()
}

/// What is published now, by the caller's word or by the facts.
fn before(request: &PublishRequest, findings: &mut Vec<Finding>) -> Known {
    let given = &request.previous;
    let (body, id) = match &request.facts {
        Some(facts) if given.is_empty() => {
            let body = match &facts.policy.answer {
                Some(PolicyAnswer::Policy { body, .. }) => body.clone(),
                _ => Bytes::default(),
            };
            let record = mta_sts::parse_record(&facts.sts_txt.records).value;
            (body, record.map(|record| record.id))
        }
        _ => (given.policy.clone(), given.id.clone()),
    };
    let known = Known::new(&body, id.as_deref());
    if !body.is_empty() && known.policy.is_none() {
        findings.push(Finding::new(&codes::PUBLISH_PREVIOUS, &request.domain, &[]));
    }
    known
}

/// What should come before `mode: enforce` (RFC 8461 §5: testing, and reports on it).
fn readiness(request: &PublishRequest, before: &Known, findings: &mut Vec<Finding>) {
    let domain = &request.domain;
    let announced = request.facts.as_ref().is_some_and(|facts| {
        tlsrpt::parse_record(&facts.tls_rpt_txt.records).status == RrsetStatus::Valid
    });
    if request.rua.is_empty() && !announced {
        findings.push(Finding::new(&codes::PUBLISH_NO_REPORTS, domain, &[domain]));
    }
    match before.policy.as_ref().map(|policy| policy.mode) {
        Some(Mode::Enforce) => return,
        Some(Mode::Testing) => {}
        Some(Mode::None) | None => {
            findings.push(Finding::new(&codes::PUBLISH_UNTESTED, domain, &[]));
        }
    }
    match (
        request.reported_sessions.unwrap_or_default(),
        request.reported_failures.unwrap_or_default(),
    ) {
        (0, _) => findings.push(Finding::new(
            &codes::PUBLISH_REPORTS_UNSEEN,
            domain,
            &[domain],
        )),
        (_, 0) => {}
        (sessions, failures) => {
            let entry = &codes::PUBLISH_REPORTS_FAILING;
            findings.push(Finding::new(entry, domain, &[&failures, &sessions]));
        }
    }
}

/// `_smtp._tls`, as the engine's parser takes it: every destination, and nothing else.
fn reports_to(
    request: &PublishRequest,
    owner: Name,
    ttl: u32,
    records: &mut Vec<PublishedRecord>,
    findings: &mut Vec<Finding>,
) {
    let domain = &request.domain;
    if request.rua.is_empty() {
        let asked = request
            .facts
            .as_ref()
            .map(|facts| facts.tls_rpt_txt.outcome);
        if matches!(asked, None | Some(Outcome::NoData | Outcome::Nxdomain)) {
            let entry = &decide::TLSRPT_NOT_CONFIGURED;
            findings.push(Finding::new(entry, domain, &[domain]));
        }
        return;
    }
    let text = format!("v=TLSRPTv1; rua={}", request.rua.join(","));
    let outcome = tlsrpt::parse_record(&[&text]);
    findings.extend(outcome.findings);
    let read = outcome.value.unwrap_or(tlsrpt::Record {
        rua: Vec::new(),
        extensions: Vec::new(),
    });
    for given in request.rua.iter().filter(|given| !read.rua.contains(given)) {
        findings.push(Finding::new(&codes::PUBLISH_RUA, domain, &[given]));
    }
    records.push(PublishedRecord::txt(owner, ttl, &text));
}

/// Where the policy host is (RFC 8461 §3.3, §8.2).
fn policy_host(
    request: &PublishRequest,
    owner: &Name,
    ttl: u32,
    records: &mut Vec<PublishedRecord>,
    findings: &mut Vec<Finding>,
) {
    for text in &request.policy_host {
        let target = Name::parse(text).ok().filter(Name::is_host_name);
        match (text.parse::<IpAddr>(), target) {
            (Ok(address), _) => records.push(PublishedRecord::address(owner, ttl, address)),
            // RFC 1034 §3.6.2: nothing stands beside an alias.
            (Err(_), Some(target)) if request.policy_host.len() == 1 && target != *owner => {
                records.push(PublishedRecord::alias(owner, ttl, &target));
            }
            _ => findings.push(Finding::new(
                &codes::PUBLISH_POLICY_HOST,
                &request.domain,
                &[text, owner],
            )),
        }
    }
}

/// `3 1 1` of the keys in use and of the next one (RFC 7672 §3.1, RFC 7671 §8.1).
fn tlsa(
    request: &PublishRequest,
    host: &Host,
    owner: &Name,
    ttl: u32,
    records: &mut Vec<PublishedRecord>,
    findings: &mut Vec<Finding>,
) {
    let name = &host.name;
    let shown = host
        .sessions
        .iter()
        .filter_map(|observed| observed.session.chain.first());
    let next = Some(&host.next).filter(|next| !next.is_empty());
    let inputs: Vec<&Bytes> = shown.chain(next).collect();
    if inputs.is_empty() {
        let why = "neither a certificate nor a key is known";
        findings.push(Finding::new(&codes::PUBLISH_TLSA, name, &[name, &why]));
    }
    let mut made = Vec::new();
    for input in inputs {
        match tlsa_for(input, 3, 1, 1) {
            Ok(tlsa) if made.contains(&tlsa) => {}
            Ok(tlsa) => {
                records.push(PublishedRecord::tlsa(owner, ttl, &tlsa));
                made.push(tlsa);
            }
            Err(error) => findings.push(Finding::new(&codes::PUBLISH_TLSA, name, &[name, &error])),
        }
    }
    if made.len() == 1 {
        findings.push(Finding::new(&codes::TLSA_NEXT_MISSING, name, &[name]));
    }
    let Some(facts) = &request.facts else {
        return;
    };
    let secure = |status: SecurityStatus| status == SecurityStatus::Secure;
    let seen = facts.hosts.iter().find(|facts| facts.host == *name);
    let why = if !secure(facts.mx.security.status) {
        "the MX records are not signed"
    } else if seen
        .is_some_and(|seen| !secure(seen.a.security.status) && !secure(seen.aaaa.security.status))
    {
        "its addresses are not signed"
    } else {
        return;
    };
    let entry = &codes::PUBLISH_TLSA_INEFFECTIVE;
    findings.push(Finding::new(entry, name, &[name, &why]));
}
