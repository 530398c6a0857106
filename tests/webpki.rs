//! Paths to a trusted root, judged twice: by us and by `openssl verify`. Where the two differ, the row says why.
#![cfg(not(target_family = "wasm"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod authority;
mod openssl;

use std::collections::BTreeSet;

use authority::Row;
use mxseal::x509::{WebPkiOutcome, WebPkiStatus, to_pem, verify_web_pki};
use mxseal::{Name, Time};
use openssl::Workshop;
use serde::Deserialize;

/// The certificates to make and the cases to judge. A case is a chain (leaf first; `name!` is `name` with its
/// last bit flipped), its roots, host and time, and what must come out: `valid`, or result type and reason;
/// and where OpenSSL says otherwise, why.
const VECTORS: &str = include_str!("vectors/webpki.json");

#[derive(Deserialize)]
struct Vectors {
    certificates: Vec<Row>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    chain: String,
    roots: String,
    #[serde(default = "host")]
    host: String,
    #[serde(default = "now")]
    at: Time,
    expect: String,
    openssl: Option<String>,
}

fn host() -> String {
    "mx.example.com".to_owned()
}

fn now() -> Time {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn certificate(shop: &Workshop, name: &str) -> Vec<u8> {
    match name.strip_suffix('!') {
        Some(name) => {
            let mut der = shop.read(&format!("{name}.der"));
            *der.last_mut().unwrap() ^= 1;
            der
        }
        None => shop.read(&format!("{name}.der")),
    }
}

fn certificates(shop: &Workshop, names: &str) -> Vec<Vec<u8>> {
    names
        .split_whitespace()
        .map(|name| certificate(shop, name))
        .collect()
}

fn told(outcome: &WebPkiOutcome) -> String {
    match outcome.status {
        WebPkiStatus::Valid => {
            assert_eq!((outcome.result_type, &outcome.reason), (None, &None));
            "valid".to_owned()
        }
        WebPkiStatus::Invalid => {
            let json = serde_json::to_value(outcome).unwrap();
            assert_eq!(json["status"], "invalid");
            format!(
                "{} {}",
                json["resultType"].as_str().unwrap(),
                json["reason"].as_str().unwrap()
            )
        }
    }
}

fn openssl_accepts(
    shop: &Workshop,
    chain: &[Vec<u8>],
    roots: &[Vec<u8>],
    case: &Case,
) -> (bool, String) {
    let pem = |certificates: &[Vec<u8>]| -> String {
        certificates
            .iter()
            .map(|der| to_pem("CERTIFICATE", der))
            .collect()
    };
    shop.write("leaf.pem", pem(&chain[..1]).as_bytes());
    shop.write("others.pem", pem(&chain[1..]).as_bytes());
    shop.write("roots.pem", pem(roots).as_bytes());
    let untrusted = if chain.len() > 1 {
        "-untrusted others.pem"
    } else {
        ""
    };
    let (success, out, err) = shop.try_openssl(&format!(
        "verify -purpose sslserver -verify_hostname {} -attime {} -no-CApath -no-CAstore \
         -CAfile roots.pem {untrusted} leaf.pem",
        case.host,
        case.at.unix()
    ));
    (success, out + &err)
}

#[test]
fn paths_as_openssl_sees_them() {
    let vectors: Vectors = serde_json::from_str(VECTORS).unwrap();
    let shop = Workshop::new("webpki");
    authority::make(&shop, &vectors.certificates);
    let mut wrong = Vec::new();
    let mut codes = BTreeSet::new();
    for case in &vectors.cases {
        let host = Name::parse(&case.host).unwrap();
        let chain = certificates(&shop, &case.chain);
        let roots = certificates(&shop, &case.roots);
        let outcome = verify_web_pki(&chain, &host, &roots, case.at);
        let what = format!("{} < {} {} {}", case.chain, case.roots, case.host, case.at);
        let got = told(&outcome);
        if got != case.expect {
            wrong.push(format!("{what}: {got}, not {}", case.expect));
        }
        // A listed difference that is none is as wrong as an unlisted one.
        let (accepted, why) = openssl_accepts(&shop, &chain, &roots, case);
        if (accepted == (case.expect == "valid")) == case.openssl.is_some() {
            wrong.push(format!("{what}: {}, but openssl: {why}", case.expect));
        }
        codes.extend(outcome.finding(&host).map(|finding| finding.code));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(
        Vec::from_iter(codes),
        [
            "certificate-chain-expired",
            "certificate-expired",
            "certificate-host-mismatch",
            "certificate-issuer-unknown",
            "certificate-not-trusted",
            "certificate-not-yet-valid",
            "certificate-root-untrusted",
            "certificate-self-signed",
        ]
    );
}

#[test]
fn what_is_presented_and_trusted() {
    let shop = Workshop::new("webpki-presented");
    let mut rows = serde_json::from_str::<Vectors>(VECTORS)
        .unwrap()
        .certificates;
    rows.retain(|row| ["root", "p256-384"].contains(&row.name.as_str()));
    authority::make(&shop, &rows);
    let (at, host) = (now(), Name::parse(&host()).unwrap());
    let (ok, root) = (certificate(&shop, "p256-384"), certificate(&shop, "root"));
    let garbage = b"no certificate".to_vec();
    let none: &[Vec<u8>] = &[];
    let judge = |chain: &[Vec<u8>], roots: &[Vec<u8>]| {
        let outcome = verify_web_pki(chain, &host, roots, at);
        assert_eq!(outcome.finding(&host).is_some(), outcome.reason.is_some());
        told(&outcome)
    };
    let one = |der: &Vec<u8>| vec![der.clone()];
    assert_eq!(
        judge(none, &one(&root)),
        "validation-failure no-certificate"
    );
    assert_eq!(
        judge(&one(&garbage), &one(&root)),
        "validation-failure certificate-malformed"
    );
    assert_eq!(
        judge(&one(&ok), none),
        "certificate-not-trusted no-trusted-roots"
    );
    assert_eq!(
        judge(&one(&ok), &one(&garbage)),
        "certificate-not-trusted no-trusted-roots"
    );
    assert_eq!(judge(&one(&ok), &[garbage.clone(), root.clone()]), "valid");
    assert_eq!(judge(&[ok.clone(), garbage], &one(&root)), "valid");
    assert_eq!(judge(&vec![ok.clone(); 16], &one(&root)), "valid");
    assert_eq!(
        judge(&vec![ok.clone(); 17], &one(&root)),
        "validation-failure chain-too-long"
    );
    let long = vec![0x30; mxseal::limits::CERTIFICATE_OCTETS + 1];
    assert_eq!(
        judge(&one(&long), &one(&root)),
        "validation-failure certificate-malformed"
    );
    let finding = verify_web_pki(none, &host, &one(&root), at)
        .finding(&host)
        .unwrap();
    assert_eq!(finding.code, "certificate-invalid");
}

/// Mozilla's roots as `mxseal/roots` carries them: each is read, in its dates, and signed by itself.
#[test]
fn mozillas_roots_are_read() {
    use mxseal::crypto::{RustCrypto, Verification};
    use mxseal::x509::Certificate;
    let mut unsupported = Vec::new();
    for der in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        let root = Certificate::parse(der).unwrap();
        assert!(root.is_self_issued() && root.is_ca() && root.validity.contains(now()));
        // Its own signature with SHA-1 proves nothing and is not asked for.
        let sha1 = root.signature_algorithm.to_string() == "1.2.840.113549.1.1.5";
        match root.is_signed_by(&root.spki, &RustCrypto) {
            Verification::Unsupported if sha1 => {}
            Verification::Unsupported => unsupported.push(root.subject),
            verified => assert_eq!(verified, Verification::Good, "{}", root.subject),
        }
    }
    // The one root with a key of P-521.
    assert_eq!(unsupported.len(), 1, "{unsupported:?}");
    assert!(unsupported[0].starts_with("CN=e-Szigno TLS Root CA 2023"));
    assert!(webpki_root_certs::TLS_SERVER_ROOT_CERTS.len() > 100);
}
