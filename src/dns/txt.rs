//! TXT RR sets of the `v=…;` kind: which record counts, and its fields (RFC 8461 §3.1, RFC 8460 §3).
//! The strings of each record are joined by the caller, without spaces. What a field means, and
//! which values it may have, is the business of the room that owns the record.

use core::fmt::Display;

use nom::{
    IResult, Parser,
    bytes::complete::{tag, take_till, take_while, take_while_m_n},
    combinator::{all_consuming, recognize, rest},
    multi::separated_list1,
};

use crate::finding::{Entry, Finding, Findings, RrsetStatus, Span};
use crate::limits;

/// One kind of record: what it begins with, where it lives, and the rows that speak about it.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The version, as `STSv1`.
    pub(crate) version: &'static str,
    /// What every version starts with, lower case, as `sts`.
    pub(crate) family: &'static str,
    /// The required field, as `id`.
    pub(crate) required: &'static str,
    /// The owner name's own labels, as `_mta-sts`.
    pub(crate) owner: &'static str,
    /// The rows of the room's table.
    pub(crate) codes: Codes,
}

/// The rows that the shared rule needs; the clause differs from room to room.
#[derive(Debug)]
pub(crate) struct Codes {
    pub(crate) multiple: Entry,
    pub(crate) delimiter_dropped: Entry,
    pub(crate) near_case: Entry,
    pub(crate) near_version: Entry,
    pub(crate) near_lead: Entry,
    pub(crate) near_equals: Entry,
    pub(crate) near_delimiter: Entry,
    pub(crate) near_no_version: Entry,
    pub(crate) field_empty: Entry,
    pub(crate) field_octet: Entry,
    pub(crate) field_no_equals: Entry,
    pub(crate) field_spaced: Entry,
    pub(crate) field_name: Entry,
    pub(crate) field_value_empty: Entry,
    pub(crate) field_value: Entry,
    pub(crate) trailing_space: Entry,
    pub(crate) repeated: Entry,
    pub(crate) required_case: Entry,
    pub(crate) required_missing: Entry,
    pub(crate) omitted: Entry,
}

/// What is left of an RR set.
#[derive(Debug)]
pub(super) enum Kept<'a> {
    /// No record of this version.
    None,
    /// Exactly one; its fields are still to be read.
    One(Record<'a>),
    /// More than one, so none counts.
    Many,
}

impl Kept<'_> {
    /// The status of the set, where `valid` is what reading the one record came to.
    pub(super) fn status(&self, valid: bool) -> RrsetStatus {
        match self {
            Self::None => RrsetStatus::Absent,
            Self::Many => RrsetStatus::Multiple,
            Self::One(_) if valid => RrsetStatus::Valid,
            Self::One(_) => RrsetStatus::Invalid,
        }
    }
}

/// The one record that counts.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    /// All of it.
    pub(crate) text: &'a [u8],
    /// What findings about it are about.
    pub(crate) subject: String,
    /// Where its first `;` stands.
    delimiter: usize,
}

/// One `name=value`, where its value is not judged yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a [u8],
    /// Byte offsets in the record, `end` exclusive.
    pub(crate) start: usize,
    pub(crate) value_start: usize,
    pub(crate) end: usize,
}

impl Record<'_> {
    /// A finding about the bytes `start..end`.
    pub(crate) fn finding(
        &self,
        entry: &Entry,
        (start, end): (usize, usize),
        arguments: &[&dyn Display],
    ) -> Finding {
        Finding::new(entry, &self.subject, arguments).at(Span::of(self.text, start, end))
    }

    /// The same finding, its remedy the record with `start..end` replaced.
    pub(crate) fn repaired(
        &self,
        finding: Finding,
        (start, end): (usize, usize),
        with: &str,
    ) -> Finding {
        if self.text.len().saturating_add(with.len()) > limits::REMEDY_OCTETS {
            return finding;
        }
        let before = self.text.get(..start).unwrap_or_default();
        let after = self.text.get(end..).unwrap_or_default();
        finding.mend(format!("{}{with}{}", lossy(before), lossy(after)))
    }
}

/// Finds the record that counts (RFC 8461 §3.1, RFC 8460 §3): those that begin with
/// `v=VERSION` and `;` are kept; a space before the `;` (which the ABNF allows and the prose does
/// not) only costs the record its place where another one is kept too.
pub(super) fn select<'a, R: AsRef<[u8]>>(
    rrset: &'a [R],
    rule: &Rule,
    findings: &mut Findings,
) -> Kept<'a> {
    let codes = &rule.codes;
    let alone = rrset.len() == 1;
    let mut kept: Vec<Record<'a>> = Vec::new();
    for (index, record) in rrset.iter().take(limits::TXT_RECORDS).enumerate() {
        let text = record.as_ref();
        let subject = if alone {
            rule.owner.to_owned()
        } else {
            format!("{} record {}", rule.owner, index.saturating_add(1))
        };
        if let Ok((_, before)) = recognize(beginning(rule.version)).parse(text) {
            kept.push(Record {
                text,
                subject,
                delimiter: before.len(),
            });
        } else if let Some(near) = near_miss(text, rule) {
            findings.raise(near.entry, || {
                let finding = Finding::new(near.entry, subject, &[&lossy(text), &rule.version])
                    .at(Span::of(text, near.start, near.end));
                match near.mended {
                    Some(mended) if text.len() <= limits::REMEDY_OCTETS => finding.mend(mended),
                    _ => finding,
                }
            });
        }
    }
    // Reading: RFC 8461's prose says `v=STSv1;`, its ABNF `v=STSv1` *WSP `;`. Both are honoured as
    // far as they do not collide: the looser reading serves while it leaves one record.
    if kept.len() > 1 {
        let tight = rule.version.len().saturating_add(2);
        kept.retain(|record| {
            let stays = record.delimiter == tight;
            if !stays {
                let space = (tight, record.delimiter);
                findings.raise(&codes.delimiter_dropped, || {
                    let entry = &codes.delimiter_dropped;
                    record.repaired(record.finding(entry, space, &[&rule.version]), space, "")
                });
            }
            stays
        });
    }
    let count = kept.len();
    match (kept.pop(), count) {
        (None, _) => Kept::None,
        (Some(record), 1) => Kept::One(record),
        (Some(record), _) => {
            findings.raise(&codes.multiple, || {
                Finding::new(&codes.multiple, rule.owner, &[&count, &rule.version]).at(Span::of(
                    record.text,
                    0,
                    record.text.len(),
                ))
            });
            Kept::Many
        }
    }
}

/// The fields of a record, as far as they are fields.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    pub(super) list: Vec<Field<'a>>,
    /// Whether the grammar holds; the values are still to be judged.
    pub(super) sound: bool,
    /// Whether the required field stands there, though perhaps broken: then it is not missing.
    pub(super) attempted: bool,
}

/// Reads the fields: `1*(*WSP ";" *WSP field) [*WSP ";" *WSP]`. Every fault is a finding, and an
/// error in one field does not hide the others.
pub(super) fn fields<'a>(record: &Record<'a>, rule: &Rule, findings: &mut Findings) -> Fields<'a> {
    let codes = &rule.codes;
    let mut at = record.delimiter.saturating_add(1);
    let body = record.text.get(at..).unwrap_or_default();
    let pieces = pieces(body).map(|(_, pieces)| pieces).unwrap_or_default();
    let count = pieces.len();
    let mut fields = Vec::new();
    let mut sound = true;
    let mut attempted = false;
    for (index, piece) in pieces.into_iter().enumerate() {
        let last = index.saturating_add(1) == count;
        let start = at.saturating_add(piece.iter().take_while(|b| is_wsp(**b)).count());
        let trimmed = piece.trim_ascii_wsp();
        let end = start.saturating_add(trimmed.len());
        let after = at.saturating_add(piece.len());
        at = after.saturating_add(1);
        if last && trimmed.is_empty() {
            break; // the one optional delimiter at the end, or `v=…;` and nothing else
        }
        if last && end < after {
            // `*WSP` stands only beside a `;`.
            sound = false;
            findings.raise(&codes.trailing_space, || {
                let finding = record.finding(&codes.trailing_space, (end, after), &[]);
                record.repaired(finding, (end, after), "")
            });
        }
        let name_end = trimmed
            .iter()
            .position(|b| *b == b'=' || is_wsp(*b))
            .unwrap_or(trimmed.len());
        attempted |= trimmed.get(..name_end) == Some(rule.required.as_bytes());
        match field(trimmed) {
            Ok((value, name)) => fields.push(Field {
                name: core::str::from_utf8(name).unwrap_or_default(),
                value,
                start,
                value_start: end.saturating_sub(value.len()),
                end,
            }),
            Err(_) => {
                sound = false;
                explain(record, rule, trimmed, start, findings);
            }
        }
    }
    Fields {
        list: fields,
        sound,
        attempted,
    }
}

/// `1*(%x21-3A / %x3C / %x3E-7E)`, the value of a field that the RFC does not name. A fault is a finding.
pub(super) fn extension_value(
    record: &Record<'_>,
    rule: &Rule,
    field: &Field<'_>,
    findings: &mut Findings,
) -> Option<String> {
    let octet = |b: u8| matches!(b, 0x21..=0x3a | 0x3c | 0x3e..=0x7e);
    let Some(at) = field.value.iter().position(|b| !octet(*b)) else {
        return Some(lossy(field.value));
    };
    let at = field.value_start.saturating_add(at);
    let entry = &rule.codes.field_value;
    findings.raise(entry, || {
        let (found, length) = shown(record.text, at);
        let place = (at, at.saturating_add(length));
        record.finding(entry, place, &[&field.name, &found])
    });
    None
}

/// The octets of a stranger, fit for a message.
pub(crate) fn lossy(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

/// The character at `at` and its length; U+FFFD and 1 where the octet begins none.
fn shown(text: &[u8], at: usize) -> (char, usize) {
    let rest = text.get(at..).unwrap_or_default();
    let start = rest.get(..4).unwrap_or(rest);
    start
        .utf8_chunks()
        .next()
        .and_then(|chunk| chunk.valid().chars().next())
        .map_or((char::REPLACEMENT_CHARACTER, 1), |c| (c, c.len_utf8()))
}

pub(crate) fn is_wsp(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t')
}

fn beginning<'a>(
    version: &'static str,
) -> impl Parser<&'a [u8], Output = (), Error = nom::error::Error<&'a [u8]>> {
    move |input: &'a [u8]| {
        let (input, _) =
            (tag(&b"v="[..]), tag(version.as_bytes()), take_while(is_wsp)).parse(input)?;
        let (_, _) = tag(&b";"[..]).parse(input)?;
        Ok((input, ()))
    }
}

fn pieces(body: &[u8]) -> IResult<&[u8], Vec<&[u8]>> {
    separated_list1(tag(&b";"[..]), take_till(|b| b == b';')).parse(body)
}

/// `name "=" value`: gives the value as the rest and the name as the output.
fn field(piece: &[u8]) -> IResult<&[u8], &[u8]> {
    let name = recognize((
        take_while_m_n(1, 1, |b: u8| b.is_ascii_alphanumeric()),
        take_while_m_n(0, 31, is_name_octet),
    ));
    let (value, (name, _)) = (name, tag(&b"="[..])).parse(piece)?;
    let printable = |b: u8| b.is_ascii_graphic() || is_wsp(b);
    let starts = take_while_m_n(1, 1, |b: u8| b.is_ascii_graphic());
    all_consuming((starts, take_while(printable))).parse(value)?;
    rest.parse(value).map(|(_, value)| (value, name))
}

fn is_name_octet(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'-' | b'.')
}

/// Says why a piece is no field; `start` is where it stands in the record.
fn explain(record: &Record<'_>, rule: &Rule, piece: &[u8], start: usize, findings: &mut Findings) {
    let codes = &rule.codes;
    let whole = (start, start.saturating_add(piece.len()));
    let mut raise = |entry: &Entry, from: usize, to: usize, argument: &dyn Display| {
        let place = (start.saturating_add(from), start.saturating_add(to));
        findings.raise(entry, || record.finding(entry, place, &[argument]));
    };
    if piece.is_empty() {
        let delimiter = (start, start.saturating_add(1));
        findings.raise(&codes.field_empty, || {
            let finding = record.finding(&codes.field_empty, delimiter, &[]);
            record.repaired(finding, delimiter, "")
        });
        return;
    }
    let odd = |b: &u8| !(b.is_ascii_graphic() || is_wsp(*b));
    if let Some(at) = piece.iter().position(odd) {
        let (found, length) = shown(piece, at);
        return raise(&codes.field_octet, at, at.saturating_add(length), &found);
    }
    let Some(equals) = piece.iter().position(|b| *b == b'=') else {
        return raise(&codes.field_no_equals, 0, piece.len(), &lossy(piece));
    };
    let (name, value) = piece.split_at_checked(equals).unwrap_or((piece, &[]));
    let value = value.get(1..).unwrap_or_default();
    let bare_name = name.trim_ascii_wsp();
    let bare_value = value.trim_ascii_wsp();
    if bare_name.len() < name.len() || bare_value.len() < value.len() {
        let place = (
            start.saturating_add(bare_name.len()),
            whole.1.saturating_sub(bare_value.len()),
        );
        findings.raise(&codes.field_spaced, || {
            let name = lossy(bare_name);
            let finding = record.finding(&codes.field_spaced, place, &[&name]);
            record.repaired(finding, whole, &format!("{name}={}", lossy(bare_value)))
        });
        return;
    }
    if value.is_empty() {
        return raise(&codes.field_value_empty, equals, piece.len(), &lossy(name));
    }
    raise(&codes.field_name, 0, equals, &lossy(name));
}

/// A record that was meant to count and does not.
struct NearMiss<'r> {
    entry: &'r Entry,
    start: usize,
    end: usize,
    mended: Option<String>,
}

fn near_miss<'r>(text: &[u8], rule: &'r Rule) -> Option<NearMiss<'r>> {
    let codes = &rule.codes;
    let lead_len = text
        .iter()
        .take_while(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'(' | b'\\'))
        .count();
    let bare = text.get(lead_len..)?;
    let at = |bytes: &[u8]| text.len().saturating_sub(bytes.len());
    let mut opening = (
        recognize(nom::branch::alt((tag(&b"v"[..]), tag(&b"V"[..])))),
        recognize((take_while(is_wsp), tag(&b"="[..]), take_while(is_wsp))),
    );
    let opened: IResult<&[u8], (&[u8], &[u8])> = opening.parse(bare);
    let (after, letter, equals) = match opened {
        Ok((after, (letter, equals))) => (after, letter, equals),
        Err(_) => (bare, &b"v"[..], &b""[..]),
    };
    let token_len = after.iter().take_while(|b| is_name_octet(**b)).count();
    let (token, tail) = after.split_at_checked(token_len)?;
    let lower = lossy(token).to_ascii_lowercase();
    let version = rule.version;
    let mended = || {
        let tail = (tail.first() != Some(&b'=')).then(|| lossy(tail))?;
        let tail = tail.trim_end_matches(['"', '\'', ')', '\\']);
        let fields = tail.trim_start_matches([';', ' ', '\t', ',', ':']);
        (!fields.is_empty()).then(|| format!("v={version}; {fields}"))
    };
    let near = |entry: &'r Entry, start: usize, end: usize, mended: Option<String>| {
        Some(NearMiss {
            entry,
            start,
            end,
            mended,
        })
    };
    if equals.is_empty() {
        let key = format!("{}=", rule.required);
        if lower == version.to_ascii_lowercase() {
            return near(&codes.near_no_version, lead_len, at(tail), mended());
        }
        let starts_with_key = bare
            .get(..key.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(key.as_bytes()));
        return starts_with_key
            .then(|| {
                near(
                    &codes.near_no_version,
                    lead_len,
                    lead_len,
                    Some(format!("v={version}; {}", lossy(bare))),
                )
            })
            .flatten();
    }
    if lower != version.to_ascii_lowercase() {
        return lower
            .replace('-', "")
            .trim_start_matches("mta")
            .starts_with(rule.family)
            .then(|| near(&codes.near_version, at(after), at(tail), mended()))
            .flatten();
    }
    if lead_len > 0 {
        near(&codes.near_lead, 0, lead_len, mended())
    } else if letter != b"v" || token != version.as_bytes() {
        near(&codes.near_case, 0, at(tail), mended())
    } else if equals != b"=" {
        near(&codes.near_equals, 1, at(after), mended())
    } else {
        near(&codes.near_delimiter, at(tail), at(tail), mended())
    }
}

trait TrimWsp {
    fn trim_ascii_wsp(&self) -> &Self;
}

impl TrimWsp for [u8] {
    /// Without WSP (SP and HTAB, RFC 5234) at both ends.
    fn trim_ascii_wsp(&self) -> &[u8] {
        let start = self.iter().take_while(|b| is_wsp(**b)).count();
        let rest = self.get(start..).unwrap_or_default();
        let end = rest
            .iter()
            .rposition(|b| !is_wsp(*b))
            .map_or(0, |at| at.saturating_add(1));
        rest.get(..end).unwrap_or_default()
    }
}
