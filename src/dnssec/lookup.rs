//! One question from the first query to the proven answer, with the chain that leads to it link by link.

use serde::Serialize;

use super::algorithm::key_tag;
use super::cache::ChainCacheEntry;
use super::reason::Reason;
use super::rrset::{serial, suffix};
use super::validator::{Status, Validator};
use super::zone::{Cut, Zone};
use crate::dns::{self, Message, Question, Rcode, Record, RecordType, Resolved, Rrsig};
use crate::finding::{Finding, codes::dnssec as codes};
use crate::name::Name;
use crate::security::{SecuritySource, SecurityStatus};
use crate::time::Time;

/// What a look-up found (DESIGN §3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LookupResult {
    /// The status of the whole answer.
    pub status: SecurityStatus,
    /// RCODE.
    pub rcode: Rcode,
    /// The name at the end of the aliases.
    pub canonical_name: Name,
    /// The records asked for; none where the answer is bogus.
    pub records: Vec<Record>,
    /// Until when a secure answer may be kept.
    pub valid_until: Option<Time>,
    /// Who says so: the engine itself.
    pub source: SecuritySource,
    /// The aliases.
    pub hops: Vec<LookupHop>,
    /// Why the answer is not secure: `code: words (owner TYPE)`.
    pub reason: Option<String>,
    /// INFO-CODE of RFC 8914 for that reason, or the one the resolver gave.
    pub ede: Option<u16>,
    /// The zones on the way, from the anchor down.
    pub chain: Vec<ChainLink>,
    /// The signatures over the answer itself that were relied on.
    pub signatures: Vec<ChainSignature>,
    /// What to give to the next look-up or check.
    pub chain_cache: Vec<ChainCacheEntry>,
    /// The status in words, with what can be done.
    pub findings: Vec<Finding>,
}

/// One alias and how far it can be believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LookupHop {
    /// The alias.
    pub owner: Name,
    /// What it stands for.
    pub target: Name,
    /// How far this step can be believed.
    pub status: SecurityStatus,
}

/// One zone of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainLink {
    /// The zone.
    pub zone: Name,
    /// Secure, or what stopped the chain here.
    pub status: SecurityStatus,
    /// The zone above whose DS vouches for it; `null` under an anchor, or where the chain cache does.
    pub parent: Option<Name>,
    /// Why it stops here.
    pub reason: Option<String>,
    /// The DS records that vouch for it; none under an anchor.
    pub ds: Vec<ChainDs>,
    /// Its usable keys.
    pub keys: Vec<ChainKey>,
    /// The signatures over DS and DNSKEY that were relied on.
    pub signatures: Vec<ChainSignature>,
    /// Until when this may be kept.
    pub valid_until: Option<Time>,
    /// Whether it came out of the chain cache.
    pub cached: bool,
}

/// A DS record in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainDs {
    /// Tag of the key.
    pub key_tag: u16,
    /// DNSSEC algorithm.
    pub algorithm: u8,
    /// Digest type.
    pub digest_type: u8,
}

/// A DNSKEY record in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainKey {
    /// Its tag.
    pub key_tag: u16,
    /// DNSSEC algorithm.
    pub algorithm: u8,
    /// Flags; 1 is the secure entry point.
    pub flags: u16,
}

/// An RRSIG record in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainSignature {
    /// The type it covers.
    pub type_covered: RecordType,
    /// The zone that signed.
    pub signer: Name,
    /// Tag of the key.
    pub key_tag: u16,
    /// DNSSEC algorithm.
    pub algorithm: u8,
    /// Start of validity.
    pub inception: Time,
    /// End of validity.
    pub expiration: Time,
}

/// A look-up without I/O.
///
/// ```
/// use mxseal::crypto::RustCrypto;
/// use mxseal::dns::{Question, RecordType};
/// use mxseal::dnssec::{Limits, Lookup, TrustAnchor, Validator};
/// let at = "2026-03-01T12:00:00Z".parse()?;
/// let validator = Validator::new(TrustAnchor::root(), at, Limits::default(), &RustCrypto);
/// let question = Question::new("example.com".parse()?, RecordType::Mx);
/// let result = Lookup::run(validator, question, |query| {
///     // Send `query` to a resolver, give back its answer … here nothing ever comes.
///     Err("timeout".to_owned())
/// });
/// assert_eq!(result.records.len(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Lookup<'v> {
    validator: Validator<'v>,
    question: Question,
}

impl<'v> Lookup<'v> {
    /// Begins.
    #[must_use]
    pub fn new(mut validator: Validator<'v>, question: Question) -> Self {
        validator.ask(&question);
        Self {
            validator,
            question,
        }
    }

    /// The whole way, with a function that sends a query and gives the answer, or in short why there is none.
    pub fn run(
        validator: Validator<'v>,
        question: Question,
        mut ask: impl FnMut(&[u8]) -> Result<Vec<u8>, String>,
    ) -> LookupResult {
        let mut lookup = Self::new(validator, question);
        loop {
            if let Some(result) = lookup.result() {
                return result;
            }
            for question in lookup.wants() {
                match ask(&dns::query(&question)) {
                    Ok(message) => lookup.learn(&question, &message),
                    Err(reason) => lookup.fail(&question, &reason),
                }
            }
        }
    }

    /// The questions to send now, each handed out once.
    pub fn wants(&mut self) -> Vec<Question> {
        self.validator.wants()
    }

    /// Takes the octets that came for a question.
    pub fn learn(&mut self, question: &Question, octets: &[u8]) {
        learn(&mut self.validator, question, octets);
    }

    /// The question found no answer.
    pub fn fail(&mut self, question: &Question, reason: &str) {
        self.validator.fail(question, reason);
    }

    /// What was found, once everything is answered.
    #[must_use]
    pub fn result(&self) -> Option<LookupResult> {
        let status = self.validator.status(&self.question)?;
        let resolved = self.validator.answer(&self.question);
        let failed = Resolved::failed(&self.question, "not-asked");
        let resolved = resolved.unwrap_or(&failed);
        let believed = matches!(
            status.status,
            SecurityStatus::Secure | SecurityStatus::Insecure
        );
        let fault = status.fault.as_ref();
        let signature = |rrsig: &Rrsig| ChainSignature::of(rrsig, self.validator.at());
        Some(LookupResult {
            status: status.status,
            rcode: resolved.rcode,
            canonical_name: resolved.canonical_name.clone(),
            records: if believed {
                resolved.records.clone()
            } else {
                Vec::new()
            },
            valid_until: status.valid_until,
            source: SecuritySource::Validated,
            hops: hops(resolved, status),
            reason: fault.map(ToString::to_string),
            ede: fault.and_then(|fault| fault.reason.ede()).or(resolved.ede),
            chain: self.validator.chain(&self.question),
            signatures: status.signatures.iter().map(signature).collect(),
            chain_cache: self.validator.chain_cache(),
            findings: vec![finding(&self.question, status)],
        })
    }
}

fn finding(question: &Question, status: &Status) -> Finding {
    let Some(fault) = &status.fault else {
        return Finding::new(&codes::DNSSEC_SECURE, question, &[]);
    };
    let entry = match (status.status, fault.reason) {
        (_, Reason::ResolverStripsDnssec) => &codes::RESOLVER_STRIPS_DNSSEC,
        (SecurityStatus::Bogus, _) => &codes::DNSSEC_BOGUS,
        (SecurityStatus::Indeterminate, _) => &codes::DNSSEC_INDETERMINATE,
        _ => &codes::DNSSEC_INSECURE,
    };
    Finding::new(entry, question, &[fault, &fault.owner])
}

/// Gives octets to the validator; what can't be read or answers something else counts as no answer.
fn learn(validator: &mut Validator<'_>, question: &Question, octets: &[u8]) {
    match Message::parse(octets) {
        Ok(message) if message.answers(question) => {
            validator.learn(message);
        }
        // RFC 2308 §7.1: a server that refuses may leave the question out.
        Ok(message) if message.is_response && message.question.is_none() => {
            let reason = message.rcode.to_string().to_ascii_lowercase();
            validator.fail(question, &reason);
        }
        Ok(_) => {
            validator.fail(question, "wrong-question");
        }
        Err(error) => {
            validator.fail(question, &format!("malformed: {error}"));
        }
    }
}

fn hops(resolved: &Resolved, status: &Status) -> Vec<LookupHop> {
    resolved
        .hops
        .iter()
        .enumerate()
        .map(|(index, hop)| LookupHop {
            owner: hop.owner.clone(),
            target: hop.target.clone(),
            status: status.hops.get(index).copied().unwrap_or(status.status),
        })
        .collect()
}

impl Validator<'_> {
    /// Takes the octets that came for a question; what can't be read, or answers another, counts as no answer.
    pub fn learn_octets(&mut self, question: &Question, octets: &[u8]) {
        learn(self, question, octets);
    }

    /// The zones above a question's name and above every alias on its way, from the anchors down.
    #[must_use]
    pub fn chain(&self, question: &Question) -> Vec<ChainLink> {
        let mut names = vec![&question.name];
        if let Some(resolved) = self.answer(question) {
            names.extend(resolved.hops.iter().map(|hop| &hop.target));
        }
        let mut links: Vec<ChainLink> = Vec::new();
        for name in names {
            for labels in 0..=name.label_count() {
                let zone = suffix(name, labels);
                if !links.iter().any(|link| link.zone == zone) {
                    links.extend(self.link(&zone));
                }
            }
        }
        links
    }

    fn link(&self, name: &Name) -> Option<ChainLink> {
        match self.state().cuts.get(name)? {
            Ok(Cut::None) => None,
            Ok(Cut::Zone(zone)) => Some(ChainLink::of(zone, self.at())),
            Err(fault) => Some(ChainLink {
                zone: name.clone(),
                status: fault.status,
                parent: self.state().unsigned.get(name).map(|(by, _)| by.clone()),
                reason: Some(fault.to_string()),
                ds: Vec::new(),
                keys: Vec::new(),
                signatures: Vec::new(),
                valid_until: self.state().unsigned.get(name).map(|(_, until)| *until),
                cached: false,
            }),
        }
    }
}

impl ChainLink {
    fn of(zone: &Zone, at: Time) -> Self {
        let ds = zone.ds.iter().map(|ds| ChainDs {
            key_tag: ds.key_tag,
            algorithm: ds.algorithm,
            digest_type: ds.digest_type,
        });
        let keys = zone.keys.iter().map(|key| ChainKey {
            key_tag: key_tag(&key.record),
            algorithm: key.record.algorithm,
            flags: key.record.flags,
        });
        let signatures = zone.signatures.iter();
        Self {
            zone: zone.name.clone(),
            status: SecurityStatus::Secure,
            parent: zone.parent.clone(),
            reason: None,
            ds: ds.collect(),
            keys: keys.collect(),
            signatures: signatures
                .map(|rrsig| ChainSignature::of(rrsig, at))
                .collect(),
            valid_until: Some(zone.expires),
            cached: zone.cached,
        }
    }
}

impl ChainSignature {
    fn of(rrsig: &Rrsig, at: Time) -> Self {
        Self {
            type_covered: rrsig.type_covered,
            signer: rrsig.signer.clone(),
            key_tag: rrsig.key_tag,
            algorithm: rrsig.algorithm,
            inception: near(rrsig.inception, at),
            expiration: near(rrsig.expiration, at),
        }
    }
}

/// The moment nearest to the clock that a serial number can mean (RFC 4034 §3.1.5).
fn near(seconds: u32, at: Time) -> Time {
    let ahead = i64::from(seconds.wrapping_sub(serial(at)));
    at.plus(if ahead < 1 << 31 {
        ahead
    } else {
        ahead - (1 << 32)
    })
}
