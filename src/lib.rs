//! The public names; no code of its own. What the crate is for, in the words of its README:
#![doc = include_str!("../README.md")]

mod bytes;
mod check;
pub mod crypto;
pub mod dane;
mod decide;
pub mod dns;
pub mod dnssec;
mod facts;
mod finding;
pub mod limits;
pub mod mta_sts;
mod name;
mod ordered;
pub mod plan;
mod result_type;
mod security;
mod time;
pub mod tlsrpt;
mod value;
#[cfg(any(feature = "wasm-engine", feature = "wasm-receiver"))]
pub mod wasm;
pub mod x509;

pub use bytes::Bytes;
pub use check::{
    Answer, Check, CheckError, Evidence, Need, NeedKind, Recorded, Start, Target, from_json,
    to_json,
};
pub use decide::{
    Action, Basis, BeforeFail, Conformance, Dnssec, HostAddress, HostPolicy, HostVerdict,
    InsecureMx, MessageKind, MessageOptions, Nsec3Limits, Options, PolicyType, Posture, Precedence,
    Relay, Require, Requirement, SenderAction, SenderHost, SenderOutcome, Senders, SessionAction,
    SessionVerdict, Step, StsMatch, StsUnknown, Verdict, compare, decide, judge_session,
    next_cached_policy,
};
pub use facts::{
    DaneFacts, Facts, HopFact, HostFacts, Lookup, MxRecord, NotFetched, ObservedSession, Outcome,
    PolicyFacts, Session, SessionError, SessionFacts, SessionStage, TlsaLookup,
};
pub use finding::{Checked, Entry, Finding, RecordOutcome, RrsetStatus, Severity, Span, codes};
pub use mta_sts::FailureCause;
pub use name::{Name, NameError};
pub use plan::{
    DomainFailures, DomainSummary, FailureSummary, Summary, SummaryGroup, explain,
    explain_failures, summarize_reports,
};
pub use result_type::ResultType;
pub use security::{Security, SecuritySource, SecurityStatus};
pub use time::{Time, TimeError};
