//! The record that counts of a TXT RR set, from its octets to its value: what the rooms of MTA-STS and TLS-RPT share.

use super::txt::{self, Field, Kept, Record, Rule};
use crate::finding::{Findings, RecordOutcome};
use crate::ordered::Set;

/// Fields that no RFC names: name and value.
pub(crate) type Extensions = Vec<(String, String)>;

/// How a room reads the one field that its record must have.
pub(crate) struct Required<T> {
    /// The value. A fault is a finding.
    pub(crate) value: fn(&Record<'_>, &Field<'_>, &mut Findings) -> Option<T>,
    /// Whether a value obeys the grammar of that field alone, which an ignored one must too.
    pub(crate) is_grammatical: fn(&[u8]) -> bool,
}

/// Reads the RR set; of a sound record `finish` makes the value.
pub(crate) fn read<R: AsRef<[u8]>, T, V>(
    rrset: &[R],
    rule: &Rule,
    required: &Required<T>,
    finish: fn(&Record<'_>, T, Extensions, &mut Findings) -> V,
) -> RecordOutcome<V> {
    let mut findings = Findings::default();
    let kept = txt::select(rrset, rule, &mut findings);
    let value = match &kept {
        Kept::One(record) => body(record, rule, required, &mut findings)
            .map(|(value, extensions)| finish(record, value, extensions, &mut findings)),
        Kept::None | Kept::Many => None,
    };
    RecordOutcome {
        status: kept.status(value.is_some()),
        value,
        findings: findings.close(&rule.codes.omitted, rule.owner),
    }
}

fn body<T>(
    record: &Record<'_>,
    rule: &Rule,
    required: &Required<T>,
    findings: &mut Findings,
) -> Option<(T, Extensions)> {
    let txt::Fields {
        list: fields,
        mut sound,
        attempted,
    } = txt::fields(record, rule, findings);
    let mut seen = Set::new();
    let mut value = None;
    let mut extensions = Vec::new();
    let mut miscased = None;
    for field in &fields {
        // RFC 8461 §3.2: of a duplicated field all entries but the first are ignored. Here they must still be fields: the
        // record as a whole obeys the ABNF or is invalid.
        let first = seen.insert(field.name);
        if !first {
            let place = (field.start, field.end);
            findings.raise(&rule.codes.repeated, || {
                record.finding(&rule.codes.repeated, place, &[&field.name])
            });
        }
        if field.name == rule.required {
            if first {
                value = (required.value)(record, field, findings);
                sound &= value.is_some();
                continue;
            }
            if (required.is_grammatical)(field.value) {
                continue;
            }
        } else if field.name.eq_ignore_ascii_case(rule.required) {
            miscased = Some(field);
        }
        match txt::extension_value(record, rule, field, findings) {
            Some(value) if first => extensions.push((field.name.to_owned(), value)),
            Some(_) => {}
            None => sound = false,
        }
    }
    if !attempted {
        missing(record, rule, miscased, findings);
    }
    value.filter(|_| sound).map(|value| (value, extensions))
}

/// The required field is not there, or in another case only.
fn missing(
    record: &Record<'_>,
    rule: &Rule,
    miscased: Option<&Field<'_>>,
    findings: &mut Findings,
) {
    if let Some(field) = miscased {
        let name = (field.start, field.start.saturating_add(field.name.len()));
        findings.raise(&rule.codes.required_case, || {
            let finding = record.finding(&rule.codes.required_case, name, &[&field.name]);
            record.repaired(finding, name, rule.required)
        });
    }
    let end = record.text.len();
    findings.raise(&rule.codes.required_missing, || {
        record.finding(&rule.codes.required_missing, (end, end), &[])
    });
}
