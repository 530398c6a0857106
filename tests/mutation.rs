//! Mutilated texts: no panic on any of them, and full agreement with a second grammar.
//!
//! The second grammar (`tests/grammar`) is written by hand from the ABNF, without a parser library
//! and without a line of the engine's. It only says yes or no. The texts are every truncation and
//! every single bit flip of every vector, and near-valid texts made at random.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic, in its helpers too"
)]

mod grammar;

use std::path::Path;

use data_encoding::BASE64;
use mxseal::{RrsetStatus, dane, mta_sts, tlsrpt};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

/// A way to read a text, and the grammar that judges it.
struct Format {
    file: &'static str,
    engine: fn(&[u8]) -> bool,
    grammar: fn(&[u8]) -> bool,
}

const STS_RECORD: Format = Format {
    file: "sts-record.json",
    engine: |text| mta_sts::parse_record(&[text]).status == RrsetStatus::Valid,
    grammar: grammar::is_sts_record,
};
const TLSRPT_RECORD: Format = Format {
    file: "tlsrpt-record.json",
    engine: |text| tlsrpt::parse_record(&[text]).status == RrsetStatus::Valid,
    grammar: grammar::is_tlsrpt_record,
};
const STS_POLICY: Format = Format {
    file: "sts-policy.json",
    engine: |text| mta_sts::parse_policy(text).value.is_some(),
    grammar: grammar::is_sts_policy,
};
const TLSA: Format = Format {
    file: "tlsa.json",
    engine: |text| {
        core::str::from_utf8(text).is_ok_and(|text| dane::parse_tlsa_text(text).value.is_some())
    },
    grammar: grammar::is_tlsa,
};

#[test]
fn mutilated_sts_records() {
    mutilate(&STS_RECORD);
}

#[test]
fn mutilated_tlsrpt_records() {
    mutilate(&TLSRPT_RECORD);
}

#[test]
fn mutilated_sts_policies() {
    mutilate(&STS_POLICY);
}

#[test]
fn mutilated_tlsa_records() {
    mutilate(&TLSA);
}

#[test]
fn mutilated_tlsa_octets_are_read() {
    for text in texts("tlsa.json") {
        for end in 0..text.len() {
            let checked = dane::parse_tlsa_wire(&text[..end]);
            assert_eq!(checked.value.is_some(), end >= 3);
        }
    }
}

/// Every truncation and every single bit flip of every text of the vectors.
fn mutilate(format: &Format) {
    let texts = texts(format.file);
    assert!(texts.len() > 30);
    for text in texts {
        agree(format, &text);
        // The long ones repeat themselves; their ends are as good as the whole.
        let steps = text.len().div_ceil(600).max(1);
        for at in (0..text.len()).step_by(steps) {
            agree(format, &text[..at]);
            for bit in 0..8 {
                let mut flipped = text.clone();
                flipped[at] ^= 1 << bit;
                agree(format, &flipped);
            }
        }
    }
}

/// The engine and the grammar say the same.
fn agree(format: &Format, text: &[u8]) {
    assert_eq!(
        (format.engine)(text),
        (format.grammar)(text),
        "{}: the engine, then the grammar, on `{}`",
        format.file,
        text.escape_ascii()
    );
}

fn texts(file: &str) -> Vec<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(file);
    let rows: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let of = |value: &Value| {
        let text = value.as_str().or_else(|| value["text"].as_str());
        let base64 = value["base64"].as_str();
        text.map(|text| text.as_bytes().to_vec())
            .or_else(|| base64.map(|base64| BASE64.decode(base64.as_bytes()).unwrap()))
    };
    let all = rows
        .iter()
        .flat_map(|row| match row["input"]["rrset"].as_array() {
            Some(rrset) => rrset.iter().filter_map(of).collect::<Vec<_>>(),
            None => of(&row["input"]).into_iter().collect(),
        });
    // A text of a hundred kilobytes is `0` all over.
    all.filter(|text| text.len() < 10_000).collect()
}

/// Pieces put together at random: mostly right, often almost.
fn pieces(of: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(select(of), 0..most).prop_map(|pieces| pieces.concat())
}

/// A text with one piece put in anywhere.
fn disturbed(text: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => Just(Vec::new()),
        2 => select(b" \t;:=,.-_*#!%@\r\n\x00\x7f\x0b\x80[]()\"".as_slice()).prop_map(|b| vec![b]),
        1 => "\\PC{1,3}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 1..3),
    ];
    (text, piece, any::<prop::sample::Index>()).prop_map(|(text, piece, at)| {
        let mut text = text.into_bytes();
        let at = at.index(text.len() + 1);
        text.splice(at..at, piece);
        text
    })
}

const DELIMITER: &[&str] = &[";", "; ", " ;", "\t; ", ";", "; "];

fn record(version: &'static str, fields: &'static [&'static str]) -> impl Strategy<Value = String> {
    let field = (select(DELIMITER), select(fields))
        .prop_map(|(delimiter, field)| format!("{delimiter}{field}"));
    let end = select(["", "", "", ";", "; ", " ", ";;"].as_slice());
    (prop::collection::vec(field, 0..5), end)
        .prop_map(move |(fields, end)| format!("{version}{}{end}", fields.concat()))
}

const STS_FIELDS: &[&str] = &[
    "id=1",
    "id=aB9",
    "id=20260301T120000",
    "ID=1",
    "id=",
    "id=a_b",
    "id=a=b",
    "id =1",
    "x=1",
    "x=!<>~",
    "a.b-c_d=1",
    "x=a b",
    "x==",
    "=x",
    "x",
    "",
    "id=123456789012345678901234567890123",
    "id=12345678901234567890123456789012",
    "a1234567890123456789012345678901=x",
    "a12345678901234567890123456789012=x",
    "_a=1",
];

const TLSRPT_FIELDS: &[&str] = &[
    "rua=mailto:a@example.com",
    "rua=https://r.example/t?a=b#c",
    "rua=mailto:a@example.com,https://r.example/",
    "rua=mailto:a@example.com \t, mailto:b@example.com",
    "rua=a:",
    "rua=a",
    "rua=",
    "rua=,",
    "rua=mailto:a,",
    "rua=mailto:a!1",
    "rua=https://[::1]/",
    "rua=https://[::1:]/",
    "rua=https://[v1.a]:8/",
    "rua=https://u:p@h:80",
    "rua=https://h:8a/",
    "rua=//h/",
    "rua=a+b-c.d:/x",
    "rua=1a:/x",
    "rua=x:%4",
    "rua=x:%41%zz",
    "rua=x:a[b",
    "rua=x:////",
    "rua=x://",
    "rua=x:/?/?",
    "rua=x:#a#b",
    "x=1",
    "rua= x:",
    "RUA=x:",
    "x=a,b!c",
    "x=a=b",
];

const POLICY_LINES: &[&str] = &[
    "version: STSv1",
    "version:STSv1 \t",
    "version: STSv2",
    "mode: enforce",
    "mode:\ttesting",
    "mode: none",
    "mode: Enforce",
    "mode:",
    "mx: mx.example.com",
    "mx:*.example.com",
    "mx: 192.0.2.1",
    "mx: 1.2.3",
    "mx: -a.b",
    "mx: a-.b",
    "mx: a..b",
    "mx: *.",
    "mx: *",
    "mx: a.b.",
    "mx: a_b",
    "mx: a b",
    "mx: [::1]",
    "mx: *.*.a",
    "max_age: 604800",
    "max_age:0",
    "max_age: 9999999999",
    "max_age: 10000000000",
    "max_age: 1d",
    "max_age: -1",
    "x: y",
    "x: y z",
    "x:",
    "x: y\tz",
    "x : y",
    " x: y",
    "x",
    "é: y",
    "x: é\u{85}",
    "a.b-c_d: :",
    "_a: b",
    "#",
    "",
    " ",
    "a1234567890123456789012345678901: x",
    "a12345678901234567890123456789012: x",
];

const TLSA_PIECES: &[&str] = &[
    "3",
    "1",
    "2",
    "0",
    "255",
    "256",
    "03",
    " ",
    " ",
    " ",
    " ",
    "\t",
    "\n",
    "(",
    ")",
    ";",
    "\"",
    "ab",
    "CD",
    "abc",
    "g",
    ":",
    "DANE-EE",
    "spki",
    "SHA2-256",
    "full",
    "TLSA",
    "IN",
    "3600",
    "_25._tcp.a.",
    "\\#",
    "4",
    "5",
    "+1",
    "\u{a0}",
    "TYPE52",
    "030101ab",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sts_records(text in disturbed(record("v=STSv1", STS_FIELDS))) {
        agree(&STS_RECORD, &text);
    }

    #[test]
    fn tlsrpt_records(text in disturbed(record("v=TLSRPTv1", TLSRPT_FIELDS))) {
        agree(&TLSRPT_RECORD, &text);
    }

    #[test]
    fn good_sts_policies_disturbed(
        lines in Just(vec!["version: STSv1", "mode: enforce", "mx: *.mx.example.com", "max_age: 604800", "x: y z"]).prop_shuffle(),
        text in disturbed(Just(String::new())),
        end in select(["\n", "\r\n", "\n\n", ""].as_slice()),
        at in any::<prop::sample::Index>(),
    ) {
        let mut whole = lines.join("\n").into_bytes();
        whole.extend_from_slice(end.as_bytes());
        let at = at.index(whole.len() + 1);
        whole.splice(at..at, text);
        agree(&STS_POLICY, &whole);
    }

    #[test]
    fn sts_policies(
        extra in prop::collection::vec(select(POLICY_LINES), 0..4),
        first in select(["version: STSv1\nmode: enforce\nmax_age: 86400\n", "mode: none\nmax_age: 1\nversion: STSv1\n", "", "mx: a.b\nversion: STSv1\n", "version: STSv1\r\nmode: testing\r\nmx: a\r\n"].as_slice()),
        before in any::<bool>(),
        term in select(["\n", "\r\n", "\n\n", "\r"].as_slice()),
    ) {
        let extra = extra.join(term);
        let text = if before { format!("{extra}{term}{first}") } else { format!("{first}{extra}") };
        agree(&STS_POLICY, text.as_bytes());
    }

    #[test]
    fn tlsa_records(head in select(["", "3 1 1 ", "a. IN TLSA 3 1 1 ", "\\# 4 ", "DANE-TA Cert Full "].as_slice()), tail in pieces(TLSA_PIECES, 8)) {
        agree(&TLSA, format!("{head}{tail}").as_bytes());
    }

    #[test]
    fn any_octets(text in prop::collection::vec(any::<u8>(), 0..64)) {
        for format in [&STS_RECORD, &TLSRPT_RECORD, &STS_POLICY, &TLSA] {
            agree(format, &text);
        }
        let _ = dane::parse_tlsa_wire(&text);
    }
}
