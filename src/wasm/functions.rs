//! The pure functions for JavaScript.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::boundary::{Crossing, invalid, mistake, read, read_optional, write};
use crate::bytes::Bytes;
use crate::check::CheckError;
use crate::crypto::RustCrypto;
use crate::dane::{self, DaneOptions, Tlsa};
use crate::decide::{self, HostVerdict, Options, SessionVerdict, Verdict};
use crate::facts::{Facts, Session};
use crate::mta_sts::{self, CachedPolicy, FetchOutcome, MxPattern, PolicyAnswer, TxtOutcome};
use crate::name::Name;
use crate::time::Time;
use crate::tlsrpt;
use crate::value::{self, Fields, read_from_fields, read_struct};
use crate::x509;

/// `parseStsRecord(rrset: string[])`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT`.
#[wasm_bindgen(js_name = parseStsRecord)]
pub fn parse_sts_record(rrset: JsValue) -> Crossing {
    write(&mta_sts::parse_record(&read::<Vec<String>>(
        rrset, "rrset",
    )?))
}

/// `parseStsPolicy(body: Uint8Array)`.
///
/// # Errors
/// None in practice.
#[wasm_bindgen(js_name = parseStsPolicy)]
pub fn parse_sts_policy(body: &[u8]) -> Crossing {
    write(&mta_sts::parse_policy(body))
}

/// `matchMx(patterns: string[], host: string): string | null`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT` for a text that is no pattern; one that can never match is no error.
#[wasm_bindgen(js_name = matchMx)]
pub fn match_mx(patterns: JsValue, host: &str) -> Crossing {
    let mut parsed = Vec::new();
    for text in read::<Vec<String>>(patterns, "patterns")? {
        match MxPattern::parse(&text) {
            Ok(pattern) => parsed.push(pattern),
            Err(error) if error.is_grammatical() => {}
            Err(error) => return Err(invalid(format_args!("pattern `{text}`: {error}"))),
        }
    }
    let host =
        Name::parse(host).map_err(|error| invalid(format_args!("host `{host}`: {error}")))?;
    write(&mta_sts::match_mx(&parsed, &host))
}

/// `parseTlsRptRecord(rrset: string[])`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT`.
#[wasm_bindgen(js_name = parseTlsRptRecord)]
pub fn parse_tls_rpt_record(rrset: JsValue) -> Crossing {
    write(&tlsrpt::parse_record(&read::<Vec<String>>(rrset, "rrset")?))
}

/// `parseTlsa(rdata: string | Uint8Array)`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT`.
#[wasm_bindgen(js_name = parseTlsa)]
pub fn parse_tlsa(rdata: JsValue) -> Crossing {
    match rdata.as_string() {
        Some(text) => write(&dane::parse_tlsa_text(&text)),
        None => write(&dane::parse_tlsa_wire(&read::<Bytes>(rdata, "rdata")?)),
    }
}

/// `policyUrl(domain: string): string`.
///
/// # Errors
/// Throws `ERR_INVALID_DOMAIN`.
#[wasm_bindgen(js_name = policyUrl)]
pub fn policy_url(domain: &str) -> Result<String, JsValue> {
    let domain = Name::parse(domain).map_err(|error| mistake(&CheckError::InvalidDomain(error)))?;
    if domain.is_root() || domain.child("mta-sts").is_err() {
        return Err(mistake(&CheckError::LongDomain));
    }
    Ok(mta_sts::policy_url(&domain))
}

/// `classifyFetch(answer, lenientContentType): FetchedPolicy`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT`.
#[wasm_bindgen(js_name = classifyFetch)]
pub fn classify_fetch(answer: JsValue, lenient_content_type: bool) -> Crossing {
    write(&mta_sts::classify_fetch(
        &read::<PolicyAnswer>(answer, "answer")?,
        lenient_content_type,
    ))
}

struct CacheArguments {
    entry: Option<CachedPolicy>,
    txt: TxtOutcome,
    fetch: Option<FetchOutcome>,
    at: Time,
}

read_struct!(CacheArguments {
    entry: "entry" or default,
    txt: "txt",
    fetch: "fetch" or default,
    at: "at",
});

/// `nextCacheState({ entry, txt, fetch, at })`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT`.
#[wasm_bindgen(js_name = nextCacheState)]
pub fn next_cache_state(arguments: JsValue) -> Crossing {
    let CacheArguments {
        entry,
        txt,
        fetch,
        at,
    } = read(arguments, "arguments")?;
    write(&mta_sts::next_cache_state(
        entry.as_ref(),
        &txt,
        fetch.as_ref(),
        at,
    ))
}

/// `decide(facts, options?): Verdict`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT`.
#[wasm_bindgen]
pub fn decide(facts: JsValue, options: JsValue) -> Crossing {
    let facts: Facts = read(facts, "facts")?;
    let options: Option<Options> = read_optional(options, "options")?;
    write(&decide::decide(&facts, &options.unwrap_or_default()))
}

struct SessionArguments {
    host: HostVerdict,
    session: Session,
    roots: Option<Vec<Bytes>>,
    earlier: Option<Vec<SessionVerdict>>,
    more: Option<bool>,
    at: Time,
}

read_struct!(SessionArguments {
    host: "host",
    session: "session",
    roots: "roots" or default,
    earlier: "earlier" or default,
    more: "more" or default,
    at: "at",
});

/// `judgeSession({ host, session, roots?, earlier?, more?, at })`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT`.
#[wasm_bindgen(js_name = judgeSession)]
pub fn judge_session(arguments: JsValue) -> Crossing {
    let SessionArguments {
        host,
        session,
        roots,
        earlier,
        more,
        at,
    } = read(arguments, "arguments")?;
    let (roots, earlier) = (roots.unwrap_or_default(), earlier.unwrap_or_default());
    write(&decide::judge_session(
        &host,
        &session,
        &roots,
        &earlier,
        more.unwrap_or_default(),
        at,
    ))
}

/// `compare(before, after): Finding[]`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT`.
#[wasm_bindgen]
pub fn compare(before: JsValue, after: JsValue) -> Crossing {
    write(&decide::compare(
        &read::<Verdict>(before, "before")?,
        &read::<Verdict>(after, "after")?,
    ))
}

struct WebPkiArguments {
    chain: Vec<Bytes>,
    host: Name,
    roots: Vec<Bytes>,
    at: Time,
}

read_struct!(WebPkiArguments {
    chain: "chain",
    host: "host",
    roots: "roots",
    at: "at",
});

/// `verifyWebPki({ chain, host, roots, at })`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT`.
#[wasm_bindgen(js_name = verifyWebPki)]
pub fn verify_web_pki(arguments: JsValue) -> Crossing {
    let WebPkiArguments {
        chain,
        host,
        roots,
        at,
    } = read(arguments, "arguments")?;
    write(&x509::verify_web_pki(&chain, &host, &roots, at))
}

struct DaneArguments {
    tlsa: Vec<Tlsa>,
    chain: Vec<Bytes>,
    names: Vec<Name>,
    at: Time,
    allow_pkix: bool,
    roots: Vec<Bytes>,
    digest_order: Option<Vec<u8>>,
}

impl DaneArguments {
    fn read(mut fields: Fields) -> Result<Self, value::Error> {
        Ok(Self {
            tlsa: fields.take("tlsa")?,
            chain: fields.take("chain")?,
            names: fields.take("names")?,
            at: fields.take("at")?,
            allow_pkix: fields.take_or_default("allowPkix")?,
            roots: fields.take_or_default("roots")?,
            digest_order: fields.take("digestOrder")?,
        })
    }
}

read_from_fields!(DaneArguments, DaneArguments::read);

/// `verifyDane({ tlsa, chain, names, at, allowPkix?, roots?, digestOrder? })`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT`.
#[wasm_bindgen(js_name = verifyDane)]
pub fn verify_dane(arguments: JsValue) -> Crossing {
    let DaneArguments {
        tlsa,
        chain,
        names,
        at,
        allow_pkix,
        roots,
        digest_order,
    } = read(arguments, "arguments")?;
    let options = DaneOptions {
        allow_pkix,
        roots: &roots,
        digest_order: digest_order.as_deref().unwrap_or(dane::DIGEST_ORDER),
    };
    write(&dane::verify_dane(
        &tlsa,
        &chain,
        &names,
        at,
        &options,
        &RustCrypto,
    ))
}

/// `tlsaFor(input: Uint8Array, usage: number, selector: number, matchingType: number): Tlsa`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT` where there is nothing to make it of.
#[wasm_bindgen(js_name = tlsaFor)]
pub fn tlsa_for(input: &[u8], usage: u8, selector: u8, matching_type: u8) -> Crossing {
    write(&dane::tlsa_for(input, usage, selector, matching_type).map_err(invalid)?)
}

/// `describeCertificate(der: Uint8Array)`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT` where it is no certificate.
#[wasm_bindgen(js_name = describeCertificate)]
pub fn describe_certificate(der: &[u8]) -> Crossing {
    write(&x509::describe(der).map_err(|error| invalid(format_args!("certificate: {error}")))?)
}

/// `certificatesFromPem(text: string): Uint8Array[]`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT` with the line at fault.
#[wasm_bindgen(js_name = certificatesFromPem)]
pub fn certificates_from_pem(text: &str) -> Crossing {
    write(
        &x509::certificates_from_pem(text.as_bytes())
            .map_err(|error| invalid(format_args!("PEM: {error}")))?,
    )
}
