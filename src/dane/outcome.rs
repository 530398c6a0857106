//! What became of a DANE verification: the one form for Rust, JavaScript and reports (RFC 8460 §4.3).

use serde::Serialize;

use crate::result_type::ResultType;

/// Whether the TLSA records authenticate the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DaneStatus {
    /// One of them does.
    Authenticated,
    /// None of those that can be used does: the host must not be used (RFC 7672 §2.2).
    Failed,
    /// None can be used: TLS is mandatory, nobody is authenticated (RFC 7672 §2.2, §3.1.3).
    NoUsableRecords,
}

/// What became of the verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DaneOutcome {
    /// Whether the records authenticate the host.
    pub status: DaneStatus,
    /// What to report; `None` where the host is authenticated, or where there are no records at all.
    pub result_type: Option<ResultType>,
    /// The record that authenticates, and the certificate it does it by.
    pub matched: Option<DaneMatch>,
    /// A kebab-case code: the failure-reason-code of RFC 8460 §4.4. There whenever `result_type` is.
    pub reason: Option<&'static str>,
    /// Every record, in the order given.
    pub records: Vec<TlsaOutcome>,
}

/// A match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DaneMatch {
    /// Which record, from 0.
    pub index: usize,
    /// How far above the leaf (0) the certificate stands that the record names; for a bare key (`2 1 0`), the
    /// certificate that the key signed.
    pub depth: usize,
}

/// One record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TlsaOutcome {
    /// Which record, from 0.
    pub index: usize,
    /// Whether it was held against the chain.
    pub usable: bool,
    /// A kebab-case code: why it cannot be used, or why it does not authenticate. `None` where it does, and where
    /// another one does.
    pub why: Option<&'static str>,
}
