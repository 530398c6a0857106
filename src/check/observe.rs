//! From answers to facts, and from facts to the next questions. Every question follows from what is known,
//! never from the order in which it became known.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::dns_answers::{DnsAnswers, Found, question};
use super::driver::Start;
use super::error::CheckError;
use super::need::{Answer, NeedKind, Target};
use crate::bytes::Bytes;
use crate::dane::Tlsa;
use crate::decide::{
    Dnssec,
    dane::{self, Addresses},
    posture::mx_set,
    sts_txt,
};
use crate::dns::{self, Question, Record, RecordData, RecordType};
use crate::dnssec::ChainCacheEntry;
use crate::facts::{
    DaneFacts, Facts, HopFact, HostFacts, Lookup, MxRecord, NotFetched, ObservedSession, Outcome,
    PolicyFacts, Session, SessionFacts, TlsaLookup,
};
use crate::limits;
use crate::mta_sts::{NextAction, PolicyAnswer, next_cache_state};
use crate::name::Name;
use crate::ordered::Map;
use crate::security::SecurityStatus;
use crate::x509;

/// What has been answered so far.
#[derive(Debug, Clone)]
pub(super) struct Observed {
    names: Names,
    dns: DnsAnswers,
    policy: Option<PolicyAnswer>,
    sessions: Map<Name, SessionFacts>,
}

/// The names that a check begins with.
#[derive(Debug, Clone)]
struct Names {
    next_hop: Name,
    sts_txt: Name,
    policy_host: Name,
    tls_rpt: Name,
}

impl Observed {
    pub(super) fn new(start: &Start) -> Result<Self, CheckError> {
        let next_hop = start
            .options
            .relay
            .as_ref()
            .map_or(&start.domain, |relay| &relay.host)
            .clone();
        if !is_mail_domain(&start.domain) || !has_plain_labels(&next_hop) {
            return Err(CheckError::NoMailDomain);
        }
        let below =
            |name: &Name, label: &str| name.child(label).map_err(|_| CheckError::LongDomain);
        let names = Names {
            sts_txt: below(&next_hop, "_mta-sts")?,
            policy_host: below(&next_hop, "mta-sts")?,
            // Reports are the recipient domain's, whoever relays (RFC 8460 §3).
            tls_rpt: below(&start.domain, "_smtp._tls")?,
            next_hop,
        };
        Ok(Self {
            names,
            dns: DnsAnswers::new(start)?,
            policy: None,
            sessions: Map::new(),
        })
    }

    /// Every question that what is known calls for, asked already or not.
    pub(super) fn needs(&mut self, start: &Start) -> Vec<(u8, NeedKind)> {
        let needs = self.facts_wanted(start);
        self.dns.ask(needs, start)
    }

    /// What the facts call for.
    fn facts_wanted(&self, start: &Start) -> Vec<(u8, NeedKind)> {
        let names = &self.names;
        let mut needs = Vec::new();
        if !relay_is_host(start) {
            needs.push((1, question(&names.next_hop, RecordType::Mx)));
        }
        needs.push((1, question(&names.sts_txt, RecordType::Txt)));
        needs.push((1, question(&names.tls_rpt, RecordType::Txt)));
        needs.push((1, question(&names.policy_host, RecordType::A)));
        needs.push((1, question(&names.policy_host, RecordType::Aaaa)));
        if let Ok(addresses) = self.policy_due(start) {
            needs.push((
                2,
                NeedKind::Policy {
                    url: self.policy_url(),
                    addresses,
                },
            ));
        }
        for (host, _) in self.mx_hosts(start) {
            needs.push((2, question(&host, RecordType::A)));
            needs.push((2, question(&host, RecordType::Aaaa)));
            if let Some(alias) = self.alias_question(&host, start) {
                needs.push((2, question(&host, RecordType::Cname)));
                if self.dns.found(&alias).is_none() {
                    continue;
                }
            }
            // TLSA only once both address families are in (RFC 7672 §2.2.2); an address that may not be connected to from
            // here says nothing about the records.
            let Some(addresses) = self.allowed(&host, start) else {
                continue;
            };
            let tlsa = self.tlsa_questions(&host, start).unwrap_or_default();
            let names = tlsa.iter().map(|(_, name)| name);
            needs.extend(names.map(|name| (3, question(name, RecordType::Tlsa))));
            if addresses.is_empty() {
                continue;
            }
            if let Some(server_name) = self.server_name(&host, &tlsa) {
                let target = Target {
                    server_name,
                    host,
                    port: start.options.port,
                    addresses,
                };
                needs.push((4, NeedKind::Starttls { target }));
            }
        }
        needs
    }

    /// Takes an answer that fits its need.
    pub(super) fn take(&mut self, need: &NeedKind, answer: Answer, start: &Start) {
        match need {
            NeedKind::Dns {
                name, record_type, ..
            } => {
                let question = Question::new(name.clone(), *record_type);
                self.dns.take(question, answer, start);
            }
            NeedKind::Policy { .. } => self.policy = answer.into_policy(),
            NeedKind::Starttls { target } => {
                self.sessions.insert(
                    target.host.clone(),
                    read_sessions(&target.host, answer, start),
                );
            }
        }
    }

    /// What was proven of the chain; what was given where nothing is validated.
    pub(super) fn chain_cache(&self, start: &Start) -> Vec<ChainCacheEntry> {
        self.dns.chain_cache(start)
    }

    /// All that was observed.
    pub(super) fn facts(&self, start: &Start) -> Facts {
        let names = &self.names;
        let hosts = self
            .mx_hosts(start)
            .into_iter()
            .map(|(host, preference)| HostFacts {
                a: self.lookup(&host, RecordType::A, a),
                aaaa: self.lookup(&host, RecordType::Aaaa, aaaa),
                dane: self.dane(&host, start),
                sessions: self.sessions.get(&host).cloned().unwrap_or_else(|| {
                    SessionFacts::NotAsked {
                        reason: "no-address".to_owned(),
                    }
                }),
                host,
                preference,
            });
        Facts {
            domain: start.domain.clone(),
            next_hop: names.next_hop.clone(),
            at: start.at,
            mx: self.mx(start),
            sts_txt: self.lookup(&names.sts_txt, RecordType::Txt, txt),
            tls_rpt_txt: self.lookup(&names.tls_rpt, RecordType::Txt, txt),
            policy: PolicyFacts {
                url: self.policy_url(),
                a: self.lookup(&names.policy_host, RecordType::A, a),
                aaaa: self.lookup(&names.policy_host, RecordType::Aaaa, aaaa),
                answer: self.policy.clone(),
                not_fetched: self.policy_due(start).err().flatten(),
                cached: start.cached_policy.clone(),
            },
            hosts: hosts.collect(),
        }
    }

    /// The first step of an alias whose addresses are not signed may be signed itself, and then counts (RFC 7672 §2.2.2). A
    /// resolver's word is about an answer as a whole, so that step is asked for alone.
    fn alias_question(&self, host: &Name, start: &Start) -> Option<Question> {
        let of = |record_type| self.dns.found(&Question::new(host.clone(), record_type));
        let leads_out = |found: &Found| {
            !found.resolved.hops.is_empty()
                && found.resolved.outcome == dns::Outcome::Found
                && found.security.status != SecurityStatus::Secure
        };
        let mut families = [of(RecordType::A), of(RecordType::Aaaa)]
            .into_iter()
            .flatten();
        (start.options.dnssec == Dnssec::TrustAd && families.any(leads_out))
            .then(|| Question::new(host.clone(), RecordType::Cname))
    }

    /// What is known of the first step alone; an answer that there is none says nothing of it.
    fn alias_status(&self, name: &Name) -> Option<SecurityStatus> {
        let alias = Question::new(name.clone(), RecordType::Cname);
        let found = self.dns.found(&alias)?;
        let told = matches!(
            found.resolved.outcome,
            dns::Outcome::Found | dns::Outcome::Failed
        );
        told.then_some(found.security.status)
    }

    fn tlsa_questions(
        &self,
        host: &Name,
        start: &Start,
    ) -> Result<Vec<(Name, Name)>, &'static str> {
        let a = Addresses::of(&self.lookup(host, RecordType::A, a));
        let aaaa = Addresses::of(&self.lookup(host, RecordType::Aaaa, aaaa));
        dane::questions(&self.mx(start), host, [a, aaaa], &start.options)
    }

    fn dane(&self, host: &Name, start: &Start) -> DaneFacts {
        match self.tlsa_questions(host, start) {
            Err(reason) => DaneFacts::NotAsked {
                reason: reason.to_owned(),
            },
            Ok(questions) => DaneFacts::Asked {
                tlsa: questions
                    .into_iter()
                    .map(|(base, name)| TlsaLookup {
                        lookup: self.lookup(&name, RecordType::Tlsa, tlsa),
                        base,
                        name,
                    })
                    .collect(),
            },
        }
    }

    /// The name to send as SNI, once every TLSA answer is in: the base domain where DANE applies (RFC 7672 §8.1).
    fn server_name(&self, host: &Name, tlsa_names: &[(Name, Name)]) -> Option<Name> {
        let mut settled = None;
        for (base, name) in tlsa_names {
            let lookup = self.lookup(name, RecordType::Tlsa, tlsa);
            let secure = lookup.security.status == SecurityStatus::Secure;
            match lookup.outcome {
                Outcome::NotAsked => return None,
                Outcome::Found if secure => settled = settled.or(Some(base)),
                // A failure settles it too: what follows does not count.
                Outcome::Failed => settled = settled.or(Some(host)),
                _ => {}
            }
        }
        Some(settled.unwrap_or(host).clone())
    }

    fn mx(&self, start: &Start) -> Lookup<MxRecord> {
        if relay_is_host(start) {
            return Lookup::not_asked("relay-is-a-host");
        }
        self.lookup(&self.names.next_hop, RecordType::Mx, mx)
    }

    fn mx_hosts(&self, start: &Start) -> Vec<(Name, u16)> {
        if relay_is_host(start) {
            return vec![(self.names.next_hop.clone(), 0)];
        }
        let set = mx_set(&self.mx(start), &self.names.next_hop);
        set.hosts
            .into_iter()
            .filter(|host| host.usable)
            .map(|host| (host.host, host.preference))
            .collect()
    }

    fn policy_url(&self) -> String {
        crate::mta_sts::policy_url(&self.names.next_hop)
    }

    /// The addresses to fetch the policy from; else why not, once that is known (RFC 8461 §3.3).
    fn policy_due(&self, start: &Start) -> Result<Vec<IpAddr>, Option<NotFetched>> {
        let names = &self.names;
        let lookup = self.lookup(&names.sts_txt, RecordType::Txt, txt);
        if lookup.outcome == Outcome::NotAsked {
            return Err(None);
        }
        let cached = start.cached_policy.as_ref();
        let step = next_cache_state(cached, &sts_txt(&lookup), None, start.at);
        match (step.next, step.in_force) {
            (NextAction::Fetch, _) => {}
            (NextAction::None, None) => return Err(Some(NotFetched::NotAnnounced)),
            (NextAction::None | NextAction::Wait, _) => return Err(Some(NotFetched::NotDue)),
        }
        let all = self.addresses(&names.policy_host).ok_or(None)?;
        let allowed = self.allowed(&names.policy_host, start).unwrap_or_default();
        match (all.is_empty(), allowed.is_empty()) {
            (true, _) => Err(Some(NotFetched::Unresolved)),
            (false, true) => Err(Some(NotFetched::NotPublic)),
            (false, false) => Ok(allowed),
        }
    }

    /// The addresses of a host, IPv4 first; `None` until both families are answered.
    fn addresses(&self, host: &Name) -> Option<Vec<IpAddr>> {
        let of = |record_type| self.dns.found(&Question::new(host.clone(), record_type));
        let (v4, v6) = (of(RecordType::A)?, of(RecordType::Aaaa)?);
        let v4 = v4.resolved.records.iter().filter_map(a).map(IpAddr::V4);
        let v6 = v6.resolved.records.iter().filter_map(aaaa).map(IpAddr::V6);
        Some(v4.chain(v6).take(limits::ADDRESSES).collect())
    }

    /// Those a connection may be made to: what a stranger's zone says must not open doors in the
    /// caller's own network (SEMANTICS §2.4).
    fn allowed(&self, host: &Name, start: &Start) -> Option<Vec<IpAddr>> {
        let private = start.options.allow_private_addresses;
        Some(
            self.addresses(host)?
                .into_iter()
                .filter(|ip| private || dns::is_public(*ip))
                .collect(),
        )
    }

    fn lookup<T>(
        &self,
        name: &Name,
        record_type: RecordType,
        read: fn(&Record) -> Option<T>,
    ) -> Lookup<T> {
        let question = Question::new(name.clone(), record_type);
        let Some(found) = self.dns.found(&question) else {
            return Lookup::not_asked("not-asked");
        };
        let Found {
            resolved, security, ..
        } = found;
        let records: Vec<T> = resolved
            .records
            .iter()
            .filter_map(read)
            .take(limits::TXT_RECORDS)
            .collect();
        let malformed = resolved.records.len().min(limits::TXT_RECORDS) > records.len();
        Lookup {
            outcome: match resolved.outcome {
                dns::Outcome::Found => Outcome::Found,
                dns::Outcome::NoData => Outcome::NoData,
                dns::Outcome::NxDomain => Outcome::Nxdomain,
                dns::Outcome::Failed => Outcome::Failed,
            },
            reason: resolved
                .reason
                .clone()
                .or_else(|| malformed.then(|| "malformed-record".to_owned())),
            ede: resolved.ede,
            canonical_name: Some(resolved.canonical_name.clone()),
            hops: resolved
                .hops
                .iter()
                .enumerate()
                .map(|(index, hop)| HopFact {
                    owner: hop.owner.clone(),
                    target: hop.target.clone(),
                    status: found
                        .hops
                        .get(index)
                        .copied()
                        .or_else(|| self.alias_status(name).filter(|_| index == 0))
                        .unwrap_or(security.status),
                })
                .collect(),
            security: *security,
            valid_until: found.valid_until,
            records,
        }
    }
}

/// RFC 5321 §4.1.2, with `_`, as people have it in names below their own. An IPv4 address is an address literal, which
/// has no policy (RFC 8461 §3.4), and no top-level domain is a number (RFC 3696 §2).
fn is_mail_domain(name: &Name) -> bool {
    let number = |label: &[u8]| label.iter().all(u8::is_ascii_digit);
    has_plain_labels(name) && !name.labels().last().is_some_and(number)
}

/// What a name must be to stand in a URL as it is: with any other octet (`/`, `@`, `:`, `#` …) the policy would be
/// fetched from another host than the one whose addresses were looked at.
fn has_plain_labels(name: &Name) -> bool {
    let plain = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_');
    !name.is_root()
        && name.labels().all(|label| {
            label.iter().all(plain) && label.first() != Some(&b'-') && label.last() != Some(&b'-')
        })
}

fn relay_is_host(start: &Start) -> bool {
    start.options.relay.as_ref().is_some_and(|relay| !relay.mx)
}

fn read_sessions(host: &Name, answer: Answer, start: &Start) -> SessionFacts {
    match answer {
        Answer::Starttls { sessions } => SessionFacts::Observed {
            sessions: sessions
                .into_iter()
                .take(limits::ADDRESSES)
                .map(|session| observe(host, session, start))
                .collect(),
        },
        Answer::Failed { cause, message } => SessionFacts::Failed { cause, message },
        _ => SessionFacts::Unsupported,
    }
}

fn observe(host: &Name, mut session: Session, start: &Start) -> ObservedSession {
    session.chain.truncate(limits::CHAIN_CERTIFICATES);
    let roots = start
        .roots
        .as_ref()
        .filter(|_| session.starttls && !session.chain.is_empty());
    let web_pki = roots.map(|roots| x509::verify_web_pki(&session.chain, host, roots, start.at));
    ObservedSession {
        session,
        web_pki,
        dane: None,
    }
}

fn mx(record: &Record) -> Option<MxRecord> {
    match record.data() {
        RecordData::Mx {
            preference,
            exchange,
        } => Some(MxRecord {
            preference: *preference,
            exchange: exchange.clone(),
        }),
        _ => None,
    }
}

/// The strings of one record joined (RFC 8461 §3.1). What is not US-ASCII can't be valid, so it may be
/// shown as U+FFFD without changing what the record means.
fn txt(record: &Record) -> Option<String> {
    match record.data() {
        RecordData::Txt(strings) => Some(String::from_utf8_lossy(&strings.concat()).into_owned()),
        _ => None,
    }
}

fn a(record: &Record) -> Option<Ipv4Addr> {
    match record.data() {
        RecordData::A(ip) => Some(*ip),
        _ => None,
    }
}

fn tlsa(record: &Record) -> Option<Tlsa> {
    match record.data() {
        RecordData::Tlsa(tlsa) => Some(Tlsa {
            usage: tlsa.usage,
            selector: tlsa.selector,
            matching_type: tlsa.matching_type,
            data: Bytes(tlsa.data.clone()),
        }),
        _ => None,
    }
}

fn aaaa(record: &Record) -> Option<Ipv6Addr> {
    match record.data() {
        RecordData::Aaaa(ip) => Some(*ip),
        _ => None,
    }
}
