//! What a sender of each kind does now (SEMANTICS §7), and how the plan ends for the message at hand.

use super::dane::Dane;
use super::host::takes_somewhere;
use super::plan::Profile;
use super::verdict::{
    Action, Basis, Conformance, HostVerdict, Requirement, SenderAction, SenderHost, SenderOutcome,
    Step,
};
use super::{Options, StsUnknown, posture::Delivery, sts::Sts};
use crate::facts::{Facts, HostFacts};
use crate::mta_sts::Mode;

/// How a list of hosts ends for one message.
#[derive(Debug, Clone)]
pub(super) struct Ending {
    pub action: Action,
    pub enhanced_status: Option<String>,
    /// The host that takes the message.
    pub taken_by: Option<usize>,
    pub because: Vec<Step>,
}

/// Walks the hosts in their order: the first that may take the message takes it. What was not observed,
/// or could not be reached from here, is taken as willing.
pub(super) fn ending(
    delivery: &Delivery,
    hosts: &[HostVerdict],
    seen: &[HostFacts],
    sts: Option<&Sts>,
    options: &Options,
) -> Ending {
    if let Some(ended) = delivery.without_hosts() {
        return ended;
    }
    if let Some(reason) = sts.and_then(|sts| sts.unknown.as_ref())
        && options.sts_unknown == StsUnknown::Defer
    {
        let step = Step::new(
            format_args!("whether there is an MTA-STS policy could not be found out: {reason}"),
            "RFC 8461 §3.3",
            "the sender chose to wait until it is known",
        );
        return Ending::defer("4.7.0", vec![step]);
    }
    if let Some(index) = hosts
        .iter()
        .zip(seen)
        .position(|(host, seen)| takes(host, seen))
    {
        let host = hosts.get(index);
        let because = host.map(|host| {
            Step::new(
                format_args!("`{}`, requirement `{}`", host.host, host.requirement),
                "RFC 5321 §5.1",
                "is the first host that may take the message",
            )
        });
        return Ending {
            action: Action::Deliver,
            enhanced_status: None,
            taken_by: Some(index),
            because: because.into_iter().collect(),
        };
    }
    no_host(hosts, options)
}

fn no_host(hosts: &[HostVerdict], options: &Options) -> Ending {
    let mut because: Vec<Step> = hosts
        .iter()
        .filter_map(|host| host.because.last().cloned())
        .collect();
    let status = hosts
        .iter()
        .filter_map(|host| host.session.as_ref())
        .find_map(|session| session.enhanced_status.clone())
        .unwrap_or_else(|| {
            let by_policy = hosts.iter().any(|host| !host.basis.is_empty());
            if by_policy { "4.7.5" } else { "4.4.4" }.to_owned()
        });
    // What could not be found out about a host does not make it unsuitable: it is tried again.
    let unknown = hosts.iter().any(|host| {
        let ruled_out = [Basis::MtaSts, Basis::Local];
        host.requirement == Requirement::Unusable
            && !host.basis.iter().any(|basis| ruled_out.contains(basis))
    });
    if options.message.requires_tls() && !unknown {
        // RFC 8689 §4.2.1: with no suitable host the message comes back.
        because.push(Step::new(
            "no host suits REQUIRETLS",
            "RFC 8689 §4.2.1",
            "the message comes back",
        ));
        let status = if status.starts_with('5') {
            status
        } else {
            "5.7.10".to_owned()
        };
        return Ending {
            action: Action::Fail,
            enhanced_status: Some(status),
            taken_by: None,
            because,
        };
    }
    because.push(Step::new(
        "no host may take the message",
        "RFC 8461 §5",
        "it waits",
    ));
    Ending::defer(&status, because)
}

/// One address that will do is enough: a sender goes from address to address (RFC 5321 §5.1).
fn takes(host: &HostVerdict, seen: &HostFacts) -> bool {
    let listed = host.requirement != Requirement::Unusable;
    let refused = host.conformance == Conformance::Unmet;
    listed && (!refused || takes_somewhere(host, seen))
}

impl Ending {
    pub(super) fn defer(status: &str, because: Vec<Step>) -> Self {
        Self {
            action: Action::Defer,
            enhanced_status: Some(status.to_owned()),
            taken_by: None,
            because,
        }
    }

    pub(super) fn fail(status: &str, because: Vec<Step>) -> Self {
        Self {
            action: Action::Fail,
            enhanced_status: Some(status.to_owned()),
            taken_by: None,
            because,
        }
    }
}

/// The outcome for one kind of sender, from its own plan.
pub(super) fn outcome(
    profile: Profile,
    delivery: &Delivery,
    hosts: &[HostVerdict],
    seen: &[HostFacts],
    sts: &Sts,
    facts: &Facts,
    options: &Options,
) -> SenderOutcome {
    let listed = hosts
        .iter()
        .map(|host| SenderHost {
            host: host.host.clone(),
            requirement: host.requirement,
        })
        .collect();
    let ended = ending(delivery, hosts, seen, profile.sts.then_some(sts), options);
    let mut because = ended.because;
    // A DANE sender's mind hangs on TLSA records that nobody looked up.
    let unseen = seen
        .iter()
        .any(|host| Dane::is_unseen(host, facts, options));
    if profile.dane && unseen && ended.action == Action::Deliver {
        because.push(Step::new(
            "DNSSEC was not validated and TLSA not looked up",
            "RFC 7672 §2.1",
            "what a DANE sender requires is not known",
        ));
        return SenderOutcome {
            action: SenderAction::Unknown,
            hosts: listed,
            because,
        };
    }
    let unknown = profile.sts && sts.unknown.is_some() && ended.action == Action::Deliver;
    let action = match ended.action {
        _ if matches!(delivery, Delivery::Unknown { .. }) => SenderAction::Unknown,
        _ if unknown => SenderAction::Unknown,
        Action::Defer => SenderAction::Defer,
        Action::Fail => SenderAction::Fail,
        Action::Deliver => {
            let host = ended.taken_by.and_then(|index| hosts.get(index));
            if host.is_some_and(|host| host.requirement.is_authenticated()) {
                SenderAction::Deliver
            } else {
                SenderAction::DeliverUnprotected
            }
        }
    };
    if profile.sts && sts.mode() == Some(Mode::Testing) {
        because.push(Step::new(
            "policy `testing`",
            "RFC 8461 §5",
            "failures are reported, mail flows",
        ));
    }
    SenderOutcome {
        action,
        hosts: listed,
        because,
    }
}
