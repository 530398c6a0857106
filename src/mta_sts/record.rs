//! The `_mta-sts` TXT record that announces a policy and its version (RFC 8461 §3.1).
//! The RR set rule and the field grammar are [`txt`]'s; here stands what `id` is.

use nom::{Parser, bytes::complete::take_while_m_n, combinator::all_consuming};
use serde::{Deserialize, Serialize};

use crate::dns::txt;
use crate::dns::txt_record::{self, Required};
use crate::finding::{Findings, codes::mta_sts as codes};

/// What the record announces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The version of the policy: 1 to 32 letters and digits, compared octet by octet.
    pub id: String,
    /// Fields the RFC does not name, in their order; ignored by senders.
    pub extensions: Vec<(String, String)>,
}

/// The record, and what its RR set amounts to.
pub type RecordOutcome = crate::finding::RecordOutcome<Record>;

/// Reads the TXT RR set of `_mta-sts.<domain>`. One element is one record, its strings joined
/// without spaces (RFC 8461 §3.1). Everything but `valid` means: no policy is announced.
///
/// ```
/// use mxseal::{RrsetStatus, mta_sts::parse_record};
/// let outcome = parse_record(&["v=STSv1; id=20160831085700Z;"]);
/// assert_eq!(outcome.status, RrsetStatus::Valid);
/// assert_eq!(outcome.value.map(|record| record.id).as_deref(), Some("20160831085700Z"));
/// let outcome = parse_record(&["V=stsv1; id=1"]);
/// assert_eq!(outcome.status, RrsetStatus::Absent);
/// assert_eq!(outcome.findings[0].remedy.as_deref(), Some("v=STSv1; id=1"));
/// ```
#[must_use]
pub fn parse_record<R: AsRef<[u8]>>(rrset: &[R]) -> RecordOutcome {
    txt_record::read(rrset, &RULE, &ID, |_, id, extensions, _| Record {
        id,
        extensions,
    })
}

/// A second `id` has no grammar but that of any field.
const ID: Required<String> = Required {
    value: policy_id,
    is_grammatical: |_| false,
};

/// `1*32(ALPHA / DIGIT)`. A fault is a finding.
fn policy_id(
    record: &txt::Record<'_>,
    field: &txt::Field<'_>,
    findings: &mut Findings,
) -> Option<String> {
    let text = txt::lossy(field.value);
    let grammar = take_while_m_n(1, ID_LENGTH, |b: u8| b.is_ascii_alphanumeric());
    let parsed: Result<_, nom::Err<()>> = all_consuming(grammar).parse(field.value);
    if parsed.is_ok() {
        return Some(text);
    }
    let odd = |b: &u8| !b.is_ascii_alphanumeric();
    let (entry, argument, meant) = match field.value.iter().position(odd) {
        None => (
            &codes::RECORD_ID_LONG,
            field.value.len().to_string(),
            text.chars().take(ID_LENGTH).collect(),
        ),
        Some(at) => (&codes::RECORD_ID, text, meant_id(field.value, at)),
    };
    let place = (field.value_start, field.end);
    findings.raise(entry, || {
        let finding = record.finding(entry, place, &[&argument]);
        if meant.is_empty() {
            finding
        } else {
            record.repaired(finding, place, &meant)
        }
    });
    None
}

/// The id without what is no letter or digit; a field that lost its `;` becomes one again.
fn meant_id(value: &[u8], odd: usize) -> String {
    let (head, tail) = value.split_at_checked(odd).unwrap_or_default();
    let spaced = tail.first().copied().is_some_and(txt::is_wsp);
    if !head.is_empty() && spaced && tail.contains(&b'=') {
        return format!("{}; {}", txt::lossy(head), txt::lossy(tail).trim_start());
    }
    txt::lossy(value)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(ID_LENGTH)
        .collect()
}

const ID_LENGTH: usize = 32;

const RULE: txt::Rule = txt::Rule {
    version: "STSv1",
    family: "sts",
    required: "id",
    owner: "_mta-sts",
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
        required_case: codes::RECORD_ID_CASE,
        required_missing: codes::RECORD_ID_MISSING,
        omitted: codes::FINDINGS_OMITTED,
    },
};
