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

use core::cell::Cell;
use core::time::Duration;
use std::sync::atomic::{AtomicBool, Ordering};

use pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, SignatureVerificationAlgorithm,
    TrustAnchor, UnixTime,
};
use serde::{Deserialize, Serialize};
use webpki::{EndEntityCert, Error, KeyUsage, VerifiedPath, anchor_from_trusted_cert};

use super::certificate::Outline;
use super::{Certificate, Validity, algorithm, certificate_matches};
use crate::crypto::{Algorithm, RustCrypto, SignatureVerifier, Verification};
use crate::finding::Finding;
use crate::finding::codes::x509 as codes;
use crate::limits;
use crate::name::Name;
use crate::result_type::ResultType;
use crate::time::Time;

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebPkiOutcome {
    /// Whether the certificate authenticates the host.
    pub status: WebPkiStatus,
    /// What to report; `None` where the status is valid.
    pub result_type: Option<ResultType>,
    /// A kebab-case code: the failure-reason-code of RFC 8460 §4.4. Always there with an invalid status.
    pub reason: Option<String>,
}

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
    match judge(&chain, host, &roots, at, verifier) {
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

/// What to report and why.
#[derive(Debug, Clone, Copy)]
struct Failure(ResultType, &'static str);

fn judge(
    chain: &[&[u8]],
    host: &Name,
    roots: &[&[u8]],
    at: Time,
    verifier: &dyn SignatureVerifier,
) -> Result<(), Failure> {
    let unreadable = |reason| Failure(ResultType::ValidationFailure, reason);
    let (leaf, others) = chain
        .split_first()
        .ok_or_else(|| unreadable(reason::NO_CERTIFICATE))?;
    if chain.len() > limits::CHAIN_CERTIFICATES {
        return Err(unreadable(reason::CHAIN_TOO_LONG));
    }
    let certificate =
        Certificate::parse(leaf).map_err(|_| unreadable(reason::CERTIFICATE_MALFORMED))?;
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
    path(leaf, &certificate, others, roots, at, verifier)
        .map_err(|trouble| trouble.explain(&certificate, others))?;
    if certificate_matches(&certificate, host) {
        Ok(())
    } else {
        Err(Failure(
            ResultType::CertificateHostMismatch,
            reason::NO_NAME_MATCHES,
        ))
    }
}

/// Why there is no path.
enum Trouble {
    NoRoots,
    Refused(Failure),
    UnsupportedKey,
    Path(Error),
}

fn path(
    leaf: &[u8],
    certificate: &Certificate,
    others: &[&[u8]],
    roots: &[&[u8]],
    at: Time,
    verifier: &dyn SignatureVerifier,
) -> Result<(), Trouble> {
    let roots: Vec<(CertificateDer<'_>, Validity)> = roots
        .iter()
        .filter_map(|root| {
            let validity = Outline::read(root).and_then(|root| root.validity()).ok()?;
            Some((CertificateDer::from(*root), validity))
        })
        .collect();
    let (anchors, dates): (Vec<TrustAnchor<'_>>, Vec<Validity>) = roots
        .iter()
        .filter_map(|(root, validity)| Some((anchor_from_trusted_cert(root).ok()?, *validity)))
        .unzip();
    if anchors.is_empty() {
        return Err(Trouble::NoRoots);
    }

    let unsupported = AtomicBool::new(false);
    let algorithms = algorithms(verifier, &unsupported);
    let algorithms: Vec<&dyn SignatureVerificationAlgorithm> = algorithms
        .iter()
        .map(|algorithm| -> &dyn SignatureVerificationAlgorithm { algorithm })
        .collect();

    // What webpki leaves to its caller, told apart by a note beside the error.
    let refusal = Cell::new(None);
    let ours = |path: &VerifiedPath<'_>| {
        let failure = key_usages(certificate, path)
            .and_then(|()| {
                let anchor = |(anchor, _): &(&TrustAnchor<'_>, &Validity)| {
                    core::ptr::eq(*anchor, path.anchor())
                };
                let found = anchors.iter().zip(&dates).find(anchor);
                root_dates(found.map(|(_, validity)| validity), at)
            })
            .err();
        refusal.set(failure);
        failure.map_or(Ok(()), |_| Err(Error::UnknownIssuer))
    };

    let others = intermediates(certificate, others);
    let leaf = CertificateDer::from(leaf);
    let seconds = u64::try_from(at.unix()).unwrap_or_default();
    EndEntityCert::try_from(&leaf)
        .and_then(|entity| {
            entity
                .verify_for_usage(
                    &algorithms,
                    &anchors,
                    &others,
                    UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
                    KeyUsage::server_auth(),
                    None,
                    Some(&ours),
                )
                .map(|_| ())
        })
        .map_err(|error| match (refusal.get(), error) {
            (Some(failure), _) => Trouble::Refused(failure),
            (None, Error::InvalidSignatureForPublicKey) if unsupported.load(Ordering::Relaxed) => {
                Trouble::UnsupportedKey
            }
            (None, error) => Trouble::Path(error),
        })
}

/// An anchor is a name and a key (RFC 5280 §6.1.1); that its certificate holds too is ours to see.
fn root_dates(validity: Option<&Validity>, at: Time) -> Result<(), Failure> {
    match validity {
        Some(validity) if validity.contains(at) => Ok(()),
        Some(validity) if validity.is_future(at) => Err(Failure(
            ResultType::CertificateExpired,
            reason::ROOT_NOT_YET_VALID,
        )),
        _ => Err(Failure(
            ResultType::CertificateExpired,
            reason::ROOT_EXPIRED,
        )),
    }
}

/// Key usage, which webpki does not read: every CA's key may sign certificates (RFC 5280 §6.1.4 n), the leaf's
/// is good for a handshake: digitalSignature, keyEncipherment or keyAgreement, as OpenSSL asks of a server.
fn key_usages(leaf: &Certificate, path: &VerifiedPath<'_>) -> Result<(), Failure> {
    let untrusted = |reason| Failure(ResultType::CertificateNotTrusted, reason);
    if leaf
        .key_usage
        .is_some_and(|usage| ![0, 2, 4].into_iter().any(|bit| usage.has(bit)))
    {
        return Err(untrusted(reason::KEY_USAGE_FORBIDS_TLS));
    }
    for issuer in path.intermediate_certificates() {
        let issuer = Certificate::parse(&issuer.der())
            .map_err(|_| Failure(ResultType::ValidationFailure, reason::CERTIFICATE_MALFORMED))?;
        if issuer.key_usage.is_some_and(|usage| !usage.key_cert_sign()) {
            return Err(untrusted(reason::ISSUER_MAY_NOT_SIGN));
        }
    }
    Ok(())
}

/// The certificates to try as issuers: those that the names lead to from the leaf, so that a superfluous one
/// can neither confuse the search nor its error; and no more than a few of one subject, or a chain of
/// look-alikes could make the search as long as it likes (CVE-2018-16875 is of that kind).
fn intermediates<'a>(leaf: &Certificate, others: &[&'a [u8]]) -> Vec<CertificateDer<'a>> {
    let mut rest: Vec<(&[u8], Outline<'_>)> = Vec::new();
    for other in others {
        if let Ok(outline) = Outline::read(other)
            && !rest.iter().any(|(seen, _)| seen == other)
        {
            rest.push((*other, outline));
        }
    }
    let mut wanted: Vec<&[u8]> = vec![&leaf.issuer_der];
    let mut kept: Vec<&[u8]> = Vec::new();
    while let Some(subject) = wanted.pop() {
        let (mut found, others): (Vec<_>, Vec<_>) = rest
            .into_iter()
            .partition(|(_, outline)| outline.subject == subject);
        rest = others;
        found.truncate(limits::SAME_SUBJECT_CERTIFICATES);
        for (der, outline) in found {
            kept.push(der);
            wanted.push(outline.issuer);
        }
    }
    kept.into_iter().map(CertificateDer::from).collect()
}

impl Trouble {
    fn explain(self, leaf: &Certificate, others: &[&[u8]]) -> Failure {
        let untrusted = |reason| Failure(ResultType::CertificateNotTrusted, reason);
        let failed = |reason| Failure(ResultType::ValidationFailure, reason);
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

/// One signature algorithm with one kind of key, as webpki wants it.
#[derive(Debug)]
struct Supported<'a> {
    signature: AlgorithmIdentifier,
    key: AlgorithmIdentifier,
    algorithm: Algorithm,
    verifier: &'a dyn SignatureVerifier,
    /// Set where the verifier knows nothing of such a key.
    unsupported: &'a AtomicBool,
}

fn algorithms<'a>(
    verifier: &'a dyn SignatureVerifier,
    unsupported: &'a AtomicBool,
) -> Vec<Supported<'a>> {
    algorithm::SIGNATURES
        .iter()
        .flat_map(|(signature, algorithm, keys)| {
            keys.iter().map(|key| Supported {
                signature: *signature,
                key: *key,
                algorithm: *algorithm,
                verifier,
                unsupported,
            })
        })
        .collect()
}

impl SignatureVerificationAlgorithm for Supported<'_> {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let key =
            algorithm::key_from_bits(self.key.as_ref(), public_key).ok_or(InvalidSignature)?;
        match self
            .verifier
            .verify(self.algorithm, &key, message, signature)
        {
            Verification::Good => Ok(()),
            Verification::Bad => Err(InvalidSignature),
            Verification::Unsupported => {
                self.unsupported.store(true, Ordering::Relaxed);
                Err(InvalidSignature)
            }
        }
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.key
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature
    }
}

/// Every reason there is.
mod reason {
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
}
