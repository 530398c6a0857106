//! One host of the verdict: its plan, what was observed of it, and what there is to say about both.

use super::dane::{self, Absence, Dane};
use super::plan::{self, HostPlan};
use super::session::{Failure, Judge, Outcome, is_deprecated};
use super::verdict::{Basis, Conformance, HostVerdict, Requirement, SessionVerdict};
use super::{Options, Step};
use crate::dane::DaneStatus;
use crate::dns;
use crate::facts::{DaneFacts, Facts, HostFacts, Lookup, ObservedSession, SessionFacts};
use crate::finding::Finding;
use crate::finding::codes::decide as codes;
use crate::mta_sts::Mode;
use crate::name::Name;
use crate::result_type::ResultType;

/// The verdict on one host. `more`: hosts are left to try behind it.
pub(super) fn judge_host(
    host: &HostFacts,
    plan: HostPlan,
    options: &Options,
    more: bool,
) -> HostVerdict {
    let mut verdict = HostVerdict {
        host: host.host.clone(),
        preference: host.preference,
        addresses: plan::addresses(host),
        requirement: plan.requirement,
        basis: plan.basis,
        sts: plan.sts,
        server_name: plan.tlsa_base.clone().unwrap_or_else(|| host.host.clone()),
        tlsa_base: plan.tlsa_base,
        reference_names: plan.reference_names,
        tlsa: plan.tlsa,
        policies: plan.policies,
        message: options.message,
        conformance: Conformance::Unobserved,
        session: None,
        because: plan.because,
    };
    observe(&mut verdict, host, more);
    verdict
}

/// A host outside the policy does not conform, whatever its TLS (SEMANTICS §5.1 rule 2); one without an
/// address, or out of reach, was not observed (RFC 8460 §4.3.4).
fn observe(verdict: &mut HostVerdict, host: &HostFacts, more: bool) {
    let judged: Vec<(Outcome, SessionVerdict)> = observed(host)
        .map(|observed| {
            let judge = Judge {
                host: verdict,
                session: &observed.session,
                web_pki: observed.web_pki.as_ref(),
                dane: observed.dane.as_ref(),
            };
            (judge.outcome(), judge.verdict(&[], more))
        })
        .collect();
    let held: Vec<_> = judged
        .iter()
        .filter(|(outcome, _)| *outcome != Outcome::Transient)
        .collect();
    // A certificate that nobody checked fails nothing; another address of the host still may.
    let unchecked = |outcome: &Outcome| matches!(outcome, Outcome::Tls { web_pki: Ok(false) });
    let refused = |one: &&&(Outcome, SessionVerdict)| !one.1.action.delivers();
    let failing = held
        .iter()
        .filter(refused)
        .find(|(outcome, _)| !unchecked(outcome))
        .or_else(|| held.iter().find(refused));
    verdict.conformance = match (verdict.requirement, failing) {
        (Requirement::Unusable, _) if outside(verdict) => Conformance::Unmet,
        (Requirement::Unusable, _) => Conformance::Unobserved,
        (_, Some((outcome, _))) if unchecked(outcome) => Conformance::Unobserved,
        (_, Some(_)) => Conformance::Unmet,
        (_, None) if held.is_empty() => Conformance::Unobserved,
        (_, None) => Conformance::Met,
    };
    let reported = held
        .iter()
        .find(|(_, session)| session.results.iter().any(|r| r.result_type.is_some()));
    let telling = failing.or(reported).or(held.first());
    verdict.session = telling
        .map(|(_, session)| session.clone())
        .or_else(|| judged.first().map(|(_, s)| s.clone()));
    if let Some(step) = conclusion(verdict) {
        verdict.because.push(step);
    }
}

/// Ruled out by the policy, not by what could not be found out.
fn outside(verdict: &HostVerdict) -> bool {
    verdict.basis.contains(&Basis::MtaSts)
}

/// Whether some address of the host was seen to take the message, though another may not.
pub(super) fn takes_somewhere(verdict: &HostVerdict, host: &HostFacts) -> bool {
    verdict.requirement != Requirement::Unusable
        && observed(host).any(|observed| {
            let judge = Judge {
                host: verdict,
                session: &observed.session,
                web_pki: observed.web_pki.as_ref(),
                dane: observed.dane.as_ref(),
            };
            judge.verdict(&[], true).action.delivers()
        })
}

fn observed(host: &HostFacts) -> impl Iterator<Item = &ObservedSession> {
    match &host.sessions {
        SessionFacts::Observed { sessions } => sessions.as_slice(),
        _ => &[],
    }
    .iter()
}

fn conclusion(verdict: &HostVerdict) -> Option<Step> {
    // A host that the plan rules out needs no second reason.
    let ruled_out = verdict.requirement == Requirement::Unusable;
    let session = verdict.session.as_ref().filter(|_| !ruled_out)?;
    let fact = session.because.first()?;
    let conclusion = match verdict.conformance {
        Conformance::Met => "the observed session meets the requirement",
        Conformance::Unmet => "the observed session does not meet the requirement",
        Conformance::Unobserved => "nothing is known about TLS on this host",
    };
    Some(Step {
        conclusion: conclusion.to_owned(),
        ..fact.clone()
    })
}

/// What there is to say about a host, its addresses first.
pub(super) fn findings(
    facts: &Facts,
    host: &HostFacts,
    verdict: &HostVerdict,
    options: &Options,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    addresses(host, options, &mut findings);
    listed(facts, verdict, &mut findings);
    discovery(facts, host, options, &mut findings);
    sessions(host, verdict, options, &mut findings);
    findings
}

fn addresses(host: &HostFacts, options: &Options, findings: &mut Vec<Finding>) {
    let name = &host.host;
    let (a, aaaa) = (&host.a, &host.aaaa);
    let why = failure(a).or_else(|| failure(aaaa));
    match (a.records.is_empty() && aaaa.records.is_empty(), why) {
        (true, Some(why)) => findings.push(Finding::new(
            &codes::MX_ADDRESS_UNKNOWN,
            name,
            &[name, &why],
        )),
        (true, None) if a.is_known() && aaaa.is_known() => {
            findings.push(Finding::new(&codes::MX_ADDRESS_MISSING, name, &[name]));
        }
        (false, Some(why)) => findings.push(Finding::new(
            &codes::MX_ADDRESS_HALF_KNOWN,
            name,
            &[name, &why],
        )),
        _ => {}
    }
    if let Some(target) = alias(a).or_else(|| alias(aaaa)) {
        findings.push(Finding::new(&codes::MX_ALIAS, name, &[name, &target]));
    }
    if !options.allow_private_addresses {
        for address in plan::addresses(host)
            .iter()
            .filter(|address| !dns::is_public(address.ip))
        {
            findings.push(Finding::new(
                &codes::MX_ADDRESS_PRIVATE,
                name,
                &[name, &address.ip],
            ));
        }
    }
}

fn failure<T>(lookup: &Lookup<T>) -> Option<String> {
    (lookup.outcome == crate::facts::Outcome::Failed).then(|| lookup.why().to_owned())
}

fn alias<T>(lookup: &Lookup<T>) -> Option<String> {
    lookup.hops.last().map(|hop| hop.target.to_string())
}

fn listed(facts: &Facts, verdict: &HostVerdict, findings: &mut Vec<Finding>) {
    let Some(sts) = verdict.sts.as_ref().filter(|sts| sts.pattern.is_none()) else {
        return;
    };
    let entry = match sts.mode {
        Mode::Enforce => &codes::STS_MX_NOT_LISTED,
        Mode::Testing => &codes::STS_MX_NOT_LISTED_TESTING,
        Mode::None => return,
    };
    findings.push(Finding::new(entry, &facts.policy.url, &[&verdict.host]));
}

/// What the TLSA records amount to, before any session.
fn discovery(facts: &Facts, host: &HostFacts, options: &Options, findings: &mut Vec<Finding>) {
    let name = &host.host;
    let half = dane::has_insecure_mx(&facts.mx);
    match Dane::of(host, facts, options) {
        Dane::NotApplicable(Absence::None) => {
            let tlsa = match &host.dane {
                DaneFacts::Asked { tlsa } => tlsa.first(),
                DaneFacts::NotAsked { .. } => None,
            };
            findings.extend(tlsa.map(|first| {
                Finding::new(&codes::DANE_NOT_CONFIGURED, name, &[name, &first.name])
            }));
        }
        Dane::NotApplicable(absence) => {
            let words = match absence {
                Absence::NoQuestion("mx-insecure") => {
                    "the MX records that lead there are not signed"
                }
                Absence::NoQuestion("addresses-insecure") => "its addresses are not signed",
                Absence::Insecure => "its TLSA records are not signed",
                Absence::NoQuestion(_) | Absence::None => return,
            };
            findings.push(Finding::new(
                &codes::DANE_NOT_APPLICABLE,
                name,
                &[name, &words],
            ));
        }
        Dane::Failed { name: at, reason } => findings.push(Finding::new(
            &codes::DANE_LOOKUP_FAILED,
            name,
            &[name, &reason, &at],
        )),
        Dane::Records { all, usable, .. } => {
            findings.push(if usable.is_empty() {
                Finding::new(&codes::DANE_UNUSABLE, name, &[name, &all.len()])
            } else {
                Finding::new(&codes::DANE_ENFORCED, name, &[name])
            });
            if half {
                findings.push(Finding::new(&codes::DANE_HALF, name, &[name]));
            }
        }
    }
}

fn sessions(
    host: &HostFacts,
    verdict: &HostVerdict,
    options: &Options,
    findings: &mut Vec<Finding>,
) {
    let name = &host.host;
    match &host.sessions {
        SessionFacts::Observed { sessions } if sessions.is_empty() => {
            let why = "the observer tells of no session with any of its addresses";
            findings.push(Finding::new(
                &codes::SESSION_UNOBSERVED,
                name,
                &[name, &why],
            ));
        }
        SessionFacts::Observed { sessions } => {
            for observed in sessions {
                findings.extend(session(observed, verdict, options));
                findings.extend(beside_dane(observed, verdict));
            }
        }
        SessionFacts::Failed { message, .. } => {
            findings.push(Finding::new(
                &codes::SESSION_UNOBSERVED,
                name,
                &[name, message],
            ));
        }
        SessionFacts::Unsupported => {
            let why = "the observer can't open SMTP connections";
            findings.push(Finding::new(
                &codes::SESSION_UNOBSERVED,
                name,
                &[name, &why],
            ));
        }
        SessionFacts::NotAsked { .. } => {}
    }
}

/// One finding a session: how grave a failure is depends on whether a policy makes senders insist.
fn session(
    observed: &ObservedSession,
    verdict: &HostVerdict,
    options: &Options,
) -> Option<Finding> {
    let name = &verdict.host;
    let subject = subject(observed, name);
    let judge = Judge {
        host: verdict,
        session: &observed.session,
        web_pki: observed.web_pki.as_ref(),
        dane: observed.dane.as_ref(),
    };
    let outcome = judge.outcome();
    let has_tls = matches!(outcome, Outcome::Tls { .. });
    let failure = match outcome {
        Outcome::Transient => {
            let message = observed
                .session
                .error
                .as_ref()
                .map_or("", |error| error.message.as_str());
            return Some(Finding::new(
                &codes::SESSION_UNREACHED,
                subject,
                &[name, &message, &options.port],
            ));
        }
        Outcome::Tls { web_pki: Ok(true) } => {
            let version = observed.session.tls_version.as_deref().unwrap_or("TLS");
            let matched = observed.dane.as_ref().and_then(|dane| dane.matched);
            if let (Requirement::Dane, Some(matched)) = (verdict.requirement, matched) {
                let record = verdict.tlsa.get(matched.index);
                let record = record.map(|tlsa| {
                    format!("`{} {} {}`", tlsa.usage, tlsa.selector, tlsa.matching_type)
                });
                return Some(Finding::new(
                    &codes::DANE_MET,
                    subject,
                    &[name, &record.unwrap_or_default(), &version],
                ));
            }
            return Some(Finding::new(
                &codes::SESSION_MET,
                subject,
                &[name, &version],
            ));
        }
        Outcome::Tls { web_pki: Ok(false) } => {
            return Some(Finding::new(&codes::ROOTS_MISSING, subject, &[name]));
        }
        Outcome::NoTls(failure)
        | Outcome::Tls {
            web_pki: Err(failure),
        } => failure,
    };
    let mode = verdict.sts.as_ref().map(|sts| sts.mode);
    // Where nobody need be authenticated, only TLS itself can be missing.
    let met = match verdict.requirement {
        Requirement::Opportunistic => true,
        Requirement::Encrypted => has_tls,
        _ => false,
    };
    let finding = match (verdict.requirement, mode) {
        (_, Some(Mode::Testing)) if met => Finding::new(
            &codes::SESSION_WOULD_FAIL,
            subject,
            &[name, &failure.words()],
        ),
        (Requirement::Dane | Requirement::DaneAndWebpki, _)
            if observed
                .dane
                .as_ref()
                .is_some_and(|dane| dane.status == DaneStatus::Failed) =>
        {
            Finding::new(&codes::DANE_FAILED, subject, &[name, &failure.words()])
        }
        _ if met => Finding::new(
            &codes::SESSION_UNAUTHENTICATED,
            subject,
            &[name, &failure.words()],
        ),
        _ => refused(observed, name, subject, &failure),
    };
    Some(finding)
}

/// A failure of the session itself, by its result type.
fn refused(observed: &ObservedSession, name: &Name, subject: String, failure: &Failure) -> Finding {
    let certificate = observed
        .web_pki
        .as_ref()
        .and_then(|outcome| outcome.finding(name));
    match (failure.result_type, certificate) {
        (ResultType::StarttlsNotSupported, _) => {
            Finding::new(&codes::STARTTLS_NOT_SUPPORTED, subject, &[name])
        }
        (ResultType::ValidationFailure, _) => {
            let why = failure.reason.clone().unwrap_or_else(|| failure.words());
            Finding::new(&codes::SESSION_FAILED, subject, &[name, &why])
        }
        (_, Some(finding)) => Finding { subject, ..finding },
        (_, None) => Finding::new(&codes::SESSION_FAILED, subject, &[name, &failure.words()]),
    }
}

/// What a session that is judged by DANE shows besides: a version of TLS that is deprecated stops nothing there (SEMANTICS
/// §2.6), and a certificate that DANE accepts may still stop every sender that knows MTA-STS alone.
fn beside_dane(observed: &ObservedSession, verdict: &HostVerdict) -> Vec<Finding> {
    let name = &verdict.host;
    let judge = Judge {
        host: verdict,
        session: &observed.session,
        web_pki: observed.web_pki.as_ref(),
        dane: observed.dane.as_ref(),
    };
    let mut findings = Vec::new();
    let by_dane = verdict.tlsa_base.is_some() && verdict.requirement != Requirement::Unusable;
    if !by_dane || !matches!(judge.outcome(), Outcome::Tls { .. }) {
        return findings;
    }
    let subject = subject(observed, name);
    let version = observed.session.tls_version.as_deref();
    if let Some(version) = version.filter(|version| is_deprecated(version)) {
        findings.push(Finding::new(
            &codes::TLS_VERSION_DEPRECATED,
            subject.clone(),
            &[name, &version],
        ));
    }
    let listed = verdict.sts.as_ref().filter(|sts| sts.pattern.is_some());
    if verdict.requirement == Requirement::Dane
        && let (Some(sts), Err(failure)) = (listed, judge.web_pki_holds())
    {
        findings.extend(match sts.mode {
            Mode::Enforce => Some(refused(observed, name, subject, &failure)),
            Mode::Testing => Some(Finding::new(
                &codes::SESSION_WOULD_FAIL,
                subject,
                &[name, &failure.words()],
            )),
            Mode::None => None,
        });
    }
    findings
}

fn subject(observed: &ObservedSession, name: &Name) -> String {
    match &observed.session.receiving_ip {
        Some(ip) => format!("{name} [{ip}]"),
        None => name.to_string(),
    }
}
