//! `_mta-sts` and `_smtp._tls` records. A record is walked octet by octet: version, then
//! (delimiter field)+, then perhaps one delimiter.

use super::{alnum, bare, is_name, skip_wsp, uri::is_uri};

pub(crate) fn is_sts_record(text: &[u8]) -> bool {
    walk(text, b"v=STSv1", b"id", is_id, |_| false)
}

pub(crate) fn is_tlsrpt_record(text: &[u8]) -> bool {
    walk(text, b"v=TLSRPTv1", b"rua", is_rua, is_rua)
}

/// `required` judges the first of the required field; a later one is what `again` takes, or an extension.
fn walk(
    text: &[u8],
    version: &[u8],
    key: &[u8],
    required: fn(&[u8]) -> bool,
    again: fn(&[u8]) -> bool,
) -> bool {
    let Some(mut rest) = text.strip_prefix(version) else {
        return false;
    };
    let mut fields = 0;
    let mut found = false;
    while !rest.is_empty() {
        // *WSP ";" *WSP
        let Some(after) = skip_wsp(rest).strip_prefix(b";") else {
            return false;
        };
        let after = skip_wsp(after);
        if after.is_empty() {
            return found && fields > 0;
        }
        // The field goes on to the `*WSP ";"` that follows it, or to the end.
        let mut end = 0;
        while end < after.len() && after[end] != b';' {
            end += 1;
        }
        let is_last = end == after.len();
        while end > 0 && super::wsp(after[end - 1]) && !is_last {
            end -= 1;
        }
        let field = &after[..end];
        let Some(equals) = field.iter().position(|b| *b == b'=') else {
            return false;
        };
        let (name, value) = (&field[..equals], &field[equals + 1..]);
        let good = if name == key && !found {
            found = true;
            required(value)
        } else {
            is_name(name) && (is_extension_value(value) || name == key && again(value))
        };
        if !good {
            return false;
        }
        fields += 1;
        rest = &after[end..];
    }
    found && fields > 0
}

/// `1*32(ALPHA / DIGIT)`.
fn is_id(value: &[u8]) -> bool {
    (1..=32).contains(&value.len()) && value.iter().all(|b| alnum(*b))
}

/// `1*(%x21-3A / %x3C / %x3E-7E)`.
fn is_extension_value(value: &[u8]) -> bool {
    !value.is_empty()
        && value
            .iter()
            .all(|b| (0x21..=0x7e).contains(b) && *b != b';' && *b != b'=')
}

/// `tlsrpt-uri *(*WSP "," *WSP tlsrpt-uri)`.
fn is_rua(value: &[u8]) -> bool {
    // No WSP at the two ends of the whole: there is no comma there.
    bare(value) == value && value.split(|b| *b == b',').all(|uri| is_uri(bare(uri)))
}
