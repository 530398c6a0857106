//! Whether a certificate speaks for a host (RFC 9525 §6): DNS-ID only, the common name never but where DANE-TA
//! wants it (RFC 7672 §3.2.3), one `*` as the whole left-most label for exactly one label. IP addresses and other
//! kinds of names are not compared.

use super::Certificate;
use crate::name::Name;

/// Whether any dNSName of the certificate matches.
#[must_use]
pub fn certificate_matches(certificate: &Certificate, host: &Name) -> bool {
    certificate
        .dns_names
        .iter()
        .any(|pattern| matches_dns_name(pattern, host))
}

/// Whether any dNSName of the certificate matches or, where it has none, a common name (RFC 7672 §3.2.3): for
/// DANE-TA and nothing else.
#[must_use]
pub fn matches_with_common_name(certificate: &Certificate, host: &Name) -> bool {
    let names = if certificate.dns_names.is_empty() {
        &certificate.common_names
    } else {
        &certificate.dns_names
    };
    names.iter().any(|name| matches_dns_name(name, host))
}

/// Whether a presented DNS-ID, as it stands in the certificate, matches the host (RFC 9525 §6.3). What is no
/// host name of letters, digits, hyphens and underscores, U-labels included, matches nothing.
///
/// ```
/// use mxseal::{Name, x509::matches_dns_name};
/// let host = Name::parse("mx1.example.com")?;
/// assert!(matches_dns_name("*.Example.com", &host));
/// assert!(!matches_dns_name("m*.example.com", &host));
/// # Ok::<(), mxseal::NameError>(())
/// ```
#[must_use]
pub fn matches_dns_name(pattern: &str, host: &Name) -> bool {
    let (wildcard, rest) = match pattern.strip_prefix("*.") {
        Some(rest) => (true, rest),
        None => (false, pattern),
    };
    // A trailing dot is not the preferred name syntax (RFC 5280 §4.2.1.6), an address is not a DNS-ID.
    if rest.ends_with('.') || !rest.bytes().all(is_name_octet) || is_ipv4(host) {
        return false;
    }
    let Ok(presented) = Name::parse(rest) else {
        return false;
    };
    if !wildcard {
        return presented == *host;
    }
    // Reading: RFC 9525 leaves `*.com` to local policy (§7.1); refused here as by OpenSSL and Mozilla.
    presented.label_count() >= 2 && host.parent().is_some_and(|parent| parent == presented)
}

fn is_name_octet(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'.')
}

fn is_ipv4(host: &Name) -> bool {
    host.to_string().parse::<core::net::Ipv4Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presented_identifiers() {
        let long = format!("*.{}.example", "a".repeat(64));
        for (pattern, host, want) in [
            // RFC 9525 §6.3 and its appendix to RFC 6125 §6.4
            ("mx.example.com", "mx.example.com", true),
            ("MX.Example.COM", "mx.example.com", true),
            ("example.com", "mx.example.com", false),
            ("mx.example.com", "example.com", false),
            ("*.example.com", "mx.example.com", true),
            ("*.example.com", "example.com", false),
            ("*.example.com", "a.b.example.com", false),
            ("mx.*.com", "mx.example.com", false),
            ("m*.example.com", "mx.example.com", false),
            ("*x.example.com", "mx.example.com", false),
            ("*.*.example.com", "a.b.example.com", false),
            ("*", "com", false),
            ("*.com", "example.com", false),
            ("*.", "com", false),
            // A-labels are compared as they are; `*` may stand for one.
            (
                "XN--BCHER-KVA.example.com",
                "xn--bcher-kva.example.com",
                true,
            ),
            ("bücher.example.com", "xn--bcher-kva.example.com", false),
            ("*.example.com", "xn--bcher-kva.example.com", true),
            ("xn--*.example.com", "xn--bcher-kva.example.com", false),
            // What is no name
            ("", "mx.example.com", false),
            ("mx.example.com.", "mx.example.com", false),
            ("*.example.com.", "mx.example.com", false),
            ("mx.example.com\0.evil.example", "mx.example.com", false),
            ("mx.example.com\0", "mx.example.com", false),
            (" mx.example.com", "mx.example.com", false),
            ("mx..example.com", "mx.example.com", false),
            (r"mx\.example.com", r"mx\.example.com", false),
            ("192.0.2.1", "192.0.2.1", false),
            ("_mx.example.com", "_mx.example.com", true),
            (long.as_str(), "a.example", false),
        ] {
            let host = Name::parse(host).unwrap();
            assert_eq!(matches_dns_name(pattern, &host), want, "{pattern} {host}");
        }
    }
}
