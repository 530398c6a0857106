//! URI of RFC 3986 appendix A, where `!`, `,` and `;` are no sub-delims (RFC 8460 §3).

use super::alnum;

pub(crate) fn is_uri(text: &[u8]) -> bool {
    let Some(colon) = text.iter().position(|b| *b == b':') else {
        return false;
    };
    let (scheme, rest) = (&text[..colon], &text[colon + 1..]);
    let scheme_is_good = scheme.first().is_some_and(|b| b.is_ascii_alphabetic())
        && scheme.iter().all(|b| alnum(*b) || b"+-.".contains(b));
    let (rest, fragment) = cut(rest, b'#');
    let (hierarchy, query) = cut(rest, b'?');
    scheme_is_good
        && fragment.is_none_or(|fragment| all(fragment, b":@/?"))
        && query.is_none_or(|query| all(query, b":@/?"))
        && is_hierarchy(hierarchy)
}

fn is_hierarchy(text: &[u8]) -> bool {
    let Some(rest) = text.strip_prefix(b"//") else {
        return all(text, b":@/");
    };
    let slash = rest.iter().position(|b| *b == b'/').unwrap_or(rest.len());
    let (authority, path) = (&rest[..slash], &rest[slash..]);
    let host_and_port = match authority.iter().position(|b| *b == b'@') {
        Some(at) if all(&authority[..at], b":") => &authority[at + 1..],
        Some(_) => return false,
        None => authority,
    };
    let (host, port) = match host_and_port.first() {
        Some(b'[') => match host_and_port.iter().position(|b| *b == b']') {
            Some(end) => (&host_and_port[..=end], &host_and_port[end + 1..]),
            None => return false,
        },
        _ => {
            let end = host_and_port
                .iter()
                .position(|b| *b == b':')
                .unwrap_or(host_and_port.len());
            (&host_and_port[..end], &host_and_port[end..])
        }
    };
    let port_is_good = match port {
        [] => true,
        [b':', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let host_is_good = match host {
        [b'[', literal @ .., b']'] => is_ipv6(literal) || is_ip_future(literal),
        _ => all(host, b""),
    };
    port_is_good && host_is_good && all(path, b":@/")
}

/// `"v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )`.
fn is_ip_future(text: &[u8]) -> bool {
    let [b'v' | b'V', rest @ ..] = text else {
        return false;
    };
    let Some(dot) = rest.iter().position(|b| *b == b'.') else {
        return false;
    };
    let (version, address) = (&rest[..dot], &rest[dot + 1..]);
    !version.is_empty()
        && version.iter().all(u8::is_ascii_hexdigit)
        && !address.is_empty()
        && !address.contains(&b'%')
        && all(address, b":")
}

/// Eight groups, or fewer around one `::`; the last two may be a dotted quad.
fn is_ipv6(text: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(text) else {
        return false;
    };
    let count = |part: &str, may_end_in_quad: bool| -> Option<usize> {
        if part.is_empty() {
            return Some(0);
        }
        let groups: Vec<&str> = part.split(':').collect();
        let mut count = 0;
        for (index, group) in groups.iter().enumerate() {
            let is_last = index + 1 == groups.len();
            if (1..=4).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_hexdigit()) {
                count += 1;
            } else if is_last && may_end_in_quad && is_ipv4(group) {
                count += 2;
            } else {
                return None;
            }
        }
        Some(count)
    };
    match text.split_once("::") {
        Some((before, after)) => match (count(before, false), count(after, true)) {
            (Some(before), Some(after)) => before + after <= 7,
            _ => false,
        },
        None => count(text, true) == Some(8),
    }
}

/// dec-octet of RFC 3986: no leading zero.
fn is_ipv4(text: &str) -> bool {
    let octets: Vec<&str> = text.split('.').collect();
    octets.len() == 4
        && octets.iter().all(|octet| {
            octet.bytes().all(|b| b.is_ascii_digit())
                && octet.parse::<u8>().is_ok()
                && (octet.len() == 1 || !octet.starts_with('0'))
        })
}

/// unreserved, pct-encoded, sub-delims and `more`, any number.
fn all(text: &[u8], more: &[u8]) -> bool {
    let mut at = 0;
    while at < text.len() {
        let b = text[at];
        if b == b'%' {
            let hex = text.get(at + 1..at + 3);
            if !hex.is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) {
                return false;
            }
            at += 3;
        } else if alnum(b) || b"-._~$&'()*+=".contains(&b) || more.contains(&b) {
            at += 1;
        } else {
            return false;
        }
    }
    true
}

fn cut(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|b| *b == at) {
        Some(place) => (&text[..place], Some(&text[place + 1..])),
        None => (text, None),
    }
}
