//! The TLSA record: its octets (RFC 6698 §2.1), its acronyms (RFC 7218 §2), and what makes it of no
//! use whatever the certificate (RFC 6698 §4.1, RFC 7671 §9, RFC 7672 §3.1.3). Matching is not done here.

use core::fmt;

use der::{Decode, Tag, Tagged, asn1::AnyRef};
use serde::Serialize;

use crate::bytes::Bytes;
use crate::finding::{Checked, Entry, Finding, Span, codes::dane as codes};
use crate::value::read_struct;

/// A TLSA record. Its numbers may be any: what cannot be used is still a record (RFC 6698 §4.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tlsa {
    /// Certificate usage (RFC 6698 §2.1.1).
    pub usage: u8,
    /// Selector (RFC 6698 §2.1.2).
    pub selector: u8,
    /// Matching type (RFC 6698 §2.1.3).
    pub matching_type: u8,
    /// Certificate association data (RFC 6698 §2.1.4).
    pub data: Bytes,
}

read_struct!(Tlsa {
    usage: "usage",
    selector: "selector",
    matching_type: "matchingType",
    data: "data",
});

impl fmt::Display for Tlsa {
    /// Presentation form (RFC 6698 §2.2): `3 1 1` and lower-case hexadecimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {} {}",
            self.usage,
            self.selector,
            self.matching_type,
            base16ct::lower::encode_string(&self.data)
        )
    }
}

/// Reads the RDATA of a TLSA record.
///
/// ```
/// use mxseal::dane::parse_tlsa_wire;
/// let tlsa = parse_tlsa_wire(&[3, 1, 1, 0xab, 0xcd]);
/// assert_eq!(tlsa.value.map(|tlsa| tlsa.to_string()).as_deref(), Some("3 1 1 abcd"));
/// assert_eq!(tlsa.findings[0].code, "tlsa-digest-length");
/// ```
#[must_use]
pub fn parse_tlsa_wire(rdata: &[u8]) -> Checked<Tlsa> {
    match rdata {
        [usage, selector, matching_type, data @ ..] => {
            let tlsa = Tlsa {
                usage: *usage,
                selector: *selector,
                matching_type: *matching_type,
                data: Bytes(data.to_vec()),
            };
            let findings = judge(&tlsa, None);
            Checked {
                value: Some(tlsa),
                findings,
            }
        }
        _ => Checked {
            value: None,
            findings: vec![Finding::new(&codes::TLSA_SHORT, SUBJECT, &[&rdata.len()])],
        },
    }
}

/// Where the four fields stand in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    pub(super) usage: Span,
    pub(super) selector: Span,
    pub(super) matching_type: Span,
    pub(super) data: Span,
}

/// Why the record cannot be used, whatever the certificate.
pub(super) fn judge(tlsa: &Tlsa, places: Option<Places>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |entry: &Entry, place: Option<Span>, arguments: &[&dyn fmt::Display]| {
        let finding = Finding::new(entry, SUBJECT, arguments);
        findings.push(match place {
            Some(span) => finding.at(span),
            None => finding,
        });
    };
    let Tlsa {
        usage,
        selector,
        matching_type,
        data,
    } = tlsa;
    match usage {
        0 | 1 => {
            let acronym = Field::Usage.acronym(*usage).unwrap_or_default();
            note(
                &codes::TLSA_USAGE_PKIX,
                places.map(|p| p.usage),
                &[usage, &acronym],
            );
        }
        2 | 3 => {}
        _ => note(
            &codes::TLSA_USAGE_UNKNOWN,
            places.map(|p| p.usage),
            &[usage],
        ),
    }
    if *selector > 1 {
        note(
            &codes::TLSA_SELECTOR_UNKNOWN,
            places.map(|p| p.selector),
            &[selector],
        );
    }
    let place = places.map(|p| p.data);
    let digest = |length: usize| (data.len() != length).then_some(length);
    let wanted = match matching_type {
        0 => None,
        1 => digest(32).map(|length| ("SHA2-256", length)),
        2 => digest(64).map(|length| ("SHA2-512", length)),
        _ => {
            let place = places.map(|p| p.matching_type);
            note(&codes::TLSA_MATCHING_UNKNOWN, place, &[matching_type]);
            None
        }
    };
    if let Some((digest, length)) = wanted {
        note(
            &codes::TLSA_DIGEST_LENGTH,
            place,
            &[&digest, &length, &data.len()],
        );
    }
    let content = match selector {
        0 => "certificate",
        1 => "public key",
        _ => return findings,
    };
    if *matching_type == 0 && !is_der_sequence(data) {
        note(&codes::TLSA_FULL_NOT_DER, place, &[&content]);
    }
    findings
}

/// A certificate and a SubjectPublicKeyInfo are each one SEQUENCE (RFC 5280 §4.1). What is in it is
/// not looked at here.
fn is_der_sequence(data: &[u8]) -> bool {
    AnyRef::from_der(data).is_ok_and(|value| value.tag() == Tag::Sequence)
}

/// What findings about a TLSA record are about.
pub(super) const SUBJECT: &str = "TLSA";

/// The fields that have a registry (RFC 7218 §2), in the order of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Usage,
    Selector,
    MatchingType,
}

impl Field {
    pub(super) const ALL: [Self; 3] = [Self::Usage, Self::Selector, Self::MatchingType];

    /// Acronyms, in registry order and registry spelling.
    pub(super) const fn acronyms(self) -> &'static [(u8, &'static str)] {
        match self {
            Self::Usage => &[
                (0, "PKIX-TA"),
                (1, "PKIX-EE"),
                (2, "DANE-TA"),
                (3, "DANE-EE"),
                (255, "PrivCert"),
            ],
            Self::Selector => &[(0, "Cert"), (1, "SPKI"), (255, "PrivSel")],
            Self::MatchingType => &[
                (0, "Full"),
                (1, "SHA2-256"),
                (2, "SHA2-512"),
                (255, "PrivMatch"),
            ],
        }
    }

    /// The value of an acronym, whose case does not matter (RFC 7218 §2).
    pub(super) fn value(self, word: &str) -> Option<u8> {
        self.acronyms()
            .iter()
            .find(|(_, acronym)| acronym.eq_ignore_ascii_case(word))
            .map(|(value, _)| *value)
    }

    fn acronym(self, value: u8) -> Option<&'static str> {
        self.acronyms()
            .iter()
            .find(|(known, _)| *known == value)
            .map(|(_, acronym)| *acronym)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Usage => "certificate usage",
            Self::Selector => "selector",
            Self::MatchingType => "matching type",
        })
    }
}
