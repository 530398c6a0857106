//! One line of a policy file: `key ":" *WSP value *WSP` (RFC 8461 §3.2), and why a line is none.
//! What a key means and which values it may have is not known here.

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{tag, take_till, take_while, take_while_m_n},
    combinator::{all_consuming, recognize, verify},
    multi::many0,
};

use crate::finding::{Entry, codes::mta_sts as codes};

/// A line of the file, without its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    /// Its first byte in the file.
    pub(super) start: usize,
}

/// A line that has a key and, perhaps, a value: `value` is not judged yet, but has no white space
/// at its ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) key: &'a str,
    pub(super) value: &'a str,
    /// Byte offsets in the file.
    pub(super) start: usize,
    pub(super) value_start: usize,
    pub(super) value_end: usize,
}

/// Why a line is no pair; offsets in the line, and the repaired line where it is known.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) entry: &'static Entry,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) argument: String,
    pub(super) mended: Option<String>,
}

/// The lines and their ends. No line stands after the last end.
pub(super) fn split(text: &str) -> IResult<&str, Vec<(&str, &str)>> {
    let (rest, mut lines) = many0((line_text, alt((tag("\r\n"), tag("\n"))))).parse(text)?;
    if !rest.is_empty() {
        lines.push((rest, ""));
    }
    Ok(("", lines))
}

/// Up to LF or CR LF; a CR without LF belongs to the line.
fn line_text(input: &str) -> IResult<&str, &str> {
    let (_, to_lf) = take_till(|c| c == '\n').parse(input)?;
    let text = match input.get(to_lf.len()..) {
        Some("") | None => to_lf,
        Some(_) => to_lf.strip_suffix('\r').unwrap_or(to_lf),
    };
    Ok((input.get(text.len()..).unwrap_or_default(), text))
}

/// Reads `key ":" *WSP value *WSP`, where the value may still be anything, empty included.
pub(super) fn pair<'a>(line: Line<'a>) -> Result<Pair<'a>, Fault> {
    let parsed: IResult<&str, (&str, &str, &str)> =
        (recognize(key), tag(":"), take_while(is_wsp)).parse(line.text);
    match parsed {
        Ok((rest, (key, _, _))) => {
            let value = rest.trim_end_matches(is_wsp);
            let value_start = line
                .start
                .saturating_add(line.text.len().saturating_sub(rest.len()));
            Ok(Pair {
                key,
                value,
                start: line.start,
                value_start,
                value_end: value_start.saturating_add(value.len()),
            })
        }
        Err(_) => Err(explain(line.text)),
    }
}

/// `sts-policy-ext-name` and `sts-policy-ext-value`.
pub(super) fn is_extension(name: &str, value: &str) -> bool {
    let named: IResult<&str, ()> = all_consuming(key).parse(name);
    named.is_ok() && is_extension_value(value)
}

/// `vchar [*(%x20 / vchar) vchar]`, where vchar is %x21-7E or anything of UTF-8 beyond US-ASCII.
pub(super) fn is_extension_value(value: &str) -> bool {
    let vchar = |c: char| c.is_ascii_graphic() || !c.is_ascii();
    let edged = |text: &str| !text.is_empty() && !text.starts_with(' ') && !text.ends_with(' ');
    let parsed: IResult<&str, &str> =
        all_consuming(verify(take_while(|c: char| c == ' ' || vchar(c)), edged)).parse(value);
    parsed.is_ok()
}

pub(super) fn is_wsp(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// `(ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".")`; every known key is one.
fn key(input: &str) -> IResult<&str, ()> {
    let first = take_while_m_n(1, 1, |c: char| c.is_ascii_alphanumeric());
    let more = take_while_m_n(0, 31, is_key_char);
    (first, more).map(|_| ()).parse(input)
}

fn is_key_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

fn explain(text: &str) -> Fault {
    let fault = |entry, start, end, argument: &str, mended| Fault {
        entry,
        start,
        end,
        argument: argument.to_owned(),
        mended,
    };
    if text.trim_start().to_ascii_lowercase().starts_with("v=sts") {
        let mended = Some("version: STSv1".to_owned());
        return fault(&codes::RECORD_IN_POLICY, 0, text.len(), "", mended);
    }
    let colon = text.find(':');
    let equals = text.find('=');
    let sign = match (colon, equals) {
        (Some(colon), Some(equals)) => Some(colon.min(equals)),
        (colon, equals) => colon.or(equals),
    };
    let Some(sign) = sign else {
        let mended = separated(text);
        return fault(&codes::NO_COLON, 0, text.len(), text, mended);
    };
    let (name, rest) = text.split_at_checked(sign).unwrap_or((text, ""));
    let value = rest.trim_start_matches([':', '=']).trim_matches(is_wsp);
    let bare = name.trim_end_matches(is_wsp);
    let well_named = {
        let named: IResult<&str, ()> = all_consuming(key).parse(bare);
        named.is_ok()
    };
    if !well_named {
        return fault(&codes::KEY, 0, name.len().max(1), name, None);
    }
    let mended = Some(format!("{bare}: {value}"));
    if colon != Some(sign) {
        return fault(&codes::EQUALS, sign, sign.saturating_add(1), bare, mended);
    }
    fault(&codes::SPACE_BEFORE_COLON, bare.len(), sign, bare, mended)
}

/// `mode enforce`: a known key, and the colon forgotten.
fn separated(text: &str) -> Option<String> {
    let (name, value) = text.split_once(is_wsp)?;
    matches!(name, "version" | "mode" | "mx" | "max_age")
        .then(|| format!("{name}: {}", value.trim_matches(is_wsp)))
}
