//! Signatures against OpenSSL: what `differential/record.mjs` recorded is judged by the engine. Where the two
//! differ, `differential/exceptions.json` says what ours is and why; an exception that is none fails as well.
//! Digests against OpenSSL likewise, for every length from 0 to 300.
#![cfg(not(target_family = "wasm"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::Path;

use data_encoding::BASE64;
use mxseal::crypto::{
    Algorithm, Hash, PublicKey, RustCrypto, SignatureVerifier, Verification, sha1, sha256, sha384,
    sha512,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Recorded {
    blobs: Vec<Blob>,
    /// Algorithm, what, key, message, signature, verdict.
    rows: Vec<(String, String, usize, usize, usize, u8)>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Blob {
    Whole(String),
    /// Which other one, where, how many octets are left out of it there, what stands there instead.
    Near(usize, usize, usize, String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    /// How the names of the rows' algorithms begin.
    algorithm: String,
    /// How the rows' `what` begin, each.
    rows: Vec<String>,
    openssl: Option<Verdict>,
    ours: Verdict,
    reason: String,
}

#[derive(Deserialize, Debug, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Good,
    Bad,
    Unsupported,
}

fn read<T: for<'de> Deserialize<'de>>(file: &str) -> T {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential");
    serde_json::from_str(&fs::read_to_string(directory.join(file)).unwrap()).unwrap()
}

impl Recorded {
    fn octets(&self) -> Vec<Vec<u8>> {
        let decode = |text: &String| BASE64.decode(text.as_bytes()).unwrap();
        let mut all: Vec<Vec<u8>> = Vec::new();
        for blob in &self.blobs {
            all.push(match blob {
                Blob::Whole(text) => decode(text),
                Blob::Near(near, at, out, instead) => {
                    let base = &all[*near];
                    [&base[..*at], &decode(instead), &base[at + out..]].concat()
                }
            });
        }
        all
    }
}

fn algorithm(name: &str) -> Algorithm {
    let hash = match name.rsplit('-').next().unwrap() {
        "sha384" => Hash::Sha384,
        "sha512" => Hash::Sha512,
        _ => Hash::Sha256,
    };
    match name {
        "ed25519" => Algorithm::Ed25519,
        "rsa-sha1" => Algorithm::RsaSha1,
        _ if name.starts_with("rsa-") => Algorithm::RsaPkcs1(hash),
        _ if name.starts_with("pss-") => Algorithm::RsaPss(hash),
        _ if name.contains("-raw-") => Algorithm::EcdsaRaw(hash),
        _ => Algorithm::EcdsaDer(hash),
    }
}

fn key(name: &str, octets: &[u8]) -> PublicKey {
    match name.split('-').next().unwrap() {
        "ed25519" => PublicKey::Ed25519(octets.try_into().unwrap()),
        "p256" => PublicKey::P256(octets.try_into().unwrap()),
        "p384" => PublicKey::P384(octets.try_into().unwrap()),
        _ => {
            let (e, n) = octets[1..].split_at(usize::from(octets[0]));
            PublicKey::Rsa {
                n: n.to_vec(),
                e: e.to_vec(),
            }
        }
    }
}

#[test]
fn signatures_as_openssl_judges_them() {
    let recorded: Recorded = read("signatures.json");
    let exceptions: Vec<Exception> = read("exceptions.json");
    let mut met: Vec<Vec<usize>> = exceptions.iter().map(|e| vec![0; e.rows.len()]).collect();
    let mut faults = Vec::new();
    let mut seen = [0; 2];
    let octets = recorded.octets();
    for (name, what, at_key, message, signature, verdict) in &recorded.rows {
        let verification = RustCrypto.verify(
            algorithm(name),
            &key(name, &octets[*at_key]),
            &octets[*message],
            &octets[*signature],
        );
        let ours = match verification {
            Verification::Good => Verdict::Good,
            Verification::Bad => Verdict::Bad,
            Verification::Unsupported => Verdict::Unsupported,
        };
        let theirs = match verdict {
            0 => Verdict::Bad,
            _ => Verdict::Good,
        };
        seen[usize::from(*verdict)] += 1;
        let listed = exceptions.iter().enumerate().find_map(|(at, exception)| {
            let of_all = exception.openssl.is_none_or(|openssl| openssl == theirs)
                && name.starts_with(&exception.algorithm);
            let row = exception.rows.iter().position(|row| what.starts_with(row));
            row.filter(|_| of_all).map(|row| (at, row))
        });
        match listed {
            Some((at, row)) if exceptions[at].ours == ours && theirs != ours => met[at][row] += 1,
            Some(_) => faults.push(format!(
                "{name}, {what}: {theirs:?}, ours {ours:?}, not as excepted"
            )),
            None if theirs != ours => {
                faults.push(format!("{name}, {what}: {theirs:?}, ours {ours:?}"));
            }
            None => {}
        }
    }
    for (exception, met) in exceptions.iter().zip(met) {
        assert!(exception.reason.len() > 20, "{:?}", exception.rows);
        for (row, _) in exception.rows.iter().zip(met).filter(|(_, met)| *met == 0) {
            faults.push(format!("{row}: an exception that was not met"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(seen[0] > 1_000 && seen[1] > 200, "bad, good: {seen:?}");
}

#[derive(Deserialize)]
struct Digests {
    hash: String,
    /// The first four octets of each, in base64.
    first: String,
    /// SHA-256 of them all, in base64.
    all: String,
}

#[test]
fn digests_as_openssl_makes_them() {
    let rows: Vec<Digests> = read("digests.json");
    assert_eq!(rows.len(), 4);
    for row in rows {
        let mut all = Vec::new();
        let first = BASE64.decode(row.first.as_bytes()).unwrap();
        assert_eq!(first.len(), 301 * 4);
        for (length, first) in first.chunks_exact(4).enumerate() {
            let message: Vec<u8> = (0..length)
                .map(|at| u8::try_from((7 * at + length) % 256).unwrap())
                .collect();
            let digest = match row.hash.as_str() {
                "sha1" => sha1(&message).to_vec(),
                "sha256" => sha256(&message).to_vec(),
                "sha384" => sha384(&message).to_vec(),
                "sha512" => sha512(&message).to_vec(),
                other => unreachable!("`{other}` is not recorded"),
            };
            assert_eq!(digest[..4], *first, "{} of {length} octets", row.hash);
            all.extend(digest);
        }
        assert_eq!(BASE64.encode(&sha256(&all)), row.all, "{}", row.hash);
    }
}
