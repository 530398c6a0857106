//! Every failure-reason-code (RFC 8460 §4.4) that a path validation can end in, by result type. They are
//! stable: reports carry them.

// validation-failure
pub(super) const NO_CERTIFICATE: &str = "no-certificate";
pub(super) const CHAIN_TOO_LONG: &str = "chain-too-long";
pub(super) const CERTIFICATE_MALFORMED: &str = "certificate-malformed";
pub(super) const WORK_LIMIT: &str = "work-limit";
// certificate-expired
pub(super) const LEAF_EXPIRED: &str = "leaf-expired";
pub(super) const LEAF_NOT_YET_VALID: &str = "leaf-not-yet-valid";
pub(super) const INTERMEDIATE_EXPIRED: &str = "intermediate-expired";
pub(super) const INTERMEDIATE_NOT_YET_VALID: &str = "intermediate-not-yet-valid";
pub(super) const ROOT_EXPIRED: &str = "root-expired";
pub(super) const ROOT_NOT_YET_VALID: &str = "root-not-yet-valid";
// certificate-host-mismatch
pub(super) const NO_NAME_MATCHES: &str = "no-name-matches";
// certificate-not-trusted
pub(super) const SELF_SIGNED: &str = "self-signed";
pub(super) const UNKNOWN_ISSUER: &str = "unknown-issuer";
pub(super) const UNTRUSTED_ROOT: &str = "untrusted-root";
pub(super) const NO_TRUSTED_ROOTS: &str = "no-trusted-roots";
pub(super) const BAD_SIGNATURE: &str = "bad-signature";
pub(super) const ALGORITHM_MISMATCH: &str = "signature-algorithm-mismatch";
pub(super) const UNSUPPORTED_ALGORITHM: &str = "unsupported-signature-algorithm";
pub(super) const UNSUPPORTED_KEY: &str = "unsupported-key";
pub(super) const CA_AS_LEAF: &str = "ca-as-leaf";
pub(super) const ISSUER_MAY_NOT_SIGN: &str = "issuer-may-not-sign";
pub(super) const KEY_USAGE_FORBIDS_TLS: &str = "key-usage-forbids-tls";
pub(super) const ISSUER_NOT_A_CA: &str = "issuer-not-a-ca";
pub(super) const PATH_LENGTH_EXCEEDED: &str = "path-length-exceeded";
pub(super) const PATH_TOO_LONG: &str = "path-too-long";
pub(super) const NAME_CONSTRAINT_VIOLATION: &str = "name-constraint-violation";
pub(super) const NO_SERVER_AUTH: &str = "no-server-auth";
pub(super) const UNSUPPORTED_VERSION: &str = "unsupported-version";
pub(super) const UNKNOWN_CRITICAL_EXTENSION: &str = "unknown-critical-extension";
pub(super) const DISTRUSTED: &str = "distrusted-key";
