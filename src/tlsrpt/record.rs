//! The `_smtp._tls` TXT record that asks for reports (RFC 8460 §3).
//! The RR set rule and the field grammar are [`txt`]'s; here stands what `rua` is.

use serde::{Deserialize, Serialize};

use super::uri::{self, Uri};
use crate::dns::txt;
use crate::dns::txt_record::{self, Required};
use crate::finding::{Entry, Findings, codes::tlsrpt as codes};
use crate::limits;
use crate::name::Name;

/// Where reports go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The `mailto:` and `https:` URIs that can take a report, as written, in their order. A
    /// report is delivered once one of them accepts it. Empty where all of them were dropped.
    pub rua: Vec<String>,
    /// Fields the RFC does not name, in their order; ignored by senders.
    pub extensions: Vec<(String, String)>,
}

/// The record, and what its RR set amounts to.
pub type RecordOutcome = crate::finding::RecordOutcome<Record>;

/// Reads the TXT RR set of `_smtp._tls.<domain>`. One element is one record, its strings joined
/// without spaces. Everything but `valid` means: no report is asked for.
///
/// ```
/// use mxseal::{RrsetStatus, tlsrpt::parse_record};
/// let outcome = parse_record(&["v=TLSRPTv1; rua=mailto:tls@example.com, https://r.example/v1"]);
/// assert_eq!(outcome.status, RrsetStatus::Valid);
/// assert_eq!(outcome.value.map(|record| record.rua.len()), Some(2));
/// ```
#[must_use]
pub fn parse_record<R: AsRef<[u8]>>(rrset: &[R]) -> RecordOutcome {
    txt_record::read(rrset, &RULE, &RUA, |record, rua, extensions, findings| {
        if rua.is_empty() {
            let place = (0, record.text.len());
            findings.raise(&codes::RUA_NONE_LEFT, || {
                record.finding(&codes::RUA_NONE_LEFT, place, &[])
            });
        }
        Record { rua, extensions }
    })
}

/// A second `rua` is a list of URIs, or what any field may be.
const RUA: Required<Vec<String>> = Required {
    value: destinations,
    is_grammatical: is_list_of_uris,
};

/// `tlsrpt-uri *(*WSP "," *WSP tlsrpt-uri)`: the destinations that can take a report. `None` where
/// the grammar is broken; a URI that is good and of no use is dropped with a warning.
fn destinations(
    record: &txt::Record<'_>,
    field: &txt::Field<'_>,
    findings: &mut Findings,
) -> Option<Vec<String>> {
    let value = txt::lossy(field.value);
    let mut at = field.value_start;
    let mut uris = Vec::new();
    let mut sound = true;
    for item in value.split(',') {
        let text = item.trim_matches(is_wsp);
        let start = at.saturating_add(
            item.len()
                .saturating_sub(item.trim_start_matches(is_wsp).len()),
        );
        let end = start.saturating_add(text.len());
        at = at.saturating_add(item.len()).saturating_add(1);
        let place = (start, end);
        if text.is_empty() {
            sound = false;
            findings.raise(&codes::RUA_EMPTY, || {
                let finding = record.finding(&codes::RUA_EMPTY, place, &[]);
                if value.len() > limits::REMEDY_OCTETS {
                    return finding;
                }
                match without_empty(&value).as_str() {
                    "" => finding,
                    list => record.repaired(finding, (field.value_start, field.end), list),
                }
            });
            continue;
        }
        let (entry, meant) = match uri::parse(text) {
            Some(uri) => match unusable(text, uri) {
                Some(fault) => fault,
                None => {
                    uris.push(text.to_owned());
                    continue;
                }
            },
            None => {
                sound = false;
                explain(text)
            }
        };
        findings.raise(entry, || {
            let finding = record.finding(entry, place, &[&text]);
            match meant {
                Some(meant) => record.repaired(finding, place, &meant),
                None => finding,
            }
        });
    }
    sound.then_some(uris)
}

/// The list without the destinations that are none.
fn without_empty(list: &str) -> String {
    list.split(',')
        .map(|item| item.trim_matches(is_wsp))
        .filter(|item| !item.is_empty())
        .collect::<Vec<_>>()
        .join(",")
}

fn is_list_of_uris(value: &[u8]) -> bool {
    core::str::from_utf8(value).is_ok_and(|value| {
        value
            .split(',')
            .all(|item| uri::parse(item.trim_matches(is_wsp)).is_some())
    })
}

/// A good URI that takes no report, and what was meant.
fn unusable(text: &str, uri: Uri<'_>) -> Option<(&'static Entry, Option<String>)> {
    match uri.scheme.to_ascii_lowercase().as_str() {
        "mailto" if is_address(uri) => None,
        "mailto" => {
            let meant = uri
                .host
                .and_then(|_| text.split_once("//"))
                .map(|(_, address)| format!("mailto:{address}"))
                .filter(|meant| uri::parse(meant).is_some_and(is_address));
            Some((&codes::RUA_ADDRESS, meant))
        }
        "https" if uri.host.is_some_and(|host| !host.is_empty()) => None,
        "https" => Some((&codes::RUA_HOST, None)),
        "http" => {
            let meant = text
                .split_once("//")
                .map(|(_, rest)| format!("https://{rest}"));
            Some((&codes::RUA_SCHEME, meant))
        }
        _ => Some((&codes::RUA_SCHEME, None)),
    }
}

/// `addr-spec` of RFC 6068 §2, as far as a mail can be sent to it: one local part, one host name.
fn is_address(uri: Uri<'_>) -> bool {
    uri.host.is_none()
        && uri.path.rsplit_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !local.contains('@')
                && Name::parse(domain).is_ok_and(|name| name.is_host_name())
        })
}

/// Why a text is no `tlsrpt-uri`, and what was meant.
fn explain(text: &str) -> (&'static Entry, Option<String>) {
    let is_uri = |text: &str| uri::parse(text).is_some();
    if text.contains(is_wsp) {
        let words: Vec<_> = text.split(is_wsp).filter(|word| !word.is_empty()).collect();
        let mended = words
            .iter()
            .all(|word| is_uri(word))
            .then(|| words.join(","));
        return (&codes::RUA_SPACE, mended);
    }
    if text.contains('!') {
        let mended = text
            .split_once('!')
            .map(|(uri, _)| uri.to_owned())
            .filter(|meant| is_uri(meant));
        return (&codes::RUA_RESERVED, mended);
    }
    if uri::has_scheme(text) {
        return (&codes::RUA_URI, None);
    }
    let meant = if text.contains('@') {
        Some(format!("mailto:{text}"))
    } else {
        let bare = text.trim_start_matches('/');
        bare.contains('.').then(|| format!("https://{bare}"))
    };
    let meant = meant.filter(|meant| is_uri(meant));
    (&codes::RUA_NO_SCHEME, meant)
}

fn is_wsp(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

const RULE: txt::Rule = txt::Rule {
    version: "TLSRPTv1",
    family: "tls",
    required: "rua",
    owner: "_smtp._tls",
    codes: txt::Codes {
        multiple: codes::RECORD_MULTIPLE,
        delimiter_dropped: codes::RECORD_DELIMITER_DROPPED,
        near_case: codes::RECORD_CASE,
        near_version: codes::RECORD_VERSION,
        near_lead: codes::RECORD_LEAD,
        near_equals: codes::RECORD_EQUALS,
        near_delimiter: codes::RECORD_DELIMITER,
        near_no_version: codes::RECORD_NO_VERSION,
        field_empty: codes::RECORD_FIELD_EMPTY,
        field_octet: codes::RECORD_OCTET,
        field_no_equals: codes::RECORD_NO_EQUALS,
        field_spaced: codes::RECORD_SPACED,
        field_name: codes::RECORD_NAME,
        field_value_empty: codes::RECORD_VALUE_EMPTY,
        field_value: codes::RECORD_VALUE,
        trailing_space: codes::RECORD_TRAILING_SPACE,
        repeated: codes::RECORD_REPEATED,
        required_case: codes::RUA_CASE,
        required_missing: codes::RUA_MISSING,
        omitted: codes::FINDINGS_OMITTED,
    },
};
