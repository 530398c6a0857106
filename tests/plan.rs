//! Publications and plans by the vectors that every runtime shares, and what a vector cannot say: ids that change where
//! the policy does and nowhere else, a record that announced too early.
#![cfg(not(target_family = "wasm"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeSet;
use std::path::Path;

use data_encoding::BASE64;
use mxseal::plan::{
    Publication, PublishRequest, Rollover, RolloverRequest, plan_rollover, publish,
};
use mxseal::{codes, dane, mta_sts, tlsrpt};
use proptest::prelude::*;
use serde_json::{Value, json};

fn load(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(file);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Names of certificates become octets; `3 1 1 leaf-a` the record that openssl made; a policy octets.
fn expand(value: &mut Value, certificates: &Value) {
    match value {
        Value::String(text) => {
            if let Some(der) = certificates[text.as_str()]["der"].as_str() {
                *text = der.to_owned();
            } else if let Some(record) = record(text, certificates) {
                *text = record;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|one| expand(one, certificates)),
        Value::Object(members) => {
            for (name, one) in members {
                match one.as_str() {
                    Some(text) if name == "policy" => *one = json!(BASE64.encode(text.as_bytes())),
                    _ => expand(one, certificates),
                }
            }
        }
        _ => {}
    }
}

fn record(text: &str, certificates: &Value) -> Option<String> {
    let (before, name) = text.rsplit_once(' ')?;
    let (_, parameters) = before.split_at_checked(before.len().checked_sub(3)?)?;
    let data = certificates[name][parameters].as_str()?;
    Some(format!("{before} {data}"))
}

/// Arguments of the JavaScript functions as the core takes them.
fn shape(input: &mut Value) {
    let members = input.as_object_mut().unwrap();
    if let Some(reports) = members.remove("reports") {
        members.insert("reportedSessions".to_owned(), reports["sessions"].clone());
        members.insert("reportedFailures".to_owned(), reports["failures"].clone());
    }
    if let Some(Value::Object(goal)) = members.get("next").cloned() {
        for (name, value) in goal {
            let name = if name == "mx" {
                "nextMx".to_owned()
            } else {
                name
            };
            members.insert(name, value);
        }
        members.remove("next");
        let current = members["current"].clone();
        members.entry("seen").or_insert(current);
    }
    if let Some(Value::Array(target)) = members.get_mut("target") {
        for one in target {
            *one =
                json!({ "usage": one[0], "selector": one[1], "matchingType": one[2], "data": "" });
        }
    }
    for name in ["previous", "current", "seen"] {
        if let Some(policy) = members
            .get_mut(name)
            .and_then(|state| state.get_mut("policy"))
            && policy.is_null()
        {
            *policy = json!("");
        }
    }
}

/// TLSA records as the core takes them.
fn tlsa(value: &mut Value) {
    if let Some(list) = value.get_mut("tlsa").and_then(Value::as_array_mut) {
        for one in list {
            *one = json!(dane::parse_tlsa_text(one.as_str().unwrap()).value.unwrap());
        }
    }
}

fn plan(mut input: Value, certificates: &Value) -> Rollover {
    shape(&mut input);
    expand(&mut input, certificates);
    tlsa(&mut input);
    let request: RolloverRequest = mxseal::from_json(&input.to_string()).unwrap();
    plan_rollover(&request).unwrap()
}

fn published(mut input: Value, certificates: &Value) -> Publication {
    shape(&mut input);
    expand(&mut input, certificates);
    let request: PublishRequest = mxseal::from_json(&input.to_string()).unwrap();
    publish(&request).unwrap()
}

fn codes_of(findings: &[mxseal::Finding]) -> Value {
    findings
        .iter()
        .map(|finding| json!({ "code": finding.code, "severity": finding.severity }))
        .collect()
}

/// Only what is expected of it.
fn narrow(got: &Value, want: &Value) -> Value {
    match want.as_object() {
        Some(members) => members
            .keys()
            .map(|name| (name.clone(), got[name].clone()))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        None => got.clone(),
    }
}

#[test]
fn rollovers() {
    let certificates = load("certificates.json");
    let mut wrong = Vec::new();
    for row in load("rollover.json").as_array().unwrap() {
        let rollover = plan(row["input"].clone(), &certificates);
        let steps: Vec<Value> = rollover
            .steps
            .iter()
            .map(|step| {
                let data: Vec<_> = step.records.iter().map(|record| &record.data).collect();
                json!({
                    "code": step.code, "status": step.status, "notBefore": step.not_before,
                    "seconds": step.wait.seconds, "until": step.wait.until, "records": data,
                    "remove": step.remove, "policy": step.policy.as_ref().map(|policy| &policy.text),
                })
            })
            .collect();
        let got = json!({ "at": rollover.at, "end": rollover.end, "findings": codes_of(&rollover.findings) });
        let mut want = row["expect"].clone();
        let wanted_steps = want
            .as_object_mut()
            .unwrap()
            .remove("steps")
            .unwrap_or_default();
        if let Some(wanted) = wanted_steps.as_array() {
            let mut wanted: Vec<Value> = wanted.clone();
            for step in &mut wanted {
                if let Some(records) = step.get_mut("records") {
                    expand(records, &certificates);
                }
            }
            let narrowed: Vec<Value> = steps
                .iter()
                .zip(&wanted)
                .map(|(got, want)| narrow(got, want))
                .collect();
            if steps.len() != wanted.len() || narrowed != wanted {
                wrong.push(format!(
                    "{}\n want {}\n got  {}",
                    row["id"],
                    json!(wanted),
                    json!(steps)
                ));
            }
        }
        let got = narrow(&got, &want);
        if got != want {
            wrong.push(format!("{}\n want {want}\n got  {got}", row["id"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn publications() {
    let certificates = load("certificates.json");
    let mut wrong = Vec::new();
    for row in load("publish.json").as_array().unwrap() {
        let Publication { value, findings } = published(row["input"].clone(), &certificates);
        let got = value.as_ref().map_or(Value::Null, |value| {
            json!({
                "changed": value.changed, "policy": value.policy.text, "id": value.policy.id,
                "records": value.records.iter().map(|record| record.line.replace(&value.policy.id, "{id}")).collect::<Vec<_>>(),
            })
        });
        let mut want = row["expect"]["value"].clone();
        if let Some(records) = want.get_mut("records") {
            expand(records, &certificates);
        }
        let got = if want.is_null() {
            got
        } else {
            narrow(&got, &want)
        };
        if got != want || codes_of(&findings) != row["expect"]["findings"] {
            wrong.push(format!(
                "{}\n want {want} {}\n got  {got} {}",
                row["id"],
                row["expect"]["findings"],
                codes_of(&findings)
            ));
        }
        let Some(value) = value else { continue };
        // What is made is what the engine's own parsers take.
        assert_eq!(
            mta_sts::parse_policy(&value.policy.body)
                .value
                .unwrap()
                .mode,
            value.policy.mode
        );
        let announced = mta_sts::parse_record(&[&value.records[0].value])
            .value
            .unwrap();
        assert_eq!(announced.id, value.policy.id);
        if let Some(record) = value
            .records
            .iter()
            .find(|record| record.value.starts_with("v=TLSRPTv1"))
        {
            assert!(tlsrpt::parse_record(&[&record.value]).value.is_some());
        }
        let lines: String = value
            .records
            .iter()
            .map(|record| format!("{}\n", record.line))
            .collect();
        assert_eq!(lines, value.zone);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_id_that_came_too_early_is_spent() {
    let certificates = json!({});
    let testing = "version: STSv1\r\nmode: testing\r\nmx: mx.example.com\r\nmax_age: 86400\r\n";
    let current = json!({ "policy": testing, "id": "1", "mx": ["mx.example.com"] });
    let mut input = json!({
        "kind": "policy", "domain": "example.com", "ttl": 3600, "at": "2027-03-01T12:00:00Z",
        "current": current, "next": { "goal": "enforce" },
    });
    let id = |rollover: &Rollover| rollover.steps[0].policy.as_ref().unwrap().id.clone();
    let first = plan(input.clone(), &certificates);
    input["seen"] = json!({ "policy": testing, "id": id(&first), "mx": ["mx.example.com"] });
    let again = plan(input, &certificates);
    assert_eq!(again.findings[0].code, "rollover-id-first");
    assert_eq!(again.at, Some(0));
    assert_ne!(id(&again), id(&first));
    assert!(again.findings[0].message.contains(&id(&first)));
}

#[test]
fn names_without_records_are_the_callers_mistake() {
    for (domain, host) in [
        ("a b", "mx.example.com"),
        ("example.com", "mx_1.example.com"),
        (".", "mx.example.com"),
    ] {
        let input =
            json!({ "domain": domain, "hosts": [{ "host": host }], "at": "2027-03-01T12:00:00Z" });
        let request = mxseal::from_json::<PublishRequest>(&input.to_string());
        assert!(
            request.is_err() || publish(&request.unwrap()).is_err(),
            "{domain} {host}"
        );
    }
    let input = json!({ "kind": "tlsa", "host": "$(id).example", "tlsa": [], "ttl": 1, "current": [], "at": "2027-03-01T12:00:00Z" });
    let request: RolloverRequest = mxseal::from_json(&input.to_string()).unwrap();
    assert!(plan_rollover(&request).is_err());
}

/// A policy as people have them: mode, life, hosts.
fn policy() -> impl Strategy<Value = (String, u64, Vec<String>)> {
    let mode = prop_oneof![Just("enforce".to_owned()), Just("testing".to_owned())];
    let host = (0..4u8).prop_map(|n| format!("mx{n}.example.com"));
    (
        mode,
        prop_oneof![Just(86_400u64), Just(604_800)],
        proptest::collection::vec(host, 1..4),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// RFC 8461 §3.1: the id tells one policy from another, so it changes if and only if the policy does.
    #[test]
    fn the_id_changes_if_and_only_if_the_policy_does(before in policy(), after in policy(), own in any::<bool>()) {
        let request = |(mode, age, mx): &(String, u64, Vec<String>), previous: Value| {
            published(json!({ "domain": "example.com", "goal": mode, "maxAge": age, "mx": mx, "previous": previous, "at": "2027-03-01T12:00:00Z" }), &json!({}))
        };
        let set = |(mode, age, mx): &(String, u64, Vec<String>)| (mode.clone(), *age, mx.iter().cloned().collect::<BTreeSet<_>>());
        let first = request(&before, json!({})).value.unwrap().policy;
        // The one before may carry any id, that of the next content too.
        let id = if own { request(&after, json!({})).value.unwrap().policy.id } else { first.id.clone() };
        let second = request(&after, json!({ "policy": first.text, "id": id })).value.unwrap();
        prop_assert_eq!(second.policy.id == id, set(&before) == set(&after));
        prop_assert_eq!(second.changed, set(&before) != set(&after));
        prop_assert!((1..=32).contains(&second.policy.id.len()));
    }
}

/// Codes that are hit by a test below or beside, and where.
const ELSEWHERE: &[(&str, &str)] = &[
    ("rollover-id-first", "an_id_that_came_too_early_is_spent"),
    (
        "publish-tlsa-ineffective",
        "a_live_check_says_what_enforce_would_break",
    ),
];

#[test]
fn every_code_is_hit() {
    let mut hit: BTreeSet<String> = ELSEWHERE
        .iter()
        .map(|(code, _)| (*code).to_owned())
        .collect();
    for file in ["rollover.json", "publish.json"] {
        for row in load(file).as_array().unwrap() {
            for finding in row["expect"]["findings"].as_array().unwrap() {
                hit.insert(finding["code"].as_str().unwrap().to_owned());
            }
        }
    }
    let missing: Vec<_> = codes::plan::ALL
        .iter()
        .map(|entry| entry.code)
        .filter(|code| !hit.contains(*code))
        .collect();
    assert!(missing.is_empty(), "hit by no vector: {missing:?}");
}

/// The facts of a recorded check, with the roots that its observer had.
fn recorded(name: &str) -> (Value, Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/evidence")
        .join(name);
    let evidence: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let parsed: mxseal::Evidence = mxseal::from_json(&evidence.to_string()).unwrap();
    let verdict = mxseal::Check::replay(&parsed, None).unwrap();
    (
        serde_json::from_str(&mxseal::to_json(&verdict.facts).unwrap()).unwrap(),
        evidence,
    )
}

#[test]
fn a_live_check_says_what_enforce_would_break() {
    // What is wrong at each domain is what the lab was told to do (tests/lab/domains.json).
    for (name, expected) in [
        ("testing-good.lab.json", &[][..]),
        (
            "testing-expired.lab.json",
            &[("session-would-fail", "outside its dates")],
        ),
        (
            "no-starttls.lab.json",
            &[("session-would-fail", "STARTTLS")],
        ),
        (
            "wrong-name.lab.json",
            &[("session-would-fail", "no name in the certificate")],
        ),
        (
            "self-signed.lab.json",
            &[("session-would-fail", "no trusted root")],
        ),
        ("not-configured.lab.json", &[("publish-untested", "")]),
    ] {
        let (facts, evidence) = recorded(name);
        let input = json!({
            "domain": facts["domain"], "at": evidence["at"], "facts": facts, "roots": evidence["roots"],
            "goal": "enforce", "rua": ["mailto:tls@example.com"],
        });
        let Publication { value, findings } = published(input, &json!({}));
        let value = value.unwrap();
        let hosts: Vec<_> = facts["hosts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|host| host["host"].clone())
            .collect();
        assert_eq!(json!(value.policy.mx), json!(hosts), "{name}");
        for (code, word) in expected {
            assert!(
                findings
                    .iter()
                    .any(|finding| finding.code == *code && finding.message.contains(word)),
                "{name}: no {code} {word} in {findings:?}"
            );
        }
        if expected.is_empty() {
            assert!(
                findings
                    .iter()
                    .all(|finding| finding.code != "session-would-fail"),
                "{name}: {findings:?}"
            );
        }
    }
    // TLSA records in a zone that nobody signed.
    let (facts, evidence) = recorded("unknown-algorithm.lab.json");
    let host = facts["hosts"][0]["host"].clone();
    let input = json!({
        "domain": facts["domain"], "at": evidence["at"], "facts": facts,
        "hosts": [{ "host": host, "tlsa": true }], "rua": ["mailto:tls@example.com"],
    });
    let publication = published(input, &json!({}));
    let value = publication.value.unwrap();
    assert!(
        value
            .records
            .iter()
            .any(|record| record.record_type == "TLSA")
    );
    let signed = facts["mx"]["security"]["status"] == "secure";
    let told = publication
        .findings
        .iter()
        .any(|finding| finding.code == "publish-tlsa-ineffective");
    assert_eq!(told, !signed);
    assert!(!signed, "this recording is to be of an unsigned zone");
}

/// Records and chains of the vectors, by number.
fn pool() -> (Vec<String>, Vec<Vec<&'static str>>) {
    let records = [
        "3 1 1 leaf-a",
        "3 1 2 leaf-a",
        "3 0 1 leaf-a",
        "3 1 1 leaf-b",
        "3 1 2 leaf-b",
        "3 1 0 leaf-b",
        "3 0 1 leaf-a2",
        "2 0 1 ca-x",
        "2 1 1 ca-x",
        "2 0 1 ca-y",
        "3 1 1 leaf-x1",
        "1 1 1 leaf-a",
    ];
    let chains = vec![
        vec!["leaf-a"],
        vec!["leaf-a2"],
        vec!["leaf-b"],
        vec!["leaf-x1", "ca-x"],
        vec!["leaf-x2", "ca-x"],
        vec!["leaf-y", "ca-y"],
        vec!["leaf-y"],
    ];
    (records.map(str::to_owned).to_vec(), chains)
}

/// Whether each combination of usage, selector and matching type that senders use authenticates the chain by itself.
fn every_combination_matches(records: &[String], chain: &[&str], certificates: &Value) -> bool {
    let chain: Vec<mxseal::Bytes> = chain
        .iter()
        .map(|name| {
            BASE64
                .decode(certificates[*name]["der"].as_str().unwrap().as_bytes())
                .unwrap()
                .into()
        })
        .collect();
    let records: Vec<_> = records
        .iter()
        .map(|text| dane::parse_tlsa_text(text).value.unwrap())
        .filter(|record| record.usage >= 2)
        .collect();
    let at = "2027-03-01T12:00:00Z".parse().unwrap();
    let names = ["mx.example.com".parse().unwrap()];
    !records.is_empty()
        && records.iter().all(|one| {
            let alone: Vec<_> = records
                .iter()
                .filter(|other| {
                    (other.usage, other.selector, other.matching_type)
                        == (one.usage, one.selector, one.matching_type)
                })
                .cloned()
                .collect();
            let options = dane::DaneOptions::default();
            dane::verify_dane(
                &alone,
                &chain,
                &names,
                at,
                &options,
                &mxseal::crypto::RustCrypto,
            )
            .status
                == dane::DaneStatus::Authenticated
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// RFC 7671 §8: whatever is published to begin with, each set of a plan has a record for the chain in use in every
    /// combination, and so has the set that caches still hold when the chain changes.
    #[test]
    fn every_set_of_a_plan_matches_the_chain_in_use(
        published in proptest::collection::btree_set(0..12usize, 0..5),
        current in 0..7usize, next in 0..7usize, aim in 0..5usize,
    ) {
        let certificates = load("certificates.json");
        let (records, chains) = pool();
        let target = match aim {
            0 => json!([[3, 1, 1]]),
            1 => json!([[2, 0, 1]]),
            2 => json!([[3, 1, 1], [3, 1, 2]]),
            _ => json!([]),
        };
        let published: Vec<_> = published.into_iter().map(|at| records[at].clone()).collect();
        let (current, next) = (&chains[current], &chains[next]);
        let rollover = plan(json!({
            "kind": "tlsa", "host": "mx.example.com", "tlsa": published, "ttl": 3600, "target": target,
            "current": current, "next": next, "at": "2027-03-01T12:00:00Z",
        }), &certificates);
        let mut set: Vec<String> = published.iter().map(|text| record(text, &certificates).unwrap()).collect();
        // The same chain is no change of it.
        let mut deployed = current == next;
        for (index, step) in rollover.steps.iter().enumerate() {
            if !step.records.is_empty() {
                set = step.records.iter().map(|record| record.data.clone()).collect();
            }
            if step.code == "deploy-chain" {
                prop_assert!(every_combination_matches(&set, next, &certificates), "{} {set:?}", index);
                deployed = true;
            }
            if !deployed {
                prop_assert!(every_combination_matches(&set, current, &certificates), "{} {set:?}", step.code);
            }
            if step.code == "finish-records" {
                prop_assert!(every_combination_matches(&set, next, &certificates), "{} {set:?}", step.code);
            }
        }
        // Without a plan an error says why.
        let told = rollover.findings.iter().any(|finding| finding.severity == mxseal::Severity::Error);
        prop_assert!(rollover.at.is_some() || told);
    }
}
