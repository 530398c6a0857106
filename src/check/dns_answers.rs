//! The DNS side of a check: what is asked, what came, and how far each answer can be believed. With the validator
//! nothing is told before all of a round is in and judged, so that the order of answers changes nothing.

use super::driver::Start;
use super::error::CheckError;
use super::need::{Answer, NeedKind, cause_code};
use crate::bytes::Bytes;
use crate::crypto::RustCrypto;
use crate::decide::Dnssec;
use crate::dns::{self, Message, Question, RecordType, Resolved};
use crate::dnssec::{self, ChainCacheEntry, Status, TrustAnchor, Validator};
use crate::name::Name;
use crate::ordered::Map;
use crate::security::{Security, SecuritySource, SecurityStatus};
use crate::time::Time;

/// Questions and answers.
#[derive(Debug, Clone)]
pub(super) struct DnsAnswers {
    /// Validates, where the caller wants it.
    validator: Option<Validator<'static>>,
    /// Asked of the validator, with the stage of each.
    asked: Map<Question, u8>,
    found: Map<Question, Found>,
}

/// An answer and how far it can be believed.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) resolved: Resolved,
    pub(super) security: Security,
    /// Of each alias; empty where all are as the whole.
    pub(super) hops: Vec<SecurityStatus>,
    pub(super) valid_until: Option<Time>,
}

impl DnsAnswers {
    pub(super) fn new(start: &Start) -> Result<Self, CheckError> {
        Ok(Self {
            validator: validator(start)?,
            asked: Map::new(),
            found: Map::new(),
        })
    }

    /// What to find out, with the questions of the DNS put through the validator where there is one, and what it
    /// needs beside them.
    pub(super) fn ask(
        &mut self,
        mut needs: Vec<(u8, NeedKind)>,
        start: &Start,
    ) -> Vec<(u8, NeedKind)> {
        let Some(validator) = &mut self.validator else {
            return needs;
        };
        needs.retain(|(stage, kind)| {
            let NeedKind::Dns {
                name, record_type, ..
            } = kind
            else {
                return true;
            };
            let question = Question::new(name.clone(), *record_type);
            validator.ask(&question);
            if !self.asked.contains_key(&question) {
                self.asked.insert(question, *stage);
            }
            false
        });
        // What the validator asks beside them belongs to the stage that has come to be.
        let latest = self.asked.values().copied().max().unwrap_or(1);
        for question in validator.wants() {
            let stage = self.asked.get(&question).copied().unwrap_or(latest);
            needs.push((stage, validated_question(&question)));
        }
        self.collect(start);
        needs
    }

    /// The answer to a question, once it is known and judged.
    pub(super) fn found(&self, question: &Question) -> Option<&Found> {
        self.found.get(question)
    }

    /// What was proven of the chain.
    pub(super) fn chain_cache(&self, start: &Start) -> Vec<ChainCacheEntry> {
        match &self.validator {
            Some(validator) => validator.chain_cache(),
            None => start.chain_cache.clone(),
        }
    }

    /// Takes an answer.
    pub(super) fn take(&mut self, question: Question, answer: Answer, start: &Start) {
        let Some(validator) = &mut self.validator else {
            let resolved = read_message(&question, answer);
            let found = Found::unvalidated(resolved, start);
            self.found.insert(question, found);
            return;
        };
        match answer {
            Answer::Dns { message } => validator.learn_octets(&question, &message),
            answer => {
                let reason = why_failed(&answer);
                validator.fail(&question, &reason);
            }
        }
        self.collect(start);
    }

    /// Keeps what has come to be judged.
    fn collect(&mut self, start: &Start) {
        let Some(validator) = &self.validator else {
            return;
        };
        for question in self.asked.keys() {
            let Some(status) = validator.status(question) else {
                continue;
            };
            if self.found.contains_key(question) {
                continue;
            }
            // A question that there was no room for was never sent; the fault says so.
            let unsent = Resolved::failed(question, "");
            let resolved = validator.answer(question).unwrap_or(&unsent);
            let found = Found::validated(question, resolved, status, start);
            self.found.insert(question.clone(), found);
        }
    }
}

/// A validator as the options want it; none where they leave validation to others.
fn validator(start: &Start) -> Result<Option<Validator<'static>>, CheckError> {
    let options = &start.options;
    if options.dnssec != Dnssec::Validate {
        return Ok(None);
    }
    let anchors = match &options.anchors {
        None => TrustAnchor::root(),
        Some(lines) => lines
            .iter()
            .map(|line| TrustAnchor::parse(line))
            .collect::<Result<_, _>>()
            .map_err(CheckError::InvalidAnchor)?,
    };
    let bounds = dnssec::Limits {
        nsec3_insecure_above: options.nsec3.insecure_above,
        nsec3_bogus_above: options.nsec3.bogus_above,
        allow_sha1_signatures: options.allow_sha1_signatures,
    };
    let mut validator = Validator::new(anchors, start.at, bounds, &RustCrypto);
    validator.keep(&start.chain_cache);
    Ok(Some(validator))
}

/// With CD set: the engine judges itself what a resolver would withhold.
fn validated_question(question: &Question) -> NeedKind {
    NeedKind::Dns {
        query: Bytes(dns::query(question)),
        name: question.name.clone(),
        record_type: question.record_type,
    }
}

/// CD stays clear where nobody validates here: a resolver must then withhold what it finds bogus.
pub(super) fn question(name: &Name, record_type: RecordType) -> NeedKind {
    let question = Question::new(name.clone(), record_type);
    NeedKind::Dns {
        query: Bytes(dns::query_checked(&question)),
        name: question.name,
        record_type,
    }
}

fn read_message(question: &Question, answer: Answer) -> Resolved {
    match answer {
        Answer::Dns { message } => match Message::parse(&message) {
            Ok(message) => dns::resolve(&message, question),
            Err(error) => Resolved::failed(question, format!("malformed: {error}")),
        },
        answer => Resolved::failed(question, why_failed(&answer)),
    }
}

/// A short code, and what the platform said.
fn why_failed(answer: &Answer) -> String {
    match answer {
        Answer::Failed { cause, message } if message.is_empty() => cause_code(*cause).to_owned(),
        Answer::Failed { cause, message } => {
            let message: String = message.chars().take(200).collect();
            format!("{}: {message}", cause_code(*cause))
        }
        _ => "unsupported".to_owned(),
    }
}

impl Found {
    fn unvalidated(resolved: Resolved, start: &Start) -> Self {
        Self {
            security: security(&resolved, start.options.dnssec),
            hops: Vec::new(),
            valid_until: resolved.ttl.map(|ttl| start.at.plus(i64::from(ttl))),
            resolved,
        }
    }

    /// What is bogus or could not be judged counts as a failed look-up (RFC 7672 §2.1.1): nothing of it is told.
    fn validated(question: &Question, resolved: &Resolved, status: &Status, start: &Start) -> Self {
        let mut found = Self {
            resolved: resolved.clone(),
            security: Security {
                status: status.status,
                source: SecuritySource::Validated,
            },
            hops: status.hops.clone(),
            valid_until: status.valid_until,
        };
        match &status.fault {
            Some(fault) if status.status != SecurityStatus::Insecure => {
                let said = resolved.reason.clone().filter(|said| !said.is_empty());
                let reason = said.unwrap_or_else(|| fault.to_string());
                // What never came has no code of ours; what is bogus has (RFC 8914 §4.7 to §4.13).
                let bogus = status.status == SecurityStatus::Bogus;
                let own = fault.reason.ede().filter(|_| bogus);
                found.resolved = Resolved {
                    ede: resolved.ede.or(own),
                    canonical_name: resolved.canonical_name.clone(),
                    hops: resolved.hops.clone(),
                    rcode: resolved.rcode,
                    ..Resolved::failed(question, reason)
                };
            }
            _ => {}
        }
        if status.status == SecurityStatus::Insecure {
            found.valid_until = resolved.ttl.map(|ttl| start.at.plus(i64::from(ttl)));
        }
        found
    }
}

/// The AD bit counts where the caller declared the resolver trusted (RFC 6840 §5.8); so do the extended
/// errors that say "bogus" (RFC 8914 §4.7 to §4.13). Otherwise nobody has said anything.
fn security(resolved: &Resolved, dnssec: Dnssec) -> Security {
    let failed = resolved.outcome == dns::Outcome::Failed;
    let source = if dnssec == Dnssec::TrustAd {
        SecuritySource::Resolver
    } else {
        SecuritySource::None
    };
    let status = match (failed, dnssec) {
        (true, Dnssec::TrustAd) if matches!(resolved.ede, Some(6..=12)) => SecurityStatus::Bogus,
        (true, _) => SecurityStatus::Indeterminate,
        (false, Dnssec::TrustAd) if resolved.authentic_data => SecurityStatus::Secure,
        (false, _) => SecurityStatus::Insecure,
    };
    Security { status, source }
}
