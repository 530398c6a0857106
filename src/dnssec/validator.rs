//! The machine: questions out, messages in, a status for each question (RFC 4035 §5, RFC 6840).
//!
//! A pure function of the messages learned, the anchors and the clock. It judges only when every question handed
//! out is answered, so that the order of answers changes nothing, the spending of its budget included.

use std::sync::Arc;

use super::anchor::TrustAnchor;
use super::cache::{ChainCacheEntry, ZoneStatus};
use super::judge::Run;
use super::reason::{Fault, Reason};
use super::rrset::{Verifier, suffix};
use super::zone::{Cut, Zone};
use crate::crypto::SignatureVerifier;
use crate::dns::{self, Message, Question, RecordType, Resolved, Rrsig};
use crate::limits;
use crate::name::Name;
use crate::ordered::{Map, Set};
use crate::security::SecurityStatus;
use crate::time::Time;

/// What the caller may choose (RFC 9276 §3.2, RFC 9905 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// NSEC3 iterations above this prove nothing: insecure.
    pub nsec3_insecure_above: u16,
    /// Above this: bogus.
    pub nsec3_bogus_above: u16,
    /// Whether algorithms 5 and 7 count as supported.
    pub allow_sha1_signatures: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            nsec3_insecure_above: 50,
            nsec3_bogus_above: 500,
            allow_sha1_signatures: false,
        }
    }
}

/// What was found about one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The status of the whole answer: that of its weakest part.
    pub status: SecurityStatus,
    /// Why it is not secure.
    pub fault: Option<Fault>,
    /// The status of each alias on the way, in order; those after one that failed are left out.
    pub hops: Vec<SecurityStatus>,
    /// Until when a secure answer may be kept (RFC 4035 §5.3.3).
    pub valid_until: Option<Time>,
    /// The zones that signed, and the signatures over the answer that were relied on.
    pub signatures: Vec<Rrsig>,
}

/// Validates answers of the DNS against trust anchors, without I/O.
///
/// ```
/// use mxseal::crypto::RustCrypto;
/// use mxseal::dns::{Question, RecordType};
/// use mxseal::dnssec::{Limits, TrustAnchor, Validator};
/// use mxseal::SecurityStatus;
/// let at = "2026-03-01T12:00:00Z".parse()?;
/// let mut validator = Validator::new(TrustAnchor::root(), at, Limits::default(), &RustCrypto);
/// let question = Question::new("example.com".parse()?, RecordType::Mx);
/// validator.ask(&question);
/// while validator.status(&question).is_none() {
///     for question in validator.wants() {
///         // Send `dns::query(&question)`, give the answer to `learn` … here nothing ever comes.
///         validator.fail(&question, "timeout");
///     }
/// }
/// let status = validator.status(&question).map(|status| status.status);
/// assert_eq!(status, Some(SecurityStatus::Indeterminate));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Validator<'v> {
    anchors: Vec<TrustAnchor>,
    limits: Limits,
    verifier: Verifier<'v>,
    state: State,
    targets: Map<Question, Option<Status>>,
}

/// What is known, and what is still asked.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub(super) messages: Map<Question, Arc<Learned>>,
    /// Asked and not yet handed out.
    fresh: Set<Question>,
    /// Handed out and not yet answered.
    open: Set<Question>,
    pub(super) cuts: Map<Name, Result<Cut, Fault>>,
    /// How many of these came out of the chain cache: they cost nothing.
    pub(super) kept: usize,
    /// Zones proven unsigned: by which zone, until when.
    pub(super) unsigned: Map<Name, (Name, Time)>,
}

/// What one question brought.
#[derive(Debug)]
pub(super) struct Learned {
    message: Option<Message>,
    pub(super) resolved: Resolved,
}

/// Why there is no result.
#[derive(Debug)]
pub(super) enum Stop {
    /// Something must be asked first.
    Open,
    Fault(Fault),
}

impl Stop {
    pub(super) fn is_insecure(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.status == SecurityStatus::Insecure)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Learned {
    pub(super) fn message(&self) -> Result<&Message, Fault> {
        let question = &self.resolved.canonical_name;
        let failed = || self.fault(question, RecordType::Any);
        self.message.as_ref().ok_or_else(failed)
    }

    pub(super) fn has_signatures(&self) -> bool {
        self.message.as_ref().is_some_and(|message| {
            let mut records = message.answer.iter().chain(&message.authority);
            records.any(|record| record.record_type == RecordType::Rrsig)
        })
    }

    /// A look-up that brought no answer. Too many aliases are too much work; aliases that go round or speak
    /// against each other are the zone's own fault; all else may be the resolver's.
    pub(super) fn fault(&self, owner: &Name, record_type: RecordType) -> Fault {
        let (status, reason) = match self.resolved.reason_code() {
            Some("alias-too-long" | "cname-loop") => (SecurityStatus::Bogus, Reason::WorkLimit),
            Some(
                "cname-multiple" | "cname-and-other-data" | "dname-multiple" | "dname-mismatch",
            ) => (SecurityStatus::Bogus, Reason::ContradictoryAnswer),
            _ => (SecurityStatus::Indeterminate, Reason::LookupFailed),
        };
        Fault {
            detail: self.resolved.reason.clone(),
            ..Fault::new(status, reason, owner, record_type)
        }
    }
}

impl State {
    pub(super) fn zone_of(&self, name: &Name) -> Option<&Arc<Zone>> {
        match self.cuts.get(name) {
            Some(Ok(Cut::Zone(zone))) => Some(zone),
            _ => None,
        }
    }

    /// The deepest zone at or above the name that needs no asking: an anchor's or a kept one.
    pub(super) fn deepest_known(&self, name: &Name, anchors: &[TrustAnchor]) -> Option<Name> {
        let anchored = anchors.iter().map(|anchor| &anchor.zone);
        let kept = self.cuts.iter().filter_map(|(zone, cut)| match cut {
            Ok(Cut::Zone(known)) if known.cached => Some(zone),
            Err(fault) if fault.status == SecurityStatus::Insecure => Some(zone),
            _ => None,
        });
        anchored
            .chain(kept)
            .filter(|zone| name.ends_with(zone))
            .max_by_key(|zone| zone.label_count())
            .cloned()
    }

    /// Whether the question is known, asked or can be asked.
    pub(super) fn ask(&mut self, question: Question) -> bool {
        if self.messages.contains_key(&question) || self.open.contains(&question) {
            return true;
        }
        let count = self.messages.len() + self.open.len() + self.fresh.len();
        if count >= limits::QUESTIONS {
            return false;
        }
        self.fresh.insert(question);
        true
    }

    /// Asks for everything that the chain down to a zone may need, in one round.
    pub(super) fn ask_chain(&mut self, zone: &Name, anchors: &[TrustAnchor]) {
        let Some(top) = self.deepest_known(zone, anchors) else {
            return;
        };
        if let Some(Err(_)) = self.cuts.get(&top) {
            return;
        }
        for labels in top.label_count()..=zone.label_count() {
            let name = suffix(zone, labels);
            let anchored = anchors.iter().any(|anchor| anchor.zone == name);
            if self.zone_of(&name).is_some_and(|zone| zone.cached) {
                continue;
            }
            if !anchored {
                self.ask(Question::new(name.clone(), RecordType::Ds));
            }
            self.ask(Question::new(name, RecordType::Dnskey));
        }
    }
}

impl<'v> Validator<'v> {
    /// A validator that knows nothing but its anchors.
    #[must_use]
    pub fn new(
        anchors: Vec<TrustAnchor>,
        at: Time,
        limits: Limits,
        verifier: &'v dyn SignatureVerifier,
    ) -> Self {
        Self {
            anchors,
            limits,
            verifier: Verifier::new(verifier, at, limits.allow_sha1_signatures),
            state: State::default(),
            targets: Map::new(),
        }
    }

    /// Takes what an earlier validator proved; what has expired is passed over, and so is what speaks against an anchor.
    /// Trusted input: whoever writes it is a trust anchor.
    pub fn keep(&mut self, entries: &[ChainCacheEntry]) {
        for entry in entries {
            let anchored = self.anchors.iter().any(|one| one.zone == entry.zone);
            if anchored && entry.status == ZoneStatus::Insecure {
                continue;
            }
            if let Some((cut, verified)) = entry.read(self.verifier.at) {
                if let Err(fault) = &cut {
                    let kept = (fault.owner.clone(), entry.expires_at);
                    self.state.unsigned.insert(entry.zone.clone(), kept);
                }
                if self.state.cuts.insert(entry.zone.clone(), cut).is_none() {
                    self.state.kept += 1;
                }
                let verified = verified.into_iter();
                let verified = verified.map(|digest| (entry.zone.clone(), digest));
                self.verifier.known.extend(verified);
            }
        }
    }

    /// Asks for an answer and for what its validation most likely needs.
    pub fn ask(&mut self, question: &Question) {
        if self.targets.contains_key(question) {
            return;
        }
        self.targets.insert(question.clone(), None);
        self.state.ask(question.clone());
        let zone = likely_zone(question);
        self.state.ask_chain(&zone, &self.anchors);
        // Known already, or no room is left to ask: no answer will come that could make it judged.
        if self.is_idle() {
            self.judge();
        }
    }

    /// The questions to send now, each handed out once.
    pub fn wants(&mut self) -> Vec<Question> {
        let fresh = core::mem::take(&mut self.state.fresh);
        self.state.open.extend(fresh.iter().cloned());
        fresh.into_iter().collect()
    }

    /// Takes a message. It answers the question it repeats; gives whether that one was open.
    pub fn learn(&mut self, message: Message) -> bool {
        let Some(question) = message.question.clone() else {
            return false;
        };
        let resolved = dns::resolve(&message, &question);
        self.take(&question, Some(message), resolved)
    }

    /// The question found no answer; `reason` is a short code such as `timeout`.
    pub fn fail(&mut self, question: &Question, reason: &str) -> bool {
        self.take(question, None, Resolved::failed(question, reason))
    }

    fn take(&mut self, question: &Question, message: Option<Message>, resolved: Resolved) -> bool {
        if !self.state.open.remove(question) {
            return false;
        }
        let learned = Arc::new(Learned { message, resolved });
        self.state.messages.insert(question.clone(), learned);
        if self.state.open.is_empty() && self.state.fresh.is_empty() {
            self.judge();
        }
        true
    }

    /// What is known of a question; `None` until everything that it needs was answered.
    #[must_use]
    pub fn status(&self, question: &Question) -> Option<&Status> {
        self.targets.get(question)?.as_ref()
    }

    /// What the answer says, once it came.
    #[must_use]
    pub fn answer(&self, question: &Question) -> Option<&Resolved> {
        let learned = self.state.messages.get(question)?;
        Some(&learned.resolved)
    }

    /// Whether nothing is asked and nothing is open.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.state.open.is_empty() && self.state.fresh.is_empty()
    }

    /// The clock of every judgement.
    #[must_use]
    pub fn at(&self) -> Time {
        self.verifier.at
    }

    /// Digests of the zone's signatures that hold, the latest last.
    pub(super) fn verified(&self, zone: &Name) -> impl Iterator<Item = &[u8; 32]> {
        let known = self.verifier.known.iter();
        known.filter_map(move |(signer, digest)| (signer == zone).then_some(digest))
    }

    pub(super) fn state(&self) -> &State {
        &self.state
    }

    fn judge(&mut self) {
        let open: Vec<Question> = self
            .targets
            .iter()
            .filter(|(_, status)| status.is_none())
            .map(|(question, _)| question.clone())
            .collect();
        for question in open {
            let mut run = Run {
                anchors: &self.anchors,
                limits: self.limits,
                verifier: &mut self.verifier,
                state: &mut self.state,
                path: Vec::new(),
            };
            let status = run.status(&question);
            self.targets.insert(question, status);
        }
    }
}

/// The deepest name that is likely a zone: labels that begin with an underscore seldom are, nor are hosts of
/// three labels and more.
fn likely_zone(question: &Question) -> Name {
    let labels: Vec<&[u8]> = question.name.labels().collect();
    let below = labels
        .iter()
        .rposition(|label| label.starts_with(b"_"))
        .map_or(0, |index| index.saturating_add(1));
    let mut count = labels.len().saturating_sub(below);
    let is_host = below > 0 && question.record_type == RecordType::Tlsa
        || matches!(question.record_type, RecordType::A | RecordType::Aaaa);
    if question.record_type == RecordType::Ds || (is_host && count > 2) {
        count = count.saturating_sub(1);
    }
    suffix(&question.name, count)
}
