//! The engine as it ships, with one more export: the verification of one signature, which its JavaScript
//! has no door to. An example of the package, so that lock file, profile and features are the engine's own.
//! For the benchmark only; nothing here is published.

use mxseal::crypto::{Algorithm, Hash, PublicKey, RustCrypto, SignatureVerifier, Verification};
use wasm_bindgen::prelude::wasm_bindgen;

/// Whether the key made the signature over the message: by DNSSEC algorithm number, the key as in DNSKEY
/// RDATA (RFC 3110 §2, RFC 6605 §4, RFC 8080 §3).
#[must_use]
#[wasm_bindgen(js_name = benchVerify)]
pub fn verify(algorithm: u8, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    read(algorithm, key).is_some_and(|(algorithm, key)| {
        RustCrypto.verify(algorithm, &key, message, signature) == Verification::Good
    })
}

fn read(algorithm: u8, key: &[u8]) -> Option<(Algorithm, PublicKey)> {
    Some(match algorithm {
        8 => (Algorithm::RsaPkcs1(Hash::Sha256), rsa(key)?),
        10 => (Algorithm::RsaPkcs1(Hash::Sha512), rsa(key)?),
        13 => (
            Algorithm::EcdsaRaw(Hash::Sha256),
            PublicKey::P256(key.try_into().ok()?),
        ),
        14 => (
            Algorithm::EcdsaRaw(Hash::Sha384),
            PublicKey::P384(key.try_into().ok()?),
        ),
        15 => (Algorithm::Ed25519, PublicKey::Ed25519(key.try_into().ok()?)),
        _ => return None,
    })
}

/// An exponent of at most 255 octets, then the modulus.
fn rsa(key: &[u8]) -> Option<PublicKey> {
    let (length, rest) = key.split_first()?;
    let (e, n) = rest.split_at_checked(usize::from(*length))?;
    Some(PublicKey::Rsa {
        n: n.to_vec(),
        e: e.to_vec(),
    })
}
