//! What the sender demands of its own (`require`, RFC 7672 §6) and what the message asks for (REQUIRETLS, RFC 8689
//! §4.2.1), on top of the policies that `plan` has read (SEMANTICS §5.1). It raises a requirement and never lowers one,
//! but for a message that no policy stops.

use super::dane;
use super::options::Require;
use super::plan::{HostPlan, Planner};
use super::verdict::{Basis, HostPolicy, PolicyType, Requirement, Step};
use crate::facts::{HostFacts, Outcome};
use crate::mta_sts::Mode;
use crate::result_type::ResultType;
use crate::security::SecurityStatus;

impl Planner<'_> {
    /// The sender's `require` and the message's REQUIRETLS raise what policies ask, never lower it.
    pub(super) fn apply_local(&self, host: &HostFacts, plan: &mut HostPlan) {
        if plan.requirement == Requirement::Unusable {
            return;
        }
        let options = self.options;
        if options.message.ignores_policy() && options.require != Require::None {
            plan.leave_to_sender(options.require);
        }
        match options.require {
            Require::Tls if plan.requirement == Requirement::Opportunistic => {
                plan.raise(Requirement::Encrypted, "the sender demands TLS");
            }
            Require::Authenticated if !plan.requirement.is_authenticated() => {
                plan.raise(
                    Requirement::Webpki,
                    "the sender demands an authenticated host",
                );
            }
            Require::Dane if self.is_dane(plan) => {}
            Require::Dane => {
                plan.raise(
                    Requirement::Unusable,
                    "the sender demands DANE, which does not apply",
                );
                self.report_dane_required(plan);
                return;
            }
            Require::None | Require::Tls | Require::Authenticated => {}
        }
        if options.message.requires_tls() {
            self.apply_require_tls(host, plan);
        }
    }

    /// SEMANTICS §6: `dane-required`, unless the records themselves have failed already; one result for each policy.
    fn report_dane_required(&self, plan: &mut HostPlan) {
        let is_tlsa = |policy: &HostPolicy| policy.policy_type == PolicyType::Tlsa;
        plan.policies
            .retain(|policy| policy.policy_type != PolicyType::NoPolicyFound);
        if !plan.policies.iter().any(is_tlsa) {
            plan.policies.insert(0, self.policy_of(PolicyType::Tlsa));
        }
        let tlsa = plan.policies.iter_mut().find(|policy| is_tlsa(policy));
        if let Some(tlsa) = tlsa.filter(|tlsa| tlsa.result_type.is_none()) {
            let reason = if dane::has_insecure_mx(&self.facts.mx) {
                "mx-insecure"
            } else {
                "dane-not-applicable"
            };
            tlsa.result_type = Some(ResultType::DaneRequired);
            tlsa.reason = Some(reason.to_owned());
        }
    }

    /// SEMANTICS §5.1: a secure way to the host and usable TLSA records.
    fn is_dane(&self, plan: &HostPlan) -> bool {
        let mx = &self.facts.mx;
        let sure = mx.outcome == Outcome::NotAsked || mx.security.status == SecurityStatus::Secure;
        sure && matches!(
            plan.requirement,
            Requirement::Dane | Requirement::DaneAndWebpki
        )
    }

    /// RFC 8689 §4.2.1: the way to the host must be sure, and its certificate valid.
    fn apply_require_tls(&self, host: &HostFacts, plan: &mut HostPlan) {
        let listed = plan.sts.as_ref().is_some_and(|sts| {
            sts.pattern.is_some() && matches!(sts.mode, Mode::Enforce | Mode::Testing)
        });
        // Where no MX record leads to the host, its name is the domain's own or the smart host's.
        if !listed && dane::has_insecure_mx(&self.facts.mx) {
            plan.requirement = Requirement::Unusable;
            plan.by_sender();
            plan.because.push(Step::new(
                format_args!(
                    "neither DNSSEC nor an MTA-STS policy vouches for `{}`",
                    host.host
                ),
                "RFC 8689 §4.2.1",
                "a message with REQUIRETLS must not go to this host",
            ));
        } else if !plan.requirement.is_authenticated() {
            plan.requirement = Requirement::Webpki;
            plan.by_sender();
            plan.because.push(Step::new(
                "the message carries REQUIRETLS",
                "RFC 8689 §4.2.1",
                "TLS with a valid certificate for the MX host is required",
            ));
        }
    }
}

impl HostPlan {
    /// A message that no policy stops (RFC 8689 §3) is stopped by the sender's own demand alone, of which a policy may
    /// still say how it is met.
    fn leave_to_sender(&mut self, require: Require) {
        self.requirement = match (require, self.requirement) {
            (Require::None, requirement) => requirement,
            (Require::Tls, _) => Requirement::Opportunistic,
            (_, Requirement::DaneAndWebpki) => Requirement::Dane,
            (_, requirement) => requirement,
        };
        if self.requirement.is_authenticated() {
            self.by_sender();
        }
    }

    fn raise(&mut self, requirement: Requirement, fact: &str) {
        self.requirement = requirement;
        self.by_sender();
        self.because.push(Step::new(
            fact,
            "RFC 7672 §6",
            format_args!("requirement `{requirement}`"),
        ));
    }

    fn by_sender(&mut self) {
        if !self.basis.contains(&Basis::Local) {
            self.basis.push(Basis::Local);
        }
    }
}
