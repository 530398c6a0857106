//! Distinguished names (RFC 5280 §4.1.2.4) written for people as RFC 4514 does: last part first, special
//! characters escaped, a value that is no string as `#` and its DER in hex; and in a form for comparing
//! (RFC 5280 §7.1).

use core::fmt::Write as _;

use base16ct::lower::encode_string as hex;

use super::der::{Element, Elements, tag};
use super::{CertificateError, Oid, oid};

/// A name read: as text, and its common names in the order of the certificate.
#[derive(Debug)]
pub(super) struct DistinguishedName {
    pub(super) text: String,
    pub(super) common_names: Vec<String>,
}

impl DistinguishedName {
    pub(super) fn read(name: &Element<'_>) -> Result<Self, CertificateError> {
        let mut parts = Vec::new();
        let mut common_names = Vec::new();
        let mut sequence = name.elements();
        while !sequence.is_empty() {
            let set = sequence.expect(tag::SET)?;
            let mut attributes = set.elements();
            let mut part = String::new();
            while !attributes.is_empty() {
                let attribute = attributes.expect(tag::SEQUENCE)?;
                let mut pair = attribute.elements();
                let kind = pair.expect(tag::OID)?.value;
                let value = pair.any()?;
                pair.finish()?;
                let text = string(&value);
                if !part.is_empty() {
                    part.push('+');
                }
                // RFC 4514 §2.4: a dotted type has its value in hex.
                match (oid::attribute_name(kind), &text) {
                    (Some(known), Some(text)) => {
                        part.push_str(known);
                        part.push('=');
                        escape(text, &mut part);
                    }
                    (known, _) => {
                        let kind = Oid::from_der(kind).to_string();
                        part.push_str(known.unwrap_or(&kind));
                        part.push_str("=#");
                        part.push_str(&hex(value.whole));
                    }
                }
                if kind == oid::COMMON_NAME {
                    common_names.extend(text);
                }
            }
            parts.push(part);
        }
        parts.reverse();
        Ok(Self {
            text: parts.join(","),
            common_names,
        })
    }
}

/// The relative distinguished names, each in one form for all that are the same (RFC 5280 §7.1): strings as UTF-8
/// in lower case with single spaces, whatever their type. `None` where the DER is broken.
/// Reading: case is folded in ASCII only, as OpenSSL does it; RFC 4518 would fold all of Unicode.
pub(super) fn canonical(name: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut parts = Vec::new();
    let mut sequence = Elements::new(name, 0)
        .expect(tag::SEQUENCE)
        .ok()?
        .elements();
    while !sequence.is_empty() {
        let mut attributes = sequence.expect(tag::SET).ok()?.elements();
        let mut part = Vec::new();
        while !attributes.is_empty() {
            let mut pair = attributes.expect(tag::SEQUENCE).ok()?.elements();
            part.extend_from_slice(pair.expect(tag::OID).ok()?.whole);
            let value = pair.any().ok()?;
            match string(&value) {
                Some(text) => {
                    let words: Vec<&str> =
                        text.split(' ').filter(|word| !word.is_empty()).collect();
                    let text = words.join(" ").to_ascii_lowercase();
                    // Its length, so that no two names run into one another.
                    part.extend_from_slice(&text.len().to_be_bytes());
                    part.extend_from_slice(text.as_bytes());
                }
                None => part.extend_from_slice(value.whole),
            }
        }
        parts.push(part);
    }
    Some(parts)
}

/// Whether two names (DER) are the same (RFC 5280 §7.1).
pub(super) fn same(one: &[u8], other: &[u8]) -> bool {
    one == other
        || matches!((canonical(one), canonical(other)), (Some(one), Some(other)) if one == other)
}

/// The text of a DirectoryString or IA5String; `None` where it is neither or broken.
fn string(value: &Element<'_>) -> Option<String> {
    let octets = value.value;
    match value.tag {
        tag::UTF8_STRING => core::str::from_utf8(octets).ok().map(str::to_owned),
        tag::PRINTABLE_STRING | tag::IA5_STRING | tag::NUMERIC_STRING | tag::VISIBLE_STRING => {
            octets
                .is_ascii()
                .then(|| octets.iter().copied().map(char::from).collect())
        }
        // Reading: T.61 is written by nobody as T.61; everyone, OpenSSL included, reads Latin-1.
        tag::TELETEX_STRING => Some(octets.iter().copied().map(char::from).collect()),
        tag::BMP_STRING => {
            let (pairs, rest) = octets.as_chunks::<2>();
            let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
            let text = char::decode_utf16(units).collect::<Result<String, _>>();
            text.ok().filter(|_| rest.is_empty())
        }
        tag::UNIVERSAL_STRING => {
            let (quads, rest) = octets.as_chunks::<4>();
            let text = quads
                .iter()
                .map(|quad| char::from_u32(u32::from_be_bytes(*quad)))
                .collect::<Option<String>>();
            text.filter(|_| rest.is_empty())
        }
        _ => None,
    }
}

/// RFC 4514 §2.4; controls as `\XX` of their UTF-8.
fn escape(text: &str, out: &mut String) {
    let last = text.chars().count().saturating_sub(1);
    for (index, c) in text.chars().enumerate() {
        let special = matches!(c, '"' | '+' | ',' | ';' | '<' | '>' | '\\')
            || (c == '#' && index == 0)
            || (c == ' ' && (index == 0 || index == last));
        if special {
            out.push('\\');
            out.push(c);
        } else if c.is_control() {
            for octet in c.encode_utf8(&mut [0; 4]).bytes() {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\{octet:02X}");
            }
        } else {
            out.push(c);
        }
    }
}
