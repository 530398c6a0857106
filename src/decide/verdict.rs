//! The shape of a verdict: what to do, and the ordered steps that lead there (SEMANTICS §0, DESIGN §3).

use core::fmt::Display;
use core::net::IpAddr;
use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::options::MessageOptions;
use crate::dane::Tlsa;
use crate::facts::Facts;
use crate::finding::Finding;
use crate::mta_sts::Mode;
use crate::name::Name;
use crate::security::SecurityStatus;
use crate::time::Time;
pub use crate::tlsrpt::{HostPolicy, PolicyType};
use crate::value::read_struct;

/// One step of a reason: fact, rule, conclusion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What was seen.
    pub fact: String,
    /// The rule, as `RFC 8461 §4.1`.
    pub clause: Cow<'static, str>,
    /// What follows.
    pub conclusion: String,
}

read_struct!(Step {
    fact: "fact",
    clause: "clause",
    conclusion: "conclusion",
});

impl Step {
    /// A step by a rule of an RFC.
    pub fn new(fact: impl Display, clause: &'static str, conclusion: impl Display) -> Self {
        Self {
            fact: fact.to_string(),
            clause: Cow::Borrowed(clause),
            conclusion: conclusion.to_string(),
        }
    }
}

/// How well the domain's incoming mail is protected (SEMANTICS §5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Posture {
    /// Every host requires an authenticated TLS session, none is seen to fail.
    Protected,
    /// Only some hosts do, or without authentication.
    Partial,
    /// MTA-STS in testing mode: failures are reported, mail flows.
    Testing,
    /// Nothing asks for TLS.
    Unprotected,
    /// Some kind of sender can deliver to no host.
    Broken,
    /// The domain takes no mail.
    NoMail,
    /// It could not be found out.
    Unknown,
}

/// What to do with the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Send it, host by host as the plan says.
    Deliver,
    /// Keep it and try later.
    Defer,
    /// Give it back.
    Fail,
}

/// What a host must show before it gets the message (SEMANTICS §5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Requirement {
    /// TLS where it is offered.
    #[serde(rename = "opportunistic")]
    Opportunistic,
    /// TLS, unauthenticated.
    #[serde(rename = "encrypted")]
    Encrypted,
    /// TLS with a certificate of a public CA for the MX host.
    #[serde(rename = "webpki")]
    Webpki,
    /// TLS with a key or CA pinned in the DNS.
    #[serde(rename = "dane")]
    Dane,
    /// Both.
    #[serde(rename = "dane+webpki")]
    DaneAndWebpki,
    /// Not now.
    #[serde(rename = "unusable")]
    Unusable,
}

impl Requirement {
    /// Whether the session must be authenticated.
    #[must_use]
    pub fn is_authenticated(self) -> bool {
        matches!(self, Self::Webpki | Self::Dane | Self::DaneAndWebpki)
    }

    /// Whether the certificate must hold by WebPKI.
    #[must_use]
    pub fn needs_web_pki(self) -> bool {
        matches!(self, Self::Webpki | Self::DaneAndWebpki)
    }
}

impl Display for Requirement {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Opportunistic => "opportunistic",
            Self::Encrypted => "encrypted",
            Self::Webpki => "webpki",
            Self::Dane => "dane",
            Self::DaneAndWebpki => "dane+webpki",
            Self::Unusable => "unusable",
        })
    }
}

/// Whose word a requirement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// TLSA records.
    Dane,
    /// An MTA-STS policy.
    MtaSts,
    /// The sender's own choice or the message's.
    Local,
}

/// Whether what was observed meets the requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conformance {
    /// It does.
    Met,
    /// It does not.
    Unmet,
    /// Nothing was observed.
    Unobserved,
}

/// The whole answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// The recipient domain.
    pub domain: Name,
    /// The clock of the facts.
    pub at: Time,
    /// The earliest end of anything it rests on; `None` where nothing was observed.
    pub valid_until: Option<Time>,
    /// How well protected the domain's mail is.
    pub posture: Posture,
    /// What to do now.
    pub action: Action,
    /// RFC 3463 code for a deferral or failure.
    pub enhanced_status: Option<String>,
    /// Why.
    pub because: Vec<Step>,
    /// What it rests on.
    pub facts: Facts,
    /// The plan, host by host in the order to try.
    pub hosts: Vec<HostVerdict>,
    /// What senders of each kind do now.
    pub senders: Senders,
    /// What there is to say, the gravest first.
    pub findings: Vec<Finding>,
}

read_struct!(Verdict {
    domain: "domain",
    at: "at",
    valid_until: "validUntil",
    posture: "posture",
    action: "action",
    enhanced_status: "enhancedStatus",
    because: "because",
    facts: "facts",
    hosts: "hosts",
    senders: "senders",
    findings: "findings",
});

/// One host of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HostVerdict {
    /// The MX host.
    pub host: Name,
    /// Its preference.
    pub preference: u16,
    /// Where it lives, and how far the DNS can be believed there.
    pub addresses: Vec<HostAddress>,
    /// What it must show.
    pub requirement: Requirement,
    /// Whose word that is.
    pub basis: Vec<Basis>,
    /// The MTA-STS policy in force, and its pattern that matches this host.
    pub sts: Option<StsMatch>,
    /// The name to send as SNI (SEMANTICS §4.1 step 5).
    pub server_name: Name,
    /// The TLSA base domain, where DANE applies.
    pub tlsa_base: Option<Name>,
    /// Names a DANE-TA certificate may carry.
    pub reference_names: Vec<Name>,
    /// The TLSA records that count.
    pub tlsa: Vec<Tlsa>,
    /// The policies that a session with this host falls under.
    pub policies: Vec<HostPolicy>,
    /// What the message asks for; carried along for [`judge_session`](super::judge_session).
    pub message: MessageOptions,
    /// Whether the observed sessions meet the requirement.
    pub conformance: Conformance,
    /// The judgement of the observed session that says most: the first that fails, else the first.
    pub session: Option<SessionVerdict>,
    /// Why.
    pub because: Vec<Step>,
}

read_struct!(HostVerdict {
    host: "host",
    preference: "preference",
    addresses: "addresses",
    requirement: "requirement",
    basis: "basis",
    sts: "sts",
    server_name: "serverName",
    tlsa_base: "tlsaBase",
    reference_names: "referenceNames",
    tlsa: "tlsa",
    policies: "policies",
    message: "message",
    conformance: "conformance",
    session: "session",
    because: "because",
});

/// One address of a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostAddress {
    /// IPv4 or IPv6.
    pub ip: IpAddr,
    /// How far its look-up can be believed.
    pub status: SecurityStatus,
}

read_struct!(HostAddress {
    ip: "ip",
    status: "status",
});

/// The MTA-STS side of one host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StsMatch {
    /// The mode in force.
    pub mode: Mode,
    /// The pattern that matches; `None`: the host is not in the policy.
    pub pattern: Option<String>,
}

read_struct!(StsMatch {
    mode: "mode",
    pattern: "pattern",
});

/// What to do after one handshake (SEMANTICS §5.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionVerdict {
    /// What to do.
    pub action: SessionAction,
    /// RFC 3463 code for a deferral or failure.
    pub enhanced_status: Option<String>,
    /// What to do before the message is given up (RFC 8461 §5).
    pub before_fail: Option<BeforeFail>,
    /// Why.
    pub because: Vec<Step>,
    /// One result a policy that applied, for TLS-RPT.
    pub results: Vec<HostPolicy>,
}

read_struct!(SessionVerdict {
    action: "action",
    enhanced_status: "enhancedStatus",
    before_fail: "beforeFail",
    because: "because",
    results: "results",
});

/// What to do with the message in this session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionAction {
    /// Send it.
    Deliver,
    /// Send it, and report what failed.
    DeliverAndReport,
    /// Not here; there are hosts left.
    TryNext,
    /// Not now.
    Defer,
    /// Never.
    Fail,
}

impl SessionAction {
    /// Whether the message goes out.
    #[must_use]
    pub fn delivers(self) -> bool {
        matches!(self, Self::Deliver | Self::DeliverAndReport)
    }
}

/// What a sender owes the recipient before a bounce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BeforeFail {
    /// Look up `_mta-sts` once more, live (RFC 8461 §5).
    RecheckStsTxt,
}

/// What senders of each kind do now (SEMANTICS §7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Senders {
    /// MTA-STS alone.
    #[serde(rename = "mta-sts")]
    pub mta_sts: SenderOutcome,
    /// DANE alone.
    pub dane: SenderOutcome,
    /// Both.
    #[serde(rename = "dane+mta-sts")]
    pub both: SenderOutcome,
    /// Neither.
    pub opportunistic: SenderOutcome,
}

read_struct!(Senders {
    mta_sts: "mta-sts",
    dane: "dane",
    both: "dane+mta-sts",
    opportunistic: "opportunistic",
});

/// What one kind of sender does now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SenderOutcome {
    /// What happens to the mail.
    pub action: SenderAction,
    /// What each host must show.
    pub hosts: Vec<SenderHost>,
    /// Why.
    pub because: Vec<Step>,
}

read_struct!(SenderOutcome {
    action: "action",
    hosts: "hosts",
    because: "because",
});

/// What happens to the mail of one kind of sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SenderAction {
    /// It goes out under a requirement.
    Deliver,
    /// It goes out, and an attacker on the path could read it.
    DeliverUnprotected,
    /// It waits.
    Defer,
    /// It comes back.
    Fail,
    /// Not known here.
    Unknown,
}

/// What one host must show to one kind of sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SenderHost {
    /// The MX host.
    pub host: Name,
    /// What it must show.
    pub requirement: Requirement,
}

read_struct!(SenderHost {
    host: "host",
    requirement: "requirement",
});
