//! The verifier that the engine brings along: the RustCrypto crates, pure Rust, the same in WebAssembly.

use ed25519_dalek::{Signature as EdSignature, VerifyingKey as EdKey};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::elliptic_curve::point::AffineCoordinates;
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, PublicKey as RsaKey};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::{Algorithm, Hash, PublicKey, SignatureVerifier, Verification};
use crate::limits;

/// [`SignatureVerifier`] over `rsa`, `p256`, `p384` and `ed25519-dalek`.
///
/// RSA keys outside [`limits::RSA_BITS`] are [`Verification::Unsupported`].
#[derive(Debug, Clone, Copy, Default)]
pub struct RustCrypto;

impl SignatureVerifier for RustCrypto {
    fn verify(
        &self,
        algorithm: Algorithm,
        key: &PublicKey,
        message: &[u8],
        signature: &[u8],
    ) -> Verification {
        match (algorithm, key) {
            (
                Algorithm::RsaPkcs1(_) | Algorithm::RsaSha1 | Algorithm::RsaPss(_),
                PublicKey::Rsa { n, e },
            ) => match rsa_key(n, e) {
                Ok(key) => outcome(rsa(algorithm, &key, message, signature)),
                Err(verification) => verification,
            },
            (Algorithm::EcdsaDer(hash) | Algorithm::EcdsaRaw(hash), PublicKey::P256(point)) => {
                outcome(p256(algorithm, point, &digest(hash, message), signature))
            }
            (Algorithm::EcdsaDer(hash) | Algorithm::EcdsaRaw(hash), PublicKey::P384(point)) => {
                outcome(p384(algorithm, point, &digest(hash, message), signature))
            }
            (Algorithm::Ed25519, PublicKey::Ed25519(point)) => {
                outcome(ed25519(point, message, signature))
            }
            _ => Verification::Unsupported,
        }
    }
}

fn outcome(verified: Option<()>) -> Verification {
    match verified {
        Some(()) => Verification::Good,
        None => Verification::Bad,
    }
}

fn digest(hash: Hash, message: &[u8]) -> Vec<u8> {
    match hash {
        Hash::Sha256 => Sha256::digest(message).to_vec(),
        Hash::Sha384 => Sha384::digest(message).to_vec(),
        Hash::Sha512 => Sha512::digest(message).to_vec(),
    }
}

fn rsa_key(n: &[u8], e: &[u8]) -> Result<RsaKey, Verification> {
    // Sizes first, so that no large number is ever built.
    let significant = |octets: &[u8]| octets.iter().skip_while(|octet| **octet == 0).count();
    if significant(n).saturating_mul(8) > *limits::RSA_BITS.end()
        || significant(e) > limits::RSA_EXPONENT_OCTETS
    {
        return Err(Verification::Unsupported);
    }
    RsaKey::new_with_size_limits(number(n), number(e), limits::RSA_BITS).map_err(
        |error| match error {
            rsa::Error::ModulusTooSmall
            | rsa::Error::ModulusTooLarge
            | rsa::Error::PublicExponentTooLarge => Verification::Unsupported,
            _ => Verification::Bad,
        },
    )
}

fn number(octets: &[u8]) -> BoxedUint {
    let start = octets.iter().take_while(|octet| **octet == 0).count();
    BoxedUint::from_be_slice_vartime(octets.get(start..).unwrap_or_default())
}

fn rsa(algorithm: Algorithm, key: &RsaKey, message: &[u8], signature: &[u8]) -> Option<()> {
    let verified = match algorithm {
        Algorithm::RsaSha1 => key.verify(
            Pkcs1v15Sign::new::<Sha1>(),
            &Sha1::digest(message),
            signature,
        ),
        Algorithm::RsaPkcs1(hash) => {
            let padding = match hash {
                Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
                Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
                Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
            };
            key.verify(padding, &digest(hash, message), signature)
        }
        Algorithm::RsaPss(hash) => {
            let digest = digest(hash, message);
            match hash {
                Hash::Sha256 => key.verify(Pss::<Sha256>::new(), &digest, signature),
                Hash::Sha384 => key.verify(Pss::<Sha384>::new(), &digest, signature),
                Hash::Sha512 => key.verify(Pss::<Sha512>::new(), &digest, signature),
            }
        }
        _ => return None,
    };
    verified.ok()
}

fn p256(algorithm: Algorithm, point: &[u8; 64], digest: &[u8], signature: &[u8]) -> Option<()> {
    let (x, y) = point.split_first_chunk::<32>()?;
    let y: &[u8; 32] = y.try_into().ok()?;
    // Refuses what is no point of the curve.
    let point = p256::AffinePoint::from_coordinates(x.into(), y.into()).into_option()?;
    let key = p256::ecdsa::VerifyingKey::from_affine(point).ok()?;
    let signature = match algorithm {
        Algorithm::EcdsaDer(_) => p256::ecdsa::Signature::from_der(signature),
        _ => p256::ecdsa::Signature::from_slice(signature),
    };
    key.verify_prehash(digest, &signature.ok()?).ok()
}

fn p384(algorithm: Algorithm, point: &[u8; 96], digest: &[u8], signature: &[u8]) -> Option<()> {
    let (x, y) = point.split_first_chunk::<48>()?;
    let y: &[u8; 48] = y.try_into().ok()?;
    let point = p384::AffinePoint::from_coordinates(x.into(), y.into()).into_option()?;
    let key = p384::ecdsa::VerifyingKey::from_affine(point).ok()?;
    let signature = match algorithm {
        Algorithm::EcdsaDer(_) => p384::ecdsa::Signature::from_der(signature),
        _ => p384::ecdsa::Signature::from_slice(signature),
    };
    key.verify_prehash(digest, &signature.ok()?).ok()
}

/// Reading: RFC 8032 §5.1.7 lets a verifier choose between the cofactored and the plain equation. This is
/// the plain one, as in OpenSSL and unbound, with both decodings strict (§5.1.3: `y` below `p`, no negative
/// zero; `S` below `L`). Points of small order are refused as well: OpenSSL takes them, but under such a
/// key one signature fits almost any message, and nobody makes such a key by accident.
fn ed25519(point: &[u8; 32], message: &[u8], signature: &[u8]) -> Option<()> {
    let key = EdKey::from_bytes(point).ok()?;
    if key.to_edwards().compress().to_bytes() != *point {
        return None;
    }
    let signature = EdSignature::from_slice(signature).ok()?;
    key.verify_strict(message, &signature).ok()
}
