//! The JavaScript boundary: plain data in, plain data out, no rule (DESIGN §1 floor 7). Octets cross as
//! `Uint8Array`, absence as `null`, times as RFC 3339 strings. A caller's mistake is thrown as
//! `{ code, message }`; `js/engine.js` makes an `MxsealError` of it.

mod boundary;
#[cfg(feature = "wasm-engine")]
mod check;
#[cfg(feature = "wasm-engine")]
mod functions;
#[cfg(feature = "wasm-engine")]
mod lookup;
#[cfg(feature = "wasm-receiver")]
mod planning;
#[cfg(feature = "wasm-receiver")]
mod reports;
#[cfg(feature = "wasm-receiver")]
mod tally;

#[cfg(feature = "wasm-engine")]
pub use check::JsCheck;
#[cfg(feature = "wasm-engine")]
pub use functions::{
    certificates_from_pem, classify_fetch, compare, decide, describe_certificate, judge_session,
    match_mx, next_cache_state, parse_sts_policy, parse_sts_record, parse_tls_rpt_record,
    parse_tlsa, policy_url, tlsa_for, verify_dane, verify_web_pki,
};
#[cfg(feature = "wasm-engine")]
pub use lookup::JsLookup;
#[cfg(feature = "wasm-receiver")]
pub use planning::{plan_rollover, publish_sts};
#[cfg(feature = "wasm-receiver")]
pub use reports::{
    explain, pack_report, parse_report, parse_report_mail, report_json, summarize_reports,
    unreadable_report,
};
#[cfg(feature = "wasm-receiver")]
pub use tally::JsTally;
