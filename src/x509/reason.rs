//! Every failure-reason-code (RFC 8460 §4.4) that a path validation can end in, by result type, whether the path
//! leads to a trusted root (RFC 8461 §4.2) or to a trust anchor of DANE (RFC 7672 §3.1.2). They are stable:
//! reports carry them.

use crate::result_type::ResultType;

/// What to report and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failure(pub(crate) ResultType, pub(crate) &'static str);

/// A path that is not to be trusted.
pub(crate) const fn untrusted(reason: &'static str) -> Failure {
    Failure(ResultType::CertificateNotTrusted, reason)
}

/// What cannot be judged at all.
pub(crate) const fn failed(reason: &'static str) -> Failure {
    Failure(ResultType::ValidationFailure, reason)
}

// validation-failure
pub(crate) const NO_CERTIFICATE: &str = "no-certificate";
pub(crate) const CHAIN_TOO_LONG: &str = "chain-too-long";
pub(crate) const CERTIFICATE_MALFORMED: &str = "certificate-malformed";
pub(crate) const WORK_LIMIT: &str = "work-limit";
pub(crate) const TLSA_NO_MATCH: &str = "tlsa-no-match";
// certificate-expired
pub(crate) const LEAF_EXPIRED: &str = "leaf-expired";
pub(crate) const LEAF_NOT_YET_VALID: &str = "leaf-not-yet-valid";
pub(crate) const INTERMEDIATE_EXPIRED: &str = "intermediate-expired";
pub(crate) const INTERMEDIATE_NOT_YET_VALID: &str = "intermediate-not-yet-valid";
pub(crate) const ANCHOR_EXPIRED: &str = "anchor-expired";
pub(crate) const ANCHOR_NOT_YET_VALID: &str = "anchor-not-yet-valid";
pub(crate) const ROOT_EXPIRED: &str = "root-expired";
pub(crate) const ROOT_NOT_YET_VALID: &str = "root-not-yet-valid";
// certificate-host-mismatch
pub(crate) const NO_NAME_MATCHES: &str = "no-name-matches";
// certificate-not-trusted
pub(crate) const SELF_SIGNED: &str = "self-signed";
pub(crate) const UNKNOWN_ISSUER: &str = "unknown-issuer";
pub(crate) const UNTRUSTED_ROOT: &str = "untrusted-root";
pub(crate) const NO_TRUSTED_ROOTS: &str = "no-trusted-roots";
pub(crate) const BAD_SIGNATURE: &str = "bad-signature";
pub(crate) const ALGORITHM_MISMATCH: &str = "signature-algorithm-mismatch";
pub(crate) const UNSUPPORTED_ALGORITHM: &str = "unsupported-signature-algorithm";
pub(crate) const UNSUPPORTED_KEY: &str = "unsupported-key";
pub(crate) const CA_AS_LEAF: &str = "ca-as-leaf";
pub(crate) const ISSUER_MAY_NOT_SIGN: &str = "issuer-may-not-sign";
pub(crate) const KEY_USAGE_FORBIDS_TLS: &str = "key-usage-forbids-tls";
pub(crate) const ISSUER_NOT_A_CA: &str = "issuer-not-a-ca";
pub(crate) const PATH_LENGTH_EXCEEDED: &str = "path-length-exceeded";
pub(crate) const PATH_TOO_LONG: &str = "path-too-long";
pub(crate) const NAME_CONSTRAINT_VIOLATION: &str = "name-constraint-violation";
pub(crate) const NO_SERVER_AUTH: &str = "no-server-auth";
pub(crate) const UNSUPPORTED_VERSION: &str = "unsupported-version";
pub(crate) const UNKNOWN_CRITICAL_EXTENSION: &str = "unknown-critical-extension";
pub(crate) const DISTRUSTED: &str = "distrusted-key";
