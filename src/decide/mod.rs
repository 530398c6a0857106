//! Facts → verdict (SEMANTICS §5): a plan for every host, the judgement of every session, the posture of
//! the domain and what senders of each kind do now. Pure: the clock is in the facts, the choices are
//! arguments.

mod compare;
pub(crate) mod dane;
mod demand;
mod host;
mod options;
mod plan;
pub(crate) mod posture;
mod sender;
mod session;
mod sts;
mod verdict;

pub use compare::compare;
pub use options::{
    Dnssec, InsecureMx, MessageKind, MessageOptions, Nsec3Limits, Options, Precedence, Relay,
    Require, StsUnknown,
};
pub use session::judge_session;
pub(crate) use session::why_not;
pub(crate) use sts::txt_outcome as sts_txt;
pub use verdict::{
    Action, Basis, BeforeFail, Conformance, HostAddress, HostPolicy, HostVerdict, PolicyType,
    Posture, Requirement, SenderAction, SenderHost, SenderOutcome, Senders, SessionAction,
    SessionVerdict, Step, StsMatch, Verdict,
};

use crate::facts::{DaneFacts, Facts, HostFacts, Lookup, Outcome, SessionFacts};
use crate::finding::codes::decide as codes;
use crate::finding::{Finding, RrsetStatus};
use crate::mta_sts::{self, CachedPolicy, Mode};
use crate::name::Name;
use crate::ordered::{Map, by_key};
use crate::time::Time;
use crate::tlsrpt;
use crate::x509::Certificate;
use dane::Dane;
use plan::{Planner, Profile};
use posture::Delivery;
use sts::Sts;

/// Decides: may this mail go, to which host, under which requirement, and why.
///
/// ```
/// use mxseal::{decide, Facts, Options, Posture};
/// # let json = include_str!("../../tests/vectors/facts-not-configured.json");
/// let facts: Facts = serde_json::from_str(json)?;
/// let verdict = decide(&facts, &Options::default());
/// assert_eq!(verdict.posture, Posture::Unprotected);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn decide(facts: &Facts, options: &Options) -> Verdict {
    let sts = Sts::read(facts, options.lenient_content_type);
    let relay_is_host = options.relay.as_ref().is_some_and(|relay| !relay.mx);
    let (delivery, mut findings) = Delivery::read(facts, relay_is_host);
    let facts_seen = facts;
    let facts = &with_dane(facts, options);
    let table = Table {
        facts,
        sts: &sts,
        options,
        delivery: &delivery,
    };

    let hosts = table.hosts(Profile::BOTH);
    let senders = table.senders();
    // The posture is the domain's: what this sender or message demands on top does not protect it.
    let own = table.without_demands(|table| table.hosts(Profile::BOTH));
    let (posture, posture_step) = posture::posture(&delivery, &own, &sts, &senders, facts);
    let ended = sender::ending(&delivery, &hosts, &table.host_facts(), Some(&sts), options);

    let no_mail = matches!(delivery, Delivery::NullMx(_) | Delivery::NoSuchDomain(_));
    // A domain without mail needs neither policy nor reports.
    let needless = |finding: &&Finding| no_mail && finding.code == codes::STS_NOT_CONFIGURED.code;
    findings.extend(
        sts.findings
            .iter()
            .filter(|finding| !needless(finding))
            .cloned(),
    );
    findings.extend(unused_patterns(facts, &sts, &hosts));
    if !no_mail {
        findings.extend(tls_rpt(&facts.tls_rpt_txt, &facts.domain));
    }
    for (host, verdict) in table.host_facts().iter().zip(&hosts) {
        findings.extend(host::findings(facts, host, verdict, options));
    }
    let unseen = |host| Dane::is_unseen(host, facts, options);
    if facts.hosts.first().is_some_and(unseen) {
        let finding = Finding::new(
            &codes::DANE_NOT_ASKED,
            &facts.domain,
            &[&dane::NOT_VALIDATED],
        );
        findings.push(finding);
    }
    let findings = by_key(findings, |finding| finding.severity);

    let mut because = vec![posture_step];
    because.extend(ended.because);
    Verdict {
        domain: facts.domain.clone(),
        at: facts.at,
        valid_until: valid_until(facts, &sts),
        posture,
        action: ended.action,
        enhanced_status: ended.enhanced_status,
        because,
        facts: facts_seen.clone(),
        hosts,
        senders,
        findings,
    }
}

/// What the sender should keep of this policy domain for the next time.
#[must_use]
pub fn next_cached_policy(facts: &Facts, options: &Options) -> Option<CachedPolicy> {
    Sts::read(facts, options.lenient_content_type).entry
}

/// The facts with every observed session held against the host's TLSA records, once for all that follows.
fn with_dane(facts: &Facts, options: &Options) -> Facts {
    let mut seen = facts.clone();
    for host in &mut seen.hosts {
        let dane = Dane::of(host, facts, options);
        if let SessionFacts::Observed { sessions } = &mut host.sessions {
            for observed in sessions {
                observed.dane = dane.verify(&host.host, facts, &observed.session);
            }
        }
    }
    seen
}

/// All that the rows of a verdict share.
struct Table<'a> {
    facts: &'a Facts,
    sts: &'a Sts,
    options: &'a Options,
    delivery: &'a Delivery,
}

impl Table<'_> {
    /// The hosts of the plan in their order; one that nobody looked at stands with nothing known.
    fn host_facts(&self) -> Vec<HostFacts> {
        let Delivery::Hosts(hosts) = self.delivery else {
            return Vec::new();
        };
        let known: Map<&Name, &HostFacts> = self
            .facts
            .hosts
            .iter()
            .map(|host| (&host.host, host))
            .collect();
        hosts
            .iter()
            .map(|(host, preference)| match known.get(host) {
                Some(facts) => HostFacts {
                    preference: *preference,
                    ..(*facts).clone()
                },
                None => HostFacts {
                    host: host.clone(),
                    preference: *preference,
                    a: Lookup::not_asked("not-asked"),
                    aaaa: Lookup::not_asked("not-asked"),
                    dane: DaneFacts::not_validated(),
                    sessions: SessionFacts::NotAsked {
                        reason: "not-asked".to_owned(),
                    },
                },
            })
            .collect()
    }

    fn hosts(&self, profile: Profile) -> Vec<HostVerdict> {
        let planner = Planner {
            facts: self.facts,
            sts: self.sts,
            options: self.options,
            profile,
        };
        let hosts = self.host_facts();
        let last = hosts.len().saturating_sub(1);
        hosts
            .iter()
            .enumerate()
            .map(|(index, facts)| {
                host::judge_host(facts, planner.plan(facts), self.options, index < last)
            })
            .collect()
    }

    /// The same for ordinary mail, with no demand of the sender's own.
    fn without_demands<T>(&self, work: impl FnOnce(&Table<'_>) -> T) -> T {
        let options = Options {
            require: Require::None,
            message: MessageOptions::default(),
            ..self.options.clone()
        };
        work(&Table {
            options: &options,
            ..*self
        })
    }

    /// SEMANTICS §7.
    fn senders(&self) -> Senders {
        self.without_demands(|table| {
            let of = |sts, dane| {
                let profile = Profile { sts, dane };
                let hosts = table.hosts(profile);
                let seen = table.host_facts();
                sender::outcome(
                    profile,
                    table.delivery,
                    &hosts,
                    &seen,
                    table.sts,
                    table.facts,
                    table.options,
                )
            };
            Senders {
                mta_sts: of(true, false),
                dane: of(false, true),
                both: of(true, true),
                opportunistic: of(false, false),
            }
        })
    }
}

fn unused_patterns(facts: &Facts, sts: &Sts, hosts: &[HostVerdict]) -> Vec<Finding> {
    let Some(policy) = sts
        .policy
        .as_ref()
        .filter(|policy| policy.mode != Mode::None)
    else {
        return Vec::new();
    };
    if hosts.is_empty() {
        return Vec::new();
    }
    policy
        .mx
        .iter()
        .filter(|pattern| {
            let one = core::slice::from_ref(*pattern);
            hosts
                .iter()
                .all(|host| mta_sts::match_mx(one, &host.host).is_none())
        })
        .map(|pattern| Finding::new(&codes::STS_PATTERN_UNUSED, &facts.policy.url, &[pattern]))
        .collect()
}

/// RFC 8460 §3: the record of the recipient domain.
fn tls_rpt(lookup: &Lookup<String>, domain: &Name) -> Vec<Finding> {
    let name = format!("_smtp._tls.{domain}");
    match lookup.outcome {
        Outcome::Found => {}
        Outcome::NoData | Outcome::Nxdomain => {
            return vec![Finding::new(&codes::TLSRPT_NOT_CONFIGURED, name, &[domain])];
        }
        Outcome::Failed => {
            return vec![Finding::new(&codes::TLSRPT_UNKNOWN, name, &[&lookup.why()])];
        }
        Outcome::NotAsked => return Vec::new(),
    }
    let outcome = tlsrpt::parse_record(&lookup.records);
    let mut findings: Vec<Finding> = outcome
        .findings
        .into_iter()
        .map(|finding| Finding {
            subject: name.clone(),
            ..finding
        })
        .collect();
    match (outcome.status, outcome.value) {
        (RrsetStatus::Valid, Some(record)) if !record.rua.is_empty() => {
            findings.push(Finding::new(
                &codes::TLSRPT_CONFIGURED,
                name,
                &[&record.rua.join(", ")],
            ));
        }
        (RrsetStatus::Absent, _) => {
            findings.push(Finding::new(&codes::TLSRPT_NOT_CONFIGURED, name, &[domain]))
        }
        _ => {}
    }
    findings
}

/// The earliest end of anything the verdict rests on that has not ended already.
fn valid_until(facts: &Facts, sts: &Sts) -> Option<Time> {
    let mut ends = vec![
        facts.mx.valid_until,
        facts.sts_txt.valid_until,
        facts.tls_rpt_txt.valid_until,
        facts.policy.a.valid_until,
        facts.policy.aaaa.valid_until,
        sts.expires,
    ];
    for host in &facts.hosts {
        ends.extend([host.a.valid_until, host.aaaa.valid_until]);
        if let DaneFacts::Asked { tlsa } = &host.dane {
            ends.extend(tlsa.iter().map(|asked| asked.lookup.valid_until));
        }
        if let SessionFacts::Observed { sessions } = &host.sessions {
            let chains = sessions.iter().flat_map(|observed| &observed.session.chain);
            ends.extend(chains.map(|der| {
                Certificate::parse(der)
                    .ok()
                    .map(|certificate| certificate.validity.not_after)
            }));
        }
    }
    ends.into_iter()
        .flatten()
        .filter(|end| *end >= facts.at)
        .min()
}
