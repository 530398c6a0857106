//! What MTA-STS says about the domain: the TXT record, the fetch and the cache read together
//! (RFC 8461 §3, §5.1). Which host it means is `plan`'s business.

use crate::facts::{Facts, Lookup, NotFetched, Outcome, PolicyFacts};
use crate::finding::codes::{decide as codes, mta_sts as mta_sts_codes};
use crate::finding::{Finding, RrsetStatus};
use crate::mta_sts::{
    self, CachedPolicy, FailureCause, FetchOutcome, FetchResult, Mode, NextAction, Policy,
    PolicyAnswer, TxtOutcome,
};
use crate::result_type::ResultType;
use crate::time::Time;

/// The state of MTA-STS for a domain.
#[derive(Debug, Clone)]
pub(super) struct Sts {
    /// The policy in force, fresh or cached.
    pub policy: Option<Policy>,
    /// Why an announced policy is not in force.
    pub failure: Option<(ResultType, String)>,
    /// It could not be found out whether there is a policy.
    pub unknown: Option<String>,
    /// What the sender should keep for the next time.
    pub entry: Option<CachedPolicy>,
    /// When the policy in force expires.
    pub expires: Option<Time>,
    /// What there is to say.
    pub findings: Vec<Finding>,
}

impl Sts {
    /// Reads the facts; the cache machine decides what is in force.
    pub(super) fn read(facts: &Facts, lenient_content_type: bool) -> Self {
        let record_name = format!("_mta-sts.{}", facts.next_hop);
        let (txt, mut findings) = read_txt(&facts.sts_txt, &record_name);
        let fetch = read_fetch(facts, lenient_content_type, &mut findings);
        let step =
            mta_sts::next_cache_state(facts.policy.cached.as_ref(), &txt, fetch.as_ref(), facts.at);
        // Where nothing is in force, `sts-unknown` says it, and why.
        let said = |finding: &Finding| {
            step.in_force.is_none() && finding.code == mta_sts_codes::CACHE_RECORD_UNKNOWN.code
        };
        findings.extend(
            step.findings
                .iter()
                .filter(|finding| !said(finding))
                .cloned(),
        );

        let unknown = match (&step.in_force, &txt) {
            (Some(_), _) => None,
            (None, TxtOutcome::Error) => Some(facts.sts_txt.why().to_owned()),
            (None, TxtOutcome::Valid { .. }) => {
                let never_made = fetch.is_none() && step.next == NextAction::Fetch;
                unseen(&facts.policy).or_else(|| never_made.then(|| "not-fetched".to_owned()))
            }
            (None, _) => None,
        };
        let failure = match (fetch, &step.in_force, &unknown) {
            (
                Some(FetchOutcome::Failed {
                    result_type,
                    reason,
                }),
                None,
                None,
            ) => Some((result_type, reason)),
            // RFC 8461 §3.3: it failed minutes ago and is not tried again yet.
            (None, None, None) if step.next == NextAction::Wait => {
                let reason = "fetch-held-back".to_owned();
                let subject = &facts.policy.url;
                findings.push(Finding::new(
                    &mta_sts_codes::CACHE_NO_POLICY,
                    subject,
                    &[&reason],
                ));
                Some((ResultType::StsPolicyFetchError, reason))
            }
            _ => None,
        };
        let expires = step.in_force.as_ref().and_then(|policy| {
            let fetched = step.entry.as_ref()?.fetched_at?;
            Some(fetched.plus(i64::try_from(policy.max_age).unwrap_or(i64::MAX)))
        });
        let sts = Self {
            policy: step.in_force,
            failure,
            unknown,
            entry: step.entry,
            expires,
            findings,
        };
        sts.with_summary(facts, &txt, &record_name)
    }

    /// The mode in force.
    pub(super) fn mode(&self) -> Option<Mode> {
        self.policy.as_ref().map(|policy| policy.mode)
    }

    /// One finding that says where the domain stands, and those that hold the policy against the MX set.
    fn with_summary(mut self, facts: &Facts, txt: &TxtOutcome, record_name: &str) -> Self {
        let domain = &facts.next_hop;
        let summary = match (&self.policy, txt) {
            (Some(policy), _) => Some(Finding::new(
                match policy.mode {
                    Mode::Enforce => &codes::STS_ENFORCED,
                    Mode::Testing => &codes::STS_TESTING,
                    Mode::None => &codes::STS_MODE_NONE,
                },
                domain,
                &[&policy.max_age],
            )),
            (None, TxtOutcome::Absent) => Some(Finding::new(
                &codes::STS_NOT_CONFIGURED,
                record_name,
                &[domain],
            )),
            (None, TxtOutcome::Error) => Some(Finding::new(
                &codes::STS_UNKNOWN,
                record_name,
                &[&facts.sts_txt.why()],
            )),
            _ => None,
        };
        self.findings.extend(summary);
        self
    }
}

/// What the TXT look-up came to, for the cache machine.
pub(crate) fn txt_outcome(lookup: &Lookup<String>) -> TxtOutcome {
    read_txt(lookup, "").0
}

fn read_txt(lookup: &Lookup<String>, name: &str) -> (TxtOutcome, Vec<Finding>) {
    match lookup.outcome {
        Outcome::Found => {}
        Outcome::NoData | Outcome::Nxdomain => return (TxtOutcome::Absent, Vec::new()),
        // SERVFAIL and timeouts are not absence (SEMANTICS §2.1).
        Outcome::Failed | Outcome::NotAsked => return (TxtOutcome::Error, Vec::new()),
    }
    let outcome = mta_sts::parse_record(&lookup.records);
    let findings = outcome
        .findings
        .into_iter()
        .map(|finding| about(finding, name))
        .collect();
    let txt = match (outcome.status, outcome.value) {
        (RrsetStatus::Valid, Some(record)) => TxtOutcome::Valid { id: record.id },
        (RrsetStatus::Multiple, _) => TxtOutcome::Multiple,
        (RrsetStatus::Absent, _) => TxtOutcome::Absent,
        (RrsetStatus::Invalid | RrsetStatus::Valid, _) => TxtOutcome::Invalid,
    };
    (txt, findings)
}

/// What the fetch came to. An observer that could not look (no `fetch` at all, or a browser that hides
/// what happened) knows less than a sender, so its blindness is not the sender's "no policy": no fetch.
fn read_fetch(facts: &Facts, lenient: bool, findings: &mut Vec<Finding>) -> Option<FetchOutcome> {
    let facts = &facts.policy;
    let result = match (&facts.answer, &facts.not_fetched) {
        (Some(answer), _) => mta_sts::classify_fetch(answer, lenient),
        (None, Some(NotFetched::NotPublic)) => FetchResult::not_public(&addresses(facts)),
        (None, Some(NotFetched::Unresolved)) => {
            let why = if facts.a.is_known() {
                &facts.aaaa.reason
            } else {
                &facts.a.reason
            };
            let message = why.clone().unwrap_or_else(|| "no address".to_owned());
            let cause = FailureCause::Dns;
            mta_sts::classify_fetch(&PolicyAnswer::Failed { cause, message }, lenient)
        }
        (None, _) => return None,
    };
    findings.extend(
        result
            .findings
            .into_iter()
            .map(|finding| about(finding, &facts.url)),
    );
    if unseen(facts).is_some() {
        return None;
    }
    Some(match result.policy {
        Some(policy) => FetchOutcome::Fetched { policy },
        None => FetchOutcome::Failed {
            result_type: result
                .result_type
                .unwrap_or(ResultType::StsPolicyFetchError),
            reason: result.reason.unwrap_or_else(|| "fetch-failed".to_owned()),
        },
    })
}

fn addresses(facts: &PolicyFacts) -> String {
    let v4 = facts.a.records.iter().map(ToString::to_string);
    let v6 = facts.aaaa.records.iter().map(ToString::to_string);
    v4.chain(v6).collect::<Vec<_>>().join(", ")
}

/// Why the observer could not look at an announced policy, where that is so.
fn unseen(facts: &PolicyFacts) -> Option<String> {
    match (&facts.answer, &facts.not_fetched) {
        (Some(PolicyAnswer::Unsupported), _) => Some("fetch-unsupported".to_owned()),
        (
            Some(PolicyAnswer::Failed {
                cause: FailureCause::Opaque,
                ..
            }),
            _,
        ) => Some("fetch-opaque".to_owned()),
        _ => None,
    }
}

/// Parsers do not know whose text they read; the subject is put in here.
fn about(mut finding: Finding, subject: &str) -> Finding {
    subject.clone_into(&mut finding.subject);
    finding
}
