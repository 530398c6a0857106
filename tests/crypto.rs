//! Signatures against two independent sources: the Wycheproof vectors and the `openssl` command line.
#![cfg(not(target_family = "wasm"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod openssl;

use mxseal::crypto::{Algorithm, Hash, PublicKey, RustCrypto, SignatureVerifier, Verification};
use mxseal::x509::public_key;
use openssl::Workshop;
use wycheproof::{HashFunction, TestResult, ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify};

fn hash(function: HashFunction) -> Hash {
    match function {
        HashFunction::Sha2_256 => Hash::Sha256,
        HashFunction::Sha2_384 => Hash::Sha384,
        HashFunction::Sha2_512 => Hash::Sha512,
        other => unreachable!("{other:?} is in no set that is loaded here"),
    }
}

/// Valid must be good, invalid must not; what Wycheproof calls acceptable may be either.
fn agree(what: &str, result: TestResult, verification: Verification, seen: &mut [usize; 2]) {
    match result {
        TestResult::Valid => assert_eq!(verification, Verification::Good, "{what}"),
        TestResult::Invalid => assert_eq!(verification, Verification::Bad, "{what}"),
        TestResult::Acceptable => assert_ne!(verification, Verification::Unsupported, "{what}"),
    }
    seen[usize::from(result == TestResult::Valid)] += 1;
}

#[test]
fn wycheproof_ecdsa() {
    use ecdsa::TestName::*;
    let der: fn(Hash) -> Algorithm = Algorithm::EcdsaDer;
    let raw: fn(Hash) -> Algorithm = Algorithm::EcdsaRaw;
    let mut seen = [0; 2];
    for (name, algorithm) in [
        (EcdsaSecp256r1Sha256, der),
        (EcdsaSecp256r1Sha512, der),
        (EcdsaSecp384r1Sha256, der),
        (EcdsaSecp384r1Sha384, der),
        (EcdsaSecp384r1Sha512, der),
        (EcdsaSecp256r1Sha256P1363, raw),
        (EcdsaSecp256r1Sha512P1363, raw),
        (EcdsaSecp384r1Sha384P1363, raw),
        (EcdsaSecp384r1Sha512P1363, raw),
    ] {
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let key = public_key(&group.der).unwrap();
            for test in group.tests {
                let what = format!("{name:?} {}", test.tc_id);
                let verification =
                    RustCrypto.verify(algorithm(hash(group.hash)), &key, &test.msg, &test.sig);
                agree(&what, test.result, verification, &mut seen);
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 500), "{seen:?}");
}

#[test]
fn wycheproof_ed25519() {
    let mut seen = [0; 2];
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    for group in set.test_groups {
        let key = public_key(&group.der).unwrap();
        for test in group.tests {
            let verification = RustCrypto.verify(Algorithm::Ed25519, &key, &test.msg, &test.sig);
            let what = format!("ed25519 {}", test.tc_id);
            agree(&what, test.result, verification, &mut seen);
        }
    }
    assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
}

#[test]
fn wycheproof_rsa_pkcs1() {
    use rsa_pkcs1_verify::TestName::*;
    let mut seen = [0; 2];
    for name in [
        Rsa2048Sha256,
        Rsa2048Sha384,
        Rsa2048Sha512,
        Rsa3072Sha256,
        Rsa3072Sha384,
        Rsa3072Sha512,
        Rsa4096Sha256,
        Rsa4096Sha384,
        Rsa4096Sha512,
        Rsa8192Sha256,
    ] {
        let set = rsa_pkcs1_verify::TestSet::load(name).unwrap();
        for group in set.test_groups {
            let key = public_key(&group.der).unwrap();
            for test in group.tests {
                let what = format!("{name:?} {}", test.tc_id);
                let algorithm = Algorithm::RsaPkcs1(hash(group.hash));
                let verification = RustCrypto.verify(algorithm, &key, &test.msg, &test.sig);
                if group.key_size > 4096 {
                    assert_eq!(verification, Verification::Unsupported, "{what}");
                } else {
                    agree(&what, test.result, verification, &mut seen);
                }
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
}

#[test]
fn wycheproof_rsa_pss() {
    use rsa_pss_verify::TestName::*;
    let mut seen = [0; 2];
    for name in [
        RsaPss2048Sha256Mgf1SaltLen32,
        RsaPss2048Sha384Mgf1SaltLen48,
        RsaPss3072Sha256Mgf1SaltLen32,
        RsaPss4096Sha256Mgf1SaltLen32,
        RsaPss4096Sha384Mgf1SaltLen48,
        RsaPss4096Sha512Mgf1SaltLen64,
    ] {
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let key = public_key(&group.der).unwrap();
            for test in group.tests {
                let what = format!("{name:?} {}", test.tc_id);
                let algorithm = Algorithm::RsaPss(hash(group.hash));
                let verification = RustCrypto.verify(algorithm, &key, &test.msg, &test.sig);
                agree(&what, test.result, verification, &mut seen);
            }
        }
    }
    // Salts of another length are another algorithm: what is valid in these sets is refused.
    for name in [RsaPss2048Sha256Mgf1SaltLen0, RsaPss4096Sha512Mgf1SaltLen32] {
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let key = public_key(&group.der).unwrap();
            let valid = |test: &&rsa_pss_verify::Test| test.result == TestResult::Valid;
            for test in group.tests.iter().filter(valid) {
                let algorithm = Algorithm::RsaPss(hash(group.hash));
                let verification = RustCrypto.verify(algorithm, &key, &test.msg, &test.sig);
                assert_eq!(verification, Verification::Bad, "{name:?} {}", test.tc_id);
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
}

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
