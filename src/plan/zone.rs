//! A record as a zone file takes it (RFC 1035 §5.1), and as the form of a DNS provider does.

use core::fmt::Display;
use core::net::IpAddr;

use serde::Serialize;

use crate::dane::Tlsa;
use crate::name::Name;

/// A record to publish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedRecord {
    /// Where it stands.
    pub owner: Name,
    /// `TXT`, `TLSA` …
    #[serde(rename = "type")]
    pub record_type: &'static str,
    /// Seconds.
    pub ttl: u32,
    /// In presentation form.
    pub data: String,
    /// The same without quotes.
    pub value: String,
    /// A line of a zone file.
    pub line: String,
}

impl PublishedRecord {
    /// One TXT record in as many strings as it takes.
    pub(super) fn txt(owner: Name, ttl: u32, text: &str) -> Self {
        Self::new(owner, "TXT", ttl, quoted(text), text.to_owned())
    }

    pub(super) fn tlsa(owner: &Name, ttl: u32, tlsa: &Tlsa) -> Self {
        Self::plain(owner, "TLSA", ttl, tlsa)
    }

    pub(super) fn address(owner: &Name, ttl: u32, address: IpAddr) -> Self {
        let record_type = if address.is_ipv4() { "A" } else { "AAAA" };
        Self::plain(owner, record_type, ttl, &address)
    }

    pub(super) fn alias(owner: &Name, ttl: u32, target: &Name) -> Self {
        Self::plain(owner, "CNAME", ttl, &format_args!("{target}."))
    }

    pub(super) fn mx(owner: &Name, ttl: u32, preference: u16, host: &Name) -> Self {
        Self::plain(owner, "MX", ttl, &format_args!("{preference} {host}."))
    }

    fn plain(owner: &Name, record_type: &'static str, ttl: u32, data: &dyn Display) -> Self {
        let data = data.to_string();
        Self::new(owner.clone(), record_type, ttl, data.clone(), data)
    }

    fn new(owner: Name, record_type: &'static str, ttl: u32, data: String, value: String) -> Self {
        Self {
            line: format!("{owner}. {ttl} IN {record_type} {data}"),
            owner,
            record_type,
            ttl,
            data,
            value,
        }
    }
}

/// Strings of at most 255 octets (RFC 1035 §3.3), quoted (§5.1). What goes in has been read by the parser of its
/// record and is printable US-ASCII.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for (at, c) in text.chars().enumerate() {
        if at > 0 && at % STRING_OCTETS == 0 {
            out.push_str("\" \"");
        }
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

const STRING_OCTETS: usize = 255;

/// The lines of a zone file.
pub(super) fn zone_file(records: &[PublishedRecord]) -> String {
    let mut out = String::new();
    for record in records {
        out.push_str(&record.line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_go_into_several_strings() {
        assert_eq!(quoted("a\"b\\c"), r#""a\"b\\c""#);
        for (length, strings) in [(0, 1), (255, 1), (256, 2), (510, 2), (511, 3)] {
            let text = "x".repeat(length);
            let got = quoted(&text);
            let parts: Vec<_> = got.split(' ').map(|part| part.trim_matches('"')).collect();
            assert_eq!(parts.len(), strings, "{length}");
            assert!(parts.iter().all(|part| part.len() <= 255));
            assert_eq!(parts.concat(), text);
        }
    }
}
