//! DANE as OpenSSL sees it: the cases recorded by `tests/dane/differential.mjs`, judged by us. Status, record and
//! depth must be the same, and the kind of failure too; where they are not, `tests/dane/exceptions.json` says why,
//! and an agreement there is as wrong as a difference elsewhere.
#![cfg(not(target_family = "wasm"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use mxseal::crypto::RustCrypto;
use mxseal::dane::{DaneOptions, DaneOutcome, DaneStatus, Tlsa, parse_tlsa_text, verify_dane};
use mxseal::{Bytes, Name, ResultType, Time};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Recording {
    certificates: BTreeMap<String, Bytes>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    cause: String,
    chain: Vec<String>,
    tlsa: Vec<String>,
    name: Name,
    at: Time,
    pkix: bool,
    openssl: Truth,
}

#[derive(Deserialize)]
struct Truth {
    /// `X509_V_ERR_…`, 0 for success; none where no record can be used.
    code: Option<u32>,
    says: String,
    matched: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Exception {
    ids: Vec<String>,
    /// What we say: `authenticated INDEX DEPTH`, or result type and reason.
    ours: String,
    why: String,
}

/// Another recording than the one in git: what a fresh run of the generator left.
const ELSEWHERE: &str = "MXSEAL_DANE_RECORDING";

fn read(file: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dane");
    std::fs::read(folder.join(file)).unwrap()
}

fn recording() -> Recording {
    let octets = match std::env::var_os(ELSEWHERE) {
        Some(file) => std::fs::read(file).unwrap(),
        None => read("recorded.json"),
    };
    serde_json::from_slice(&octets).unwrap()
}

fn judge(case: &Case, certificates: &BTreeMap<String, Bytes>) -> DaneOutcome {
    let tlsa: Vec<Tlsa> = case
        .tlsa
        .iter()
        .map(|text| parse_tlsa_text(text).value.unwrap())
        .collect();
    let chain: Vec<Bytes> = case
        .chain
        .iter()
        .map(|name| certificates[name].clone())
        .collect();
    let roots = [certificates["root"].clone()];
    let options = DaneOptions {
        allow_pkix: case.pkix,
        roots: if case.pkix { &roots } else { &[] },
        ..DaneOptions::default()
    };
    let names = [case.name.clone()];
    verify_dane(&tlsa, &chain, &names, case.at, &options, &RustCrypto)
}

fn told(outcome: &DaneOutcome) -> String {
    match (outcome.matched, outcome.result_type, outcome.reason) {
        (Some(matched), None, None) => {
            assert_eq!(outcome.status, DaneStatus::Authenticated);
            format!("authenticated {} {}", matched.index, matched.depth)
        }
        (None, Some(result_type), Some(reason)) => {
            let unusable = outcome.records.iter().all(|record| !record.usable);
            assert_eq!(outcome.status == DaneStatus::NoUsableRecords, unusable);
            format!("{} {reason}", json!(result_type).as_str().unwrap())
        }
        odd => format!("{odd:?}"),
    }
}

/// The result type for what OpenSSL says (RFC 8460 §4.3).
fn result_type(truth: &Truth) -> ResultType {
    match truth.code {
        None => ResultType::TlsaInvalid,
        Some(9 | 10) => ResultType::CertificateExpired,
        Some(62) => ResultType::CertificateHostMismatch,
        Some(65) => ResultType::ValidationFailure,
        Some(_) => ResultType::CertificateNotTrusted,
    }
}

fn agree(outcome: &DaneOutcome, truth: &Truth) -> bool {
    if truth.code == Some(0) {
        outcome.status == DaneStatus::Authenticated && Some(json!(outcome.matched)) == truth.matched
    } else {
        outcome.result_type == Some(result_type(truth))
    }
}

#[test]
fn as_openssl_says() {
    let Recording {
        certificates,
        cases,
    } = recording();
    let exceptions: Vec<Exception> = serde_json::from_slice(&read("exceptions.json")).unwrap();
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for case in &cases {
        let outcome = judge(case, &certificates);
        let got = told(&outcome);
        let says = format!("{} ({:?})", case.openssl.says, case.openssl.matched);
        let exception = exceptions.iter().find(|one| one.ids.contains(&case.id));
        let fault = match exception {
            None if agree(&outcome, &case.openssl) => continue,
            None => "a difference",
            Some(exception) => {
                assert!(used.insert(case.id.clone()), "{} stands twice", case.id);
                assert!(!exception.why.is_empty());
                if agree(&outcome, &case.openssl) {
                    "an exception that is none"
                } else if got != exception.ours {
                    "another difference than the one excepted"
                } else {
                    continue;
                }
            }
        };
        wrong.push(format!(
            "{}\n    ours {got}; openssl {says}: {fault}",
            case.id
        ));
    }
    let listed: usize = exceptions.iter().map(|one| one.ids.len()).sum();
    assert_eq!(
        listed,
        used.len() + wrong.iter().filter(|line| line.contains("except")).count()
    );
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn enough_of_every_cause() {
    let cases = recording().cases;
    let refused = |case: &&Case| case.openssl.code != Some(0);
    assert!(cases.len() >= 300);
    assert!(cases.iter().filter(refused).count() >= 100);
    for cause in [
        "agility",
        "bad-signature",
        "cn-with-san",
        "critical-extension",
        "depth-zero",
        "digest-mismatch",
        "excluded",
        "expired-anchor",
        "expired-anchor-2-0-0",
        "expired-intermediate",
        "expired-leaf",
        "key-usage",
        "missing-intermediate",
        "not-a-ca",
        "not-permitted",
        "not-yet-valid",
        "other-path",
        "path-length",
        "pkix",
        "purpose",
        "unusable",
        "wrong-name",
    ] {
        let count = cases
            .iter()
            .filter(|case| case.cause == cause)
            .filter(refused)
            .count();
        assert!(count >= 5, "{cause}: {count}");
    }
}
