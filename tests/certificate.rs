//! The reader of certificates beside `openssl x509`, on certificates of every posture and on broken ones.
#![cfg(not(target_family = "wasm"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod authority;
mod openssl;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use authority::Row;
use data_encoding::HEXLOWER;
use mxseal::crypto::{RustCrypto, Verification, sha256};
use mxseal::x509::{
    Certificate, CertificateError, certificates_from_pem, describe, pem_blocks, spki_of, to_pem,
    verify_web_pki,
};
use mxseal::{Name, Time};
use openssl::Workshop;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    certificates: Vec<Row>,
}

/// Names that want escaping, each string type, and a serial number with the high bit set.
const ODD_NAMES: &str = r##"
[req]
prompt = no
distinguished_name = name
string_mask = default
x509_extensions = ext
[name]
C = DE
ST = "B, W + \"x\" <y>; \\z"
0.O = "#first"
1.O = Träger
OU = " both "
0.CN = one
1.CN = two
emailAddress = a@example.com
DC = example
UID = u
serialNumber = 7
9.1.3.6.1.4.1.99999.1 = private
[ext]
subjectAltName = DNS:a.example, DNS:*.b.example, IP:192.0.2.1, email:x@example.com, URI:https://example.com/, dirName:name, otherName:1.2.3.4;UTF8:x, RID:1.2.3
basicConstraints = CA:TRUE, pathlen:3
keyUsage = digitalSignature, keyCertSign, decipherOnly
extendedKeyUsage = serverAuth, 1.2.3.4
"##;

/// Every certificate of the path vectors and one with odd names, by name.
static CERTIFICATES: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
    let vectors: Vectors = serde_json::from_str(include_str!("vectors/webpki.json")).unwrap();
    let shop = Workshop::new("certificates");
    authority::make(&shop, &vectors.certificates);
    shop.write("odd.cnf", ODD_NAMES.as_bytes());
    shop.openssl(
        "req -x509 -new -utf8 -config odd.cnf -key root.key -set_serial 0xfedcba98 -sha256 \
         -days 1 -outform DER -out odd.der",
    );
    let names = vectors.certificates.into_iter().map(|row| row.name);
    names
        .chain(["odd".to_owned()])
        .map(|name| (name.clone(), shop.read(&format!("{name}.der"))))
        .collect()
});

/// What stands after `label` on its line.
fn after<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    text.lines()
        .find_map(|line| line.trim_start().strip_prefix(label))
        .map(str::trim)
}

#[test]
fn fields_as_openssl_reads_them() {
    let shop = Workshop::new("certificate");
    for (name, der) in &*CERTIFICATES {
        shop.write(&format!("{name}.der"), der);
        let told = shop.openssl(&format!(
            "x509 -in {name}.der -inform DER -noout -text -subject -issuer -serial -dates -dateopt iso_8601 \
             -nameopt RFC2253,utf8,-esc_msb -fingerprint -sha256"
        ));
        let certificate = Certificate::parse(der).unwrap();
        let description = describe(der).unwrap();
        let same = |ours: &str, label: &str, theirs: Option<&str>| {
            assert_eq!(Some(ours), theirs, "{name}: {label}\n{told}");
        };
        same(&description.subject, "subject", after(&told, "subject="));
        same(&description.issuer, "issuer", after(&told, "issuer="));
        let serial = after(&told, "serial=").map(str::to_lowercase).unwrap();
        same(
            description
                .serial
                .strip_prefix("00")
                .unwrap_or(&description.serial),
            "serial",
            Some(&serial),
        );
        let time = |label: &str| after(&told, label).unwrap().replace(' ', "T");
        same(
            &description.not_before.to_string(),
            "notBefore",
            Some(&time("notBefore=")),
        );
        same(
            &description.not_after.to_string(),
            "notAfter",
            Some(&time("notAfter=")),
        );
        let version = format!(
            "{0} (0x{1:x})",
            description.version,
            description.version - 1
        );
        same(&version, "version", after(&told, "Version:"));
        let fingerprint = after(&told, "sha256 Fingerprint=").unwrap();
        same(
            &description.sha256,
            "sha256",
            Some(&fingerprint.replace(':', "").to_lowercase()),
        );
        let is_ca = told.contains("CA:TRUE");
        assert_eq!(description.is_ca, is_ca, "{name}");
        let path_len = told
            .split("pathlen:")
            .nth(1)
            .map(|rest| rest.trim().split(char::is_whitespace).next().unwrap());
        let ours = certificate
            .basic_constraints
            .and_then(|basic| basic.path_len);
        assert_eq!(
            ours.map(|number| number.to_string()).as_deref(),
            path_len,
            "{name}"
        );
        let names = told
            .split_once("X509v3 Subject Alternative Name:")
            .and_then(|(_, rest)| rest.lines().nth(1))
            .unwrap_or_default();
        let theirs: Vec<&str> = names
            .split(", ")
            .filter_map(|name| name.trim().strip_prefix("DNS:"))
            .collect();
        assert_eq!(description.dns_names, theirs, "{name}");
        assert_eq!(
            certificate.key_usage.is_none(),
            !told.contains("X509v3 Key Usage"),
            "{name}"
        );
        let may_sign = certificate
            .key_usage
            .is_some_and(|usage| usage.key_cert_sign());
        assert_eq!(may_sign, told.contains("Certificate Sign"), "{name}");
        let server = told.contains("TLS Web Server Authentication")
            || !told.contains("X509v3 Extended Key Usage");
        assert_eq!(certificate.allows_server_auth(), server, "{name}");
        assert_eq!(
            certificate.is_self_issued(),
            after(&told, "subject=") == after(&told, "issuer="),
            "{name}"
        );
        if let Some(bits) = description
            .public_key
            .bits
            .filter(|_| !told.contains("ED25519 Public-Key"))
        {
            let theirs = after(&told, "Public-Key:").unwrap();
            assert_eq!(format!("({bits} bit)"), theirs, "{name}");
        }
        let signature = description
            .signature_algorithm
            .to_lowercase()
            .replace("id-", "");
        let theirs = after(&told, "Signature Algorithm:").unwrap().to_lowercase();
        assert_eq!(
            signature,
            theirs.replace("rsassapss", "rsassa-pss"),
            "{name}"
        );

        shop.openssl(&format!(
            "x509 -in {name}.der -inform DER -noout -pubkey -out {name}.pub"
        ));
        shop.openssl(&format!(
            "pkey -pubin -in {name}.pub -outform DER -out {name}.spki"
        ));
        let spki = shop.read(&format!("{name}.spki"));
        assert_eq!(
            (&*certificate.spki, spki_of(der)),
            (&*spki, Ok(&*spki)),
            "{name}"
        );
        assert_eq!(
            description.spki_sha256,
            HEXLOWER.encode(&sha256(&spki)),
            "{name}"
        );

        let pem = shop.openssl(&format!("x509 -in {name}.der -inform DER"));
        assert_eq!(to_pem("CERTIFICATE", der), pem, "{name}");
        assert_eq!(
            certificates_from_pem(pem.as_bytes()).unwrap()[0].0,
            *der,
            "{name}"
        );
        assert_eq!(
            pem_blocks(&shop.read(&format!("{name}.pub"))).unwrap()[0]
                .der
                .0,
            spki
        );
    }
}

#[test]
fn descriptions_and_their_json() {
    let odd = serde_json::to_value(describe(&CERTIFICATES["odd"]).unwrap()).unwrap();
    for (pointer, want) in [
        ("/commonName", "two".into()),
        ("/serial", "00fedcba98".into()),
        ("/dnsNames", serde_json::json!(["a.example", "*.b.example"])),
        (
            "/publicKey",
            serde_json::json!({ "algorithm": "P-256", "bits": 256 }),
        ),
        ("/signatureAlgorithm", "ecdsa-with-SHA256".into()),
        ("/isCa", true.into()),
        ("/version", 3.into()),
    ] {
        assert_eq!(odd.pointer(pointer), Some(&want), "{pointer}");
    }
    for (name, algorithm, bits) in [
        ("root-rsa", "RSA", Some(2048)),
        ("tls-usage", "RSA", Some(1024)),
        ("p384-384", "P-384", Some(384)),
        ("ed25519", "Ed25519", Some(256)),
        ("key-p521", "1.2.840.10045.2.1", None),
    ] {
        let key = describe(&CERTIFICATES[name]).unwrap().public_key;
        assert_eq!(
            (key.algorithm.as_str(), key.bits),
            (algorithm, bits),
            "{name}"
        );
    }
}

#[test]
fn issuers_sign() {
    let signed_by = |leaf: &str, issuer: &str| {
        let issuer = Certificate::parse(&CERTIFICATES[issuer]).unwrap();
        Certificate::parse(&CERTIFICATES[leaf])
            .unwrap()
            .is_signed_by(&issuer.spki, &RustCrypto)
    };
    for (leaf, issuer, want) in [
        ("ok", "mid", Verification::Good),
        ("self-v1", "self-v1", Verification::Good),
        ("pss-384", "root-rsa", Verification::Good),
        ("ed25519", "root-ed", Verification::Good),
        ("ok", "root", Verification::Bad),
        ("rsa-sha1", "root-rsa", Verification::Unsupported),
        ("p521-512", "root-p521", Verification::Unsupported),
        ("ok", "root-rsa", Verification::Unsupported),
    ] {
        assert_eq!(signed_by(leaf, issuer), want, "{leaf} by {issuer}");
    }
}

/// Where `needle` first stands.
fn find(octets: &[u8], needle: &[u8]) -> usize {
    octets
        .windows(needle.len())
        .position(|window| window == needle)
        .unwrap()
}

#[test]
fn odd_certificates_still_give_their_key() {
    let der = CERTIFICATES["ok"].clone();
    let spki = spki_of(&der).unwrap().to_vec();
    let with = |at: usize, octets: &[u8]| {
        let mut der = der.clone();
        der[at..at + octets.len()].copy_from_slice(octets);
        der
    };
    let serial = find(&der, &[0xa0, 0x03, 0x02, 0x01, 0x02, 0x02]) + 7;
    let date = find(&der, b"250101000000Z");
    let extensions = find(&der, &[0x55, 0x1d, 0x13]) - 6; // the list of extensions
    let san = find(&der, b"mx.example.com");
    for (what, odd, error) in [
        (
            "version 9",
            with(serial - 3, &[9]),
            Some(CertificateError::BadValue { offset: serial - 3 }),
        ),
        (
            "a date that is none",
            with(date, b"25o1"),
            Some(CertificateError::BadValue { offset: date }),
        ),
        (
            "extensions that are none",
            with(extensions, &[0x04]),
            Some(CertificateError::UnexpectedElement { offset: extensions }),
        ),
        ("a negative serial number", with(serial, &[0x81]), None),
        ("a name that is none", with(san, b"\xff\0"), None),
    ] {
        assert_eq!(spki_of(&odd).unwrap(), spki, "{what}");
        assert_eq!(Certificate::parse(&odd).err(), error, "{what}");
    }
    let mut trailing = der.clone();
    trailing.push(0);
    assert_eq!(spki_of(&trailing).unwrap(), spki);
    assert_eq!(
        Certificate::parse(&trailing),
        Err(CertificateError::TrailingData { offset: der.len() })
    );
    assert_eq!(
        Certificate::parse(&der[..der.len() - 1]),
        Err(CertificateError::Truncated {
            offset: der.len() - 1
        })
    );
    assert_eq!(
        Certificate::parse(&[0x30, 0x80, 0, 0]),
        Err(CertificateError::BadHeader { offset: 0 })
    );
    assert_eq!(
        Certificate::parse(&[0x30, 0x81, 1, 0]),
        Err(CertificateError::BadHeader { offset: 0 })
    );
    assert_eq!(
        Certificate::parse(&[0x3f, 0x1f, 0]),
        Err(CertificateError::BadHeader { offset: 0 })
    );
    let long = vec![0; mxseal::limits::CERTIFICATE_OCTETS + 1];
    assert_eq!(Certificate::parse(&long), Err(CertificateError::TooLong));
    assert_eq!(spki_of(&long), Err(CertificateError::TooLong));
    let der = extension_twice();
    assert!(matches!(
        Certificate::parse(&der),
        Err(CertificateError::DuplicateExtension { .. })
    ));
}

fn extension_twice() -> Vec<u8> {
    let mut der = CERTIFICATES["critical"].clone();
    // The unknown extension 1.2.3.4 (2a 03 04) has the length of the OID of subjectAltName.
    let at = find(&der, &[0x06, 0x03, 0x2a, 0x03, 0x04]);
    der[at + 2..at + 5].copy_from_slice(&[0x55, 0x1d, 0x11]);
    der
}

#[test]
fn no_octets_panic() {
    let host = Name::parse("mx.example.com").unwrap();
    let at: Time = "2026-03-01T12:00:00Z".parse().unwrap();
    let mut refused = 0;
    for (index, der) in CERTIFICATES.values().enumerate() {
        for length in 0..der.len() {
            assert!(Certificate::parse(&der[..length]).is_err());
            let _ = spki_of(&der[..length]);
        }
        // The certificates are of one kind: what one leaves out, the next ones flip.
        for bit in (index % 7..der.len() * 8).step_by(7) {
            let mut flipped = der.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            refused += usize::from(describe(&flipped).is_err());
            let _ = spki_of(&flipped);
        }
    }
    assert!(refused > 1000);
    // No single bit of leaf or intermediate may change and the path still hold.
    let (leaf, mid, root) = (
        &CERTIFICATES["ok"],
        &CERTIFICATES["mid"],
        &CERTIFICATES["root"],
    );
    for bit in (0..leaf.len() * 8).step_by(17) {
        let mut flipped = leaf.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let outcome = verify_web_pki(&[&flipped, mid], &host, &[root], at);
        assert!(outcome.reason.is_some(), "bit {bit} of the leaf");
        let _ = verify_web_pki(&[leaf, mid], &host, &[&flipped], at);
    }
    for bit in (0..mid.len() * 8).step_by(17) {
        let mut flipped = mid.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let outcome = verify_web_pki(&[leaf, &flipped], &host, &[root], at);
        assert!(outcome.reason.is_some(), "bit {bit} of the intermediate");
    }
}
