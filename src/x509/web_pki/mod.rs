//! The path from a server's certificate to a trusted root (RFC 5280 §6.1), as MTA-STS wants it (RFC 8461
//! §4.2), told in the result types of TLS-RPT (RFC 8460 §4.3). Paths are built by `rustls-webpki`; names,
//! key usage and the dates of leaf and root are checked here. No revocation, no TLS versions.
//!
//! Where several things are wrong, the first of this order is told:
//! 1. what is presented cannot be read (`validation-failure`);
//! 2. the leaf is outside its dates (`certificate-expired`): renewal mends it, and a chain that fell into
//!    disorder after the end is the consequence, not the cause; webpki and Go tell it first too;
//! 3. no path leads to a trusted root (`certificate-not-trusted`, or `certificate-expired` where only the
//!    dates of a CA are in the way);
//! 4. no name matches (`certificate-host-mismatch`): the names of an untrusted certificate prove nothing;
//!    OpenSSL and Postfix look at trust before names too.

mod path;

use serde::{Deserialize, Serialize};
use webpki::Error;

use self::path::{Trouble, path};
use super::certificate::Outline;
use super::reason::{self, Failure, failed, untrusted};
use super::{Certificate, certificate_matches};
use crate::crypto::{RustCrypto, SignatureVerifier};
use crate::finding::{Finding, codes::x509 as codes};
use crate::limits;
use crate::name::Name;
use crate::result_type::ResultType;
use crate::time::Time;
use crate::value::read_struct;

/// Whether the certificate authenticates the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WebPkiStatus {
    /// It does.
    Valid,
    /// It does not.
    Invalid,
}

/// What became of the validation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WebPkiOutcome {
    /// Whether the certificate authenticates the host.
    pub status: WebPkiStatus,
    /// What to report; `None` where the status is valid.
    pub result_type: Option<ResultType>,
    /// A kebab-case code: the failure-reason-code of RFC 8460 §4.4. Always there with an invalid status.
    pub reason: Option<String>,
}

read_struct!(WebPkiOutcome {
    status: "status",
    result_type: "resultType",
    reason: "reason",
});

impl WebPkiOutcome {
    /// The failure in words, with what to do; `None` where the status is valid.
    #[must_use]
    pub fn finding(&self, host: &Name) -> Option<Finding> {
        let reason = self.reason.as_deref()?;
        let entry = match (self.result_type?, reason) {
            (_, reason::LEAF_EXPIRED) => &codes::CERTIFICATE_EXPIRED,
            (_, reason::LEAF_NOT_YET_VALID) => &codes::CERTIFICATE_NOT_YET_VALID,
            (ResultType::CertificateExpired, _) => &codes::CERTIFICATE_CHAIN_EXPIRED,
            (ResultType::CertificateHostMismatch, _) => &codes::CERTIFICATE_HOST_MISMATCH,
            (_, reason::SELF_SIGNED) => &codes::CERTIFICATE_SELF_SIGNED,
            (_, reason::UNKNOWN_ISSUER) => &codes::CERTIFICATE_ISSUER_UNKNOWN,
            (_, reason::UNTRUSTED_ROOT) => &codes::CERTIFICATE_ROOT_UNTRUSTED,
            (ResultType::CertificateNotTrusted, _) => &codes::CERTIFICATE_NOT_TRUSTED,
            _ => &codes::CERTIFICATE_INVALID,
        };
        Some(Finding::new(entry, host, &[host, &reason]))
    }
}

/// Validates a chain with [`RustCrypto`]; see [`verify_web_pki_with`].
#[must_use]
pub fn verify_web_pki(
    chain: &[impl AsRef<[u8]>],
    host: &Name,
    roots: &[impl AsRef<[u8]>],
    at: Time,
) -> WebPkiOutcome {
    verify_web_pki_with(chain, host, roots, at, &RustCrypto)
}

/// Validates a chain (DER, the leaf first, the others in any order and possibly too many) for a host at a time
/// against trusted roots (DER; those that cannot be read are skipped).
#[must_use]
pub fn verify_web_pki_with(
    chain: &[impl AsRef<[u8]>],
    host: &Name,
    roots: &[impl AsRef<[u8]>],
    at: Time,
    verifier: &dyn SignatureVerifier,
) -> WebPkiOutcome {
    let chain: Vec<&[u8]> = chain.iter().map(AsRef::as_ref).collect();
    let roots: Vec<&[u8]> = roots.iter().map(AsRef::as_ref).collect();
    let hosts = core::slice::from_ref(host);
    match judge(&chain, hosts, &roots, at, verifier, &|_, _| true) {
        Ok(()) => WebPkiOutcome {
            status: WebPkiStatus::Valid,
            result_type: None,
            reason: None,
        },
        Err(Failure(result_type, reason)) => WebPkiOutcome {
            status: WebPkiStatus::Invalid,
            result_type: Some(result_type),
            reason: Some(reason.to_owned()),
        },
    }
}

/// The judgement itself, for any one of several hosts, over paths of which one CA (its depth, its DER) pleases
/// `through`: a PKIX-TA(0) record constrains the path so (RFC 6698 §2.1.1).
pub(crate) fn judge(
    chain: &[&[u8]],
    hosts: &[Name],
    roots: &[&[u8]],
    at: Time,
    verifier: &dyn SignatureVerifier,
    through: &dyn Fn(usize, &[u8]) -> bool,
) -> Result<(), Failure> {
    let (leaf, others) = chain
        .split_first()
        .ok_or_else(|| failed(reason::NO_CERTIFICATE))?;
    if chain.len() > limits::CHAIN_CERTIFICATES {
        return Err(failed(reason::CHAIN_TOO_LONG));
    }
    let certificate =
        Certificate::parse(leaf).map_err(|_| failed(reason::CERTIFICATE_MALFORMED))?;
    if certificate.validity.is_past(at) {
        return Err(Failure(
            ResultType::CertificateExpired,
            reason::LEAF_EXPIRED,
        ));
    }
    if certificate.validity.is_future(at) {
        return Err(Failure(
            ResultType::CertificateExpired,
            reason::LEAF_NOT_YET_VALID,
        ));
    }
    path(leaf, &certificate, others, roots, at, verifier, through)
        .map_err(|trouble| trouble.explain(&certificate, others))?;
    if hosts
        .iter()
        .any(|host| certificate_matches(&certificate, host))
    {
        Ok(())
    } else {
        Err(Failure(
            ResultType::CertificateHostMismatch,
            reason::NO_NAME_MATCHES,
        ))
    }
}

impl Trouble {
    fn explain(self, leaf: &Certificate, others: &[&[u8]]) -> Failure {
        let error = match self {
            Self::NoRoots => return untrusted(reason::NO_TRUSTED_ROOTS),
            Self::Refused(failure) => return failure,
            Self::UnsupportedKey => return untrusted(reason::UNSUPPORTED_KEY),
            Self::Path(error) => error,
        };
        match error {
            // Every self-signed certificate fails in one of these ways first.
            Error::UnknownIssuer | Error::CaUsedAsEndEntity | Error::UnsupportedCertVersion
                if leaf.is_self_issued() =>
            {
                untrusted(reason::SELF_SIGNED)
            }
            Error::UnknownIssuer => untrusted(missing(&leaf.issuer_der, others)),
            Error::CertExpired { .. } => {
                Failure(ResultType::CertificateExpired, reason::INTERMEDIATE_EXPIRED)
            }
            Error::CertNotValidYet { .. } | Error::InvalidCertValidity => Failure(
                ResultType::CertificateExpired,
                reason::INTERMEDIATE_NOT_YET_VALID,
            ),
            Error::InvalidSignatureForPublicKey => untrusted(reason::BAD_SIGNATURE),
            Error::SignatureAlgorithmMismatch => untrusted(reason::ALGORITHM_MISMATCH),
            Error::UnsupportedSignatureAlgorithmContext(_)
            | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
                untrusted(reason::UNSUPPORTED_ALGORITHM)
            }
            Error::CaUsedAsEndEntity => untrusted(reason::CA_AS_LEAF),
            Error::EndEntityUsedAsCa => untrusted(reason::ISSUER_NOT_A_CA),
            Error::PathLenConstraintViolated => untrusted(reason::PATH_LENGTH_EXCEEDED),
            Error::MaximumPathDepthExceeded => untrusted(reason::PATH_TOO_LONG),
            Error::NameConstraintViolation => untrusted(reason::NAME_CONSTRAINT_VIOLATION),
            Error::RequiredEkuNotFoundContext(_) | Error::EmptyEkuExtension => {
                untrusted(reason::NO_SERVER_AUTH)
            }
            Error::UnsupportedCertVersion => untrusted(reason::UNSUPPORTED_VERSION),
            Error::UnsupportedCriticalExtension => untrusted(reason::UNKNOWN_CRITICAL_EXTENSION),
            Error::CertDistrusted => untrusted(reason::DISTRUSTED),
            Error::MaximumSignatureChecksExceeded
            | Error::MaximumPathBuildCallsExceeded
            | Error::MaximumNameConstraintComparisonsExceeded => failed(reason::WORK_LIMIT),
            _ => failed(reason::CERTIFICATE_MALFORMED),
        }
    }
}

/// Whether the presented certificates end at a root of their own or just end.
fn missing(issuer: &[u8], others: &[&[u8]]) -> &'static str {
    let mut issuer = issuer;
    for _ in others {
        let next = others
            .iter()
            .filter_map(|other| Outline::read(other).ok())
            .find(|outline| outline.subject == issuer);
        match next {
            Some(outline) if outline.issuer == outline.subject => return reason::UNTRUSTED_ROOT,
            Some(outline) => issuer = outline.issuer,
            None => break,
        }
    }
    reason::UNKNOWN_ISSUER
}
