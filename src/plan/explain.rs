//! What the failures that senders report come from, as far as a verdict on the domain can tell (RFC 8460 §4.3): a
//! failure that is seen now is explained by what is seen; one that is not is told as that. Failures of one explanation
//! for one host are one finding.

use std::borrow::Cow;

use super::summary::{FailureSummary, Summary};
use crate::dane;
use crate::decide::{HostPolicy, HostVerdict, PolicyType, Verdict};
use crate::finding::{Entry, Finding, Findings, codes::explain as codes};
use crate::name::Name;
use crate::ordered::by_key;
use crate::result_type::ResultType;
use crate::security::SecurityStatus;
use crate::value::{Value, read_struct};
use serde::Deserialize;

/// The failures of one policy domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainFailures {
    /// `None`: the reports do not say.
    pub domain: Option<String>,
    /// Every way of failing.
    pub failures: Vec<FailureSummary>,
}

read_struct!(DomainFailures {
    domain: "domain",
    failures: "failures",
});

/// Explains the failures of the verdict's domain; what the summary has of others is passed over.
#[must_use]
pub fn explain(summary: &Summary, verdict: &Verdict) -> Vec<Finding> {
    let domains = summary.domains.iter().map(|domain| DomainFailures {
        domain: domain.domain.clone(),
        failures: domain.failures.clone(),
    });
    explain_failures(&domains.collect::<Vec<_>>(), verdict)
}

/// The same from the failures alone.
#[must_use]
pub fn explain_failures(domains: &[DomainFailures], verdict: &Verdict) -> Vec<Finding> {
    let mut explained: Vec<Explanation> = Vec::new();
    for DomainFailures { domain, failures } in domains {
        if !is_about(domain.as_deref(), verdict) {
            continue;
        }
        for failure in failures {
            let one = explanation(failure, verdict);
            let known = explained
                .iter_mut()
                .find(|known| known.entry == one.entry && known.subject == one.subject);
            match known {
                Some(known) => known.failed = known.failed.saturating_add(failure.failed),
                None => explained.push(one),
            }
        }
    }
    let mut findings = Findings::default();
    for Explanation {
        entry,
        subject,
        failed,
        detail,
    } in by_key(explained, |one| one.entry.severity)
    {
        findings.raise(entry, || {
            Finding::new(entry, &subject, &[&failed, &subject, &detail])
        });
    }
    let omitted = &crate::finding::codes::report::FINDINGS_OMITTED;
    findings.close(omitted, &verdict.domain.to_string())
}

struct Explanation {
    entry: &'static Entry,
    subject: String,
    failed: u64,
    detail: String,
}

/// The policy domain is the recipient domain; for DANE RFC 8460 §1.1 has the TLSA base domain.
fn is_about(domain: Option<&str>, verdict: &Verdict) -> bool {
    let Some(domain) = domain else {
        return true;
    };
    let Ok(name) = Name::parse(domain) else {
        return false;
    };
    let mut hosts = verdict.hosts.iter();
    name == verdict.domain
        || hosts.any(|host| host.host == name || host.tlsa_base.as_ref() == Some(&name))
}

fn explanation(failure: &FailureSummary, verdict: &Verdict) -> Explanation {
    let word = failure.result_type.clone().unwrap_or_default();
    let (subject, (entry, detail)) = match named(failure, verdict) {
        Named::Gone(mx) => (mx, (&codes::HOST_GONE, Cow::Borrowed(""))),
        Named::All => {
            let mut hosts = verdict.hosts.iter();
            let found = hosts.find_map(|host| seen(failure, host).map(|found| (host, found)));
            match found {
                // What is wrong with a policy is wrong with the domain.
                Some((host, found)) if of_session(found.0) => (host.host.to_string(), found),
                Some((_, found)) => (verdict.domain.to_string(), found),
                None => {
                    let hosts: Vec<_> = verdict.hosts.iter().collect();
                    (verdict.domain.to_string(), unseen(failure, &hosts, verdict))
                }
            }
        }
        Named::Host(host) => {
            let found = seen(failure, host).unwrap_or_else(|| unseen(failure, &[host], verdict));
            (host.host.to_string(), found)
        }
    };
    Explanation {
        entry,
        subject,
        failed: failure.failed,
        detail: if detail.is_empty() {
            word
        } else {
            detail.into_owned()
        },
    }
}

enum Named<'a> {
    /// No host, or all of them.
    All,
    Host(&'a HostVerdict),
    Gone(String),
}

fn named<'a>(failure: &FailureSummary, verdict: &'a Verdict) -> Named<'a> {
    let is_of_policy = failure
        .result_type
        .as_deref()
        .is_some_and(|word| word.starts_with("sts-"));
    let Some(mx) = failure.mx.as_deref().filter(|_| !is_of_policy) else {
        return Named::All;
    };
    let name = Name::parse(mx).ok();
    let mut hosts = verdict.hosts.iter();
    match hosts.find(|host| Some(&host.host) == name.as_ref()) {
        Some(host) => Named::Host(host),
        None if verdict.hosts.is_empty() => Named::All,
        None => Named::Gone(mx.to_owned()),
    }
}

fn of_session(entry: &Entry) -> bool {
    let of_policy = [
        &codes::POLICY_UNREACHABLE,
        &codes::POLICY_INVALID,
        &codes::POLICY_CERTIFICATE,
    ];
    !of_policy.contains(&entry)
}

type Found = (&'static Entry, Cow<'static, str>);

/// What of this host is seen to explain the failure.
fn seen(failure: &FailureSummary, host: &HostVerdict) -> Option<Found> {
    let result_type = ResultType::deserialize(Value::Text(failure.result_type.clone()?)).ok()?;
    let policy_type = failure.policy_type.as_deref();
    let is_certificate = matches!(
        result_type,
        ResultType::CertificateHostMismatch
            | ResultType::CertificateNotTrusted
            | ResultType::CertificateExpired
            | ResultType::ValidationFailure
    );
    // RFC 8461 §4.1: a host outside the policy; senders call it a mismatch, or a general failure.
    let outside = host.sts.as_ref().is_some_and(|sts| sts.pattern.is_none());
    if outside && is_certificate && policy_type != Some("tlsa") {
        return Some((&codes::MX_NOT_IN_POLICY, Cow::Borrowed("")));
    }
    if result_type == ResultType::DaneRequired && host.tlsa_base.is_none() {
        return Some((&codes::DANE_REQUIRED, Cow::Borrowed("")));
    }
    let sessions = host.session.iter().flat_map(|session| &session.results);
    let mut results = sessions.chain(&host.policies);
    if is_certificate && policy_type == Some("tlsa") {
        // No sender words it like another.
        let failing = |result: &&HostPolicy| {
            result.policy_type == PolicyType::Tlsa
                && result.result_type.is_some_and(|own| {
                    !matches!(
                        own,
                        ResultType::StarttlsNotSupported | ResultType::DnssecInvalid
                    )
                })
        };
        return results
            .find(failing)
            .map(|_| (&codes::TLSA_NO_MATCH, Cow::Borrowed("")));
    }
    let result = results.find(|result| result.result_type == Some(result_type))?;
    let entry = match result_type {
        ResultType::StarttlsNotSupported => &codes::STARTTLS,
        ResultType::CertificateHostMismatch => &codes::CERTIFICATE_NAME,
        ResultType::CertificateNotTrusted => &codes::CERTIFICATE_TRUST,
        ResultType::CertificateExpired => &codes::CERTIFICATE_EXPIRED,
        ResultType::TlsaInvalid => &codes::TLSA_UNUSABLE,
        ResultType::DnssecInvalid => &codes::DNSSEC,
        ResultType::StsPolicyFetchError => &codes::POLICY_UNREACHABLE,
        ResultType::StsPolicyInvalid => &codes::POLICY_INVALID,
        ResultType::StsWebpkiInvalid => &codes::POLICY_CERTIFICATE,
        _ => &codes::SESSION,
    };
    Some((entry, Cow::Owned(result.reason.clone().unwrap_or_default())))
}

/// What there is to say of a failure that is not seen.
fn unseen(failure: &FailureSummary, hosts: &[&HostVerdict], verdict: &Verdict) -> Found {
    let nothing = Cow::Borrowed("");
    let word = failure.result_type.as_deref().unwrap_or_default();
    let mx = &verdict.facts.mx;
    let is_broken = matches!(
        mx.security.status,
        SecurityStatus::Bogus | SecurityStatus::Indeterminate
    );
    if word == "dnssec-invalid" && is_broken {
        return (&codes::DNSSEC, Cow::Owned(mx.why().to_owned()));
    }
    if failure.policy_type.as_deref() == Some("tlsa")
        && hosts.iter().any(|host| has_changed(failure, host))
    {
        return (&codes::TLSA_CHANGED, nothing);
    }
    // What the DNS and the policy host say is known without a connection.
    let needs_session =
        !word.starts_with("sts-") && !matches!(word, "dnssec-invalid" | "tlsa-invalid");
    let is_observed = hosts.iter().all(|host| host.session.is_some());
    if hosts.is_empty() || (needs_session && !is_observed) {
        (&codes::UNOBSERVED, nothing)
    } else {
        (&codes::MENDED, nothing)
    }
}

/// Whether the TLSA records that the reports name are others than those that stand now.
fn has_changed(failure: &FailureSummary, host: &HostVerdict) -> bool {
    let reported = failure.policy_string.iter();
    let mut reported = reported
        .filter_map(|line| dane::parse_tlsa_text(line).value)
        .peekable();
    reported.peek().is_some()
        && !host.tlsa.is_empty()
        && !reported.any(|tlsa| host.tlsa.contains(&tlsa))
}
