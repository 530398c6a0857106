//! `Lookup` for JavaScript: one question, validated.

use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::boundary::{Crossing, invalid, mistake, read, write};
use crate::bytes::Bytes;
use crate::check::CheckError;
use crate::crypto::RustCrypto;
use crate::dns::{self, Question, RecordType};
use crate::dnssec::{ChainCacheEntry, Limits, Lookup, TrustAnchor, Validator};
use crate::name::Name;
use crate::time::Time;
use crate::value::read_struct;

/// The sans-IO look-up.
#[derive(Debug)]
#[wasm_bindgen(js_name = Lookup)]
pub struct JsLookup {
    lookup: Lookup<'static>,
    /// By need id.
    asked: Vec<Question>,
}

struct Arguments {
    name: String,
    record_type: RecordType,
    at: Time,
    anchors: Option<Vec<String>>,
    chain_cache: Option<Vec<ChainCacheEntry>>,
    allow_sha1_signatures: Option<bool>,
    insecure_above: Option<u16>,
    bogus_above: Option<u16>,
}

read_struct!(Arguments {
    name: "name",
    record_type: "type",
    at: "at",
    anchors: "anchors" or default,
    chain_cache: "chainCache" or default,
    allow_sha1_signatures: "allowSha1Signatures" or default,
    insecure_above: "insecureAbove" or default,
    bogus_above: "bogusAbove" or default,
});

#[derive(Serialize)]
struct DnsNeed {
    id: usize,
    query: Bytes,
    name: Name,
    #[serde(rename = "type")]
    record_type: RecordType,
}

#[wasm_bindgen(js_class = Lookup)]
impl JsLookup {
    /// `new Lookup({ name, type, at, anchors?, chainCache?, allowSha1Signatures?, insecureAbove?, bogusAbove? })`.
    ///
    /// # Errors
    /// Throws `ERR_INVALID_DOMAIN` or `ERR_INVALID_ARGUMENT`.
    #[wasm_bindgen(constructor)]
    pub fn new(arguments: JsValue) -> Result<JsLookup, JsValue> {
        let arguments: Arguments = read(arguments, "arguments of lookup")?;
        let name = Name::parse(&arguments.name)
            .map_err(|error| mistake(&CheckError::InvalidDomain(error)))?;
        let anchors = match arguments.anchors {
            None => TrustAnchor::root(),
            Some(lines) => lines
                .iter()
                .map(|line| TrustAnchor::parse(line))
                .collect::<Result<_, _>>()
                .map_err(|error| invalid(format_args!("trust anchor: {error}")))?,
        };
        let default = Limits::default();
        let limits = Limits {
            nsec3_insecure_above: arguments
                .insecure_above
                .unwrap_or(default.nsec3_insecure_above),
            nsec3_bogus_above: arguments.bogus_above.unwrap_or(default.nsec3_bogus_above),
            allow_sha1_signatures: arguments.allow_sha1_signatures.unwrap_or_default(),
        };
        let mut validator = Validator::new(anchors, arguments.at, limits, &RustCrypto);
        validator.keep(&arguments.chain_cache.unwrap_or_default());
        let question = Question::new(name, arguments.record_type);
        Ok(Self {
            lookup: Lookup::new(validator, question),
            asked: Vec::new(),
        })
    }

    /// `needs(): { id, query, name, type }[]`, each once.
    ///
    /// # Errors
    /// None in practice.
    pub fn needs(&mut self) -> Crossing {
        let mut needs = Vec::new();
        for question in self.lookup.wants() {
            needs.push(DnsNeed {
                id: self.asked.len(),
                query: Bytes(dns::query(&question)),
                name: question.name.clone(),
                record_type: question.record_type,
            });
            self.asked.push(question);
        }
        write(&needs)
    }

    /// `feed(id, message)`.
    pub fn feed(&mut self, id: usize, message: &[u8]) {
        if let Some(question) = self.asked.get(id) {
            self.lookup.learn(question, message);
        }
    }

    /// `fail(id, reason)`: nothing came.
    pub fn fail(&mut self, id: usize, reason: &str) {
        if let Some(question) = self.asked.get(id) {
            self.lookup.fail(question, reason);
        }
    }

    /// `result(): LookupResult | null`.
    ///
    /// # Errors
    /// None in practice.
    pub fn result(&self) -> Crossing {
        write(&self.lookup.result())
    }
}
