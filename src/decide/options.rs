//! What the caller chooses (DESIGN §3). Every default is the safe one of SEMANTICS §5.

use serde::{Deserialize, Serialize};

use crate::name::Name;
use crate::value::read_struct;

/// The sender's choices. All have a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Options {
    /// Which policy speaks where both stand (RFC 8461 §2, §5).
    pub precedence: Precedence,
    /// Whether TLSA counts behind an insecure MX RR set (RFC 7672 §2.2.1).
    pub insecure_mx: InsecureMx,
    /// What to do where the `_mta-sts` TXT could not be found out.
    pub sts_unknown: StsUnknown,
    /// On whose word the DNS is believed.
    pub dnssec: Dnssec,
    /// The sender's own demand on every host.
    pub require: Require,
    /// What the message itself asks for (RFC 8689).
    pub message: MessageOptions,
    /// The SMTP port.
    pub port: u16,
    /// The smart host, where mail does not go to the domain's own MX.
    pub relay: Option<Relay>,
    /// Warn about a wrong media type of the policy file instead of refusing it.
    pub lenient_content_type: bool,
    /// Trust anchors as DS or DNSKEY lines; `None` = the root's own.
    pub anchors: Option<Vec<String>>,
    /// Whether the policy host and mail hosts may have private addresses.
    pub allow_private_addresses: bool,
    /// Whether DNSSEC algorithms 5 and 7 count.
    pub allow_sha1_signatures: bool,
    /// TLSA matching types from the strongest (RFC 7671 §9).
    pub digest_order: Vec<u8>,
    /// NSEC3 iteration limits (RFC 9276 §3.2).
    pub nsec3: Nsec3Limits,
    /// Time for the policy fetch in milliseconds (RFC 8461 §3.3 suggests a minute).
    pub sts_timeout_ms: u32,
}

read_struct!(Options or default {
    precedence: "precedence",
    insecure_mx: "insecureMx",
    sts_unknown: "stsUnknown",
    dnssec: "dnssec",
    require: "require",
    message: "message",
    port: "port",
    relay: "relay",
    lenient_content_type: "lenientContentType",
    anchors: "anchors",
    allow_private_addresses: "allowPrivateAddresses",
    allow_sha1_signatures: "allowSha1Signatures",
    digest_order: "digestOrder",
    nsec3: "nsec3",
    sts_timeout_ms: "stsTimeoutMs",
});

impl Default for Options {
    fn default() -> Self {
        Self {
            precedence: Precedence::Both,
            insecure_mx: InsecureMx::Skip,
            sts_unknown: StsUnknown::Deliver,
            dnssec: Dnssec::Validate,
            require: Require::None,
            message: MessageOptions::default(),
            port: 25,
            relay: None,
            lenient_content_type: false,
            anchors: None,
            allow_private_addresses: false,
            allow_sha1_signatures: false,
            digest_order: vec![2, 1],
            nsec3: Nsec3Limits::default(),
            sts_timeout_ms: 60_000,
        }
    }
}

/// Which policy speaks where DANE and MTA-STS both stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precedence {
    /// The MTA-STS host list holds, DANE replaces the certificate check.
    Both,
    /// DANE alone where it applies.
    Dane,
    /// Both checks, the letter of RFC 8461 §5.
    All,
}

/// Whether TLSA counts behind an insecure MX RR set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InsecureMx {
    /// No (RFC 7672 §2.2.1).
    Skip,
    /// Yes, as Postfix does; never `protected`.
    Dane,
}

/// What an unknown MTA-STS state means for delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StsUnknown {
    /// Deliver as without MTA-STS (RFC 8461 §3.3).
    Deliver,
    /// Wait until it is known.
    Defer,
}

/// On whose word the DNS is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dnssec {
    /// The engine's own validation.
    Validate,
    /// The AD bit of a resolver that the caller trusts (RFC 6840 §5.8).
    TrustAd,
    /// Nobody's.
    Off,
}

/// The sender's own demand on every host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Require {
    /// None.
    None,
    /// TLS, authenticated or not.
    Tls,
    /// TLS with a certificate that holds by WebPKI or DANE.
    Authenticated,
    /// A secure MX RR set and usable TLSA records.
    Dane,
}

/// What the message itself asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageOptions {
    /// REQUIRETLS on the envelope (RFC 8689 §2).
    pub require_tls: bool,
    /// The header field `TLS-Required: No` (RFC 8689 §3).
    pub tls_required_no: bool,
    /// A bounce.
    pub empty_return_path: bool,
    /// Ordinary mail, or a TLS report.
    pub kind: MessageKind,
}

read_struct!(MessageOptions or default {
    require_tls: "requireTls",
    tls_required_no: "tlsRequiredNo",
    empty_return_path: "emptyReturnPath",
    kind: "kind",
});

impl MessageOptions {
    /// Whether REQUIRETLS binds: not for a bounce (RFC 8689 §4.2.1).
    #[must_use]
    pub fn requires_tls(self) -> bool {
        self.require_tls && !self.empty_return_path
    }

    /// Whether a policy that fails must not stop this message: `TLS-Required: No`, unless the envelope
    /// says REQUIRETLS (RFC 8689 §3), or a report about such failures (RFC 8460 §5.3).
    #[must_use]
    pub fn ignores_policy(self) -> bool {
        !self.require_tls && (self.tls_required_no || self.kind == MessageKind::TlsReport)
    }
}

/// What kind of message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageKind {
    /// Ordinary mail.
    #[default]
    Mail,
    /// A TLS report (RFC 8460 §5.3).
    TlsReport,
}

/// A smart host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Relay {
    /// Its name.
    pub host: Name,
    /// Whether its MX records are looked up, or the host itself is meant.
    pub mx: bool,
}

read_struct!(Relay {
    host: "host",
    mx: "mx",
});

/// NSEC3 iteration limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Nsec3Limits {
    /// More iterations than this: insecure.
    pub insecure_above: u16,
    /// More than this: bogus.
    pub bogus_above: u16,
}

read_struct!(Nsec3Limits or default {
    insecure_above: "insecureAbove",
    bogus_above: "bogusAbove",
});

impl Default for Nsec3Limits {
    fn default() -> Self {
        Self {
            insecure_above: 50,
            bogus_above: 500,
        }
    }
}
