//! What we can verify: the one door to signatures and hashes. Keys and signatures come in the forms that
//! DNSSEC (RFC 4034, RFC 6605, RFC 8080) and X.509 (RFC 5280) share once their wire formats are read.
//! Nothing here signs, makes keys, knows a wire format of keys, or asks for randomness.

mod digest;
mod rust_crypto;

pub use digest::{sha1, sha256, sha384, sha512};
pub use rust_crypto::RustCrypto;

use core::fmt::Debug;

/// The hash of a signature (FIPS 180-4). SHA-1 is not among them; see [`Algorithm::RsaSha1`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// How a signature is made and written. The key says the curve, so that P-256 may sign SHA-384 and
/// P-384 SHA-256, as certificates do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2); DNSSEC algorithms 8 and 10.
    RsaPkcs1(Hash),
    /// RSASSA-PKCS1-v1_5 with SHA-1; DNSSEC algorithms 5 and 7. Named apart because nothing but an
    /// explicit wish of the caller may lead here.
    RsaSha1,
    /// RSASSA-PSS (RFC 8017 §8.1), MGF1 with the same hash, salt as long as the hash.
    RsaPss(Hash),
    /// ECDSA, the signature as the DER `SEQUENCE { r, s }` of RFC 3279 §2.2.3.
    EcdsaDer(Hash),
    /// ECDSA, the signature as `r | s` of RFC 6605 §4; DNSSEC algorithms 13 and 14.
    EcdsaRaw(Hash),
    /// Ed25519 (RFC 8032 §5.1); DNSSEC algorithm 15.
    Ed25519,
}

/// A public key, out of its wire format.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PublicKey {
    /// Modulus and exponent, big-endian, leading zeros allowed.
    Rsa {
        /// The modulus.
        n: Vec<u8>,
        /// The exponent.
        e: Vec<u8>,
    },
    /// A point of P-256, `x | y`, uncompressed and without a prefix octet.
    P256([u8; 64]),
    /// A point of P-384, `x | y`, uncompressed and without a prefix octet.
    P384([u8; 96]),
    /// A compressed point of edwards25519 (RFC 8032 §5.1.2).
    Ed25519([u8; 32]),
}

/// What became of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verification {
    /// The key made this signature over this message.
    Good,
    /// It did not, or key or signature are no such thing.
    Bad,
    /// The verifier does not do this algorithm with this kind or size of key: nothing is known.
    Unsupported,
}

/// Verifies signatures. The engine takes it as an argument; [`RustCrypto`] is the one it brings along.
pub trait SignatureVerifier: Debug + Send + Sync {
    /// Whether `key` made `signature` over `message` (the message itself, not its hash).
    fn verify(
        &self,
        algorithm: Algorithm,
        key: &PublicKey,
        message: &[u8],
        signature: &[u8],
    ) -> Verification;
}
