//! The recordings of tests/dnssec/recorded, and look-ups that are answered from them.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Mutex;

use base64ct::{Base64, Encoding};
use mxseal::crypto::{Algorithm, PublicKey, RustCrypto, SignatureVerifier, Verification};
use mxseal::dns::{Question, RecordType};
use mxseal::dnssec::{Limits, Lookup, LookupResult, TrustAnchor, Validator};
use mxseal::{Name, SecurityStatus};
use serde_json::Value;

/// One file.
pub(crate) struct Group {
    pub(crate) name: String,
    data: Value,
    pub(crate) messages: BTreeMap<String, Vec<u8>>,
}

/// One question of it.
#[derive(Clone)]
pub(crate) struct Case {
    /// `group/case`.
    pub(crate) id: String,
    pub(crate) question: Question,
    data: Value,
}

pub(crate) fn groups() -> Vec<Group> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dnssec/recorded");
    let mut groups: Vec<Group> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .map(|path| Group::read(&path))
        .collect();
    groups.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(!groups.is_empty());
    groups
}

impl Group {
    fn read(path: &Path) -> Self {
        let data: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let messages = data["messages"].as_object().unwrap();
        let messages = messages.iter().map(|(key, text)| {
            let octets = Base64::decode_vec(text.as_str().unwrap()).unwrap();
            (key.to_ascii_lowercase(), octets)
        });
        Self {
            name: path.file_stem().unwrap().to_string_lossy().into_owned(),
            messages: messages.collect(),
            data,
        }
    }

    /// With the bounds that unbound had, or the engine's own.
    pub(crate) fn validator<'v>(&self, verifier: &'v dyn SignatureVerifier) -> Validator<'v> {
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
        self.validator_within(limits, verifier)
    }

    pub(crate) fn validator_within<'v>(
        &self,
        limits: Limits,
        verifier: &'v dyn SignatureVerifier,
    ) -> Validator<'v> {
        let anchors = self.data["anchors"].as_array().unwrap().iter();
        let anchors = anchors.map(|line| TrustAnchor::parse(line.as_str().unwrap()).unwrap());
        let at = self.data["at"].as_str().unwrap().parse().unwrap();
        Validator::new(anchors.collect(), at, limits, verifier)
    }

    pub(crate) fn cases(&self) -> Vec<Case> {
        let cases = self.data["cases"].as_array().unwrap().iter();
        cases.map(|data| Case::read(&self.name, data)).collect()
    }

    pub(crate) fn case(&self, id: &str) -> Case {
        let wanted = format!("{}/{id}", self.name);
        let mut cases = self.cases().into_iter();
        cases.find(|case| case.id == wanted).unwrap()
    }

    pub(crate) fn message(&self, question: &Question) -> Option<&Vec<u8>> {
        self.messages
            .get(&question.to_string().to_ascii_lowercase())
    }

    /// Answered from the recording, each message changed on its way.
    pub(crate) fn answer(
        &self,
        validator: Validator<'_>,
        case: &Case,
        mut change: impl FnMut(&Question, Vec<u8>) -> Vec<u8>,
    ) -> LookupResult {
        let mut lookup = Lookup::new(validator, case.question.clone());
        for _ in 0..64 {
            if let Some(result) = lookup.result() {
                return result;
            }
            for question in lookup.wants() {
                match self.message(&question) {
                    Some(octets) => lookup.learn(&question, &change(&question, octets.clone())),
                    None => panic!("red {}: {question} is not recorded", case.id),
                }
            }
        }
        panic!("red {}: no end", case.id);
    }
}

impl Case {
    fn read(group: &str, data: &Value) -> Self {
        let text = |key: &str| data[key].as_str().unwrap();
        let name: Name = text("name").parse().unwrap();
        let record_type: RecordType = text("type").parse().unwrap();
        Self {
            id: format!("{group}/{}", text("id")),
            question: Question::new(name, record_type),
            data: data.clone(),
        }
    }

    /// What unbound found, or what is right where the engine differs by design.
    pub(crate) fn want(&self) -> SecurityStatus {
        let ours = self.data["ours"].as_str();
        status(ours.or(self.data["unbound"]["status"].as_str()).unwrap())
    }

    /// Under the engine's own bounds.
    pub(crate) fn want_at_defaults(&self) -> SecurityStatus {
        let other = self.data["atDefaults"].as_str();
        other.map_or_else(|| self.want(), status)
    }

    pub(crate) fn said(&self) -> String {
        let unbound = &self.data["unbound"];
        format!(
            "unbound {} ({}), delv {}",
            unbound["status"], unbound["text"], self.data["delv"]
        )
    }
}

fn status(text: &str) -> SecurityStatus {
    serde_json::from_value(Value::from(text)).unwrap()
}

/// Verifies each signature once.
#[derive(Debug, Default)]
pub(crate) struct Remembering(Mutex<HashMap<Asked, Verification>>);

type Asked = (Vec<u8>, Vec<u8>, PublicKey, Algorithm);

impl SignatureVerifier for Remembering {
    fn verify(
        &self,
        algorithm: Algorithm,
        key: &PublicKey,
        message: &[u8],
        signature: &[u8],
    ) -> Verification {
        let asked = (message.to_vec(), signature.to_vec(), key.clone(), algorithm);
        if let Some(outcome) = self.0.lock().unwrap().get(&asked) {
            return *outcome;
        }
        let outcome = RustCrypto.verify(algorithm, key, message, signature);
        self.0.lock().unwrap().insert(asked, outcome);
        outcome
    }
}
