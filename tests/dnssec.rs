//! The validator against unbound and delv: recorded messages of generated zones, each case with the status that
//! those found (tests/dnssec/).
#![cfg(not(target_family = "wasm"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeMap;
use std::path::Path;

use base64ct::{Base64, Encoding};
use mxseal::crypto::RustCrypto;
use mxseal::dns::{Question, RecordType};
use mxseal::dnssec::{Limits, Lookup, LookupResult, TrustAnchor, Validator};
use mxseal::{Name, SecurityStatus};
use serde_json::Value;

struct Group {
    name: String,
    data: Value,
    messages: BTreeMap<String, Vec<u8>>,
}

fn groups() -> Vec<Group> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dnssec/recorded");
    let mut groups: Vec<Group> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .map(|path| {
            let data: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let messages = data["messages"].as_object().unwrap();
            let messages = messages
                .iter()
                .map(|(key, text)| {
                    let octets = Base64::decode_vec(text.as_str().unwrap()).unwrap();
                    (key.to_ascii_lowercase(), octets)
                })
                .collect();
            Group {
                name: path.file_stem().unwrap().to_string_lossy().into_owned(),
                data,
                messages,
            }
        })
        .collect();
    groups.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(!groups.is_empty());
    groups
}

impl Group {
    fn validator(&self) -> Validator<'static> {
        let anchors = self.data["anchors"].as_array().unwrap().iter();
        let anchors = anchors.map(|line| TrustAnchor::parse(line.as_str().unwrap()).unwrap());
        let at = self.data["at"].as_str().unwrap().parse().unwrap();
        // The bounds that unbound was given, or its own: 150 iterations for any size of key.
        let limit = |name: &str, otherwise| {
            let value = self.data["bounds"]["nsec3"][name].as_u64();
            value.map_or(otherwise, |value| u16::try_from(value).unwrap())
        };
        let default = Limits::default();
        let limits = Limits {
            nsec3_insecure_above: limit("insecureAbove", default.nsec3_insecure_above),
            nsec3_bogus_above: limit("bogusAbove", default.nsec3_bogus_above),
            ..default
        };
        Validator::new(anchors.collect(), at, limits, &RustCrypto)
    }

    fn cases(&self) -> &[Value] {
        self.data["cases"].as_array().unwrap()
    }

    /// Answers from the recording; what was not recorded is noted.
    fn look_up(&self, case: &Value, missing: &mut Vec<String>) -> LookupResult {
        let name: Name = case["name"].as_str().unwrap().parse().unwrap();
        let record_type: RecordType = case["type"].as_str().unwrap().parse().unwrap();
        let mut lookup = Lookup::new(self.validator(), Question::new(name, record_type));
        for _ in 0..64 {
            if let Some(result) = lookup.result() {
                return result;
            }
            for question in lookup.wants() {
                let key = question.to_string().to_ascii_lowercase();
                match self.messages.get(&key) {
                    Some(octets) => lookup.learn(&question, octets),
                    None => {
                        missing.push(key);
                        lookup.fail(&question, "not-recorded");
                    }
                }
            }
        }
        panic!("{}: no end", case["id"]);
    }
}

fn status(text: &str) -> SecurityStatus {
    serde_json::from_value(Value::from(text)).unwrap()
}

#[test]
fn every_case_has_the_status_of_unbound() {
    let mut wrong = Vec::new();
    let (mut count, mut not_secure) = (0, 0);
    for group in groups() {
        for case in group.cases() {
            let mut missing = Vec::new();
            let result = group.look_up(case, &mut missing);
            let want = case["ours"]
                .as_str()
                .or(case["unbound"]["status"].as_str())
                .unwrap();
            count += 1;
            not_secure += usize::from(want != "secure");
            if result.status != status(want) {
                wrong.push(format!(
                    "{}/{}: {:?}, unbound {want} ({}), delv {}: {} missing {missing:?}",
                    group.name,
                    case["id"],
                    result.status,
                    case["unbound"]["text"],
                    case["delv"],
                    result.reason.unwrap_or_default(),
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    println!("{count} cases, {not_secure} not secure");
}
