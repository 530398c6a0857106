//! All that was observed about a domain, typed, with its security (SEMANTICS §0): enough to decide, and
//! nothing that was decided. Texts and certificates stand here as they were served, so that a what-if is
//! an edit of facts and every reading of them happens in one place. Where they come from is `check`'s business.

mod lookup;
mod session;

pub use lookup::{HopFact, Lookup, Outcome};
pub use session::{ObservedSession, Session, SessionError, SessionFacts, SessionStage};

use core::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use crate::dane::Tlsa;
use crate::mta_sts::{CachedPolicy, PolicyAnswer};
use crate::name::Name;
use crate::time::Time;
use crate::value::{self, Fields, read_from_fields, read_struct};

/// One domain as seen at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// The recipient domain.
    pub domain: Name,
    /// Where its mail goes first: the domain itself, or the relay's host (RFC 8461 §3.4).
    pub next_hop: Name,
    /// The clock of everything below.
    pub at: Time,
    /// The MX RR set of the next hop.
    pub mx: Lookup<MxRecord>,
    /// `_mta-sts`: one entry a TXT record, its strings joined.
    pub sts_txt: Lookup<String>,
    /// `_smtp._tls`: the same.
    pub tls_rpt_txt: Lookup<String>,
    /// The policy host and what it served.
    pub policy: PolicyFacts,
    /// The mail hosts in the order of the MX answer.
    pub hosts: Vec<HostFacts>,
}

read_struct!(Facts {
    domain: "domain",
    next_hop: "nextHop",
    at: "at",
    mx: "mx",
    sts_txt: "stsTxt",
    tls_rpt_txt: "tlsRptTxt",
    policy: "policy",
    hosts: "hosts",
});

/// One MX record as served; `exchange` may be the root (RFC 7505).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MxRecord {
    /// Lower goes first.
    pub preference: u16,
    /// The host, or what stands in its place.
    pub exchange: Name,
}

read_struct!(MxRecord {
    preference: "preference",
    exchange: "exchange",
});

/// `https://mta-sts.<policy domain>/.well-known/mta-sts.txt` (RFC 8461 §3.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyFacts {
    /// The one URL a policy may come from.
    pub url: String,
    /// IPv4 addresses of the policy host.
    pub a: Lookup<Ipv4Addr>,
    /// IPv6 addresses of the policy host.
    pub aaaa: Lookup<Ipv6Addr>,
    /// What came back; `None` where nothing was fetched.
    pub answer: Option<PolicyAnswer>,
    /// Why nothing was fetched.
    pub not_fetched: Option<NotFetched>,
    /// What the sender had kept from before.
    pub cached: Option<CachedPolicy>,
}

read_struct!(PolicyFacts {
    url: "url",
    a: "a",
    aaaa: "aaaa",
    answer: "answer",
    not_fetched: "notFetched",
    cached: "cached",
});

/// Why no policy was fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotFetched {
    /// No valid record announces a policy (RFC 8461 §3.1).
    NotAnnounced,
    /// The cached policy needs no refresh yet, or a failed fetch was made less than five minutes ago.
    NotDue,
    /// The policy host has no public address, and the caller allows no other.
    NotPublic,
    /// The policy host has no address that could be found.
    Unresolved,
}

/// One mail host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostFacts {
    /// Its name as in the MX RR set.
    pub host: Name,
    /// Its preference; 0 for an implicit MX (RFC 5321 §5.1).
    pub preference: u16,
    /// IPv4 addresses.
    pub a: Lookup<Ipv4Addr>,
    /// IPv6 addresses.
    pub aaaa: Lookup<Ipv6Addr>,
    /// What DANE discovery found.
    pub dane: DaneFacts,
    /// The SMTP sessions, one an address.
    pub sessions: SessionFacts,
}

read_struct!(HostFacts {
    host: "host",
    preference: "preference",
    a: "a",
    aaaa: "aaaa",
    dane: "dane",
    sessions: "sessions",
});

/// DANE discovery for one host (RFC 7672 §2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
#[non_exhaustive]
pub enum DaneFacts {
    /// TLSA was not looked up.
    NotAsked {
        /// Why.
        reason: String,
    },
    /// TLSA was looked up at every candidate for the base domain, in their order.
    Asked {
        /// The look-ups.
        tlsa: Vec<TlsaLookup>,
    },
}

/// The TLSA look-up of one candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TlsaLookup {
    /// The candidate for the TLSA base domain (RFC 7672 §2.2.3).
    pub base: Name,
    /// `_25._tcp.<base>`.
    pub name: Name,
    /// What came.
    pub lookup: Lookup<Tlsa>,
}

read_struct!(TlsaLookup {
    base: "base",
    name: "name",
    lookup: "lookup",
});

impl DaneFacts {
    /// The fact of a check that believes nobody about DNSSEC: without a secure answer DANE can't apply
    /// (RFC 7672 §2.1), so it is not asked.
    #[must_use]
    pub fn not_validated() -> Self {
        Self::NotAsked {
            reason: "dnssec-not-validated".to_owned(),
        }
    }

    fn read(mut fields: Fields) -> Result<Self, value::Error> {
        match fields.kind()?.as_str() {
            "not-asked" => Ok(Self::NotAsked {
                reason: fields.take("reason")?,
            }),
            "asked" => Ok(Self::Asked {
                tlsa: fields.take("tlsa")?,
            }),
            other => Err(value::Error::unknown_kind(other)),
        }
    }
}

read_from_fields!(DaneFacts, DaneFacts::read);
