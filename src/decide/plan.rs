//! What each host must show, by the first rule of SEMANTICS §5.1 that matches, then by the sender's and
//! the message's own demands. Hosts are never reordered by security (RFC 7672 §2.2.1, RFC 8461 §8.4).

use core::net::IpAddr;

use super::dane::{self, Absence, Dane};
use super::options::{Options, Precedence};
use super::sts::Sts;
use super::verdict::{Basis, HostAddress, HostPolicy, PolicyType, Requirement, Step, StsMatch};
use crate::dane::{Tlsa, tlsa_name};
use crate::facts::{Facts, HostFacts, Lookup, Outcome};
use crate::mta_sts::{self, Mode};
use crate::name::Name;
use crate::result_type::ResultType;

/// Which policies a kind of sender knows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Profile {
    pub sts: bool,
    pub dane: bool,
}

impl Profile {
    /// A sender that applies both.
    pub(super) const BOTH: Self = Self {
        sts: true,
        dane: true,
    };
}

/// The plan for one host.
#[derive(Debug, Clone)]
pub(super) struct HostPlan {
    pub requirement: Requirement,
    pub basis: Vec<Basis>,
    pub sts: Option<StsMatch>,
    pub policies: Vec<HostPolicy>,
    /// The TLSA base domain, where DANE applies.
    pub tlsa_base: Option<Name>,
    /// The TLSA records that count.
    pub tlsa: Vec<Tlsa>,
    pub reference_names: Vec<Name>,
    pub because: Vec<Step>,
}

/// What holds for every host of a plan.
pub(super) struct Planner<'a> {
    pub facts: &'a Facts,
    pub sts: &'a Sts,
    pub options: &'a Options,
    pub profile: Profile,
}

impl Planner<'_> {
    /// SEMANTICS §5.1 for one host.
    pub(super) fn plan(&self, host: &HostFacts) -> HostPlan {
        let dane = if self.profile.dane {
            Dane::of(host, self.facts, self.options)
        } else {
            Dane::NotApplicable(Absence::NoQuestion(dane::NOT_VALIDATED))
        };
        let mut plan = HostPlan {
            requirement: Requirement::Opportunistic,
            basis: Vec::new(),
            sts: self.sts_match(&host.host),
            policies: self.policies(&host.host, &dane),
            tlsa_base: None,
            tlsa: Vec::new(),
            reference_names: vec![host.host.clone()],
            because: Vec::new(),
        };
        if !addressable(host, &mut plan) {
            return plan;
        }
        if self.tlsa_failed(&dane, &mut plan) {
            return plan;
        }
        self.apply_sts(host, &dane, &mut plan);
        self.apply_dane(host, dane, &mut plan);
        self.apply_local(host, &mut plan);
        plan
    }

    fn sts_match(&self, host: &Name) -> Option<StsMatch> {
        let policy = self.sts.policy.as_ref().filter(|_| self.profile.sts)?;
        let pattern = mta_sts::match_mx(&policy.mx, host).map(ToString::to_string);
        Some(StsMatch {
            mode: policy.mode,
            pattern,
        })
    }

    /// Rules 2, 5 and 6: the policy in force and whether it names this host.
    fn apply_sts(&self, host: &HostFacts, dane: &Dane, plan: &mut HostPlan) {
        let Some(StsMatch { mode, pattern }) = plan.sts.clone() else {
            if self.profile.sts {
                plan.because.push(self.no_policy());
            }
            return;
        };
        match (mode, pattern) {
            (Mode::Enforce, Some(pattern)) => {
                plan.requirement = Requirement::Webpki;
                plan.basis.push(Basis::MtaSts);
                plan.because.push(Step::new(
                    format_args!("policy `enforce` lists `{}` by `{pattern}`", host.host),
                    "RFC 8461 §4.1",
                    "TLS with a valid certificate for the MX host is required",
                ));
            }
            (Mode::Enforce, None) if self.dane_precedes(dane) => plan.because.push(Step::new(
                format_args!("policy `enforce` does not list `{}`", host.host),
                "RFC 8461 §5",
                "the sender lets DANE speak alone; the failure is reported",
            )),
            (Mode::Enforce, None) if self.options.message.ignores_policy() => {
                plan.because.push(Step::new(
                    format_args!("policy `enforce` does not list `{}`", host.host),
                    "RFC 8689 §3",
                    "the message goes all the same and the failure is reported",
                ));
            }
            (Mode::Enforce, None) => {
                plan.requirement = Requirement::Unusable;
                plan.basis.push(Basis::MtaSts);
                plan.because.push(Step::new(
                    format_args!("policy `enforce` does not list `{}`", host.host),
                    "RFC 8461 §5",
                    "the message must not go to this host",
                ));
            }
            (Mode::Testing, pattern) => plan.because.push(Step::new(
                match pattern {
                    Some(pattern) => {
                        format!("policy `testing` lists `{}` by `{pattern}`", host.host)
                    }
                    None => format!("policy `testing` does not list `{}`", host.host),
                },
                "RFC 8461 §5",
                "failures are reported, the message goes all the same",
            )),
            (Mode::None, _) => plan.because.push(Step::new(
                "policy `none`",
                "RFC 8461 §5",
                "treated as a domain without a policy",
            )),
        }
    }

    /// Rule 1: a TLSA look-up that fails makes the host unusable, and no other policy mends that (RFC 7672 §2.1.1).
    fn tlsa_failed(&self, dane: &Dane, plan: &mut HostPlan) -> bool {
        let Dane::Failed { name, reason } = dane else {
            return false;
        };
        let goes = self.options.message.ignores_policy();
        plan.because.push(Step::new(
            format_args!("the TLSA records at `{name}` could not be found out: {reason}"),
            if goes {
                "RFC 8689 §3"
            } else {
                "RFC 7672 §2.1.1"
            },
            if goes {
                "the message goes all the same and the failure is reported"
            } else {
                "the host can't be used now"
            },
        ));
        if !goes {
            plan.requirement = Requirement::Unusable;
            plan.basis.push(Basis::Dane);
        }
        !goes
    }

    fn dane_precedes(&self, dane: &Dane) -> bool {
        self.options.precedence == Precedence::Dane && matches!(dane, Dane::Records { .. })
    }

    /// Rules 3 and 4: the TLSA records of the host; those that count stand in the plan of an unusable host too, for the
    /// result of a session that is held all the same.
    fn apply_dane(&self, host: &HostFacts, dane: Dane, plan: &mut HostPlan) {
        let Dane::Records { base, usable, .. } = dane else {
            return;
        };
        plan.reference_names = dane::reference_names(self.facts, &host.host, &base);
        let at = tlsa_name(&base, self.options.port);
        let at = at.map_or_else(|| base.to_string(), |name| name.to_string());
        plan.tlsa_base = Some(base);
        plan.tlsa = usable;
        if plan.requirement == Requirement::Unusable {
            return;
        }
        if plan.tlsa.is_empty() {
            if plan.requirement == Requirement::Opportunistic && self.is_passed_over(plan) {
                plan.requirement = Requirement::Webpki;
                plan.basis.push(Basis::MtaSts);
            } else if plan.requirement == Requirement::Opportunistic {
                plan.requirement = Requirement::Encrypted;
            }
            plan.basis.push(Basis::Dane);
            plan.because.push(Step::new(
                format_args!("secure TLSA records at `{at}`, none of them usable"),
                "RFC 7672 §2.2",
                format_args!("requirement `{}`: TLS at least", plan.requirement),
            ));
            return;
        }
        let both = plan.requirement == Requirement::Webpki;
        let by_sts = both && self.options.precedence == Precedence::All;
        plan.requirement = if by_sts {
            Requirement::DaneAndWebpki
        } else {
            Requirement::Dane
        };
        if self.options.precedence == Precedence::Dane {
            plan.basis.clear();
        }
        plan.basis.insert(0, Basis::Dane);
        plan.because.push(Step::new(
            format_args!("secure TLSA records at `{at}`, usable: {}", plan.tlsa.len()),
            "RFC 7672 §2.2",
            if by_sts {
                "a chain that they and a trusted root authenticate is required"
            } else if both && self.options.precedence == Precedence::Both {
                "a chain that they authenticate is required; this takes the place of the certificate check, not of the policy's host list"
            } else {
                "a chain that they authenticate is required"
            },
        ));
    }

    /// Rule 4 where `precedence: "dane"` let the host pass by rule 2: nothing authenticates it but its certificate.
    fn is_passed_over(&self, plan: &HostPlan) -> bool {
        let outside = |sts: &StsMatch| sts.mode == Mode::Enforce && sts.pattern.is_none();
        self.options.precedence == Precedence::Dane
            && !self.options.message.ignores_policy()
            && plan.sts.as_ref().is_some_and(outside)
    }

    fn no_policy(&self) -> Step {
        match (&self.sts.failure, &self.sts.unknown) {
            (Some((_, reason)), _) => Step::new(
                format_args!("a policy is announced, it could not be had: {reason}"),
                "RFC 8461 §3.3",
                "delivered as without MTA-STS, the failure is reported",
            ),
            (None, Some(reason)) => Step::new(
                format_args!("whether there is a policy could not be found out: {reason}"),
                "RFC 8461 §3.3",
                "delivered as without MTA-STS",
            ),
            (None, None) => Step::new(
                "no MTA-STS policy",
                "RFC 8461 §3.1",
                "MTA-STS asks for nothing",
            ),
        }
    }

    /// The policies that a session with this host falls under (RFC 8460 §4.4); `none` is no policy.
    fn policies(&self, host: &Name, dane: &Dane) -> Vec<HostPolicy> {
        let sts = self.policy_of(PolicyType::Sts);
        let policy = self
            .sts
            .policy
            .as_ref()
            .filter(|policy| policy.mode != Mode::None);
        let applied = match (policy, &self.sts.failure) {
            _ if !self.profile.sts => None,
            (Some(policy), _) => {
                let listed = mta_sts::match_mx(&policy.mx, host).is_some();
                Some(HostPolicy {
                    policy_string: policy.lines.clone(),
                    mx_host: policy.mx.iter().map(ToString::to_string).collect(),
                    result_type: (!listed).then_some(ResultType::ValidationFailure),
                    reason: (!listed).then(|| "mx-not-in-policy".to_owned()),
                    ..sts
                })
            }
            (None, Some((result_type, reason))) => Some(HostPolicy {
                result_type: Some(*result_type),
                reason: Some(reason.clone()),
                ..sts
            }),
            (None, None) => None,
        };
        let mut policies: Vec<HostPolicy> =
            self.tlsa_policy(dane).into_iter().chain(applied).collect();
        if policies.is_empty() {
            policies.push(self.policy_of(PolicyType::NoPolicyFound));
        }
        policies
    }

    /// The TLSA records as RFC 8460 §4.4 words them, one a record.
    fn tlsa_policy(&self, dane: &Dane) -> Option<HostPolicy> {
        let tlsa = self.policy_of(PolicyType::Tlsa);
        match dane {
            Dane::NotApplicable(_) => None,
            Dane::Failed { reason, .. } => Some(HostPolicy {
                result_type: Some(ResultType::DnssecInvalid),
                reason: Some(reason.clone()),
                ..tlsa
            }),
            Dane::Records { all, usable, .. } => {
                let invalid = usable.is_empty();
                Some(HostPolicy {
                    policy_string: all.iter().map(ToString::to_string).collect(),
                    result_type: invalid.then_some(ResultType::TlsaInvalid),
                    reason: invalid.then(|| "no-usable-records".to_owned()),
                    ..tlsa
                })
            }
        }
    }

    pub(super) fn policy_of(&self, policy_type: PolicyType) -> HostPolicy {
        HostPolicy {
            policy_type,
            policy_domain: self.facts.next_hop.clone(),
            policy_string: Vec::new(),
            mx_host: Vec::new(),
            result_type: None,
            reason: None,
        }
    }
}

/// Rule 1: without an address there is nothing to require. One family's answer is enough.
fn addressable(host: &HostFacts, plan: &mut HostPlan) -> bool {
    let (a, aaaa) = (&host.a, &host.aaaa);
    if !a.records.is_empty() || !aaaa.records.is_empty() || !asked(a, aaaa) {
        return true;
    }
    let step = if a.is_known() && aaaa.is_known() {
        Step::new(
            format_args!("`{}` has no address", host.host),
            "RFC 5321 §5.1",
            "the host can't be reached",
        )
    } else {
        let why = if a.is_known() { aaaa.why() } else { a.why() };
        Step::new(
            format_args!(
                "the addresses of `{}` could not be found out: {why}",
                host.host
            ),
            "RFC 7672 §2.1.1",
            "the host is skipped, its siblings go on",
        )
    };
    plan.requirement = Requirement::Unusable;
    plan.because.push(step);
    false
}

fn asked<A, B>(a: &Lookup<A>, aaaa: &Lookup<B>) -> bool {
    a.outcome != Outcome::NotAsked || aaaa.outcome != Outcome::NotAsked
}

/// The addresses of a host, IPv6 behind IPv4 as they were asked.
pub(super) fn addresses(host: &HostFacts) -> Vec<HostAddress> {
    let v4 = host
        .a
        .records
        .iter()
        .map(|ip| (IpAddr::V4(*ip), host.a.security.status));
    let v6 = host
        .aaaa
        .records
        .iter()
        .map(|ip| (IpAddr::V6(*ip), host.aaaa.security.status));
    v4.chain(v6)
        .map(|(ip, status)| HostAddress { ip, status })
        .collect()
}
