//! Policy files. Differences from the bare ABNF, as the engine states them: further blank lines at
//! the end are taken; of a repeated key other than `mx` only the first is judged; an `mx` that is no
//! pattern is not taken for an extension; at most 64 KiB.

use super::{bare, is_name, skip_wsp, wsp};

pub(crate) fn is_sts_policy(body: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(body) else {
        return false;
    };
    if body.len() > 65_536 {
        return false;
    }
    let mut lines: Vec<&[u8]> = Vec::new();
    let mut rest = text.as_bytes();
    while let Some(lf) = rest.iter().position(|b| *b == b'\n') {
        let line = &rest[..lf];
        lines.push(line.strip_suffix(b"\r").unwrap_or(line));
        rest = &rest[lf + 1..];
    }
    lines.push(rest);
    while lines
        .last()
        .is_some_and(|line| line.iter().all(|b| wsp(*b)))
    {
        lines.pop();
    }
    let mut names: Vec<&[u8]> = Vec::new();
    let mut mode: &[u8] = b"";
    for line in &lines {
        // CTL, but for HTAB
        if line.iter().any(|b| *b < 0x20 && *b != 0x09 || *b == 0x7f) {
            return false;
        }
        let Some(colon) = line.iter().position(|b| *b == b':') else {
            return false;
        };
        let (name, value) = (&line[..colon], bare(skip_wsp(&line[colon + 1..])));
        if !is_name(name) {
            return false;
        }
        let is_first = !names.contains(&name);
        names.push(name);
        let good = match name {
            b"mx" => is_mx(value),
            _ if !is_first => true,
            b"version" => value == b"STSv1",
            b"mode" => {
                mode = value;
                value == b"testing" || value == b"enforce" || value == b"none"
            }
            b"max_age" => (1..=10).contains(&value.len()) && value.iter().all(u8::is_ascii_digit),
            _ => !value.is_empty() && !value.contains(&0x09),
        };
        if !good {
            return false;
        }
    }
    let has = |name: &[u8]| names.contains(&name);
    has(b"version") && has(b"mode") && has(b"max_age") && (mode == b"none" || has(b"mx"))
}

/// `["*."] sub-domain *("." sub-domain)`, sub-domain = Let-dig [Ldh-str].
fn is_mx(value: &[u8]) -> bool {
    let domain = value.strip_prefix(b"*.").unwrap_or(value);
    domain.split(|b| *b == b'.').all(|label| {
        let let_dig = |b: Option<&u8>| b.is_some_and(|b| super::alnum(*b));
        let_dig(label.first())
            && let_dig(label.last())
            && label.iter().all(|b| super::alnum(*b) || *b == b'-')
    })
}
