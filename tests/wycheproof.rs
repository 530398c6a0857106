//! Every Wycheproof set of an algorithm that the engine takes. Where a verdict of ours differs from theirs,
//! or theirs is "acceptable", `wycheproof/exceptions.json` says what ours is and why; an exception that is
//! none fails as well.
//!
//! Wycheproof has no RSASSA-PKCS1-v1_5 with SHA-1 or 1,024 bits, no P-256 with SHA-384 and no P-384 with
//! SHA-256 as `r | s`: those are in `differential.rs` only.
#![cfg(not(target_family = "wasm"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;

use mxseal::crypto::{Algorithm, Hash, PublicKey, RustCrypto, SignatureVerifier, Verification};
use mxseal::x509::public_key;
use serde::Deserialize;
use wycheproof::{
    EllipticCurve, HashFunction, TestResult, ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify,
};

const EXCEPTIONS: &str = include_str!("wycheproof/exceptions.json");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    /// The sets, by their names in the crate.
    sets: Vec<String>,
    tests: Tests,
    ours: Ours,
    reason: String,
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Tests {
    /// By their numbers.
    These(Vec<usize>),
    /// All whose result is this one.
    Every { every: Vec<TestResult> },
}

#[derive(Deserialize, Clone, Copy, PartialEq, Debug)]
#[serde(rename_all = "lowercase")]
enum Ours {
    Good,
    Bad,
    Unsupported,
}

/// What a set says, compared with what the engine says.
struct Judge {
    exceptions: Vec<Exception>,
    /// The numbers of the sets' tests by which each exception was met.
    met: Vec<BTreeMap<String, Vec<usize>>>,
    faults: Vec<String>,
    /// Tests by result: valid, invalid, acceptable.
    seen: [usize; 3],
}

impl Judge {
    /// With the exceptions of the sets whose names begin so.
    fn new(family: &str) -> Self {
        let exceptions: Vec<Exception> = serde_json::from_str(EXCEPTIONS).unwrap();
        let exceptions: Vec<_> = exceptions
            .into_iter()
            .filter(|exception| exception.sets.iter().all(|set| set.starts_with(family)))
            .collect();
        Self {
            met: exceptions.iter().map(|_| BTreeMap::new()).collect(),
            exceptions,
            faults: Vec::new(),
            seen: [0; 3],
        }
    }

    fn test(&mut self, set: &str, number: usize, result: TestResult, verification: Verification) {
        let ours = match verification {
            Verification::Good => Ours::Good,
            Verification::Bad => Ours::Bad,
            Verification::Unsupported => Ours::Unsupported,
        };
        let (column, theirs) = match result {
            TestResult::Valid => (0, Some(Ours::Good)),
            TestResult::Invalid => (1, Some(Ours::Bad)),
            TestResult::Acceptable => (2, None),
        };
        self.seen[column] += 1;
        let mut listed = self.exceptions.iter().enumerate().filter(|(_, exception)| {
            exception.sets.iter().any(|name| name == set)
                && match &exception.tests {
                    Tests::These(numbers) => numbers.contains(&number),
                    Tests::Every { every } => every.contains(&result),
                }
        });
        let exception = listed.next();
        assert!(listed.next().is_none(), "{set} {number} is listed twice");
        let fault = match (exception, theirs) {
            (None, None) => "acceptable, and not among the exceptions",
            (None, Some(theirs)) if theirs != ours => "differs",
            (Some((_, exception)), _) if exception.ours != ours => "not as the exception says",
            (Some(_), Some(theirs)) if theirs == ours => "an exception that is none",
            (Some((at, _)), _) => {
                let numbers = self.met[at].entry(set.to_owned()).or_default();
                numbers.push(number);
                return;
            }
            _ => return,
        };
        self.faults.push(format!(
            "{set} {number}: {result:?}, ours {ours:?}: {fault}"
        ));
    }

    /// That nothing differed, every exception was met in each of its sets and by each of its tests, and
    /// as many tests were seen as the sets hold.
    fn end(mut self, seen: [usize; 3]) {
        for (exception, met) in self.exceptions.iter().zip(&self.met) {
            assert!(exception.reason.len() > 20, "{:?}", exception.sets);
            for set in &exception.sets {
                let numbers = met.get(set).map_or(&[][..], Vec::as_slice);
                let all = match &exception.tests {
                    Tests::These(listed) => listed.iter().all(|number| numbers.contains(number)),
                    Tests::Every { .. } => !numbers.is_empty(),
                };
                if !all {
                    self.faults.push(format!(
                        "{set}: an exception was not met: {}",
                        exception.reason
                    ));
                }
            }
        }
        assert!(self.faults.is_empty(), "\n{}", self.faults.join("\n"));
        assert_eq!(self.seen, seen, "valid, invalid, acceptable");
    }
}

/// The hashes that the engine takes in signatures.
fn hash(function: HashFunction) -> Option<Hash> {
    match function {
        HashFunction::Sha2_256 => Some(Hash::Sha256),
        HashFunction::Sha2_384 => Some(Hash::Sha384),
        HashFunction::Sha2_512 => Some(Hash::Sha512),
        _ => None,
    }
}

fn rsa_key(n: &[u8], e: &[u8]) -> PublicKey {
    let significant = |octets: &[u8]| octets.iter().copied().skip_while(|o| *o == 0).collect();
    PublicKey::Rsa {
        n: significant(n),
        e: significant(e),
    }
}

#[test]
fn ecdsa() {
    let mut judge = Judge::new("Ecdsa");
    for name in ecdsa::TestName::all() {
        let set = format!("{name:?}");
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let (EllipticCurve::Secp256r1 | EllipticCurve::Secp384r1, Some(hash)) =
                (group.key.curve, hash(group.hash))
            else {
                continue;
            };
            let algorithm = if set.ends_with("P1363") {
                Algorithm::EcdsaRaw(hash)
            } else {
                Algorithm::EcdsaDer(hash)
            };
            let key = public_key(&group.der).unwrap();
            for test in group.tests {
                let verification = RustCrypto.verify(algorithm, &key, &test.msg, &test.sig);
                judge.test(&set, test.tc_id, test.result, verification);
            }
        }
    }
    judge.end([1842, 1906, 0]);
}

#[test]
fn ed25519() {
    let mut judge = Judge::new("Ed25519");
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    for group in set.test_groups {
        let key = public_key(&group.der).unwrap();
        for test in group.tests {
            let verification = RustCrypto.verify(Algorithm::Ed25519, &key, &test.msg, &test.sig);
            judge.test("Ed25519", test.tc_id, test.result, verification);
        }
    }
    judge.end([88, 63, 0]);
}

#[test]
fn rsa_pkcs1() {
    let mut judge = Judge::new("Rsa");
    judge
        .exceptions
        .retain(|exception| !exception.sets[0].starts_with("RsaPss"));
    for name in rsa_pkcs1_verify::TestName::all() {
        let set = format!("{name:?}");
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let Some(hash) = hash(group.hash) else {
                continue;
            };
            let key = rsa_key(&group.key.n, &group.key.e);
            assert_eq!(public_key(&group.der).as_ref(), Some(&key), "{set}");
            for test in group.tests {
                let verification =
                    RustCrypto.verify(Algorithm::RsaPkcs1(hash), &key, &test.msg, &test.sig);
                judge.test(&set, test.tc_id, test.result, verification);
            }
        }
    }
    judge.end([89, 3005, 12]);
}

/// The sets with other parameters than ours (the mask of another hash, a salt of another length) are
/// verified as ours: what is valid there is bad here.
#[test]
fn rsa_pss() {
    let mut judge = Judge::new("RsaPss");
    for name in rsa_pss_verify::TestName::all() {
        let set = format!("{name:?}");
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let Some(hash) = hash(group.hash) else {
                continue;
            };
            let key = rsa_key(&group.key.n, &group.key.e);
            for test in group.tests {
                let verification =
                    RustCrypto.verify(Algorithm::RsaPss(hash), &key, &test.msg, &test.sig);
                judge.test(&set, test.tc_id, test.result, verification);
            }
        }
    }
    judge.end([1530, 676, 0]);
}
