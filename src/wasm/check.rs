//! `Check` for JavaScript.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::boundary::{Crossing, mistake, read, read_optional, write};
use crate::bytes::Bytes;
use crate::check::{Answer, Check, CheckError, Evidence, Start};
use crate::decide::Options;
use crate::dnssec::ChainCacheEntry;
use crate::mta_sts::CachedPolicy;
use crate::name::Name;
use crate::time::Time;
use crate::value::read_struct;

/// The sans-IO driver.
#[derive(Debug)]
#[wasm_bindgen(js_name = Check)]
pub struct JsCheck(Check);

struct Arguments {
    at: Time,
    options: Option<Options>,
    roots: Option<Vec<Bytes>>,
    cached_policy: Option<CachedPolicy>,
    chain_cache: Option<Vec<ChainCacheEntry>>,
}

read_struct!(Arguments {
    at: "at",
    options: "options" or default,
    roots: "roots" or default,
    cached_policy: "cachedPolicy" or default,
    chain_cache: "chainCache" or default,
});

#[wasm_bindgen(js_class = Check)]
impl JsCheck {
    /// `new Check(domain, { at, options?, roots?, cachedPolicy?, chainCache? })`.
    ///
    /// # Errors
    /// Throws `ERR_INVALID_DOMAIN` or `ERR_INVALID_ARGUMENT`.
    #[wasm_bindgen(constructor)]
    pub fn new(domain: &str, arguments: JsValue) -> Result<JsCheck, JsValue> {
        let domain =
            Name::parse(domain).map_err(|error| mistake(&CheckError::InvalidDomain(error)))?;
        let Arguments {
            at,
            options,
            roots,
            cached_policy,
            chain_cache,
        } = read(arguments, "arguments of Check")?;
        let options = options.unwrap_or_default();
        Check::new(Start {
            domain,
            at,
            options,
            roots,
            cached_policy,
            chain_cache: chain_cache.unwrap_or_default(),
        })
        .map(Self)
        .map_err(|error| mistake(&error))
    }

    /// `needs(): Need[]`.
    ///
    /// # Errors
    /// None in practice.
    pub fn needs(&mut self) -> Crossing {
        write(&self.0.needs())
    }

    /// `feed(id, answer)`.
    ///
    /// # Errors
    /// Throws `ERR_UNKNOWN_NEED`, `ERR_WRONG_ANSWER` or `ERR_INVALID_ARGUMENT`.
    pub fn feed(&mut self, id: u32, answer: JsValue) -> Result<(), JsValue> {
        let answer: Answer = read(answer, "answer")?;
        self.0.feed(id, answer).map_err(|error| mistake(&error))
    }

    /// `verdict(): Verdict | null`.
    ///
    /// # Errors
    /// None in practice.
    pub fn verdict(&self) -> Crossing {
        write(&self.0.verdict())
    }

    /// `evidence(): Evidence`.
    ///
    /// # Errors
    /// None in practice.
    pub fn evidence(&self) -> Crossing {
        write(&self.0.evidence())
    }

    /// `cachedPolicy(): CachedPolicy | null`.
    ///
    /// # Errors
    /// None in practice.
    #[wasm_bindgen(js_name = cachedPolicy)]
    pub fn cached_policy(&self) -> Crossing {
        write(&self.0.cached_policy())
    }

    /// `chainCache(): ChainCacheEntry[]`.
    ///
    /// # Errors
    /// None in practice.
    #[wasm_bindgen(js_name = chainCache)]
    pub fn chain_cache(&self) -> Crossing {
        write(&self.0.chain_cache())
    }

    /// `Check.replay(evidence, options?): Verdict`; the evidence as parsed from its file, or as it was.
    ///
    /// # Errors
    /// Throws `ERR_INVALID_ARGUMENT` or `ERR_INVALID_DOMAIN`.
    pub fn replay(evidence: JsValue, options: JsValue) -> Crossing {
        let evidence: Evidence = read(evidence, "evidence")?;
        let options: Option<Options> = read_optional(options, "options")?;
        let verdict = Check::replay(&evidence, options).map_err(|error| mistake(&error))?;
        write(&verdict)
    }
}
