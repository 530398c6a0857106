//! Name constraints (RFC 5280 §4.2.1.10) for dNSName, rfc822Name, iPAddress and directoryName, the emailAddress of
//! the subject and, where no dNSName stands, the common names of a leaf. A name of another kind that is constrained
//! fails (§6.1.4 g), and so does what cannot be read.

use super::der::{Element, Elements, tag};
use super::reason::{self, Failure, failed, untrusted};
use super::{Certificate, CertificateError, distinguished_name, oid};

// GeneralName (RFC 5280 §4.2.1.6), as tagged in DER.
const RFC822_NAME: u8 = tag::context(1);
const DNS_NAME: u8 = tag::context(2);
const DIRECTORY_NAME: u8 = tag::context_constructed(4);
const IP_ADDRESS: u8 = tag::context(7);

/// Whether all names of a certificate obey a NameConstraints (DER). Every comparison is taken off `left`.
pub(super) fn obeys(
    certificate: &Certificate,
    is_leaf: bool,
    constraints: &[u8],
    left: &mut usize,
) -> Result<(), Failure> {
    let violation = untrusted(reason::NAME_CONSTRAINT_VIOLATION);
    let names = names(certificate, is_leaf).map_err(|_| violation)?;
    let subtrees = subtrees(constraints).map_err(|_| violation)?;
    for (kind, name) in names {
        let mut permitted = None;
        for (excluded, base) in subtrees.iter().filter(|(_, base)| base.tag == kind) {
            *left = left
                .checked_sub(1)
                .ok_or_else(|| failed(reason::WORK_LIMIT))?;
            let within = is_within(kind, name, base.value).ok_or(violation)?;
            if !excluded {
                permitted = Some(permitted == Some(true) || within);
            } else if within || (kind == DNS_NAME && can_be(name, base.value)) {
                return Err(violation);
            }
        }
        if permitted == Some(false) {
            return Err(violation);
        }
    }
    Ok(())
}

/// The names that can be constrained, each with its tag.
fn names(certificate: &Certificate, is_leaf: bool) -> Result<Vec<(u8, &[u8])>, CertificateError> {
    let subject = &*certificate.subject_der;
    let mut names = Vec::new();
    let mut parts = Elements::new(subject, 0).expect(tag::SEQUENCE)?.elements();
    if !parts.is_empty() {
        names.push((DIRECTORY_NAME, subject));
    }
    while !parts.is_empty() {
        let mut attributes = parts.expect(tag::SET)?.elements();
        while !attributes.is_empty() {
            let mut pair = attributes.expect(tag::SEQUENCE)?.elements();
            if pair.expect(tag::OID)?.value == oid::EMAIL_ADDRESS {
                names.push((RFC822_NAME, pair.any()?.value));
            }
        }
    }
    if let Some(value) = certificate.extension(oid::SUBJECT_ALT_NAME) {
        let mut list = Elements::new(value, 0).expect(tag::SEQUENCE)?.elements();
        while !list.is_empty() {
            let name = list.any()?;
            names.push((name.tag, name.value));
        }
    }
    // They will be taken for DNS names (RFC 7672 §3.2.3), so they are bound as such.
    if is_leaf && certificate.dns_names.is_empty() {
        let like_hosts =
            |name: &&String| name.contains('.') && name.bytes().all(|c| c.is_ascii_graphic());
        let common = certificate.common_names.iter().filter(like_hosts);
        names.extend(common.map(|name| (DNS_NAME, name.as_bytes())));
    }
    Ok(names)
}

/// Every base, and whether it is excluded. `minimum` and `maximum` are not used (RFC 5280 §4.2.1.10).
fn subtrees(constraints: &[u8]) -> Result<Vec<(bool, Element<'_>)>, CertificateError> {
    let mut found = Vec::new();
    let mut lists = Elements::new(constraints, 0)
        .expect(tag::SEQUENCE)?
        .elements();
    for (number, excluded) in [(0, false), (1, true)] {
        let Some(list) = lists.optional(tag::context_constructed(number))? else {
            continue;
        };
        let mut list = list.elements();
        while !list.is_empty() {
            let mut subtree = list.expect(tag::SEQUENCE)?.elements();
            found.push((excluded, subtree.any()?));
            subtree.finish()?;
        }
    }
    lists.finish()?;
    Ok(found)
}

/// Whether a name lies within a subtree of its kind; `None` where that cannot be told.
fn is_within(kind: u8, name: &[u8], base: &[u8]) -> Option<bool> {
    match kind {
        DNS_NAME => Some(is_host_within(name, base, true)),
        RFC822_NAME => mailbox_within(name, base),
        IP_ADDRESS => address_within(name, base),
        DIRECTORY_NAME => {
            let (name, base) = (
                distinguished_name::canonical(name)?,
                distinguished_name::canonical(base)?,
            );
            Some(name.starts_with(&base))
        }
        _ => None,
    }
}

/// `example.com` is itself and, with `below`, all that lies beneath; `.example.com` only what lies beneath.
/// Reading: RFC 5280 knows the leading dot for mailboxes alone, others write it for hosts too (as OpenSSL reads it).
fn is_host_within(host: &[u8], base: &[u8], below: bool) -> bool {
    let Some(head) = host.len().checked_sub(base.len()) else {
        return false;
    };
    let Some((head, tail)) = host.split_at_checked(head) else {
        return false;
    };
    if base.is_empty() {
        return below;
    }
    let boundary = head.is_empty() || head.last() == Some(&b'.') && below;
    tail.eq_ignore_ascii_case(base) && (boundary || base.first() == Some(&b'.') && !head.is_empty())
}

/// Whether a name with `*` can stand for a host (CVE-2025-61727: what excludes the host excludes it too). Stricter than
/// OpenSSL, as webpki and Go.
fn can_be(name: &[u8], host: &[u8]) -> bool {
    let dot = host.iter().position(|octet| *octet == b'.');
    let below = dot.and_then(|dot| host.get(dot..));
    let wildcard = name.strip_prefix(b"*");
    matches!((wildcard, below), (Some(name), Some(below)) if name.eq_ignore_ascii_case(below))
}

/// A mailbox (its local part in the case it is in), a host, or all hosts of a domain (RFC 5280 §4.2.1.10).
fn mailbox_within(name: &[u8], base: &[u8]) -> Option<bool> {
    let at = |text: &[u8]| text.iter().rposition(|octet| *octet == b'@');
    let (local, host) = name.split_at_checked(at(name)?)?;
    let host = host.get(1..)?;
    let Some(place) = at(base) else {
        return Some(is_host_within(host, base, false));
    };
    let (local_base, host_base) = base.split_at_checked(place)?;
    Some(
        (local_base.is_empty() || local_base == local)
            && host.eq_ignore_ascii_case(host_base.get(1..)?),
    )
}

/// An address and its mask (RFC 4632), of one family.
fn address_within(name: &[u8], base: &[u8]) -> Option<bool> {
    if ![4, 16].contains(&name.len()) || ![8, 32].contains(&base.len()) {
        return None;
    }
    let (network, mask) = base.split_at_checked(base.len() / 2)?;
    let bits = name.iter().zip(network).zip(mask);
    Some(network.len() == name.len() && bits.into_iter().all(|((a, b), mask)| a & mask == b & mask))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[number] { GeneralSubtree { dNSName } }` in a NameConstraints.
    fn constraints(number: u8, host: &str) -> Vec<u8> {
        let wrap = |tag: u8, value: &[u8]| {
            let length = u8::try_from(value.len()).unwrap();
            [&[tag, length][..], value].concat()
        };
        let subtree = wrap(tag::SEQUENCE, &wrap(DNS_NAME, host.as_bytes()));
        let list = wrap(tag::context_constructed(number), &subtree);
        wrap(tag::SEQUENCE, &list)
    }

    /// The certificate's one dNSName is `*.example.com`. Expected as webpki and Go (CVE-2025-61727) have it.
    #[test]
    fn a_wildcard_is_excluded_with_any_host_it_can_stand_for() {
        let recorded = include_str!("../../tests/dane/recorded.json");
        let recorded: serde_json::Value = serde_json::from_str(recorded).unwrap();
        let der: crate::Bytes =
            serde_json::from_value(recorded["certificates"]["wildcard"].clone()).unwrap();
        let wildcard = Certificate::parse(&der).unwrap();
        for (number, host, want) in [
            (1, "mx.example.com", false),
            (1, "MX.Example.com", false),
            (1, "example.com", false),
            (1, "a.mx.example.com", true),
            (1, "mx.example.net", true),
            (1, "com", false),
            (0, "example.com", true),
            (0, "mx.example.com", false),
        ] {
            let got = obeys(&wildcard, true, &constraints(number, host), &mut 9).is_ok();
            assert_eq!(got, want, "[{number}] {host}");
        }
    }

    #[test]
    fn subtrees_of_rfc5280() {
        for (kind, name, base, want) in [
            (DNS_NAME, "host.example.com", "host.example.com", Some(true)),
            (
                DNS_NAME,
                "my.host.example.com",
                "host.example.com",
                Some(true),
            ),
            (DNS_NAME, "HOST.example.com", "host.EXAMPLE.com", Some(true)),
            (
                DNS_NAME,
                "bighost.example.com",
                "host.example.com",
                Some(false),
            ),
            (DNS_NAME, "example.com", "host.example.com", Some(false)),
            (DNS_NAME, "a.example.com", ".example.com", Some(true)),
            (DNS_NAME, "example.com", ".example.com", Some(false)),
            (DNS_NAME, "any.example", "", Some(true)),
            (
                RFC822_NAME,
                "root@example.com",
                "root@example.com",
                Some(true),
            ),
            (
                RFC822_NAME,
                "root@example.COM",
                "root@Example.com",
                Some(true),
            ),
            (
                RFC822_NAME,
                "Root@example.com",
                "root@example.com",
                Some(false),
            ),
            (RFC822_NAME, "a@example.com", "example.com", Some(true)),
            (RFC822_NAME, "a@my.example.com", "example.com", Some(false)),
            (RFC822_NAME, "a@my.example.com", ".example.com", Some(true)),
            (RFC822_NAME, "a@example.com", ".example.com", Some(false)),
            (RFC822_NAME, "nobody", "example.com", None),
            (
                IP_ADDRESS,
                "\u{1}\u{2}\u{3}\u{4}",
                "\u{1}\u{2}\0\0\u{7f}\u{7f}\0\0",
                Some(true),
            ),
            (
                IP_ADDRESS,
                "\u{1}\u{3}\u{3}\u{4}",
                "\u{1}\u{2}\0\0\u{7f}\u{7f}\0\0",
                Some(false),
            ),
            (
                IP_ADDRESS,
                "\u{1}\u{2}\u{3}",
                "\u{1}\u{2}\0\0\u{7f}\u{7f}\0\0",
                None,
            ),
            (tag::context(6), "https://a.example/", "a.example", None),
        ] {
            let got = is_within(kind, name.as_bytes(), base.as_bytes());
            assert_eq!(got, want, "{name:?} {base:?}");
        }
    }
}
