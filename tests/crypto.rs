//! Signatures that the `openssl` command line makes, and what is no signature or not supported.
#![cfg(not(target_family = "wasm"))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod openssl;

use mxseal::crypto::{Algorithm, Hash, PublicKey, RustCrypto, SignatureVerifier, Verification};
use mxseal::x509::public_key;
use openssl::Workshop;

/// Key, how `openssl` signs with it, and what that is to us.
const SIGNED_BY_OPENSSL: &[(&str, &str, Algorithm)] = &[
    ("rsa1024", "dgst -sha256", Algorithm::RsaPkcs1(Hash::Sha256)),
    ("rsa2048", "dgst -sha1", Algorithm::RsaSha1),
    ("rsa2048", "dgst -sha256", Algorithm::RsaPkcs1(Hash::Sha256)),
    ("rsa2048", "dgst -sha384", Algorithm::RsaPkcs1(Hash::Sha384)),
    ("rsa2048", "dgst -sha512", Algorithm::RsaPkcs1(Hash::Sha512)),
    ("rsa4096", "dgst -sha512", Algorithm::RsaPkcs1(Hash::Sha512)),
    (
        "rsa2048",
        "dgst -sha256 PSS",
        Algorithm::RsaPss(Hash::Sha256),
    ),
    (
        "rsa2048",
        "dgst -sha384 PSS",
        Algorithm::RsaPss(Hash::Sha384),
    ),
    (
        "rsa4096",
        "dgst -sha512 PSS",
        Algorithm::RsaPss(Hash::Sha512),
    ),
    ("p256", "dgst -sha256", Algorithm::EcdsaDer(Hash::Sha256)),
    ("p256", "dgst -sha384", Algorithm::EcdsaDer(Hash::Sha384)),
    ("p256", "dgst -sha512", Algorithm::EcdsaDer(Hash::Sha512)),
    ("p384", "dgst -sha256", Algorithm::EcdsaDer(Hash::Sha256)),
    ("p384", "dgst -sha384", Algorithm::EcdsaDer(Hash::Sha384)),
    ("ed25519", "pkeyutl -rawin", Algorithm::Ed25519),
];

#[test]
fn openssl_signs_and_nothing_else_passes() {
    let shop = Workshop::new("crypto");
    for (name, kind) in [
        ("rsa1024", "-algorithm RSA -pkeyopt rsa_keygen_bits:1024"),
        ("rsa2048", "-algorithm RSA -pkeyopt rsa_keygen_bits:2048"),
        ("rsa4096", "-algorithm RSA -pkeyopt rsa_keygen_bits:4096"),
        ("p256", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
        ("p384", "-algorithm EC -pkeyopt ec_paramgen_curve:P-384"),
        ("ed25519", "-algorithm ED25519"),
    ] {
        for key in [name.to_owned(), format!("other-{name}")] {
            shop.key(&key, kind);
            shop.openssl(&format!(
                "pkey -in {key} -pubout -outform DER -out {key}.spki"
            ));
        }
    }
    let message = b"the message that is signed";
    shop.write("message", message);
    for (key, how, algorithm) in SIGNED_BY_OPENSSL {
        let how = how.replace(
            "PSS",
            "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest",
        );
        shop.openssl(&match how.strip_prefix("pkeyutl") {
            Some(options) => {
                format!("pkeyutl -sign -inkey {key} {options} -in message -out signature")
            }
            None => format!("{how} -sign {key} -out signature message"),
        });
        let signature = shop.read("signature");
        let spki = public_key(&shop.read(&format!("{key}.spki"))).unwrap();
        let other = public_key(&shop.read(&format!("other-{key}.spki"))).unwrap();
        let verify = |key: &PublicKey, message: &[u8], signature: &[u8]| {
            RustCrypto.verify(*algorithm, key, message, signature)
        };
        let what = format!("{key} {algorithm:?}");
        assert_eq!(
            verify(&spki, message, &signature),
            Verification::Good,
            "{what}"
        );
        assert_eq!(
            verify(&other, message, &signature),
            Verification::Bad,
            "{what}"
        );
        assert_eq!(
            verify(&spki, &message[1..], &signature),
            Verification::Bad,
            "{what}"
        );
        for at in (0..signature.len()).step_by(7) {
            let mut tampered = signature.clone();
            tampered[at] ^= 1 << (at % 8);
            assert_eq!(
                verify(&spki, message, &tampered),
                Verification::Bad,
                "{what} {at}"
            );
            assert_eq!(
                verify(&spki, message, &signature[..at]),
                Verification::Bad,
                "{what} {at}"
            );
        }
    }
}

#[test]
fn what_cannot_be_verified_is_unsupported() {
    let rsa = |bits: usize, e: &[u8]| PublicKey::Rsa {
        n: vec![0xff; bits / 8],
        e: e.to_vec(),
    };
    let exponent = &[1, 0, 1][..];
    let pkcs1 = Algorithm::RsaPkcs1(Hash::Sha256);
    for (algorithm, key) in [
        (pkcs1, rsa(512, exponent)),
        (pkcs1, rsa(4104, exponent)),
        (pkcs1, rsa(2048, &[1, 0, 0, 0, 0, 0, 0, 0, 1])),
        (pkcs1, rsa(2048, &[3, 0, 0, 0, 1])),
        (pkcs1, PublicKey::Ed25519([0; 32])),
        (Algorithm::Ed25519, rsa(2048, exponent)),
        (
            Algorithm::EcdsaRaw(Hash::Sha256),
            PublicKey::Ed25519([0; 32]),
        ),
        (Algorithm::RsaSha1, PublicKey::P256([0; 64])),
    ] {
        let verification = RustCrypto.verify(algorithm, &key, b"", &[0; 64]);
        assert_eq!(
            verification,
            Verification::Unsupported,
            "{algorithm:?} {key:?}"
        );
    }
    for (algorithm, key) in [
        (pkcs1, rsa(2048, &[])),
        (pkcs1, rsa(2048, &[2])),
        (pkcs1, rsa(2048, exponent)),
        // No point of the curve, and the identity of edwards25519, under which 0…0 signs anything.
        (Algorithm::EcdsaRaw(Hash::Sha256), PublicKey::P256([1; 64])),
        (Algorithm::EcdsaRaw(Hash::Sha384), PublicKey::P384([1; 96])),
        (Algorithm::Ed25519, PublicKey::Ed25519(identity())),
    ] {
        let mut signature = [0; 64];
        signature[0] = 1;
        let verification = RustCrypto.verify(algorithm, &key, b"", &signature);
        assert_eq!(verification, Verification::Bad, "{algorithm:?} {key:?}");
    }
}

fn identity() -> [u8; 32] {
    let mut point = [0; 32];
    point[0] = 1;
    point
}
