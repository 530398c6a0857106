//! The rules of a certification path (RFC 5280 §6.1) that is found already: dates, extensions, key usage, path
//! length, signatures, name constraints, from the leaf to the trust anchor inclusive, as OpenSSL applies them. How
//! the path was found and why its end is trusted is the caller's business, and so are reference names.
//! No policies (RFC 5280 §6.1.2 d-f: any policy will do), no revocation.

use super::reason::{self, Failure, failed, untrusted};
use super::{Certificate, algorithm, issuer, name_constraints, oid};
use crate::crypto::{SignatureVerifier, Verification};
use crate::limits;
use crate::result_type::ResultType;
use crate::time::Time;

/// Judges a path, leaf first. Its last certificate is the anchor; or, with `bare_anchor`, was issued by an anchor
/// that is a key and nothing more, whose signature the caller has checked.
///
/// Where several rules are broken, the first of this order is told: the leaf's dates, what is not to be trusted,
/// the dates of the others. [`verify_web_pki`](super::verify_web_pki) says why.
pub(crate) fn judge_path(
    path: &[&Certificate],
    bare_anchor: bool,
    at: Time,
    verifier: &dyn SignatureVerifier,
) -> Result<(), Failure> {
    let Some((leaf, issuers)) = path.split_first() else {
        return Err(failed(reason::NO_CERTIFICATE));
    };
    dates(leaf, at, reason::LEAF_EXPIRED, reason::LEAF_NOT_YET_VALID)?;
    for certificate in path {
        extensions(certificate)?;
    }
    if !may_serve_tls(leaf) {
        return Err(untrusted(reason::KEY_USAGE_FORBIDS_TLS));
    }
    let mut below = 0u32;
    for (index, issuer) in issuers.iter().enumerate() {
        let is_last = index.saturating_add(1) == issuers.len();
        may_sign(issuer, is_last)?;
        // RFC 5280 §4.2.1.9: CAs between this one and the leaf, self-issued ones not counted.
        let limit = issuer.basic_constraints.and_then(|basic| basic.path_len);
        if limit.is_some_and(|limit| below > limit) {
            return Err(untrusted(reason::PATH_LENGTH_EXCEEDED));
        }
        if !issuer.is_self_issued() {
            below = below.saturating_add(1);
        }
    }
    for (subject, issuer) in path.iter().zip(issuers) {
        is_signed_by(subject, &issuer.spki, verifier)?;
    }
    constraints(path)?;
    for (index, issuer) in issuers.iter().enumerate() {
        let is_anchor = !bare_anchor && index.saturating_add(1) == issuers.len();
        let (past, future) = if is_anchor {
            (reason::ANCHOR_EXPIRED, reason::ANCHOR_NOT_YET_VALID)
        } else {
            (
                reason::INTERMEDIATE_EXPIRED,
                reason::INTERMEDIATE_NOT_YET_VALID,
            )
        };
        dates(issuer, at, past, future)?;
    }
    Ok(())
}

/// Whether the key in `spki` (DER) made the signature of `subject`.
pub(crate) fn is_signed_by(
    subject: &Certificate,
    spki: &[u8],
    verifier: &dyn SignatureVerifier,
) -> Result<(), Failure> {
    if !subject.algorithms_agree {
        return Err(untrusted(reason::ALGORITHM_MISMATCH)); // RFC 5280 §4.1.1.2
    }
    match subject.is_signed_by(spki, verifier) {
        Verification::Good => Ok(()),
        Verification::Bad => Err(untrusted(reason::BAD_SIGNATURE)),
        Verification::Unsupported
            if algorithm::signature_algorithm(&subject.signature_algorithm_der).is_some() =>
        {
            Err(untrusted(reason::UNSUPPORTED_KEY))
        }
        Verification::Unsupported => Err(untrusted(reason::UNSUPPORTED_ALGORITHM)),
    }
}

/// Whether a server's key is good for a handshake, as OpenSSL asks: digitalSignature, keyEncipherment or
/// keyAgreement, where key usage is told (RFC 5280 §4.2.1.3).
pub(super) fn may_serve_tls(leaf: &Certificate) -> bool {
    leaf.key_usage
        .is_none_or(|usage| usage.has(0) || usage.has(2) || usage.has(4))
}

fn dates(
    certificate: &Certificate,
    at: Time,
    past: &'static str,
    future: &'static str,
) -> Result<(), Failure> {
    let reason = if certificate.validity.is_past(at) {
        past
    } else if certificate.validity.is_future(at) {
        future
    } else {
        return Ok(());
    };
    Err(Failure(ResultType::CertificateExpired, reason))
}

/// Critical extensions that need no more than what is done here; of policies, any will do.
const HANDLED: &[u8] = &[
    0x0f, // keyUsage
    0x11, // subjectAltName
    0x13, // basicConstraints
    0x1e, // nameConstraints
    0x1f, // cRLDistributionPoints
    0x20, // certificatePolicies
    0x21, // policyMappings
    0x24, // policyConstraints
    0x25, // extKeyUsage
    0x36, // inhibitAnyPolicy
];

fn extensions(certificate: &Certificate) -> Result<(), Failure> {
    let unknown = certificate.extensions.iter().any(|one| {
        one.critical && !matches!(one.oid.as_octets(), [0x55, 0x1d, last] if HANDLED.contains(last))
    });
    if unknown {
        return Err(untrusted(reason::UNKNOWN_CRITICAL_EXTENSION)); // RFC 5280 §4.2
    }
    // Reading: RFC 5280 §4.2.1.12 speaks of the leaf; a CA's purposes bind what it issues, as everywhere.
    if !certificate.allows_server_auth() {
        return Err(untrusted(reason::NO_SERVER_AUTH));
    }
    Ok(())
}

/// Reading: RFC 5280 §6.1.4 k wants basicConstraints of every intermediate; of the anchor it wants nothing. OpenSSL
/// takes an anchor without them where it is a self-signed one of v1, or has key usage.
fn may_sign(issuer: &Certificate, is_last: bool) -> Result<(), Failure> {
    if issuer.key_usage.is_some_and(|usage| !usage.key_cert_sign()) {
        return Err(untrusted(reason::ISSUER_MAY_NOT_SIGN)); // RFC 5280 §6.1.4 n
    }
    let old_root =
        || issuer.key_usage.is_some() || (issuer.version == 1 && issuer::is_self_signed(issuer));
    let is_ca = match issuer.basic_constraints {
        Some(basic) => basic.ca,
        None => is_last && old_root(),
    };
    if is_ca {
        Ok(())
    } else {
        Err(untrusted(reason::ISSUER_NOT_A_CA))
    }
}

/// RFC 5280 §6.1.3 b, c: every certificate against the constraints of all above it, the anchor's too.
fn constraints(path: &[&Certificate]) -> Result<(), Failure> {
    let mut left = limits::NAME_CONSTRAINT_COMPARISONS;
    for (depth, certificate) in path.iter().enumerate() {
        if depth > 0 && certificate.is_self_issued() {
            continue;
        }
        for issuer in path.iter().skip(depth.saturating_add(1)) {
            if let Some(constraints) = issuer.extension(oid::NAME_CONSTRAINTS) {
                name_constraints::obeys(certificate, depth == 0, constraints, &mut left)?;
            }
        }
    }
    Ok(())
}
