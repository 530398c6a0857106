//! TLS-RPT result types (RFC 8460 §4.3 and §6.6, the IANA registry "STARTTLS Validation Result Types"), in
//! registry order.

use serde::{Deserialize, Serialize};

/// What went wrong with a session or a policy, by its IANA name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ResultType {
    /// `starttls-not-supported`: the host offers no STARTTLS (RFC 8460 §4.3.1).
    StarttlsNotSupported,
    /// `certificate-host-mismatch`: no name in the certificate matches (RFC 8460 §4.3.1).
    CertificateHostMismatch,
    /// `certificate-not-trusted`: no path to a trusted root (RFC 8460 §4.3.1).
    CertificateNotTrusted,
    /// `certificate-expired`: outside its dates (RFC 8460 §4.3.1).
    CertificateExpired,
    /// `validation-failure`: any other failure; always with a reason code (RFC 8460 §4.3.1).
    ValidationFailure,
    /// `tlsa-invalid`: no TLSA record can be used (RFC 8460 §4.3.2.1).
    TlsaInvalid,
    /// `dnssec-invalid`: the TLSA look-up is bogus (RFC 8460 §4.3.2.1).
    DnssecInvalid,
    /// `dane-required`: the sender demands DANE and there is none (RFC 8460 §4.3.2.1).
    DaneRequired,
    /// `sts-policy-fetch-error`: the policy could not be fetched (RFC 8460 §4.3.2.2).
    StsPolicyFetchError,
    /// `sts-policy-invalid`: the policy is no policy (RFC 8460 §4.3.2.2).
    StsPolicyInvalid,
    /// `sts-webpki-invalid`: the policy host's certificate is not valid (RFC 8460 §4.3.2.2).
    StsWebpkiInvalid,
}

impl ResultType {
    /// Its IANA name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StarttlsNotSupported => "starttls-not-supported",
            Self::CertificateHostMismatch => "certificate-host-mismatch",
            Self::CertificateNotTrusted => "certificate-not-trusted",
            Self::CertificateExpired => "certificate-expired",
            Self::ValidationFailure => "validation-failure",
            Self::TlsaInvalid => "tlsa-invalid",
            Self::DnssecInvalid => "dnssec-invalid",
            Self::DaneRequired => "dane-required",
            Self::StsPolicyFetchError => "sts-policy-fetch-error",
            Self::StsPolicyInvalid => "sts-policy-invalid",
            Self::StsWebpkiInvalid => "sts-webpki-invalid",
        }
    }
}
