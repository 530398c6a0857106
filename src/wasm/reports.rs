//! TLS-RPT reports for JavaScript: read, written, tallied, summed up and explained.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::boundary::{Crossing, invalid, read, write};
use crate::tlsrpt::{self, Envelope, MailHeaders, Report};

/// `parseReport(json: Uint8Array): Checked<TlsReport>`.
///
/// # Errors
/// None in practice.
#[wasm_bindgen(js_name = parseReport)]
pub fn parse_report(json: &[u8]) -> Crossing {
    write(&tlsrpt::parse_report(json))
}

/// `parseReportMail(json: Uint8Array, headers): Checked<TlsReport>`: the report, and what its mail says about it.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT`.
#[wasm_bindgen(js_name = parseReportMail)]
pub fn parse_report_mail(json: &[u8], headers: JsValue) -> Crossing {
    let headers: MailHeaders = read(headers, "headers")?;
    write(&tlsrpt::parse_report_mail(json, &headers))
}

/// `unreadableReport(why: string, detail: string): Checked<TlsReport>`: what never came to JSON.
///
/// # Errors
/// None in practice.
#[wasm_bindgen(js_name = unreadableReport)]
pub fn unreadable_report(why: &str, detail: &str) -> Crossing {
    write(&tlsrpt::unreadable_report(why, detail))
}

/// `reportJson(report): string`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT` for what RFC 8460 does not allow.
#[wasm_bindgen(js_name = reportJson)]
pub fn report_json(report: JsValue) -> Result<String, JsValue> {
    let report: Report = read(report, "report")?;
    tlsrpt::report_json(&report).map_err(|error| invalid(format_args!("report: {error}")))
}

/// `packReport(report, { submitter?, from?, to?, at, gzip }, body: Uint8Array)`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT` for what RFC 8460 does not allow.
#[wasm_bindgen(js_name = packReport)]
pub fn pack_report(report: JsValue, envelope: JsValue, body: &[u8]) -> Crossing {
    let report: Report = read(report, "report")?;
    let envelope: Envelope = read(envelope, "options")?;
    let packed = tlsrpt::pack_report(&report, &envelope, body);
    write(&packed.map_err(|error| invalid(format_args!("report: {error}")))?)
}
