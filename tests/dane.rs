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
use mxseal::dane::{
    DaneMatch, DaneOptions, DaneOutcome, DaneStatus, Tlsa, TlsaForError, parse_tlsa_text, tlsa_for,
    verify_dane,
};
use mxseal::x509::to_pem;
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
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    let listed: usize = exceptions.iter().map(|one| one.ids.len()).sum();
    assert_eq!(listed, used.len(), "an exception for no case");
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

/// Records, a chain and names by their words, judged at the usual time.
struct Bench(BTreeMap<String, Bytes>);

impl Bench {
    fn new() -> Self {
        Self(recording().certificates)
    }

    fn chain(&self, names: &str) -> Vec<Bytes> {
        names
            .split_whitespace()
            .map(|name| self.0[name].clone())
            .collect()
    }

    /// `usage selector matching certificate`.
    fn record(&self, words: &str) -> Tlsa {
        let words: Vec<&str> = words.split(' ').collect();
        let number = |at: usize| words[at].parse().unwrap();
        tlsa_for(&self.0[words[3]], number(0), number(1), number(2)).unwrap()
    }

    fn records(&self, words: &[&str]) -> Vec<Tlsa> {
        words.iter().map(|words| self.record(words)).collect()
    }
}

const HOST: &str = "mx.example.com";

fn verify(
    tlsa: &[Tlsa],
    chain: &[Bytes],
    names: &[&str],
    options: &DaneOptions<'_>,
) -> DaneOutcome {
    let names: Vec<Name> = names
        .iter()
        .map(|name| Name::parse(name).unwrap())
        .collect();
    let at = "2026-03-01T12:00:00Z".parse().unwrap();
    verify_dane(tlsa, chain, &names, at, options, &RustCrypto)
}

fn smtp(tlsa: &[Tlsa], chain: &[Bytes]) -> DaneOutcome {
    verify(tlsa, chain, &[HOST], &DaneOptions::default())
}

#[test]
fn records_are_made_as_openssl_takes_them() {
    let Recording {
        certificates,
        cases,
    } = recording();
    let mut made = 0;
    for case in &cases {
        // Of one record, in the words that the recording was made from.
        let words = case.id.split(" < ").nth(1).unwrap();
        let words: Vec<&str> = words.split(" @ ").next().unwrap().split(' ').collect();
        let ([_], [usage, selector, matching, name]) = (&case.tlsa[..], &words[..]) else {
            continue;
        };
        let (Some(der), Ok(usage)) = (certificates.get(*name), usage.parse()) else {
            continue;
        };
        let (selector, matching) = (selector.parse().unwrap(), matching.parse().unwrap());
        if usage > 3 || matching > 2 {
            continue;
        }
        let tlsa = tlsa_for(der, usage, selector, matching).unwrap();
        assert_eq!(tlsa.to_string(), case.tlsa[0], "{}", case.id);
        let pem = to_pem("CERTIFICATE", der);
        assert_eq!(
            tlsa_for(pem.as_bytes(), usage, selector, matching),
            Ok(tlsa)
        );
        made += 1;
    }
    assert!(made > 300, "{made}");
}

#[test]
fn what_no_record_is_made_of() {
    let bench = Bench::new();
    let der = &bench.0["ok"];
    let pem = to_pem("CERTIFICATE", der);
    let key = to_pem("PRIVATE KEY", b"secret");
    let spki = mxseal::x509::spki_of(der).unwrap();
    let wanted = bench.record("3 1 1 ok");
    let make = |input: &[u8], usage, selector, matching| tlsa_for(input, usage, selector, matching);
    for (input, want) in [
        (spki, Ok(wanted.clone())),
        (to_pem("PUBLIC KEY", spki).as_bytes(), Ok(wanted.clone())),
        (format!("{key}{pem}").as_bytes(), Ok(wanted.clone())),
        (format!("{pem}{key}").as_bytes(), Ok(wanted)),
        (key.as_bytes(), Err(TlsaForError::PrivateKey)),
        (b"", Err(TlsaForError::NoInput)),
        (b"mx.example.com", Err(TlsaForError::NoInput)),
        (&der[1..], Err(TlsaForError::NoInput)),
        (&der[..100], Err(TlsaForError::NoInput)),
        (
            to_pem("X509 CRL", der).as_bytes(),
            Ok(bench.record("3 1 1 ok")),
        ),
    ] {
        assert_eq!(make(input, 3, 1, 1), want);
    }
    assert_eq!(make(spki, 3, 0, 1), Err(TlsaForError::NeedsCertificate));
    for (usage, selector, matching) in [(4, 1, 1), (3, 2, 1), (3, 1, 3)] {
        let got = make(der, usage, selector, matching);
        assert_eq!(got, Err(TlsaForError::UnknownParameter));
    }
    for error in [TlsaForError::PrivateKey, TlsaForError::NoInput] {
        assert!(!error.to_string().contains("secret"));
    }
}

/// RFC 7671 §5.1: the leaf is octets. What openssl would not even read has no other oracle than the hash.
#[test]
fn dane_ee_takes_the_leaf_as_it_is() {
    let bench = Bench::new();
    let der = &bench.0["ok"];
    let at = der
        .windows(13)
        .position(|octets| octets == b"250101000000Z");
    let mut undated = der.clone();
    undated.0[at.unwrap()] = b'x';
    let mut trailing = der.clone();
    trailing.0.push(0);
    let digest = |leaf: &Bytes| Tlsa {
        usage: 3,
        selector: 0,
        matching_type: 1,
        data: Bytes(mxseal::crypto::sha256(leaf).to_vec()),
    };
    let key = bench.record("3 1 1 ok");
    for (leaf, has_key) in [
        (undated, true),
        (trailing, true),
        (Bytes(b"no certificate".to_vec()), false),
        (Bytes(vec![0x30; 100_000]), false),
        (Bytes(der[..der.len() - 40].to_vec()), false),
    ] {
        let chain = [leaf.clone()];
        let hit = Some(DaneMatch { index: 0, depth: 0 });
        let other = &bench.record("3 0 1 deep");
        assert_eq!(smtp(&[digest(&leaf)], &chain).matched, hit);
        assert_eq!(smtp(&[digest(&leaf), other.clone()], &chain).matched, hit);
        let outcome = smtp(std::slice::from_ref(&key), &chain);
        assert_eq!(outcome.matched.is_some(), has_key);
        if !has_key {
            assert_eq!(told(&outcome), "validation-failure tlsa-no-match");
            assert_eq!(outcome.records[0].why, Some("no-public-key"));
        }
        // DANE-TA has to read it, and only DANE-TA.
        let outcome = smtp(&[bench.record("2 1 1 root")], &chain);
        let malformed = "validation-failure certificate-malformed";
        assert_eq!(told(&outcome), malformed);
    }
}

#[test]
fn any_reference_name_will_do() {
    let bench = Bench::new();
    let tlsa = bench.records(&["2 1 1 root"]);
    let chain = bench.chain("ok mid root");
    let names = |names: &[&str]| told(&verify(&tlsa, &chain, names, &DaneOptions::default()));
    // RFC 7672 §3.2.2: TLSA base domain, next-hop domain, and what they stand for.
    assert_eq!(names(&["a.example", HOST]), "authenticated 0 2");
    assert_eq!(names(&[HOST, "a.example"]), "authenticated 0 2");
    let none = "certificate-host-mismatch no-name-matches";
    assert_eq!(names(&["a.example", "b.example"]), none);
    assert_eq!(names(&[]), none);
}

#[test]
fn the_digest_order_is_the_callers() {
    let bench = Bench::new();
    let chain = bench.chain("ok mid root");
    let tlsa = bench.records(&["3 1 1 ok", "3 1 2 deep", "3 0 1 deep", "3 1 0 deep"]);
    for (order, want, why) in [
        (
            &[2, 1][..],
            "validation-failure tlsa-no-match",
            [Some("weaker-digest"), Some("tlsa-no-match")],
        ),
        (&[1, 2], "authenticated 0 0", [None, Some("weaker-digest")]),
        (&[1], "authenticated 0 0", [None, Some("digest-disabled")]),
        (
            &[2],
            "validation-failure tlsa-no-match",
            [Some("digest-disabled"), Some("tlsa-no-match")],
        ),
        (
            &[],
            "validation-failure tlsa-no-match",
            [Some("digest-disabled"), Some("digest-disabled")],
        ),
    ] {
        let options = DaneOptions {
            digest_order: order,
            ..DaneOptions::default()
        };
        let outcome = verify(&tlsa, &chain, &[HOST], &options);
        assert_eq!(told(&outcome), want, "{order:?}");
        assert_eq!(
            [outcome.records[0].why, outcome.records[1].why],
            why,
            "{order:?}"
        );
        let out = why[0].is_some();
        assert_eq!(outcome.records[0].usable, !out, "{order:?}");
    }
}

#[test]
fn why_each_record_does_not_do() {
    let bench = Bench::new();
    let chain = bench.chain("other-name mid root");
    let mut tlsa = bench.records(&["2 1 1 root", "2 0 1 low", "3 1 1 deep", "1 1 1 other-name"]);
    let mut odd = |usage, selector, matching_type, length| {
        tlsa.push(Tlsa {
            usage,
            selector,
            matching_type,
            data: Bytes(vec![0; length]),
        });
    };
    odd(9, 1, 1, 32);
    odd(3, 2, 1, 32);
    odd(3, 1, 3, 32);
    odd(3, 1, 1, 31);
    odd(2, 0, 0, 31);
    let outcome = smtp(&tlsa, &chain);
    assert_eq!(told(&outcome), "certificate-host-mismatch no-name-matches");
    let why: Vec<_> = outcome
        .records
        .iter()
        .map(|record| (record.usable, record.why.unwrap()))
        .collect();
    assert_eq!(
        why,
        [
            (true, "no-name-matches"),
            (true, "tlsa-no-match"),
            (true, "tlsa-no-match"),
            (false, "usage-pkix"),
            (false, "usage-unknown"),
            (false, "selector-unknown"),
            (false, "matching-type-unknown"),
            (false, "digest-length"),
            (false, "full-malformed"),
        ]
    );
    let outcome = smtp(&tlsa[3..], &chain);
    assert_eq!(told(&outcome), "tlsa-invalid no-usable-records");
    let outcome = smtp(&[], &chain);
    assert_eq!(outcome.status, DaneStatus::NoUsableRecords);
    assert_eq!((outcome.result_type, outcome.reason), (None, None));
}

#[test]
fn work_is_bounded() {
    let bench = Bench::new();
    let ok = bench.chain("ok mid root");
    let record = |words: &[&str]| bench.records(words);
    // Records beyond the limit are not looked at.
    let mut many = vec![bench.record("3 1 1 deep"); mxseal::limits::TLSA_RECORDS];
    many.push(bench.record("3 1 1 ok"));
    let outcome = smtp(&many, &ok);
    assert_eq!(told(&outcome), "validation-failure tlsa-no-match");
    assert_eq!(
        outcome.records.last().unwrap().why,
        Some("too-many-records")
    );
    // A chain that is too long is none, but its leaf is still one.
    let long = vec![ok.clone(); 6].concat();
    assert_eq!(
        told(&smtp(&record(&["3 1 1 ok"]), &long)),
        "authenticated 0 0"
    );
    assert_eq!(
        told(&smtp(&record(&["2 1 1 root"]), &long)),
        "validation-failure chain-too-long"
    );
    assert_eq!(
        told(&smtp(&record(&["2 1 1 root"]), &long[..15])),
        "authenticated 0 2"
    );
    for words in ["3 1 1 ok", "2 1 1 root"] {
        let outcome = smtp(&record(&[words]), &[]);
        assert_eq!(told(&outcome), "validation-failure no-certificate");
    }
}

/// Whatever bit of leaf or intermediate is flipped: no panic, and the path no longer holds.
#[test]
fn no_bit_may_change() {
    let bench = Bench::new();
    let tlsa = bench.records(&["2 1 1 root", "2 1 0 id-root", "2 0 0 root"]);
    let chain = bench.chain("ok mid root");
    assert_eq!(told(&smtp(&tlsa, &chain)), "authenticated 0 2");
    let mut flips = 0;
    for place in 0..2 {
        for bit in (0..chain[place].len() * 8).step_by(7) {
            let mut flipped = chain.clone();
            flipped[place].0[bit / 8] ^= 1 << (bit % 8);
            let outcome = smtp(&tlsa, &flipped);
            assert_eq!(outcome.status, DaneStatus::Failed, "bit {bit} of {place}");
            flips += 1;
        }
    }
    assert!(flips > 500);
    // What is in the DNS is the anchor as it stands there: its own signature proves nothing. No panic is all.
    for bit in (0..tlsa[2].data.len() * 8).step_by(7) {
        let mut record = tlsa[2].clone();
        record.data.0[bit / 8] ^= 1 << (bit % 8);
        let _ = smtp(&[record], &chain[..2]);
    }
}
