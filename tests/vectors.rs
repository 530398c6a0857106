//! Runs the vectors of `tests/vectors` through the public API (their format: `tests/vectors/README.md`),
//! and holds that every code of the rooms they cover is hit by one of them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic, in its helpers too"
)]

use std::collections::BTreeSet;
use std::path::Path;

use data_encoding::{BASE64, HEXLOWER};
use mxseal::mta_sts::{
    CachedPolicy, FetchOutcome, FetchResult, MxPattern, PolicyAnswer, TxtOutcome,
};
use mxseal::{Finding, Name, Time, codes, dane, mta_sts, tlsrpt};
use serde_json::{Value, json};

#[test]
fn sts_record() {
    each("sts-record.json", |input| {
        let outcome = mta_sts::parse_record(&texts(&input["rrset"]));
        (json!(outcome), outcome.findings)
    });
}

#[test]
fn sts_policy() {
    each("sts-policy.json", |input| {
        let checked = mta_sts::parse_policy(&text(input));
        (json!(checked), checked.findings)
    });
}

#[test]
fn mx_match() {
    each("mx-match.json", |input| {
        let patterns: Vec<MxPattern> = serde_json::from_value(input["patterns"].clone()).unwrap();
        let host = Name::parse(input["host"].as_str().unwrap()).unwrap();
        let matched = mta_sts::match_mx(&patterns, &host);
        (json!({ "matched": matched }), Vec::new())
    });
}

#[test]
fn sts_fetch() {
    each("sts-fetch.json", |input| {
        let mut answer = input["answer"].clone();
        if let Some(body) = answer.get_mut("body") {
            *body = json!(BASE64.encode(&text(body)));
        }
        let answer: PolicyAnswer = serde_json::from_value(answer).unwrap();
        let lenient = input["lenientContentType"].as_bool().unwrap();
        let result = mta_sts::classify_fetch(&answer, lenient);
        assert_eq!(result.policy.is_some(), result.reason.is_none());
        (json!(result), result.findings)
    });
}

#[test]
fn sts_cache() {
    each("sts-cache.json", |input| {
        let part = |name: &str| input[name].clone();
        let entry: Option<CachedPolicy> = serde_json::from_value(part("entry")).unwrap();
        let txt: TxtOutcome = serde_json::from_value(part("txt")).unwrap();
        let fetch: Option<FetchOutcome> = serde_json::from_value(part("fetch")).unwrap();
        let at: Time = serde_json::from_value(part("at")).unwrap();
        let step = mta_sts::next_cache_state(entry.as_ref(), &txt, fetch.as_ref(), at);
        (json!(step), step.findings)
    });
}

#[test]
fn tlsrpt_record() {
    each("tlsrpt-record.json", |input| {
        let outcome = tlsrpt::parse_record(&texts(&input["rrset"]));
        (json!(outcome), outcome.findings)
    });
}

#[test]
fn tlsa() {
    each("tlsa.json", |input| {
        let checked = match input.get("wire").and_then(Value::as_str) {
            Some(wire) => dane::parse_tlsa_wire(&BASE64.decode(wire.as_bytes()).unwrap()),
            None => dane::parse_tlsa_text(input["text"].as_str().unwrap()),
        };
        let mut got = json!(checked);
        if let Some(tlsa) = &checked.value {
            got["value"]["data"] = json!(HEXLOWER.encode(&tlsa.data));
            // What is written is read again as the same record.
            let again = dane::parse_tlsa_text(&tlsa.to_string());
            if !tlsa.data.is_empty() {
                assert_eq!(again.value.as_ref(), Some(tlsa));
            }
        }
        (got, checked.findings)
    });
}

#[test]
fn tlsrpt_report() {
    each("tlsrpt-report.json", |input| {
        let checked = tlsrpt::parse_report(&text(input));
        (json!(checked), checked.findings)
    });
}

#[test]
fn what_no_vector_can_reach() {
    let result = FetchResult::not_public(&"10.0.0.1");
    assert_eq!(result.reason.as_deref(), Some("not-public"));
    assert_eq!(result.findings[0].code, "sts-fetch-not-public");
}

/// Codes that a test hits which is no vector, and where.
const ELSEWHERE: &[(&str, &str)] = &[
    ("sts-fetch-not-public", "what_no_vector_can_reach"),
    ("report-mail-too-large", "tests/tlsrpt.rs"),
    ("report-compression", "tests/tlsrpt.rs"),
    ("report-mail", "tests/tlsrpt.rs"),
    ("report-mail-empty", "tests/tlsrpt.rs"),
    ("report-mail-encrypted", "tests/tlsrpt.rs"),
    ("report-mail-type", "tests/tlsrpt.rs"),
    ("report-mail-parts", "tests/tlsrpt.rs"),
    ("report-mail-unsigned", "tests/tlsrpt.rs"),
    ("report-mail-submitter", "tests/tlsrpt.rs"),
    ("report-mail-domain", "tests/tlsrpt.rs"),
];

#[test]
fn every_code_is_hit() {
    let mut hit: BTreeSet<String> = ELSEWHERE
        .iter()
        .map(|(code, _)| (*code).to_owned())
        .collect();
    for file in [
        "sts-record.json",
        "sts-policy.json",
        "sts-fetch.json",
        "sts-cache.json",
        "tlsrpt-record.json",
        "tlsrpt-report.json",
        "tlsa.json",
    ] {
        for row in load(file) {
            for finding in row["expect"]["findings"].as_array().unwrap() {
                hit.insert(finding["code"].as_str().unwrap().to_owned());
            }
        }
    }
    let tables = [
        codes::mta_sts::ALL,
        codes::tlsrpt::ALL,
        codes::report::ALL,
        codes::dane::ALL,
    ];
    let missing: Vec<_> = tables
        .into_iter()
        .flatten()
        .map(|entry| entry.code)
        .filter(|code| !hit.contains(*code))
        .collect();
    assert!(missing.is_empty(), "hit by no vector: {missing:?}");
}

#[test]
fn policies_are_checked_again_when_they_come_back() {
    let body = b"version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 604800\nx: y\n";
    let policy = mta_sts::parse_policy(body).value.unwrap();
    let good = json!(policy);
    assert_eq!(
        serde_json::from_value::<mta_sts::Policy>(good.clone()).unwrap(),
        policy
    );
    for (member, value) in [
        ("mode", json!("enforced")),
        ("mx", json!(["mx..example.com"])),
        ("mx", json!(["192.0.2.1"])),
        ("maxAge", json!(31_557_601)),
        ("maxAge", json!(-1)),
        ("extensions", json!([["x", " y"]])),
        ("extensions", json!([["x y", "z"]])),
        ("lines", json!(["a\nb"])),
        ("lines", json!(["a".repeat(70_000)])),
    ] {
        let mut bad = good.clone();
        bad[member] = value;
        assert!(
            serde_json::from_value::<mta_sts::Policy>(bad).is_err(),
            "{member}"
        );
    }
}

/// Runs every row of a file and lists all that differ.
fn each(file: &str, run: impl Fn(&Value) -> (Value, Vec<Finding>)) {
    let mut wrong = Vec::new();
    for row in load(file) {
        let (got, findings) = run(&row["input"]);
        let mut differences = Vec::new();
        for (name, want) in row["expect"].as_object().unwrap() {
            let same = match name.as_str() {
                "findings" => same_findings(want.as_array().unwrap(), &findings),
                "value" => includes(&got["value"], want),
                _ => got[name] == *want,
            };
            if !same {
                let got = if name == "findings" {
                    json!(findings)
                } else {
                    got[name].clone()
                };
                differences.push(format!("  {name}\n    want {want}\n    got  {got}"));
            }
        }
        if !differences.is_empty() {
            wrong.push(format!("{}\n{}", row["id"], differences.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{file}:\n{}", wrong.join("\n"));
}

fn includes(got: &Value, want: &Value) -> bool {
    match want.as_object() {
        Some(members) => members.iter().all(|(name, want)| got[name] == *want),
        None => got == want,
    }
}

fn same_findings(want: &[Value], got: &[Finding]) -> bool {
    want.len() == got.len()
        && want.iter().zip(got).all(|(want, got)| {
            let span = |of: fn(&mxseal::Span) -> usize| json!(got.span.as_ref().map(of));
            want.as_object()
                .unwrap()
                .iter()
                .all(|(name, want)| match name.as_str() {
                    "code" => *want == json!(got.code),
                    "severity" => *want == json!(got.severity),
                    "line" => *want == span(|span| span.line),
                    "column" => *want == span(|span| span.column),
                    "remedy" => *want == json!(got.remedy),
                    _ => false,
                })
        })
}

fn load(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(file);
    let rows: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let ids: BTreeSet<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rows.len(), "{file} repeats an id");
    for row in &rows {
        assert!(row["clause"].as_str().unwrap().starts_with("RFC "));
        assert!(!row["source"].as_str().unwrap().is_empty());
    }
    rows
}

fn texts(rrset: &Value) -> Vec<Vec<u8>> {
    rrset.as_array().unwrap().iter().map(text).collect()
}

/// A text as `tests/vectors/README.md` gives it.
fn text(value: &Value) -> Vec<u8> {
    if let Some(text) = value.as_str().or_else(|| value["text"].as_str()) {
        return text.into();
    }
    if let Some(base64) = value["base64"].as_str() {
        return BASE64.decode(base64.as_bytes()).unwrap();
    }
    let parts = value["repeat"].as_array().unwrap();
    parts
        .iter()
        .flat_map(|part| {
            let count = usize::try_from(part[1].as_u64().unwrap()).unwrap();
            part[0].as_str().unwrap().repeat(count).into_bytes()
        })
        .collect()
}
