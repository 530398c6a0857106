//! The evidence of a check: clock, choices, raw answers. The same bytes and the same clock give the same
//! verdict, in Rust and in JavaScript.

use serde::Serialize;

use super::driver::Start;
use super::error::CheckError;
use super::need::{Answer, NeedKind};
use crate::bytes::Bytes;
use crate::decide::Options;
use crate::dnssec::ChainCacheEntry;
use crate::mta_sts::{CachedPolicy, FailureCause};
use crate::name::Name;
use crate::ordered::Set;
use crate::time::Time;
use crate::value::read_struct;
use crate::x509::names_of;

/// One recorded check; a versioned file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// Always `mxseal-evidence`.
    pub format: String,
    /// Always 1.
    pub version: u32,
    /// The recipient domain.
    pub domain: Name,
    /// The clock.
    pub at: Time,
    /// The sender's choices; the trust anchors of DNSSEC are among them.
    pub options: Options,
    /// The caller's roots to which an observed chain could lead, DER. `None`: none were given. The others
    /// can't matter: a path ends in a root that some certificate of the chain names as its issuer.
    pub roots: Option<Vec<Bytes>>,
    /// What the sender had kept from before.
    pub cached_policy: Option<CachedPolicy>,
    /// What was kept of the DNSSEC chain from before: trusted input, as it was when the check began.
    pub chain_cache: Vec<ChainCacheEntry>,
    /// What was asked and what came.
    pub answers: Vec<Recorded>,
}

read_struct!(Evidence {
    format: "format",
    version: "version",
    domain: "domain",
    at: "at",
    options: "options" or default,
    roots: "roots" or default,
    cached_policy: "cachedPolicy" or default,
    chain_cache: "chainCache" or default,
    answers: "answers",
});

/// One question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// The stage it belongs to.
    pub stage: u8,
    /// What was asked.
    pub need: NeedKind,
    /// What came.
    pub answer: Answer,
}

read_struct!(Recorded {
    stage: "stage",
    need: "need",
    answer: "answer",
});

const FORMAT: &str = "mxseal-evidence";
const VERSION: u32 = 1;

impl Evidence {
    pub(super) fn new(start: &Start, answers: Vec<Recorded>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            domain: start.domain.clone(),
            at: start.at,
            options: start.options.clone(),
            roots: start.roots.as_ref().map(|roots| relevant(roots, &answers)),
            cached_policy: start.cached_policy.clone(),
            chain_cache: start.chain_cache.clone(),
            answers,
        }
    }

    pub(super) fn start(&self, options: Option<Options>) -> Result<Start, CheckError> {
        if self.format != FORMAT || self.version != VERSION {
            return Err(CheckError::UnknownEvidence);
        }
        Ok(Start {
            domain: self.domain.clone(),
            at: self.at,
            options: options.unwrap_or_else(|| self.options.clone()),
            roots: self.roots.clone(),
            cached_policy: self.cached_policy.clone(),
            chain_cache: self.chain_cache.clone(),
        })
    }

    /// The answer to what was not recorded.
    pub(super) fn nothing() -> Answer {
        Answer::Failed {
            cause: FailureCause::Opaque,
            message: "not in the evidence".to_owned(),
        }
    }
}

fn relevant(roots: &[Bytes], answers: &[Recorded]) -> Vec<Bytes> {
    let sessions = answers
        .iter()
        .filter_map(|recorded| match &recorded.answer {
            Answer::Starttls { sessions } => Some(sessions),
            _ => None,
        });
    let chain = sessions.flatten().flat_map(|session| &session.chain);
    let issuers: Set<&[u8]> = chain
        .filter_map(|der| names_of(der))
        .map(|(issuer, _)| issuer)
        .collect();
    let kept: Vec<Bytes> = roots
        .iter()
        .filter(|root| names_of(root).is_some_and(|(_, subject)| issuers.contains(&subject)))
        .cloned()
        .collect();
    if !kept.is_empty() {
        return kept;
    }
    // No root at all would be told as such: one that can be read stands for the rest.
    let readable = roots.iter().find(|root| names_of(root).is_some());
    readable.or(roots.first()).cloned().into_iter().collect()
}
