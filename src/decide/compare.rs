//! What changed between two verdicts on one domain: findings that came, and a word where posture, plan or
//! policy moved. It judges nothing anew.

use super::verdict::{HostVerdict, Posture, Verdict};
use crate::finding::Finding;
use crate::finding::codes::decide as codes;
use crate::ordered::{Set, by_key};

/// The differences from `before` to `after`, the gravest first.
#[must_use]
pub fn compare(before: &Verdict, after: &Verdict) -> Vec<Finding> {
    let domain = &after.domain;
    let mut findings = Vec::new();
    if before.posture != after.posture {
        let entry = if rank(after.posture) < rank(before.posture) {
            &codes::POSTURE_IMPROVED
        } else {
            &codes::POSTURE_WORSENED
        };
        findings.push(Finding::new(
            entry,
            domain,
            &[&word(before.posture), &word(after.posture)],
        ));
    }
    for host in &after.hosts {
        match find(&before.hosts, host) {
            None => findings.push(Finding::new(&codes::HOST_ADDED, domain, &[&host.host])),
            Some(old) if old.requirement != host.requirement => findings.push(Finding::new(
                &codes::REQUIREMENT_CHANGED,
                domain,
                &[&host.host, &old.requirement, &host.requirement],
            )),
            Some(_) => {}
        }
    }
    for host in before
        .hosts
        .iter()
        .filter(|host| find(&after.hosts, host).is_none())
    {
        findings.push(Finding::new(&codes::HOST_REMOVED, domain, &[&host.host]));
    }
    let key = |finding: &Finding| {
        (
            finding.code.clone(),
            finding.subject.clone(),
            finding.message.clone(),
        )
    };
    let old: Set<_> = before.findings.iter().map(key).collect();
    let new: Set<_> = after.findings.iter().map(key).collect();
    findings.extend(
        after
            .findings
            .iter()
            .filter(|finding| !old.contains(&key(finding)))
            .cloned(),
    );
    for gone in before
        .findings
        .iter()
        .filter(|finding| !new.contains(&key(finding)))
    {
        findings.push(Finding::new(
            &codes::FINDING_GONE,
            &gone.subject,
            &[&gone.code, &gone.message],
        ));
    }
    by_key(findings, |finding| finding.severity)
}

fn find<'a>(hosts: &'a [HostVerdict], host: &HostVerdict) -> Option<&'a HostVerdict> {
    hosts.iter().find(|other| other.host == host.host)
}

/// Better goes first.
fn rank(posture: Posture) -> u8 {
    match posture {
        Posture::Protected => 0,
        Posture::Partial => 1,
        Posture::Testing => 2,
        Posture::Unprotected | Posture::NoMail => 3,
        Posture::Unknown => 4,
        Posture::Broken => 5,
    }
}

fn word(posture: Posture) -> &'static str {
    match posture {
        Posture::Protected => "protected",
        Posture::Partial => "partial",
        Posture::Testing => "testing",
        Posture::Unprotected => "unprotected",
        Posture::Broken => "broken",
        Posture::NoMail => "no-mail",
        Posture::Unknown => "unknown",
    }
}
