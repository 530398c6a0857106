//! What failures come from: recorded checks, and failures as senders would report them. Every code of the room is hit.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic, in its helpers too"
)]

use std::collections::BTreeSet;
use std::path::Path;

use mxseal::{
    Check, DomainFailures, Evidence, FailureSummary, Lookup, ResultType, Security, SecuritySource,
    SecurityStatus, Severity, Verdict, codes, explain_failures, from_json,
};

fn verdict(domain: &str) -> Verdict {
    let path = format!("tests/evidence/{domain}.lab.json");
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let evidence: Evidence = from_json(&text).unwrap();
    Check::replay(&evidence, None).unwrap()
}

fn failure(policy_type: &str, result_type: &str, mx: Option<&str>) -> FailureSummary {
    FailureSummary {
        policy_type: Some(policy_type.to_owned()),
        result_type: Some(result_type.to_owned()),
        reason: None,
        mx: mx.map(str::to_owned),
        failed: 7,
        organizations: vec!["Sender".to_owned()],
        policy_string: vec![],
        first_seen: None,
        last_seen: None,
    }
}

fn told(verdict: &Verdict, failures: &[FailureSummary]) -> Vec<(String, String)> {
    let domain = DomainFailures {
        domain: Some(verdict.domain.to_string()),
        failures: failures.to_vec(),
    };
    explain_failures(&[domain], verdict)
        .into_iter()
        .map(|finding| {
            assert!(
                finding.message.contains('7') || finding.message.contains("14"),
                "{finding:?}"
            );
            (finding.code.to_string(), finding.subject)
        })
        .collect()
}

/// The lab's domain, what was reported (with its MX host, or none), and what that comes from.
const CASES: &[(&str, &str, &str, bool, &str)] = &[
    (
        "expired-cert",
        "sts",
        "certificate-expired",
        true,
        "failure-certificate-expired",
    ),
    (
        "wrong-name",
        "sts",
        "certificate-host-mismatch",
        true,
        "failure-certificate-name",
    ),
    (
        "self-signed",
        "sts",
        "certificate-not-trusted",
        true,
        "failure-certificate-trust",
    ),
    (
        "no-starttls",
        "sts",
        "starttls-not-supported",
        true,
        "failure-starttls-missing",
    ),
    (
        "expired-cert",
        "sts",
        "certificate-expired",
        false,
        "failure-certificate-expired",
    ),
    (
        "enforce-good",
        "sts",
        "certificate-expired",
        true,
        "failure-not-seen-now",
    ),
    (
        "enforce-good",
        "sts",
        "starttls-not-supported",
        true,
        "failure-not-seen-now",
    ),
    (
        "policy-expired-cert",
        "sts",
        "sts-webpki-invalid",
        false,
        "failure-policy-certificate",
    ),
    (
        "policy-html",
        "sts",
        "sts-policy-invalid",
        false,
        "failure-policy-invalid",
    ),
    (
        "policy-redirect",
        "sts",
        "sts-policy-fetch-error",
        false,
        "failure-policy-unreachable",
    ),
    (
        "policy-silent",
        "sts",
        "sts-policy-fetch-error",
        true,
        "failure-policy-unreachable",
    ),
    (
        "enforce-good",
        "sts",
        "sts-policy-fetch-error",
        false,
        "failure-not-seen-now",
    ),
    (
        "dane-mismatch",
        "tlsa",
        "validation-failure",
        true,
        "failure-tlsa-no-match",
    ),
    (
        "dane-mismatch",
        "tlsa",
        "certificate-not-trusted",
        true,
        "failure-tlsa-no-match",
    ),
    (
        "dane-good",
        "tlsa",
        "validation-failure",
        true,
        "failure-not-seen-now",
    ),
    (
        "enforce-good",
        "no-policy-found",
        "dane-required",
        true,
        "failure-dane-required",
    ),
    ("bogus", "tlsa", "dnssec-invalid", false, "failure-dnssec"),
    (
        "dane-good",
        "tlsa",
        "dnssec-invalid",
        true,
        "failure-not-seen-now",
    ),
    (
        "enforce-good",
        "sts",
        "something-new",
        true,
        "failure-not-seen-now",
    ),
];

#[test]
fn what_is_seen_explains() {
    for (domain, policy_type, result_type, named, want) in CASES {
        let verdict = verdict(domain);
        let mx = named.then(|| verdict.hosts[0].host.to_string());
        let found = told(
            &verdict,
            &[failure(policy_type, result_type, mx.as_deref())],
        );
        assert_eq!(found.len(), 1, "{domain} {result_type}");
        assert_eq!(found[0].0, *want, "{domain} {result_type}");
    }
}

#[test]
fn a_host_outside_the_policy() {
    let verdict = verdict("mx-outside");
    let outside = verdict
        .hosts
        .iter()
        .find(|host| host.sts.as_ref().is_some_and(|sts| sts.pattern.is_none()));
    let outside = outside.unwrap().host.to_string();
    for result_type in ["validation-failure", "certificate-host-mismatch"] {
        let found = told(&verdict, &[failure("sts", result_type, Some(&outside))]);
        assert_eq!(
            found,
            [("failure-mx-not-in-policy".to_owned(), outside.clone())]
        );
    }
    // With one that is inside, the same failure has another reason.
    let inside = verdict
        .hosts
        .iter()
        .find(|host| host.host.to_string() != outside)
        .unwrap();
    let found = told(
        &verdict,
        &[failure(
            "sts",
            "validation-failure",
            Some(&inside.host.to_string()),
        )],
    );
    assert_ne!(found[0].0, "failure-mx-not-in-policy");
}

#[test]
fn keys_that_were_rolled_without_overlap() {
    let verdict = verdict("dane-good");
    let mx = verdict.hosts[0].host.to_string();
    let mut one = failure("tlsa", "certificate-not-trusted", Some(&mx));
    one.policy_string = vec![format!("3 1 1 {}", "00".repeat(32))];
    assert_eq!(told(&verdict, &[one.clone()])[0].0, "failure-tlsa-changed");
    one.policy_string.push(verdict.hosts[0].tlsa[0].to_string());
    assert_eq!(told(&verdict, &[one])[0].0, "failure-not-seen-now");
}

#[test]
fn what_nobody_looked_at() {
    let mut unseen = verdict("expired-cert");
    let mx = unseen.hosts[0].host.to_string();
    unseen.hosts[0].session = None;
    let one = failure("sts", "certificate-expired", Some(&mx));
    assert_eq!(told(&unseen, std::slice::from_ref(&one))[0].0, "failure-unobserved");
    let gone = failure("sts", "certificate-expired", Some("old.example"));
    assert_eq!(
        told(&unseen, &[gone]),
        [("failure-host-gone".to_owned(), "old.example".to_owned())]
    );
    // Another domain's failures explain nothing here.
    let other = DomainFailures {
        domain: Some("other.example".to_owned()),
        failures: vec![one],
    };
    assert_eq!(explain_failures(&[other], &unseen), []);
}

#[test]
fn what_only_an_edit_shows() {
    let mut edited = verdict("enforce-good");
    let mx = edited.hosts[0].host.to_string();
    let results = &mut edited.hosts[0].session.as_mut().unwrap().results;
    results[0].result_type = Some(ResultType::ValidationFailure);
    results[0].reason = Some("handshake".to_owned());
    let found = told(&edited, &[failure("sts", "validation-failure", Some(&mx))]);
    assert_eq!(found[0].0, "failure-session");
    edited.hosts[0].session.as_mut().unwrap().results[0].result_type =
        Some(ResultType::TlsaInvalid);
    let found = told(&edited, &[failure("tlsa", "tlsa-invalid", Some(&mx))]);
    assert_eq!(found[0].0, "failure-tlsa-unusable");
    edited.facts.mx = Lookup {
        security: Security {
            status: SecurityStatus::Bogus,
            source: SecuritySource::Validated,
        },
        ..edited.facts.mx
    };
    let found = told(&edited, &[failure("tlsa", "dnssec-invalid", Some(&mx))]);
    assert_eq!(found[0].0, "failure-dnssec");
}

#[test]
fn one_explanation_is_one_finding_gravest_first() {
    let verdict = verdict("expired-cert");
    let mx = verdict.hosts[0].host.to_string();
    let mut again = failure("sts", "certificate-expired", Some(&mx));
    again.reason = Some("X509_V_ERR_CERT_HAS_EXPIRED".to_owned());
    let domain = DomainFailures {
        domain: None,
        failures: vec![
            failure("sts", "starttls-not-supported", Some(&mx)),
            failure("sts", "certificate-expired", Some(&mx)),
            again,
        ],
    };
    let findings = explain_failures(&[domain], &verdict);
    let severities: Vec<_> = findings.iter().map(|finding| finding.severity).collect();
    assert_eq!(severities, [Severity::Error, Severity::Ok]);
    assert!(findings[0].message.starts_with("14 sessions"));
}

#[test]
fn every_code_is_hit() {
    let mut hit: BTreeSet<&str> = CASES.iter().map(|case| case.4).collect();
    hit.extend([
        "failure-mx-not-in-policy",
        "failure-tlsa-changed",
        "failure-unobserved",
        "failure-host-gone",
        "failure-session",
        "failure-tlsa-unusable",
    ]);
    let missing: Vec<_> = codes::explain::ALL
        .iter()
        .filter(|entry| !hit.contains(entry.code))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
