//! The machine: needs out, answers in, one verdict at the end.

use super::error::CheckError;
use super::evidence::{Evidence, Recorded};
use super::need::{Answer, Need, NeedKind};
use super::observe::Observed;
use crate::bytes::Bytes;
use crate::decide::{Options, Verdict, decide, next_cached_policy};
use crate::dnssec::ChainCacheEntry;
use crate::limits;
use crate::mta_sts::CachedPolicy;
use crate::name::Name;
use crate::ordered::{Map, Set};
use crate::time::Time;

/// What a check starts from.
#[derive(Debug, Clone)]
pub struct Start {
    /// The recipient domain, A-labels.
    pub domain: Name,
    /// The clock of the whole check.
    pub at: Time,
    /// The sender's choices.
    pub options: Options,
    /// DER certificates; `None`: certificates are not checked against roots.
    pub roots: Option<Vec<Bytes>>,
    /// What the sender kept of the policy from before.
    pub cached_policy: Option<CachedPolicy>,
    /// What was kept of the DNSSEC chain from before: trusted input.
    pub chain_cache: Vec<ChainCacheEntry>,
}

/// A check of one domain, without I/O.
///
/// Invariants, each tested: every need is handed out once · the order of feeding never changes the
/// verdict · after at most [`limits::NEEDS`] answers of any kind there is a verdict · no panic on any bytes.
///
/// The loop of every caller:
/// ```
/// use mxseal::{Answer, Check, FailureCause, Options, Posture, Start};
/// let mut check = Check::new(Start {
///     domain: "example.com".parse()?,
///     at: "2026-03-01T12:00:00Z".parse()?,
///     options: Options::default(),
///     roots: None,
///     cached_policy: None,
///     chain_cache: Vec::new(),
/// })?;
/// while check.verdict().is_none() {
///     for need in check.needs() {
///         // Ask the DNS, fetch, connect … here everything times out.
///         check.feed(need.id, Answer::Failed { cause: FailureCause::Timeout, message: String::new() })?;
///     }
/// }
/// assert_eq!(check.verdict().map(|verdict| verdict.posture), Some(Posture::Unknown));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Check {
    start: Start,
    observed: Observed,
    /// Every need so far, by its id; the answer once it came.
    asked: Vec<(Need, Option<Answer>)>,
    /// What was asked, so that nothing is asked twice.
    keys: Set<String>,
    handed_out: usize,
    verdict: Option<Box<Verdict>>,
    cached_policy: Option<CachedPolicy>,
}

impl Check {
    /// Starts a check.
    ///
    /// # Errors
    /// [`CheckError::LongDomain`] where the names to look up would be too long.
    pub fn new(start: Start) -> Result<Self, CheckError> {
        let observed = Observed::new(&start)?;
        let mut check = Self {
            cached_policy: start.cached_policy.clone(),
            start,
            observed,
            asked: Vec::new(),
            keys: Set::new(),
            handed_out: 0,
            verdict: None,
        };
        check.advance();
        Ok(check)
    }

    /// What to find out now; every need stands here once.
    pub fn needs(&mut self) -> Vec<Need> {
        let fresh = self.asked.get(self.handed_out..).unwrap_or_default();
        let needs = fresh.iter().map(|(need, _)| need.clone()).collect();
        self.handed_out = self.asked.len();
        needs
    }

    /// Takes an answer.
    ///
    /// # Errors
    /// [`CheckError::UnknownNeed`] and [`CheckError::WrongAnswer`]; the check goes on unchanged.
    pub fn feed(&mut self, id: u32, answer: Answer) -> Result<(), CheckError> {
        let unknown = CheckError::UnknownNeed(id);
        let index = usize::try_from(id).map_err(|_| unknown.clone())?;
        if index >= self.handed_out {
            return Err(unknown);
        }
        let Some((need, slot @ None)) = self.asked.get_mut(index) else {
            return Err(unknown);
        };
        if !answer.fits(&need.kind) {
            return Err(CheckError::WrongAnswer(id));
        }
        *slot = Some(answer.clone());
        let kind = need.kind.clone();
        self.observed.take(&kind, answer, &self.start);
        self.advance();
        Ok(())
    }

    /// The verdict, once everything is answered.
    #[must_use]
    pub fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_deref()
    }

    /// What to keep of the policy for the next check; before the verdict, what was given.
    #[must_use]
    pub fn cached_policy(&self) -> Option<&CachedPolicy> {
        self.cached_policy.as_ref()
    }

    /// What to keep of the DNSSEC chain for the next check, with the expiry of each entry; trusted input to it.
    #[must_use]
    pub fn chain_cache(&self) -> Vec<ChainCacheEntry> {
        self.observed.chain_cache(&self.start)
    }

    /// All that a replay needs, as far as answers came.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        // The order of needs hangs on the order of answers; that of the evidence must not.
        let answers: Map<(u8, String), Recorded> = self
            .asked
            .iter()
            .filter_map(|(need, answer)| {
                let recorded = Recorded {
                    stage: need.stage,
                    need: need.kind.clone(),
                    answer: answer.clone()?,
                };
                Some(((need.stage, key(&need.kind)), recorded))
            })
            .collect();
        Evidence::new(&self.start, answers.into_values().collect())
    }

    /// Plays recorded answers back; the same bytes and clock give the same verdict. Other `options`
    /// than the recorded ones make a what-if; what they need and was not recorded counts as failed.
    ///
    /// # Errors
    /// [`CheckError`] where the evidence is of another version, or its domain is too long.
    pub fn replay(evidence: &Evidence, options: Option<Options>) -> Result<Verdict, CheckError> {
        let mut check = Self::new(evidence.start(options)?)?;
        let recorded: Map<String, &Answer> = evidence
            .answers
            .iter()
            .map(|recorded| (key(&recorded.need), &recorded.answer))
            .collect();
        for _ in 0..limits::NEEDS {
            for need in check.needs() {
                let answer = recorded
                    .get(&key(&need.kind))
                    .filter(|answer| answer.fits(&need.kind));
                let answer = answer.map_or_else(Evidence::nothing, |answer| (*answer).clone());
                check.feed(need.id, answer)?;
            }
            if let Some(verdict) = check.verdict.take() {
                return Ok(*verdict);
            }
        }
        Ok(check.conclude())
    }

    /// Asks what can be asked now; when nothing is open any more, concludes.
    fn advance(&mut self) {
        for (stage, kind) in self.observed.needs(&self.start) {
            if self.asked.len() >= limits::NEEDS || !self.keys.insert(key(&kind)) {
                continue;
            }
            let Ok(id) = u32::try_from(self.asked.len()) else {
                break;
            };
            self.asked.push((Need { id, stage, kind }, None));
        }
        if self.asked.iter().all(|(_, answer)| answer.is_some()) {
            self.verdict = Some(Box::new(self.conclude()));
        }
    }

    fn conclude(&mut self) -> Verdict {
        let facts = self.observed.facts(&self.start);
        self.cached_policy = next_cached_policy(&facts, &self.start.options);
        decide(&facts, &self.start.options)
    }
}

/// What makes two needs the same.
fn key(need: &NeedKind) -> String {
    match need {
        NeedKind::Dns {
            name, record_type, ..
        } => format!("dns {name} {record_type}"),
        NeedKind::Policy { url, .. } => format!("policy {url}"),
        NeedKind::Starttls { target } => format!("starttls {}:{}", target.host, target.port),
    }
}
