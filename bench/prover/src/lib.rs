//! dnssec-prover's verification of one signature as WebAssembly. It takes a DNSKEY's key and the digest
//! of the message; the digest is made by the crate that it uses itself.

use bitcoin_hashes::{Hash, sha256, sha384, sha512};
use dnssec_prover::crypto::{rsa, secp256r1, secp384r1};
use wasm_bindgen::prelude::wasm_bindgen;

/// Whether the key made the signature over the message: by DNSSEC algorithm number, the key as in DNSKEY
/// RDATA. It knows no Ed25519.
#[must_use]
#[wasm_bindgen(js_name = benchVerify)]
pub fn verify(algorithm: u8, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let verified = match algorithm {
        8 => rsa::validate_rsa(key, signature, sha256::Hash::hash(message).as_byte_array()),
        10 => rsa::validate_rsa(key, signature, sha512::Hash::hash(message).as_byte_array()),
        13 => {
            let digest = sha256::Hash::hash(message);
            secp256r1::validate_ecdsa(key, signature, digest.as_byte_array())
        }
        14 => {
            let digest = sha384::Hash::hash(message);
            secp384r1::validate_ecdsa(key, signature, digest.as_byte_array())
        }
        _ => Err(()),
    };
    verified.is_ok()
}
