//! The search for a path (RFC 5280 §6.1): `rustls-webpki` builds and checks it with our signatures; what it
//! leaves out, key usage and the dates of the root, is seen to here.

use core::cell::Cell;
use core::time::Duration;
use std::sync::atomic::{AtomicBool, Ordering};

use pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, SignatureVerificationAlgorithm,
    TrustAnchor, UnixTime,
};
use webpki::{EndEntityCert, Error, KeyUsage, VerifiedPath, anchor_from_trusted_cert};

use crate::crypto::{Algorithm, SignatureVerifier, Verification};
use crate::limits;
use crate::result_type::ResultType;
use crate::time::Time;
use crate::x509::ca_path::may_serve_tls;
use crate::x509::certificate::Outline;
use crate::x509::reason::{self, Failure, failed, untrusted};
use crate::x509::{Certificate, Validity, algorithm};

/// Why there is no path.
pub(super) enum Trouble {
    NoRoots,
    Refused(Failure),
    UnsupportedKey,
    Path(Error),
}

pub(super) fn path(
    leaf: &[u8],
    certificate: &Certificate,
    others: &[&[u8]],
    roots: &[&[u8]],
    at: Time,
    verifier: &dyn SignatureVerifier,
    through: &dyn Fn(usize, &[u8]) -> bool,
) -> Result<(), Trouble> {
    let roots: Vec<(CertificateDer<'_>, Validity)> = roots
        .iter()
        .filter_map(|root| {
            let validity = Outline::read(root).and_then(|root| root.validity()).ok()?;
            Some((CertificateDer::from(*root), validity))
        })
        .collect();
    let (anchors, kept): (Vec<TrustAnchor<'_>>, Vec<(&[u8], Validity)>) = roots
        .iter()
        .filter_map(|(root, validity)| {
            Some((anchor_from_trusted_cert(root).ok()?, (&**root, *validity)))
        })
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
                let found = anchors
                    .iter()
                    .zip(&kept)
                    .find(|(anchor, _)| core::ptr::eq(*anchor, path.anchor()));
                root_dates(found.map(|(_, (_, validity))| validity), at)?;
                let mut depth = 0;
                let mut pleases = |der: &[u8]| {
                    depth += 1;
                    through(depth, der)
                };
                if path
                    .intermediate_certificates()
                    .any(|issuer| pleases(&issuer.der()))
                    || found.is_some_and(|(_, (root, _))| pleases(root))
                {
                    Ok(())
                } else {
                    Err(failed(reason::TLSA_NO_MATCH))
                }
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
/// is good for a handshake.
fn key_usages(leaf: &Certificate, path: &VerifiedPath<'_>) -> Result<(), Failure> {
    if !may_serve_tls(leaf) {
        return Err(untrusted(reason::KEY_USAGE_FORBIDS_TLS));
    }
    for issuer in path.intermediate_certificates() {
        let issuer =
            Certificate::parse(&issuer.der()).map_err(|_| failed(reason::CERTIFICATE_MALFORMED))?;
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
