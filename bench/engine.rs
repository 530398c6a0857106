//! The engine as it ships, with two more exports that its JavaScript has no door to: the verification of one
//! signature, and one validator over a whole recorded check. An example of the package, so that lock file, profile
//! and features are the engine's own.
//! For the benchmark only; nothing here is published.

use std::sync::Mutex;

use base64ct::{Base64, Encoding};
use mxseal::crypto::{Algorithm, Hash, PublicKey, RustCrypto, SignatureVerifier, Verification};
use mxseal::dns::Question;
use mxseal::dnssec::{ChainCacheEntry, Limits, TrustAnchor, Validator};
use mxseal::{SecurityStatus, Time};
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;

/// Whether the key made the signature over the message: by DNSSEC algorithm number, the key as in DNSKEY
/// RDATA (RFC 3110 §2, RFC 6605 §4, RFC 8080 §3).
#[must_use]
#[wasm_bindgen(js_name = benchVerify)]
pub fn verify(algorithm: u8, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    read(algorithm, key).is_some_and(|(algorithm, key)| {
        RustCrypto.verify(algorithm, &key, message, signature) == Verification::Good
    })
}

fn read(algorithm: u8, key: &[u8]) -> Option<(Algorithm, PublicKey)> {
    Some(match algorithm {
        8 => (Algorithm::RsaPkcs1(Hash::Sha256), rsa(key)?),
        10 => (Algorithm::RsaPkcs1(Hash::Sha512), rsa(key)?),
        13 => (
            Algorithm::EcdsaRaw(Hash::Sha256),
            PublicKey::P256(key.try_into().ok()?),
        ),
        14 => (
            Algorithm::EcdsaRaw(Hash::Sha384),
            PublicKey::P384(key.try_into().ok()?),
        ),
        15 => (Algorithm::Ed25519, PublicKey::Ed25519(key.try_into().ok()?)),
        _ => return None,
    })
}

/// An exponent of at most 255 octets, then the modulus.
fn rsa(key: &[u8]) -> Option<PublicKey> {
    let (length, rest) = key.split_first()?;
    let (e, n) = rest.split_at_checked(usize::from(*length))?;
    Some(PublicKey::Rsa {
        n: n.to_vec(),
        e: e.to_vec(),
    })
}

/// One usual mail check out of tests/dnssec/recorded/typical.json: all its questions through one validator.
#[wasm_bindgen(js_name = BenchDnssec)]
#[derive(Debug)]
pub struct Dnssec {
    anchors: Vec<TrustAnchor>,
    at: Time,
    questions: Vec<Question>,
    messages: Vec<(Question, Vec<u8>)>,
    signatures: Vec<Signature>,
    kept: Vec<ChainCacheEntry>,
}

#[derive(Debug)]
struct Signature {
    algorithm: Algorithm,
    key: PublicKey,
    message: Vec<u8>,
    signature: Vec<u8>,
}

/// Notes what it verifies.
#[derive(Debug, Default)]
struct Noting(Mutex<Vec<Signature>>);

impl SignatureVerifier for Noting {
    fn verify(
        &self,
        algorithm: Algorithm,
        key: &PublicKey,
        message: &[u8],
        signature: &[u8],
    ) -> Verification {
        if let Ok(mut noted) = self.0.lock() {
            noted.push(Signature {
                algorithm,
                key: key.clone(),
                message: message.to_vec(),
                signature: signature.to_vec(),
            });
        }
        RustCrypto.verify(algorithm, key, message, signature)
    }
}

#[wasm_bindgen(js_class = BenchDnssec)]
impl Dnssec {
    /// From the text of the recording; `None` where it can't be read or is not secure throughout.
    #[must_use]
    pub fn read(recording: &str) -> Option<Dnssec> {
        let data: Value = serde_json::from_str(recording).ok()?;
        let anchors = data.get("anchors")?.as_array()?.iter();
        let anchors = anchors.map(|line| TrustAnchor::parse(line.as_str()?).ok());
        let cases = data.get("cases")?.as_array()?.iter();
        let questions = cases.map(|case| {
            let text = |key| case.get(key)?.as_str();
            question(text("name")?, text("type")?)
        });
        let messages = data.get("messages")?.as_object()?.iter();
        let messages = messages.map(|(key, text)| {
            let (name, record_type) = key.split_once(' ')?;
            let octets = Base64::decode_vec(text.as_str()?).ok()?;
            Some((question(name, record_type)?, octets))
        });
        let mut dnssec = Dnssec {
            anchors: anchors.collect::<Option<_>>()?,
            at: data.get("at")?.as_str()?.parse().ok()?,
            questions: questions.collect::<Option<_>>()?,
            messages: messages.collect::<Option<_>>()?,
            signatures: Vec::new(),
            kept: Vec::new(),
        };
        let noting = Noting::default();
        let validator = dnssec.run(&noting, &[])?;
        dnssec.kept = validator.chain_cache();
        dnssec.signatures = noting.0.into_inner().ok()?;
        Some(dnssec)
    }

    /// How many signatures a cold check verifies.
    #[must_use]
    pub fn signatures(&self) -> usize {
        self.signatures.len()
    }

    /// Everything from the octets of the messages on, nothing known before; whether all is secure.
    #[must_use]
    pub fn cold(&self) -> bool {
        self.run(&RustCrypto, &[]).is_some()
    }

    /// The same with the chain cache of an earlier check.
    #[must_use]
    pub fn warm(&self) -> bool {
        self.run(&RustCrypto, &self.kept).is_some()
    }

    /// The signatures of a cold check, and nothing else of it.
    #[must_use]
    pub fn verify(&self) -> bool {
        self.signatures.iter().all(|one| {
            RustCrypto.verify(one.algorithm, &one.key, &one.message, &one.signature)
                == Verification::Good
        })
    }
}

impl Dnssec {
    fn run<'v>(
        &self,
        verifier: &'v dyn SignatureVerifier,
        kept: &[ChainCacheEntry],
    ) -> Option<Validator<'v>> {
        let limits = Limits::default();
        let mut validator = Validator::new(self.anchors.clone(), self.at, limits, verifier);
        validator.keep(kept);
        for question in &self.questions {
            validator.ask(question);
        }
        while !validator.is_idle() {
            for wanted in validator.wants() {
                let found = self.messages.iter().find(|(asked, _)| *asked == wanted);
                validator.learn_octets(&wanted, &found?.1);
            }
        }
        let secure = |question: &Question| {
            let status = validator.status(question);
            status.is_some_and(|status| status.status == SecurityStatus::Secure)
        };
        self.questions.iter().all(secure).then_some(validator)
    }
}

fn question(name: &str, record_type: &str) -> Option<Question> {
    Some(Question::new(name.parse().ok()?, record_type.parse().ok()?))
}
