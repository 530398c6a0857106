//! TLS-RPT reports for JavaScript: read, written, tallied, summed up and explained.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::boundary::{Crossing, invalid, read, write};
use crate::decide::Verdict;
use crate::finding::Checked;
use crate::plan::{self, DomainFailures};
use crate::tlsrpt::{self, Envelope, MailHeaders, Report, WriteError};

/// `parseReport(json: Uint8Array): Checked<string>`, the value as JSON text.
///
/// # Errors
/// None in practice.
#[wasm_bindgen(js_name = parseReport)]
pub fn parse_report(json: &[u8]) -> Crossing {
    checked(tlsrpt::parse_report(json))
}

/// `parseReportMail(json: Uint8Array, headers): Checked<string>`, the value as JSON text: the report, and what its mail says about it.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT`.
#[wasm_bindgen(js_name = parseReportMail)]
pub fn parse_report_mail(json: &[u8], headers: JsValue) -> Crossing {
    let headers: MailHeaders = read(headers, "headers")?;
    checked(tlsrpt::parse_report_mail(json, &headers))
}

/// `unreadableReport(why: string, detail: string): Checked<string>`, the value as JSON text: what never came to JSON.
///
/// # Errors
/// None in practice.
#[wasm_bindgen(js_name = unreadableReport)]
pub fn unreadable_report(why: &str, detail: &str) -> Crossing {
    checked(tlsrpt::unreadable_report(why, detail))
}

/// `reportJson(report: string): string`, both JSON text.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT` for what RFC 8460 does not allow.
#[wasm_bindgen(js_name = reportJson)]
pub fn report_json(report: &str) -> Result<String, JsValue> {
    tlsrpt::report_json(&given(report)?).map_err(refused)
}

/// `packReport(report: string, { submitter?, from?, to?, at, gzip }, body: Uint8Array)`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT` for what RFC 8460 does not allow.
#[wasm_bindgen(js_name = packReport)]
pub fn pack_report(report: &str, envelope: JsValue, body: &[u8]) -> Crossing {
    let envelope: Envelope = read(envelope, "options")?;
    write(&tlsrpt::pack_report(&given(report)?, &envelope, body).map_err(refused)?)
}

/// `summarizeReports(reports: string[]): Summary`, each JSON text.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT` for what is no report.
#[wasm_bindgen(js_name = summarizeReports)]
pub fn summarize_reports(reports: Vec<String>) -> Crossing {
    let reports: Result<Vec<Report>, JsValue> =
        reports.iter().map(|report| given(report)).collect();
    write(&plan::summarize_reports(&reports?))
}

/// `explain(domains: { domain, failures }[], verdict: Verdict): Finding[]`.
///
/// # Errors
/// Throws `ERR_INVALID_ARGUMENT`.
#[wasm_bindgen]
pub fn explain(domains: JsValue, verdict: JsValue) -> Crossing {
    let domains: Vec<DomainFailures> = read(domains, "summary")?;
    write(&plan::explain_failures(
        &domains,
        &read::<Verdict>(verdict, "verdict")?,
    ))
}

fn checked(report: Checked<Report>) -> Crossing {
    write(&Checked {
        value: report.value.map(tlsrpt::report_for_javascript),
        findings: report.findings,
    })
}

fn given(report: &str) -> Result<Report, JsValue> {
    tlsrpt::report_of_json(report)
        .map_err(|path| invalid(format_args!("report: `{path}` is not of its type")))
}

fn refused(error: WriteError) -> JsValue {
    invalid(format_args!("report: {error}"))
}
